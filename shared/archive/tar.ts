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
    if (header === undefined || header.every(byte => byte === 0)) return;
    const size = longSize ?? octal(header, 124, 12);
    longSize = undefined;
    if (!Number.isFinite(size) || size < 0 || !isTarHeader(header))
      refuse('intake.tar.damaged', 'A tar header is damaged', file);
    const type = String.fromCharCode(header[156] ?? 0);
    const body = await input.takePadded(size);
    if (type === 'L') longName = textOf(body);
    else if (type === 'x') {
      longName = paxField(body, 'path') ?? longName;
      longSize = numberOf(paxField(body, 'size'));
    } else if (type === 'g') continue;
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
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** A record of a pax header: `<length> <key>=<value>\n`, the length counting bytes. */
function paxField(body: Uint8Array, key: string): string | undefined {
  const text = new TextDecoder().decode(body);
  return new RegExp(`(?:^|\n)\\d+ ${key}=([^\n]*)\n`).exec(text)?.[1];
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

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
  return {
    take,
    async takePadded(count: number): Promise<Uint8Array> {
      if (count === 0) return new Uint8Array();
      const whole = await take(Math.ceil(count / BLOCK) * BLOCK);
      if (whole === undefined) return refuse('intake.tar.truncated', 'The tar archive is truncated', file);
      return whole.slice(0, count);
    },
  };
}
