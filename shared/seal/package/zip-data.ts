// The bytes of one zip entry, stored or deflated, as a stream: counted against the size it states and checked
// against its checksum while they pass.
import { ProblemError } from '../../base/result.ts';
import type { RandomAccess } from '../../base/source.ts';
import { crc32 } from './crc32.ts';
import { damaged, type Header } from './zip-record.ts';

const CHUNK = 1024 * 1024;

/** Bytes of the entry whose stored form begins at `start`; a fault ends them with a ProblemError. */
export async function* readData(
  source: RandomAccess,
  header: Header,
  start: number,
): AsyncIterable<Uint8Array> {
  const stored = header.method === 0;
  if (stored && header.packed !== header.size) throw damaged('has two sizes', header.path);
  let size = 0;
  let crc = 0;
  const chunks = readChunks(source, start, header.packed);
  try {
    for await (const chunk of stored ? chunks : inflated(chunks)) {
      size += chunk.length;
      if (size > header.size) throw damaged('is larger than it says', header.path);
      crc = crc32(chunk, crc);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof ProblemError ? error : damaged('cannot be unpacked', header.path);
  }
  if (size !== header.size) throw damaged('is smaller than it says', header.path);
  if (crc !== header.crc) throw damaged('was changed: its checksum is wrong', header.path);
}

async function* readChunks(source: RandomAccess, start: number, length: number): AsyncIterable<Uint8Array> {
  for (let done = 0; done < length; done += CHUNK)
    yield await source.read(start + done, Math.min(CHUNK, length - done));
}

async function* inflated(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const stream = new DecompressionStream('deflate-raw');
  const writer = stream.writable.getWriter();
  const writing = (async () => {
    for await (const chunk of chunks) await writer.write(chunk);
    await writer.close();
  })();
  // The fault also reaches the reader below; here it is only kept from being unhandled.
  const settled = writing.catch(() => undefined);
  const reader = stream.readable.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || value === undefined) break;
      yield value;
    }
    await writing;
  } finally {
    await reader.cancel().catch(() => undefined);
    await writer.abort().catch(() => undefined);
    await settled;
  }
}
