// gunzip by the host's own DecompressionStream, or by a quicker one that the host brings. Where that one stops at what it
// does not like, the plain reader goes on from there: every host gives the same bytes of the same file.
import { fromStream, toStream } from './bytes.ts';
import { ProblemError } from '../base/result.ts';
import { GzipFault, readGzip } from './inflate.ts';
import type { UnpackCounter } from './limits.ts';

/** A gunzip of the host. It may fail at what it does not know; it must not leave out bytes silently. */
export type Gunzip = (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** gunzip where the host has no better one. */
export const webGunzip: Gunzip = bytes =>
  fromStream(toStream(bytes).pipeThrough(new DecompressionStream('gzip')));

/** Unpacks under limits; truncated or damaged data, and what stands behind it, is a ProblemError naming the file. */
export async function* gunzipChecked(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  reopen: () => AsyncIterable<Uint8Array>,
  gunzip: Gunzip,
  counter: UnpackCounter,
): AsyncIterable<Uint8Array> {
  const packed = { bytes: 0 };
  let unpacked = 0;
  try {
    for await (const chunk of gunzip(counted(bytes, packed))) {
      counter.bytes(file, chunk.length, packed.bytes);
      unpacked += chunk.length;
      yield chunk;
    }
    return;
  } catch (error) {
    if (error instanceof ProblemError) throw error;
  }
  yield* goOn(file, reopen(), unpacked, counter);
}

/** Reads again, plainly, and gives what follows the bytes that were given before. */
async function* goOn(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  given: number,
  counter: UnpackCounter,
): AsyncIterable<Uint8Array> {
  const packed = { bytes: 0 };
  let skip = given;
  try {
    for await (const chunk of readGzip(counted(bytes, packed))) {
      const fresh = chunk.subarray(Math.min(skip, chunk.length));
      skip -= chunk.length - fresh.length;
      if (fresh.length === 0) continue;
      counter.bytes(file, fresh.length, packed.bytes);
      yield fresh;
    }
  } catch (error) {
    if (!(error instanceof GzipFault)) throw error;
    throw new ProblemError(
      error.kind === 'damaged'
        ? {
            code: 'intake.gzip.damaged',
            message: `The gzip data is truncated or damaged: ${error.message}`,
            file,
          }
        : {
            code: 'intake.gzip.trailing',
            message: 'Bytes that are no gzip data follow the gzip data; they were left out',
            file,
          },
    );
  }
}

async function* counted(bytes: AsyncIterable<Uint8Array>, sum: { bytes: number }): AsyncIterable<Uint8Array> {
  for await (const chunk of bytes) {
    sum.bytes += chunk.length;
    yield chunk;
  }
}
