// The words of the domain with their shapes: verdicts, check outcomes, scope categories, findings. One place, so that
// a word looks the same in every room.
import type { ReactElement } from 'react';
import type { CheckOutcome } from '../../shared/checks/check.ts';
import type { Diagnostic } from '../../shared/intake/intake.ts';
import type { FindingWord } from '../../shared/records/engagement.ts';
import type { ScopeCategory } from '../../shared/records/scope-category.ts';
import type { SideVerdict } from '../../shared/verdict/verdict.ts';
import type { Isolated } from '../data/case-view.ts';
import type { IconName } from '../kit/icon.tsx';
import { Mark, type Tone } from '../kit/mark.tsx';

type Look = readonly [icon: IconName, tone: Tone, word: string];

const OUTCOMES: Readonly<Record<SideVerdict['verdict'] | 'unknown', Look>> = {
  allow: ['allow', 'good', 'allow'],
  deny: ['deny', 'bad', 'deny'],
  indeterminate: ['question', 'warn', 'indeterminate'],
  'not-applicable': ['none', 'none', 'no policy here'],
  unknown: ['question', 'none', 'not reported'],
};
const CHECKS: Readonly<Record<CheckOutcome, Look>> = {
  pass: ['allow', 'good', 'consistent with'],
  fail: ['deny', 'bad', 'contradicts'],
  assess: ['person', 'warn', 'for assessor'],
  'no-data': ['none', 'none', 'no data'],
};
const CATEGORIES: Readonly<Record<ScopeCategory, Look>> = {
  cde: ['lock', 'cde', 'CDE'],
  'security-impacting': ['shield', 'sec', 'security-impacting'],
  connected: ['flow', 'warn', 'connected-to'],
  'out-of-scope': ['none', 'none', 'out-of-scope?'],
  undetermined: ['question', 'ghost', 'undetermined'],
};
const FINDINGS: Readonly<Record<FindingWord | 'Open', Look>> = {
  'In Place': ['allow', 'good', 'In Place'],
  'Not in Place': ['deny', 'bad', 'Not in Place'],
  'Not Applicable': ['none', 'none', 'Not Applicable'],
  'Not Tested': ['question', 'warn', 'Not Tested'],
  Open: ['circle', 'ghost', 'Open'],
};
const ISOLATED: Readonly<Record<Isolated, Look>> = {
  yes: ['lock', 'good', 'isolated'],
  no: ['warning', 'warn', 'open'],
  partly: ['warning', 'warn', 'some pods open'],
  unknown: ['question', 'warn', 'cannot tell'],
  'no-pods': ['none', 'none', 'no pods'],
};
const SEVERITIES: Readonly<Record<Diagnostic['severity'], Look>> = {
  error: ['deny', 'bad', 'error'],
  warning: ['warning', 'warn', 'warning'],
  info: ['info', 'info', 'note'],
};

/** Verdict of a connection or of one side of it. */
export function OutcomeMark({
  outcome,
}: {
  readonly outcome: SideVerdict['verdict'] | 'unknown';
}): ReactElement {
  return look(OUTCOMES[outcome]);
}

/** Outcome of a check, in the words of the report. */
export function CheckMark({ outcome }: { readonly outcome: CheckOutcome }): ReactElement {
  return look(CHECKS[outcome]);
}

/** Scope category. */
export function CategoryMark({ category }: { readonly category: ScopeCategory }): ReactElement {
  return look(CATEGORIES[category]);
}

/** The assessor's finding, or Open. */
export function FindingMark({ finding }: { readonly finding: FindingWord | undefined }): ReactElement {
  return look(FINDINGS[finding ?? 'Open']);
}

/** Whether policies isolate pods in a direction; an open member of the CDE is worse than another open workload. */
export function IsolatedMark({
  isolated,
  inCde,
}: {
  readonly isolated: Isolated;
  readonly inCde: boolean;
}): ReactElement {
  const [icon, tone, word] = ISOLATED[isolated];
  return look([icon, inCde && isolated === 'no' ? 'bad' : tone, word]);
}

/** How bad a diagnostic is. */
export function SeverityMark({ severity }: { readonly severity: Diagnostic['severity'] }): ReactElement {
  return look(SEVERITIES[severity]);
}

/** Word of a category, for texts and filters. */
export function categoryWord(category: ScopeCategory): string {
  return CATEGORIES[category][2];
}

/** Word of a check outcome. */
export function checkWord(outcome: CheckOutcome): string {
  return CHECKS[outcome][2];
}

/** Word of an isolation. */
export function isolatedWord(isolated: Isolated): string {
  return ISOLATED[isolated][2];
}

/** Word of a verdict. */
export function outcomeWord(outcome: SideVerdict['verdict'] | 'unknown'): string {
  return OUTCOMES[outcome][2];
}

function look([icon, tone, word]: Look): ReactElement {
  return (
    <Mark icon={icon} tone={tone}>
      {word}
    </Mark>
  );
}
