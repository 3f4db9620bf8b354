// PDF values (ISO 32000-1, 7.3): reading one from hostile bytes, printing one. Bounded depth, no duplicate keys,
// nothing repaired: what is malformed throws a ProblemError that openPdf turns into a Result.
import { ProblemError } from '../../base/result.ts';

/** A reference to an indirect object. */
export interface PdfRef {
  readonly kind: 'ref';
  readonly number: number;
  readonly generation: number;
}
/** A dictionary; keys without their slash. */
export interface PdfDict {
  readonly kind: 'dict';
  readonly entries: ReadonlyMap<string, PdfValue>;
}
/** A string, with the place of its delimiters in the file. */
export interface PdfString {
  readonly kind: 'string';
  readonly bytes: Uint8Array;
  readonly hex: boolean;
  readonly start: number;
  readonly end: number;
}
/** A stream: its dictionary and its bytes as stored. */
export interface PdfStream {
  readonly kind: 'stream';
  readonly dict: PdfDict;
  readonly data: Uint8Array;
}
/** Any PDF value. Numbers keep their spelling. */
export type PdfValue =
  | PdfRef
  | PdfDict
  | PdfString
  | PdfStream
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly text: string; readonly value: number }
  | { readonly kind: 'name'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly PdfValue[] };

/** A value and the offset behind it. */
export interface Read<T = PdfValue> {
  readonly value: T;
  readonly end: number;
}

const DEEPEST = 64;
const LONGEST_NAME = 1024;

/** Reads the value that starts at or after `at`. */
export function readValue(bytes: Uint8Array, at: number, depth = 0): Read {
  if (depth > DEEPEST) throw malformed('values are nested too deeply', at);
  const start = skipSpace(bytes, at);
  const first = bytes[start];
  if (first === 0x2f) return readName(bytes, start);
  if (first === 0x28) return readLiteral(bytes, start);
  if (first === 0x5b) return readArray(bytes, start, depth);
  if (first === 0x3c)
    return bytes[start + 1] === 0x3c ? readDict(bytes, start, depth) : readHex(bytes, start);
  return readWord(bytes, start);
}

/** The error for bytes that are no PDF. */
export function malformed(what: string, at: number): ProblemError {
  return new ProblemError({ code: 'seal.pdf.malformed', message: `Malformed PDF: ${what} (byte ${at})` });
}

/** Offset of the next byte that is neither white space nor comment. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let i = at;
  for (;;) {
    while (i < bytes.length && isSpace(bytes[i])) i += 1;
    if (bytes[i] !== 0x25) return i;
    while (i < bytes.length && bytes[i] !== 0x0a && bytes[i] !== 0x0d) i += 1;
  }
}

/** White space of PDF: NUL, TAB, LF, FF, CR, space. */
export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0x0c || byte === 0;
}

function isDelimiter(byte: number | undefined): boolean {
  return byte === undefined || isSpace(byte) || '()<>[]{}/%'.includes(String.fromCharCode(byte));
}

/** The run of regular characters at `at`, as Latin-1 text. */
export function wordAt(bytes: Uint8Array, at: number): string {
  let end = at;
  while (!isDelimiter(bytes[end]) && end - at <= LONGEST_NAME) end += 1;
  return latin1(bytes.subarray(at, end));
}

/** Latin-1 text of bytes. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** Bytes of a Latin-1 text. */
export function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, character => character.charCodeAt(0));
}

function readName(bytes: Uint8Array, at: number): Read {
  const word = wordAt(bytes, at + 1);
  if (word.length > LONGEST_NAME) throw malformed('a name is too long', at);
  const value = word.replace(/#([0-9a-fA-F]{2})/g, (_, pair: string) =>
    String.fromCharCode(parseInt(pair, 16)),
  );
  return { value: { kind: 'name', value }, end: at + 1 + word.length };
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12 };

