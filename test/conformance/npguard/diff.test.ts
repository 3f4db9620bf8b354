// What became possible or impossible between two folders, by the np-guard analyser.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diff } from '../../../shared/verdict/diff.ts';
import { asSet, folder, read, root, simulate } from './corpus.ts';

interface ExpectedDiff {
  readonly dir1: string;
  readonly dir2: string;
  readonly diff: readonly {
    readonly type: string;
    readonly src: string;
    readonly dst: string;
    readonly ref1: string;
    readonly ref2: string;
  }[];
}

const diffs = folder === undefined ? [] : readdirSync(join(folder, '_diff')).sort();

describe.skipIf(folder === undefined)('np-guard: differences', () => {
  it.each(diffs)('%s are exact', async file => {
    const expected = read(join(root, '_diff', file)) as ExpectedDiff;
    const sideOf = async (name: string) => ({
      simulator: (await simulate(join(root, name))).simulator,
      cde: new Set<string>(),
    });
    const found = diff(await sideOf(expected.dir1), await sideOf(expected.dir2));
    const ours = found.rows.map(row => ({
      src: row.src,
      dst: row.dst,
      conns: `${row.type}: ${row.before} -> ${row.after}`,
    }));
    const theirs = expected.diff.map(row => ({
      src: row.src,
      dst: row.dst,
      conns: `${row.type}: ${row.ref1} -> ${row.ref2}`,
    }));
    expect(asSet(ours)).toEqual(asSet(theirs));
  });
});
