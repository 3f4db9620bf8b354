// The mesh as a gate of its own: the proxy at the destination lets a TCP connection in, or does not, after the network
// plugin has (policy-semantics section 5). Order: mutual TLS, CUSTOM, DENY, then ALLOW; what goes around the proxy passes.
import { compareBy } from '../../base/order.ts';
import { nameOf, spanOf, type KubernetesObject } from '../../model/object.ts';
import { textAt } from '../../model/read.ts';
import type { ClusterSnapshot, Labels } from '../../model/snapshot.ts';
import type {
  CompiledGate,
  CompiledPolicy,
  CompiledRule,
  CompiledStage,
  Endpoint,
  PortRange,
  RuleMatch,
  Truth,
  UnsupportedPolicy,
} from '../compiled.ts';
import { ALL_PORTS, allPortsOf, intersectPorts, mergePorts, subtractPorts } from '../port-set.ts';
import { asksRequest, matchAuthorization, type MeshContext } from './match.ts';
import { isMember } from './mesh-membership.ts';
import { meshConfig, rootNamespace } from './settings.ts';
import {
  isMeshPolicy,
  readAuthorization,
  readPeerAuthentication,
  type AuthorizationFacts,
  type PeerAuthenticationFacts,
  type Scope,
} from './read.ts';

/** The gate, absent where the cluster has neither mesh policies nor members that they could touch. */
export interface MeshGate {
  readonly gate?: CompiledGate;
  readonly refused: readonly UnsupportedPolicy[];
}

/** Compiles the mesh policies of a snapshot. */
export function meshGate(snapshot: ClusterSnapshot): MeshGate {
  const root = rootNamespace(snapshot);
  const refused: UnsupportedPolicy[] = [];
  const authorizations: Read<AuthorizationFacts>[] = [];
  const authentications: Read<PeerAuthenticationFacts>[] = [];
  for (const object of [...snapshot.policies].sort(compareBy(one => nameOf(one)))) {
    if (isMeshPolicy(object, 'AuthorizationPolicy')) {
      const facts = readAuthorization(object);
      if (facts.ok) authorizations.push({ object, facts: facts.value });
      else refused.push(refusedPolicy(object, facts.problem.message, root));
    }
    if (isMeshPolicy(object, 'PeerAuthentication')) {
      const facts = readPeerAuthentication(object);
      if (facts.ok) authentications.push({ object, facts: facts.value });
      else refused.push(refusedPolicy(object, facts.problem.message, root));
    }
  }
  if (authorizations.length + authentications.length === 0) return { refused };
  const context = contextOf(snapshot, authentications);
  const stages: readonly CompiledStage[] = [
    { id: 'mesh: around the proxy', mode: 'ordered', whenSelected: 'next', policies: [AROUND] },
    stage('mesh: mutual TLS', strictPolicies(authentications, root)),
    stage('mesh: CUSTOM', policiesOf(authorizations, 'CUSTOM', root, context)),
    stage('mesh: DENY', policiesOf(authorizations, 'DENY', root, context)),
    {
      ...stage('mesh: ALLOW', policiesOf(authorizations, 'ALLOW', root, context)),
      mode: 'union',
      whenSelected: 'deny',
    },
  ];
  const gate: CompiledGate = {
    id: 'mesh',
    ingress: stages.filter(one => one.policies.length > 0),
    egress: [],
    otherwise: 'allow',
  };
  return { gate, refused };
}

interface Read<T> {
  readonly object: KubernetesObject;
  readonly facts: T;
}

function stage(id: string, policies: readonly CompiledPolicy[]): CompiledStage {
  return { id, mode: 'ordered', whenSelected: 'next', policies };
}

const TCP: readonly PortRange[] = [allPortsOf('TCP')];

/** Proxies handle TCP alone, and not the ports that a pod excludes. */
const AROUND: CompiledPolicy = {
  id: 'traffic around the proxy',
  kind: 'Pod',
  name: 'traffic around the proxy',
  staged: false,
  ingress: true,
  egress: false,
  ingressRules: [
    {
      index: 0,
      action: 'allow',
      source: { file: '', line: 0 },
      match: subject => {
        const around = subject.mesh?.around ?? [];
        const ports =
          around === 'all' ? ALL_PORTS : [...subtractPorts(ALL_PORTS, TCP), ...around.map(onePort)];
        return {
          truth: 'yes',
          ports,
          text: 'the proxy handles TCP alone, without the ports that the pod excludes',
        };
      },
    },
  ],
  egressRules: [],
  source: { file: '', line: 0 },
  selects: isMember,
};

