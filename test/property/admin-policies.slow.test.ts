// A thousand generated sets of admin policies against the slow reading of the text.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { differences, tiers } from './admin-policy-cases.ts';

it('admin policies decide as a slow, direct reading of the text does, a thousand times', () => {
  fc.assert(
    fc.property(tiers, made => {
      expect(differences(made)).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});
