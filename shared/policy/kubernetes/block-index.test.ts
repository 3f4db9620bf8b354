// Many blocks asked at once say what they say one by one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddressRange } from '../../base/address.ts';
import type { Endpoint, EngineProfile } from '../compiled.ts';
import { PROFILES } from '../profile.ts';
import { askBlocks } from './block-index.ts';
import { matchPeers } from './match.ts';
import type { PeerFacts } from './parse.ts';

const cidr = fc
  .tuple(fc.nat(3), fc.nat(255), fc.constantFrom(16, 24, 30, 32))
  .map(([a, b, bits]) => `10.${a}.${b}.0/${bits}`);
const block = cidr.map((text): PeerFacts & { kind: 'block' } => ({
  kind: 'block',
  field: 'from[0].ipBlock',
  ranges: [parseAddressRange(text)!],
  text,
}));
const end = fc
  .record({
    kind: fc.constantFrom('pod', 'host', 'external'),
    ips: fc.array(fc.oneof(cidr, fc.constantFrom('10.0.0.1', '10.1.7.3', '203.0.113.9', 'fd00::1')), {
      maxLength: 2,
    }),
  })
  .map(({ kind, ips }): Endpoint => ({
    id: 'x',
    kind,
    ips,
    labels: {},
    namespaceLabels: {},
    serviceAccountLabels: {},
    ports: [],
    hostNetwork: false,
  }));
const profile = fc.constantFrom<EngineProfile>(
  PROFILES.kubernetes,
  PROFILES['np-guard'],
  { ...PROFILES.cilium, ipBlockMatchesNodes: 'unknown' },
  { ...PROFILES.cilium, ipBlockMatchesNodes: 'no' },
);

describe('blocks asked at once', () => {
  it('answer as they do one by one', () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 6 }), end, profile, (blocks, one, engine) => {
        expect(askBlocks(blocks, engine)(one)).toBe(matchPeers(blocks, '', one, engine).truth);
      }),
      { numRuns: 2000 },
    );
  });
});
