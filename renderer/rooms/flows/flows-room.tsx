// Flows: every edge of the flow log beside what the policies say of it. Where they part is what an assessor came for.
import { useMemo, useState, type ReactElement } from 'react';
import { agreementOf } from '../../../shared/verdict/replay.ts';
import type { ReplayRow } from '../../../shared/verdict/replay-types.ts';
import { useCommandHandlers } from '../../data/commands.ts';
import { navigate, type Route } from '../../data/route.ts';
import { clustersOf } from '../../data/selectors.ts';
import { useAppState } from '../../data/use-workbench.ts';
import { Button } from '../../kit/button.tsx';
import { DataTable } from '../../kit/data-table.tsx';
import { Choices } from '../../kit/field.tsx';
import { RoomFrame, SplitPane } from '../../kit/layout.tsx';
import { counted, EmptyState, printCount } from '../../kit/notice.tsx';
import type { Column } from '../../kit/table-rows.ts';
import { OutcomeMark, outcomeWord } from '../marks.tsx';
import { NoCase } from '../no-case.tsx';
import { FlowDetail } from './flow-detail.tsx';
import { agreementWord, flowKey, type Agreement } from './agreement.ts';
import { AgreementMark } from './agreement-mark.tsx';

const SHOWN: readonly { readonly value: Agreement | 'all'; readonly text: string }[] = [
  { value: 'all', text: 'All' },
  { value: 'contradict', text: 'Contradicts' },
  { value: 'indeterminate', text: 'Cannot tell' },
  { value: 'agree', text: 'Agrees' },
];

/** The flows room. */
export function FlowsRoom({ route }: { readonly route: Route }): ReactElement {
  const view = useAppState(state => state.view);
  const cluster = useAppState(state => state.cluster);
  const [shown, setShown] = useState<Agreement | 'all'>('all');
  const clusters = clustersOf(view, cluster);
  const rows = useMemo(
    () => clustersOf(view, cluster).flatMap(item => item.replay?.rows ?? []),
    [view, cluster],
  );
  const asked = useMemo(
    () => (shown === 'all' ? rows : rows.filter(row => agreementOf(row) === shown)),
    [rows, shown],
  );
  const selected = useMemo(() => rows.find(row => flowKey(row) === route.selection), [rows, route.selection]);
  useCommandHandlers(
    useMemo(
      () => (selected === undefined ? NOTHING : { 'flows.explain': () => explain(selected) }),
      [selected],
    ),
  );
  if (view === undefined)
    return (
      <RoomFrame title="Flows">
        <NoCase needs="Flows come from Calico or Cilium flow logs, replayed against the policies of the export." />
      </RoomFrame>
    );
  const sum = (
    of: (summary: NonNullable<(typeof clusters)[number]['replay']>['summary']) => number,
  ): number =>
    clusters.reduce((total, item) => total + (item.replay === undefined ? 0 : of(item.replay.summary)), 0);
  const lost = clusters.reduce((total, item) => total + (item.flows?.lost ?? 0), 0);
  return (
    <RoomFrame
      title="Flows"
      facts={
        <>
          <span>
            {counted(
              sum(item => item.records),
              'record',
            )}
          </span>
          <span>
            {counted(
              sum(item => item.edges),
              'edge',
            )}
          </span>
          <span>
            {counted(
              sum(item => item.contradict),
              'edge contradicts',
              'edges contradict',
            )}{' '}
            the policies
          </span>
          <span>{printCount(sum(item => item.indeterminate))} cannot be told</span>
          {lost === 0 ? undefined : <span>{printCount(lost)} lost by the log itself</span>}
        </>
      }
      actions={
        <Button icon="flow" keys="e" disabled={selected === undefined} onPress={() => explain(selected)}>
          Explain
        </Button>
      }
    >
      {rows.length === 0 ? (
        <EmptyState title="No flow records">
          Import a flow log of this cluster to compare what happened with what the policies say.
        </EmptyState>
      ) : (
        <SplitPane
          name="flows"
          initial={0.68}
          start={
            <FlowTable
              rows={asked}
              selected={route.selection}
              tools={<Choices label="Shown flows" value={shown} options={SHOWN} onChange={setShown} />}
            />
          }
          end={<FlowDetail row={selected} onExplain={() => explain(selected)} />}
        />
      )}
    </RoomFrame>
  );
}

const NOTHING = {};

function explain(row: ReplayRow | undefined): void {
  if (row === undefined) return;
  navigate('simulate', undefined, {
    cluster: row.cluster,
    from: row.src,
    to: row.dst,
    protocol: row.protocol,
    ...(row.port === undefined ? {} : { port: String(row.port) }),
    record: `${row.source.file}:${row.source.line}`,
  });
}

function FlowTable({
  rows,
  selected,
  tools,
}: {
  readonly rows: readonly ReplayRow[];
  readonly selected: string | undefined;
  readonly tools: ReactElement;
}): ReactElement {
  const columns = useMemo<readonly Column<ReplayRow>[]>(
    () => [
      {
        id: 'from',
        title: 'From',
        width: 150,
        least: 100,
        grow: 3,
        text: row => row.src,
        render: row => <End id={row.src} />,
      },
      {
        id: 'to',
        title: 'To',
        width: 150,
        least: 100,
        grow: 3,
        text: row => row.dst,
        render: row => <End id={row.dst} />,
      },
      {
        id: 'port',
        title: 'Port',
        width: 78,
        mono: true,
        text: row => `${row.protocol.toLowerCase()}${row.port === undefined ? '' : ` ${row.port}`}`,
        rank: row => row.port ?? 0,
      },
      {
        id: 'records',
        title: 'Records',
        width: 72,
        spare: true,
        end: true,
        text: row => printCount(row.records),
        rank: row => row.records,
      },
      {
        id: 'reported',
        title: 'Reported',
        width: 88,
        text: row => outcomeWord(row.reported),
        render: row => <OutcomeMark outcome={row.reported} />,
      },
      {
        id: 'recomputed',
        title: 'Policies say',
        width: 112,
        text: row => outcomeWord(row.recomputed),
        render: row => <OutcomeMark outcome={row.recomputed} />,
      },
      {
        id: 'match',
        title: 'Together',
        width: 116,
        text: row => agreementWord(agreementOf(row)),
        render: row => <AgreementMark agreement={agreementOf(row)} />,
      },
      {
        id: 'last',
        title: 'Last seen (UTC)',
        width: 150,
        mono: true,
        spare: true,
        text: row => row.last.replace('T', ' ').replace(/(\.\d+)?Z$/, ''),
      },
    ],
    [],
  );
  return (
    <DataTable
      label="Flows"
      columns={columns}
      rows={rows}
      rowKey={flowKey}
      selected={selected}
      onSelect={key => navigate('flows', key, {}, true)}
      onOpen={key => explain(rows.find(row => flowKey(row) === key))}
      filterLabel="Filter flows"
      tools={tools}
    />
  );
}

/** A workload as `namespace/name` with its kind set back; what cannot fit is the kind. */
function End({ id }: { readonly id: string }): ReactElement {
  const bracket = id.endsWith(']') ? id.lastIndexOf('[') : -1;
  if (bracket < 0) return <span>{id}</span>;
  return (
    <>
      <span>{id.slice(0, bracket)}</span> <span className="v-end">{id.slice(bracket + 1, -1)}</span>
    </>
  );
}
