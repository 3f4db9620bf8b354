// The mesh as a gate of its own: the proxy at the destination lets a TCP connection in, or does not, after the network
// plugin has (policy-semantics section 5). Order: mutual TLS, CUSTOM, DENY, then ALLOW; what goes around the proxy passes.
import { compareBy } from '../../base/order.ts';
import { nameOf, spanOf, type KubernetesObject } from '../../model/object.ts';
import { textAt } from '../../model/read.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type {
  CompiledGate,
  CompiledPolicy,
  CompiledRule,
  CompiledStage,
  Endpoint,
  PortRange,
  Truth,
  UnsupportedPolicy,
} from '../compiled.ts';
import { ALL_PORTS, allPortsOf, subtractPorts } from '../port-set.ts';
import { contextOf, type MeshContext } from './context.ts';
import { isMixed, matchAuthorization } from './match.ts';
import { isMember } from './mesh-membership.ts';
import { strictPolicies } from './mutual-tls.ts';
import { outline, type ReadPolicy } from './outline.ts';
import {
  isMeshPolicy,
  readAuthorization,
  readPeerAuthentication,
  type AuthorizationFacts,
  type AuthorizationRule,
  type PeerAuthenticationFacts,
  type Scope,
} from './read.ts';
import { rootNamespace } from './settings.ts';

/** The gate, absent where the cluster has neither mesh policies nor members that they could touch. */
export interface MeshGate {
  readonly gate?: CompiledGate;
  readonly refused: readonly UnsupportedPolicy[];
}

/** Compiles the mesh policies of a snapshot. */
export function meshGate(snapshot: ClusterSnapshot): MeshGate {
  const root = rootNamespace(snapshot);
  const { authorizations, authentications, unread } = readAll(snapshot);
  const refused = unread.map(({ object, reason }) => refusedPolicy(object, reason, root));
  if (authorizations.length + authentications.length === 0) return { refused };
  const context = contextOf(
    snapshot,
    authentications.map(({ facts }) => facts),
  );
  const broken = unread.map(({ object }) => object);
  const unreadModes = broken.filter(object => object.kind === 'PeerAuthentication');
  const allows = [
    ...policiesOf(authorizations, 'ALLOW', root, context),
    ...broken.filter(mayAllow).map(object => possibleAllow(object, root)),
  ];
  const stages: readonly CompiledStage[] = [
    { id: 'mesh: around the proxy', mode: 'ordered', whenSelected: 'next', policies: [AROUND] },
    stage('mesh: mutual TLS', strictPolicies(authentications, unreadModes, root)),
    stage('mesh: CUSTOM', policiesOf(authorizations, 'CUSTOM', root, context)),
    stage('mesh: DENY', policiesOf(authorizations, 'DENY', root, context)),
    { ...stage('mesh: ALLOW', allows), mode: 'union', whenSelected: 'deny' },
  ];
  const gate: CompiledGate = {
    id: 'mesh',
    ingress: stages.filter(one => one.policies.length > 0),
    egress: [],
    otherwise: 'allow',
  };
  return { gate, refused };
}

interface MeshPolicies {
  readonly authorizations: readonly ReadPolicy<AuthorizationFacts>[];
  readonly authentications: readonly ReadPolicy<PeerAuthenticationFacts>[];
  readonly unread: readonly { readonly object: KubernetesObject; readonly reason: string }[];
}

function readAll(snapshot: ClusterSnapshot): MeshPolicies {
  const authorizations: ReadPolicy<AuthorizationFacts>[] = [];
  const authentications: ReadPolicy<PeerAuthenticationFacts>[] = [];
  const unread: { readonly object: KubernetesObject; readonly reason: string }[] = [];
  for (const object of [...snapshot.policies].sort(compareBy(one => nameOf(one)))) {
    if (isMeshPolicy(object, 'AuthorizationPolicy')) {
      const facts = readAuthorization(object);
      if (facts.ok) authorizations.push({ object, facts: facts.value });
      else unread.push({ object, reason: facts.problem.message });
    }
    if (isMeshPolicy(object, 'PeerAuthentication')) {
      const facts = readPeerAuthentication(object);
      if (facts.ok) authentications.push({ object, facts: facts.value });
      else unread.push({ object, reason: facts.problem.message });
    }
  }
  return { authorizations, authentications, unread };
}

