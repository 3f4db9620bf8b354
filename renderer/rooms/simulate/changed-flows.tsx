// Flows of the log that the tried policies would judge otherwise.
import { useMemo, type ReactElement } from 'react';
import type { WhatIf } from '../../../shared/engagement/what-if.ts';
import { DataTable } from '../../kit/data-table.tsx';
import { EmptyState } from '../../kit/notice.tsx';
import type { Column } from '../../kit/table-rows.ts';
import { OutcomeMark } from '../marks.tsx';
import { SourceLink } from '../source-link.tsx';

type Flow = NonNullable<WhatIf['flows']>['rows'][number];

/** The table. */
export function ChangedFlows({ flows }: { readonly flows: WhatIf['flows'] }): ReactElement {
  const columns = useMemo<readonly Column<Flow>[]>(
    () => [
      {
        id: 'now',
        title: 'Now',
        width: 116,
        text: row => row.recomputed,
        render: row => <OutcomeMark outcome={row.recomputed} />,
      },
      {
        id: 'then',
        title: 'Then',
        width: 116,
        text: row => row.staged ?? '',
        render: row => <OutcomeMark outcome={row.staged ?? 'unknown'} />,
      },
      { id: 'src', title: 'From', width: 150, grow: 3, mono: true, text: row => row.src },
      { id: 'dst', title: 'To', width: 150, grow: 3, mono: true, text: row => row.dst },
      {
        id: 'port',
        title: 'Port',
        width: 90,
        mono: true,
        text: row => `${row.protocol.toLowerCase()} ${row.port ?? ''}`,
      },
      {
        id: 'records',
        title: 'Records',
        width: 84,
        end: true,
        text: row => String(row.records),
        rank: row => row.records,
      },
      {
        id: 'source',
        title: 'First record',
        width: 140,
        spare: true,
        text: row => `${row.source.file}:${row.source.line}`,
        render: row => <SourceLink span={row.source} />,
      },
    ],
    [],
  );
  if (flows === undefined)
    return <EmptyState title="No flow log">This cluster came without a flow log to ask.</EmptyState>;
  return (
    <DataTable
      label="Flows that change"
      columns={columns}
      rows={flows.rows}
      rowKey={row => `${row.src} ${row.dst} ${row.protocol} ${row.port ?? ''} ${row.cloud ?? row.reported}`}
      initialSort={{ column: 'records', direction: 'down' }}
      empty={`None of ${flows.records} records would be judged otherwise.`}
    />
  );
}
