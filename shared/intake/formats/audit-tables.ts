// Audit events in tables: what CloudWatch Insights and Azure workspaces export as CSV. One column holds the event as
// JSON, or every column one member of it; which, the first row shows.
import { isObject, type JsonObject } from '../../base/json.ts';
import { K8S_AUDIT } from './audit.ts';
import { csvCells } from './csv-cells.ts';
import type { LineFormat, LineReader } from './format.ts';
import { originOf } from './unwrap.ts';

/** Tables of audit events. */
export const K8S_AUDIT_TABLES: LineFormat = {
  name: 'k8s-audit',
  begin: ([header = '', first = '']) => {
    const columns = csvCells(header);
    if (columns.length < 2 || !columns.every(isName)) return undefined;
    const record = eventIn(columns, csvCells(first));
    const reason = record === undefined ? undefined : K8S_AUDIT.recognise(record);
    return reason === undefined ? undefined : { reason: `a table of ${reason}`, reader: readerOf(columns) };
  },
};

/** `@message`, `log_s`, `TimeGenerated [UTC]`: a name of a column and no value. */
function isName(cell: string): boolean {
  return /^[@A-Za-z_][\w.@ []*\]?$/.test(cell.trim());
}

function readerOf(columns: readonly string[]): LineReader {
  return (text, place, into) => {
    const cells = csvCells(text.endsWith('\r') ? text.slice(0, -1) : text);
    if (cells.every((cell, index) => cell === columns[index])) return 'remark';
    const record = cells.length === columns.length ? eventIn(columns, cells) : undefined;
    if (record === undefined) return 0;
    return K8S_AUDIT.read(record, { ...place, ...originOf(rowOf(columns, cells)) }, into);
  };
}

/** The record in a row: the cell that holds one, else the row itself. */
function eventIn(columns: readonly string[], cells: readonly string[]): JsonObject | undefined {
  const row = rowOf(columns, cells);
  if (K8S_AUDIT.recognise(row) !== undefined) return row;
  return cells.flatMap(objectIn).find(record => K8S_AUDIT.recognise(record) !== undefined);
}

function rowOf(columns: readonly string[], cells: readonly string[]): JsonObject {
  return Object.fromEntries(columns.map((column, index) => [column.trim(), cells[index] ?? '']));
}

function objectIn(cell: string): readonly JsonObject[] {
  if (!cell.trimStart().startsWith('{') || cell.includes('"__proto__"')) return [];
  try {
    const value: unknown = JSON.parse(cell);
    return isObject(value) ? [value] : [];
  } catch {
    return [];
  }
}
