// The command list is one list: no id and no key is given twice where both could answer.
import { describe, expect, it } from 'vitest';
import { chordOf, collisions } from '../data/commands.ts';
import { ROOMS } from '../data/route.ts';
import { COMMANDS } from './command-list.ts';

const plain = { ctrlKey: false, metaKey: false, altKey: false };

describe('the command list', () => {
  it('gives no key and no id twice', () => {
    expect(collisions(COMMANDS)).toEqual([]);
  });
  it('leads to every room by key', () => {
    for (const room of ROOMS)
      expect(COMMANDS.find(item => item.id === `go.${room}`)?.keys).toMatch(/^g [a-z]$/);
  });
});

describe('collisions', () => {
  it('are found between equal keys of one room, and between a key and a sequence that begins with it', () => {
    const group = 'Do' as const;
    expect(
      collisions([
        { id: 'a', title: 'A', keys: 'x', room: 'flows', group },
        { id: 'b', title: 'B', keys: 'x', room: 'scope', group },
        { id: 'c', title: 'C', keys: 'g x', group },
        { id: 'd', title: 'D', keys: 'g', group },
        { id: 'e', title: 'E', keys: 'x', group },
        { id: 'e', title: 'E', group },
      ]),
    ).toEqual(['a and e share x', 'b and e share x', 'c and d share g x', 'e is listed twice']);
  });
});

describe('chords', () => {
  it('read the same on every keyboard', () => {
    expect(chordOf({ ...plain, key: 'k', ctrlKey: true })).toBe('Mod+K');
    expect(chordOf({ ...plain, key: 'k', metaKey: true })).toBe('Mod+K');
    expect(chordOf({ ...plain, key: '?' })).toBe('?');
  });
});
