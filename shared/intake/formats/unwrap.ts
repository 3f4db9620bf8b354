// Takes records out of what shippers and clouds put around them: Elasticsearch hits, CloudWatch subscriptions and event
// lists, answers of flow APIs, a shipper's `message`. What is inside is read as if it stood by itself, at the line of its
// wrapper.
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { nested, object, text as textOf } from './values.ts';

/** What a wrapper holds: JSON objects, or lines of text. */
export interface Unwrapped {
  readonly records: readonly JsonObject[];
  readonly lines: readonly string[];
}

/** The records inside a wrapper; an object that wraps nothing is a record itself. */
export function unwrapRecord(value: JsonObject, depth = 0): Unwrapped {
  const source = value['_source'];
  if (isObject(source) && Object.keys(source).length > 0) return unwrapMessage(source);
  const { fields } = value;
  if (isObject(fields) && '_index' in value) return { records: [fromFields(fields)], lines: [] };
  const { result } = value;
  if (isObject(result) && typeof result['_raw'] === 'string') return unwrapMessage(result);
  const list = depth < WRAPPERS ? wrappedList(value) : undefined;
  if (list !== undefined) return join(list.filter(isObject).map(inner => unwrapRecord(inner, depth + 1)));
  return unwrapMessage(value);
}

/** Where what a wrapper holds comes from, as far as the wrapper says. */
export interface Origin {
  /** Who wrote it. */
  readonly reporter?: string;
  readonly cluster?: string;
}

/** The stream of CloudWatch, and the cluster that its group is of. */
export function originOf(value: JsonObject): Origin {
  const reporter = textOf(value['logStream'] ?? value['logStreamName'] ?? value['@logStream']);
  const [, cluster = ''] =
    /\/aws\/eks\/([^/]+)\/cluster$/.exec(textOf(value['logGroup'] ?? value['@log'])) ?? [];
  return { ...(reporter === '' ? {} : { reporter }), ...(cluster === '' ? {} : { cluster }) };
}

/** Wrappers in wrappers; what is wrapped deeper is no record. */
const WRAPPERS = 4;

/** The array that a wrapper of many records holds; undefined when it is no such wrapper. */
export function wrappedList(value: JsonObject): readonly JsonValue[] | undefined {
  const hits = object(value['hits'])['hits'];
  if (Array.isArray(hits)) return hits as readonly JsonValue[];
  const { logEvents, events } = value;
  if (Array.isArray(logEvents))
    return value['messageType'] === 'CONTROL_MESSAGE' ? [] : (logEvents as readonly JsonValue[]);
  if (Array.isArray(events)) return listIf(events as readonly JsonValue[], isMessage);
  const { items, flows, kind, records, results } = value;
  if (Array.isArray(records)) return listIf(records as readonly JsonValue[], isDiagnostic);
  if (Array.isArray(results)) return namedFields(results as readonly JsonValue[]);
  if (Array.isArray(items) && kind === undefined)
    return listIf(items as readonly JsonValue[], first => 'reporter' in first || '_source' in first);
  return Array.isArray(flows) ? listIf(flows as readonly JsonValue[], first => 'flow' in first) : undefined;
}

/** A record of Azure's diagnostics. */
function isDiagnostic(value: JsonObject): boolean {
  return typeof value['category'] === 'string' && 'properties' in value;
}

/** Answers of CloudWatch Insights: rows of fields with values. */
function namedFields(rows: readonly JsonValue[]): readonly JsonValue[] | undefined {
  const made = rows.map(row =>
    Object.fromEntries(
      (Array.isArray(row) ? (row as readonly JsonValue[]) : [])
        .filter(isObject)
        .flatMap(({ field, value }) =>
          typeof field === 'string' && value !== undefined ? [[field, value]] : [],
        ),
    ),
  );
  return made.some(row => typeof row['@message'] === 'string') ? made : undefined;
}

function listIf(
  list: readonly JsonValue[],
  fits: (first: JsonObject) => boolean,
): readonly JsonValue[] | undefined {
  const [first] = list;
  return isObject(first) && fits(first) ? list : undefined;
}

/** Elasticsearch's `fields`: every value in an array, inner members under dotted keys. */
function fromFields(fields: JsonObject): JsonObject {
  return nested(
    Object.entries(fields).map(([key, value]) => {
      const [first, ...others] = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
      return [key, others.length === 0 ? (first ?? null) : (value ?? null)];
    }),
  );
}

/** A log line as CloudWatch and shippers hand it on: the text with its time. */
function isMessage(value: JsonObject): boolean {
  return messageOf(value) !== undefined;
}

/** The text of a log line: CloudWatch's and a shipper's `message`, Splunk's `_raw`, Loki's `line`. */
function messageOf(value: JsonObject): string | undefined {
  const { message, _raw: raw, line, labels } = value;
  const isTimed = 'timestamp' in value || '@timestamp' in value;
  if (typeof message === 'string' && isTimed) return message;
  if (typeof value['@message'] === 'string') return value['@message'];
  if (typeof raw === 'string') return raw;
  return typeof line === 'string' && isTimed && isObject(labels) ? line : undefined;
}

function unwrapMessage(value: JsonObject): Unwrapped {
  const message = messageOf(value);
  if (message === undefined) return { records: [value], lines: [] };
  const inner = message.trimStart().startsWith('{') ? parsed(message) : undefined;
  return inner === undefined ? { records: [value], lines: [message] } : { records: [inner], lines: [] };
}

function parsed(text: string): JsonObject | undefined {
  if (text.includes('"__proto__"')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function join(parts: readonly Unwrapped[]): Unwrapped {
  return { records: parts.flatMap(part => part.records), lines: parts.flatMap(part => part.lines) };
}
