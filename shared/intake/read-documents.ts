// Reads parsed documents by format and adds up what they hold. Which format a document is, its content decides.
import { isObject, type JsonValue } from '../base/json.ts';
import type { Document, ParsedText } from './document.ts';
import type { Recognition, RecordSink } from './formats/format.ts';
import { documentFormatOf, type KnownLines, type KnownRecord } from './formats/registry.ts';
import { originOf, unwrapRecord, wrappedList, type Origin, type Unwrapped } from './formats/unwrap.ts';
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
    const format = known.kind === 'lines' ? known.format : known.format.name;
    const before = seen.get(format) ?? { recognition: { format, reason: known.reason }, records: 0 };
    before.records +=
      known.kind === 'document'
        ? known.format.read(document, { file, lineAt: parsed.lineAt }, into)
        : readRecords(known, document, file, parsed, into);
    seen.set(format, before);
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
  known: KnownRecord | KnownLines,
  document: Document,
  file: string,
  parsed: ParsedText,
  into: RecordSink,
): number {
  let count = 0;
  const bad: number[] = [];
  const take = (read: number | 'remark', line: number): void => {
    if (read === 0) bad.push(line);
    else if (read !== 'remark') count += read;
  };
  for (const { inside, line, origin } of recordsOf(document, parsed))
    if (known.kind === 'records')
      for (const record of inside.records)
        take(known.format.read(record, { file, line, ...origin }, into), line);
    else for (const text of inside.lines) take(known.reader(text, { file, line }, into), line);
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
): readonly { readonly inside: Unwrapped; readonly line: number; readonly origin: Origin }[] {
  const { value } = document;
  const list = Array.isArray(value)
    ? (value as readonly JsonValue[])
    : isObject(value)
      ? wrappedList(value)
      : undefined;
  const whole = isObject(value) ? originOf(value) : {};
  const at = (record: JsonValue, start: number) =>
    isObject(record)
      ? [
          {
            inside: unwrapRecord(record),
            line: parsed.lineAt(start),
            origin: { ...whole, ...originOf(record) },
          },
        ]
      : [];
  if (list === undefined) return at(value, document.range.start);
  return list.flatMap((item, index) =>
    at(item, document.places.of(list, index)?.start ?? document.range.start),
  );
}
