// gunzip by the host's own DecompressionStream, or by a quicker one that the host brings.
import { fromStream, toStream } from './bytes.ts';
import { ProblemError } from '../base/result.ts';
import type { UnpackCounter } from './limits.ts';

/** A gunzip of the host. */
export type Gunzip = (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** gunzip where the host has no better one. */
export const webGunzip: Gunzip = bytes =>
  fromStream(toStream(bytes).pipeThrough(new DecompressionStream('gzip')));

/** Unpacks under limits; a truncated or damaged stream is a ProblemError naming the file. */
export async function* gunzipChecked(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  gunzip: Gunzip,
  counter: UnpackCounter,
): AsyncIterable<Uint8Array> {
  let packed = 0;
  const counted = (async function* () {
    for await (const chunk of bytes) {
      packed += chunk.length;
      yield chunk;
    }
  })();
  try {
    for await (const chunk of gunzip(counted)) {
      counter.bytes(file, chunk.length, packed);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError({
      code: 'intake.gzip.damaged',
      message: 'The gzip data is truncated or damaged',
      file,
    });
  }
}
