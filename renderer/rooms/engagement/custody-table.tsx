// The custody log: everything that was done, each entry holding the hash of the one before. Read only.
import { useMemo, useState, type ReactElement } from 'react';
import { verifyCustody } from '../../../shared/records/custody.ts';
import type { CustodyEntry, Engagement } from '../../../shared/records/engagement.ts';
import { personName } from '../../data/selectors.ts';
import { useWorkbench } from '../../data/use-workbench.ts';
import { DataTable } from '../../kit/data-table.tsx';
import { Mark } from '../../kit/mark.tsx';
import type { Column } from '../../kit/table-rows.ts';

/** The log, newest first, with the answer whether the chain is whole. */
export function CustodyTable({ engagement }: { readonly engagement: Engagement }): ReactElement {
  const { digests } = useWorkbench();
  const [selected, setSelected] = useState<string>();
  const verified = useMemo(
    () => verifyCustody(digests, engagement.header.id, engagement.custody),
    [digests, engagement],
  );
  const rows = useMemo(() => [...engagement.custody].reverse(), [engagement.custody]);
  const columns = useMemo<readonly Column<CustodyEntry>[]>(
    () => [
      {
        id: 'seq',
        title: 'No',
        width: 56,
        end: true,
        mono: true,
        text: row => String(row.seq),
        rank: row => row.seq,
      },
      {
        id: 'at',
        title: 'When (UTC)',
        width: 170,
        mono: true,
        text: row => row.at.replace('T', ' ').replace('Z', ''),
      },
      { id: 'actor', title: 'Who', width: 140, text: row => personName(engagement.people, row.actor) },
      { id: 'action', title: 'What', width: 170, text: row => row.action.replaceAll('-', ' ') },
      { id: 'object', title: 'About', width: 160, grow: 1, text: row => row.object },
      { id: 'hash', title: 'Hash', width: 160, mono: true, text: row => row.hash.slice(0, 16) },
    ],
    [engagement.people],
  );
  return (
    <DataTable
      label="Custody log"
      columns={columns}
      rows={rows}
      rowKey={row => String(row.seq)}
      selected={selected}
      onSelect={setSelected}
      filterLabel="Filter the log"
      tools={
        verified.ok ? (
          <Mark icon="allow" tone="good">
            chain is whole
          </Mark>
        ) : (
          <Mark icon="deny" tone="bad">
            {verified.problem.message}
          </Mark>
        )
      }
      empty="Nothing was done yet."
    />
  );
}
