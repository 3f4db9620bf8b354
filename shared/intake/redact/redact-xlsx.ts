// What must not be kept of a workbook: in its cells, which can be masked, and everywhere else in the file (comments,
// headers, formulas, connections, caches of pivots, pictures), which cannot.
import type { RedactionKind } from '../intake.ts';
import type { Table } from '../table/table.ts';
import type { Parts } from '../table/xlsx/parts.ts';
import { holdsSecret, secretColumns } from '../registers/secret-columns.ts';
import {
  applyEdits,
  isAccountData,
  isMasked,
  mergeEdits,
  movedEdit,
  type Edit,
  type Masker,
} from './mask.ts';
import { patternEdits } from './redact-text.ts';

/** A sheet after masking. */
export interface MaskedSheet<T extends Table> {
  readonly sheet: T;
  readonly kinds: readonly RedactionKind[];
}

/** Masks the cells of a sheet, and its name. `header` is the index of the row with the names of columns. */
export function maskSheet<T extends Table>(
  sheet: T,
  header: number | undefined,
  masker: Masker,
): MaskedSheet<T> {
  const { text, starts } = joined(sheet);
  const columns = header === undefined ? [] : secretColumns(sheet.rows[header]?.cells ?? []);
  const own = header === undefined ? [] : columnEdits(sheet, starts, header, columns);
  const edits = mergeEdits([...patternEdits(text), ...own]);
  const name = maskName(sheet.sheet ?? '', masker);
  if (edits.length === 0 && name.kinds.length === 0) return { sheet, kinds: [] };
  let next = 0;
  const rows = sheet.rows.map((row, index) => {
    const places = starts[index] ?? [];
    const cells = row.cells.map((cell, column) => {
      const start = places[column] ?? 0;
      const end = start + cell.length;
      while (next < edits.length && (edits[next]?.end ?? 0) <= start) next++;
      const inside: Edit[] = [];
      for (let at = next; at < edits.length; at++) {
        const edit = edits[at];
        if (edit === undefined || edit.start >= end) break;
        inside.push(clipped(edit, start, end));
      }
      return inside.length === 0 ? cell : applyEdits(cell, inside, masker);
    });
    return { ...row, cells };
  });
  return {
    sheet: { ...sheet, rows, ...(sheet.sheet === undefined ? {} : { sheet: name.text }) },
    kinds: [...edits.map(edit => edit.kind), ...name.kinds],
  };
}

/** Masks the name of a sheet. */
export function maskName(
  name: string,
  masker: Masker,
): { readonly text: string; readonly kinds: readonly RedactionKind[] } {
  const edits = mergeEdits(patternEdits(name));
  return { text: applyEdits(name, edits, masker), kinds: edits.map(edit => edit.kind) };
}

/** The part of an edit that falls into a cell; a value that goes over several cells is masked in each. */
function clipped(edit: Edit, start: number, end: number): Edit {
  const whole = edit.start >= start && edit.end <= end;
  if (whole) return movedEdit(edit, -start);
  const { kind, quoted } = edit;
  return { kind, quoted, start: Math.max(edit.start, start) - start, end: Math.min(edit.end, end) - start };
}

/** The sheet as one text, and where each cell begins in it. */
function joined({ rows }: Table): { readonly text: string; readonly starts: readonly (readonly number[])[] } {
  let at = 0;
  const starts = rows.map(({ cells }) =>
    cells.map(cell => {
      const start = at;
      at += cell.length + 1;
      return start;
    }),
  );
  return { text: rows.map(({ cells }) => cells.join('\t')).join('\n'), starts };
}

function columnEdits(
  { rows }: Table,
  starts: readonly (readonly number[])[],
  header: number,
  columns: readonly number[],
): readonly Edit[] {
  return rows.flatMap((row, index) =>
    columns.flatMap((column): readonly Edit[] => {
      const value = row.cells[column] ?? '';
      const start = starts[index]?.[column];
      if (index <= header || start === undefined || !holdsSecret(value) || isMasked(value)) return [];
      return [{ start, end: start + value.length, kind: 'secret-value', quoted: false, value: value.trim() }];
    }),
  );
}

/** What stands outside the cells. */
export interface OutsideCells {
  /** Parts with something that must not be kept, and what it is. */
  readonly finds: readonly { readonly part: string; readonly kind: RedactionKind }[];
  /** Parts that cannot be searched: pictures, embedded files, macros. */
  readonly opaque: readonly string[];
}

/** Searches everything but the cells; `cellParts` hold those. */
export function searchParts(parts: Parts, cellParts: ReadonlySet<string>): OutsideCells {
  const finds: { part: string; kind: RedactionKind }[] = [];
  const opaque: string[] = [];
  for (const [part, bytes] of parts) {
    const text = xmlText(bytes);
    if (text === undefined) {
      if (!/printerSettings/i.test(part)) opaque.push(part);
      const shown = patternEdits(new TextDecoder('latin1').decode(bytes));
      for (const { kind } of shown) if (GRAVE.includes(kind)) finds.push({ part, kind });
      continue;
    }
    const searched = cellParts.has(part) ? withoutCells(text) : text;
    for (const edit of outside(searched)) finds.push({ part, kind: edit.kind });
  }
  return { finds, opaque };
}

/** What a file that cannot be read as text must not hold; looser patterns find something in any compressed data. */
const GRAVE: readonly RedactionKind[] = ['pan', 'track-data', 'private-key'];

/** Texts as they stand, and with their markup taken out where that parts a number in pieces. */
function outside(text: string): readonly Edit[] {
  const bare = text.replace(SEEN_TO, '');
  const plain = bare.replace(/<[^>]*>/g, '');
  const shown = patternEdits(bare);
  return [...shown, ...patternEdits(plain).filter(edit => isAccountData(edit) && shown.length === 0)];
}

/** Names of sheets are masked with their cells; hashes of the passwords that lock sheets are no secrets. */
const SEEN_TO =
  /<(?:\w+:)?(?:sheet|sheetProtection|workbookProtection|fileSharing|protectedRange|chartsheetProtection)\b[^>]*>/g;

function xmlText(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const head = new TextDecoder('utf-8').decode(bytes.subarray(0, 64));
  return /^\s*</.test(head) ? new TextDecoder('utf-8').decode(bytes) : undefined;
}

/** A sheet or the shared texts without the values of cells: formulas and what stands around the cells remain. */
function withoutCells(text: string): string {
  return text.replace(/<((?:\w+:)?[vt])(?:\s[^>]*)?>[^<]*<\/\1>/g, '');
}
