// Cells of Calico's report tables, joined by bare commas: texts, lists, flags, numbers and intervals, and summary rows put
// together again where a selector holds commas of its own.
import { parseInstant } from '../../base/instant.ts';
import { sortedUnique } from '../../base/order.ts';
import type { CalicoReportFlag, CalicoReportFlags, CalicoReportRow } from '../../model/calico-report.ts';

/** Columns that every summary begins with. */
export const SCOPE = [
  'startTime',
  'endTime',
  'endpointSelector',
  'namespaceNames',
  'namespaceSelector',
  'serviceAccountNames',
  'serviceAccountSelectors',
];

/** Columns that are true or false. */
export const FLAGS: readonly CalicoReportFlag[] = [
  'ingressProtected',
  'egressProtected',
  'ingressFromInternet',
  'egressToInternet',
  'ingressFromOtherNamespace',
  'egressToOtherNamespace',
  'envoyEnabled',
];

/** Surplus cells of a summary row: what stands between the two times and the numbers at the end is five cells. */
export function fitScope(
  cells: readonly string[],
  columns: readonly string[],
): { readonly cells: readonly string[]; readonly isUnsure: boolean } | undefined {
  const surplus = cells.length - columns.length;
  if (surplus < 0) return undefined;
  if (surplus === 0) return { cells, isUnsure: false };
  const first = columns.findIndex(column => column === 'endpointSelector');
  const after = columns.findIndex(column => column === 'serviceAccountSelectors') + 1;
  const head = cells.slice(0, first);
  const tail = cells.slice(cells.length - (columns.length - after));
  const middle = cells.slice(first, cells.length - tail.length);
  const joined = joinOpen(middle);
  const wanted = after - first;
  if (joined.length === wanted) return { cells: [...head, ...joined, ...tail], isUnsure: false };
  const whole = [middle.join(','), ...Array.from({ length: wanted - 1 }, () => '')];
  return { cells: [...head, ...whole, ...tail], isUnsure: true };
}

/** Puts cells together while a brace, bracket or quote of a selector stands open. */
function joinOpen(cells: readonly string[]): readonly string[] {
  const joined: string[] = [];
  let open = '';
  for (const cell of cells) {
    open = open === '' ? cell : `${open},${cell}`;
    if (isBalanced(open)) {
      joined.push(open);
      open = '';
    } else if (open === '') joined.push('');
  }
  return open === '' ? joined : [...joined, open];
}

function isBalanced(text: string): boolean {
  let depth = 0;
  let quote = '';
  for (const character of text) {
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '{' || character === '(') depth++;
    else if (character === '}' || character === ')') depth--;
  }
  return depth <= 0 && quote === '';
}

/** The cells of a row. */
export function cellsOf(line: string): readonly string[] {
  return line.trim().split(',');
}

/** A row that has as many cells as its table. */
export function exactly(line: string, columns: readonly string[]): ReadonlyMap<string, string> | undefined {
  const cells = cellsOf(line);
  return cells.length === columns.length ? byColumn(columns, cells) : undefined;
}

/** Cells by the name of their column. */
export function byColumn(columns: readonly string[], cells: readonly string[]): ReadonlyMap<string, string> {
  return new Map(columns.map((column, index) => [column, unquoted(cells[index] ?? '')]));
}

/** A cell without quotes that another program put around it. */
export function unquoted(cell: string): string {
  return cell.trim().replace(/^"(.*)"$/s, '$1');
}

/** A list in one cell: written in the order of a hash, so its order means nothing. */
export function listOf(cell: string | undefined): readonly string[] {
  return sortedUnique((cell ?? '').split(';').filter(item => item !== ''));
}

/** The flags of a row; undefined where one is neither true nor false. */
export function flagsOf(
  columns: readonly string[],
  cells: ReadonlyMap<string, string>,
): CalicoReportFlags | undefined {
  const flags: Partial<Record<CalicoReportFlag, boolean>> = {};
  for (const flag of FLAGS) {
    if (!columns.includes(flag)) continue;
    const value = (cells.get(flag) ?? '').toLowerCase();
    if (value !== 'true' && value !== 'false') return undefined;
    flags[flag] = value === 'true';
  }
  return flags;
}

/** The numbers of a row; undefined where one is none. */
export function countsOf(
  columns: readonly string[],
  cells: ReadonlyMap<string, string>,
): Readonly<Record<string, number>> | undefined {
  const counts: Record<string, number> = {};
  for (const column of columns) {
    const value = cells.get(column) ?? '';
    if (value === '') continue;
    if (!/^\d+$/.test(value)) return undefined;
    counts[column] = Number(value);
  }
  return counts;
}

/** The interval that a row tells. */
export function intervalOf(cells: ReadonlyMap<string, string>): CalicoReportRow['interval'] {
  const from = parseInstant(cells.get('startTime') ?? '');
  const to = parseInstant(cells.get('endTime') ?? '');
  return from === undefined || to === undefined ? undefined : { from, to };
}
