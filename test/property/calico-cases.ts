// Generated Calico policies, tiers and network sets beside NetworkPolicies, over the small cluster.
import fc from 'fast-check';
import type { JsonObject } from '../../shared/base/json.ts';
import type { Simulator } from '../../shared/verdict/verdict.ts';
import {
  askCalico,
  type CalicoPolicy,
  type CalicoRule,
  type CalicoSet,
  type Entity,
  type NetworkSet,
  type Tier,
} from '../oracle/calico.ts';
import { bodyOf as plainBody, policy as plainPolicy } from './network-policy-cases.ts';
import { differencesFrom, simulateBodies } from './small-cluster.ts';

const NAMESPACES = {
  a: { 'kubernetes.io/metadata.name': 'a', team: 'x', env: 'prod' },
  b: { 'kubernetes.io/metadata.name': 'b', team: 'y', env: 'prod' },
};

const selectors = [
  'all()',
  "app == 'one'",
  "app != 'one'",
  "app in {'one','two'}",
  "app not in {'two'}",
  'has(tier)',
  '!has(app)',
  "tier == 'db' || app == 'one'",
  "(app == 'two' && !(tier == 'web')) || zone contains 'part'",
  'app starts with \'tw\' && tier ends with "b"',
  "projectcalico.org/namespace == 'b'",
  "zone == 'partner'",
] as const;
const spaces = [
  'all()',
  'global()',
  "team == 'y'",
  "team != 'x'",
  "projectcalico.org/name == 'a'",
  "env == 'prod' && has(team)",
  "projectcalico.org/name != 'b'",
] as const;
const subjectSpaces = spaces.filter(one => one !== 'global()');
const nets = ['10.0.0.0/24', '10.0.1.2/32', '203.0.113.0/24', '0.0.0.0/0', '192.168.0.0/16'] as const;
const ports = [80, '50:90', 8080, 'web', 'dns'] as const;

function given<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
const maybe = <T>(arbitrary: fc.Arbitrary<T>, odds = 3): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: odds });
/** Undefined most of the time: entities that ask for everything at once match nothing. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const list = <T>(values: readonly T[]): fc.Arbitrary<T[]> =>
  fc.subarray([...values], { minLength: 1, maxLength: Math.min(2, values.length) });

const entityOf = (withPorts: boolean): fc.Arbitrary<Entity> =>
  fc
    .record({
      nets: rarely(list(nets)),
      notNets: rarely(list(nets.slice(0, 3))),
      selector: maybe(fc.constantFrom(...selectors), 2),
      notSelector: rarely(fc.constantFrom(...selectors.slice(1))),
      namespaceSelector: rarely(fc.constantFrom(...spaces)),
      ports: withPorts ? rarely(list(ports)) : fc.constant(undefined),
      notPorts: withPorts ? rarely(list(ports.slice(0, 3))) : fc.constant(undefined),
      serviceAccounts: rarely(
        fc.constantFrom({ names: ['default'] }, { names: ['other'] }, { selector: "pci != 'true'" }),
      ),
    })
    .map(record => given(record) as Entity);

// Ports by number need a protocol, a named one does not; `protocol` is given wherever any port is.
const ruleOf: fc.Arbitrary<CalicoRule> = fc
  .record({
    action: fc.constantFrom('Allow', 'Allow', 'Deny', 'Pass', 'Log'),
    protocol: fc.constantFrom(undefined, 'TCP', 'udp', 'SCTP'),
    notProtocol: rarely(fc.constantFrom('TCP', 'UDP')),
    source: maybe(entityOf(false), 2),
    destination: maybe(entityOf(true), 2),
  })
  .map(({ protocol, notProtocol, destination, ...rest }) => {
    const hasPorts = destination?.ports !== undefined || destination?.notPorts !== undefined;
    const spoken = protocol ?? (hasPorts ? 'TCP' : undefined);
    return given({
      ...rest,
      destination,
      protocol: spoken,
      notProtocol: spoken === undefined ? notProtocol : undefined,
    }) as CalicoRule;
  });

const policyOf = (tiers: readonly Tier[]): fc.Arbitrary<Omit<CalicoPolicy, 'name'>> =>
  fc
    .record({
      namespace: fc.constantFrom(undefined, 'a', 'b'),
      tier: fc.constantFrom(...tiers.map(tier => tier.name), 'default'),
      order: fc.constantFrom(undefined, -5, 10, 10, 1000, 2000),
      staged: rarely(fc.constant(true as const)),
      selector: maybe(fc.constantFrom(...selectors), 4),
      namespaceSelector: rarely(fc.constantFrom(...subjectSpaces)),
      serviceAccountSelector: rarely(fc.constantFrom("projectcalico.org/name == 'default'", "pci == 'true'")),
      types: maybe(fc.subarray(['Ingress', 'Egress'] as const, { minLength: 1 }), 2),
      ingress: maybe(fc.array(ruleOf, { maxLength: 2 }), 4),
      egress: maybe(fc.array(ruleOf, { maxLength: 2 }), 4),
    })
    .map(
      record =>
        given({
          ...record,
          // A namespaced policy cannot choose namespaces.
          namespaceSelector: record.namespace === undefined ? record.namespaceSelector : undefined,
        }) as Omit<CalicoPolicy, 'name'>,
    );

const networkSet: fc.Arbitrary<NetworkSet> = fc
  .record({
    namespace: fc.constantFrom(undefined, 'a', 'b'),
    labels: fc.constantFrom({ zone: 'partner' }, { app: 'one' }, {}),
    nets: list(['203.0.113.0/24', '198.51.100.1/32', '10.0.1.0/24', '192.168.0.2/32']),
  })
  .map(record => given(record) as NetworkSet);

const tierList = fc
  .tuple(fc.constantFrom(undefined, 'Deny', 'Pass'), fc.constantFrom(undefined, 'Pass'))
  .map(([one, other]): readonly Tier[] => [
    given({ name: 't1', order: 10, defaultAction: one }) as Tier,
    given({ name: 't2', order: 2_000_000, defaultAction: other }) as Tier,
  ]);

/** Everything that decides, of any make. */
export const calicoSets: fc.Arbitrary<CalicoSet> = tierList.chain(tiers =>
  fc
    .record({
      policies: fc.array(policyOf(tiers), { maxLength: 4 }),
      plain: fc.array(plainPolicy, { maxLength: 1 }),
      sets: fc.array(networkSet, { maxLength: 2 }),
      tieBreak: fc.constantFrom('key', 'name'),
    })
    .map(({ policies, ...rest }): CalicoSet => ({
      ...rest,
      tiers,
      namespaces: NAMESPACES,
      policies: policies.map((policy, index) => ({ ...policy, name: `${policy.tier}.p${index}` })),
    })),
);

