// A thousand generated egress firewalls against the slow reading of the text.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { differences, firewalls } from './egress-firewall-cases.ts';

it('egress firewalls decide as a slow, direct reading of the text does, a thousand times', () => {
  fc.assert(
    fc.property(firewalls, made => {
      expect(differences(made)).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});
