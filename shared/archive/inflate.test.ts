// The plain gzip reader gives what zlib packed, at every level and strategy, and of damaged data all that can be read.
import { gzipSync, constants } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeGunzip } from '../../cli/node-host.ts';
import { collect } from './bytes.ts';
import { gunzipChecked, webGunzip, type Gunzip } from './gzip.ts';
import { GzipFault, readGzip } from './inflate.ts';
import { ARCHIVE_LIMITS, makeUnpackCounter } from './limits.ts';

async function* pieces(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  await Promise.resolve();
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function plain(bytes: Uint8Array, size = 1000): Promise<{ text: string; fault?: string }> {
  const parts: Uint8Array[] = [];
  try {
    for await (const part of readGzip(pieces(bytes, size))) parts.push(part);
    return { text: Buffer.concat(parts).toString('latin1') };
  } catch (error) {
    if (!(error instanceof GzipFault)) throw error;
    return { text: Buffer.concat(parts).toString('latin1'), fault: error.kind };
  }
}
const LOG = Array.from({ length: 20_000 }, (_, at) => `line ${at} of ${(at * 7919) % 1013}\n`).join('');

describe('the plain gzip reader', () => {
  it('gives what zlib packed, at every level and strategy, whatever pieces it comes in', async () => {
    const strategies = [
      constants.Z_DEFAULT_STRATEGY,
      constants.Z_HUFFMAN_ONLY,
      constants.Z_RLE,
      constants.Z_FIXED,
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 3 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 0, max: 9 }),
        fc.constantFrom(...strategies),
        fc.integer({ min: 1, max: 700 }),
        async (parts, times, level, strategy, size) => {
          const bytes = Buffer.concat(Array.from({ length: times }, () => Buffer.concat(parts)));
          const packed = new Uint8Array(gzipSync(bytes, { level, strategy }));
          expect(await plain(packed, size)).toEqual({ text: bytes.toString('latin1') });
        },
      ),
      { numRuns: 60 },
    );
    expect(await plain(new Uint8Array(gzipSync(LOG)), 1)).toEqual({ text: LOG });
  });

  it('gives of data cut anywhere the beginning, and of flipped bytes a fault', async () => {
    const packed = new Uint8Array(gzipSync(LOG));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 20, max: packed.length - 1 }), async at => {
        const cut = await plain(packed.subarray(0, at));
        expect(cut.fault).toBe('damaged');
        expect(LOG.startsWith(cut.text)).toBe(true);
        const flipped = packed.slice();
        flipped[at] = (flipped[at] ?? 0) ^ 0x55;
        expect((await plain(flipped)).fault).toBe('damaged');
      }),
      { numRuns: 40 },
    );
  });
});

describe('gzip data of whatever host', () => {
  const never: Gunzip = async function* () {
    await Promise.resolve();
    yield* [];
    throw new Error('junk');
  };
  const halfway: Gunzip = async function* (bytes) {
    let left = 3;
    for await (const chunk of nodeGunzip(bytes)) {
      yield chunk.subarray(0, 777);
      if (--left >= 0) throw new Error('junk');
    }
  };
  const two = Buffer.concat([gzipSync(LOG), gzipSync('second\n')]);

  it.each([
    ['one member', gzipSync(LOG), LOG, 'none'],
    ['two members', two, `${LOG}second\n`, 'none'],
    ['two members and zeros', Buffer.concat([two, Buffer.alloc(1000)]), `${LOG}second\n`, 'none'],
    [
      'garbage behind',
      Buffer.concat([two, Buffer.from('garbage')]),
      `${LOG}second\n`,
      'intake.gzip.trailing',
    ],
    [
      'half a member behind',
      Buffer.concat([two, gzipSync('x').subarray(0, 10)]),
      `${LOG}second\n`,
      'intake.gzip.damaged',
    ],
    ['no member at all', Buffer.from([0x1f, 0x8b, 8, 0]), '', 'intake.gzip.damaged'],
  ])('of %s is the same', async (_what, packed, text, fault) => {
    for (const gunzip of [nodeGunzip, never, halfway]) {
      const bytes = new Uint8Array(packed);
      const parts: Uint8Array[] = [];
      const open = (): AsyncIterable<Uint8Array> => pieces(bytes, 4096);
      const said = await (async () => {
        for await (const part of gunzipChecked('x', open(), open, gunzip, makeUnpackCounter(ARCHIVE_LIMITS)))
          parts.push(part);
        return 'none';
      })().catch((error: unknown) => (error as { problem?: { code: string } }).problem?.code);
      expect([said, Buffer.concat(parts).toString('latin1') === text]).toEqual([fault, true]);
    }
    if (fault === 'none')
      expect(Buffer.from(await collect(webGunzip(pieces(new Uint8Array(packed), 4096)))).toString()).toBe(
        text,
      );
  });
});
