// Generated Cilium policies over one small cluster, every question about it, and where the simulator says other than the
// slow reading of the text in test/oracle.
import fc from 'fast-check';
import type { ClusterId } from '../../shared/base/brand.ts';
import type { JsonObject } from '../../shared/base/json.ts';
import { buildSnapshot } from '../../shared/model/build-snapshot.ts';
import { PROFILES } from '../../shared/policy/profile.ts';
import { createSimulator } from '../../shared/verdict/simulator.ts';
import type { FlowQuery, Outcome, Simulator } from '../../shared/verdict/verdict.ts';
import { drawnObjects } from '../fixtures/drawing.ts';
import { objectOf } from '../fixtures/objects.ts';
import { askOracle, type OracleEnd, type OraclePolicy } from '../oracle/cilium.ts';

const CLUSTER = drawnObjects(`
  ns a {team=x}
  ns b {team=y}
  node n1 192.168.0.1
  node n2 192.168.0.2
  pod a/p[app=one] 10.0.0.1 node=n1 ports=web:80
  pod a/q[app=two] 10.0.0.2 node=n2 ports=web:8080,dns:53/UDP
  pod b/r[app=one] 10.0.1.1 node=n1 ports=web:80/UDP
  pod b/s 10.0.1.2 node=n2
`);
const ENDS = ['a/p', 'a/q', 'b/r', 'b/s', 'host:n1', 'host:n2', '203.0.113.5', '198.51.100.1'];
const ASKED = [
  { protocol: 'TCP', port: 80 },
  { protocol: 'TCP', port: 8080 },
  { protocol: 'UDP', port: 53 },
  { protocol: 'ICMP' },
] as const;

/** One generated rule. */
export interface Rule {
  readonly peers: readonly [member: string, items: readonly unknown[]] | undefined;
  readonly toPorts: readonly unknown[] | undefined;
}
/** One generated policy. */
export interface Policy {
  readonly namespace: string | undefined;
  readonly labels: Record<string, string>;
  readonly sections: Readonly<Record<'ingress' | 'ingressDeny' | 'egress' | 'egressDeny', readonly Rule[]>>;
  readonly leavesOpen: boolean;
}

const selector = fc.constantFrom(
  {},
  { matchLabels: { app: 'one' } },
  { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'b' } },
  { matchLabels: { 'k8s:io.cilium.k8s.namespace.labels.team': 'y' } },
  { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] },
  { matchExpressions: [{ key: 'io.kubernetes.pod.namespace', operator: 'Exists' }] },
);
const members = fc.oneof(
  fc.array(selector, { maxLength: 2 }).map(items => ['Endpoints', items] as const),
  fc
    .subarray(['world', 'cluster', 'host', 'remote-node', 'kube-apiserver', 'all'], {
      minLength: 1,
      maxLength: 2,
    })
    .map(items => ['Entities', items] as const),
  fc.constantFrom<readonly [string, readonly unknown[]]>(
    ['CIDR', ['203.0.113.0/24']],
    ['CIDRSet', [{ cidr: '0.0.0.0/0', except: ['203.0.113.0/24'] }]],
    ['CIDRSet', [{ cidrGroupRef: 'missing' }]],
  ),
);
const ports = fc.constantFrom<unknown>(
  { ports: [{ port: '80', protocol: 'TCP' }] },
  { ports: [{ port: 'web' }] },
  { ports: [{ port: '1', endPort: 9000, protocol: 'UDP' }] },
  { ports: [{ port: '0' }] },
);
/** Any rule. */
export const rule: fc.Arbitrary<Rule> = fc.record({
  peers: fc.option(members, { nil: undefined }),
  toPorts: fc.option(fc.array(ports, { minLength: 1, maxLength: 2 }), { nil: undefined }),
});
const rules = fc.array(rule, { maxLength: 2 });
/** Any policy. */
export const policy: fc.Arbitrary<Policy> = fc.record({
  namespace: fc.constantFrom('a', 'b', undefined),
  labels: fc.constantFrom<Record<string, string>>({}, { app: 'one' }),
  sections: fc.record({ ingress: rules, ingressDeny: rules, egress: rules, egressDeny: rules }),
  leavesOpen: fc.boolean(),
});