/** The small cluster under a set. */
export function simulate(set: CalicoSet, reversed = false): Simulator {
  const bodies = [
    ...set.tiers.map(tierBody),
    ...set.plain.map(plainBody),
    ...set.policies.map(policyBody),
    ...set.sets.map(setBody),
  ];
  return simulateBodies(bodies, { name: 'calico', calicoTieBreak: set.tieBreak }, reversed);
}

/** Where the simulator says other than the slow reading. */
export function differences(set: CalicoSet): readonly string[] {
  const simulator = simulate(set);
  return [
    ...simulator.policies.refused.map(one => `refused: ${one.id}: ${one.reason}`),
    ...simulator.policies.unsupported.map(one => `not simulated: ${one.id}: ${one.reason}`),
    ...differencesFrom(simulator, ({ src, dst, ...asked }) => askCalico(set, src, dst, asked)),
  ];
}

const API = 'projectcalico.org/v3';

function tierBody({ name, order, defaultAction }: Tier): JsonObject {
  return {
    apiVersion: API,
    kind: 'Tier',
    metadata: { name },
    spec: given({ order, defaultAction }),
  };
}

function policyBody(policy: CalicoPolicy): JsonObject {
  const { namespace, name, staged, ...spec } = policy;
  const plain = namespace === undefined ? 'GlobalNetworkPolicy' : 'NetworkPolicy';
  return {
    apiVersion: API,
    kind: staged === true ? `Staged${plain}` : plain,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec: spec as unknown as JsonObject,
  };
}

function setBody({ namespace, labels, nets: own }: NetworkSet, index: number): JsonObject {
  return {
    apiVersion: API,
    kind: namespace === undefined ? 'GlobalNetworkSet' : 'NetworkSet',
    metadata: {
      name: `set${index}`,
      labels: { ...labels },
      ...(namespace === undefined ? {} : { namespace }),
    },
    spec: { nets: [...own] },
  };
}
