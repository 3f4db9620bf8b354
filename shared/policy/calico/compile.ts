// Compiles the Calico policies of a cluster, with its Kubernetes ones placed among them, to one ordered stage per tier
// (calico.md 3.1-3.6). Pods no tier decides for fall to the profile of their namespace, which allows both ways.
import { compareBy } from '../../base/order.ts';
import type { AddressRange } from '../../base/address.ts';
import type { KubernetesObject } from '../../model/object.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type {
  CompiledPolicy,
  CompiledStage,
  Direction,
  Endpoint,
  EndTest,
  EngineProfile,
  Truth,
  UnsupportedPolicy,
} from '../compiled.ts';
import { isCalico, readAddressSets } from './address-set.ts';
import { isWorkload, selectsEnd, type RuleContext } from './entity.ts';
import { knownOwners, selectorTruth } from './labels.ts';
import { targetTest } from './factor.ts';
import type { CalicoPolicy, CalicoRule } from './policy-object.ts';
import { readPolicies } from './read-policies.ts';
import { POLICY_KINDS, readOutline, type PolicyOutline } from './read-policy.ts';
import { compileRule } from './rule.ts';
import type { Selector } from './selector.ts';
import { serviceTargets } from './service-targets.ts';
import { compileStagedKubernetes } from './staged-kubernetes.ts';
import {
  areTiersComplete,
  comparePolicies,
  compareTiers,
  KUBERNETES_ORDER,
  readTiers,
  type Tier,
} from './tier.ts';

/** What the Calico dialect makes of a cluster. */
export interface CalicoStages {
  readonly ingress: readonly CompiledStage[];
  readonly egress: readonly CompiledStage[];
  /** Pods fall to profile `kns.<namespace>`, which allows. */
  readonly otherwise: 'allow' | 'deny';
  readonly unsupported: readonly UnsupportedPolicy[];
  readonly refused: readonly UnsupportedPolicy[];
  /** Policies that are applied but look wrong: they name a tier that does not exist. */
  readonly misplaced: readonly UnsupportedPolicy[];
}

/** Compiles every Calico policy; `networkPolicies` are the compiled Kubernetes ones, `placed` those with a tier of their own. */
export function calicoStages(
  snapshot: ClusterSnapshot,
  profile: EngineProfile,
  networkPolicies: readonly CompiledPolicy[],
  placed: readonly CompiledPolicy[] = [],
): CalicoStages {
  const known = knownOwners(snapshot);
  const addressSets = readAddressSets(snapshot, known);
  const context: RuleContext = { profile, known, sets: addressSets.sets, services: serviceTargets(snapshot) };
  const { tiers, faults } = readTiers(snapshot);
  const read = readObjects(snapshot, context);
  const isComplete = areTiersComplete(snapshot);
  const lost = read.policies.filter(policy => !tiers.has(policy.tier));
  const compiled = read.policies
    .filter(policy => !policy.hostOnly && (tiers.has(policy.tier) || isComplete))
    .map(policy => compilePolicy(policy, context));
  const kubernetes = networkPolicies.map(policy => ({ ...policy, tier: 'default', order: KUBERNETES_ORDER }));
  const all = [...compiled, ...read.staged, ...kubernetes, ...placed];
  const misplaced = isComplete ? [] : lost.map(policy => withoutPlace(policy, context));
  const setFaults = addressSets.faults.map(fault => named(faultOf(fault.object, fault.reason)));
  return {
    ingress: stagesOf(all, 'ingress', tiers, profile),
    egress: stagesOf(all, 'egress', tiers, profile),
    otherwise: 'allow',
    unsupported: [...read.unsupported, ...misplaced, ...faults.map(named), ...setFaults].sort(
      compareBy(policy => policy.id),
    ),
    refused: [...read.refused].sort(compareBy(policy => policy.id)),
    misplaced: isComplete ? lost.map(policy => faultOf(policy.object, noTier(policy))) : [],
  };
}

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

interface ReadObjects {
  readonly policies: readonly CalicoPolicy[];
  readonly staged: readonly CompiledPolicy[];
  readonly unsupported: readonly UnsupportedPolicy[];
  readonly refused: readonly UnsupportedPolicy[];
}

// Kinds of the group that decide nothing for pods by themselves; every other unknown kind is named.
const READ_ELSEWHERE = new Set(['Tier', 'NetworkSet', 'GlobalNetworkSet', 'HostEndpoint', 'Profile']);

function readObjects(snapshot: ClusterSnapshot, context: RuleContext): ReadObjects {
  const { policies, faults } = readPolicies(snapshot);
  const unsupported: UnsupportedPolicy[] = [];
  const refused: UnsupportedPolicy[] = [];
  for (const { object, reason, isUnsupported: isOpen } of faults) {
    // A live cluster took the object, so it does something there: what that is cannot be told.
    const fault = { ...faultOf(object, reason), ...touchOf(readOutline(object), context) };
    if (!isOpen && object.fromManifest) refused.push(fault);
    else unsupported.push(fault);
  }
  const staged: CompiledPolicy[] = [];
  for (const object of snapshot.policies.filter(isCalico)) {
    if (object.kind === 'StagedKubernetesNetworkPolicy') staged.push(compileStagedKubernetes(object));
    else if (!POLICY_KINDS.has(object.kind) && !READ_ELSEWHERE.has(object.kind))
      unsupported.push(faultOf(object, `kind ${object.kind} is not understood`));
  }
  return { policies, staged, unsupported, refused };
}

