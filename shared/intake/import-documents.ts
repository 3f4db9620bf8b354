// JSON and YAML documents: masked first, parsed from the masked text, then read by format. One broken document loses
// only itself; every fault is named with its line.
import { isObject, type JsonObject, type JsonValue } from '../base/json.ts';
import { groupOf } from '../model/object.ts';
import { itemsOf, makeLineAt, type Document, type ParsedText } from './document.ts';
import { isAuditEvent, readAuditEvent, type UnplacedEvent } from './formats/audit.ts';
import { readCalicoFlow, unwrapHits } from './formats/calico-flow.ts';
import { readHubbleFlow } from './formats/hubble.ts';
import { benchControls, readBench, type UnplacedResult } from './formats/kube-bench.ts';
import { text as textOf } from './formats/values.ts';
import type { Diagnostic, FormatName } from './intake.ts';
import { parseJsonDocuments } from './json-documents.ts';
import { accountDataOf, countKinds, EMPTY_LEAF, type Gap, type Leaf, type LeafContext } from './leaf.ts';
import { readPlainText, templateLine } from './plain-text.ts';
import { readObjects, type UnplacedObject } from './read-object.ts';
import { recogniseDocument, type Recognition } from './recognise.ts';
import { applyEdits, mergeEdits } from './redact/mask.ts';
import { patternEdits } from './redact/patterns.ts';
import { fitScalars } from './redact/scalars.ts';
import { structureEdits } from './redact/structure.ts';
import { parseYamlDocuments } from './yaml-documents.ts';

/** Imports a whole text. */
export function importDocuments(path: string, text: string, context: LeafContext): Leaf {
  const original = parse(text, context);
  const known = original.documents.filter(document => recogniseDocument(document.value) !== undefined);
  const found = mergeEdits([
    ...known.flatMap(document => structureEdits(document, text)),
    ...fitScalars(patternEdits(text), known, text),
  ]);
  const lineAt = makeLineAt(text);
  const masked = found.length === 0 ? text : applyEdits(text, found, context.masker);
  const parsed = found.length === 0 ? original : parse(masked, context);
  const accountData = accountDataOf(
    path,
    found.map(edit => ({ kind: edit.kind, line: lineAt(edit.start) })),
  );
  const read = readAll(path, parsed, context);
  const recognised = read.recognition !== undefined;
  const template = recognised || original.faults.length > 0 ? templateLine(text) : undefined;
  const facts = recognised ? undefined : readPlainText(masked, path);
  const lost = parsed.documents.length < original.documents.length ? [unparsed(path)] : [];
  return {
    ...EMPTY_LEAF,
    ...read,
    format: read.recognition?.format ?? 'text',
    reason: read.recognition?.reason ?? facts?.reason ?? '',
    redactions: countKinds(found.map(edit => edit.kind)),
    gaps: [...read.gaps, ...(facts?.gaps ?? [])],
    accountData: accountData.hits,
    diagnostics: [
      ...accountData.diagnostics,
      ...faultDiagnostics(path, parsed, recognised, text, template),
      ...(facts?.diagnostics ?? []),
      ...read.diagnostics,
      ...lost,
    ],
    ...(found.length === 0 ? {} : { masked: () => encode(masked) }),
  };
}

async function* encode(text: string): AsyncIterable<Uint8Array> {
  await Promise.resolve();
  yield new TextEncoder().encode(text);
}

