// Reads parsed documents by format and adds up what they hold. Which format a document is, its content decides.
import { isObject, type JsonObject, type JsonValue } from '../base/json.ts';
import type { Document, ParsedText } from './document.ts';
import type { Recognition, RecordSink } from './formats/format.ts';
import { documentFormatOf, type KnownRecord } from './formats/registry.ts';
import { unwrapRecord } from './formats/unwrap.ts';
import type { Diagnostic, FormatName } from './intake.ts';

/** What the documents of one text were. */
export interface DocumentsRead {
  readonly recognition?: Recognition;
  readonly records: number;
}

/** Reads every document into the sink. */
export function readDocuments(file: string, parsed: ParsedText, into: RecordSink): DocumentsRead {
  const seen = new Map<FormatName, { readonly recognition: Recognition; records: number }>();
  const foreign: number[] = [];
  for (const document of parsed.documents) {
    const known = documentFormatOf(document.value);
    if (known === undefined) {
      if (document.value !== null) foreign.push(parsed.lineAt(document.range.start));
      continue;
    }
    const { format, reason } = known;
    const before = seen.get(format.name) ?? { recognition: { format: format.name, reason }, records: 0 };
    before.records +=
      known.kind === 'document'
        ? known.format.read(document, { file, lineAt: parsed.lineAt }, into)
        : readRecords(known, document, file, parsed, into);
    seen.set(format.name, before);
  }
  if (seen.size > 0) for (const diagnostic of unknown(file, foreign)) into.diagnostic(diagnostic);
  const [main] = [...seen.values()].sort((a, b) => b.records - a.records);
  return {
    ...(main === undefined ? {} : { recognition: main.recognition }),
    records: [...seen.values()].reduce((sum, item) => sum + item.records, 0),
  };
}

/** Documents of another format between known ones. */
function unknown(file: string, lines: readonly number[]): readonly Diagnostic[] {
  const [line] = lines;
  if (line === undefined) return [];
  return [
    {
      code: 'intake.document.unknown',
      severity: 'info',
      message: `${lines.length} documents of no known format, at lines ${lines.slice(0, 10).join(', ')}${lines.length > 10 ? ', ...' : ''}`,
      file,
      line,
    },
  ];
}

function readRecords(
  { format }: KnownRecord,
  document: Document,
  file: string,
  parsed: ParsedText,
  into: RecordSink,
): number {
  let count = 0;
  const bad: number[] = [];
  for (const { record, line } of recordsOf(document, parsed)) {
    const read = format.read(record, { file, line }, into);
    if (read === 0) bad.push(line);
    count += read;
  }
  const [line] = bad;
  if (line !== undefined)
    into.diagnostic({
      code: 'intake.records.bad',
      severity: 'warning',
      message: `${bad.length} objects among the records are none, at lines ${bad.slice(0, 10).join(', ')}${bad.length > 10 ? ', ...' : ''}`,
      file,
      line,
    });
  return count;
}

/** Records of a document with their lines: one, or the items of an array, what they are wrapped in taken off. */
function recordsOf(
  document: Document,
  parsed: ParsedText,
): readonly { readonly record: JsonObject; readonly line: number }[] {
  const { value } = document;
  const list = listIn(value);
  const at = (record: JsonValue, start: number) =>
    isObject(record)
      ? unwrapRecord(record).records.map(inner => ({ record: inner, line: parsed.lineAt(start) }))
      : [];
  if (list === undefined) return at(value, document.range.start);
  return list.flatMap((item, index) =>
    at(item, document.places.of(list, index)?.start ?? document.range.start),
  );
}

/** The array that holds a document's records: itself, or the hits of a search. */
function listIn(value: JsonValue): readonly JsonValue[] | undefined {
  if (Array.isArray(value)) return value as readonly JsonValue[];
  const hits = isObject(value) && isObject(value['hits']) ? value['hits']['hits'] : undefined;
  return Array.isArray(hits) ? (hits as readonly JsonValue[]) : undefined;
}
