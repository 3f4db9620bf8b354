// A PDF as objects: cross-reference tables and streams newest first, object streams, Prev chain bounded and
// checked for loops. Reads what stands there and repairs nothing; encrypted files are refused.
import { assert } from '../../base/assert.ts';
import { failed, ok, ProblemError, type Result } from '../../base/result.ts';
import { decodeStream } from './inflate.ts';
import {
  latin1,
  malformed,
  readValue,
  skipSpace,
  wordAt,
  type PdfDict,
  type PdfStream,
  type PdfValue,
} from './pdf-value.ts';
import { readSections, type XrefEntry, type XrefSection } from './xref.ts';

/** An opened PDF. */
export interface PdfFile {
  readonly bytes: Uint8Array;
  /** Newest first. */
  readonly sections: readonly XrefSection[];
  /** What counts: for each number the newest entry. */
  readonly entries: ReadonlyMap<number, XrefEntry>;
  /** The newest trailer. */
  readonly trailer: PdfDict;
  /** Reference of the catalog. */
  readonly root: number;
  /** The object of a number, or undefined when there is none. Throws ProblemError when it is malformed. */
  object(number: number): Promise<PdfValue | undefined>;
  /** The value itself, or the object it refers to. */
  resolve(value: PdfValue | undefined): Promise<PdfValue | undefined>;
}

/** Opens a PDF; the failure names what is malformed. */
export async function openPdf(bytes: Uint8Array): Promise<Result<PdfFile>> {
  return catchProblem(async () => {
    if (wordAtStart(bytes) !== '%PDF-') throw malformed('it does not begin with %PDF-', 0);
    const sections = await readSections(bytes, at => readIndirect(bytes, at, undefined));
    const entries = mergeEntries(sections);
    const trailer = sections[0]?.trailer;
    assert(trailer !== undefined, 'readSections returns at least one section');
    if (sections.some(section => section.trailer.entries.has('Encrypt')))
      throw new ProblemError({ code: 'seal.pdf.encrypted', message: 'The PDF is encrypted' });
    const root = trailer.entries.get('Root');
    if (root?.kind !== 'ref') throw malformed('the trailer names no catalog', 0);
    return makeFile(bytes, sections, entries, trailer, root.number);
  });
}

/** Runs work over hostile bytes: a ProblemError becomes a failure, anything else goes on. */
export async function catchProblem<T>(work: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work());
  } catch (error) {
    if (error instanceof ProblemError) return failed(error.problem.code, error.problem.message);
    throw error;
  }
}

function wordAtStart(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 5));
}

function mergeEntries(sections: readonly XrefSection[]): ReadonlyMap<number, XrefEntry> {
  const entries = new Map<number, XrefEntry>();
  for (const section of sections)
    for (const [number, entry] of section.entries) if (!entries.has(number)) entries.set(number, entry);
  return entries;
}

function makeFile(
  bytes: Uint8Array,
  sections: readonly XrefSection[],
  entries: ReadonlyMap<number, XrefEntry>,
  trailer: PdfDict,
  root: number,
): PdfFile {
  const cache = new Map<number, PdfValue>();
  const packs = new Map<number, ReadonlyMap<number, PdfValue>>();
  const lengthOf = async (value: PdfValue | undefined): Promise<number> => {
    const length = value?.kind === 'ref' ? await readPlain(value.number) : value;
    if (length?.kind !== 'number') throw malformed('a stream has no length', 0);
    return length.value;
  };
  const readPlain = async (number: number): Promise<PdfValue | undefined> => {
    const entry = entries.get(number);
    if (entry?.kind !== 'offset') return undefined;
    return readIndirect(bytes, entry.offset, { number, generation: entry.generation }, lengthOf);
  };
  const readPacked = async (container: number, number: number): Promise<PdfValue | undefined> => {
    let pack = packs.get(container);
    if (pack === undefined) {
      const stream = await readPlain(container);
      if (stream?.kind !== 'stream') throw malformed(`object ${container} is no object stream`, 0);
      pack = await unpack(stream);
      packs.set(container, pack);
    }
    return pack.get(number);
  };
  const object = async (number: number): Promise<PdfValue | undefined> => {
    const known = cache.get(number);
    if (known !== undefined) return known;
    const entry = entries.get(number);
    const value =
      entry?.kind === 'packed' ? await readPacked(entry.container, number) : await readPlain(number);
    if (value !== undefined) cache.set(number, value);
    return value;
  };
  const resolve = async (value: PdfValue | undefined): Promise<PdfValue | undefined> => {
    let current = value;
    for (let step = 0; current?.kind === 'ref'; step++) {
      if (step > 16) throw malformed('references run in a circle', 0);
      current = await object(current.number);
    }
    return current;
  };
  return { bytes, sections, entries, trailer, root, object, resolve };
}

