// A workbook (.xlsx, ECMA-376) as tables of texts, all sheets in their order. Formulas, macros and links are never
// followed; what else stands in the file is for the search of redact-xlsx.ts.
import type { Table, TableFault } from '../table.ts';
import { readXml } from '../xml.ts';
import { readDateFormats } from './cell-formats.ts';
import { readWorkbook, unescape, type Parts } from './parts.ts';
import { readSheet, type SheetContext } from './read-sheet.ts';

/** A sheet as a table. */
export interface SheetTable extends Table {
  readonly sheet: string;
  readonly isHidden: boolean;
  readonly faults: readonly TableFault[];
}

/** A workbook that was read. */
export interface ReadXlsx {
  readonly sheets: readonly SheetTable[];
  /** Parts whose cells are in the tables. */
  readonly cellParts: ReadonlySet<string>;
  /** Sheets that the workbook names and does not hold. */
  readonly missing: readonly string[];
}

/** Reads the tables of a workbook. */
export function readXlsx(parts: Parts): ReadXlsx {
  const workbook = readWorkbook(parts);
  const bytesOf = (part: string | undefined): Uint8Array | undefined =>
    part === undefined ? undefined : parts.get(part);
  const strings = bytesOf(workbook.strings);
  const styles = bytesOf(workbook.styles);
  const context: SheetContext = {
    strings: strings === undefined ? [] : readStrings(strings, workbook.strings ?? ''),
    isDate: styles === undefined ? () => false : readDateFormats(styles, workbook.styles ?? ''),
    from1904: workbook.from1904,
  };
  const cellParts = new Set(workbook.strings === undefined ? [] : [workbook.strings]);
  const sheets: SheetTable[] = [];
  const missing: string[] = [];
  for (const { name, isHidden, part } of workbook.sheets) {
    const bytes = bytesOf(part);
    if (part === undefined || bytes === undefined) missing.push(name);
    else {
      cellParts.add(part);
      sheets.push({ sheet: name, isHidden, ...readSheet(bytes, part, context) });
    }
  }
  return { sheets, cellParts, missing };
}

/** Shared texts, without how they are spoken. */
function readStrings(bytes: Uint8Array, part: string): readonly string[] {
  const strings: string[] = [];
  let text = '';
  let inPhonetic = false;
  let collects = false;
  readXml(bytes, part, {
    open: element => {
      if (element === 'si') text = '';
      else if (element === 'rPh') inPhonetic = true;
      else if (element === 't') collects = !inPhonetic;
    },
    text: piece => {
      if (collects) text += piece;
    },
    close: element => {
      if (element === 't') collects = false;
      else if (element === 'rPh') inPhonetic = false;
      else if (element === 'si') strings.push(unescape(text));
    },
  });
  return strings;
}
