// The table of files: format and why, records, what was masked, the worst that was found.
import { useMemo, type ReactElement } from 'react';
import type { FileLine } from '../../data/selectors.ts';
import { DataTable } from '../../kit/data-table.tsx';
import { printCount } from '../../kit/notice.tsx';
import type { Column } from '../../kit/table-rows.ts';
import { SeverityMark } from '../marks.tsx';

/** Files and members. */
export function FileTable({
  lines,
  selected,
  onSelect,
  onOpen,
}: {
  readonly lines: readonly FileLine[];
  readonly selected: string | undefined;
  readonly onSelect: (path: string) => void;
  readonly onOpen: (path: string) => void;
}): ReactElement {
  const columns = useMemo<readonly Column<FileLine>[]>(
    () => [
      { id: 'file', title: 'File', width: 200, grow: 3, mono: true, text: line => line.file.path },
      { id: 'format', title: 'Format', width: 110, text: line => line.file.format },
      {
        id: 'records',
        title: 'Records',
        width: 84,
        end: true,
        text: line => printCount(line.file.records),
        rank: line => line.file.records,
      },
      {
        id: 'masked',
        title: 'Masked',
        width: 76,
        end: true,
        text: line => maskedText(line),
        rank: line => line.record?.redactions ?? line.file.redactions,
      },
      {
        id: 'problems',
        title: 'Remarks',
        width: 118,
        text: line => (line.worst === undefined ? '' : `${line.file.diagnostics.length} ${line.worst}`),
        render: line => <Remarks line={line} />,
      },
    ],
    [],
  );
  return (
    <DataTable
      label="Files"
      columns={columns}
      rows={lines}
      rowKey={line => line.file.path}
      selected={selected}
      onSelect={onSelect}
      onOpen={onOpen}
      filterLabel="Filter files"
    />
  );
}

function Remarks({ line }: { readonly line: FileLine }): ReactElement | undefined {
  if (line.record?.needsConfirmation === true && line.record.noAccountDataSeenBy === undefined)
    return <SeverityMark severity="warning" />;
  return line.worst === undefined ? undefined : <SeverityMark severity={line.worst} />;
}

function maskedText(line: FileLine): string {
  const count = line.record?.redactions ?? line.file.redactions;
  return count === 0 ? '' : printCount(count);
}
