// Mesh policies of any make: what a slow, direct reading of the text says, whatever the order; a deny more opens nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { denial, differences, meshPolicies, outcomes, simulate } from './istio-cases.ts';
import { OPENNESS } from './small-cluster.ts';

describe('mesh policies of any make', () => {
  it('decide as a slow, direct reading of the text does', () => {
    fc.assert(
      fc.property(meshPolicies, made => {
        expect(differences(made)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('mean the same in any order of the objects', () => {
    fc.assert(
      fc.property(meshPolicies, made => {
        expect(outcomes(simulate(made, true))).toEqual(outcomes(simulate(made)));
      }),
      { numRuns: 60 },
    );
  });

  it('open nothing by a deny more', () => {
    fc.assert(
      fc.property(meshPolicies, denial, (made, more) => {
        const was = outcomes(simulate(made));
        const is = outcomes(simulate({ ...made, authorizations: [...made.authorizations, more] }));
        expect(is.filter((outcome, at) => OPENNESS[outcome] > OPENNESS[was[at]!])).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
