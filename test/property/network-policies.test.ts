// Compile-then-evaluate equals a slow, direct reading of the NetworkPolicy text, written here apart from the compiler;
// the order of policies never matters; the matrix says the same as single questions.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClusterId } from '../../shared/base/brand.ts';
import type { JsonObject } from '../../shared/base/json.ts';
import { buildSnapshot } from '../../shared/model/build-snapshot.ts';
import type { KubernetesObject } from '../../shared/model/object.ts';
import { PROFILES } from '../../shared/policy/profile.ts';
import { holdsPort } from '../../shared/policy/port-set.ts';
import { createSimulator } from '../../shared/verdict/simulator.ts';
import type { Simulator } from '../../shared/verdict/verdict.ts';
import { drawnObjects } from '../fixtures/drawing.ts';
import { objectOf } from '../fixtures/objects.ts';

const CLUSTER = drawnObjects(`
  ns a {team=x}
  ns b {team=y}
  pod a/p[app=one] 10.0.0.1 ports=web:80
  pod a/q[app=two] 10.0.0.2 ports=web:8080,dns:53/UDP
  pod b/r[app=one] 10.0.1.1 ports=web:80/UDP
  pod b/s 10.0.1.2
`);

const PODS = [
  { id: 'a/p', ns: 'a', labels: { app: 'one' }, ip: '10.0.0.1', ports: [['web', 80, 'TCP']] },
  {
    id: 'a/q',
    ns: 'a',
    labels: { app: 'two' },
    ip: '10.0.0.2',
    ports: [
      ['web', 8080, 'TCP'],
      ['dns', 53, 'UDP'],
    ],
  },
  { id: 'b/r', ns: 'b', labels: { app: 'one' }, ip: '10.0.1.1', ports: [['web', 80, 'UDP']] },
  { id: 'b/s', ns: 'b', labels: {}, ip: '10.0.1.2', ports: [] },
] as const satisfies readonly End[];
const TEAMS: Record<string, Record<string, string>> = { a: { team: 'x' }, b: { team: 'y' } };

interface Selector {
  readonly matchLabels?: Record<string, string>;
  readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
}
interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { cidr: string };
}
interface Port {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}
interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly Port[];
}
interface Policy {
  readonly namespace: string;
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
}

const selector = (key: string, values: readonly string[]): fc.Arbitrary<Selector> =>
  fc.oneof(
    fc.constant({}),
    fc.constantFrom(...values).map(value => ({ matchLabels: { [key]: value } })),
    fc
      .constantFrom(...values)
      .map(value => ({ matchExpressions: [{ key, operator: 'NotIn', values: [value] }] })),
    fc.constantFrom('Exists', 'DoesNotExist').map(operator => ({ matchExpressions: [{ key, operator }] })),
  );
const pods = selector('app', ['one', 'two']);
const namespaces = selector('team', ['x', 'y']);
const peer: fc.Arbitrary<Peer> = fc.oneof(
  pods.map(podSelector => ({ podSelector })),
  namespaces.map(namespaceSelector => ({ namespaceSelector })),
  fc.tuple(pods, namespaces).map(([podSelector, namespaceSelector]) => ({ podSelector, namespaceSelector })),
  fc
    .constantFrom('10.0.0.0/24', '10.0.1.2/32', '203.0.113.0/24', '0.0.0.0/0')
    .map(cidr => ({ ipBlock: { cidr } })),
);
const port: fc.Arbitrary<Port> = fc.constantFrom<Port>(
  {},
  { port: 80 },
  { port: 'web' },
  { port: 'dns', protocol: 'UDP' },
  { protocol: 'UDP' },
  { port: 50, endPort: 90, protocol: 'UDP' },
);
const rule = (key: 'from' | 'to'): fc.Arbitrary<Rule> =>
  fc.tuple(fc.array(peer, { maxLength: 2 }), fc.array(port, { maxLength: 2 })).map(([peers, ports]) => ({
    ...(peers.length > 0 ? { [key]: peers } : {}),
    ...(ports.length > 0 ? { ports } : {}),
  }));
