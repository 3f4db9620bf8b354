// Reads CSV as RFC 4180 writes it and as people really write it: any of four delimiters, quotes with line ends inside,
// blanks before a quote, stray quotes, CRLF or LF or CR alone. Cells stay texts: nothing in them is ever evaluated.
import type { Table, TableFault, TableRow } from './table.ts';

/** What stands between cells. */
export type Delimiter = ',' | ';' | '\t' | '|';

/** All delimiters, the commonest first. */
export const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|'];

/** A table read from a text, with the ranges of its cells on demand. */
export interface CsvTable extends Table {
  readonly faults: readonly TableFault[];
  /** Where the cells of a row stand in the text, quotes included: start and end by turns. */
  readonly rangesOf: (row: TableRow) => readonly number[];
}

/** Reads a text without byte order mark. A first line `sep=;` is Excel's own and no row. */
export function readCsv(text: string, delimiter: Delimiter): CsvTable {
  const breaks = text.includes('\n') ? '\n' : '\r';
  const rows: TableRow[] = [];
  const starts = new Map<TableRow, number>();
  const faults: TableFault[] = [];
  let at = SEPARATOR_LINE.exec(text)?.[0].length ?? 0;
  let line = countBreaks(text, 0, at, breaks) + 1;
  while (at < text.length) {
    const read = readRow(text, at, delimiter, breaks);
    const endLine = line + read.breaksInside;
    if (read.unclosed) faults.push(unclosed(line));
    else if (read.breaksInside > LONGEST_CELL) faults.push(long(line, endLine));
    if (read.cells.length > 1 || read.cells[0]?.trim() !== '') {
      const row = { line, endLine, cells: read.cells };
      rows.push(row);
      starts.set(row, at);
    }
    at = read.next;
    line = endLine + 1;
  }
  const rangesOf = (row: TableRow): readonly number[] => {
    const start = starts.get(row);
    return start === undefined ? [] : readRow(text, start, delimiter, breaks).ranges;
  };
  return { rows, faults, rangesOf };
}

/** The delimiter that a first line `sep=;` names. */
export function statedDelimiter(text: string): Delimiter | undefined {
  const mark = SEPARATOR_LINE.exec(text)?.[1];
  return DELIMITERS.find(delimiter => delimiter === mark);
}

const SEPARATOR_LINE = /^sep=([,;\t|])(?:\r\n|\n|\r)/i;

/** A cell over more lines than this swallowed rows: its quote was never meant. */
const LONGEST_CELL = 100;

function unclosed(line: number): TableFault {
  return {
    code: 'intake.csv.unclosed-quote',
    message: 'A quote is never closed; it was read as a character like others',
    line,
  };
}

function long(line: number, endLine: number): TableFault {
  return {
    code: 'intake.csv.long-cell',
    message: `A quoted cell goes on to line ${endLine}; a quote may be missing, and rows in between are in that cell`,
    line,
  };
}

interface ReadRow {
  readonly cells: readonly string[];
  readonly ranges: readonly number[];
  readonly next: number;
  readonly breaksInside: number;
  readonly unclosed: boolean;
}

/** One row from `start`, which is inside the text. */
function readRow(text: string, start: number, delimiter: Delimiter, breaks: string): ReadRow {
  const cells: string[] = [];
  const ranges: number[] = [];
  let breaksInside = 0;
  let isUnclosed = false;
  for (let at = start; ;) {
    const quoted = readQuoted(text, at, delimiter);
    isUnclosed ||= quoted === 'unclosed';
    const cell = typeof quoted === 'object' ? quoted : undefined;
    const end = endOfCell(text, cell?.end ?? at, delimiter, breaks);
    // Excel and others ignore what follows a closing quote only if it is blank; text there is kept.
    const tail = cell === undefined ? '' : text.slice(cell.end, end).trim();
    cells.push(cell === undefined ? text.slice(at, end) : cell.value + tail);
    ranges.push(at, end);
    if (cell !== undefined) breaksInside += countBreaks(text, at, cell.end, breaks);
    if (text.charAt(end) !== delimiter)
      return { cells, ranges, next: afterBreak(text, end), breaksInside, unclosed: isUnclosed };
    at = end + 1;
  }
}

/** A quoted cell's meaning and the place after its closing quote; undefined where the cell is not quoted. */
function readQuoted(
  text: string,
  start: number,
  delimiter: Delimiter,
): { readonly value: string; readonly end: number } | 'unclosed' | undefined {
  let open = start;
  while (text.charAt(open) === ' ' && delimiter !== '\t') open++;
  if (text.charAt(open) !== '"') return undefined;
  let value = '';
  for (let at = open + 1; ;) {
    const close = text.indexOf('"', at);
    if (close < 0) return 'unclosed';
    value += text.slice(at, close);
    if (text.charAt(close + 1) !== '"') return { value, end: close + 1 };
    value += '"';
    at = close + 2;
  }
}

function endOfCell(text: string, start: number, delimiter: Delimiter, breaks: string): number {
  const stop = delimiter.charCodeAt(0);
  const line = breaks.charCodeAt(0);
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === stop || code === line) return at;
    if (code === 13 && text.charCodeAt(at + 1) === 10) return at;
  }
  return text.length;
}

function afterBreak(text: string, at: number): number {
  return text.startsWith('\r\n', at) ? at + 2 : at + 1;
}

function countBreaks(text: string, from: number, to: number, breaks: string): number {
  let count = 0;
  for (let at = text.indexOf(breaks, from); at >= 0 && at < to; at = text.indexOf(breaks, at + 1)) count++;
  return count;
}
