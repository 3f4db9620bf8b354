// Scope: for every workload a proposed category with its reasons, and the assessor's word where it differs. What
// needs a person stands on top.
import { useMemo, useState, type ReactElement } from 'react';
import type { ScopeCategory } from '../../../shared/records/scope-category.ts';
import { useCommandHandlers } from '../../data/commands.ts';
import { navigate, type Route } from '../../data/route.ts';
import { clustersOf, scopedWorkloads, workloadKey, type ScopedWorkload } from '../../data/selectors.ts';
import { useAppState } from '../../data/use-workbench.ts';
import { DataTable } from '../../kit/data-table.tsx';
import { Button } from '../../kit/button.tsx';
import { RoomFrame, SplitPane } from '../../kit/layout.tsx';
import { Badge } from '../../kit/mark.tsx';
import type { Column } from '../../kit/table-rows.ts';
import { Tabs } from '../../kit/tabs.tsx';
import { CategoryMark, categoryWord } from '../marks.tsx';
import { NoCase } from '../no-case.tsx';
import { DecideDialog } from './decide-dialog.tsx';
import { ScopeDetail } from './scope-detail.tsx';
import { ScopeItems } from './scope-items.tsx';
import { DiagramView } from './diagram-view.tsx';

const ORDER: readonly ScopeCategory[] = [
  'cde',
  'security-impacting',
  'connected',
  'undetermined',
  'out-of-scope',
];

/** The scope room. */
export function ScopeRoom({ route }: { readonly route: Route }): ReactElement {
  const view = useAppState(state => state.view);
  const cluster = useAppState(state => state.cluster);
  const scope = useAppState(state => state.judgement?.scope);
  const [deciding, setDeciding] = useState(false);
  const rows = useMemo(() => scopedWorkloads(view, scope?.decisions ?? [], cluster), [view, scope, cluster]);
  const selected = rows.find(row => workloadKey(view, row.workload) === route.selection);
  useCommandHandlers(
    useMemo(
      () => (selected === undefined ? NOTHING : { 'scope.decide': () => setDeciding(true) }),
      [selected],
    ),
  );
  if (view === undefined || scope === undefined)
    return (
      <RoomFrame title="Scope">
        <NoCase needs="Scope is proposed from labels, policies and flows of an imported cluster." />
      </RoomFrame>
    );
  const tab =
    route.query['show'] === 'items' ? 'items' : route.query['show'] === 'diagram' ? 'diagram' : 'workloads';
  return (
    <RoomFrame
      title="Scope"
      facts={
        <>
          {ORDER.map(category => {
            const count = rows.filter(row => (row.decision?.category ?? 'undetermined') === category).length;
            return count === 0 ? undefined : (
              <span key={category} className="v-row">
                <CategoryMark category={category} /> {count}
              </span>
            );
          })}
        </>
      }
      actions={
        <Button icon="pen" keys="d" disabled={selected === undefined} onPress={() => setDeciding(true)}>
          Decide
        </Button>
      }
    >
      <Tabs
        label="Parts of scope"
        tabs={[
          { id: 'workloads', title: 'Decisions', count: rows.length },
          { id: 'items', title: 'Needs a person', count: scope.items.length },
          { id: 'diagram', title: 'Diagram' },
        ]}
        selected={tab}
        onSelect={show => navigate('scope', undefined, show === 'workloads' ? {} : { show }, true)}
      >
        {tab === 'workloads' ? (
          <SplitPane
            name="scope"
            start={
              <Decisions
                rows={rows}
                selected={route.selection}
                claims={scope.claims}
                assumed={scope.claimsAssumed}
              />
            }
            end={<ScopeDetail item={selected} onDecide={() => setDeciding(true)} />}
          />
        ) : undefined}
        {tab === 'items' ? <ScopeItems items={scope.items} /> : undefined}
        {tab === 'diagram' ? (
          <DiagramView clusters={clustersOf(view, cluster).map(item => item.cluster)} />
        ) : undefined}
      </Tabs>
      {deciding && selected !== undefined ? (
        <DecideDialog item={selected} onClose={() => setDeciding(false)} />
      ) : undefined}
    </RoomFrame>
  );
}

const NOTHING = {};

function Decisions({
  rows,
  selected,
  claims,
  assumed,
}: {
  readonly rows: readonly ScopedWorkload[];
  readonly selected: string | undefined;
  readonly claims: readonly string[];
  readonly assumed: boolean;
}): ReactElement {
  const view = useAppState(state => state.view);
  const columns = useMemo<readonly Column<ScopedWorkload>[]>(
    () => [
      { id: 'namespace', title: 'Namespace', width: 110, grow: 1, text: row => row.workload.namespace },
      {
        id: 'name',
        title: 'Workload',
        width: 140,
        grow: 2,
        text: row => row.workload.name,
        render: row => <span className="v-strong">{row.workload.name}</span>,
      },
      {
        id: 'scope',
        title: 'Category',
        width: 160,
        text: row => categoryWord(row.decision?.category ?? 'undetermined'),
        rank: row => ORDER.indexOf(row.decision?.category ?? 'undetermined'),
        render: row => <CategoryMark category={row.decision?.category ?? 'undetermined'} />,
      },
      {
        id: 'by',
        title: 'Decided by',
        width: 92,
        text: row => row.decision?.decidedBy ?? '',
        render: row =>
          row.decision?.decidedBy === 'person' ? (
            <Badge tone="info">assessor</Badge>
          ) : (
            <span className="v-dim">proposed</span>
          ),
      },
      { id: 'basis', title: 'Because', width: 200, grow: 4, text: row => row.decision?.basis[0]?.text ?? '' },
    ],
    [],
  );
  return (
    <DataTable
      label="Scope decisions"
      columns={columns}
      rows={rows}
      rowKey={row => workloadKey(view, row.workload)}
      selected={selected}
      onSelect={key => navigate('scope', key, {}, true)}
      filterLabel="Filter decisions"
      initialSort={{ column: 'scope', direction: 'up' }}
      tools={
        <span className="v-dim v-clip" title={claims.join(' ')}>
          claimed by <span className="v-mono">{claims.join(' ')}</span>
          {assumed ? ', assumed' : ''}
        </span>
      }
    />
  );
}
