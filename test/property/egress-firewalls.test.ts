// Egress firewalls of any make: what a slow, direct reading of the text says, whatever the order of the objects.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences, firewalls, simulate } from './egress-firewall-cases.ts';
import { OPENNESS, outcomesOf } from './small-cluster.ts';

describe('egress firewalls of any make', () => {
  it('decide as a slow, direct reading of the text does', () => {
    fc.assert(
      fc.property(firewalls, made => {
        expect(differences(made)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('mean the same in any order of the objects, and open nothing by a deny in front', () => {
    fc.assert(
      fc.property(firewalls, made => {
        const is = outcomesOf(simulate(made));
        expect(outcomesOf(simulate(made, true))).toEqual(is);
        const deny = { type: 'Deny', to: { cidrSelector: '203.0.113.0/24' } } as const;
        const closed = made.map(one => ({ ...one, rules: [deny, ...one.rules] }));
        const after = outcomesOf(simulate(closed));
        expect(after.filter((outcome, at) => OPENNESS[outcome] > OPENNESS[is[at]!])).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
