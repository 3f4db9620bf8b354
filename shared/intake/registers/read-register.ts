// Rows of a recognised list. Every row keeps its place; a cell that cannot be read is said and kept as text, its field
// stays empty. Nothing in a cell is evaluated: what looks like a formula is a text.
import type { RegisterRow } from '../../model/register.ts';
import type { Diagnostic } from '../intake.ts';
import type { Table, TableRow } from '../table/table.ts';
import { isBlank, readCell, type CellContext } from './cell-values.ts';
import { dateOrderOf } from './dates.ts';
import type { Column } from './definition.ts';
import { columnsOf, foldName } from './headers.ts';
import type { RecognisedRegister } from './recognise-register.ts';

/** What a list gave. */
export interface ReadRegister {
  readonly rows: readonly RegisterRow[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the rows below the names of the columns. */
export function readRegister(table: Table, register: RecognisedRegister, file: string): ReadRegister {
  const header = table.rows[register.header]?.cells ?? [];
  const columns = columnsAt(header, register);
  const body = table.rows.slice(register.header + 1);
  const order = dateOrderOf(datesOf(body, columns));
  const faults = makeFaults(file, table.sheet);
  const rows: RegisterRow[] = [];
  for (const row of body) {
    if (row.cells.every(cell => cell.trim() === '') || repeatsHeader(row.cells, header)) continue;
    const read = readRow(row, columns, header, order, faults);
    if (Object.keys(read.fields).length === 0) faults.empty(row);
    else
      rows.push({
        kind: register.kind,
        ...read,
        source: {
          file,
          line: row.line,
          ...(row.endLine === row.line ? {} : { endLine: row.endLine }),
        },
        ...(table.sheet === undefined ? {} : { sheet: table.sheet }),
      });
  }
  return { rows, diagnostics: [...twiceDiagnostics(register, table, file), ...faults.diagnostics()] };
}

interface PlacedColumn {
  readonly index: number;
  readonly field: string;
  readonly column: Column;
  readonly name: string;
  readonly utc: boolean;
}

function columnsAt(header: readonly string[], register: RecognisedRegister): readonly PlacedColumn[] {
  const known = columnsOf(register.kind);
  return register.fields.flatMap((field, index) => {
    const column = field === undefined ? undefined : known.get(field);
    const name = nameOf(header, index);
    return field === undefined || column === undefined
      ? []
      : [{ index, field, column, name, utc: /\b(?:UTC|GMT|Zulu)\b/i.test(name) }];
  });
}

function* datesOf(rows: readonly TableRow[], columns: readonly PlacedColumn[]): Iterable<string> {
  const dates = columns.filter(({ column }) => column.type === 'date');
  for (const { cells } of rows) for (const { index } of dates) yield cells[index] ?? '';
}

interface ReadRow {
  /** Of the types that definition.ts holds the columns of each kind to. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly others: readonly { readonly column: string; readonly text: string }[];
}

function readRow(
  row: TableRow,
  columns: readonly PlacedColumn[],
  header: readonly string[],
  order: CellContext['order'],
  faults: Faults,
): ReadRow {
  const fields: Record<string, unknown> = {};
  const kept = new Set<number>();
  for (const { index, field, column, name, utc } of columns) {
    const text = (row.cells[index] ?? '').trim();
    kept.add(index);
    if (isBlank(text)) {
      if (text !== '') kept.delete(index);
      continue;
    }
    const read = readCell(column.type, text, { order, utc });
    if ('value' in read) fields[field] = read.value;
    else {
      kept.delete(index);
      faults.cell(row, name, text, read.fault);
    }
  }
  const others = row.cells.flatMap((cell, index) => {
    const text = cell.trim();
    return text === '' || kept.has(index) ? [] : [{ column: nameOf(header, index), text }];
  });
  return { fields, others };
}

function nameOf(header: readonly string[], index: number): string {
  const name = (header[index] ?? '').trim().replace(/\s+/g, ' ');
  return name === '' ? `column ${index + 1}` : name;
}

/** Printed lists repeat the names on every page. */
function repeatsHeader(cells: readonly string[], header: readonly string[]): boolean {
  return header.every((name, index) => foldName(cells[index] ?? '') === foldName(name));
}

interface Faults {
  readonly cell: (row: TableRow, column: string, text: string, fault: string) => void;
  readonly empty: (row: TableRow) => void;
  readonly diagnostics: () => readonly Diagnostic[];
}

/** Cells named one by one for each column; the rest is counted. */
const NAMED = 20;

function makeFaults(file: string, sheet: string | undefined): Faults {
  const where = sheet === undefined ? '' : `Sheet ${JSON.stringify(sheet)}: `;
  const said: Diagnostic[] = [];
  const counts = new Map<string, { count: number; line: number }>();
  const empty: number[] = [];
  const warn = (code: string, message: string, line: number): Diagnostic => ({
    code,
    severity: 'warning',
    message: `${where}${message}`,
    file,
    line,
  });
  return {
    cell: (row, column, text, fault) => {
      const seen = counts.get(column) ?? { count: 0, line: row.line };
      counts.set(column, { ...seen, count: seen.count + 1 });
      if (seen.count < NAMED)
        said.push(warn('intake.register.cell', `${column}: ${shown(text)} ${fault}`, row.line));
    },
    empty: row => void empty.push(row.line),
    diagnostics: () => {
      const more = [...counts]
        .filter(([, { count }]) => count > NAMED)
        .map(([column, { count, line }]) =>
          warn('intake.register.cells', `${column}: ${count} cells cannot be read, ${NAMED} are named`, line),
        );
      const [first] = empty;
      const list = empty.slice(0, NAMED).join(', ') + (empty.length > NAMED ? ', ...' : '');
      const none =
        first === undefined
          ? []
          : [
              warn(
                'intake.register.empty-row',
                `Rows that fill no known column are not counted: ${list}`,
                first,
              ),
            ];
      return [...said, ...more, ...none];
    },
  };
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}

function twiceDiagnostics(register: RecognisedRegister, table: Table, file: string): readonly Diagnostic[] {
  const line = table.rows[register.header]?.line;
  if (register.twice.length === 0 || line === undefined) return [];
  const names = register.twice.map(name => JSON.stringify(name)).join(', ');
  return [
    {
      code: 'intake.register.column-twice',
      severity: 'info',
      message: `Columns ${names} name a field that another column gives; their cells are kept as texts`,
      file,
      line,
    },
  ];
}
