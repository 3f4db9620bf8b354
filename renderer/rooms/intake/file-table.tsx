// The table of files: format, records, period, what was masked, the worst that was found; archives open to their members.
// While files come in, rows say which wait and which is being read.
import { useMemo, type ReactElement } from 'react';
import { DataTable } from '../../kit/data-table.tsx';
import { FilterChips } from '../../kit/filter-chips.tsx';
import { Mark } from '../../kit/mark.tsx';
import { printCount } from '../../kit/notice.tsx';
import type { Column } from '../../kit/table-rows.ts';
import { SeverityMark } from '../marks.tsx';
import { isUnconfirmed, maskedOf, printPeriod, type IntakeRow } from './intake-rows.ts';
import { keptRows, quickFilters } from './quick-filters.ts';

const keyOf = (row: IntakeRow): string => row.path;
const parentOf = (row: IntakeRow): string | undefined => row.parent;

/** Files and members. */
export function FileTable({
  rows,
  only,
  onOnly,
  selected,
  onSelect,
  onOpen,
  follow,
}: {
  readonly rows: readonly IntakeRow[];
  /** Quick filters that are on. */
  readonly only: ReadonlySet<string>;
  readonly onOnly: (only: ReadonlySet<string>) => void;
  readonly selected: string | undefined;
  readonly onSelect: (path: string) => void;
  readonly onOpen: (path: string) => void;
  /** The file that is being read. */
  readonly follow: string | undefined;
}): ReactElement {
  const kept = useMemo(() => keptRows(rows, only), [rows, only]);
  const columns = only.size === 0 ? COLUMNS : FLAT;
  const chips = useMemo(() => quickFilters(rows, only), [rows, only]);
  return (
    <DataTable
      label="Files"
      columns={columns}
      rows={kept}
      rowKey={keyOf}
      {...(only.size === 0 ? { parentOf } : {})}
      follow={follow}
      selected={selected}
      onSelect={onSelect}
      onOpen={onOpen}
      filterLabel="Filter files"
      tools={<FilterChips label="Quick filters" chips={chips} chosen={only} onChange={onOnly} />}
      empty="No file is left by these filters."
    />
  );
}

const COLUMNS: readonly Column<IntakeRow>[] = [
  {
    id: 'file',
    title: 'File',
    width: 180,
    grow: 3,
    mono: true,
    text: row => row.path,
    render: row => <Path text={row.name} />,
  },
  { id: 'format', title: 'Format', width: 108, text: formatText, render: row => <Format row={row} /> },
  {
    id: 'records',
    title: 'Records',
    width: 72,
    end: true,
    text: row => (row.line === undefined ? '' : printCount(row.line.file.records)),
    rank: row => row.line?.file.records ?? -1,
  },
  {
    id: 'remarks',
    title: 'Remarks',
    width: 100,
    text: row =>
      row.line?.worst === undefined ? '' : `${row.line.file.diagnostics.length} ${row.line.worst}`,
    render: row => <Remarks row={row} />,
  },
  {
    id: 'masked',
    title: 'Masked',
    width: 66,
    end: true,
    text: row => (maskedOf(row) === 0 ? '' : printCount(maskedOf(row))),
    rank: maskedOf,
  },
  {
    id: 'period',
    title: 'Period UTC',
    width: 172,
    spare: true,
    text: row => printPeriod(row.line?.file.period),
    // The year is in the copy, in the tooltip and in the detail.
    render: row => printPeriod(row.line?.file.period).replaceAll(/\d{4}-(?=\d\d-)/g, ''),
  },
  { id: 'cluster', title: 'Cluster', width: 110, spare: true, text: row => row.line?.file.cluster ?? '' },
];

/** Without their archives beside them, members go by their whole path. */
const FLAT = COLUMNS.map(column =>
  column.id === 'file' ? { ...column, render: (row: IntakeRow) => <Path text={row.path} /> } : column,
);

/** A path whose end is what tells it apart: the start gives way. */
function Path({ text }: { readonly text: string }): ReactElement {
  return (
    <span className="v-path">
      <bdi>{text}</bdi>
    </span>
  );
}

function formatText(row: IntakeRow): string {
  if (row.line === undefined) return row.state === 'read' ? 'archive' : row.state;
  const { file } = row.line;
  if (file.withheld === true) return 'withheld';
  return file.members === undefined ? file.format : (file.container ?? file.format);
}

function Format({ row }: { readonly row: IntakeRow }): ReactElement {
  if (row.state === 'reading')
    return (
      <Mark icon="right" tone="info">
        reading
      </Mark>
    );
  const text = formatText(row);
  const isDim = row.line?.file === undefined || row.line.file.members !== undefined;
  return <span className={isDim ? 'v-dim' : ''}>{text}</span>;
}

function Remarks({ row: { line } }: { readonly row: IntakeRow }): ReactElement | undefined {
  if (line === undefined) return undefined;
  if (isUnconfirmed(line)) return <SeverityMark severity="warning" />;
  if (line.worst === undefined) return undefined;
  const count = line.file.diagnostics.filter(item => item.severity === line.worst).length;
  return (
    <>
      <SeverityMark severity={line.worst} />
      {count > 1 ? <span className="v-dim"> × {printCount(count)}</span> : undefined}
    </>
  );
}
