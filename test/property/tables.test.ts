// The tables of all pairs say what the walk through the rules says; `tables.slow.test.ts` asks far more of them.
import { describe, expect, it } from 'vitest';
import { differencesFromPlain } from './plain-flows.ts';
import { compareTables } from './table-flows.ts';

describe('the tables of all pairs', () => {
  it('name the outcome and the rule that the walk names, and leave open what it leaves open', () => {
    const seeds = Array.from({ length: 40 }, (_, seed) => seed);
    const compared = seeds.map(seed => compareTables(seed, 250));
    expect(compared.flatMap(({ differences }) => differences)).toEqual([]);
    const sum = (key: 'open' | 'denied' | 'byRule'): number => compared.reduce((n, one) => n + one[key], 0);
    expect(Math.min(sum('open'), sum('denied'), sum('byRule'))).toBeGreaterThan(500);
  });

  it('name the outcome and the rule that plain evaluators name, which ask every policy for every flow', () => {
    for (let seed = 0; seed < 8; seed++) expect(differencesFromPlain(seed, 400)).toBe(0);
  });
});
