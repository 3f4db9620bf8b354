// SHA-256 for window and worker: WebCrypto cannot run on from chunk to chunk, and answers only later.
import { sha256 } from '@noble/hashes/sha2.js';
import type { Digests } from '../../shared/base/digest.ts';

/** The browser's Digests. */
export const webDigests: Digests = {
  sha256: bytes => sha256(bytes),
  start: () => {
    const running = sha256.create();
    return {
      update: bytes => {
        running.update(bytes);
      },
      finish: () => running.digest(),
    };
  },
};
