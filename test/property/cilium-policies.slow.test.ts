// A thousand generated sets of Cilium policies against the slow reading of the text.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { differencesFromOracle, policy } from './cilium-cases.ts';

it('Cilium policies decide as a slow, direct reading of the text does, a thousand times', () => {
  fc.assert(
    fc.property(fc.array(policy, { minLength: 1, maxLength: 4 }), policies => {
      expect(differencesFromOracle(policies)).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});
