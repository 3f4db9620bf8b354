// A thousand generated sets of NetworkPolicies against the slow reading of the text.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { differences, policy } from './network-policy-cases.ts';

it('NetworkPolicies decide as a slow, direct reading of the text does, a thousand times', () => {
  fc.assert(
    fc.property(fc.array(policy, { maxLength: 5 }), policies => {
      expect(differences(policies)).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});
