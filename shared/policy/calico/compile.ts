// Compiles the Calico policies of a cluster, with its Kubernetes ones placed among them, to one ordered stage per tier
// (calico.md 3.1-3.6). Pods no tier decides for fall to the profile of their namespace, which allows both ways.
import { compareBy } from '../../base/order.ts';
import type { KubernetesObject } from '../../model/object.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type {
  CompiledPolicy,
  CompiledStage,
  Direction,
  EngineProfile,
  UnsupportedPolicy,
} from '../compiled.ts';
import { isCalico, readAddressSets } from './address-set.ts';
import { compilePolicy, touchOf, touchOfAny } from './compile-policy.ts';
import type { RuleContext } from './entity.ts';
import { readHostEndpoints } from './host-endpoints.ts';
import { hostStages, type HostStages } from './host-stages.ts';
import { knownOwners } from './labels.ts';
import type { CalicoPolicy } from './policy-object.ts';
import { readPolicies } from './read-policies.ts';
import { POLICY_KINDS, readOutline } from './read-policy.ts';
import { serviceTargets } from './service-targets.ts';
import { compileStagedKubernetes } from './staged-kubernetes.ts';
import { areTiersComplete, KUBERNETES_ORDER, readTiers, tierStages } from './tier.ts';

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
  /** What guards nodes, where any host endpoint does. */
  readonly hosts?: HostStages;
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
  const context: RuleContext = {
    profile,
    known,
    sets: addressSets.sets,
    services: serviceTargets(snapshot),
    hosts: readHostEndpoints(snapshot),
  };
  const { tiers, faults } = readTiers(snapshot);
  const read = readObjects(snapshot, context);
  const isComplete = areTiersComplete(snapshot);
  const lost = read.policies.filter(policy => !tiers.has(policy.tier));
  const isPlaced = ({ tier }: CalicoPolicy): boolean =>
    tiers.has(tier) || (isComplete && !faults.some(fault => fault.name === tier));
  const placeable = read.policies.filter(isPlaced);
  const compiled = placeable
    .filter(policy => policy.hostStage === 'normal')
    .map(policy => compilePolicy(policy, context));
  const kubernetes = networkPolicies.map(policy => ({ ...policy, tier: 'default', order: KUBERNETES_ORDER }));
  const all = [...compiled, ...read.staged, ...kubernetes, ...placed];
  const misplaced = lost.filter(policy => !isPlaced(policy)).map(policy => withoutPlace(policy, context));
  const setFaults = addressSets.faults.map(fault => named(faultOf(fault.object, fault.reason)));
  const unsupported = [...read.unsupported, ...misplaced, ...faults.map(named), ...setFaults];
  const hosts = hostStages(snapshot, context, placeable, [...unsupported, ...read.refused], tiers);
  const stagesOf = (direction: Direction): readonly CompiledStage[] => [
    ...(hosts?.before[direction] ?? []),
    ...tierStages(all, direction, tiers, profile),
    ...(hosts?.after[direction] ?? []),
  ];
  return {
    ingress: stagesOf('ingress'),
    egress: stagesOf('egress'),
    otherwise: 'allow',
    ...(hosts === undefined ? {} : { hosts }),
    unsupported: unsupported.sort(compareBy(policy => policy.id)),
    refused: [...read.refused].sort(compareBy(policy => policy.id)),
    misplaced: lost.filter(isPlaced).map(policy => faultOf(policy.object, noTier(policy))),
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
  for (const { object, others = [], reason, isUnsupported: isOpen } of faults) {
    // A live cluster took the object, so it does something there: what that is cannot be told.
    const touches = [object, ...others].map(one => touchOf(readOutline(one), context));
    const fault = { ...faultOf(object, reason), ...touchOfAny(touches) };
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

function withoutPlace(policy: CalicoPolicy, context: RuleContext): UnsupportedPolicy {
  const reason = `${noTier(policy)}: its place and default action cannot be told`;
  const directions = DIRECTIONS.filter(direction => policy.types[direction]);
  return { ...faultOf(policy.object, reason), ...touchOf({ ...policy, directions }, context) };
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
