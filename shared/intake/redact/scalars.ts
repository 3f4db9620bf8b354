// A mask inside a quoted string or a block of text is plain text; inside a plain scalar (an unquoted YAML word, a
// JSON number) it would change what the document says, so there the whole scalar is masked and quoted.
import type { JsonValue } from '../../base/json.ts';
import type { Document, Range } from '../document.ts';
import type { Edit } from './mask.ts';

/** Edits fitted to the scalars they fall into. */
export function fitScalars(
  edits: readonly Edit[],
  documents: readonly Document[],
  text: string,
): readonly Edit[] {
  if (edits.length === 0) return edits;
  const plain = documents.flatMap(document => plainScalars(document, text));
  plain.sort((a, b) => a.start - b.start);
  return edits.map(edit => {
    const scalar = lastAtOrBefore(plain, edit.start);
    return scalar !== undefined && edit.start < scalar.end ? { ...edit, ...scalar, quoted: true } : edit;
  });
}

function plainScalars(document: Document, text: string): Range[] {
  const ranges: Range[] = [];
  const walk = (value: JsonValue | undefined): void => {
    if (typeof value !== 'object' || value === null) return;
    const keys: readonly (string | number)[] = Array.isArray(value)
      ? value.map((_item, index) => index)
      : Object.keys(value);
    for (const key of keys) {
      const member = (value as Readonly<Record<string | number, JsonValue>>)[key];
      const range = document.places.of(value, key);
      if (typeof member === 'object' && member !== null) walk(member);
      else if (range !== undefined && !/["'|>]/.test(text.charAt(range.start))) ranges.push(range);
    }
  };
  walk(document.value);
  if (typeof document.value !== 'object') ranges.push(document.range);
  return ranges;
}

function lastAtOrBefore(ranges: readonly Range[], offset: number): Range | undefined {
  let low = 0;
  let high = ranges.length - 1;
  let found: Range | undefined;
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
