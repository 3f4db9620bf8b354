// Small readers of foreign JSON members: what is missing or of another type is empty, never guessed.
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';

/** A text, or ''. */
export function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A text, with `-` meaning absent. */
export function name(value: JsonValue | undefined): string {
  return typeof value === 'string' && value !== '-' ? value : '';
}

/** A number (also when written as text), or the given one. */
export function number(value: JsonValue | undefined, otherwise = 0): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  return otherwise;
}

/** An object, or an empty one. */
export function object(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** The texts of an array. */
export function texts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(item => typeof item === 'string') : [];
}
