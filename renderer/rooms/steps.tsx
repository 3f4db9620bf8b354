// How a verdict came about: every stage and rule that was asked, in order, with the line it is written on.
import type { ReactElement } from 'react';
import type { SideVerdict, Step, Verdict } from '../../shared/verdict/verdict.ts';
import { Link } from '../kit/button.tsx';
import { Icon, type IconName } from '../kit/icon.tsx';
import { Badge } from '../kit/mark.tsx';
import { OutcomeMark } from './marks.tsx';
import { SourceLink } from './source-link.tsx';

const ICONS: Readonly<Record<Step['action'], IconName>> = {
  allow: 'allow',
  deny: 'deny',
  pass: 'down',
  log: 'pen',
  none: 'none',
  indeterminate: 'question',
};

/** Both sides of a verdict with all their steps and the assumptions under them; `onChange` tries a change of a policy. */
export function VerdictSteps({
  verdict,
  onChange,
}: {
  readonly verdict: Verdict;
  readonly onChange?: (policy: string) => void;
}): ReactElement {
  const change = onChange === undefined ? {} : { onChange };
  return (
    <div className="v-stack">
      <div className="v-sides">
        <Side title="Egress of the source" side={verdict.egress} {...change} />
        <Side title="Ingress of the destination" side={verdict.ingress} {...change} />
      </div>
      {verdict.assumptions.length === 0 ? undefined : (
        <div className="v-section">
          <h3 className="v-section__title">This rests on</h3>
          <ul className="v-bullets">
            {verdict.assumptions.map(text => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

/** The steps as text, so that evidence can be read alone. */
export function printVerdict(verdict: Verdict): string {
  const side = (name: string, { verdict: outcome, steps }: SideVerdict): readonly string[] => [
    `${name}: ${outcome}`,
    ...steps.map(
      step =>
        `  ${step.decisive ? '*' : '-'} ${stepTitle(step)}: ${step.action}. ${step.text}${placeOf(step)}`,
    ),
  ];
  return [
    `Verdict: ${verdict.outcome}`,
    ...side('Egress', verdict.egress),
    ...side('Ingress', verdict.ingress),
    ...verdict.assumptions.map(text => `Rests on: ${text}`),
  ].join('\n');
}

/** The step that decided, preferring a deny. */
export function decisiveStep(verdict: Verdict): Step | undefined {
  const decisive = [...verdict.egress.steps, ...verdict.ingress.steps].filter(step => step.decisive);
  return decisive.find(step => step.action === verdict.outcome) ?? decisive[0];
}

function Side({
  title,
  side,
  onChange,
}: {
  readonly title: string;
  readonly side: SideVerdict;
  readonly onChange?: (policy: string) => void;
}): ReactElement {
  return (
    <section className="v-section" aria-label={title}>
      <h3 className="v-section__title">
        {title}
        <OutcomeMark outcome={side.verdict} />
      </h3>
      {side.steps.length === 0 ? (
        <p className="v-dim">No policy was asked on this side.</p>
      ) : (
        <ol className="v-steps">
          {side.steps.map((step, index) => (
            <li
              key={index}
              className={`v-step v-step--${step.action}${step.decisive ? ' v-step--decisive' : ''}`}
            >
              <span className="v-step__sign">
                <Icon name={ICONS[step.action]} small />
              </span>
              <div className="v-grow">
                <div className="v-step__head">
                  <span className="v-grow">
                    <span className="v-strong">{stepTitle(step)}</span>{' '}
                    <span className="v-dim">{step.action}</span>{' '}
                    {step.decisive ? <Badge tone="info">decides</Badge> : undefined}
                  </span>
                  {step.source === undefined ? undefined : <SourceLink span={step.source} />}
                  {onChange === undefined ||
                  step.policy === undefined ||
                  step.source?.file === '' ? undefined : (
                    <Link title="Try a change of this policy" onPress={() => onChange(step.policy ?? '')}>
                      change
                    </Link>
                  )}
                </div>
                <p className="v-step__text">{step.text}</p>
              </div>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function stepTitle(step: Step): string {
  const rule =
    step.rule === undefined
      ? ''
      : ` rule ${step.rule}${step.ruleName === undefined ? '' : ` (${step.ruleName})`}`;
  return step.policy === undefined ? step.stage : `${step.policy}${rule}`;
}

function placeOf(step: Step): string {
  return step.source === undefined ? '' : ` [${step.source.file}:${step.source.line}]`;
}
