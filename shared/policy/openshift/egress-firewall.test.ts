// Egress firewalls, each test a sentence of policy-semantics section 7: ordered, about what leaves the cluster alone.
import { describe, expect, it } from 'vitest';
import { drawnCluster } from '../../../test/fixtures/drawing.ts';
import { createSimulator } from '../../verdict/simulator.ts';
import type { Simulator } from '../../verdict/verdict.ts';
import { PROFILES } from '../profile.ts';

function simulate(
  egress: string,
  kind = 'EgressFirewall',
  name = 'default',
  engines: readonly string[] = ['ovn-kubernetes'],
): Simulator {
  const group = kind === 'EgressFirewall' ? 'k8s.ovn.org' : 'network.openshift.io';
  return createSimulator(
    drawnCluster(`
  ns card
  ns web
  node n1 {zone=a} 10.0.0.1
  node n2 {zone=b} 10.0.0.2
  pod card/api[app=api] 10.0.1.5 node=n1
  pod web/front[app=front] 10.0.2.1 node=n2
  ---
  apiVersion: ${group}/v1
  kind: ${kind}
  metadata: { name: ${name}, namespace: card }
  spec: { egress: ${egress} }
`),
    { ...PROFILES.kubernetes, enforces: 'yes', engines },
  );
}

function to(simulator: Simulator, dst: string, port = 443, src = 'card/api'): string {
  const query = {
    src: simulator.resolve(src)[0]!,
    dst: simulator.resolve(dst)[0]!,
    protocol: 'TCP' as const,
    port,
  };
  const { outcome } = simulator.outcome(query);
  expect(simulator.evaluate(query).outcome).toBe(outcome);
  return outcome;
}

const DENY_ALL = '{ type: Deny, to: { cidrSelector: 0.0.0.0/0 } }';

describe.each(['EgressFirewall', 'EgressNetworkPolicy'])('an %s', kind => {
  it('lets the first matching rule decide, and leaves the rest open', () => {
    const simulator = simulate(`[{ type: Allow, to: { cidrSelector: 198.51.100.0/24 } }, ${DENY_ALL}]`, kind);
    expect(['198.51.100.7', '203.0.113.1'].map(dst => to(simulator, dst))).toEqual(['allow', 'deny']);
    const some = simulate('[{ type: Deny, to: { cidrSelector: 203.0.113.0/24 } }]', kind);
    expect(['198.51.100.7', '203.0.113.1'].map(dst => to(some, dst))).toEqual(['allow', 'deny']);
  });

  it('is about traffic that leaves the cluster, of its own namespace', () => {
    const simulator = simulate(`[${DENY_ALL}]`, kind);
    expect(to(simulator, 'web/front')).toBe('allow');
    expect(to(simulator, '203.0.113.1', 443, 'web/front')).toBe('allow');
  });

  it('may name ports', () => {
    const simulator = simulate(
      `[{ type: Allow, to: { cidrSelector: 0.0.0.0/0 }, ports: [{ port: 443, protocol: TCP }] }, ${DENY_ALL}]`,
      kind,
    );
    expect([443, 80].map(port => to(simulator, '203.0.113.1', port))).toEqual(['allow', 'deny']);
  });

  it('with a DNS name stays open', () => {
    expect(
      to(simulate(`[{ type: Allow, to: { dnsName: pay.example } }, ${DENY_ALL}]`, kind), '203.0.113.1'),
    ).toBe('indeterminate');
  });

  it('that cannot be read only takes away: it is named, and nothing that leaves is allowed', () => {
    const simulator = simulate('[{ type: Drop, to: { cidrSelector: 0.0.0.0/0 } }]', kind);
    expect(simulator.policies.refused.map(item => item.reason)).toEqual([
      expect.stringContaining('spec.egress[0].type'),
    ]);
    expect(to(simulator, '203.0.113.1')).toBe('indeterminate');
  });
});

describe('an EgressFirewall', () => {
  it('tells nodes apart by their labels', () => {
    const simulator = simulate('[{ type: Deny, to: { nodeSelector: { matchLabels: { zone: b } } } }]');
    expect(['10.0.0.1', '10.0.0.2'].map(dst => to(simulator, dst))).toEqual(['allow', 'deny']);
  });

  it('of a cluster whose plugin may not enforce it proves nothing: what leaves stays open', () => {
    expect(to(simulate(`[${DENY_ALL}]`, 'EgressFirewall', 'default', []), '203.0.113.1')).toBe(
      'indeterminate',
    );
  });

  it('by another name than default is refused', () => {
    expect(simulate(`[${DENY_ALL}]`, 'EgressFirewall', 'mine').policies.refused).toHaveLength(1);
  });
});
