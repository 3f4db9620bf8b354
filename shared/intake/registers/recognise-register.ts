// Which of the customer's lists a table is, by the names of its columns alone. Titles may stand above them. Where two
// kinds fit equally well nothing is guessed: the table is named with its columns, and a saved mapping settles it.
import { compareBy } from '../../base/order.ts';
import type { RegisterKind } from '../../model/register.ts';
import type { Table, TableRow } from '../table/table.ts';
import { columnsOf, foldHeader, foldName, matchHeader, type MatchedHeader } from './headers.ts';
import { REGISTER_KINDS, REGISTERS } from './kinds.ts';

/** Columns as a person mapped them; kept with the engagement, applied to every table that has all these columns. */
export interface ColumnMapping {
  readonly kind: string;
  /** `field` is absent for a column that stands for none; without any field earlier mappings of these columns are taken back. */
  readonly columns: readonly { readonly header: string; readonly field?: string | undefined }[];
}

/** A table that is a list of the customer's. */
export interface RecognisedRegister {
  readonly kind: RegisterKind;
  /** Index of the row with the names. */
  readonly header: number;
  readonly fields: readonly (string | undefined)[];
  readonly twice: readonly string[];
  readonly reason: string;
}

/** What became of a table. */
export type RegisterRecognition =
  | { readonly outcome: 'recognised'; readonly register: RecognisedRegister }
  | { readonly outcome: 'ambiguous'; readonly kinds: readonly RegisterKind[]; readonly header: TableRow }
  | { readonly outcome: 'unknown'; readonly header: TableRow }
  | { readonly outcome: 'none' };

/** Recognises a table; only its first rows are looked at. */
export function recogniseRegister(
  table: Table,
  mappings: readonly ColumnMapping[] = [],
): RegisterRecognition {
  const rows = table.rows.slice(0, FIRST_ROWS);
  const mapped = byMapping(rows, mappings);
  if (mapped !== undefined) return { outcome: 'recognised', register: mapped };
  const candidates = rows.flatMap((row, header) => candidatesOf(row, header));
  const most = Math.max(0, ...candidates.map(({ match }) => match.count));
  const [first, ...others] = candidates.filter(({ match }) => match.count === most);
  if (first === undefined) return unknown(rows);
  const rivals = [first, ...others.filter(({ header }) => header === first.header)];
  const titled = rivals.filter(({ kind }) => isNamed(kind, table.sheet, rows.slice(0, first.header)));
  const [settled, ...rest] = rivals.length > 1 ? titled : rivals;
  const row = rows[first.header];
  if (settled === undefined || rest.length > 0)
    return row === undefined
      ? { outcome: 'none' }
      : { outcome: 'ambiguous', kinds: rivals.map(({ kind }) => kind), header: row };
  const { kind, header, match } = settled;
  const { fields, twice } = match;
  const reason = reasonOf(kind, row?.cells ?? [], fields);
  return { outcome: 'recognised', register: { kind, header, fields, twice, reason } };
}

/** Titles may stand above the names of the columns, this far. */
const FIRST_ROWS = 30;

interface Candidate {
  readonly kind: RegisterKind;
  readonly header: number;
  readonly match: MatchedHeader;
}

function candidatesOf(row: TableRow, header: number): readonly Candidate[] {
  const names = row.cells.filter(cell => cell.trim() !== '');
  if (names.length < 2 || names.some(name => FOREIGN.has(foldName(name)))) return [];
  return REGISTER_KINDS.flatMap(kind => {
    const match = matchHeader(row.cells, kind);
    const enough = match.count >= 3 || (match.count === 2 && names.length === 2);
    return enough && meetsNeeds(kind, match.fields) ? [{ kind, header, match }] : [];
  });
}

function meetsNeeds(kind: RegisterKind, fields: readonly (string | undefined)[]): boolean {
  const needs: readonly (readonly string[])[] = REGISTERS[kind].needs;
  return needs.every(group => group.some(field => fields.includes(field)));
}

