// Evidence: the register of everything that was tagged, each item with its digest, its place, and what cites it.
import { useMemo, type ReactElement } from 'react';
import { ensure } from '../../../shared/base/assert.ts';
import type { EvidenceItem } from '../../../shared/records/engagement.ts';
import { navigate, type Route } from '../../data/route.ts';
import { useAppState, useWorkbench } from '../../data/use-workbench.ts';
import { DataTable } from '../../kit/data-table.tsx';
import { Keys } from '../../kit/button.tsx';
import { RoomFrame, SplitPane } from '../../kit/layout.tsx';
import { Badge } from '../../kit/mark.tsx';
import { counted, EmptyState } from '../../kit/notice.tsx';
import type { Column } from '../../kit/table-rows.ts';
import { EvidenceDetail } from './evidence-detail.tsx';

/** The evidence room. */
export function EvidenceRoom({ route }: { readonly route: Route }): ReactElement {
  const workbench = useWorkbench();
  const engagement = ensure(
    useAppState(state => state.engagement),
    'the shell opens this room only with an engagement',
  );
  const { evidence, tags } = engagement;
  const columns = useMemo<readonly Column<EvidenceItem>[]>(
    () => [
      {
        id: 'id',
        title: 'No',
        width: 104,
        mono: true,
        text: item => item.id,
        rank: item => evidence.indexOf(item),
      },
      {
        id: 'kind',
        title: 'Kind',
        width: 104,
        text: item => item.kind.replaceAll('-', ' '),
        render: item => <Badge>{item.kind.replaceAll('-', ' ')}</Badge>,
      },
      { id: 'title', title: 'What it shows', width: 220, grow: 4, text: item => item.title },
      {
        id: 'tagged',
        title: 'Tagged to',
        width: 130,
        grow: 1,
        mono: true,
        text: item =>
          tags
            .filter(tag => tag.evidence === item.id)
            .map(tag => tag.procedure ?? tag.requirement)
            .join(' '),
      },
      {
        id: 'place',
        spare: true,
        title: 'Place',
        width: 150,
        grow: 1,
        mono: true,
        text: item =>
          item.source === undefined
            ? ''
            : `${item.source.file}${item.source.line === undefined ? '' : `:${item.source.line}`}`,
      },
    ],
    [evidence, tags],
  );
  const selected = evidence.find(item => item.id === route.selection);
  return (
    <RoomFrame
      title="Evidence"
      facts={
        <>
          <span>{counted(evidence.length, 'item')}</span>
          <span>{counted(tags.length, 'tag')}</span>
        </>
      }
    >
      {evidence.length === 0 ? (
        <EmptyState title="Nothing is tagged yet">
          Select a file, a row, a flow, a rule or a check anywhere and press <Keys keys="t" />. It becomes
          evidence with its digest and its line.
        </EmptyState>
      ) : (
        <SplitPane
          name="evidence"
          initial={0.55}
          start={
            <DataTable
              label="Evidence register"
              columns={columns}
              rows={evidence}
              rowKey={item => item.id}
              selected={route.selection}
              onSelect={id => navigate('evidence', id, {}, true)}
              onOpen={() => {
                if (selected?.source !== undefined) workbench.showSource(selected.source);
              }}
              filterLabel="Filter evidence"
            />
          }
          end={<EvidenceDetail item={selected} engagement={engagement} />}
        />
      )}
    </RoomFrame>
  );
}
