// Connections that became possible or impossible, as a table; those of the CDE stand first.
import { useMemo, type ReactElement } from 'react';
import type { DiffRow } from '../../../shared/verdict/diff.ts';
import { DataTable } from '../../kit/data-table.tsx';
import { Mark } from '../../kit/mark.tsx';
import type { Column } from '../../kit/table-rows.ts';

/** The table; Enter leads to the question about the connection as it is now. */
export function ChangeTable({
  rows,
  onOpen,
}: {
  readonly rows: readonly DiffRow[];
  readonly onOpen?: (row: DiffRow) => void;
}): ReactElement {
  const columns = useMemo<readonly Column<DiffRow>[]>(
    () => [
      {
        id: 'type',
        title: 'Change',
        width: 136,
        text: row => WORDS[row.type],
        rank: row => Object.keys(WORDS).indexOf(row.type),
        render: row => <ChangeMark type={row.type} />,
      },
      {
        id: 'cde',
        title: 'CDE',
        width: 84,
        text: row => (row.touchesCde ? 'CDE' : ''),
        render: row =>
          row.touchesCde ? (
            <Mark icon="lock" tone="cde">
              CDE
            </Mark>
          ) : undefined,
      },
      { id: 'src', title: 'From', width: 104, grow: 3, mono: true, text: row => row.src },
      { id: 'dst', title: 'To', width: 104, grow: 3, mono: true, text: row => row.dst },
      { id: 'before', title: 'Before', spare: true, width: 88, grow: 2, mono: true, text: row => row.before },
      { id: 'after', title: 'After', width: 88, grow: 2, mono: true, text: row => row.after },
    ],
    [],
  );
  return (
    <DataTable
      label="Connections that change"
      columns={columns}
      rows={rows}
      rowKey={keyOf}
      {...(onOpen === undefined
        ? {}
        : {
            onOpen: (key: string) => {
              const row = rows.find(one => keyOf(one) === key);
              if (row !== undefined) onOpen(row);
            },
          })}
      empty="No connection changes."
    />
  );
}

const WORDS: Readonly<Record<DiffRow['type'], string>> = {
  added: 'possible now',
  removed: 'impossible now',
  changed: 'other ports',
};

function ChangeMark({ type }: { readonly type: DiffRow['type'] }): ReactElement {
  switch (type) {
    case 'added':
      return (
        <Mark icon="allow" tone="warn">
          {WORDS.added}
        </Mark>
      );
    case 'removed':
      return (
        <Mark icon="deny" tone="info">
          {WORDS.removed}
        </Mark>
      );
    case 'changed':
      return (
        <Mark icon="flow" tone="none">
          {WORDS.changed}
        </Mark>
      );
  }
}

function keyOf(row: DiffRow): string {
  return `${row.src} ${row.dst}`;
}
