// Mesh policies of any make: what a slow, direct reading of the text says, whatever the order; a deny more opens nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { denial, differences, meshPolicies, outcomes, simulate } from './istio-cases.ts';
import { OPENNESS } from './small-cluster.ts';

const FIELDS = [
  ...['principals', 'notPrincipals', 'namespaces', 'notNamespaces', 'serviceAccounts', 'notServiceAccounts'],
  ...['ipBlocks', 'notIpBlocks', 'remoteIpBlocks', 'requestPrincipals', 'notRequestPrincipals'],
  ...['ports', 'notPorts', 'methods', 'notPaths', 'values', 'notValues', 'dryRun', 'labels'],
  ...['source.ip', 'destination.ip', 'destination.port', 'source.namespace', 'source.principal'],
  ...['remote.ip', 'connection.sni', 'request.headers[x]'],
  ...['ALLOW', 'DENY', 'CUSTOM', 'AUDIT', 'UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT'],
];

describe('mesh policies of any make', () => {
  it('decide as a slow, direct reading of the text does', () => {
    fc.assert(
      fc.property(meshPolicies, made => {
        expect(differences(made)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('are drawn with every field that the text names, and decide in every way', () => {
    const made = fc.sample(meshPolicies, { numRuns: 400, seed: 5 });
    const text = JSON.stringify(made);
    const missing = FIELDS.filter(field => !text.includes(`"${field}"`));
    expect(missing).toEqual([]);
    const found = new Set(made.slice(0, 60).flatMap(one => outcomes(simulate(one))));
    expect([...found].sort()).toEqual(['allow', 'deny', 'indeterminate']);
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