const policy: fc.Arbitrary<Policy> = fc
  .record({
    namespace: fc.constantFrom('a', 'b'),
    podSelector: pods,
    policyTypes: fc.constantFrom(undefined, ['Ingress'], ['Egress'], ['Ingress', 'Egress']),
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

interface End {
  readonly ip: string;
  readonly id?: string;
  readonly ns?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ports?: readonly (readonly [name: string, port: number, protocol: string])[];
}
const ENDS: readonly End[] = [...PODS, { ip: '203.0.113.7' }, { ip: '198.51.100.1' }];

function picks(wanted: Selector, labels: Record<string, string>): boolean {
  for (const [key, value] of Object.entries(wanted.matchLabels ?? {}))
    if (labels[key] !== value) return false;
  for (const { key, operator, values = [] } of wanted.matchExpressions ?? []) {
    const found = labels[key];
    if (operator === 'Exists' && found === undefined) return false;
    if (operator === 'DoesNotExist' && found !== undefined) return false;
    if (operator === 'NotIn' && found !== undefined && values.includes(found)) return false;
  }
  return true;
}

function isPeer(one: Peer, end: End, home: string): boolean {
  if (one.ipBlock !== undefined) {
    const [base = '', bits = ''] = one.ipBlock.cidr.split('/');
    const number = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    const size = 2 ** (32 - Number(bits));
    return Math.floor(number(base) / size) === Math.floor(number(end.ip) / size);
  }
  if (end.ns === undefined) return false;
  const inNamespace =
    one.namespaceSelector === undefined ? end.ns === home : picks(one.namespaceSelector, TEAMS[end.ns] ?? {});
  return inNamespace && picks(one.podSelector ?? {}, { ...end.labels });
}

function isPort(one: Port, dst: End, protocol: string, number: number): boolean {
  if ((one.protocol ?? 'TCP') !== protocol) return false;
  if (one.port === undefined) return true;
  if (typeof one.port === 'string')
    return (dst.ports ?? []).some(
      ([name, own, spoken]) => name === one.port && own === number && spoken === protocol,
    );
  return one.port <= number && number <= (one.endPort ?? one.port);
}

function sideAllows(
  policies: readonly Policy[],
  subject: End,
  other: End,
  way: 'ingress' | 'egress',
  protocol: string,
  number: number,
): boolean {
  if (subject.ns === undefined) return true;
  const word = way === 'ingress' ? 'Ingress' : 'Egress';
  const isolating = policies.filter(({ namespace, spec }) => {
    const types = spec.policyTypes ?? ['Ingress', ...((spec.egress ?? []).length > 0 ? ['Egress'] : [])];
    return namespace === subject.ns && picks(spec.podSelector, { ...subject.labels }) && types.includes(word);
  });
  if (isolating.length === 0) return true;
  const dst = way === 'ingress' ? subject : other;
  return isolating.some(({ namespace, spec }) =>
    (spec[way] ?? []).some(({ from, to, ports }) => {
      const peers = from ?? to;
      return (
        (peers === undefined || peers.some(one => isPeer(one, other, namespace))) &&
        (ports === undefined || ports.some(one => isPort(one, dst, protocol, number)))
      );
    }),
  );
}

function allows(policies: readonly Policy[], src: End, dst: End, protocol: string, number: number): boolean {
  if (src.id !== undefined && src.id === dst.id) return true;
  return (
    sideAllows(policies, src, dst, 'egress', protocol, number) &&
    sideAllows(policies, dst, src, 'ingress', protocol, number)
  );
}

function simulate(policies: readonly Policy[], order = (objects: KubernetesObject[]) => objects): Simulator {
  const made = policies.map(({ namespace, spec }, index) =>
    objectOf(
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: `p${index}`, namespace },
        spec: spec as unknown as JsonObject,
      },
      { file: 'policies.yaml', line: index + 1 },
    ),
  );
  const objects = order([...CLUSTER, ...made]);
  const input = { cluster: 'default' as ClusterId, basis: 'default' as const, objects };
  return createSimulator(buildSnapshot(input, { directOwner: false }).snapshot, {
    ...PROFILES.kubernetes,
    enforces: 'yes',
  });
}

const QUESTIONS = [
  ['TCP', 80],
  ['TCP', 8080],
  ['UDP', 53],
  ['UDP', 80],
  ['SCTP', 80],
] as const;

describe('NetworkPolicies', () => {
  it('mean what a direct reading of the text says, on every pair and port', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 4 }), policies => {
        const simulator = simulate(policies);
        expect(simulator.policies.refused).toEqual([]);
        for (const src of ENDS) {
          for (const dst of ENDS) {
            if (src.ns === undefined && dst.ns === undefined) continue;
            for (const [protocol, number] of QUESTIONS) {
              const query = {
                src: simulator.resolve(src.id ?? src.ip)[0]!,
                dst: simulator.resolve(dst.id ?? dst.ip)[0]!,
                protocol,
                port: number,
              };
              const expected = allows(policies, src, dst, protocol, number) ? 'allow' : 'deny';
              const asked = `${src.id ?? src.ip} -> ${dst.id ?? dst.ip} ${protocol} ${number}`;
              expect(`${asked}: ${simulator.outcome(query).outcome}`).toBe(`${asked}: ${expected}`);
              expect(simulator.evaluate(query).outcome).toBe(expected);
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are a union: their order, and the order of all objects, changes nothing', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 4 }), policies => {
        const reach = simulate(policies).reach();
        expect(simulate(policies, objects => objects.reverse()).reach()).toEqual(reach);
      }),
      { numRuns: 30 },
    );
  });

  it('say the same in the matrix as in single questions', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 4 }), policies => {
        const simulator = simulate(policies);
        const { rows } = simulator.reach();
        for (const src of PODS) {
          for (const dst of PODS) {
            if (src === dst) continue;
            const row = rows.find(one => one.src === `${src.id}[Pod]` && one.dst === `${dst.id}[Pod]`);
            for (const [protocol, number] of QUESTIONS) {
              const isAllowed = holdsPort(row?.allow ?? [], protocol, number);
              expect(isAllowed).toBe(allows(policies, src, dst, protocol, number));
            }
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});
