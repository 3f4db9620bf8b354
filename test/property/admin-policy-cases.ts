// Generated admin and baseline policies of both versions, beside NetworkPolicies, over the small cluster.
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../shared/base/json.ts';
import type { Simulator } from '../../shared/verdict/verdict.ts';
import {
  askAdminPolicies,
  type AdminPeer,
  type AdminPolicy,
  type AdminPort,
  type AdminRule,
} from '../oracle/admin.ts';
import type { NetworkPolicy } from '../oracle/kubernetes.ts';
import { bodyOf as plainBody, namespaces, pods, policy as plainPolicy } from './network-policy-cases.ts';
import { differencesFrom, simulateBodies } from './small-cluster.ts';

/** Policies of all tiers. */
export interface Tiers {
  readonly admin: readonly AdminPolicy[];
  readonly plain: readonly NetworkPolicy[];
  /** Written as ClusterNetworkPolicy, or in the two kinds before it. */
  readonly version: 'v1alpha1' | 'v1alpha2';
}

const inside: fc.Arbitrary<AdminPeer> = fc.oneof(
  namespaces.map(selector => ({ namespaces: selector })),
  fc
    .tuple(namespaces, pods)
    .map(([namespaceSelector, podSelector]) => ({ pods: { namespaceSelector, podSelector } })),
);
const older = fc.constantFrom<AdminPeer>(
  { namespaces: { namespaceSelector: { matchLabels: { team: 'y' } } } },
  { namespaces: { sameLabels: ['team'] } },
  { namespaces: { sameLabels: ['env'] } },
  { namespaces: { notSameLabels: ['team', 'env'] } },
  { namespaces: { notSameLabels: ['absent'] } },
  { namespaces: { sameLabels: ['absent'] } },
  { namespaces: { notSameLabels: ['team', 'absent'] } },
  { namespaces: { notSameLabels: ['env'] } },
  { namespaces: { sameLabels: ['team', 'env'] } },
  { pods: { namespaces: { sameLabels: ['team'] }, podSelector: {} } },
  {
    pods: {
      namespaces: { namespaceSelector: { matchLabels: { team: 'x' } } },
      podSelector: { matchLabels: { app: '' } },
    },
  },
  {
    pods: {
      namespaces: { notSameLabels: ['team'] },
      podSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] },
    },
  },
);
const outside = fc.constantFrom<AdminPeer>(
  { networks: ['10.0.1.0/24'] },
  { networks: ['10.0.0.2/32', '10.0.1.1/32'] },
  { nodes: { matchExpressions: [{ key: 'role', operator: 'DoesNotExist' }] } },
  { nodes: { matchExpressions: [{ key: 'role', operator: 'NotIn', values: ['infra'] }] } },
  { networks: ['0.0.0.0/0'] },
  { networks: ['203.0.113.0/24', '192.168.0.2/32'] },
  { nodes: { matchLabels: { role: 'infra' } } },
  { nodes: {} },
);
const newer = fc.constant<AdminPeer>({ newer: 'workloads' });
const numbered = fc.constantFrom<AdminPort>(
  { protocol: 'TCP', from: 80, to: 80 },
  { protocol: 'TCP', from: 81, to: 8080 },
  { protocol: 'UDP', from: 50, to: 90 },
  { protocol: 'SCTP', from: 80, to: 80 },
);
const named = fc.constantFrom<AdminPort>({ name: 'web' }, { name: 'dns' }, { name: 'gone' });

const portsOf = (port: fc.Arbitrary<AdminPort>): fc.Arbitrary<readonly AdminPort[] | undefined> =>
  fc.option(fc.array(port, { minLength: 1, maxLength: 2 }), { nil: undefined });
const ruleOf = (
  peers: fc.Arbitrary<AdminPeer>,
  ports: fc.Arbitrary<readonly AdminPort[] | undefined>,
  actions: readonly AdminRule['action'][],
): fc.Arbitrary<AdminRule> =>
  fc
    .record({
      action: fc.constantFrom(...actions),
      peers: fc.array(peers, { minLength: 1, maxLength: 2 }),
      ports,
    })
    .map(({ ports: some, ...rest }) => ({ ...rest, ...(some === undefined ? {} : { ports: some }) }));

const PLAIN_ACTIONS = ['Allow', 'Deny', 'Pass'] as const;
const inward = (actions: readonly AdminRule['action'][], old: boolean): fc.Arbitrary<AdminRule> =>
  ruleOf(
    fc.oneof({ weight: 8, arbitrary: inside }, { weight: old ? 3 : 0, arbitrary: older }, newer),
    portsOf(fc.oneof(numbered, named)),
    actions,
  );
// A named port stands beside pods alone; the API refuses it beside addresses.
const outward = (actions: readonly AdminRule['action'][], old: boolean): fc.Arbitrary<AdminRule> =>
  fc.oneof(inward(actions, old), ruleOf(fc.oneof(inside, outside), portsOf(numbered), actions));

