// Logs, streamed: one record a line, JSON or text: every line is masked first and parsed from the masked text, so that the
// stored copy gives the same records. Bad lines are counted and named, never dropped silently.
import { isObject, type JsonObject } from '../base/json.ts';
import { encodingRemarks, type Encoding } from './decode-text.ts';
import type { LineReader, Recognition, RecordFormat } from './formats/format.ts';
import { lineFormatOf, recordFormatOf } from './formats/registry.ts';
import { originOf, unwrapRecord } from './formats/unwrap.ts';
import { makeGathering } from './gathering.ts';
import type { Diagnostic, RedactionKind } from './intake.ts';
import { accountDataOf, countKinds, EMPTY_LEAF, type Leaf, type LeafContext } from './leaf.ts';
import { maskBlock } from './redact/redact-lines.ts';
import { maskedBlocks, textBlocks } from './text-blocks.ts';

/** A log: its format, the reason for it, and what reads its lines. */
export interface KnownLog extends Recognition {
  readonly reader: LineReader;
}

/** The log that some first lines begin; undefined when none of our formats knows them. */
export function logOf(lines: readonly string[]): KnownLog | undefined {
  const shape = shapeOf(lines);
  if (shape === 'document') return undefined;
  for (const line of lines) {
    const record = recordIn(line, shape);
    const known = record === undefined ? undefined : recordFormatOf(record);
    if (known?.kind === 'lines') return { ...known, reader: wrappedReader(known.reader) };
    if (known !== undefined)
      return { format: known.format.name, reason: known.reason, reader: recordReader(known.format, shape) };
  }
  return lineFormatOf(lines);
}

/** How JSON stands in lines: an object each, an array with an element each, or a document printed over lines. */
type Shape = 'objects' | 'elements' | 'document';

function shapeOf(lines: readonly string[]): Shape {
  const opening = lines.find(line => /^\s*[{[]/.test(line))?.trim() ?? '';
  if (opening.startsWith('{')) return /[{[,]$/.test(opening) ? 'document' : 'objects';
  if (opening === '[') return 'elements';
  return opening.startsWith('[') && recordIn(opening, 'elements') !== undefined ? 'elements' : 'objects';
}

/** Imports a log whose format is known from its first lines. */
export async function importLines(
  path: string,
  whole: AsyncIterable<Uint8Array>,
  encoding: Exclude<Encoding, 'binary'>,
  log: KnownLog,
  context: LeafContext,
): Promise<Leaf> {
  const gathering = makeGathering(path, context.flows);
  const kinds: RedactionKind[] = [];
  const numbers: { kind: RedactionKind; line: number }[] = [];
  const bad: number[] = [];
  let records = 0;
  let line = 1;
  let isCut = false;
  let isOpen = false;
  let broken: number | undefined;
  const read = (text: string, at: number): void => {
    const answer = log.reader(text, { file: path, line: at }, gathering);
    if (answer === 0) bad.push(at);
    else if (answer !== 'remark') records += answer;
  };
  for await (const block of textBlocks(whole, encoding, context.limits.lineBytes)) {
    const masked = maskBlock(block.text, context);
    for (const edit of masked.edits) kinds.push(edit.kind);
    for (const { kind, lineInBlock } of masked.accountData) numbers.push({ kind, line: line + lineInBlock });
    const lines = masked.text.split('\n');
    const last = lines.length - 1;
    if (broken === undefined && block.text.includes('\ufffd'))
      broken = line + lines.findIndex(text => text.includes('\ufffd'));
    lines.forEach((text, index) => {
      const at = line + index;
      if ((index === 0 && isCut) || (index === last && block.cut)) {
        if (bad.at(-1) !== at) bad.push(at);
      } else if (text.trim() !== '') read(text, at);
    });
    line += last;
    isCut = block.cut;
    isOpen = lines[last] !== '';
    await context.breathe();
  }
  const accountData = accountDataOf(path, numbers);
  const { diagnostics, ...gathered } = gathering.finish();
  return {
    ...EMPTY_LEAF,
    ...gathered,
    format: log.format,
    reason: log.reason,
    records,
    redactions: countKinds(kinds),
    accountData: accountData.hits,
    diagnostics: [
      ...accountData.diagnostics,
      ...diagnostics,
      ...encodingRemarks(path, encoding, broken),
      ...badLines(path, bad, isOpen ? line : line - 1, isOpen),
    ],
    ...(kinds.length === 0 ? {} : { masked: open => maskedBlocks(open(), encoding, context) }),
  };
}

/** Reads JSON objects, one a line; what a shipper wrapped around them is taken off. */
function recordReader(format: RecordFormat, shape: Shape): LineReader {
  return (line, place, into) => {
    const record = recordIn(line, shape);
    if (record === undefined) return shape === 'elements' && /^[[\],\s]*$/.test(line) ? 'remark' : 0;
    let count = 0;
    let isRemark = false;
    const at = { ...place, ...prefixOf(line), ...originOf(record) };
    for (const inner of unwrapRecord(record).records) {
      const read = format.read(inner, at, into);
      if (read === 'remark') isRemark = true;
      else if (read === 0) return 0;
      else count += read;
    }
    return count === 0 && isRemark ? 'remark' : count;
  };
}

/** The one word before the object of a line, such as the node that `oc adm node-logs` puts there; a time is none. */
function prefixOf(line: string): { readonly reporter?: string } {
  if (line.startsWith('{')) return {};
  const [, reporter] = /^([A-Za-z][\w.-]*) +\{/.exec(line.slice(0, LONGEST_PREFIX + 1)) ?? [];
  return reporter === undefined ? {} : { reporter };
}

/** Reads lines of text that a shipper wrapped in JSON objects, one or many a line. */
function wrappedReader(reader: LineReader): LineReader {
  return (line, place, into) => {
    const record = recordIn(line);
    if (record === undefined) return 0;
    let count = 0;
    const { lines } = unwrapRecord(record);
    for (const inner of lines) {
      const read = reader(inner, place, into);
      if (read === 0) return 0;
      if (read !== 'remark') count += read;
    }
    return count === 0 ? 'remark' : count;
  };
}

/** What may stand before a JSON object on its line: a node's name, a time, a stream. */
const LONGEST_PREFIX = 200;

/** The JSON object of a line; undefined when it holds none. */
function recordIn(line: string, shape: Shape = 'objects'): JsonObject | undefined {
  if (line.includes('"__proto__"') && /"__proto__"\s*:/.test(line)) return undefined;
  const start = line.indexOf('{');
  if (start < 0 || start > LONGEST_PREFIX) return undefined;
  const isElement = shape === 'elements' && /^[[,\s]*$/.test(line.slice(0, start));
  const end = isElement ? line.lastIndexOf('}') + 1 : line.length;
  if (isElement && !/^[\],\s]*$/.test(line.slice(end))) return undefined;
  try {
    const value: unknown = JSON.parse(line.slice(start, end));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const NAMED = 20;

function badLines(
  file: string,
  bad: readonly number[],
  lines: number,
  isOpen: boolean,
): readonly Diagnostic[] {
  const [first] = bad;
  if (first === undefined) return [];
  const isTail = isOpen && bad.length === 1 && first === lines;
  const others = bad.length > NAMED ? ', ...' : '';
  return [
    {
      code: isTail ? 'intake.lines.truncated' : 'intake.lines.bad',
      severity: 'warning',
      message: isTail
        ? 'The last line is cut off; the records before it were imported'
        : `${bad.length} of ${lines} lines are no records: ${bad.slice(0, NAMED).join(', ')}${others}`,
      file,
      line: first,
    },
  ];
}