function bodyOf(made: Policy, name: string): JsonObject {
  const sections = Object.entries(made.sections).map(([section, list]) => {
    const word = section.startsWith('ingress') ? 'from' : 'to';
    const items = list.map(({ peers, toPorts }) => ({
      ...(peers === undefined ? {} : { [`${word}${peers[0]}`]: peers[1] }),
      ...(toPorts === undefined ? {} : { toPorts }),
    }));
    return [section, items] as const;
  });
  return {
    apiVersion: 'cilium.io/v2',
    kind: made.namespace === undefined ? 'CiliumClusterwideNetworkPolicy' : 'CiliumNetworkPolicy',
    metadata: { name, ...(made.namespace === undefined ? {} : { namespace: made.namespace }) },
    spec: {
      endpointSelector: { matchLabels: made.labels },
      ...(made.leavesOpen ? { enableDefaultDeny: { ingress: false, egress: false } } : {}),
      ...Object.fromEntries(sections),
    },
  };
}

/** The cluster with some policies, objects in order or turned round. */
export function simulate(policies: readonly Policy[], turned = false): Simulator {
  const objects = policies.map((made, at) =>
    objectOf(bodyOf(made, `p${at}`), { file: 'policies.yaml', line: at + 1, fromManifest: false }),
  );
  const all = [...CLUSTER, ...objects];
  const input = {
    cluster: 'default' as ClusterId,
    basis: 'default' as const,
    objects: turned ? all.reverse() : all,
  };
  return createSimulator(buildSnapshot(input, { directOwner: false }).snapshot, PROFILES.cilium);
}

/** Every question that is asked of a cluster. */
export function queries(simulator: Simulator): readonly FlowQuery[] {
  const ends = ENDS.map(text => simulator.resolve(text)[0]!);
  return ends.flatMap(src =>
    ends.flatMap(dst => (src.id === dst.id ? [] : ASKED.map(asked => ({ src, dst, ...asked })))),
  );
}

/** The outcomes of every question. */
export function outcomes(simulator: Simulator): readonly Outcome[] {
  return queries(simulator).map(query => simulator.outcome(query).outcome);
}

/** How open an outcome is. */
export const RANK: Readonly<Record<Outcome, number>> = { deny: 0, indeterminate: 1, allow: 2 };

const ORACLE_ENDS: readonly OracleEnd[] = [
  {
    ...inside('a/p', 'n1', '10.0.0.1', { team: 'x' }, { app: 'one' }),
    ports: [['web', 80, 'TCP']],
  },
  {
    ...inside('a/q', 'n2', '10.0.0.2', { team: 'x' }, { app: 'two' }),
    ports: [
      ['web', 8080, 'TCP'],
      ['dns', 53, 'UDP'],
    ],
  },
  { ...inside('b/r', 'n1', '10.0.1.1', { team: 'y' }, { app: 'one' }), ports: [['web', 80, 'UDP']] },
  inside('b/s', 'n2', '10.0.1.2', { team: 'y' }, {}),
  { kind: 'node', name: 'host:n1', node: 'n1', address: '192.168.0.1' },
  { kind: 'node', name: 'host:n2', node: 'n2', address: '192.168.0.2' },
  { kind: 'world', name: '203.0.113.5', address: '203.0.113.5' },
  { kind: 'world', name: '198.51.100.1', address: '198.51.100.1' },
];

function inside(
  name: string,
  node: string,
  address: string,
  namespaceLabels: Record<string, string>,
  labels: Record<string, string>,
): OracleEnd {
  return { kind: 'pod', name, namespace: name.slice(0, 1), node, address, namespaceLabels, labels };
}

/** A pod's own node towards the pod: where a rule denies some of its ports, the simulator may leave the others open. */
function isOwnNode(src: OracleEnd, dst: OracleEnd): boolean {
  return src.kind === 'node' && dst.kind === 'pod' && src.node === dst.node;
}

/** Where the simulator says other than the text. */
export function differencesFromOracle(policies: readonly Policy[]): readonly string[] {
  const simulator = simulate(policies);
  const read = policies.map((made, at) => {
    const { kind, spec } = bodyOf(made, `p${at}`) as unknown as Pick<OraclePolicy, 'kind' | 'spec'>;
    return { kind, spec, ...(made.namespace === undefined ? {} : { namespace: made.namespace }) };
  });
  const byName = new Map(ORACLE_ENDS.map(end => [end.name, end]));
  return queries(simulator).flatMap(({ src, dst, protocol = '', port }) => {
    const [from, to] = [byName.get(src.id)!, byName.get(dst.id)!];
    if (from.kind === 'world' && to.kind === 'world') return [];
    const service = { protocol, ...(port === undefined ? {} : { port }) };
    const told = askOracle(read, ORACLE_ENDS, from, to, service);
    const { outcome } = simulator.outcome({ src, dst, ...service } as FlowQuery);
    if (outcome === told || (isOwnNode(from, to) && outcome === 'indeterminate')) return [];
    return [`${src.id} -> ${dst.id} ${protocol} ${port ?? ''}: ${outcome}, the text says ${told}`];
  });
}
