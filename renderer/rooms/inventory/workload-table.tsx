// The table of workloads: scope, isolation per direction, labels.
import { useMemo, type ReactElement } from 'react';
import type { ScopedWorkload } from '../../data/selectors.ts';
import { DataTable } from '../../kit/data-table.tsx';
import type { Column } from '../../kit/table-rows.ts';
import { CategoryMark, categoryWord, IsolatedMark, isolatedWord } from '../marks.tsx';

/** Workloads with their scope. */
export function WorkloadTable({
  rows,
  selected,
  keyOf,
  onSelect,
  showCluster,
}: {
  readonly rows: readonly ScopedWorkload[];
  readonly selected: string | undefined;
  readonly keyOf: (row: ScopedWorkload) => string;
  readonly onSelect: (key: string) => void;
  readonly showCluster: boolean;
}): ReactElement {
  const columns = useMemo<readonly Column<ScopedWorkload>[]>(
    () => [
      ...(showCluster
        ? [
            {
              id: 'cluster',
              title: 'Cluster',
              width: 90,
              mono: true,
              text: (row: ScopedWorkload) => row.workload.cluster,
            },
          ]
        : []),
      { id: 'namespace', title: 'Namespace', width: 96, grow: 1, text: row => row.workload.namespace },
      {
        id: 'name',
        title: 'Workload',
        width: 170,
        least: 130,
        grow: 2,
        text: row => `${row.workload.name} ${row.workload.kind}`,
        render: row => (
          <>
            <span className="v-strong">{row.workload.name}</span>{' '}
            <span className="v-end">{row.workload.kind}</span>
          </>
        ),
      },
      {
        id: 'pods',
        title: 'Pods',
        width: 50,
        spare: true,
        end: true,
        text: row => String(row.workload.pods.length),
        rank: row => row.workload.pods.length,
      },
      {
        id: 'scope',
        title: 'Scope',
        width: 156,
        text: row => categoryWord(row.decision?.category ?? 'undetermined'),
        render: row => <CategoryMark category={row.decision?.category ?? 'undetermined'} />,
      },
      {
        id: 'ingress',
        title: 'Ingress',
        width: 106,
        text: row => isolatedWord(row.workload.ingress),
        render: row => (
          <IsolatedMark isolated={row.workload.ingress} inCde={row.decision?.category === 'cde'} />
        ),
      },
      {
        id: 'egress',
        title: 'Egress',
        width: 106,
        text: row => isolatedWord(row.workload.egress),
        render: row => (
          <IsolatedMark isolated={row.workload.egress} inCde={row.decision?.category === 'cde'} />
        ),
      },
      {
        id: 'labels',
        title: 'Labels',
        width: 140,
        grow: 3,
        mono: true,
        spare: true,
        text: row =>
          Object.entries(row.workload.labels)
            .filter(([key]) => key !== 'pod-template-hash')
            .map(([key, value]) => `${key}=${value}`)
            .join(' '),
      },
    ],
    [showCluster],
  );
  return (
    <DataTable
      label="Workloads"
      columns={columns}
      rows={rows}
      rowKey={keyOf}
      selected={selected}
      onSelect={onSelect}
      filterLabel="Filter workloads"
      empty="The export holds no workloads."
    />
  );
}
