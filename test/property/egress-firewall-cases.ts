// Generated egress firewalls over the small cluster.
import fc from 'fast-check';
import type { JsonObject } from '../../shared/base/json.ts';
import type { Simulator } from '../../shared/verdict/verdict.ts';
import { askFirewalls, type Firewall, type FirewallRule } from '../oracle/openshift.ts';
import { differencesFrom, simulateBodies } from './small-cluster.ts';

const rule: fc.Arbitrary<FirewallRule> = fc
  .record({
    type: fc.constantFrom('Allow', 'Deny'),
    to: fc.constantFrom<FirewallRule['to']>(
      { cidrSelector: '0.0.0.0/0' },
      { cidrSelector: '203.0.113.0/24' },
      { cidrSelector: '198.51.100.1/32' },
      { cidrSelector: '192.168.0.2/32' },
      { cidrSelector: '10.0.0.0/8' },
      { dnsName: 'a.example' },
      { nodeSelector: { matchLabels: { role: 'infra' } } },
      { nodeSelector: { matchExpressions: [{ key: 'role', operator: 'DoesNotExist' }] } },
    ),
    ports: fc.option(
      fc.subarray(
        [
          { protocol: 'TCP', port: 80 },
          { protocol: 'UDP', port: 53 },
          { protocol: 'SCTP', port: 80 },
        ],
        { minLength: 1 },
      ),
      { nil: undefined },
    ),
  })
  .map(({ ports, ...rest }) => ({ ...rest, ...(ports === undefined ? {} : { ports }) }));

/** At most one firewall for each namespace, as its fixed name has it. */
export const firewalls: fc.Arbitrary<readonly Firewall[]> = fc
  .tuple(fc.array(rule, { maxLength: 4 }), fc.array(rule, { maxLength: 2 }))
  .map(([a, b]) => [
    { namespace: 'a', rules: a },
    { namespace: 'b', rules: b },
  ]);

/** The small cluster behind firewalls. */
export function simulate(made: readonly Firewall[], reversed = false): Simulator {
  const profile = { name: 'kubernetes', engines: ['ovn-kubernetes'] } as const;
  return simulateBodies(made.map(bodyOf), profile, reversed);
}

/** Where the simulator says other than the slow reading. */
export function differences(made: readonly Firewall[]): readonly string[] {
  const simulator = simulate(made);
  return [
    ...simulator.policies.refused.map(one => `refused: ${one.reason}`),
    ...differencesFrom(simulator, ({ src, dst, ...asked }) => askFirewalls(made, src, dst, asked)),
  ];
}

function bodyOf({ namespace, rules }: Firewall): JsonObject {
  return {
    apiVersion: 'k8s.ovn.org/v1',
    kind: 'EgressFirewall',
    metadata: { name: 'default', namespace },
    spec: { egress: rules as unknown as JsonObject[] },
  };
}
