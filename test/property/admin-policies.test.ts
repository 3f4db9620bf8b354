// Admin and baseline policies of any make, beside NetworkPolicies: what a slow, direct reading of the text says, whatever
// the order; a deny more in front never opens anything.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AdminPolicy } from '../oracle/admin.ts';
import { denial, differences, simulate, tiers } from './admin-policy-cases.ts';
import { OPENNESS, outcomesOf } from './small-cluster.ts';

describe('admin policies of any make', () => {
  it('decide as a slow, direct reading of the text does', () => {
    fc.assert(
      fc.property(tiers, made => {
        expect(differences(made)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('mean the same in any order of the objects', () => {
    fc.assert(
      fc.property(tiers, made => {
        const [one, other] = [simulate(made), simulate(made, true)];
        expect(outcomesOf(other)).toEqual(outcomesOf(one));
        expect(JSON.stringify(other.reach())).toBe(JSON.stringify(one.reach()));
      }),
      { numRuns: 60 },
    );
  });

  it('open nothing by a deny more before all others', () => {
    fc.assert(
      fc.property(tiers, denial, denial, (made, into, out) => {
        const first: AdminPolicy = {
          tier: 'Admin',
          priority: 0,
          subject: { namespaces: {} },
          ingress: [into],
          egress: [out],
        };
        const was = outcomesOf(simulate(made));
        const is = outcomesOf(simulate({ ...made, admin: [...made.admin, first] }));
        expect(is.filter((outcome, at) => OPENNESS[outcome] > OPENNESS[was[at]!])).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
