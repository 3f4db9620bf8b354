// Section 4: requirement by requirement what the assessor found, what is tagged to each procedure and what checks say.
// Only requirements that something speaks about are printed in full; every other one is in the list of open ones.
import { compareNumbers } from '../../catalogue/catalogue.ts';
import type { CitedEvidence, RequirementState } from '../../evidence/requirement-states.ts';
import type { ReportInput } from '../report-input.ts';
import type { Block, Inline } from '../tree.ts';
import { count, counted, findingMark, outcomeRun, personWords, shortTime, standsOn } from '../words.ts';

/** The section. */
export function findingsSection(
  input: ReportInput,
  states: readonly RequirementState[],
  touched: readonly RequirementState[],
): readonly Block[] {
  const shown = new Set(touched.map(state => state.requirement.number));
  const rest = states.filter(state => !shown.has(state.requirement.number));
  const found = touched.filter(state => state.finding !== undefined);
  const open = touched.filter(state => state.finding === undefined);
  return [
    { kind: 'heading', level: 1, id: 'findings', text: '4 Findings by requirement' },
    {
      kind: 'paragraph',
      runs: [
        {
          text: `${counted(found.length, 'requirement')} with a finding, ${count(open.length)} without one although evidence or a check speaks about it, ${count(rest.length)} that nothing here speaks about. Titles are paraphrases; the standard’s own text governs.`,
        },
      ],
    },
    ...(found.length === 0
      ? []
      : [
          heading('findings-set', 'Requirements with a finding'),
          ...found.map(state => findingBlock(input, state)),
        ]),
    ...(open.length === 0
      ? []
      : [
          heading('findings-open', 'Open, with evidence or results'),
          ...open.map(state => findingBlock(input, state)),
        ]),
    heading('findings-rest', 'Open, nothing recorded'),
    restTable(input, rest),
  ];
}

function heading(id: string, text: string): Block {
  return { kind: 'heading', level: 2, id, text };
}

function findingBlock(input: ReportInput, state: RequirementState): Block {
  const { requirement, finding } = state;
  const other = input.catalogue.version === '4.0.1' ? 'v3.2.1' : 'v4.0.1';
  const alias =
    requirement.other.length === 0
      ? `no counterpart in ${other}`
      : `${other}: ${requirement.other.toSorted(compareNumbers).join(', ')}`;
  return {
    kind: 'finding',
    id: `requirement-${requirement.number}`,
    number: requirement.number,
    alias: `v${input.catalogue.version}: ${requirement.number}  ·  ${alias}`,
    title: requirement.title,
    word: finding?.finding ?? 'Open',
    tone: findingMark(finding?.finding),
    body: [...words(input, state), ...contradiction(state), ...procedures(state), ...results(input, state)],
  };
}

function words(input: ReportInput, { finding }: RequirementState): readonly Block[] {
  if (finding === undefined) return [];
  return [
    { kind: 'paragraph', runs: [{ text: finding.note }] },
    {
      kind: 'paragraph',
      tone: 'source',
      runs: [{ text: `Finding by ${personWords(input.engagement, finding.by)}, ${shortTime(finding.at)}.` }],
    },
  ];
}

/** Evidence against a finding is never hidden. */
function contradiction({ finding, checks }: RequirementState): readonly Block[] {
  const against = checks.filter(check => check.outcome === 'fail');
  if (finding?.finding !== 'In Place' || against.length === 0) return [];
  return [
    {
      kind: 'callout',
      tone: 'caution',
      title: 'A check contradicts this finding',
      runs: [
        {
          text: `The finding is In Place although ${against.map(check => check.id).join(', ')} contradicts it. The assessor’s note has to say why.`,
        },
      ],
    },
  ];
}

function procedures(state: RequirementState): readonly Block[] {
  const rows = state.procedures.map((item): readonly Inline[] => [
    [{ text: item.procedure.number, style: 'strong' }],
    [{ text: item.procedure.methods.join(', ') }],
    evidenceCell(item.evidence),
  ]);
  const whole: readonly (readonly Inline[])[] =
    state.evidence.length === 0
      ? []
      : [[[{ text: 'whole requirement' }], [{ text: '' }], evidenceCell(state.evidence)]];
  return [
    {
      kind: 'table',
      caption: '',
      columns: [
        { title: 'Testing procedure', width: 18, kind: 'text' },
        { title: 'Methods', width: 20, kind: 'text' },
        { title: 'Evidence', width: 62, kind: 'text' },
      ],
      rows: [...rows, ...whole],
      empty: 'The catalogue lists no testing procedure for this requirement.',
    },
  ];
}

function evidenceCell(cited: readonly CitedEvidence[]): Inline {
  if (cited.length === 0) return [{ text: 'none tagged', style: 'muted' }];
  return cited.flatMap(({ tag, item }, index): Inline => [
    ...(index === 0 ? [] : [{ text: '\n' }]),
    { text: item.id, style: 'strong' },
    { text: ` ${item.title}` },
    ...(tag.note === undefined ? [] : [{ text: ` (${tag.note})`, style: 'em' as const }]),
  ]);
}

function results(input: ReportInput, { checks }: RequirementState): readonly Block[] {
  if (checks.length === 0) return [];
  return [
    {
      kind: 'table',
      caption: '',
      columns: [
        { title: 'Result of check', width: 22, kind: 'text' },
        { title: 'What the data show', width: 78, kind: 'text' },
      ],
      rows: checks.map(check => [
        [outcomeRun(check.outcome)],
        [
          { text: check.sentence },
          { text: '\n' },
          { text: `Check ${check.id}`, to: `check-${check.id}` },
          { text: standsOn(input, check).replace(`Check ${check.id}`, ''), style: 'muted' },
        ],
      ]),
      empty: '',
    },
  ];
}

function restTable(input: ReportInput, rest: readonly RequirementState[]): Block {
  const merchant = input.engagement.header.entity.kind === 'merchant';
  const principals = input.catalogue.requirements.filter(item => item.kind === 'principal');
  const rows = principals.flatMap((principal): readonly (readonly Inline[])[] => {
    const mine = rest.filter(state => state.requirement.number.split('.')[0] === principal.number);
    if (mine.length === 0) return [];
    const names = mine.map(({ requirement }) =>
      merchant && requirement.serviceProviderOnly ? `${requirement.number}*` : requirement.number,
    );
    return [
      [
        [{ text: principal.number, style: 'strong' }],
        [{ text: String(mine.length) }],
        [{ text: names.join(', ') }],
      ],
    ];
  });
  return {
    kind: 'table',
    caption: merchant ? 'Numbers with * apply to service providers only' : '',
    columns: [
      { title: 'Principal', width: 10, kind: 'text' },
      { title: 'Open', width: 7, kind: 'number' },
      { title: 'Requirements', width: 83, kind: 'text' },
    ],
    rows,
    empty: 'Every requirement has a finding, evidence or a result.',
  };
}
