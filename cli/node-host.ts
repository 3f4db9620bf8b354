// Node's makers of the core's ports: SHA-256, gunzip, clock and randomness. Nothing here knows the domain.
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Instant } from '../shared/base/brand.ts';
import type { Digests } from '../shared/base/digest.ts';
import { instantOf } from '../shared/base/instant.ts';

/** SHA-256 by node:crypto. */
export const nodeDigests: Digests = {
  sha256: bytes => new Uint8Array(createHash('sha256').update(bytes).digest()),
  start: () => {
    const hash = createHash('sha256');
    return {
      update: bytes => {
        hash.update(bytes);
      },
      finish: () => new Uint8Array(hash.digest()),
    };
  },
};

/** gunzip in chunks of 1 MiB: several times quicker than DecompressionStream. It fails where bytes are left over. */
export async function* nodeGunzip(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: 1024 * 1024 });
  let given = 0;
  const counted = async function* (): AsyncIterable<Uint8Array> {
    for await (const chunk of bytes) {
      given += chunk.length;
      yield chunk;
    }
  };
  const source = Readable.from(counted(), { objectMode: false });
  source.on('error', error => gunzip.destroy(error));
  source.pipe(gunzip);
  for await (const chunk of gunzip) yield chunk as Uint8Array;
  if (gunzip.bytesWritten !== given) throw new Error('bytes follow the gzip data');
}

/** The clock, read once per command. */
export function nodeNow(): Instant {
  return instantOf(Math.floor(Date.now() / 1000) * 1000);
}

/** Random bytes for salts, serial numbers and secrets. */
export function nodeRandom(length: number): Uint8Array {
  return new Uint8Array(randomBytes(length));
}
