// The tables against the walk through the rules: 200,000 questions about 400 random clusters, no difference.
import { describe, expect, it } from 'vitest';
import { differencesFromPlain } from './plain-flows.ts';
import { compareTables } from './table-flows.ts';

describe('the tables of all pairs', () => {
  it('differ from the walk in none of 200,000 flows over 400 random clusters', () => {
    let flows = 0;
    for (let seed = 1000; seed < 1400; seed++) {
      const compared = compareTables(seed, 500);
      expect(compared.differences).toEqual([]);
      flows += compared.flows;
    }
    expect(flows).toBe(200_000);
  });

  it('differ from two plain evaluators in none of 120,000 flows over 120 drawn clusters', () => {
    for (let seed = 2000; seed < 2120; seed++) expect(differencesFromPlain(seed, 1000)).toBe(0);
  });
});
