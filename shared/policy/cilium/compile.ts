// Compiles the Cilium policies of a cluster together with its Kubernetes ones: per direction one pool, in which any deny
// beats any allow and a selected end is closed for the rest, unless the policy leaves it open (policy-semantics section 4).
import { compareBy } from '../../base/order.ts';
import { groupOf, spanOf, type KubernetesObject } from '../../model/object.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type {
  CompiledPolicy,
  CompiledStage,
  Direction,
  Endpoint,
  EngineProfile,
  Truth,
  UnsupportedPolicy,
} from '../compiled.ts';
import { addressesOf } from './addresses.ts';
import { readContext, type CiliumContext } from './context.ts';
import { targetTest } from './factor.ts';
import { directionOf, type SpecFacts } from './facts.ts';
import { compileHostPolicy, outlineOf } from './outline.ts';
import { parseCiliumPolicy } from './parse.ts';
import { requirementsOf, withRequirements, type CiliumPolicy } from './requirements.ts';
import { compileCiliumRule, tellsNodesApart } from './rule.ts';
import { selectsSubject, type SelectorPlace } from './selector-truth.ts';
import { settingAssumptions } from './settings.ts';

/** What the Cilium dialect makes of a cluster. */
export interface CiliumStages {
  readonly ingress: readonly CompiledStage[];
  readonly egress: readonly CompiledStage[];
  readonly unsupported: readonly UnsupportedPolicy[];
  readonly refused: readonly UnsupportedPolicy[];
  readonly assumptions: readonly string[];
  /** Ends that rules tell apart by their node. */
  readonly byNode: 'hosts' | 'all' | undefined;
  /** Whether a host policy may decide about a node; absent when there is none. */
  decidesHost?(host: Endpoint): boolean;
  /** How a pod's own node gets in: always, unless a rule denies it, or only as rules allow. */
  localHost(pod: Endpoint, host: Endpoint): 'always' | 'unless-denied' | 'by-policy';
}

/** Compiles every Cilium policy; `networkPolicies` are the compiled Kubernetes ones. */
export function ciliumStages(
  snapshot: ClusterSnapshot,
  profile: EngineProfile,
  networkPolicies: readonly CompiledPolicy[],
): CiliumStages {
  const context = readContext(snapshot, profile);
  const { policies, hosts, refused, unsure, isPaired } = readPolicies(snapshot, context);
  const kubernetes = context.settings.kubernetesPolicies === 'no' ? [] : networkPolicies;
  const pooled = [
    ...withRequirements([...policies, ...kubernetes], requirementsOf(policies), context),
    ...closedByMode(context),
  ];
  const denying = pooled.filter(policy => policy.ingressRules.some(rule => rule.action === 'deny'));
  const { admitsLocalHost, hostFirewall } = context.settings;
  const hostPolicies = hostFirewall === 'no' ? [] : hosts;
  return {
    ingress: poolOf(pooled, 'ingress'),
    egress: poolOf(pooled, 'egress'),
    unsupported: [...hostPolicies, ...unsure, ...openNetworkPolicies(networkPolicies, context)],
    refused: [...refused, ...context.faults],
    assumptions: [
      ...settingAssumptions(context.settings),
      ...(hostFirewall === 'no' && hosts.length > 0
        ? ['host policies have no effect: cilium-config leaves the host firewall off']
        : []),
    ],
    byNode: isPaired ? 'all' : hostPolicies.length > 0 ? 'hosts' : undefined,
    ...(hostPolicies.length === 0
      ? {}
      : { decidesHost: host => hostPolicies.some(policy => policy.selects?.(host) !== 'no') }),
    localHost: (pod, host) => {
      if (admitsLocalHost !== 'yes') return admitsLocalHost === 'no' ? 'by-policy' : 'unless-denied';
      return denying.some(policy => mayDeny(policy, pod, host)) ? 'unless-denied' : 'always';
    },
  };
}

/** Whether an object is a policy of Cilium's. */
export function isCilium(object: KubernetesObject): boolean {
  return groupOf(object.apiVersion) === 'cilium.io' && KINDS.has(object.kind);
}

const KINDS = new Set(['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy']);

interface ReadPolicies {
  readonly policies: readonly CiliumPolicy[];
  readonly hosts: readonly UnsupportedPolicy[];
  readonly refused: readonly UnsupportedPolicy[];
  /** Those that this platform may or may not honour. */
  readonly unsure: readonly UnsupportedPolicy[];
  readonly isPaired: boolean;
}

function readPolicies(snapshot: ClusterSnapshot, context: CiliumContext): ReadPolicies {
  const policies: CiliumPolicy[] = [];
  const hosts: UnsupportedPolicy[] = [];
  const refused: UnsupportedPolicy[] = [];
  const unsure: UnsupportedPolicy[] = [];
  let isPaired = false;
  for (const object of snapshot.policies.filter(isCilium)) {
    const place = placeOf(object, context);
    const read = parseCiliumPolicy(object);
    if (!read.ok) {
      refused.push(outlineOf(object, read.problem.message, place, snapshot.nodes));
      continue;
    }
    for (const facts of read.value) {
      if (facts.rules.length === 0) continue;
      if (facts.subject.kind === 'pods' && context.settings.isDataplaneV2) {
        unsure.push(unsurePolicy(compilePolicy(object, facts, place, context)));
        continue;
      }
      if (facts.subject.kind === 'nodes') hosts.push(compileHostPolicy(object, facts, place, snapshot.nodes));
      else policies.push(compilePolicy(object, facts, place, context));
      isPaired ||= facts.rules.some(rule => tellsNodesApart(rule) && isAsked(rule.section, context));
    }
  }
  return { policies, hosts, refused, unsure, isPaired };
}

