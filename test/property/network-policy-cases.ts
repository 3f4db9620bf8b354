// Generated NetworkPolicies over the small cluster.
import fc from 'fast-check';
import type { JsonObject } from '../../shared/base/json.ts';
import type { Simulator } from '../../shared/verdict/verdict.ts';
import {
  askNetworkPolicies,
  type NetworkPolicy,
  type Peer,
  type Port,
  type Rule,
} from '../oracle/kubernetes.ts';
import type { Selector } from '../oracle/plain.ts';
import { differencesFrom, simulateBodies } from './small-cluster.ts';

/** Selectors over a few values of one label. */
export const selectorOf = (key: string, values: readonly string[]): fc.Arbitrary<Selector> =>
  fc.oneof(
    fc.constant({}),
    fc.constantFrom(...values).map(value => ({ matchLabels: { [key]: value } })),
    fc
      .tuple(fc.constantFrom('In', 'NotIn'), fc.subarray([...values], { minLength: 1 }))
      .map(([operator, chosen]) => ({ matchExpressions: [{ key, operator, values: chosen }] })),
    fc.constantFrom('Exists', 'DoesNotExist').map(operator => ({ matchExpressions: [{ key, operator }] })),
  );

/** Selectors of pods. */
export const pods = fc.oneof(
  selectorOf('app', ['one', 'two', '']),
  selectorOf('tier', ['db', 'web']),
  fc
    .tuple(selectorOf('app', ['one', '']), selectorOf('tier', ['db', 'web']))
    .map(([a, b]) => ({ ...a, ...b })),
  fc.tuple(selectorOf('app', ['one', '']), selectorOf('tier', ['db', 'web'])).map(([a, b]) => ({
    matchLabels: { ...a.matchLabels, ...b.matchLabels },
    matchExpressions: [...(a.matchExpressions ?? []), ...(b.matchExpressions ?? [])],
  })),
);
/** Selectors of namespaces. */
export const namespaces = fc.oneof(
  selectorOf('team', ['x', 'y']),
  selectorOf('kubernetes.io/metadata.name', ['a', 'b']),
  selectorOf('env', ['prod', 'test']),
);

const block = fc.constantFrom<Peer>(
  { ipBlock: { cidr: '10.0.0.0/24' } },
  { ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.1.0/24'] } },
  { ipBlock: { cidr: '10.0.1.2/32' } },
  { ipBlock: { cidr: '203.0.113.0/24' } },
  { ipBlock: { cidr: '0.0.0.0/0', except: ['192.168.0.0/16', '198.51.100.0/24'] } },
  { ipBlock: { cidr: '192.168.0.2/32' } },
  { ipBlock: { cidr: '10.0.0.0/30', except: ['10.0.0.2/31'] } },
  { ipBlock: { cidr: '10.0.1.0/24', except: ['10.0.1.0/25'] } },
  { ipBlock: { cidr: '10.0.1.77/24', except: [] } },
  { ipBlock: { cidr: '0.0.0.0/1' } },
  { ipBlock: { cidr: '128.0.0.0/1', except: ['203.0.113.7/32'] } },
);
const peer: fc.Arbitrary<Peer> = fc.oneof(
  pods.map(podSelector => ({ podSelector })),
  namespaces.map(namespaceSelector => ({ namespaceSelector })),
  fc.tuple(pods, namespaces).map(([podSelector, namespaceSelector]) => ({ podSelector, namespaceSelector })),
  block,
);
const port = fc.constantFrom<Port>(
  {},
  { port: 80 },
  { port: 'web' },
  { port: 'web', protocol: 'UDP' },
  { port: 'web', protocol: 'SCTP' },
  { protocol: 'SCTP' },
  { port: 80, endPort: 80 },
  { port: 53, endPort: 90 },
  { port: 1, endPort: 65535, protocol: 'SCTP' },
  { port: 'dns', protocol: 'UDP' },
  { protocol: 'UDP' },
  { protocol: 'SCTP', port: 80 },
  { port: 50, endPort: 90, protocol: 'UDP' },
  { port: 81, endPort: 8080 },
);

/** One rule of either direction. */
export const rule = (key: 'from' | 'to'): fc.Arbitrary<Rule> =>
  fc
    .record({
      peers: fc.option(fc.array(peer, { maxLength: 3 }), { nil: undefined }),
      ports: fc.option(fc.array(port, { maxLength: 2 }), { nil: undefined }),
    })
    .map(({ peers, ports }) => ({
      ...(peers === undefined ? {} : { [key]: peers }),
      ...(ports === undefined ? {} : { ports }),
    }));

/** One policy. */
export const policy: fc.Arbitrary<NetworkPolicy> = fc
  .record({
    namespace: fc.constantFrom('a', 'b'),
    podSelector: pods,
    policyTypes: fc.constantFrom(undefined, [], ['Ingress'], ['Egress'], ['Ingress', 'Egress']),
    ingress: fc.option(fc.array(rule('from'), { maxLength: 2 }), { nil: undefined }),
    egress: fc.option(fc.array(rule('to'), { maxLength: 2 }), { nil: undefined }),
  })
  .map(({ namespace, podSelector, policyTypes, ingress, egress }) => ({
    namespace,
    spec: {
      podSelector,
      ...(policyTypes === undefined ? {} : { policyTypes }),
      ...(ingress === undefined ? {} : { ingress }),
      ...(egress === undefined ? {} : { egress }),
    },
  }));

/** A policy as an object. */
export function bodyOf({ namespace, spec }: NetworkPolicy, index: number): JsonObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `p${index}`, namespace },
    spec: spec as unknown as JsonObject,
  };
}

/** The small cluster under policies. */
export function simulate(policies: readonly NetworkPolicy[], reversed = false): Simulator {
  return simulateBodies(policies.map(bodyOf), { name: 'kubernetes' }, reversed);
}

/** Where the simulator says other than the slow reading. */
export function differences(policies: readonly NetworkPolicy[]): readonly string[] {
  const simulator = simulate(policies);
  return [
    ...simulator.policies.refused.map(one => `refused: ${one.reason}`),
    ...differencesFrom(simulator, ({ src, dst, ...asked }) => askNetworkPolicies(policies, src, dst, asked)),
  ];
}