function readLiteral(bytes: Uint8Array, at: number): Read {
  const out: number[] = [];
  let open = 1;
  let i = at + 1;
  while (open > 0) {
    const byte = bytes[i];
    if (byte === undefined) throw malformed('a string has no end', at);
    i += 1;
    if (byte === 0x28) open += 1;
    if (byte === 0x29) open -= 1;
    if (open === 0) break;
    if (byte !== 0x5c) {
      out.push(byte);
      continue;
    }
    const octal = /^[0-7]{1,3}/.exec(latin1(bytes.subarray(i, i + 3)))?.[0];
    const next = bytes[i] ?? 0;
    i += octal?.length ?? 1;
    if (octal !== undefined) out.push(parseInt(octal, 8) & 255);
    else if (next === 0x0d) i += bytes[i] === 0x0a ? 1 : 0;
    else if (next !== 0x0a) out.push(ESCAPES[String.fromCharCode(next)] ?? next);
  }
  return { value: { kind: 'string', bytes: Uint8Array.from(out), hex: false, start: at, end: i }, end: i };
}

function readHex(bytes: Uint8Array, at: number): Read {
  const close = bytes.indexOf(0x3e, at);
  if (close < 0) throw malformed('a string has no end', at);
  const out = new Uint8Array((close - at + 1) >> 1);
  let digits = 0;
  for (let i = at + 1; i < close; i++) {
    const byte = bytes[i] ?? 0;
    if (isSpace(byte)) continue;
    const digit = hexDigit(byte);
    if (digit === undefined) throw malformed('a hexadecimal string holds something else', i);
    const half = digits >> 1;
    out[half] = (out[half] ?? 0) | (digits % 2 === 0 ? digit << 4 : digit);
    digits += 1;
  }
  const value = out.subarray(0, (digits + 1) >> 1);
  return { value: { kind: 'string', bytes: value, hex: true, start: at, end: close + 1 }, end: close + 1 };
}

function hexDigit(byte: number): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : undefined;
}

function readArray(bytes: Uint8Array, at: number, depth: number): Read {
  const items: PdfValue[] = [];
  let i = skipSpace(bytes, at + 1);
  while (bytes[i] !== 0x5d) {
    const item = readValue(bytes, i, depth + 1);
    items.push(item.value);
    i = skipSpace(bytes, item.end);
  }
  return { value: { kind: 'array', items }, end: i + 1 };
}

function readDict(bytes: Uint8Array, at: number, depth: number): Read<PdfDict> {
  const entries = new Map<string, PdfValue>();
  let i = skipSpace(bytes, at + 2);
  while (!(bytes[i] === 0x3e && bytes[i + 1] === 0x3e)) {
    const key = readValue(bytes, i, depth + 1);
    if (key.value.kind !== 'name') throw malformed('a dictionary key is no name', i);
    if (entries.has(key.value.value)) throw malformed(`key /${key.value.value} stands twice`, i);
    const value = readValue(bytes, key.end, depth + 1);
    entries.set(key.value.value, value.value);
    i = skipSpace(bytes, value.end);
  }
  return { value: { kind: 'dict', entries }, end: i + 2 };
}

function readWord(bytes: Uint8Array, at: number): Read {
  const word = wordAt(bytes, at);
  const end = at + word.length;
  if (word === 'true' || word === 'false') return { value: { kind: 'boolean', value: word === 'true' }, end };
  if (word === 'null') return { value: { kind: 'null' }, end };
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word) || word.length > 40) throw malformed('a value was expected', at);
  if (/^\d{1,10}$/.test(word)) {
    const reference = readReference(bytes, Number(word), end);
    if (reference !== undefined) return reference;
  }
  return { value: { kind: 'number', text: word, value: Number(word) }, end };
}

function readReference(bytes: Uint8Array, number: number, end: number): Read | undefined {
  const second = skipSpace(bytes, end);
  const generation = wordAt(bytes, second);
  if (second === end || !/^\d{1,5}$/.test(generation)) return undefined;
  const third = skipSpace(bytes, second + generation.length);
  if (wordAt(bytes, third) !== 'R') return undefined;
  return { value: { kind: 'ref', number, generation: Number(generation) }, end: third + 1 };
}