function onePort(port: number): PortRange {
  return { protocol: 'TCP', from: port, to: port };
}

function policiesOf(
  all: readonly Read<AuthorizationFacts>[],
  action: AuthorizationFacts['action'],
  root: string,
  context: MeshContext,
): readonly CompiledPolicy[] {
  return all
    .filter(({ facts }) => facts.action === action)
    .map(({ object, facts }) => ({
      ...outline(object),
      staged: facts.dryRun,
      ingressRules: facts.rules.flatMap((rule, index): readonly CompiledRule[] => {
        const made = (match: CompiledRule['match']): CompiledRule => ({
          index,
          action: action === 'ALLOW' ? 'allow' : 'deny',
          source: spanOf(object, `/spec/rules/${index}`),
          match,
        });
        if (action === 'CUSTOM')
          return [
            made((_subject, peer) => {
              const match = matchAuthorization(rule, context, peer);
              if (match.truth === 'no') return match;
              return { ...match, truth: 'unknown', text: `an outside authoriser decides: ${match.text}` };
            }),
          ];
        if (!asksRequest(rule)) return [made((_subject, peer) => matchAuthorization(rule, context, peer))];
        // On plain TCP an allow that asks about a request never matches, and a deny always does.
        const onPlain = action === 'ALLOW' ? 'no' : 'yes';
        const limited = (match: RuleMatch, ports: readonly PortRange[]): RuleMatch => {
          const left = intersectPorts(match.ports ?? TCP, ports);
          return left.length > 0 || match.truth === 'no'
            ? { ...match, ports: left }
            : { ...match, truth: 'no', ports: left };
        };
        return [
          made((subject, peer) =>
            limited(matchAuthorization(rule, context, peer, onPlain), context.plainPorts(subject)),
          ),
          made((subject, peer) =>
            limited(matchAuthorization(rule, context, peer), subtractPorts(TCP, context.plainPorts(subject))),
          ),
        ];
      }),
      addresses: facts.rules.flatMap(rule =>
        [...(rule.from ?? []), rule.when].flat().flatMap(condition => condition.ranges),
      ),
      selects: (end: Endpoint) => inScope(end, object, facts.scope, root),
    }));
}

function outline(object: KubernetesObject): Omit<CompiledPolicy, 'ingressRules' | 'selects' | 'staged'> {
  return {
    id: nameOf(object),
    kind: object.kind,
    ...(object.meta.namespace === undefined ? {} : { namespace: object.meta.namespace }),
    name: object.meta.name,
    ingress: true,
    egress: false,
    egressRules: [],
    source: object.source,
  };
}

/** Own namespace, or everywhere from the root namespace; a policy for a gateway or a service is not for pods at large. */
function inScope(end: Endpoint, object: KubernetesObject, scope: Scope, root: string): Truth {
  const member = isMember(end);
  if (member === 'no' || end.kind !== 'pod') return 'no';
  const isRoot = object.meta.namespace === root;
  if (!isRoot && end.namespace !== object.meta.namespace) return 'no';
  if (scope.targets.length > 0) return targeted(end, scope.targets);
  return Object.entries(scope.labels).every(([key, value]) => end.labels[key] === value) ? member : 'no';
}

function targeted(end: Endpoint, targets: Scope['targets']): Truth {
  const gateway = end.labels['gateway.networking.k8s.io/gateway-name'];
  if (targets.every(target => target.kind === 'Gateway'))
    return targets.some(target => target.name === gateway) ? 'yes' : 'no';
  // Which pods a service's or waypoint's policy reaches depends on the way the connection takes.
  return 'unknown';
}

/** STRICT refuses what comes without the mesh's certificate; narrower settings win, the oldest of equals. */
function strictPolicies(
  all: readonly Read<PeerAuthenticationFacts>[],
  root: string,
): readonly CompiledPolicy[] {
  const inOrder = [...all].sort(
    compareBy(
      item => textAt(item.object.body, 'metadata', 'creationTimestamp') ?? '9999',
      item => nameOf(item.object),
    ),
  );
  return inOrder.map(item => ({
    ...outline(item.object),
    staged: false,
    ingressRules: [
      {
        index: 0,
        action: 'deny',
        source: item.object.source,
        match: (subject: Endpoint, peer: Endpoint) => {
          const ports = strictPorts(item, inOrder, subject, root);
          const member = isMember(peer);
          if (member === 'yes' || ports.length === 0)
            return {
              truth: 'no',
              text: `${peer.id} speaks mutual TLS, or it is not asked for`,
              field: 'mtls',
            };
          const text = `STRICT: ${peer.id} ${member === 'no' ? 'has no proxy' : 'may have no proxy'}`;
          return { truth: member === 'no' ? 'yes' : 'unknown', ports, text, field: 'mtls' };
        },
      },
    ],
    selects: (end: Endpoint) => (strictPorts(item, inOrder, end, root).length === 0 ? 'no' : isMember(end)),
  }));
}

