// A workbook of texts alone: names of sheets, rows at their numbers, cells as they were read. The same tables give the
// same bytes. No formulas, formats or links: what is written here is read back as it was.
import { once } from '../../../archive/bytes.ts';
import { writeZip, type ZipEntry } from '../../../archive/write-zip.ts';
import type { Table } from '../table.ts';

/** The workbook as a stream. */
export function printXlsx(sheets: readonly Table[]): AsyncIterable<Uint8Array> {
  const entries: readonly (readonly [path: string, text: string])[] = [
    ['[Content_Types].xml', contentTypes(sheets.length)],
    ['_rels/.rels', relations([['officeDocument', 'xl/workbook.xml']])],
    ['xl/workbook.xml', workbook(sheets)],
    [
      'xl/_rels/workbook.xml.rels',
      relations(sheets.map((_sheet, index) => ['worksheet', `worksheets/sheet${index + 1}.xml`])),
    ],
    ...sheets.map((sheet, index) => [`xl/worksheets/sheet${index + 1}.xml`, worksheet(sheet)] as const),
  ];
  return writeZip(entries.map(([path, text]) => entryOf(path, text)));
}

function entryOf(path: string, text: string): ZipEntry {
  const bytes = new TextEncoder().encode(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${text}`);
  return { path, size: bytes.length, store: false, open: () => once(bytes) };
}

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const SHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

function contentTypes(sheets: number): string {
  const overrides = Array.from(
    { length: sheets },
    (_, index) =>
      `<Override PartName="/xl/worksheets/sheet${index + 1}.xml" ContentType="${TYPE}.worksheet+xml"/>`,
  );
  return (
    `<Types xmlns="${PACKAGE}/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    `<Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/>${overrides.join('')}</Types>`
  );
}

function relations(targets: readonly (readonly [type: string, target: string])[]): string {
  const items = targets.map(
    ([type, target], index) =>
      `<Relationship Id="rId${index + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${PACKAGE}/relationships">${items.join('')}</Relationships>`;
}

function workbook(sheets: readonly Table[]): string {
  const items = sheets.map(
    ({ sheet = '' }, index) =>
      `<sheet name="${escape(guard(sheet))}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
  );
  return `<workbook xmlns="${SHEET}" xmlns:r="${OFFICE}"><sheets>${items.join('')}</sheets></workbook>`;
}

function worksheet({ rows }: Table): string {
  const items = rows.map(({ line, cells }) => {
    const texts = cells.flatMap((cell, column) =>
      cell === ''
        ? []
        : [
            `<c r="${letters(column)}${line}" t="inlineStr"><is><t xml:space="preserve">${escape(guard(cell))}</t></is></c>`,
          ],
    );
    return `<row r="${line}">${texts.join('')}</row>`;
  });
  return `<worksheet xmlns="${SHEET}"><sheetData>${items.join('')}</sheetData></worksheet>`;
}

function letters(column: number): string {
  const rest = Math.floor(column / 26);
  return (rest === 0 ? '' : letters(rest - 1)) + String.fromCharCode(65 + (column % 26));
}

/** What XML cannot hold, or what reads like such, as `_x000D_`. */
function guard(text: string): string {
  return text
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(UNPRINTABLE, mark => `_x${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`);
}

// Control characters but tab and line feed, halves of pairs, and the two that are no characters.
const UNPRINTABLE =
  /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
