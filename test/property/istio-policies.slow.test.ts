// A thousand generated sets of mesh policies against the slow reading of the text.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { differences, meshPolicies } from './istio-cases.ts';

it('mesh policies decide as a slow, direct reading of the text does, a thousand times', () => {
  fc.assert(
    fc.property(meshPolicies, made => {
      expect(differences(made)).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});
