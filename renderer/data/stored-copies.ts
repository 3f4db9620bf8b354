// Stored copies: what intake kept (the file as it came, or the masked one), by digest, in chunks of one MiB.
// Reading gives a stream or, for the source view, a window of lines around a place.
import type { Digest } from '../../shared/base/brand.ts';
import type { SourceFile } from '../../shared/base/source.ts';
import type { ChunkRow, PathRow, VouchDatabase } from './database.ts';

const CHUNK = 1 << 20;

/** Stores a copy once; a copy already stored whole is left alone. */
export async function putCopy(
  database: VouchDatabase,
  sha256: Digest,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  if ((await database.copies.get(sha256)) !== undefined) return;
  let at = 0;
  let total = 0;
  let filled = 0;
  let buffer = new Uint8Array(CHUNK);
  const flush = async (): Promise<void> => {
    await database.chunks.put({ sha256, at, bytes: buffer.slice(0, filled) });
    at += 1;
    filled = 0;
  };
  for await (const part of bytes) {
    total += part.length;
    let taken = 0;
    while (taken < part.length) {
      const piece = part.subarray(taken, taken + CHUNK - filled);
      buffer.set(piece, filled);
      filled += piece.length;
      taken += piece.length;
      if (filled === CHUNK) await flush();
    }
  }
  if (filled > 0) await flush();
  buffer = new Uint8Array();
  await database.copies.put({ sha256, bytes: total, chunks: at });
}

/** The bytes of a stored copy, chunk by chunk. */
export async function* readCopy(
  database: VouchDatabase,
  sha256: Digest,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const copy = await database.copies.get(sha256);
  if (copy === undefined) throw new Error(`Invariant broken: there is a stored copy ${sha256}`);
  for (let at = 0; at < copy.chunks; at++) {
    const chunk: ChunkRow | undefined = await database.chunks.get([sha256, at]);
    if (chunk === undefined) throw new Error(`Invariant broken: stored copy ${sha256} has all its chunks`);
    yield chunk.bytes;
  }
}

/** A stored path as a file that intake can read again. */
export function storedFile(database: VouchDatabase, row: PathRow): SourceFile {
  return { path: row.path, size: row.bytes, open: () => readCopy(database, row.sha256) };
}

/** Lines `first` to `first + lines.length - 1` around a place; `more` when the file goes on. */
export interface LineWindow {
  readonly first: number;
  readonly lines: readonly string[];
  readonly more: boolean;
}

/** Reads up to `span` lines around a line of a stored text; gzip is unpacked on the way. */
export async function readLines(
  bytes: AsyncIterable<Uint8Array>,
  around: number,
  span = 4000,
): Promise<LineWindow> {
  const first = Math.max(1, around - Math.floor(span / 2));
  const lines: string[] = [];
  let number = 1;
  let rest = '';
  const decoder = new TextDecoder();
  for await (const part of await plain(bytes)) {
    const texts = (rest + decoder.decode(part, { stream: true })).split('\n');
    rest = texts.pop() ?? '';
    for (const text of texts) {
      if (number >= first) lines.push(text.replace(/\r$/, ''));
      number += 1;
      if (lines.length >= span) return { first, lines, more: true };
    }
  }
  rest += decoder.decode();
  if (rest !== '' && number >= first) lines.push(rest);
  return { first, lines, more: first > 1 };
}

async function plain(bytes: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const source = bytes[Symbol.asyncIterator]();
  const head = await source.next();
  const whole = rejoin(head, source);
  const start = head.done === true ? undefined : head.value;
  if (start?.[0] !== 0x1f || start[1] !== 0x8b) return whole;
  return unzip(whole);
}

async function* rejoin(
  head: IteratorResult<Uint8Array>,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let item = head; item.done !== true; item = await rest.next()) yield item.value;
}

async function* unzip(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const source = bytes[Symbol.asyncIterator]();
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const item = await source.next();
      if (item.done === true) controller.close();
      else controller.enqueue(item.value.slice());
    },
  });
  const reader = packed.pipeThrough(new DecompressionStream('gzip')).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
