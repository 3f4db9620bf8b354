// A tree in a table: closed parents hide their children, filters show the way to what they found.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrangeTree } from './tree-rows.ts';

const keyOf = (path: string) => path;
const parentOf = (path: string) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : undefined);
const arrange = (sorted: readonly string[], open: readonly string[], found?: readonly string[]) =>
  arrangeTree({
    sorted,
    open: new Set(open),
    keyOf,
    parentOf,
    ...(found === undefined ? {} : { found: new Set(found) }),
  });

const rows = ['b', 'a', 'a/2', 'a/1', 'a/1/x', 'c/lost'];

describe('a tree of rows', () => {
  it('shows roots alone while all is closed, in their order', () => {
    expect(arrange(rows, []).rows).toEqual(['b', 'a', 'c/lost']);
  });
  it('shows children below an open parent, siblings in the order given', () => {
    const { rows: shown, places } = arrange(rows, ['a']);
    expect(shown).toEqual(['b', 'a', 'a/2', 'a/1', 'c/lost']);
    expect(places.get('a')).toEqual({ level: 1, isOpen: true });
    expect(places.get('a/1')).toEqual({ level: 2, isOpen: false, parent: 'a' });
    expect(places.get('a/2')).toEqual({ level: 2, parent: 'a' });
  });
  it('shows what a filter found with its parents, closed or not, and nothing else', () => {
    expect(arrange(rows, [], ['a/1/x']).rows).toEqual(['a', 'a/1', 'a/1/x']);
  });
  it('shows every row once when all is open', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[ab](\/[ab]){0,3}$/), { maxLength: 30 }), paths => {
        const { rows: shown } = arrange(paths, paths);
        expect(shown.toSorted()).toEqual(paths.toSorted());
      }),
    );
  });
});