/** JSON where it begins like JSON; YAML otherwise, and where flow-style YAML only looks like JSON. */
function parse(text: string, context: LeafContext): ParsedText {
  const yaml = (): ParsedText =>
    parseYamlDocuments(text, { depth: context.limits.jsonDepth, aliases: context.limits.yamlAliases });
  if (!/^[\s\ufeff]*[[{]/.test(text)) return DOCUMENT_KEYS.test(text) ? yaml() : NOTHING;
  const json = parseJsonDocuments(text, context.limits.jsonDepth);
  const [fault] = json.faults;
  if (fault === undefined || fault.code !== 'intake.json.syntax' || json.documents.length > 0) return json;
  const second = yaml();
  return second.documents.length > 0 && second.faults.length === 0 ? second : json;
}

/** Keys without which no YAML document is one of ours; long logs are not sent through a YAML parser. */
const DOCUMENT_KEYS = /(?:^|[{,\s-])["']?(?:apiVersion|schema|node_type)["']?[^\S\n]*:/;
const NOTHING: ParsedText = { documents: [], faults: [], lineAt: () => 1 };

interface Read {
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

function readAll(path: string, parsed: ParsedText, context: LeafContext): Read {
  const objects: UnplacedObject[] = [];
  const audit: UnplacedEvent[] = [];
  const benchmarks: UnplacedResult[] = [];
  const engagements: JsonObject[] = [];
  const gaps: Gap[] = [];
  const diagnostics: Diagnostic[] = [];
  const seen = new Map<FormatName, { recognition: Recognition; records: number }>();
  const times: number[] = [];

  for (const document of parsed.documents) {
    const recognition = recogniseDocument(document.value);
    const line = parsed.lineAt(document.range.start);
    if (recognition === undefined) {
      if (parsed.documents.length > 1)
        diagnostics.push({
          code: 'intake.document.unknown',
          severity: 'info',
          message: 'A document of no known format',
          file: path,
          line,
        });
      continue;
    }
    const before = seen.get(recognition.format) ?? { recognition, records: 0 };
    seen.set(recognition.format, {
      ...before,
      records: before.records + readDocument(document, recognition.format, line),
    });
  }

  function readDocument(document: Document, format: FormatName, line: number): number {
    switch (format) {
      case 'kubernetes': {
        const found = readObjects(document, path, parsed.lineAt);
        objects.push(...found.objects);
        gaps.push(
          ...found.askedNone.map(({ kind, group, line: at }) => ({
            state: 'asked-none' as const,
            what: kind,
            group,
            source: { file: path, line: at },
          })),
        );
        diagnostics.push(
          ...found.strange.map(at => ({
            code: 'intake.kubernetes.no-kind',
            severity: 'warning' as const,
            message: 'An item has no kind or apiVersion',
            file: path,
            line: at,
          })),
        );
        return found.objects.length;
      }
      case 'k8s-audit':
        return readEvents(document);
      case 'kube-bench': {
        const results = readBench(benchControls(document.value), path, (container, key) =>
          parsed.lineAt(document.places.of(container, key)?.start ?? document.range.start),
        );
        benchmarks.push(...results);
        return results.length;
      }
      case 'engagement':
        if (isObject(document.value)) engagements.push(document.value);
        return 1;
      case 'calico-flow':
      case 'hubble':
        return readFlows(document, format, line);
      default:
        return 0;
    }
  }

  function readEvents(document: Document): number {
    const value = document.value;
    const items =
      isObject(value) && !isAuditEvent(value)
        ? itemsOf(value['items'])
        : Array.isArray(value)
          ? (value as readonly JsonValue[])
          : [value];
    const container = isObject(value) ? value['items'] : value;
    items.forEach((item, index) => {
      if (!isObject(item)) return;
      const range =
        typeof container === 'object' && container !== null
          ? document.places.of(container, index)
          : undefined;
      const event = readAuditEvent(item, path, parsed.lineAt(range?.start ?? document.range.start));
      audit.push(event);
      if (event.time !== undefined) times.push(Date.parse(event.time));
    });
    return items.length;
  }

  function readFlows(document: Document, format: 'calico-flow' | 'hubble', line: number): number {
    const values = (
      Array.isArray(document.value) ? (document.value as readonly JsonValue[]) : [document.value]
    ).filter(isObject);
    const records = format === 'calico-flow' ? values.flatMap(unwrapHits) : values;
    let count = 0;
    for (const record of records) {
      const flow = format === 'calico-flow' ? readCalicoFlow(record) : readHubbleFlow(record);
      if (flow === undefined) continue;
      count++;
      context.flows.add(flow, path, line);
      const node = textOf(format === 'calico-flow' ? record['host'] : record['node_name']);
      if (node !== '') context.flows.node(node);
      times.push(flow.start, flow.end);
    }
    return count;
  }

  const ranked = [...seen.values()].sort((a, b) => b.records - a.records);
  const [main] = ranked;
  const sorted = times.filter(time => time > 0).sort((a, b) => a - b);
  const from = sorted[0];
  const to = sorted.at(-1);
  return {
    ...(main === undefined ? {} : { recognition: main.recognition }),
    records: ranked.reduce((sum, item) => sum + item.records, 0),
    ...(from === undefined || to === undefined ? {} : { period: [from, to] as const }),
    objects,
    audit,
    benchmarks,
    engagements,
    gaps,
    diagnostics: [...diagnostics, ...incompleteExport(path, objects)],
  };
}

/** `kubectl get all` leaves out policies, ingresses and RBAC: pods, services and controllers in one List, nothing else. */
function incompleteExport(file: string, objects: readonly UnplacedObject[]): readonly Diagnostic[] {
  const kinds = new Set(objects.map(object => object.kind));
  const isAll =
    kinds.has('Pod') &&
    kinds.has('Service') &&
    kinds.has('ReplicaSet') &&
    [...kinds].every(kind => GET_ALL.has(kind)) &&
    objects.every(object => groupOf(object.apiVersion) !== 'networking.k8s.io');
  return isAll && kinds.size >= 4
    ? [
        {
          code: 'intake.kubernetes.get-all',
          severity: 'info',
          message:
            'Looks like kubectl get all, which leaves out policies, ingresses, RBAC and custom resources',
          file,
        },
      ]
    : [];
}

const GET_ALL = new Set([
  'Pod',
  'Service',
  'ReplicaSet',
  'Deployment',
  'DaemonSet',
  'StatefulSet',
  'Job',
  'CronJob',
  'ReplicationController',
  'HorizontalPodAutoscaler',
]);

function faultDiagnostics(
  file: string,
  parsed: ParsedText,
  recognised: boolean,
  text: string,
  template: number | undefined,
): readonly Diagnostic[] {
  if (template !== undefined && parsed.faults.length > 0)
    return [
      {
        code: 'intake.template.unrendered',
        severity: 'error',
        message: 'A template that was not rendered; run helm template or kustomize build first',
        file,
        line: template,
      },
    ];
  const meant = recognised || /^[\s\ufeff]*[[{]/.test(text) || beginsLikeAnObject(text);
  if (!meant) return [];
  return parsed.faults.map(({ code, message, line }) => ({ code, severity: 'error', message, file, line }));
}

function unparsed(file: string): Diagnostic {
  return {
    code: 'intake.redaction.unparsed',
    severity: 'error',
    message: 'A document could not be read again after masking; it is stored masked and left out',
    file,
  };
}

/** Whether one of the first lines that are no comments is `apiVersion:` or `kind:`. */
function beginsLikeAnObject(text: string): boolean {
  const lines = text.slice(0, 20_000).split('\n');
  return lines
    .filter(line => !/^\s*(#.*)?$/.test(line) && !line.startsWith('---'))
    .slice(0, 8)
    .some(line => /^\s*-?\s*(apiVersion|kind)\s*:/.test(line));
}
