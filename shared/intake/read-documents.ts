// Reads parsed documents by format and adds up what they hold. Which format a document is, its content decides.
import { isObject, type JsonObject, type JsonValue } from '../base/json.ts';
import { membersOf, type Document, type ParsedText } from './document.ts';
import type { FlowSink } from './flow-sink.ts';
import { isAuditEvent, readAuditEvent, type UnplacedEvent } from './formats/audit.ts';
import { readCalicoFlow } from './formats/calico-flow.ts';
import { isHubbleEvent, lostEvents, readHubbleFlow } from './formats/hubble.ts';
import { benchControls, readBench, type UnplacedResult } from './formats/kube-bench.ts';
import { text as textOf } from './formats/values.ts';
import type { Diagnostic, FormatName } from './intake.ts';
import type { Gap } from './leaf.ts';
import { noResources } from './kubectl-messages.ts';
import { readObjects, type UnplacedObject } from './read-object.ts';
import { recogniseDocument, type Recognition } from './recognise.ts';

/** What the documents of one text hold. */
export interface DocumentsRead {
  readonly recognition?: Recognition;
  readonly records: number;
  readonly period?: readonly [number, number];
  readonly objects: readonly UnplacedObject[];
  readonly audit: readonly UnplacedEvent[];
  readonly benchmarks: readonly UnplacedResult[];
  readonly engagements: readonly JsonObject[];
  readonly gaps: readonly Gap[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Gathered {
  readonly objects: UnplacedObject[];
  readonly audit: UnplacedEvent[];
  readonly benchmarks: UnplacedResult[];
  readonly engagements: JsonObject[];
  readonly gaps: Gap[];
  readonly diagnostics: Diagnostic[];
  readonly times: number[];
}

/** Reads every document; flows go to the sink as they come. */
export function readDocuments(path: string, parsed: ParsedText, flows: FlowSink): DocumentsRead {
  const gathered: Gathered = {
    objects: [],
    audit: [],
    benchmarks: [],
    engagements: [],
    gaps: [],
    diagnostics: [],
    times: [],
  };
  const seen = new Map<FormatName, { readonly recognition: Recognition; records: number }>();
  const foreign: number[] = [];
  for (const document of parsed.documents) {
    const recognition = recogniseDocument(document.value);
    if (recognition === undefined) {
      if (document.value !== null) foreign.push(parsed.lineAt(document.range.start));
      continue;
    }
    const before = seen.get(recognition.format) ?? { recognition, records: 0 };
    before.records += readDocument(document, recognition.format, path, parsed, flows, gathered);
    seen.set(recognition.format, before);
  }
  if (seen.size > 0) gathered.diagnostics.push(...unknown(path, foreign));
  const [main] = [...seen.values()].sort((a, b) => b.records - a.records);
  const { times, ...rest } = gathered;
  return {
    ...(main === undefined ? {} : { recognition: main.recognition }),
    records: [...seen.values()].reduce((sum, item) => sum + item.records, 0),
    ...periodOf(times),
    ...rest,
  };
}

function periodOf(times: readonly number[]): Pick<DocumentsRead, 'period'> {
  let from = Infinity;
  let to = -Infinity;
  for (const time of times) {
    if (time > 0 && time < from) from = time;
    if (time > to) to = time;
  }
  return Number.isFinite(from) && to >= from ? { period: [from, to] } : {};
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

function readDocument(
  document: Document,
  format: FormatName,
  path: string,
  parsed: ParsedText,
  flows: FlowSink,
  into: Gathered,
): number {
  switch (format) {
    case 'kubernetes':
      return readKubernetes(document, path, parsed, into);
    case 'k8s-audit':
      return readEvents(document, path, parsed, into);
    case 'kube-bench': {
      const results = readBench(benchControls(document.value), path, (container, key) =>
        parsed.lineAt(document.places.of(container, key)?.start ?? document.range.start),
      );
      into.benchmarks.push(...results);
      return results.length;
    }
    case 'engagement':
      if (isObject(document.value)) into.engagements.push(document.value);
      return 1;
    case 'calico-flow':
    case 'hubble':
      return readFlows(document, format, path, parsed, flows, into);
    default:
      return 0;
  }
}

function readKubernetes(document: Document, path: string, parsed: ParsedText, into: Gathered): number {
  const found = readObjects(document, path, parsed.lineAt);
  const [failures, objects] = split(found.objects, isFailure);
  for (const object of objects) into.objects.push(object);
  for (const { kind, group, line } of found.askedNone) {
    if (kind !== undefined)
      into.gaps.push({ state: 'asked-none', what: kind, group, source: { file: path, line } });
    else {
      const said = noResources(path, line);
      into.gaps.push(...said.gaps);
      into.diagnostics.push(said.diagnostic);
    }
  }
  for (const failure of failures) readFailure(failure, into);
  for (const line of found.strange)
    into.diagnostics.push({
      code: 'intake.kubernetes.no-kind',
      severity: 'warning',
      message: 'An item has no kind or apiVersion',
      file: path,
      line,
    });
  return objects.length;
}

/** What the API server answers in place of objects. */
function isFailure(object: UnplacedObject): boolean {
  return object.kind === 'Status' && object.apiVersion === 'v1' && object.body['status'] === 'Failure';
}

function readFailure({ body, source }: UnplacedObject, into: Gathered): void {
  const details = membersOf(body['details']);
  const isForbidden = body['reason'] === 'Forbidden';
  into.gaps.push({
    state: isForbidden ? 'forbidden' : 'error',
    what: textOf(details['kind']) || 'unknown resource',
    group: textOf(details['group']),
    source,
  });
  into.diagnostics.push({
    code: isForbidden ? 'intake.collection.forbidden' : 'intake.collection.error',
    severity: 'warning',
    message: `The API server refused: ${textOf(body['message']).slice(0, 160)}`,
    ...source,
  });
}

/** Records of a document with their lines: one, an array, a list's items, or Elasticsearch hits. */
function recordsOf(
  document: Document,
  parsed: ParsedText,
): readonly { readonly record: JsonObject; readonly line: number }[] {
  const { value } = document;
  const hits = isObject(value) && isObject(value['hits']) ? value['hits']['hits'] : undefined;
  const items = isObject(value) && !isAuditEvent(value) ? value['items'] : undefined;
  const list = Array.isArray(value)
    ? value
    : Array.isArray(hits)
      ? hits
      : Array.isArray(items)
        ? items
        : undefined;
  if (list === undefined)
    return isObject(value) ? [{ record: unwrap(value), line: parsed.lineAt(document.range.start) }] : [];
  return (list as readonly JsonValue[]).flatMap((item, index) => {
    const start = document.places.of(list, index)?.start ?? document.range.start;
    return isObject(item) ? [{ record: unwrap(item), line: parsed.lineAt(start) }] : [];
  });
}

function unwrap(record: JsonObject): JsonObject {
  return isObject(record['_source']) ? record['_source'] : record;
}

function readEvents(document: Document, path: string, parsed: ParsedText, into: Gathered): number {
  const records = recordsOf(document, parsed);
  for (const { record, line } of records) {
    const event = readAuditEvent(record, path, line);
    into.audit.push(event);
    if (event.time !== undefined) into.times.push(Date.parse(event.time));
  }
  return records.length;
}

function readFlows(
  document: Document,
  format: 'calico-flow' | 'hubble',
  path: string,
  parsed: ParsedText,
  flows: FlowSink,
  into: Gathered,
): number {
  let count = 0;
  for (const { record, line } of recordsOf(document, parsed)) {
    if (format === 'hubble') flows.lost(lostEvents(record));
    const flow = format === 'calico-flow' ? readCalicoFlow(record) : readHubbleFlow(record);
    if (flow === undefined) {
      if (format === 'hubble' && isHubbleEvent(record)) count++;
      continue;
    }
    count++;
    flows.add(flow, path, line);
    into.times.push(flow.start, flow.end);
  }
  return count;
}

function split<T>(items: readonly T[], test: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(test), items.filter(item => !test(item))];
}
