// A parsed document with the places of its values: what JSON and YAML have in common after parsing.
// Places serve two ends: lines that statements cite, and ranges that redaction masks in place.
import type { JsonObject, JsonValue } from '../base/json.ts';

/** Character range in the text, end exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Ranges of the members of every object and the items of every array, as plain numbers: exports are large. */
export class Places {
  private readonly items = new Map<object, number[]>();
  private readonly members = new Map<object, Members>();

  /** Notes where a member or item stands. Items are noted in order. */
  note(container: object, key: string | number, range: Range): void {
    if (typeof key === 'number') {
      const known = this.items.get(container) ?? [];
      if (known.length === 0) this.items.set(container, known);
      known[key * 2] = range.start;
      known[key * 2 + 1] = range.end;
      return;
    }
    const known: Members = this.members.get(container) ?? { keys: [], ends: [] };
    if (known.keys.length === 0) this.members.set(container, known);
    known.keys.push(key);
    known.ends.push(range.start, range.end);
    known.indexes?.set(key, known.keys.length - 1);
  }

  /** Where a member or item stands; undefined for what was never written there. */
  of(container: object, key: string | number): Range | undefined {
    const members = typeof key === 'number' ? undefined : this.members.get(container);
    const index = typeof key === 'number' ? key : members === undefined ? -1 : indexOf(members, key);
    const ends = members === undefined ? this.items.get(container) : members.ends;
    const start = ends?.[index * 2];
    const end = ends?.[index * 2 + 1];
    return start === undefined || end === undefined ? undefined : { start, end };
  }
}

interface Members {
  readonly keys: string[];
  readonly ends: number[];
  /** Made when an object of very many members is first asked. */
  indexes?: Map<string, number>;
}

/** Above this many members a list of keys is not searched one by one. */
const FEW = 64;

function indexOf(members: Members, key: string): number {
  if (members.keys.length <= FEW) return members.keys.lastIndexOf(key);
  members.indexes ??= new Map(members.keys.map((known, index) => [known, index]));
  return members.indexes.get(key) ?? -1;
}

/** One document of a file. */
export interface Document {
  readonly value: JsonValue;
  /** Of the whole document. */
  readonly range: Range;
  readonly places: Places;
}

/** A fault in a document. */
export interface DocumentFault {
  readonly code: string;
  readonly message: string;
  readonly line: number;
  /** The text that was lost with it. */
  readonly range: Range;
}

/** Documents of a file and what was wrong with the rest. */
export interface ParsedText {
  readonly documents: readonly Document[];
  readonly faults: readonly DocumentFault[];
  /** What was read, but not as it stands. */
  readonly remarks?: readonly DocumentFault[];
  /** 1-based line of a character. */
  readonly lineAt: (offset: number) => number;
}

/** Line numbers by binary search over line starts, which are found when the first line is asked for. */
export function makeLineAt(text: string): (offset: number) => number {
  let starts: readonly number[] | undefined;
  return offset => {
    starts ??= lineStarts(text);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}

/** Offsets at which lines start. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Members of a value that is an object; empty otherwise. */
export function membersOf(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** Items of a value that is an array; empty otherwise. */
export function itemsOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}
