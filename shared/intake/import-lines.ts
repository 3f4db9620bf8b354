// Logs of one JSON record a line, streamed: every line is masked first and parsed from the masked text, so that the
// stored copy gives the same records. Bad lines are counted and named, never dropped silently.
import { isObject, type JsonObject } from '../base/json.ts';
import type { Encoding } from './decode-text.ts';
import { readAuditEvent, type UnplacedEvent } from './formats/audit.ts';
import { readCalicoFlow, unwrapHits } from './formats/calico-flow.ts';
import { isHubbleEvent, lostEvents, readHubbleFlow } from './formats/hubble.ts';
import type { FlowRecord } from './flow-builder.ts';
import type { Diagnostic, RedactionKind } from './intake.ts';
import { accountDataOf, countKinds, EMPTY_LEAF, type Leaf, type LeafContext } from './leaf.ts';
import type { LineFormat, Recognition } from './recognise.ts';
import { maskBlock } from './redact/redact-lines.ts';
import { maskedBlocks, textBlocks } from './text-blocks.ts';

/** Imports a log whose format is known from its first lines. */
export async function importLines(
  path: string,
  whole: AsyncIterable<Uint8Array>,
  encoding: Exclude<Encoding, 'binary'>,
  recognition: Recognition & { readonly format: LineFormat },
  context: LeafContext,
): Promise<Leaf> {
  const reader = makeRecordReader(path, recognition.format, context);
  const kinds: RedactionKind[] = [];
  const numbers: { kind: RedactionKind; line: number }[] = [];
  const bad: number[] = [];
  let line = 1;
  let isCut = false;
  let isOpen = false;
  for await (const block of textBlocks(whole, encoding, context.limits.lineBytes)) {
    const masked = maskBlock(block.text, context);
    for (const edit of masked.edits) kinds.push(edit.kind);
    for (const { kind, lineInBlock } of masked.accountData) numbers.push({ kind, line: line + lineInBlock });
    const lines = masked.text.split('\n');
    const last = lines.length - 1;
    lines.forEach((text, index) => {
      const at = line + index;
      if ((index === 0 && isCut) || (index === last && block.cut)) {
        if (bad.at(-1) !== at) bad.push(at);
      } else if (text.trim() !== '' && !reader.read(text, at)) bad.push(at);
    });
    line += last;
    isCut = block.cut;
    isOpen = lines[last] !== '';
    await context.breathe();
  }
  const accountData = accountDataOf(path, numbers);
  return {
    ...EMPTY_LEAF,
    format: recognition.format,
    reason: recognition.reason,
    ...reader.result(),
    redactions: countKinds(kinds),
    accountData: accountData.hits,
    diagnostics: [...accountData.diagnostics, ...badLines(path, bad, isOpen ? line : line - 1, isOpen)],
    ...(kinds.length === 0 ? {} : { masked: open => maskedBlocks(open(), encoding, context) }),
  };
}

function makeRecordReader(path: string, format: LineFormat, context: LeafContext) {
  const audit: UnplacedEvent[] = [];
  let records = 0;
  let first = Infinity;
  let last = -Infinity;

  const spanned = (from: number, to: number): void => {
    if (from > 0 && from < first) first = from;
    if (to > last) last = to;
  };
  const readFlow = (flow: FlowRecord | undefined, line: number): boolean => {
    if (flow === undefined) return false;
    context.flows.add(flow, path, line);
    spanned(flow.start, flow.end);
    records++;
    return true;
  };
  const readRecord = (record: JsonObject, line: number): boolean => {
    switch (format) {
      case 'calico-flow':
        return unwrapHits(record)
          .map(hit => readFlow(readCalicoFlow(hit), line))
          .every(read => read);
      case 'hubble': {
        if (!isHubbleEvent(record)) return false;
        context.flows.lost(lostEvents(record));
        if (!readFlow(readHubbleFlow(record), line)) records++;
        return true;
      }
      case 'k8s-audit': {
        const event = readAuditEvent(record, path, line);
        if (event.verb === '' && event.id === '') return false;
        audit.push(event);
        records++;
        const time = event.time === undefined ? Number.NaN : Date.parse(event.time);
        if (!Number.isNaN(time)) spanned(time, time);
        return true;
      }
    }
  };
  return {
    /** Whether a line was a record. */
    read: (text: string, line: number): boolean => {
      const record = parseLine(text);
      return record !== undefined && readRecord(record, line);
    },
    result: (): Pick<Leaf, 'records' | 'audit' | 'period'> => ({
      records,
      audit,
      ...(Number.isFinite(first) && last >= first ? { period: [first, last] as const } : {}),
    }),
  };
}

function parseLine(line: string): JsonObject | undefined {
  if (line.includes('"__proto__"')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
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
