// One of the customer's lists as a text: masked first, by what shows and by the names of its columns, then read from the
// masked text, so that the stored copy gives the same rows.
import { collect } from '../archive/bytes.ts';
import { decodeText, type Encoding } from './decode-text.ts';
import { makeLineAt } from './document.ts';
import type { Diagnostic } from './intake.ts';
import { accountDataOf, countKinds, EMPTY_LEAF, type Leaf, type LeafContext } from './leaf.ts';
import { beginsLikeJson } from './parse-text.ts';
import { accountDataIn, applyEdits, isMasked, mergeEdits, type Edit } from './redact/mask.ts';
import { maskBlock } from './redact/redact-lines.ts';
import { recogniseCsv, type CsvRecognition } from './registers/csv-register.ts';
import { readTables } from './registers/read-tables.ts';
import { recogniseRegister } from './registers/recognise-register.ts';
import { holdsSecret, secretColumns } from './registers/secret-columns.ts';
import { readCsv, type Delimiter } from './table/read-csv.ts';

/** What the beginning of a text is as a table; its cells are masked already. */
export function tableIn(start: string, context: LeafContext): CsvRecognition {
  if (beginsLikeJson(start) || /^[^\S\n]*-?[^\S\n]*(?:apiVersion|kind|schema)[^\S\n]*:/m.test(start))
    return { delimiter: ',', recognition: { outcome: 'none' } };
  return recogniseCsv(maskBlock(start, context).text, context.mappings);
}

/** Imports a whole list. */
export function importCsv(
  path: string,
  bytes: Uint8Array,
  encoding: Exclude<Encoding, 'binary'>,
  delimiter: Delimiter,
  context: LeafContext,
): Leaf {
  const { text, masked, edits } = maskCsv(bytes, encoding, delimiter, context);
  const lineAt = makeLineAt(masked);
  const accountData = accountDataOf(
    path,
    accountDataIn(masked).map(({ kind, at }) => ({ kind, line: lineAt(at) })),
  );
  const table = readCsv(masked, delimiter);
  const read = readTables([table], path, context.mappings);
  return {
    ...EMPTY_LEAF,
    format: read.reason === undefined ? 'text' : 'register',
    reason: read.reason ?? 'readable text of no known format',
    records: read.rows.length,
    registers: read.rows,
    redactions: countKinds(edits.map(edit => edit.kind)),
    accountData: accountData.hits,
    diagnostics: [
      ...(text.isGuessed ? [guessed(path)] : []),
      ...accountData.diagnostics,
      ...table.faults.map((fault): Diagnostic => ({ ...fault, severity: 'warning', file: path })),
      ...read.diagnostics,
    ],
    ...(edits.length === 0
      ? {}
      : {
          masked: async function* (open) {
            const whole = await collect(open());
            yield new TextEncoder().encode(maskCsv(whole, encoding, delimiter, context).masked);
          },
        }),
  };
}

interface DecodedText {
  readonly text: string;
  /** It was no UTF-8, and was read as Windows writes texts in western languages. */
  readonly isGuessed: boolean;
}

function decodeCsv(bytes: Uint8Array, encoding: Exclude<Encoding, 'binary'>): DecodedText {
  const text = decodeText(bytes, encoding);
  return encoding === 'utf-8' && text.includes('\ufffd')
    ? { text: new TextDecoder('windows-1252').decode(bytes), isGuessed: true }
    : { text, isGuessed: encoding === 'windows-1252' };
}

function guessed(file: string): Diagnostic {
  return {
    code: 'intake.csv.encoding',
    severity: 'info',
    message: 'Not UTF-8; read as Windows-1252, as spreadsheets save CSV in western Europe',
    file,
  };
}

function maskCsv(
  bytes: Uint8Array,
  encoding: Exclude<Encoding, 'binary'>,
  delimiter: Delimiter,
  context: LeafContext,
): { readonly text: DecodedText; readonly masked: string; readonly edits: readonly Edit[] } {
  const text = decodeCsv(bytes, encoding);
  const shown = maskBlock(text.text, context);
  const edits = mergeEdits([...shown.edits, ...columnEdits(text.text, delimiter, context)]);
  const masked = edits.length === 0 ? text.text : applyEdits(text.text, edits, context.masker);
  return { text, masked, edits };
}

/** Cells below names such as `Password`. */
function columnEdits(text: string, delimiter: Delimiter, context: LeafContext): readonly Edit[] {
  const table = readCsv(text, delimiter);
  const recognition = recogniseRegister(table, context.mappings);
  const header = recognition.outcome === 'recognised' ? recognition.register.header : undefined;
  const columns = header === undefined ? [] : secretColumns(table.rows[header]?.cells ?? []);
  if (header === undefined || columns.length === 0) return [];
  return table.rows.slice(header + 1).flatMap(row => {
    const ranges = table.rangesOf(row);
    return columns.flatMap((column): readonly Edit[] => {
      const value = (row.cells[column] ?? '').trim();
      const range = insideQuotes(text, ranges[column * 2], ranges[column * 2 + 1]);
      if (range === undefined || !holdsSecret(value) || isMasked(value)) return [];
      return [{ ...range, kind: 'secret-value', quoted: false, value }];
    });
  });
}

/** A cell without its quotes: line ends inside stay inside. */
function insideQuotes(
  text: string,
  start: number | undefined,
  end: number | undefined,
): { readonly start: number; readonly end: number } | undefined {
  if (start === undefined || end === undefined) return undefined;
  const raw = text.slice(start, end);
  const first = start + raw.length - raw.trimStart().length;
  const last = end - (raw.length - raw.trimEnd().length);
  const isQuoted = text.charAt(first) === '"' && text.charAt(last - 1) === '"' && last - first > 1;
  return isQuoted ? { start: first + 1, end: last - 1 } : { start: first, end: last };
}
