// Policies, services, namespaces and nodes as tables; Enter opens the line where an object is written.
import { useMemo, useState, type ReactElement } from 'react';
import type { Namespace, Node, Service } from '../../../shared/model/snapshot.ts';
import type { SourceSpan } from '../../../shared/base/source.ts';
import type { PolicyView } from '../../data/case-view.ts';
import { useAppState, useWorkbench } from '../../data/use-workbench.ts';
import { DataTable } from '../../kit/data-table.tsx';
import { Mark } from '../../kit/mark.tsx';
import type { Column } from '../../kit/table-rows.ts';
import { draftOf, SourceLink, useSelected } from '../source-link.tsx';

/** Policies of every dialect, with what became of them. */
export function PolicyTable({ rows }: { readonly rows: readonly PolicyView[] }): ReactElement {
  const columns = useMemo<readonly Column<PolicyView>[]>(
    () => [
      {
        id: 'namespace',
        title: 'Namespace',
        width: 110,
        grow: 1,
        text: row => row.namespace ?? 'whole cluster',
      },
      { id: 'name', title: 'Name', width: 170, grow: 2, text: row => row.name },
      { id: 'kind', title: 'Kind', width: 160, text: row => row.kind },
      { id: 'api', title: 'API', width: 212, mono: true, text: row => row.apiVersion },
      {
        id: 'state',
        title: 'State',
        width: 124,
        text: row => row.state,
        render: row => <StateMark state={row.state} />,
      },
      { id: 'reason', title: 'Why', width: 150, grow: 2, spare: true, text: row => row.reason ?? '' },
      sourceColumn(row => row.source),
    ],
    [],
  );
  return (
    <Objects
      label="Policies"
      columns={columns}
      rows={rows}
      keyOf={row => `${row.apiVersion} ${row.id}`}
      spanOf={row => row.source}
    />
  );
}

/** Services. */
export function ServiceTable({ rows }: { readonly rows: readonly Service[] }): ReactElement {
  const columns = useMemo<readonly Column<Service>[]>(
    () => [
      { id: 'namespace', title: 'Namespace', width: 110, grow: 1, text: row => row.namespace },
      { id: 'name', title: 'Name', width: 160, grow: 2, text: row => row.name },
      { id: 'type', title: 'Type', width: 110, text: row => row.type },
      {
        id: 'ports',
        title: 'Ports',
        width: 180,
        grow: 2,
        mono: true,
        text: row =>
          row.ports.map(port => `${port.port}→${port.targetPort ?? port.port}/${port.protocol}`).join(' '),
      },
      {
        id: 'pods',
        title: 'Pods',
        width: 60,
        end: true,
        text: row => String(row.pods.length),
        rank: row => row.pods.length,
      },
      {
        id: 'ips',
        title: 'Addresses',
        width: 150,
        grow: 1,
        mono: true,
        text: row => [...row.clusterIps, ...row.externalIps, ...row.loadBalancer].join(' '),
      },
      sourceColumn(row => row.source),
    ],
    [],
  );
  return (
    <Objects
      label="Services"
      columns={columns}
      rows={rows}
      keyOf={row => `${row.namespace}/${row.name}`}
      spanOf={row => row.source}
    />
  );
}

/** Namespaces; those only mentioned are said to be so. */
export function NamespaceTable({ rows }: { readonly rows: readonly Namespace[] }): ReactElement {
  const columns = useMemo<readonly Column<Namespace>[]>(
    () => [
      { id: 'name', title: 'Name', width: 180, grow: 1, text: row => row.name },
      {
        id: 'exported',
        title: 'Exported',
        width: 150,
        text: row => (row.synthetic ? 'only mentioned' : 'yes'),
      },
      {
        id: 'labels',
        title: 'Labels',
        width: 260,
        grow: 3,
        mono: true,
        text: row =>
          Object.entries(row.labels)
            .map(([key, value]) => `${key}=${value}`)
            .join(' '),
      },
      sourceColumn(row => row.source),
    ],
    [],
  );
  return (
    <Objects
      label="Namespaces"
      columns={columns}
      rows={rows}
      keyOf={row => row.name}
      spanOf={row => row.source}
    />
  );
}

/** Nodes. */
export function NodeTable({ rows }: { readonly rows: readonly Node[] }): ReactElement {
  const columns = useMemo<readonly Column<Node>[]>(
    () => [
      { id: 'name', title: 'Name', width: 180, grow: 1, text: row => row.name },
      {
        id: 'addresses',
        title: 'Addresses',
        width: 180,
        grow: 1,
        mono: true,
        text: row => row.addresses.join(' '),
      },
      { id: 'kubelet', title: 'Kubelet', width: 110, text: row => row.kubeletVersion ?? '' },
      { id: 'os', title: 'Operating system', width: 180, grow: 1, text: row => row.osImage ?? '' },
      { id: 'cidrs', title: 'Pod ranges', width: 140, mono: true, text: row => row.podCidrs.join(' ') },
      sourceColumn(row => row.source),
    ],
    [],
  );
  return (
    <Objects label="Nodes" columns={columns} rows={rows} keyOf={row => row.name} spanOf={row => row.source} />
  );
}

function Objects<T>({
  label,
  columns,
  rows,
  keyOf,
  spanOf,
}: {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly spanOf: (row: T) => SourceSpan | undefined;
}): ReactElement {
  const workbench = useWorkbench();
  const view = useAppState(state => state.view);
  const [selected, setSelected] = useState<string>();
  const row = rows.find(item => keyOf(item) === selected);
  useSelected(
    row === undefined
      ? undefined
      : {
          title: `${label}: ${keyOf(row)}`,
          draft: draftOf(
            view,
            'row',
            `${label}: ${keyOf(row)}`,
            columns.map(column => `${column.title}: ${column.text(row)}`).join('\n'),
            spanOf(row),
          ),
        },
  );
  return (
    <DataTable
      label={label}
      columns={columns}
      rows={rows}
      rowKey={keyOf}
      selected={selected}
      onSelect={setSelected}
      onOpen={() => {
        const span = row === undefined ? undefined : spanOf(row);
        if (span !== undefined) workbench.showSource(span);
      }}
      filterLabel={`Filter ${label.toLowerCase()}`}
      empty={`The export holds no ${label.toLowerCase()}.`}
    />
  );
}

function sourceColumn<T>(spanOf: (row: T) => SourceSpan | undefined): Column<T> {
  return {
    id: 'source',
    title: 'Source',
    width: 214,
    mono: true,
    text: row => {
      const span = spanOf(row);
      return span === undefined ? '' : `${span.file}:${span.line}`;
    },
    render: row => {
      const span = spanOf(row);
      return span === undefined ? undefined : <SourceLink span={span} />;
    },
  };
}

function StateMark({ state }: { readonly state: PolicyView['state'] }): ReactElement {
  switch (state) {
    case 'enforced':
      return (
        <Mark icon="allow" tone="good">
          enforced
        </Mark>
      );
    case 'staged':
      return (
        <Mark icon="pen" tone="warn">
          staged only
        </Mark>
      );
    case 'not-understood':
      return (
        <Mark icon="question" tone="bad">
          not understood
        </Mark>
      );
    case 'refused':
      return (
        <Mark icon="deny" tone="bad">
          refused
        </Mark>
      );
    case 'supporting':
      return (
        <Mark icon="none" tone="none">
          supporting
        </Mark>
      );
  }
}