const subject = fc.oneof(
  namespaces.map(selector => ({ namespaces: selector })),
  fc
    .tuple(namespaces, pods)
    .map(([namespaceSelector, podSelector]) => ({ pods: { namespaceSelector, podSelector } })),
);
const policyOf = (
  tier: AdminPolicy['tier'],
  actions: readonly AdminRule['action'][],
  old: boolean,
): fc.Arbitrary<AdminPolicy> =>
  fc.record({
    tier: fc.constant(tier),
    priority: fc.constantFrom(0, 5, 5, 5),
    subject,
    ingress: fc.array(inward(actions, old), { maxLength: 3 }),
    egress: fc.array(outward(actions, old), { maxLength: 3 }),
  });

const plain = fc.array(plainPolicy, { maxLength: 1 });
const v1alpha1 = fc
  .tuple(
    fc.array(policyOf('Admin', PLAIN_ACTIONS, true), { maxLength: 3 }),
    fc.array(policyOf('Baseline', ['Allow', 'Deny'], true), { maxLength: 1 }),
    plain,
  )
  .map(([admin, baseline, others]): Tiers => ({
    admin: [...admin, ...baseline],
    plain: others,
    version: 'v1alpha1',
  }));
const v1alpha2 = fc
  .tuple(
    fc.array(policyOf('Admin', ['Accept', 'Deny', 'Pass'], false), { maxLength: 3 }),
    fc.array(policyOf('Baseline', ['Accept', 'Deny', 'Pass'], false), { maxLength: 3 }),
    plain,
  )
  .map(([admin, baseline, others]): Tiers => ({
    admin: [...admin, ...baseline],
    plain: others,
    version: 'v1alpha2',
  }));

/** Policies of all tiers, in either version. */
export const tiers: fc.Arbitrary<Tiers> = fc.oneof(v1alpha1, v1alpha2);

/** A rule that denies pods. */
export const denial: fc.Arbitrary<AdminRule> = ruleOf(inside, portsOf(numbered), ['Deny']);

/** The small cluster under policies. */
export function simulate(made: Tiers, reversed = false): Simulator {
  const bodies = [
    ...made.plain.map(plainBody),
    ...made.admin.map((policy, index) => adminBody(policy, index, made.version)),
  ];
  return simulateBodies(bodies, { name: 'kubernetes' }, reversed);
}

/** Where the simulator says other than the slow reading. */
export function differences(made: Tiers): readonly string[] {
  const simulator = simulate(made);
  return [
    ...simulator.policies.refused.map(one => `refused: ${one.reason}`),
    ...differencesFrom(simulator, ({ src, dst, ...asked }) =>
      askAdminPolicies(made.admin, made.plain, src, dst, asked),
    ),
  ];
}

function adminBody(policy: AdminPolicy, index: number, version: Tiers['version']): JsonObject {
  const isNew = version === 'v1alpha2';
  const kind = isNew
    ? 'ClusterNetworkPolicy'
    : policy.tier === 'Admin'
      ? 'AdminNetworkPolicy'
      : 'BaselineAdminNetworkPolicy';
  const isBaseline = kind === 'BaselineAdminNetworkPolicy';
  const rules = (list: readonly AdminRule[], key: 'from' | 'to'): JsonValue =>
    list.map(rule => ({
      action: rule.action,
      [key]: rule.peers.map(peerBody),
      ...(rule.ports === undefined
        ? {}
        : { [isNew ? 'protocols' : 'ports']: rule.ports.map(isNew ? newPort : oldPort) }),
    }));
  return {
    apiVersion: `policy.networking.k8s.io/${version}`,
    kind,
    metadata: { name: isBaseline ? 'default' : `admin-${index}` },
    spec: {
      ...(isNew ? { tier: policy.tier } : {}),
      ...(isBaseline ? {} : { priority: policy.priority }),
      subject: policy.subject as unknown as JsonObject,
      ingress: rules(policy.ingress, 'from'),
      egress: rules(policy.egress, 'to'),
    },
  };
}

function peerBody(peer: AdminPeer): JsonObject {
  return (peer.newer === undefined ? peer : { [peer.newer]: {} }) as unknown as JsonObject;
}

function oldPort(port: AdminPort): JsonObject {
  if (!('from' in port)) return { namedPort: port.name };
  const { protocol, from, to } = port;
  return from === to
    ? { portNumber: { protocol, port: from } }
    : { portRange: { protocol, start: from, end: to } };
}

function newPort(port: AdminPort): JsonObject {
  if (!('from' in port)) return { destinationNamedPort: port.name };
  const { protocol, from, to } = port;
  const destinationPort = from === to ? { number: from } : { range: { start: from, end: to } };
  return { [protocol.toLowerCase()]: { destinationPort } };
}
