// Why a workload is where it is: each reason with its witness and the line it stands on.
import type { ReactElement } from 'react';
import { personName, type ScopedWorkload } from '../../data/selectors.ts';
import { navigate } from '../../data/route.ts';
import { useAppState } from '../../data/use-workbench.ts';
import { Button, Link } from '../../kit/button.tsx';
import { Section } from '../../kit/layout.tsx';
import { Badge } from '../../kit/mark.tsx';
import { EmptyState, Note } from '../../kit/notice.tsx';
import { CategoryMark } from '../marks.tsx';
import { draftOf, SourceLink, TagButton, useSelected } from '../source-link.tsx';

const NO_MARKS = [] as const;

/** Detail of a decision. */
export function ScopeDetail({
  item,
  onDecide,
}: {
  readonly item: ScopedWorkload | undefined;
  readonly onDecide: () => void;
}): ReactElement {
  const view = useAppState(state => state.view);
  const engagement = useAppState(state => state.engagement);
  const decision = item?.decision;
  const first = decision?.basis.find(basis => basis.source !== undefined)?.source;
  const selection =
    item === undefined || decision === undefined
      ? undefined
      : {
          title: `Scope of ${item.workload.id}`,
          draft: draftOf(
            view,
            'scope-decision',
            `Scope of ${item.workload.id}: ${decision.category}`,
            [
              `${item.workload.id}: ${decision.category} (${decision.decidedBy})`,
              ...decision.basis.map(basis => `- ${basis.text}`),
            ].join('\n'),
            first,
          ),
          suggests: ['12.5.2', '12.5.2.a', '12.5.2.b'],
        };
  useSelected(selection);
  if (item === undefined || decision === undefined || selection === undefined)
    return (
      <EmptyState title="No workload selected">
        Select a workload to see why it is in or out of scope.
      </EmptyState>
    );
  const marks = (engagement?.scopeMarks ?? NO_MARKS).filter(mark => mark.workload === item.workload.id);
  return (
    <div className="v-detail">
      <div className="v-detail__head">
        <h2 className="v-detail__title">{item.workload.id}</h2>
        <div className="v-row v-row--wrap">
          <CategoryMark category={decision.category} />
          {decision.decidedBy === 'person' ? (
            <span className="v-row v-dim">
              rules propose <CategoryMark category={decision.proposed} />
            </span>
          ) : (
            <span className="v-dim">proposed; yours to confirm or override</span>
          )}
          <span className="v-grow" />
          <Button small icon="pen" keys="d" onPress={onDecide}>
            Decide
          </Button>
          <TagButton selection={selection} />
        </div>
      </div>
      <Section title="Reasons" count={decision.basis.length}>
        <ul className="v-list">
          {decision.basis.map((basis, index) => (
            <li key={index} className="v-stack v-stack--tight">
              <div className="v-row">
                <Badge>{basis.kind.replaceAll('-', ' ')}</Badge>
                <span className="v-grow" />
                {basis.source === undefined ? undefined : <SourceLink span={basis.source} />}
              </div>
              <span>{basis.text}</span>
              {basis.peer === undefined ? undefined : (
                <Link
                  onPress={() =>
                    navigate('simulate', undefined, { from: item.workload.id, to: basis.peer ?? '' })
                  }
                >
                  Simulate with {basis.peer}
                </Link>
              )}
            </li>
          ))}
        </ul>
      </Section>
      {marks.length === 0 ? undefined : (
        <Section title="Decided by people" count={marks.length}>
          <ul className="v-list">
            {[...marks].reverse().map((mark, index) => (
              <li key={index} className="v-stack v-stack--tight">
                <div className="v-row">
                  <CategoryMark category={mark.category} />
                  <span className="v-dim">
                    {personName(engagement?.people ?? [], mark.by)}, {mark.at}
                  </span>
                </div>
                <span>{mark.reason}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {decision.category === 'out-of-scope' ? (
        <Note>A candidate only: the files show no path to the CDE. Confirm it by testing segmentation.</Note>
      ) : undefined}
    </div>
  );
}
