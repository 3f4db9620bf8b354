// One requirement: procedures with their evidence, what the checks say in words, and the one finding with its note.
import type { ReactElement } from 'react';
import type { CitedEvidence, RequirementState } from '../../../shared/evidence/requirement-states.ts';
import type { Engagement } from '../../../shared/records/engagement.ts';
import { navigate } from '../../data/route.ts';
import { personName } from '../../data/selectors.ts';
import { Link } from '../../kit/button.tsx';
import { Section } from '../../kit/layout.tsx';
import { Badge } from '../../kit/mark.tsx';
import { EmptyState } from '../../kit/notice.tsx';
import { FindingMark } from '../marks.tsx';
import { useSelected } from '../source-link.tsx';
import { CheckView } from './check-view.tsx';
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
      <Section title="What the checks say" count={state.checks.length}>
        {state.checks.length === 0 ? (
          <p className="v-dim">
            No automated check speaks about this requirement; it needs documents, interviews and observation.
          </p>
        ) : (
          state.checks.map(check => (
            <CheckView key={check.id} check={check} requirement={requirement.number} />
          ))
        )}
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