/** Columns that only machines write: flow logs, scanners, reports and probe plans are no lists of the customer's. */
const FOREIGN = new Set(
  [
    'packets,bytes,octets,ibyt,ipkt,num flows,number of flows,tcp flags,src port,sport,source name aggr',
    'source type,dest type,endpoint selector,ingress protected,egress protected,applied policies,envoy enabled',
    'cve,cwe,cvss,check id,check title,check result,provider,auth method,finding uid,test index,test description',
    'expected,src pod,dst pod,source pod name,destination pod name,in pol,eg pol,log status,interface id',
  ]
    .join(',')
    .split(',')
    .map(foldName),
);

function isNamed(kind: RegisterKind, sheet: string | undefined, above: readonly TableRow[]): boolean {
  const title = [sheet ?? '', ...above.flatMap(({ cells }) => cells)].map(foldName).join(' ');
  return REGISTERS[kind].words.some(word => title.includes(foldName(word)));
}

/** The mapping with most columns whose every header stands in one row, of these the latest; one without fields takes others back. */
function byMapping(
  rows: readonly TableRow[],
  mappings: readonly ColumnMapping[],
): RecognisedRegister | undefined {
  const fitting = mappings.flatMap((mapping, order) => {
    const kind = REGISTER_KINDS.find(known => known === mapping.kind);
    if (kind === undefined || mapping.columns.length === 0) return [];
    const wanted = mapping.columns.map(({ header }) => foldName(header));
    const header = rows.findIndex(({ cells }) => {
      const names = cells.map(foldName);
      return wanted.every(name => names.includes(name));
    });
    return header < 0 ? [] : [{ kind, header, mapping, order, count: mapping.columns.length }];
  });
  const [best] = fitting.sort(
    compareBy(
      item => -item.count,
      item => -item.order,
    ),
  );
  const row = best === undefined ? undefined : rows[best.header];
  if (best === undefined || row === undefined) return undefined;
  if (best.mapping.columns.every(({ field }) => field === undefined)) return undefined;
  const fields = mappedFields(row.cells, best.kind, best.mapping);
  const reason = `saved column mapping: ${reasonOf(best.kind, row.cells, fields)}`;
  return { kind: best.kind, header: best.header, fields, twice: [], reason };
}

/** What the mapping says, and for columns it does not name what their names say. */
function mappedFields(
  cells: readonly string[],
  kind: RegisterKind,
  mapping: ColumnMapping,
): readonly (string | undefined)[] {
  const known = columnsOf(kind);
  const said = new Map(mapping.columns.map(({ header, field }) => [foldName(header), field]));
  const used = new Set<string>();
  const fields = cells.map(cell => {
    const field = said.get(foldName(cell));
    if (field === undefined || !known.has(field) || used.has(field)) return undefined;
    used.add(field);
    return field;
  });
  const byName = matchHeader(
    cells.map(cell => (said.has(foldName(cell)) ? '' : cell)),
    kind,
  );
  return fields.map((field, index) => {
    const own = byName.fields[index];
    return field ?? (own === undefined || used.has(own) ? undefined : own);
  });
}

function reasonOf(
  kind: RegisterKind,
  cells: readonly string[],
  fields: readonly (string | undefined)[],
): string {
  const { title, requirements } = REGISTERS[kind];
  const named = columnsOf(kind);
  const pairs = cells.flatMap((cell, index) => {
    const field = fields[index];
    if (field === undefined) return [];
    const header = named.get(field)?.header ?? field;
    const shown = cell.trim().replace(/\s+/g, ' ');
    return foldHeader(shown).includes(foldName(header)) ? [shown] : [`${shown} = ${header}`];
  });
  return `${title} (${requirements.join(', ')}) by its columns ${pairs.join(', ')}`;
}

/** A table by its form: names in a first row, and several rows of as many cells, three at least. */
function unknown(rows: readonly TableRow[]): RegisterRecognition {
  const header = rows.find(({ cells }) => cells.filter(cell => cell.trim() !== '').length >= 3);
  if (header === undefined || !header.cells.every(isName)) return { outcome: 'none' };
  const alike = rows.filter(({ cells }) => cells.length === header.cells.length).length;
  return alike >= 2 && alike * 3 >= rows.length * 2 ? { outcome: 'unknown', header } : { outcome: 'none' };
}

function isName(cell: string): boolean {
  const text = cell.trim();
  return text === '' || (/^[\p{L}#@]/u.test(text) && text.length <= 60 && !/[=|{}]|\d{6}/.test(text));
}
