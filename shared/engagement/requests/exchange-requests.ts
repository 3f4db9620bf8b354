// The request list as a table that goes to the customer and comes back: owner, day, state and note may be filled in
// there. Cells that a spreadsheet would take for a formula are written as text.
import { ARCHIVE_LIMITS, makeUnpackCounter } from '../../archive/limits.ts';
import { printCsv } from '../../base/csv.ts';
import { failed, ok, ProblemError, type Result } from '../../base/result.ts';
import { parseInstant } from '../../base/instant.ts';
import { DELIMITERS, readCsv, statedDelimiter } from '../../intake/table/read-csv.ts';
import { readParts } from '../../intake/table/xlsx/parts.ts';
import { printXlsx } from '../../intake/table/xlsx/print-xlsx.ts';
import { readXlsx } from '../../intake/table/xlsx/read-xlsx.ts';
import type { TableRow } from '../../intake/table/table.ts';
import type { RequestNote, RequestState } from '../../records/engagement.ts';
import type { EvidenceRequest } from './request.ts';

const COLUMNS = ['Id', 'Item', 'Why', 'How', 'Procedures', 'Owner', 'Due', 'State', 'Note'] as const;

/** Prints the list as CSV. */
export function printRequests(requests: readonly EvidenceRequest[]): string {
  return printCsv(COLUMNS, requests.map(cellsOf));
}

/** The list as an XLSX workbook, in chunks. Its cells are texts by their type and need no guard. */
export function workbookOfRequests(requests: readonly EvidenceRequest[]): AsyncIterable<Uint8Array> {
  const rows = [COLUMNS, ...requests.map(plainCells)];
  return printXlsx([
    { sheet: 'Requests', rows: rows.map((cells, index) => ({ line: index + 1, endLine: index + 1, cells })) },
  ]);
}

function cellsOf(request: EvidenceRequest): readonly string[] {
  return plainCells(request).map(guarded);
}

/** The cells of one item, in the order of the columns. */
function plainCells(request: EvidenceRequest): readonly string[] {
  const { id, item, why, how, procedures, owner = '', due = '', state, note = '' } = request;
  return [id, item, why, how, procedures.join(' '), owner, due, state, note];
}

/** A cell that begins like a formula gets an apostrophe, which spreadsheets do not show. */
function guarded(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}

/** A note as it came back, without who takes it over and when. */
export type ReturnedNote = Omit<RequestNote, 'by' | 'at'>;

/** What came back: notes that say something new, and what could not be read. */
export interface ReturnedRequests {
  readonly notes: readonly ReturnedNote[];
  /** One line each: line and fault. */
  readonly faults: readonly string[];
}

/** Reads a list that came back as rows of cells; `file` is named in faults. Lines of unknown items are faults. */
function readReturned(
  rows: readonly TableRow[],
  file: string,
  sent: readonly EvidenceRequest[],
): Result<ReturnedRequests> {
  const start = rows.findIndex(row => row.cells.some(cell => fold(cell) === 'id'));
  const head = rows[start]?.cells.map(fold);
  if (head?.includes('state') !== true)
    return failed('requests.no-header', `No row of ${file} names the columns Id and State`, { file });
  const known = new Map(sent.map(request => [request.id, request]));
  const notes: ReturnedNote[] = [];
  const faults: string[] = [];
  for (const row of rows.slice(start + 1)) {
    const cell = (name: string): string => unguarded(row.cells[head.indexOf(name)] ?? '').trim();
    const request = known.get(cell('id'));
    if (request === undefined) {
      if (cell('id') !== '') faults.push(`${file}:${row.line}: no request has the id ${cell('id')}`);
      continue;
    }
    const read = readNote(request, cell);
    if (typeof read === 'string') faults.push(`${file}:${row.line}: ${read}`);
    else if (read !== undefined) notes.push(read);
  }
  return ok({ notes, faults });
}

/** Reads a list that came back, as CSV whatever stands between its cells, or as a workbook. */
export async function readReturnedFile(
  bytes: Uint8Array,
  file: string,
  sent: readonly EvidenceRequest[],
): Promise<Result<ReturnedRequests>> {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b)
    return readReturned(rowsOfCsv(new TextDecoder().decode(bytes)), file, sent);
  try {
    const { sheets } = readXlsx(await readParts(file, bytes, makeUnpackCounter(ARCHIVE_LIMITS)));
    return readReturned(sheets[0]?.rows ?? [], file, sent);
  } catch (error) {
    if (error instanceof ProblemError) return { ok: false, problem: error.problem };
    throw error;
  }
}

function rowsOfCsv(text: string): readonly TableRow[] {
  const first = text.split(/\r\n|\n|\r/, 1)[0] ?? '';
  const delimiter =
    statedDelimiter(text) ?? DELIMITERS.find(mark => first.split(mark).length >= COLUMNS.length / 2) ?? ',';
  return readCsv(text, delimiter).rows;
}

const STATES: readonly RequestState[] = ['to-ask', 'asked', 'received', 'refused', 'not-needed'];

/** A note where something changed; a text says what is wrong with the line. */
function readNote(
  request: EvidenceRequest,
  cell: (name: string) => string,
): ReturnedNote | string | undefined {
  const word = fold(cell('state')).replaceAll(' ', '-');
  const state = word === '' ? request.state : STATES.find(one => one === word);
  if (state === undefined) return `the state is none of ${STATES.join(', ')}`;
  const due = cell('due');
  if (due !== '' && !isDay(due)) return `the day ${due} is not written YYYY-MM-DD`;
  const [owner, note] = [cell('owner'), cell('note')];
  const isSame =
    state === request.state &&
    owner === (request.owner ?? '') &&
    due === (request.due ?? '') &&
    note === (request.note ?? '');
  if (isSame) return undefined;
  return {
    request: request.id,
    state,
    ...(owner === '' ? {} : { owner }),
    ...(due === '' ? {} : { due }),
    ...(note === '' ? {} : { note }),
  };
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && parseInstant(`${text}T00:00:00Z`) !== undefined;
}

function fold(cell: string): string {
  return unguarded(cell).trim().toLowerCase();
}

function unguarded(cell: string): string {
  return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}
