// One table as data, printed as CSV and as JSON. CSV after RFC 4180 with line feeds; a cell that a spreadsheet would
// take for a formula (first character = + - @, tab, or their full-width forms) gets a leading apostrophe, as OWASP
// advises. The JSON twin holds every value unchanged.
import { prettyJson, type JsonObject, type JsonValue } from '../../base/json.ts';

/** A table with named columns; each row has a value for each column (absent = empty). */
export interface DataTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly JsonObject[];
}

/** A table in its two printed forms. */
export interface PrintedTable {
  /** File name without ending. */
  readonly name: string;
  readonly csv: string;
  readonly json: string;
}

/** Prints a table; `about` goes into the JSON beside the rows. */
export function printTable(table: DataTable, about: JsonObject): PrintedTable {
  const lines = [
    table.columns.map(quoted).join(','),
    ...table.rows.map(row => table.columns.map(column => quoted(cellText(row[column]))).join(',')),
  ];
  return {
    name: table.name,
    csv: `${lines.join('\n')}\n`,
    json: prettyJson({
      schema: 'vouch.report-table/1',
      ...about,
      name: table.name,
      columns: table.columns,
      rows: table.rows,
    }),
  };
}

/** The text of a cell: lists join with `; `, objects print as `key=value`, absent values are empty. */
export function cellText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return value.map(cellText).join('; ');
  return Object.keys(value)
    .sort()
    .map(key => `${key}=${cellText(value[key])}`)
    .join('; ');
}

function isList(value: readonly JsonValue[] | JsonObject): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function quoted(text: string): string {
  const safe = /^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
