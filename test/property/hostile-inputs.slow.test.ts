// The largest hostile inputs in their true size: a line of 2 GB and archives of 200,001 members. Memory stays bounded.
import { describe, expect, it } from 'vitest';
import { nodeGunzip } from '../../cli/node-host.ts';
import { once } from '../../shared/archive/bytes.ts';
import { importFiles } from '../../shared/intake/import-files.ts';
import { nodeDigests } from '../fixtures/digests.ts';
import { tooManyMembers } from '../fixtures/hostile/tars.ts';
import { tooManyEntries } from '../fixtures/hostile/zips.ts';
import { longLine, letters } from '../fixtures/hostile/logs.ts';
import { NEIGHBOUR, utf8 } from '../fixtures/hostile/hostile-input.ts';

const GIGABYTE = 1024 ** 3;

async function imported(path: string, open: () => AsyncIterable<Uint8Array>) {
  const whole = async function* (): AsyncIterable<Uint8Array> {
    await Promise.resolve();
    yield utf8(NEIGHBOUR.text);
  };
  let peak = 0;
  const intake = await importFiles(
    [
      { role: 'any', file: { path, open } },
      { role: 'any', file: { path: NEIGHBOUR.path, open: whole } },
    ],
    {
      digests: nodeDigests,
      secret: new Uint8Array(32),
      gunzip: nodeGunzip,
      onProgress: () => {
        peak = Math.max(peak, process.memoryUsage().rss);
      },
    },
  );
  expect(intake.files.find(file => file.path === NEIGHBOUR.path)?.records).toBe(NEIGHBOUR.records);
  return {
    intake,
    peak,
    codes: intake.diagnostics.filter(item => item.file === path).map(item => item.code),
  };
}

describe('an input of true size', () => {
  it.each([
    ['a log with a line of 2 GB', () => longLine(2048), 2, ['intake.lines.bad']],
    ['a file of one line of 2 GB', () => letters(2048), 0, []],
  ] as const)('%s is read in bounded memory', async (_what, open, records, said) => {
    const { intake, peak, codes } = await imported('l.log', open);
    expect(intake.files.find(file => file.path === 'l.log')?.records).toBe(records);
    expect(codes.filter(code => !code.startsWith('intake.cluster.'))).toEqual(said);
    expect(peak).toBeLessThan(1.5 * GIGABYTE);
  });

  it.each([
    ['a tar of 200,001 members', () => tooManyMembers(200_001)],
    ['a zip of 200,001 members', () => once(tooManyEntries(200_001))],
  ])('%s is refused', async (_what, open) => {
    const { intake, codes } = await imported('x', open);
    expect(intake.hostile).toEqual(['x']);
    expect(codes).toEqual(['intake.archive.members']);
  });
});
