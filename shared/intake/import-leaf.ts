// One plain file: encoding, then a log streamed line by line, documents parsed whole, or an attachment. What it is,
// its first bytes and its content say.
import { collect, once, peek } from '../archive/bytes.ts';
import { concat } from '../base/digest.ts';
import { isObject } from '../base/json.ts';
import { attachmentOf, isKnownBinary } from './attachment.ts';
import { isWorkbook, isZip } from './containers.ts';
import { decodeText, encodingOf } from './decode-text.ts';
import { documentFormatOf } from './formats/registry.ts';
import { importCsv, tableIn } from './import-csv.ts';
import { importDocuments, looksLikeDocuments } from './import-documents.ts';
import { importLines, logOf } from './import-lines.ts';
import { importBinary, importText } from './import-text.ts';
import { importXlsx } from './import-xlsx.ts';
import type { Diagnostic } from './intake.ts';
import { EMPTY_LEAF, type Leaf, type LeafContext } from './leaf.ts';
import { describeText } from './plain-text.ts';
import { describeTable } from './registers/read-tables.ts';

const HEAD = 64 * 1024;

/** Imports one plain file, of which the reading has begun. */
export async function importLeaf(
  path: string,
  begun: AsyncIterable<Uint8Array>,
  open: () => AsyncIterable<Uint8Array>,
  context: LeafContext,
): Promise<Leaf> {
  const { head, whole } = await peek(begun, HEAD);
  if (head.length === 0) return empty(path);
  const encoding = encodingOf(head);
  if (isZip(head)) {
    const bytes = await collect(whole);
    return (await isWorkbook(bytes))
      ? importXlsx(path, bytes, context)
      : importBinary(path, once(bytes), attachmentOf(path, head), context);
  }
  if (encoding === 'binary' || (encoding === 'windows-1252' && isKnownBinary(head)))
    return importBinary(path, whole, attachmentOf(path, head), context);
  const start = decodeText(head, encoding);
  if (start === '' && head.length < HEAD) return empty(path);
  const lines = firstLines(start);
  const log = logOf(lines);
  if (log !== undefined) return importLines(path, whole, encoding, log, context);
  const table = tableIn(start, context);
  const isList = table.recognition.outcome === 'recognised';
  if (!isList && (isForeignLog(lines) || !looksLikeDocuments(start))) {
    const leaf = await importText(path, whole, encoding, context);
    const described = [...describeText(start, path), ...describeTable(table.recognition, path)];
    return { ...leaf, diagnostics: [...leaf.diagnostics, ...described] };
  }
  const bytes = await collectUpTo(whole, context.limits.documentBytes);
  if (bytes !== undefined)
    return isList
      ? importCsv(path, bytes, encoding, table.delimiter, context)
      : importDocuments(path, bytes, encoding, context);
  const leaf = await importText(path, open(), encoding, context);
  return { ...leaf, withheld: true, diagnostics: [...leaf.diagnostics, tooLarge(path, context)] };
}

function empty(file: string): Leaf {
  return {
    ...EMPTY_LEAF,
    format: 'text',
    reason: 'empty file',
    diagnostics: [{ code: 'intake.file.empty', severity: 'info', message: 'The file is empty', file }],
  };
}

/** Too large to be parsed means too large to be searched by structure: it is not stored. */
function tooLarge(file: string, context: LeafContext): Diagnostic {
  return {
    code: 'intake.file.too-large',
    severity: 'error',
    message: `A document of more than ${context.limits.documentBytes} bytes cannot be parsed and is not stored; split the export by kind`,
    file,
  };
}

/** The whole stream, unless it is longer than the limit. */
async function collectUpTo(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limit) return undefined;
    parts.push(chunk);
  }
  return concat(parts);
}

const FIRST_LINES = 20;

/** The whole lines at the beginning of a text that are not empty. */
function firstLines(head: string): readonly string[] {
  const lines = head.split('\n');
  const complete = head.length < HEAD || lines.length === 1 ? lines : lines.slice(0, -1);
  return complete
    .map(line => line.replace(/\r$/, ''))
    .filter(line => line.trim() !== '')
    .slice(0, FIRST_LINES);
}

/** A log of one JSON object a line that none of our formats knows: kept as a text, however long. */
function isForeignLog(lines: readonly string[]): boolean {
  const records = lines.flatMap(line => {
    if (!line.trim().startsWith('{')) return [];
    try {
      const value: unknown = JSON.parse(line);
      return isObject(value) ? [value] : [];
    } catch {
      return [];
    }
  });
  return records.length > 1 && records.every(record => documentFormatOf(record) === undefined);
}
