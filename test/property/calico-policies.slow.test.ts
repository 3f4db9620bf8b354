// A thousand generated sets of Calico policies against the slow reading of the text.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { calicoSets, differences } from './calico-cases.ts';

it('Calico policies decide as a slow, direct reading of the text does, a thousand times', () => {
  fc.assert(
    fc.property(calicoSets, set => {
      expect(differences(set)).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});
