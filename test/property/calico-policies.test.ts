// Calico policies of any make, beside NetworkPolicies: what a slow, direct reading of the text says, whatever the order of
// the objects; a deny more in front of all tiers opens nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calicoSets, differences, simulate } from './calico-cases.ts';
import { OPENNESS, outcomesOf } from './small-cluster.ts';

describe('Calico policies of any make', () => {
  it('decide as a slow, direct reading of the text does', () => {
    fc.assert(
      fc.property(calicoSets, set => {
        expect(differences(set)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('mean the same in any order of the objects', () => {
    fc.assert(
      fc.property(calicoSets, set => {
        const [one, other] = [simulate(set), simulate(set, true)];
        expect(outcomesOf(other)).toEqual(outcomesOf(one));
        expect(JSON.stringify(other.reach())).toBe(JSON.stringify(one.reach()));
      }),
      { numRuns: 60 },
    );
  });

  it('open nothing by a deny more before all others', () => {
    fc.assert(
      fc.property(
        calicoSets,
        fc.constantFrom("app == 'one'", 'all()', "zone == 'partner'"),
        (set, selector) => {
          const entity = { selector };
          const first = {
            tier: 't0',
            name: 't0.deny',
            ingress: [{ action: 'Deny', source: entity }],
            egress: [{ action: 'Deny', destination: entity }],
            types: ['Ingress', 'Egress'],
          } as const;
          const tiers = [...set.tiers, { name: 't0', order: 1, defaultAction: 'Pass' } as const];
          const was = outcomesOf(simulate(set));
          const is = outcomesOf(simulate({ ...set, tiers, policies: [...set.policies, first] }));
          expect(is.filter((outcome, at) => OPENNESS[outcome] > OPENNESS[was[at]!])).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
