// Generated mesh policies over one small mesh, every question about it, and where the simulator says other than the slow
// reading of the text.
import fc from 'fast-check';
import type { ClusterId } from '../../shared/base/brand.ts';
import type { JsonObject } from '../../shared/base/json.ts';
import { buildSnapshot } from '../../shared/model/build-snapshot.ts';
import { PROFILES } from '../../shared/policy/profile.ts';
import { createSimulator } from '../../shared/verdict/simulator.ts';
import type { Outcome, Simulator } from '../../shared/verdict/verdict.ts';
import { drawnObjects } from '../fixtures/drawing.ts';
import { objectOf } from '../fixtures/objects.ts';
import {
  askMesh,
  type Authorization,
  type AuthorizationRule,
  type MeshEnd,
  type Operation,
  type PeerAuthentication,
  type Source,
  type When,
} from '../oracle/istio.ts';
import type { PlainEnd } from '../oracle/plain.ts';

const CLUSTER = drawnObjects(`
  ns a
  ns b
  ns c {istio.io/dataplane-mode=ambient}
  ns istio-system
  node n1 192.168.0.1
  node n2 192.168.0.2
  pod a/p[app=one] 10.0.0.1 node=n1 sa=web proxy
  pod a/q[app=two] 10.0.0.2 node=n1 sa=api proxy
  pod b/r[app=one] 10.0.1.1 node=n2 sa=web proxy
  pod b/s 10.0.1.2 node=n2 sa=old
  pod c/t[app=one] 10.0.2.1 node=n2 sa=web
  pod istio-system/w[app=one] 10.0.3.1 node=n1 sa=gate proxy
  svc a/p app=one http-web:80->80,tcp-raw:8443->8443
  ---
  apiVersion: v1
  kind: Pod
  metadata:
    name: u
    namespace: b
    labels: { app: two }
    annotations: { traffic.sidecar.istio.io/includeInboundPorts: '8443' }
  spec: { nodeName: n1, serviceAccountName: api, containers: [{ name: istio-proxy, image: p }] }
  status: { phase: Running, podIPs: [{ ip: 10.0.1.3 }] }
`);
const pod = (
  name: string,
  address: string,
  node: string,
  account: string,
  app: string,
  mesh: Omit<MeshEnd, keyof PlainEnd>,
): MeshEnd => ({
  kind: 'pod',
  name,
  address,
  node,
  account,
  namespace: name.split('/')[0] ?? '',
  labels: app === '' ? {} : { app },
  ...mesh,
});
const ENDS: readonly MeshEnd[] = [
  pod('a/p', '10.0.0.1', 'n1', 'web', 'one', { proxy: true, plain: [8443] }),
  pod('a/q', '10.0.0.2', 'n1', 'api', 'two', { proxy: true }),
  pod('b/r', '10.0.1.1', 'n2', 'web', 'one', { proxy: true }),
  pod('b/s', '10.0.1.2', 'n2', 'old', '', { proxy: false }),
  pod('b/u', '10.0.1.3', 'n1', 'api', 'two', { proxy: true, handled: [8443] }),
  pod('c/t', '10.0.2.1', 'n2', 'web', 'one', { proxy: true, ambient: true }),
  pod('istio-system/w', '10.0.3.1', 'n1', 'gate', 'one', { proxy: true }),
  { kind: 'node', name: 'host:n1', address: '192.168.0.1', node: 'n1', proxy: false },
  { kind: 'outside', name: '203.0.113.7', address: '203.0.113.7', proxy: false },
];
const PORTS = [
  { protocol: 'TCP', port: 80 },
  { protocol: 'TCP', port: 8443 },
  { protocol: 'UDP', port: 80 },
] as const;
const QUESTIONS = ENDS.flatMap(src =>
  ENDS.filter(dst => dst.kind === 'pod').flatMap(dst => PORTS.map(asked => ({ src, dst, asked }))),
);

/** Policies of both kinds. */
export interface MeshPolicies {
  readonly authorizations: readonly Authorization[];
  readonly authentications: readonly PeerAuthentication[];
}

const some = (values: readonly string[]): fc.Arbitrary<readonly string[] | undefined> =>
  fc.option(fc.subarray([...values], { minLength: 1 }), { nil: undefined, freq: 2 });
