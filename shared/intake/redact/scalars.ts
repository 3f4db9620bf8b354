// Pattern masks inside strings and plain YAML words stand as bare text. A number is another matter: its mask needs
// quotes in JSON, and takes the whole of it.
import type { JsonValue } from '../../base/json.ts';
import type { Document, Range } from '../document.ts';
import type { Edit } from './mask.ts';

/** Edits fitted to the numbers they fall into. */
export function fitScalars(edits: readonly Edit[], documents: readonly Document[]): readonly Edit[] {
  if (edits.length === 0) return edits;
  const numbers = documents.flatMap(numbersOf).sort((a, b) => a.start - b.start);
  return edits.map(edit => {
    const number = lastAtOrBefore(numbers, edit.start);
    return number !== undefined && edit.start < number.end
      ? { ...edit, start: number.start, end: Math.max(number.end, edit.end), quoted: true }
      : edit;
  });
}

function numbersOf(document: Document): Range[] {
  const ranges: Range[] = [];
  const walk = (value: JsonValue | undefined): void => {
    if (typeof value !== 'object' || value === null) return;
    const keys: readonly (string | number)[] = Array.isArray(value)
      ? value.map((_item, index) => index)
      : Object.keys(value);
    for (const key of keys) {
      const member = (value as Readonly<Record<string | number, JsonValue>>)[key];
      if (typeof member === 'object') walk(member);
      else if (typeof member === 'number') {
        const range = document.places.of(value, key);
        if (range !== undefined) ranges.push(range);
      }
    }
  };
  walk(document.value);
  if (typeof document.value === 'number') ranges.push(document.range);
  return ranges;
}

/** The last of ordered ranges that begins at a place or before it. */
export function lastAtOrBefore<R extends Range>(ranges: readonly R[], offset: number): R | undefined {
  let low = 0;
  let high = ranges.length - 1;
  let found: R | undefined;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range !== undefined && range.start <= offset) {
      found = range;
      low = middle + 1;
    } else high = middle - 1;
  }
  return found;
}
