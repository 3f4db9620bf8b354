// The cells of one sheet as texts: values only. A formula gives the value the spreadsheet stored with it, dates come as
// `YYYY-MM-DD`, what is merged over rows holds for each of them. Every row keeps its number.
import type { TableFault, TableRow } from '../table.ts';
import { readXml } from '../xml.ts';
import { printSerial } from './cell-formats.ts';
import { isTrue, refuse, unescape } from './parts.ts';

/** What cells refer to. */
export interface SheetContext {
  readonly strings: readonly string[];
  readonly isDate: (style: number) => boolean;
  readonly from1904: boolean;
}

/** A sheet that was read. */
export interface ReadSheet {
  readonly rows: readonly TableRow[];
  readonly faults: readonly TableFault[];
}

/** Reads a sheet. */
export function readSheet(bytes: Uint8Array, part: string, context: SheetContext): ReadSheet {
  const grid = makeGrid(part);
  const faults = { formulas: [] as number[], strings: [] as number[] };
  let line = 0;
  let cell: OpenCell | undefined;
  let inPhonetic = false;
  let collects = false;
  readXml(bytes, part, {
    open: (element, attributes) => {
      if (element === 'row') line = rowNumber(attributes['r'], line);
      else if (element === 'c') cell = openCell(attributes, cell, line);
      else if (element === 'mergeCell') grid.merge(attributes['ref'] ?? '');
      else if (cell !== undefined) {
        if (element === 'rPh') inPhonetic = true;
        else if (element === 'f') cell.hasFormula = true;
        else if (element === 'v' || (element === 't' && !inPhonetic)) {
          collects = true;
          cell.hasValue = true;
        }
      }
    },
    text: text => {
      if (collects && cell !== undefined) cell.text += text;
    },
    close: element => {
      if (element === 'v' || element === 't') collects = false;
      else if (element === 'rPh') inPhonetic = false;
      else if (element === 'c' && cell !== undefined) {
        if (cell.hasFormula && !cell.hasValue) faults.formulas.push(cell.line);
        const text = textOf(cell, context);
        if (text === undefined) faults.strings.push(cell.line);
        else grid.put(cell.line, cell.column, text);
        cell = { ...cell, text: '' };
      }
    },
  });
  return { rows: grid.rows(), faults: [...formulaFaults(faults.formulas), ...stringFaults(faults.strings)] };
}

interface OpenCell {
  readonly line: number;
  readonly column: number;
  readonly type: string;
  readonly style: number;
  text: string;
  hasFormula: boolean;
  hasValue: boolean;
}

function rowNumber(text: string | undefined, before: number): number {
  const line = text === undefined ? before + 1 : Number(text);
  if (!Number.isInteger(line) || line < 1 || line > LAST_ROW)
    refuse('intake.xlsx.bad-reference', `A row has the number ${JSON.stringify(text)}`);
  return line;
}

function openCell(
  attributes: Readonly<Record<string, string>>,
  before: OpenCell | undefined,
  line: number,
): OpenCell {
  const reference = attributes['r'];
  const next = before?.line === line ? before.column + 1 : 0;
  const place = reference === undefined ? { line, column: next } : placeOf(reference);
  return {
    ...place,
    type: attributes['t'] ?? 'n',
    style: Number(attributes['s'] ?? 0),
    text: '',
    hasFormula: false,
    hasValue: false,
  };
}

const LAST_ROW = 1_048_576;
const LAST_COLUMN = 16_384;

/** `BC12` as row 12, column 54 (counted from 0). */
function placeOf(reference: string): { readonly line: number; readonly column: number } {
  const [, letters = '', digits = ''] = /^\$?([A-Z]{1,3})\$?(\d{1,7})$/.exec(reference) ?? [];
  const line = Number(digits);
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  if (column < 1 || column > LAST_COLUMN || line < 1 || line > LAST_ROW)
    refuse('intake.xlsx.bad-reference', `A cell has the reference ${JSON.stringify(reference)}`);
  return { line, column: column - 1 };
}

/** What a cell shows, before its number format makes it pretty; undefined for a shared text that is not there. */
function textOf(cell: OpenCell, { strings, isDate, from1904 }: SheetContext): string | undefined {
  const { text, type } = cell;
  switch (type) {
    case 's':
      return text === '' ? '' : strings[Number(text)];
    case 'b':
      return text === '' ? '' : isTrue(text) ? 'TRUE' : 'FALSE';
    case 'd':
      return text.replace(/T00:00:00(?:\.0+)?Z?$/, '').replace('T', ' ');
    case 'str':
    case 'inlineStr':
      return unescape(text);
    case 'n': {
      const number = text.trim() === '' ? Number.NaN : Number(text);
      if (Number.isNaN(number)) return text;
      const date = isDate(cell.style) ? printSerial(number, from1904) : undefined;
      return date ?? (/[.e]/i.test(text) ? String(number) : text.trim());
    }
    default:
      return text;
  }
}

interface Grid {
  readonly put: (line: number, column: number, text: string) => void;
  readonly merge: (reference: string) => void;
  readonly rows: () => readonly TableRow[];
}

/** No list has more; a sheet with one cell far out must not fill the memory. */
const MOST_CELLS = 10_000_000;
const MOST_CHARACTERS = 100_000_000;
/** Merged over more rows than this it is a frame, no label. */
const LONGEST_MERGED = 10_000;

function makeGrid(part: string): Grid {
  const lines = new Map<number, string[]>();
  const merged: string[] = [];
  let cells = 0;
  let characters = 0;
  const put = (line: number, column: number, text: string): void => {
    if (text === '') return;
    const row = lines.get(line) ?? [];
    if (row.length === 0) lines.set(line, row);
    cells += Math.max(0, column + 1 - row.length);
    characters += text.length;
    if (cells > MOST_CELLS || characters > MOST_CHARACTERS)
      refuse('intake.xlsx.too-large', `${part} holds more cells or text than any list; export it as CSV`);
    while (row.length <= column) row.push('');
    row[column] = text;
  };
  // What is merged over rows holds for each of them; merged over columns it stands in the first alone.
  const fillDown = (reference: string): void => {
    const [first, last] = reference.split(':').map(placeOf);
    if (first === undefined || last === undefined || last.line - first.line > LONGEST_MERGED) return;
    const text = lines.get(first.line)?.[first.column] ?? '';
    for (let line = first.line + 1; line <= last.line; line++) put(line, first.column, text);
  };
  return {
    put,
    merge: reference => void merged.push(reference),
    rows: () => {
      for (const reference of merged) fillDown(reference);
      return [...lines]
        .sort(([a], [b]) => a - b)
        .map(([line, texts]) => ({ line, endLine: line, cells: texts }));
    },
  };
}

function formulaFaults(lines: readonly number[]): readonly TableFault[] {
  const [line] = lines;
  if (line === undefined) return [];
  const message = `${lines.length} formulas have no stored value and are read as empty; open and save the workbook once`;
  return [{ code: 'intake.xlsx.formula-without-value', message, line }];
}

function stringFaults(lines: readonly number[]): readonly TableFault[] {
  const [line] = lines;
  if (line === undefined) return [];
  const message = `${lines.length} cells point to shared texts that are not there and are read as empty`;
  return [{ code: 'intake.xlsx.missing-string', message, line }];
}