const principals = ['cluster.local/ns/a/sa/web', '*/sa/api', 'cluster.local/ns/b/*', '*'];
const blocks = ['10.0.0.0/24', '203.0.113.0/24', '10.0.1.2/32'];

function given<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}

const listed = (values: readonly string[]): fc.Arbitrary<readonly string[]> =>
  fc.subarray([...values], { minLength: 1 });
const accounts = ['web', 'a/api', 'c/web'];

/** A few of the fields, so that rules match often enough. */
function someOf<T extends object>(
  fields: Readonly<Record<keyof T & string, fc.Arbitrary<readonly string[]>>>,
  plain: readonly (keyof T & string)[],
): fc.Arbitrary<T> {
  const weighed = [...Object.keys(fields), ...plain] as (keyof T & string)[];
  return fc
    .uniqueArray(fc.constantFrom(...weighed), { minLength: 1, maxLength: 3 })
    .chain(keys => fc.record(Object.fromEntries(keys.map(key => [key, fields[key]]))))
    .map(record => record as T);
}

const source = someOf<Source>(
  {
    principals: listed(principals),
    notPrincipals: listed(principals.slice(0, 3)),
    namespaces: listed(['a', 'b*']),
    notNamespaces: listed(['a']),
    ipBlocks: listed(blocks),
    notIpBlocks: listed(blocks),
    serviceAccounts: listed(accounts),
    notServiceAccounts: listed(accounts),
    remoteIpBlocks: listed(['10.0.0.0/24']),
    requestPrincipals: listed(['*']),
    notRequestPrincipals: listed(['issuer/*']),
  },
  ['principals', 'namespaces', 'ipBlocks', 'notNamespaces', 'notIpBlocks'],
);
const operation = someOf<Operation>(
  {
    ports: listed(['80', '8443']),
    notPorts: listed(['80']),
    methods: listed(['GET']),
    notPaths: listed(['/admin*']),
  },
  ['ports', 'ports', 'notPorts'],
);
const CONDITIONS: readonly (readonly [string, readonly string[]])[] = [
  ['source.ip', ['10.0.0.0/24', '192.168.0.1']],
  ['destination.ip', ['10.0.0.1', '10.0.1.0/24']],
  ['destination.port', ['80', '8443']],
  ['source.namespace', ['a', 'b']],
  ['source.principal', principals],
  ['remote.ip', ['10.0.0.0/24']],
  ['connection.sni', ['a.example']],
  ['request.headers[x]', ['y']],
];
const when: fc.Arbitrary<When> = fc
  .constantFrom(...CONDITIONS)
  .chain(([key, values]) =>
    fc
      .record({ values: some(values), notValues: some(values) })
      .map(record => given({ key, ...record }) as When),
  )
  .filter(one => one.values !== undefined || one.notValues !== undefined);
const rule: fc.Arbitrary<AuthorizationRule> = fc
  .record({
    from: fc.option(fc.array(source, { minLength: 1, maxLength: 2 }), { nil: undefined }),
    to: fc.option(fc.array(operation, { minLength: 1, maxLength: 2 }), { nil: undefined }),
    when: fc.option(fc.array(when, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 2 }),
  })
  .map(record => given(record) as AuthorizationRule);
const labels = fc.constantFrom(
  undefined,
  undefined,
  undefined,
  { app: 'one' },
  { app: 'two' },
  { app: 'none' },
);
const authorization: fc.Arbitrary<Authorization> = fc
  .record({
    namespace: fc.constantFrom('a', 'a', 'b', 'c', 'istio-system'),
    action: fc.constantFrom(undefined, 'ALLOW', 'ALLOW', 'DENY', 'DENY', 'CUSTOM', 'AUDIT'),
    labels,
    dryRun: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, true),
    rules: fc.option(fc.array(rule, { maxLength: 2 }), { nil: undefined }),
  })
  .map(record => given(record) as Authorization);
const mode = fc.constantFrom('UNSET', 'UNSET', 'PERMISSIVE', 'PERMISSIVE', 'STRICT', 'STRICT', 'DISABLE');
const authentication: fc.Arbitrary<PeerAuthentication> = fc
  .record({
    namespace: fc.constantFrom('a', 'b', 'c', 'istio-system'),
    labels: fc.constantFrom(undefined, { app: 'one' }),
    mode,
    ports: fc.option(fc.dictionary(fc.constantFrom('80', '8443'), mode), { nil: undefined }),
  })
  .map(
    ({ labels: own, ports, ...rest }) =>
      given({ ...rest, labels: own, ports: own === undefined ? undefined : ports }) as PeerAuthentication,
  );

