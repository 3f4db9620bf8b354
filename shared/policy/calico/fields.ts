// Reading the fields of Calico objects: typed access to JSON that says what is wrong and where.
// A fault is thrown as a ProblemError and becomes one refused or unsupported policy at the reader's edge (read.ts).
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { ProblemError } from '../../base/result.ts';

/** The API would not have taken it: bad selector, port, action ... */
export const REFUSED = 'policy.calico.refused';
/** Valid perhaps, but a field or value that is not understood here. */
export const UNSUPPORTED = 'policy.calico.unsupported';

/** Ends the reading of one policy; `pointer` is where. */
export function refuse(pointer: string, what: string): never {
  throw new ProblemError({ code: REFUSED, message: `${pointer}: ${what}` });
}

/** A member object; missing, null or empty text counts as none. */
export function objectAt(parent: JsonObject, key: string, pointer: string): JsonObject | undefined {
  const value = present(parent[key]);
  if (value === undefined) return undefined;
  return isObject(value) ? value : refuse(`${pointer}/${key}`, 'is not an object');
}

/** A member text; the empty text counts as none. */
export function textAt(parent: JsonObject, key: string, pointer: string): string | undefined {
  const value = present(parent[key]);
  if (value === undefined || value === '') return undefined;
  return typeof value === 'string' ? value : refuse(`${pointer}/${key}`, 'is not a text');
}

/** A member number; a number written as text is taken, as Calico's command line does. */
export function numberAt(parent: JsonObject, key: string, pointer: string): number | undefined {
  const value = present(parent[key]);
  if (value === undefined || value === '') return undefined;
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number)
    ? number
    : refuse(`${pointer}/${key}`, 'is not a number');
}

/** A member list; missing or null counts as empty. */
export function listAt(parent: JsonObject, key: string, pointer: string): readonly JsonValue[] {
  const value = present(parent[key]);
  if (value === undefined) return [];
  return isList(value) ? value : refuse(`${pointer}/${key}`, 'is not a list');
}

/** A member list of texts. */
export function textsAt(parent: JsonObject, key: string, pointer: string): readonly string[] {
  return listAt(parent, key, pointer).map(item =>
    typeof item === 'string' ? item : refuse(`${pointer}/${key}`, 'holds something that is not a text'),
  );
}

/** Whether a member is set to true. */
export function flagAt(parent: JsonObject, key: string): boolean {
  return parent[key] === true;
}

/** Throws when an object has a member that says something and is not among the known ones. */
export function onlyKnown(parent: JsonObject, known: ReadonlySet<string>, pointer: string): void {
  for (const key of Object.keys(parent).sort()) {
    if (!known.has(key) && !isEmpty(parent[key]))
      throw new ProblemError({
        code: UNSUPPORTED,
        message: `${pointer}/${key}: this field is not understood`,
      });
  }
}

function present(value: JsonValue | undefined): JsonValue | undefined {
  return value === null ? undefined : value;
}

function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true;
  return isList(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
