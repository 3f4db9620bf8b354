// Logs of one JSON record a line, streamed: every line is masked first and parsed from the masked text, so that the
// stored copy gives the same records. Bad lines are counted and named, never dropped silently.
import { isObject, type JsonObject } from '../base/json.ts';
import type { Encoding } from './decode-text.ts';
import { lineBatches } from './decode-text.ts';
import { readAuditEvent, type UnplacedEvent } from './formats/audit.ts';
import { readCalicoFlow, unwrapHits } from './formats/calico-flow.ts';
import { isHubbleEvent, lostEvents, readHubbleFlow } from './formats/hubble.ts';
import { text as textOf } from './formats/values.ts';
import type { Diagnostic, RedactionKind } from './intake.ts';
import { parseJsonDocuments } from './json-documents.ts';
import { accountDataOf, countKinds, EMPTY_LEAF, type Leaf, type LeafContext } from './leaf.ts';
import type { LineFormat, Recognition } from './recognise.ts';
import { applyEdits, mergeEdits, type Edit } from './redact/mask.ts';
import { patternEdits } from './redact/patterns.ts';
import { structureEdits } from './redact/structure.ts';

/** Imports a log whose format is known from its first lines. */
export async function importLines(
  path: string,
  open: () => AsyncIterable<Uint8Array>,
  whole: AsyncIterable<Uint8Array>,
  encoding: Exclude<Encoding, 'binary'>,
  recognition: Recognition & { readonly format: LineFormat },
  context: LeafContext,
): Promise<Leaf> {
  const { format } = recognition;
  const audit: UnplacedEvent[] = [];
  const bad: number[] = [];
  const found: { kind: RedactionKind; line: number }[] = [];
  let records = 0;
  let first = Infinity;
  let last = -Infinity;
  let number = 0;

  const span = (from: number, to: number): void => {
    if (from > 0 && from < first) first = from;
    if (to > last) last = to;
  };
  for await (const lines of lineBatches(whole, encoding)) {
    for (const raw of lines) {
      number++;
      if (raw.trim() === '') continue;
      const { line, kinds } = maskLine(raw, context);
      for (const kind of kinds) found.push({ kind, line: number });
      const record = parseLine(line, context.limits.lineBytes);
      const read = record === undefined ? 0 : readRecord(record, number);
      if (read === 0) bad.push(number);
      records += read;
    }
    await context.breathe();
  }

  function readRecord(record: JsonObject, at: number): number {
    switch (format) {
      case 'calico-flow':
        return unwrapHits(record).reduce(
          (sum, hit) => sum + readFlow(readCalicoFlow(hit), textOf(hit['host']), at),
          0,
        );
      case 'hubble': {
        context.flows.lost(lostEvents(record));
        const flow = readHubbleFlow(record);
        if (flow === undefined) return isHubbleEvent(record) ? 1 : 0;
        return readFlow(flow, textOf(record['node_name']), at);
      }
      case 'k8s-audit': {
        const event = readAuditEvent(record, path, at);
        if (event.verb === '' && event.id === '') return 0;
        audit.push(event);
        const time = event.time === undefined ? Number.NaN : Date.parse(event.time);
        if (!Number.isNaN(time)) span(time, time);
        return 1;
      }
    }
  }

  function readFlow(flow: ReturnType<typeof readCalicoFlow>, node: string, at: number): number {
    if (flow === undefined) return 0;
    context.flows.add(flow, path, at);
    if (node !== '') context.flows.node(node);
    span(flow.start, flow.end);
    return 1;
  }

  const accountData = accountDataOf(path, found);
  return {
    ...EMPTY_LEAF,
    format,
    reason: recognition.reason,
    records,
    ...(records > 0 && Number.isFinite(first) && Number.isFinite(last)
      ? { period: [first, last] as const }
      : {}),
    redactions: countKinds(found.map(item => item.kind)),
    audit,
    accountData: accountData.hits,
    diagnostics: [...accountData.diagnostics, ...badLines(path, bad, number)],
    ...(found.length === 0 ? {} : { masked: () => maskedLines(open(), encoding, context) }),
  };
}

/** The masked form of a line and what was masked in it. */
export function maskLine(
  raw: string,
  context: LeafContext,
): { readonly line: string; readonly kinds: readonly RedactionKind[] } {
  const edits = mergeEdits([...lineStructure(raw, context), ...patternEdits(raw)]);
  if (edits.length === 0) return { line: raw, kinds: [] };
  const kinds = edits.map(edit => edit.kind);
  const masked = applyEdits(raw, edits, context.masker);
  if (!isJson(raw) || isJson(masked)) return { line: masked, kinds };
  // A bare number was masked: as a value of its own it needs quotes.
  const quoted = applyEdits(
    raw,
    edits.map(edit => ({ ...edit, quoted: edit.quoted || !insideString(raw, edit.start) })),
    context.masker,
  );
  if (isJson(quoted)) return { line: quoted, kinds };
  return { line: JSON.stringify({ masked: context.masker.token('credential', raw) }), kinds };
}

/** Audit bodies hold whole objects; only such lines are worth parsing with places. */
function lineStructure(raw: string, context: LeafContext): readonly Edit[] {
  if (!raw.includes('"requestObject"') && !raw.includes('"responseObject"')) return [];
  const [document] = parseJsonDocuments(raw, context.limits.jsonDepth).documents;
  return document === undefined ? [] : structureEdits(document, raw);
}

async function* maskedLines(
  chunks: AsyncIterable<Uint8Array>,
  encoding: Exclude<Encoding, 'binary'>,
  context: LeafContext,
): AsyncIterable<Uint8Array> {
  for await (const lines of lineBatches(chunks, encoding))
    yield new TextEncoder().encode(lines.map(line => `${maskLine(line, context).line}\n`).join(''));
}

function parseLine(line: string, limit: number): JsonObject | undefined {
  if (line.length > limit || line.includes('"__proto__"')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function insideString(line: string, at: number): boolean {
  let inside = false;
  for (let i = 0; i < at; i++) {
    if (line.charCodeAt(i) === 92 && inside) i++;
    else if (line.charCodeAt(i) === 34) inside = !inside;
  }
  return inside;
}

function badLines(file: string, bad: readonly number[], lines: number): readonly Diagnostic[] {
  const [first] = bad;
  if (first === undefined) return [];
  const isTail = bad.length === 1 && first === lines;
  const others = bad.length > 5 ? ', ...' : '';
  return [
    {
      code: isTail ? 'intake.lines.truncated' : 'intake.lines.bad',
      severity: 'warning',
      message: isTail
        ? 'The last line is cut off; the records before it were imported'
        : `${bad.length} of ${lines} lines are no records: ${bad.slice(0, 5).join(', ')}${others}`,
      file,
      line: first,
    },
  ];
}