/** Policies of any make; of one scope at most one PeerAuthentication, since age decides among several. */
export const meshPolicies: fc.Arbitrary<MeshPolicies> = fc.record({
  authorizations: fc.array(authorization, { maxLength: 3 }),
  authentications: fc.uniqueArray(authentication, {
    maxLength: 3,
    selector: one => `${one.namespace} ${one.labels === undefined ? '' : 'some'}`,
  }),
});

/** A policy that denies. */
export const denial: fc.Arbitrary<Authorization> = fc
  .record({
    namespace: fc.constantFrom('a', 'b', 'istio-system'),
    labels,
    rules: fc.array(rule, { maxLength: 2 }),
  })
  .map(record => given({ ...record, action: 'DENY' as const }) as Authorization);

/** The small mesh under policies. */
export function simulate({ authorizations, authentications }: MeshPolicies, reversed = false): Simulator {
  const bodies = [...authorizations.map(authorizationBody), ...authentications.map(authenticationBody)].map(
    (body, index) => objectOf(body, { file: 'policies.yaml', line: index + 1 }),
  );
  const objects = [...CLUSTER, ...bodies];
  const input = {
    cluster: 'default' as ClusterId,
    basis: 'default' as const,
    objects: reversed ? objects.reverse() : objects,
  };
  return createSimulator(buildSnapshot(input, { directOwner: false }).snapshot, {
    ...PROFILES.kubernetes,
    enforces: 'yes',
  });
}

/** All answers of a simulator, in one order. */
export function outcomes(simulator: Simulator): readonly Outcome[] {
  return QUESTIONS.map(({ src, dst, asked }) => {
    const query = { src: simulator.resolve(src.name)[0]!, dst: simulator.resolve(dst.name)[0]!, ...asked };
    const { outcome } = simulator.outcome(query);
    const long = simulator.evaluate(query).outcome;
    if (long !== outcome) throw new Error(`${src.name} -> ${dst.name}: ${outcome}, at length ${long}`);
    return outcome;
  });
}

/** Where the simulator says other than the slow reading. */
export function differences(made: MeshPolicies): readonly string[] {
  const simulator = simulate(made);
  const found = outcomes(simulator);
  return [
    ...simulator.policies.refused.map(one => `refused: ${one.reason}`),
    ...QUESTIONS.flatMap(({ src, dst, asked }, at) => {
      const expected = askMesh(made.authorizations, made.authentications, src, dst, asked);
      return found[at] === expected
        ? []
        : [
            `${src.name} -> ${dst.name} ${asked.protocol} ${asked.port}: ${found[at]}, the text says ${expected}`,
          ];
    }),
  ];
}

function authorizationBody(policy: Authorization, index: number): JsonObject {
  const { namespace, action, labels: own, dryRun, rules } = policy;
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: {
      name: `p${index}`,
      namespace,
      ...(dryRun === true ? { annotations: { 'istio.io/dry-run': 'true' } } : {}),
    },
    spec: {
      ...(own === undefined ? {} : { selector: { matchLabels: own } }),
      ...(action === undefined ? {} : { action }),
      ...(rules === undefined
        ? {}
        : {
            rules: rules.map(({ from, to, when: conditions }) => ({
              ...(from === undefined ? {} : { from: from.map(one => ({ source: { ...one } })) }),
              ...(to === undefined ? {} : { to: to.map(one => ({ operation: { ...one } })) }),
              ...(conditions === undefined ? {} : { when: conditions.map(one => ({ ...one })) }),
            })),
          }),
    },
  };
}

function authenticationBody(policy: PeerAuthentication, index: number): JsonObject {
  const { namespace, labels: own, mode: whole, ports } = policy;
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: `m${index}`, namespace },
    spec: {
      ...(own === undefined ? {} : { selector: { matchLabels: own } }),
      mtls: { mode: whole },
      ...(ports === undefined
        ? {}
        : {
            portLevelMtls: Object.fromEntries(
              Object.entries(ports).map(([port, single]) => [port, { mode: single }]),
            ),
          }),
    },
  };
}
