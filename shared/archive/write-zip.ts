// Writes zip archives whose bytes depend on their entries alone: fixed date of local parts (the DOS date has no zone),
// a day after the format's first so that no zone falls below it; no extra time fields, entries in the order given. zip64 appears by itself where sizes need it.
import { configure, ZipWriter } from '@zip.js/zip.js';
import { fromStream, toStream } from './bytes.ts';

configure({ useWebWorkers: false });

/** One entry to write; `open` is asked once. */
export interface ZipEntry {
  readonly path: string;
  /** Uncompressed bytes: decides whether the entry needs zip64. */
  readonly size: number;
  /** Stored as it is, or deflated. */
  readonly store: boolean;
  open(): AsyncIterable<Uint8Array>;
}

const ZIP64_ABOVE = 0xf000_0000;
/** Larger entries state their sizes behind their bytes, so that they are never held. */
const HELD_BELOW = 8 * 1024 * 1024;

/** The archive as a stream of chunks; a fault in an entry's bytes ends it with that fault. */
export async function* writeZip(
  entries: AsyncIterable<ZipEntry> | Iterable<ZipEntry>,
): AsyncIterable<Uint8Array> {
  const { readable, writable } = new TransformStream();
  const fault: { error?: Error } = {};
  const written = writeEntries(writable, entries).catch(async (error: unknown) => {
    fault.error = error instanceof Error ? error : new Error(String(error));
    await writable.abort(error).catch(() => undefined);
  });
  try {
    yield* fromStream(readable);
  } catch (error) {
    throw fault.error ?? error;
  }
  await written;
  if (fault.error !== undefined) throw fault.error;
}

async function writeEntries(
  sink: WritableStream,
  entries: AsyncIterable<ZipEntry> | Iterable<ZipEntry>,
): Promise<void> {
  const writer = new ZipWriter(sink as never, {
    extendedTimestamp: false,
    lastModDate: new Date(1980, 0, 2, 0, 0, 0),
    keepOrder: true,
  });
  for await (const entry of entries)
    await writer.add(entry.path, toStream(entry.open()), {
      level: entry.store ? 0 : 6,
      zip64: entry.size > ZIP64_ABOVE,
      dataDescriptor: entry.size >= HELD_BELOW,
      bufferedWrite: entry.size < HELD_BELOW,
      uncompressedSize: entry.size,
    });
  await writer.close();
}
