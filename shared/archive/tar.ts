// Reads tar (ustar, GNU long names, pax paths) as a stream of members. Links are named and never followed, devices are
// refused.
import { concat } from '../base/digest.ts';
import { checkMemberName, refuse, type UnpackCounter } from './limits.ts';

/** One member with its bytes. */
export interface ArchiveMember {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** A link: it is named, never followed, and has no bytes. */
  readonly isLink?: true;
}

const BLOCK = 512;

/** Members in archive order. */
export async function* readTar(
  file: string,
  chunks: AsyncIterable<Uint8Array>,
  counter: UnpackCounter,
): AsyncIterable<ArchiveMember> {
  const input = makeBlocks(file, chunks);
  const seen = new Set<string>();
  let longName: string | undefined;
  let longSize: number | undefined;
  for (;;) {
    const header = await input.take(BLOCK);
    if (header === undefined) return;
    if (isEmpty(header)) {
      await input.drain();
      return;
    }
    const size = longSize ?? octal(header, 124, 12);
    longSize = undefined;
    if (!Number.isFinite(size) || size < 0 || !isTarHeader(header))
      refuse('intake.tar.damaged', 'A tar header is damaged', file);
    const type = String.fromCharCode(header[156] ?? 0);
    if (HEADERS.includes(type) && size > LONGEST_HEADER)
      refuse('intake.tar.damaged', 'A tar header is longer than any', file);
    const body = await input.takePadded(size);
    if (type === 'L') longName = textOf(body);
    else if (type === 'x') {
      const fields = paxFields(body, file);
      if ([...fields.keys()].some(key => key.startsWith('GNU.sparse.')))
        refuse('intake.archive.link', 'Holds a sparse file', file);
      longName = fields.get('path') ?? longName;
      longSize = fields.has('size') ? sizeOf(fields.get('size') ?? '', file) : undefined;
    } else if (type === 'g' || type === 'K') continue;
    else {
      const name = longName ?? headerName(header);
      longName = undefined;
      counter.member(file);
      if (type === '5') {
        checkMemberName(file, name.replace(/\/+$/, '') || '.', seen);
        continue;
      }
      if (type === '1' || type === '2') {
        checkMemberName(file, name, seen);
        yield { name: name.replace(/^\.\//, ''), bytes: new Uint8Array(), isLink: true };
        continue;
      }
      if (type !== '0' && type !== '\0' && type !== '7')
        refuse('intake.archive.link', `Holds a device ${JSON.stringify(name)}`, file);
      checkMemberName(file, name, seen);
      yield { name: name.replace(/^\.\//, ''), bytes: body };
    }
  }
}

/** Whether bytes begin with a tar header. */
export function isTarHeader(bytes: Uint8Array): boolean {
  if (bytes.length < BLOCK) return false;
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : (bytes[i] ?? 0);
  return octal(bytes, 148, 8) === sum;
}

function octal(bytes: Uint8Array, at: number, length: number): number {
  if (bytes[at] === 0xff) return Number.NaN;
  if (((bytes[at] ?? 0) & 0x80) !== 0)
    return bytes.subarray(at + 1, at + length).reduce((value, byte) => value * 256 + byte, 0);
  const text = textOf(bytes.subarray(at, at + length)).trim();
  return text === '' ? 0 : /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
}

function headerName(header: Uint8Array): string {
  const name = textOf(header.subarray(0, 100));
  const prefix = textOf(header.subarray(257, 262)) === 'ustar' ? textOf(header.subarray(345, 500)) : '';
  return prefix === '' || header[263] === 0x20 ? name : `${prefix}/${name}`;
}

function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return plainText(end < 0 ? bytes : bytes.subarray(0, end));
}

function plainText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Records of a pax header: `<length> <key>=<value>\n`, the length counting bytes. */
function paxFields(body: Uint8Array, file: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (let at = 0; at < body.length && body[at] !== 0;) {
    const blank = body.indexOf(0x20, at);
    const length = blank < 0 ? Number.NaN : Number(plainText(body.subarray(at, blank)));
    const record = plainText(body.subarray(blank + 1, at + length - 1));
    const equals = record.indexOf('=');
    if (!(length > blank + 1 - at) || body[at + length - 1] !== 0x0a || equals < 1)
      refuse('intake.tar.damaged', 'A pax header is damaged', file);
    fields.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return fields;
}

function sizeOf(text: string, file: string): number {
  return /^\d+$/.test(text) ? Number(text) : refuse('intake.tar.damaged', 'A pax header is damaged', file);
}

function isEmpty(block: Uint8Array): boolean {
  return block.every(byte => byte === 0);
}

/** Members that only say something of the next: long names, pax records. */
const HEADERS: readonly string[] = ['L', 'K', 'x', 'g'];
const LONGEST_HEADER = 1024 * 1024;

function makeBlocks(file: string, chunks: AsyncIterable<Uint8Array>) {
  const iterator = chunks[Symbol.asyncIterator]();
  let kept: Uint8Array[] = [];
  let size = 0;
  async function take(count: number): Promise<Uint8Array | undefined> {
    while (size < count) {
      const next = await iterator.next();
      if (next.done === true) {
        if (size === 0) return undefined;
        return refuse('intake.tar.truncated', 'The tar archive is truncated', file);
      }
      kept.push(next.value);
      size += next.value.length;
    }
    const all = kept.length === 1 && kept[0] !== undefined ? kept[0] : concat(kept);
    kept = [all.subarray(count)];
    size -= count;
    return all.subarray(0, count);
  }
  /** Reads on to the end of the file: what stands behind an archive is seen, and counted. */
  async function drain(): Promise<void> {
    let isClean = kept.every(isEmpty);
    kept = [];
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
      isClean &&= isEmpty(next.value);
    if (!isClean)
      refuse('intake.tar.trailing', 'Bytes follow the end of the tar archive; they were left out', file);
  }
  return {
    take,
    drain,
    async takePadded(count: number): Promise<Uint8Array> {
      if (count === 0) return new Uint8Array();
      const whole = await take(Math.ceil(count / BLOCK) * BLOCK);
      if (whole === undefined) return refuse('intake.tar.truncated', 'The tar archive is truncated', file);
      return whole.slice(0, count);
    },
  };
}
