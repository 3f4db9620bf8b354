// JSON that stands as text inside JSON or CSV: clouds and shippers hand audit events on that way. What is found inside is
// masked in place, with the escapes of every layer; where that cannot be done, the whole string is masked.
import type { JsonValue } from '../../base/json.ts';
import { lineStarts, type Document, type Range } from '../document.ts';
import { parseJsonDocuments } from '../json-documents.ts';
import { MAY_HOLD_BODIES } from './audit-bodies.ts';
import { movedEdit, type Edit } from './mask.ts';

/** Finds what is to be masked in a document of a text. */
export type EditsOf = (document: Document, text: string) => readonly Edit[];

/** A text that stands inside another one, written with escapes. */
interface Layer {
  readonly text: string;
  /** Where a character of it stands in the outer text. */
  readonly at: (index: number) => number;
  /** How characters are written in the outer text. */
  readonly escape: (text: string) => string;
}

/** Bodies that tables hold as text. */
const BODY_KEYS: ReadonlySet<string | number> = new Set([
  'requestObject',
  'responseObject',
  'RequestObject',
  'ResponseObject',
]);

/** Edits inside the strings of a document. */
export function wrappedEdits(document: Document, text: string, editsOf: EditsOf): readonly Edit[] {
  const edits: Edit[] = [];
  const visit = (value: JsonValue | undefined): void => {
    if (typeof value !== 'object' || value === null) return;
    const members: readonly (readonly [string | number, JsonValue | undefined])[] = Array.isArray(value)
      ? (value as readonly JsonValue[]).map((item, index) => [index, item] as const)
      : Object.entries(value);
    for (const [key, member] of members) {
      if (typeof member !== 'string') visit(member);
      else if (BODY_KEYS.has(key) || MAY_HOLD_BODIES.test(member)) {
        const range = document.places.of(value, key);
        if (range !== undefined) edits.push(...stringEdits(member, range, text, editsOf));
      }
    }
  };
  visit(document.value);
  return edits;
}

function stringEdits(
  value: string,
  range: { readonly start: number; readonly end: number },
  text: string,
  editsOf: EditsOf,
): readonly Edit[] {
  const found = textEdits(value, editsOf, true);
  if (found.length === 0) return [];
  const layer = jsonString(value, text.slice(range.start, range.end), range.start);
  return layer === undefined
    ? [{ ...range, kind: 'secret-value', quoted: true, value }]
    : found.map(edit => outward(edit, layer));
}

/** Edits for a text of one line that may hold JSON, as it is or as a cell of CSV. */
export function textEdits(text: string, editsOf: EditsOf, isBody = false): readonly Edit[] {
  if (!isBody && !MAY_HOLD_BODIES.test(text)) return [];
  if (/"\s*\{\s*""/.test(text)) return csvEdits(text, editsOf);
  const [list, first] = [text.search(/\[\s*\{/), text.indexOf('{')];
  if (first < 0) return [];
  const whole = list >= 0 && list < first ? jsonEdits(text, list, editsOf) : undefined;
  const { edits, lost } = whole?.isRead === true ? whole : jsonEdits(text, first, editsOf);
  return [...edits, ...lost.flatMap(({ start, end }) => brokenBodies(text, start, end))];
}

/** Edits for the JSON that begins somewhere in a text, and what of it cannot be read. */
function jsonEdits(
  text: string,
  start: number,
  editsOf: EditsOf,
): { readonly edits: readonly Edit[]; readonly lost: readonly Range[]; readonly isRead: boolean } {
  const json = text.slice(start);
  const { documents, faults } = parseJsonDocuments(json, DEPTH);
  return {
    isRead: documents.length > 0,
    edits: documents.flatMap(document => editsOf(document, json)).map(edit => movedEdit(edit, start)),
    lost: faults.map(({ range }) => ({ start: start + range.start, end: start + range.end })),
  };
}

/** Nesting of a line that is looked into. */
const DEPTH = 200;

const BODY = /(?:requestObject|responseObject|"request|"response)[\\"]*\s*:\s*(?=[[{])/i;

/** Of JSON that cannot be read, nothing from the first body on is kept. */
export function brokenBodies(text: string, start: number, end: number): readonly Edit[] {
  const found = BODY.exec(text.slice(start, end));
  if (found === null) return [];
  const from = start + found.index + found[0].length;
  return [
    { start: from, end: from + text.slice(from, end).trimEnd().length, kind: 'secret-value', quoted: true },
  ];
}

/** Quoted cells of one line of CSV. */
function csvEdits(text: string, editsOf: EditsOf): readonly Edit[] {
  const edits: Edit[] = [];
  let at = 0;
  while (at < text.length) {
    const open = skipBlanks(text, at);
    if (text.charAt(open) !== '"') {
      at = nextCell(text, at);
      continue;
    }
    const close = closingQuote(text, open + 1);
    if (close < 0) break;
    const raw = text.slice(open + 1, close);
    const layer = { text: raw.replaceAll('""', '"'), at: offsets(raw, open + 1, /""/g), escape: doubled };
    edits.push(...textEdits(layer.text, editsOf).map(edit => outward(edit, layer)));
    at = nextCell(text, close + 1);
  }
  return [...edits, ...brokenBodies(text, at, text.length)];
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text.charAt(at) === ' ') at++;
  return at;
}

/** Where the next cell begins. */
function nextCell(text: string, from: number): number {
  for (let at = from; at < text.length; at++) if (',;\t'.includes(text.charAt(at))) return at + 1;
  return text.length;
}

/** The quote that ends a cell; quotes in pairs stand for one inside it. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2))
    if (text.charAt(at + 1) !== '"') return at;
  return -1;
}

/** Edits for a text that is no document as a whole, line by line. */
export function lineEdits(text: string, editsOf: EditsOf): readonly Edit[] {
  if (!MAY_HOLD_BODIES.test(text)) return [];
  return lineStarts(text).flatMap((start, index, starts) =>
    textEdits(text.slice(start, starts[index + 1]), editsOf).map(edit => movedEdit(edit, start)),
  );
}

function doubled(text: string): string {
  return text.replaceAll('"', '""');
}

/** A JSON string as a layer; undefined where it is written in another way. */
function jsonString(value: string, raw: string, start: number): Layer | undefined {
  if (!raw.startsWith('"') || !raw.endsWith('"')) return undefined;
  const at = offsets(raw.slice(1, -1), start + 1, /\\(?:u[0-9a-fA-F]{4}|.)/g);
  if (at(value.length) !== start + raw.length - 1) return undefined;
  return { text: value, at, escape: text => JSON.stringify(text).slice(1, -1) };
}

/** Places of the characters of a text that is written with escapes, each of which stands for one character. */
function offsets(raw: string, start: number, escapes: RegExp): (index: number) => number {
  const ends: number[] = [];
  const shifts: number[] = [];
  let shift = 0;
  for (const match of raw.matchAll(escapes)) {
    ends.push(match.index - shift);
    shift += match[0].length - 1;
    shifts.push(shift);
  }
  return index => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < index) low = middle + 1;
      else high = middle;
    }
    return start + index + (low === 0 ? 0 : (shifts[low - 1] ?? 0));
  };
}

/** An edit of an inner text as one of the text around it. */
function outward(edit: Edit, layer: Layer): Edit {
  return {
    ...edit,
    start: layer.at(edit.start),
    end: layer.at(edit.end),
    quote: layer.escape(edit.quote ?? '"'),
    value: edit.value ?? layer.text.slice(edit.start, edit.end),
  };
}