/** The value of the object at an offset, without stream data; undefined when none stands there. */
export function peekObject(bytes: Uint8Array, at: number): PdfValue | undefined {
  const head = /^\s*\d+\s+\d+\s+obj/.exec(latin1(bytes.subarray(at, at + 40)));
  return head === null ? undefined : readValue(bytes, at + head[0].length).value;
}

/** Reads `N G obj ...` at an offset; checks the number when one is expected. */
async function readIndirect(
  bytes: Uint8Array,
  at: number,
  expected: { readonly number: number; readonly generation: number } | undefined,
  lengthOf?: (value: PdfValue | undefined) => Promise<number>,
): Promise<PdfValue> {
  const number = wordAt(bytes, skipSpace(bytes, at));
  const second = skipSpace(bytes, skipSpace(bytes, at) + number.length);
  const generation = wordAt(bytes, second);
  const third = skipSpace(bytes, second + generation.length);
  if (!/^\d+$/.test(number) || !/^\d+$/.test(generation) || wordAt(bytes, third) !== 'obj')
    throw malformed('an object was expected', at);
  if (
    expected !== undefined &&
    (Number(number) !== expected.number || Number(generation) !== expected.generation)
  )
    throw malformed(`object ${expected.number} was expected, object ${number} stands here`, at);
  const read = readValue(bytes, third + 3);
  const next = skipSpace(bytes, read.end);
  const word = wordAt(bytes, next);
  if (word === 'endobj') return read.value;
  if (word !== 'stream' || read.value.kind !== 'dict') throw malformed('an object has no end', next);
  return readStreamData(bytes, next + 6, read.value, lengthOf);
}

async function readStreamData(
  bytes: Uint8Array,
  at: number,
  dict: PdfDict,
  lengthOf: ((value: PdfValue | undefined) => Promise<number>) | undefined,
): Promise<PdfStream> {
  const start = at + (bytes[at] === 0x0d ? 1 : 0) + 1;
  if (bytes[start - 1] !== 0x0a) throw malformed('a stream does not begin on a new line', at);
  const stated = dict.entries.get('Length');
  const length =
    lengthOf !== undefined ? await lengthOf(stated) : stated?.kind === 'number' ? stated.value : Number.NaN;
  const end = start + length;
  if (!Number.isInteger(length) || length < 0 || end > bytes.length)
    throw malformed('a stream has a wrong length', at);
  if (wordAt(bytes, skipSpace(bytes, end)) !== 'endstream')
    throw malformed('a stream has a wrong length', at);
  return { kind: 'stream', dict, data: bytes.subarray(start, end) };
}

async function unpack(stream: PdfStream): Promise<ReadonlyMap<number, PdfValue>> {
  const data = await decodeStream(stream);
  const count = stream.dict.entries.get('N');
  const first = stream.dict.entries.get('First');
  if (count?.kind !== 'number' || first?.kind !== 'number' || count.value > 100_000)
    throw malformed('an object stream states no contents', 0);
  const objects = new Map<number, PdfValue>();
  let at = 0;
  for (let i = 0; i < count.value; i++) {
    const number = readValue(data, at);
    const offset = readValue(data, number.end);
    at = offset.end;
    if (number.value.kind !== 'number' || offset.value.kind !== 'number')
      throw malformed('an object stream has no table of contents', 0);
    if (objects.has(number.value.value)) throw malformed('an object stream holds a number twice', 0);
    objects.set(number.value.value, readValue(data, first.value + offset.value.value).value);
  }
  return objects;
}
