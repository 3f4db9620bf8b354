// One requirement: procedures with their evidence, what the checks say in words, and the one finding with its note.
import type { ReactElement } from 'react';
import type { CitedEvidence, RequirementState } from '../../../shared/evidence/requirement-states.ts';
import type { CheckResult } from '../../../shared/checks/check.ts';
import type { Engagement } from '../../../shared/records/engagement.ts';
import { navigate } from '../../data/route.ts';
import { personName } from '../../data/selectors.ts';
import { useAppState } from '../../data/use-workbench.ts';
import { Link } from '../../kit/button.tsx';
import { Section } from '../../kit/layout.tsx';
import { Badge } from '../../kit/mark.tsx';
import { EmptyState } from '../../kit/notice.tsx';
import { CheckMark, checkWord, FindingMark } from '../marks.tsx';
import { draftOf, SourceLink, TagButton, useSelected } from '../source-link.tsx';
import { FindingForm } from './finding-form.tsx';

/** Detail of a requirement. */
export function RequirementDetail({
  state,
  engagement,
}: {
  readonly state: RequirementState | undefined;
  readonly engagement: Engagement;
}): ReactElement {
  useSelected(undefined);
  if (state === undefined)
    return (
      <EmptyState title="No requirement selected">
        n goes to the next open one. Filter by number, words, finding or check.
      </EmptyState>
    );
  const { requirement, finding } = state;
  const other = engagement.header.standard === '4.0.1' ? 'v3.2.1' : 'v4.0.1';
  return (
    <div className="v-detail">
      <div className="v-detail__head">
        <div className="v-row v-row--wrap">
          <h2 className="v-detail__title">
            <span className="v-mono v-number">{requirement.number}</span> {requirement.title}
          </h2>
        </div>
        <div className="v-row v-row--wrap">
          <FindingMark finding={finding?.finding} />
          {requirement.other.length === 0 ? undefined : (
            <span className="v-dim">
              {other}: {requirement.other.join(', ')}
            </span>
          )}
          {requirement.serviceProviderOnly ? <Badge>service providers only</Badge> : undefined}
          {requirement.effective === undefined ? undefined : <Badge>since {requirement.effective}</Badge>}
        </div>
      </div>
      <FindingForm key={requirement.number} state={state} />
      {finding === undefined ? undefined : (
        <p className="v-dim">
          Set by {personName(engagement.people, finding.by)}, {finding.at}
        </p>
      )}
      <Section title="What the checks say" count={state.checks.length}>
        {state.checks.length === 0 ? (
          <p className="v-dim">
            No automated check speaks about this requirement; it needs documents, interviews and observation.
          </p>
        ) : (
          state.checks.map(check => <Check key={check.id} check={check} requirement={requirement.number} />)
        )}
      </Section>
      <Section title="Testing procedures" count={state.procedures.length}>
        <ul className="v-list">
          {state.procedures.map(({ procedure, evidence }) => (
            <li key={procedure.number} className="v-stack v-stack--tight">
              <div className="v-row">
                <span className="v-mono v-strong">{procedure.number}</span>
                <span className="v-dim v-grow">{procedure.methods.join(', ')}</span>
                {evidence.length === 0 ? <span className="v-dim">no evidence</span> : undefined}
              </div>
              <Cited cited={evidence} />
            </li>
          ))}
          {state.evidence.length === 0 ? undefined : (
            <li className="v-stack v-stack--tight">
              <span className="v-dim">Tagged to the requirement itself</span>
              <Cited cited={state.evidence} />
            </li>
          )}
        </ul>
      </Section>
    </div>
  );
}

function Cited({ cited }: { readonly cited: readonly CitedEvidence[] }): ReactElement | undefined {
  if (cited.length === 0) return undefined;
  return (
    <ul className="v-stack v-stack--tight">
      {cited.map(({ tag, item }) => (
        <li key={tag.id} className="v-row v-cited">
          <Link mono onPress={() => navigate('evidence', item.id)}>
            {item.id}
          </Link>
          <span className="v-grow">
            {item.title}
            {tag.note === undefined ? undefined : <span className="v-dim"> {tag.note}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Check({
  check,
  requirement,
}: {
  readonly check: CheckResult;
  readonly requirement: string;
}): ReactElement {
  const view = useAppState(state => state.view);
  const first = check.witnesses.find(witness => witness.source !== undefined)?.source;
  return (
    <details className="v-check-result" open={check.outcome === 'fail'}>
      <summary>
        <CheckMark outcome={check.outcome} />
        <span className="v-mono">{check.id}</span>
        <span className="v-grow">{check.title}</span>
      </summary>
      <div className="v-stack v-check-result__body">
        <p>{check.sentence}</p>
        <div className="v-row">
          <TagButton
            selection={{
              title: `Check ${check.id}: ${checkWord(check.outcome)}`,
              draft: draftOf(
                view,
                'check-result',
                `Check ${check.id}: ${checkWord(check.outcome)}`,
                [
                  check.sentence,
                  ...check.witnesses.map(witness => `- ${witness.text}`),
                  ...check.coverage.gaps.map(gap => `Not covered: ${gap}`),
                ].join('\n'),
                first,
              ),
              suggests: [requirement, ...check.procedures],
            }}
          />
          <span className="v-dim">
            {check.coverage.examined} examined
            {check.coverage.period === undefined
              ? ''
              : `, ${check.coverage.period.from} to ${check.coverage.period.to}`}
          </span>
        </div>
        {check.witnesses.length === 0 ? undefined : (
          <ul className="v-list">
            {check.witnesses.slice(0, 50).map((witness, index) => (
              <li key={index} className="v-row">
                <span className="v-grow">{witness.text}</span>
                {witness.source === undefined ? undefined : <SourceLink span={witness.source} />}
              </li>
            ))}
            {check.witnesses.length > 50 ? (
              <li className="v-dim">{check.witnesses.length - 50} more in the report</li>
            ) : undefined}
          </ul>
        )}
        {check.coverage.gaps.length === 0 ? undefined : (
          <div>
            <span className="v-strong">Not covered</span>
            <ul className="v-bullets">
              {check.coverage.gaps.map(gap => (
                <li key={gap}>{gap}</li>
              ))}
            </ul>
          </div>
        )}
        {check.coverage.assumptions.length === 0 ? undefined : (
          <div>
            <span className="v-strong">Assumed</span>
            <ul className="v-bullets">
              {check.coverage.assumptions.map(text => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </details>
  );
}
