// A stored copy is byte for byte what intake handed over, and its lines keep their numbers.
import 'fake-indexeddb/auto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, digestOf } from '../../shared/base/digest.ts';
import { nodeDigests } from '../../test/fixtures/digests.ts';
import { openDatabase } from './database.ts';
import { putCopy, readCopy, readLines } from './stored-copies.ts';

const database = openDatabase('relaxed', 'copies');

async function* parts(
  ...chunks: readonly Uint8Array<ArrayBuffer>[]
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}
async function whole(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const read: Uint8Array[] = [];
  for await (const part of bytes) read.push(part);
  return concat(read);
}

describe('a stored copy', () => {
  it('comes back byte for byte, whatever the pieces it came in', async () => {
    const big = new Uint8Array((1 << 20) + 77).map((_, at) => (at * 31) % 251);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: big.length - 1 }), { maxLength: 4 }),
        async cuts => {
          const edges = [0, ...[...cuts].sort((a, b) => a - b), big.length];
          const pieces = edges.slice(1).map((edge, at) => big.slice(edges[at], edge));
          const digest = digestOf(nodeDigests, concat([new Uint8Array([cuts.length]), big]));
          await database.copies.delete(digest);
          await putCopy(database, digest, parts(...pieces));
          expect(digestOf(nodeDigests, await whole(readCopy(database, digest)))).toBe(
            digestOf(nodeDigests, big),
          );
        },
      ),
      { numRuns: 8 },
    );
  });

  it('gives lines their numbers, packed or not, with or without a last newline', async () => {
    const text = Array.from({ length: 9000 }, (_, at) => `line ${at + 1}`).join('\n');
    for (const bytes of [new TextEncoder().encode(text), new Uint8Array(gzipSync(`${text}\n`))]) {
      const near = await readLines(parts(bytes.slice(0, 5), bytes.slice(5)), 5000, 100);
      expect(near.lines[5000 - near.first]).toBe('line 5000');
      expect(near.more).toBe(true);
      const end = await readLines(parts(bytes.slice()), 9000, 100);
      expect(end.lines.at(-1)).toBe('line 9000');
    }
  });
});
