// Takes records out of what shippers and clouds put around them: Elasticsearch hits. What is inside is read as if it
// stood by itself, at the line of its wrapper.
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { object } from './values.ts';

/** What a wrapper holds: JSON objects, or lines of text. */
export interface Unwrapped {
  readonly records: readonly JsonObject[];
  readonly lines: readonly string[];
}

/** The records inside a wrapper; an object that wraps nothing is a record itself. */
export function unwrapRecord(value: JsonObject): Unwrapped {
  const source = value['_source'];
  if (isObject(source) && Object.keys(source).length > 0) return { records: [source], lines: [] };
  const hits = object(value['hits'])['hits'];
  if (Array.isArray(hits))
    return {
      records: (hits as readonly JsonValue[]).filter(isObject).flatMap(hit => unwrapRecord(hit).records),
      lines: [],
    };
  return { records: [value], lines: [] };
}