function compilePolicy(policy: CalicoPolicy, context: RuleContext): CompiledPolicy {
  const compile = (rules: readonly CalicoRule[], direction: Direction): CompiledPolicy['ingressRules'] =>
    rules.map(rule => compileRule(rule, direction, context));
  return {
    id: policy.id,
    kind: policy.kind,
    ...(policy.namespace === undefined ? {} : { namespace: policy.namespace }),
    name: policy.name,
    tier: policy.tier,
    ...(policy.order === undefined ? {} : { order: policy.order }),
    staged: policy.stagedAction !== undefined,
    ingress: policy.types.ingress,
    egress: policy.types.egress,
    ingressRules: compile(policy.rules.ingress, 'ingress'),
    egressRules: compile(policy.rules.egress, 'egress'),
    addresses: addressesIn(policy, context),
    source: policy.object.source,
    ...requireSelects(policy.selector, context),
  };
}

function requireSelects(
  selector: Selector,
  context: RuleContext,
): { readonly selects: (endpoint: Endpoint) => Truth; readonly target: EndTest } {
  const kept = new WeakMap<Endpoint, Truth>();
  const ask = (endpoint: Endpoint): Truth => {
    const isSubject = isWorkload(endpoint, context.profile) || endpoint.kind === 'host-endpoint';
    return isSubject ? selectsEnd(selector, endpoint, context) : 'no';
  };
  const selects = (endpoint: Endpoint): Truth => {
    const before = kept.get(endpoint);
    if (before !== undefined) return before;
    const truth = ask(endpoint);
    kept.set(endpoint, truth);
    return truth;
  };
  return { selects, target: targetTest(selector, ask) };
}

function touchOf(
  outline: PolicyOutline,
  context: RuleContext,
): Pick<UnsupportedPolicy, 'selects' | 'target' | 'directions'> {
  const { selector, directions = DIRECTIONS, hostOnly } = outline;
  return {
    directions: hostOnly ? [] : directions,
    ...(selector === undefined ? {} : requireSelects(selector, context)),
  };
}

// Ranges that the rules tell apart: nets of both sides, and the sets that their selectors pick.
function addressesIn(policy: CalicoPolicy, context: RuleContext): readonly AddressRange[] {
  const ranges: AddressRange[] = [];
  for (const rule of [...policy.rules.ingress, ...policy.rules.egress]) {
    for (const entity of [rule.source, rule.destination]) {
      ranges.push(...entity.nets, ...entity.notNets);
      for (const selector of [entity.selector, entity.notSelector]) {
        if (selector === undefined) continue;
        for (const set of context.sets)
          if (selectorTruth(selector, set.labels) !== 'no') ranges.push(...set.ranges);
      }
    }
  }
  return ranges;
}

function stagesOf(
  policies: readonly CompiledPolicy[],
  direction: Direction,
  tiers: ReadonlyMap<string, Tier>,
  profile: EngineProfile,
): readonly CompiledStage[] {
  const byTier = new Map<string, CompiledPolicy[]>();
  for (const policy of policies.filter(some => some[direction])) {
    const tier = byTier.get(policy.tier ?? 'default') ?? [];
    byTier.set(policy.tier ?? 'default', tier);
    tier.push(policy);
  }
  // A tier that does not exist stands after all that do and ends in deny.
  const used = [...byTier.keys()].map(
    name => tiers.get(name) ?? { name, order: Infinity, whenSelected: 'deny' as const },
  );
  const inOrder = used.sort(
    (a, b) => Number(!tiers.has(a.name)) - Number(!tiers.has(b.name)) || compareTiers(a, b),
  );
  return inOrder.map(tier => ({
    id: `tier ${tier.name}`,
    mode: 'ordered' as const,
    whenSelected: tier.whenSelected,
    policies: (byTier.get(tier.name) ?? []).sort(comparePolicies(profile)),
  }));
}

function withoutPlace(policy: CalicoPolicy, context: RuleContext): UnsupportedPolicy {
  const reason = `${noTier(policy)}: its place and default action cannot be told`;
  const directions = DIRECTIONS.filter(direction => policy.types[direction]);
  return { ...faultOf(policy.object, reason), directions, ...requireSelects(policy.selector, context) };
}

// Named for the reader, while what it leaves open is told by the rules or policies that depend on it.
function named(fault: UnsupportedPolicy): UnsupportedPolicy {
  return { ...fault, directions: [] };
}

function noTier(policy: CalicoPolicy): string {
  return `tier ${policy.tier} is not in the export`;
}

function faultOf(object: KubernetesObject, reason: string): UnsupportedPolicy {
  const { name, namespace } = object.meta;
  const kind = object.kind === 'NetworkPolicy' ? 'NetworkPolicy.projectcalico.org' : object.kind;
  return {
    id: `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`,
    kind: object.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    reason,
    source: object.source,
  };
}