/** Whether a policy that cannot be read might be one that allows. */
function mayAllow(object: KubernetesObject): boolean {
  const action = textAt(object.body, 'spec', 'action') ?? 'ALLOW';
  return object.kind === 'AuthorizationPolicy' && !['DENY', 'CUSTOM', 'AUDIT'].includes(action);
}

/** In its place among the others: it may allow what they do not, and nothing that a deny refuses. */
function possibleAllow(object: KubernetesObject, root: string): CompiledPolicy {
  return {
    ...outline(object),
    staged: false,
    implied: true,
    ingressRules: [
      {
        index: 0,
        action: 'allow',
        source: object.source,
        match: () => ({ truth: 'unknown', text: 'the policy cannot be read' }),
      },
    ],
    selects: end => (isMember(end) !== 'no' && isNear(end, object, root) ? 'unknown' : 'no'),
  };
}

function isNear(end: Endpoint, object: KubernetesObject, root: string): boolean {
  return object.meta.namespace === root || object.meta.namespace === end.namespace;
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
        const around = (subject.mesh?.around ?? []).map(range => ({ protocol: 'TCP' as const, ...range }));
        const ports = [...subtractPorts(ALL_PORTS, TCP), ...around];
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

function policiesOf(
  all: readonly ReadPolicy<AuthorizationFacts>[],
  action: AuthorizationFacts['action'],
  root: string,
  context: MeshContext,
): readonly CompiledPolicy[] {
  return all
    .filter(({ facts }) => facts.action === action)
    .map(({ object, facts }) => ({
      ...outline(object),
      staged: facts.dryRun,
      ingressRules: facts.rules.flatMap((rule, index) =>
        matchesOf(rule, action, context).map((match): CompiledRule => ({
          index,
          action: action === 'ALLOW' ? 'allow' : 'deny',
          source: spanOf(object, `/spec/rules/${index}`),
          match,
        })),
      ),
      addresses: facts.rules.flatMap(rule =>
        [...(rule.from ?? []), rule.when].flat().flatMap(condition => condition.ranges),
      ),
      selects: (end: Endpoint) => inScope(end, object, facts.scope, root, context),
    }));
}

/** How a rule matches: in two parts where it may hold surely for some ports and perhaps for others. */
function matchesOf(
  rule: AuthorizationRule,
  action: AuthorizationFacts['action'],
  context: MeshContext,
): readonly CompiledRule['match'][] {
  // Where nothing reads requests, an allow that asks about one never matches, and a deny always does.
  const unread = action === 'ALLOW' ? 'no' : action === 'DENY' ? 'yes' : 'unknown';
  const part =
    (which: 'sure' | 'perhaps'): CompiledRule['match'] =>
    (subject, peer) => {
      const match = matchAuthorization(rule, { context, subject, peer, unread }, which);
      if (action !== 'CUSTOM' || match.truth === 'no') return match;
      return { ...match, truth: 'unknown', text: `an outside authoriser decides: ${match.text}` };
    };
  const [sure, perhaps] = [part('sure'), part('perhaps')];
  if (isMixed(rule)) return [sure, perhaps];
  return [
    (subject, peer, direction) => {
      const match = sure(subject, peer, direction);
      return match.truth === 'no' ? perhaps(subject, peer, direction) : match;
    },
  ];
}

/** Own namespace, or everywhere from the root namespace; a policy for a gateway or a service is not for pods at large. */
function inScope(
  end: Endpoint,
  object: KubernetesObject,
  scope: Scope,
  root: string,
  context: MeshContext,
): Truth {
  const member = isMember(end);
  if (member === 'no' || end.kind !== 'pod' || !isNear(end, object, root)) return 'no';
  if (scope.targets.length > 0) return targeted(end, scope.targets, context);
  return Object.entries(scope.labels).every(([key, value]) => end.labels[key] === value) ? member : 'no';
}

/** Which pods a service's or waypoint's policy reaches depends on the way the connection takes. */
function targeted(end: Endpoint, targets: Scope['targets'], context: MeshContext): Truth {
  if (targets.some(target => target.kind !== 'Gateway')) return 'unknown';
  const gateway = end.labels['gateway.networking.k8s.io/gateway-name'];
  if (targets.some(target => target.name === gateway)) return 'yes';
  return context.behindWaypoint(end) ? 'unknown' : 'no';
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