/** The ports for which this very object asks a workload to be strict. */
function strictPorts(
  item: Read<PeerAuthenticationFacts>,
  all: readonly Read<PeerAuthenticationFacts>[],
  end: Endpoint,
  root: string,
): readonly PortRange[] {
  if (end.kind !== 'pod' || isMember(end) === 'no') return [];
  const own = all.find(
    ({ object, facts }) => object.meta.namespace === end.namespace && isFor(facts.labels, end),
  );
  const whole = (namespace: string | undefined): Read<PeerAuthenticationFacts> | undefined =>
    all.find(
      ({ object, facts }) => object.meta.namespace === namespace && Object.keys(facts.labels).length === 0,
    );
  const chain = [own, whole(end.namespace), whole(root)].flatMap(one => one ?? []);
  const base = chain.find(({ facts }) => facts.mode !== 'UNSET');
  const single = [...(own?.facts.ports ?? [])].filter(([, mode]) => mode !== 'UNSET');
  const strictly = single.filter(([, mode]) => mode === 'STRICT').map(([port]) => onePort(port));
  const others = subtractPorts(
    TCP,
    single.map(([port]) => onePort(port)),
  );
  return [
    ...(item === own ? strictly : []),
    ...(item === base && base.facts.mode === 'STRICT' ? others : []),
  ];
}

function isFor(labels: Labels, end: Endpoint): boolean {
  const asked = Object.entries(labels);
  return asked.length > 0 && asked.every(([key, value]) => end.labels[key] === value);
}

function contextOf(
  snapshot: ClusterSnapshot,
  authentications: readonly Read<PeerAuthenticationFacts>[],
): MeshContext {
  const plainRule = snapshot.objects.some(
    object =>
      object.kind === 'DestinationRule' &&
      /"mode":"(?:DISABLE|SIMPLE)"/.test(JSON.stringify(object.body['spec'] ?? {})),
  );
  const plainMode = authentications.some(
    ({ facts }) => facts.mode === 'DISABLE' || [...facts.ports.values()].includes('DISABLE'),
  );
  return {
    trustDomain: meshConfig(snapshot, 'trustDomain') ?? 'cluster.local',
    mayBePlain: plainRule || plainMode,
    plainPorts: plainPorts(snapshot),
  };
}

/** Ports of a pod that every Service leading there declares as something else than HTTP, by name or appProtocol. */
function plainPorts(snapshot: ClusterSnapshot): MeshContext['plainPorts'] {
  const known = new WeakMap<Endpoint, readonly PortRange[]>();
  return subject => {
    const before = known.get(subject);
    if (before !== undefined) return before;
    const declared = new Map<number, boolean>();
    for (const service of snapshot.services.filter(one => one.pods.some(id => id === subject.id))) {
      for (const port of service.ports.filter(one => one.protocol === 'TCP')) {
        const target = port.targetPort ?? port.port;
        const numbers =
          typeof target === 'number'
            ? [target]
            : subject.ports.filter(one => one.name === target).map(one => one.port);
        for (const number of numbers)
          declared.set(
            number,
            (declared.get(number) ?? true) && isPlain(port.appProtocol ?? port.name ?? ''),
          );
      }
    }
    const ports = mergePorts([...declared].flatMap(([port, plain]) => (plain ? [onePort(port)] : [])));
    known.set(subject, ports);
    return ports;
  };
}

/** The protocols that the mesh takes for opaque bytes; an undeclared one is detected, so that nothing is known of it. */
function isPlain(declared: string): boolean {
  return /^(tcp|tls|https|mongo|mysql|redis)(-|$)/i.test(declared);
}

function refusedPolicy(object: KubernetesObject, reason: string, root: string): UnsupportedPolicy {
  const { namespace, name } = object.meta;
  return {
    id: nameOf(object),
    kind: object.kind,
    ...(namespace === undefined || namespace === root ? {} : { namespace }),
    name,
    reason: `${reason}; the mesh refuses it, so it is not applied`,
    source: object.source,
    directions: ['ingress'],
    restrictsOnly: true,
  };
}
