// Cross-reference sections (ISO 32000-1, 7.5.4 and 7.5.8): classic tables, streams, and tables with a stream
// beside them, from the newest back along Prev. Bounded in number and size; a loop is malformed.
import { decodeStream } from './inflate.ts';
import { latin1, malformed, readValue, skipSpace, wordAt, type PdfDict, type PdfValue } from './pdf-value.ts';

/** Where an object stands. */
export type XrefEntry =
  | { readonly kind: 'free' }
  | { readonly kind: 'offset'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'packed'; readonly container: number; readonly index: number };

/** One cross-reference section with its trailer. */
export interface XrefSection {
  readonly kind: 'table' | 'stream';
  readonly offset: number;
  readonly entries: ReadonlyMap<number, XrefEntry>;
  readonly trailer: PdfDict;
}

type ReadObject = (at: number) => Promise<PdfValue>;

const MOST_SECTIONS = 256;
const MOST_ENTRIES = 4_000_000;

/** All sections, newest first. */
export async function readSections(
  bytes: Uint8Array,
  readObject: ReadObject,
): Promise<readonly XrefSection[]> {
  const sections: XrefSection[] = [];
  const seen = new Set<number>();
  let total = 0;
  let at: number | undefined = startOffset(bytes);
  while (at !== undefined) {
    if (seen.has(at) || sections.length >= MOST_SECTIONS) throw malformed('the Prev chain has no end', at);
    seen.add(at);
    const section = await readSection(bytes, at, readObject);
    total += section.entries.size;
    if (total > MOST_ENTRIES) throw malformed('there are too many objects', at);
    sections.push(section);
    const previous = section.trailer.entries.get('Prev');
    if (previous !== undefined && previous.kind !== 'number') throw malformed('Prev is no number', at);
    at = previous?.value;
  }
  return sections;
}

/** Offset that the last `startxref` names. */
export function startOffset(bytes: Uint8Array): number {
  const from = Math.max(0, bytes.length - 2048);
  const tail = latin1(bytes.subarray(from));
  const found = tail.lastIndexOf('startxref');
  const match = /^startxref\s+(\d{1,15})\s+%%EOF/.exec(tail.slice(Math.max(0, found)));
  if (found < 0 || match === null) throw malformed('it has no startxref', bytes.length);
  return Number(match[1]);
}

async function readSection(bytes: Uint8Array, at: number, readObject: ReadObject): Promise<XrefSection> {
  if (!Number.isInteger(at) || at < 0 || at >= bytes.length) throw malformed('Prev points outside', at);
  if (wordAt(bytes, at) === 'xref') return readTable(bytes, at, readObject);
  const stream = await readStreamSection(at, readObject);
  return { kind: 'stream', offset: at, ...stream };
}

async function readTable(bytes: Uint8Array, offset: number, readObject: ReadObject): Promise<XrefSection> {
  const entries = new Map<number, XrefEntry>();
  let at = skipSpace(bytes, offset + 4);
  while (wordAt(bytes, at) !== 'trailer') {
    const first = integerAt(bytes, at);
    const count = integerAt(bytes, first.end);
    at = count.end;
    if (count.value > MOST_ENTRIES) throw malformed('there are too many objects', at);
    for (let i = 0; i < count.value; i++) {
      const place = integerAt(bytes, at);
      const generation = integerAt(bytes, place.end);
      const kindAt = skipSpace(bytes, generation.end);
      const kind = wordAt(bytes, kindAt);
      if (kind !== 'n' && kind !== 'f') throw malformed('a cross-reference line is damaged', kindAt);
      at = kindAt + 1;
      const used = kind === 'n' && place.value > 0;
      entries.set(
        first.value + i,
        used ? { kind: 'offset', offset: place.value, generation: generation.value } : { kind: 'free' },
      );
    }
    at = skipSpace(bytes, at);
  }
  const trailer = readValue(bytes, at + 7).value;
  if (trailer.kind !== 'dict') throw malformed('the trailer is no dictionary', at);
  const beside = trailer.entries.get('XRefStm');
  if (beside?.kind === 'number') {
    const hidden = await readStreamSection(beside.value, readObject);
    for (const [number, entry] of hidden.entries)
      if ((entries.get(number)?.kind ?? 'free') === 'free') entries.set(number, entry);
  }
  return { kind: 'table', offset, entries, trailer };
}

function integerAt(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } {
  const start = skipSpace(bytes, at);
  const word = wordAt(bytes, start);
  if (!/^\d{1,15}$/.test(word)) throw malformed('a cross-reference number is damaged', start);
  return { value: Number(word), end: start + word.length };
}

async function readStreamSection(
  at: number,
  readObject: ReadObject,
): Promise<{ readonly entries: ReadonlyMap<number, XrefEntry>; readonly trailer: PdfDict }> {
  const stream = await readObject(at);
  if (stream.kind !== 'stream') throw malformed('no cross-reference section stands here', at);
  const type = stream.dict.entries.get('Type');
  if (type?.kind !== 'name' || type.value !== 'XRef')
    throw malformed('no cross-reference stream stands here', at);
  const data = await decodeStream(stream);
  const widths = integers(stream.dict.entries.get('W'));
  const size = integers(stream.dict.entries.get('Size'))[0] ?? 0;
  const index = stream.dict.entries.has('Index') ? integers(stream.dict.entries.get('Index')) : [0, size];
  const [typeWidth = 0, secondWidth = 0, thirdWidth = 0] = widths;
  if (widths.length !== 3 || widths.some(width => width > 8)) throw malformed('W is no width of columns', at);
  const entries = new Map<number, XrefEntry>();
  let place = 0;
  const next = (width: number) => {
    let value = 0;
    for (let i = 0; i < width; i++) value = value * 256 + (data[place++] ?? 0);
    return value;
  };
  for (let pair = 0; pair + 1 < index.length; pair += 2) {
    const first = index[pair] ?? 0;
    for (let i = 0; i < (index[pair + 1] ?? 0); i++) {
      if (place + typeWidth + secondWidth + thirdWidth > data.length)
        throw malformed('a cross-reference stream is short', at);
      if (place === 0 && widths.every(width => width === 0)) throw malformed('W is no width of columns', at);
      const kind = typeWidth === 0 ? 1 : next(typeWidth);
      entries.set(first + i, entryOf(kind, next(secondWidth), next(thirdWidth)));
    }
  }
  return { entries, trailer: stream.dict };
}

function entryOf(kind: number, second: number, third: number): XrefEntry {
  if (kind === 1) return { kind: 'offset', offset: second, generation: third };
  if (kind === 2) return { kind: 'packed', container: second, index: third };
  return { kind: 'free' };
}

function integers(value: PdfValue | undefined): readonly number[] {
  const items = value?.kind === 'array' ? value.items : value === undefined ? [] : [value];
  return items.map(item => {
    if (item.kind !== 'number' || !Number.isInteger(item.value) || item.value < 0)
      throw malformed('a cross-reference stream states no whole numbers', 0);
    return item.value;
  });
}
