// Reading fields of foreign objects without trusting their shape: a field of another type is as good as absent.
import { isObject, type JsonObject, type JsonValue } from '../base/json.ts';
import type { Labels } from './snapshot.ts';

/** The value below a path of keys. */
export function at(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  let here = value;
  for (const key of path) {
    if (!isObject(here) || !Object.hasOwn(here, key)) return undefined;
    here = here[key];
  }
  return here;
}

/** A text, or undefined. */
export function textAt(value: JsonValue | undefined, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** A finite number, or undefined. */
export function numberAt(value: JsonValue | undefined, ...path: readonly string[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

/** A list; anything else is empty. */
export function listAt(value: JsonValue | undefined, ...path: readonly string[]): readonly JsonValue[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as readonly JsonValue[]) : [];
}

/** An object, or undefined. */
export function objectAt(value: JsonValue | undefined, ...path: readonly string[]): JsonObject | undefined {
  const found = at(value, ...path);
  return isObject(found) ? found : undefined;
}

/** The texts of a list. */
export function textsAt(value: JsonValue | undefined, ...path: readonly string[]): readonly string[] {
  return listAt(value, ...path).filter(item => typeof item === 'string');
}

/** Labels or annotations; numbers and booleans count as their text, so that an unquoted `PCI: true` is not lost. */
export function labelsAt(value: JsonValue | undefined, ...path: readonly string[]): Labels {
  const labels: Record<string, string> = {};
  for (const [key, item] of Object.entries(objectAt(value, ...path) ?? {})) {
    if (typeof item === 'string') labels[key] = item;
    else if (typeof item === 'number' || typeof item === 'boolean') labels[key] = String(item);
  }
  return labels;
}