function unsurePolicy(policy: CiliumPolicy): UnsupportedPolicy {
  const { id, kind, namespace, name, source, target } = policy;
  return {
    id,
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    reason: `GKE Dataplane V2 honours ${kind} only where that was switched on: whether it is enforced is open`,
    source,
    directions: (['ingress', 'egress'] as const).filter(direction => policy[direction]),
    selects: endpoint => policy.selects(endpoint),
    ...(target === undefined ? {} : { target }),
  };
}

/** Rules that let the own node in are not asked where it gets in anyway. */
function isAsked(section: SpecFacts['rules'][number]['section'], context: CiliumContext): boolean {
  return section !== 'ingress' || context.settings.admitsLocalHost !== 'yes';
}

function placeOf(object: KubernetesObject, context: CiliumContext): SelectorPlace {
  const namespace = object.kind === 'CiliumNetworkPolicy' ? (object.meta.namespace ?? 'default') : undefined;
  return { settings: context.settings, ...(namespace === undefined ? {} : { namespace }) };
}

function compilePolicy(
  object: KubernetesObject,
  facts: SpecFacts,
  place: SelectorPlace,
  context: CiliumContext,
): CiliumPolicy {
  const { namespace } = place;
  const id = policyId(object, facts.pointer);
  const selects = remembered(endpoint =>
    endpoint.kind === 'pod' ? selectsSubject(facts.subject.selector, endpoint, place) : 'no',
  );
  const target = targetTest(
    `${object.source.file}:${object.source.line} ${id}`,
    facts.subject.selector,
    place,
    selects,
  );
  const rulesOf = (direction: Direction): CompiledPolicy['ingressRules'] =>
    facts.rules
      .filter(rule => directionOf(rule.section) === direction)
      .flatMap(rule => compileCiliumRule(rule, object, facts.pointer, place, context, target));
  const leavesOpen = (['ingress', 'egress'] as const).filter(direction => !facts.closes[direction]);
  return {
    id,
    kind: object.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name: object.meta.name,
    staged: false,
    ingress: facts.acts.ingress,
    egress: facts.acts.egress,
    ingressRules: rulesOf('ingress'),
    egressRules: rulesOf('egress'),
    addresses: facts.rules.flatMap(rule => addressesOf(rule, context)),
    source: facts.pointer === '/spec' ? object.source : spanOf(object, facts.pointer),
    ...(leavesOpen.length === 0 ? {} : { leavesOpen }),
    selects,
    target,
    facts,
    place,
  };
}

/** `Kind ns/name`; items of `specs` are policies of their own. */
function policyId(object: KubernetesObject, pointer: string): string {
  const item = pointer === '/spec' ? '' : ` ${pointer.slice(1).replace(/\/(\d+)$/, '[$1]')}`;
  const place = object.kind === 'CiliumNetworkPolicy' ? `${object.meta.namespace ?? 'default'}/` : '';
  return `${object.kind} ${place}${object.meta.name}${item}`;
}

function remembered(ask: (endpoint: Endpoint) => Truth): (endpoint: Endpoint) => Truth {
  const kept = new WeakMap<Endpoint, Truth>();
  return endpoint => {
    const before = kept.get(endpoint);
    if (before !== undefined) return before;
    const truth = ask(endpoint);
    kept.set(endpoint, truth);
    return truth;
  };
}

function poolOf(policies: readonly CompiledPolicy[], direction: Direction): readonly CompiledStage[] {
  const having = policies.filter(policy => policy[direction]).sort(compareBy(policy => policy.id));
  if (having.length === 0) return [];
  const id = having.every(policy => policy.kind === 'NetworkPolicy') ? 'NetworkPolicy' : 'Cilium';
  return [{ id, mode: 'pool', whenSelected: 'deny', policies: having }];
}

/** With enforcement `always` every pod is closed, whether a policy selects it or not. */
function closedByMode({ settings }: CiliumContext): readonly CompiledPolicy[] {
  if (settings.mode !== 'always' || settings.source === undefined) return [];
  return [
    {
      id: 'ConfigMap cilium-config enable-policy=always',
      kind: 'ConfigMap',
      name: 'cilium-config',
      staged: false,
      ingress: true,
      egress: true,
      ingressRules: [],
      egressRules: [],
      source: settings.source,
      selects: endpoint => (endpoint.kind === 'pod' ? 'yes' : 'no'),
    },
  ];
}

/** Where the agents disagree about Kubernetes policies, whatever those select is open. */
function openNetworkPolicies(
  networkPolicies: readonly CompiledPolicy[],
  { settings }: CiliumContext,
): readonly UnsupportedPolicy[] {
  if (settings.kubernetesPolicies !== 'unknown') return [];
  return networkPolicies.map(policy => ({
    id: policy.id,
    kind: policy.kind,
    ...(policy.namespace === undefined ? {} : { namespace: policy.namespace }),
    name: policy.name,
    reason: 'cilium-config does not tell in one way whether Kubernetes policies are enforced',
    source: policy.source,
    selects: endpoint => policy.selects(endpoint),
  }));
}

function mayDeny(policy: CompiledPolicy, pod: Endpoint, host: Endpoint): boolean {
  if (policy.selects(pod) === 'no') return false;
  return policy.ingressRules.some(
    rule => rule.action === 'deny' && rule.match(pod, host, 'ingress').truth !== 'no',
  );
}
