// A compiled policy set after a few policies changed: only those are compiled again and put in their places. What a change
// could touch beyond itself (tiers, sets of addresses, other dialects, names that stand twice) is left to a full compile.
import { compareBy } from '../base/order.ts';
import { groupOf, type KubernetesObject } from '../model/object.ts';
import { policyKindOf } from '../model/policy-kinds.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { hasHostEndpoints } from './calico/host-stages.ts';
import { comparePolicies, equalRuns } from './calico/tier.ts';
import { compilePolicies } from './compile.ts';
import type {
  CompiledPolicy,
  CompiledPolicySet,
  CompiledStage,
  Direction,
  UnsupportedPolicy,
} from './compiled.ts';
import { mayDisagree } from './equal-order.ts';

/** The new set, and every policy that left or came. */
export interface PolicyChange {
  readonly policies: CompiledPolicySet;
  readonly changed: readonly CompiledPolicy[];
  readonly open: readonly UnsupportedPolicy[];
}

/** Puts changed policies in place; undefined when all must be compiled anew. Both snapshots differ in policies alone. */
export function changePolicySet(
  set: CompiledPolicySet,
  before: ClusterSnapshot,
  after: ClusterSnapshot,
): PolicyChange | undefined {
  const known = new Set(before.policies);
  const kept = new Set(after.policies);
  const gone = before.policies.filter(object => !kept.has(object));
  const come = after.policies.filter(object => !known.has(object));
  const { profile } = set;
  const isPlain = profile.name === 'calico' || profile.name === 'kubernetes';
  if (!isPlain || set.gates !== undefined || set.decidesHost !== undefined) return undefined;
  if (hasHostEndpoints(after) || ![...gone, ...come].every(isSimple)) return undefined;
  if (standsTwice(gone, before) || standsTwice(come, after)) return undefined;
  const context = after.policies.filter(object => policyKindOf(object)?.decides !== true);
  const objects = after.objects.filter(({ kind }) => kind === 'EndpointSlice' || kind === 'Endpoints');
  const old = compilePolicies({ ...before, objects, policies: [...context, ...gone] }, profile);
  const young = compilePolicies({ ...after, objects, policies: [...context, ...come] }, profile);
  const sort = profile.calicoPolicies
    ? comparePolicies(profile)
    : compareBy<CompiledPolicy>(policy => policy.id);
  const ingress = replaceStages(set.ingress, old.ingress, young.ingress, sort);
  const egress = replaceStages(set.egress, old.egress, young.egress, sort);
  if (ingress === undefined || egress === undefined) return undefined;
  if (profile.calicoPolicies && profile.calicoTieBreak === 'unknown') {
    const names = new Set([...allOf(old), ...allOf(young)].map(policy => policy.id));
    if (meetsTie(ingress, set.ingress, names, 'ingress') || meetsTie(egress, set.egress, names, 'egress'))
      return undefined;
  }
  const left = leavers(set, old);
  const policies = {
    ...set,
    ingress,
    egress,
    unsupported: replaceOpen(set.unsupported, old.unsupported, young.unsupported),
    refused: replaceOpen(set.refused, old.refused, young.refused),
    ...(set.misplaced === undefined
      ? {}
      : { misplaced: replaceOpen(set.misplaced, old.misplaced ?? [], young.misplaced ?? []) }),
  };
  return {
    policies,
    changed: [...left.policies, ...allOf(young)],
    open: [...left.open, ...young.unsupported, ...young.refused],
  };
}

// Policies of the two plain dialects that stand alone; staged ones, tiers and sets are others' business.
function isSimple(object: KubernetesObject): boolean {
  const group = groupOf(object.apiVersion);
  if (group === 'projectcalico.org') return /^(Global)?NetworkPolicy$/.test(object.kind);
  return object.kind === 'NetworkPolicy' && group === 'networking.k8s.io';
}

function standsTwice(objects: readonly KubernetesObject[], snapshot: ClusterSnapshot): boolean {
  return objects.some(object => {
    const { name, namespace } = object.meta;
    const last = name.slice(name.lastIndexOf('.') + 1);
    return snapshot.policies.some(
      other =>
        other !== object &&
        other.meta.namespace === namespace &&
        (other.meta.name === name || other.meta.name.slice(other.meta.name.lastIndexOf('.') + 1) === last),
    );
  });
}

/** Whether a changed policy has the order of another one with which it may disagree, before or after. */
function meetsTie(
  after: readonly CompiledStage[],
  before: readonly CompiledStage[],
  changed: ReadonlySet<string>,
  direction: Direction,
): boolean {
  return [...after, ...before].some(stage =>
    equalRuns(stage.policies).some(
      run => run.some(policy => changed.has(policy.id)) && mayDisagree(run, direction),
    ),
  );
}

function allOf(set: CompiledPolicySet): readonly CompiledPolicy[] {
  return [...set.ingress, ...set.egress].flatMap(stage => stage.policies);
}

/** What leaves, as it stands in the set: compiled alike but not the same objects. */
function leavers(
  set: CompiledPolicySet,
  old: CompiledPolicySet,
): { readonly policies: readonly CompiledPolicy[]; readonly open: readonly UnsupportedPolicy[] } {
  const ids = new Set(allOf(old).map(policy => policy.id));
  const openIds = new Set([...old.unsupported, ...old.refused].map(policy => policy.id));
  return {
    policies: allOf(set).filter(policy => ids.has(policy.id)),
    open: [...set.unsupported, ...set.refused].filter(policy => openIds.has(policy.id)),
  };
}

// A stage that would come, go or stay empty changes how the others follow each other: not done here.
function replaceStages(
  stages: readonly CompiledStage[],
  old: readonly CompiledStage[],
  young: readonly CompiledStage[],
  sort: (a: CompiledPolicy, b: CompiledPolicy) => number,
): readonly CompiledStage[] | undefined {
  if (young.some(stage => !stages.some(one => one.id === stage.id))) return undefined;
  const made = stages.map(stage => {
    const gone = old.find(one => one.id === stage.id)?.policies ?? [];
    const come = young.find(one => one.id === stage.id)?.policies ?? [];
    if (gone.length === 0 && come.length === 0) return stage;
    const ids = new Set(gone.map(policy => policy.id));
    const rest = stage.policies.filter(policy => !ids.has(policy.id));
    return { ...stage, policies: come.reduce((list, policy) => inserted(list, policy, sort), rest) };
  });
  return made.some(stage => stage.policies.length === 0) ? undefined : made;
}

function inserted(
  list: readonly CompiledPolicy[],
  policy: CompiledPolicy,
  sort: (a: CompiledPolicy, b: CompiledPolicy) => number,
): CompiledPolicy[] {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = list[middle];
    if (other !== undefined && sort(other, policy) <= 0) low = middle + 1;
    else high = middle;
  }
  return [...list.slice(0, low), policy, ...list.slice(low)];
}

function replaceOpen(
  all: readonly UnsupportedPolicy[],
  old: readonly UnsupportedPolicy[],
  young: readonly UnsupportedPolicy[],
): readonly UnsupportedPolicy[] {
  const ids = new Set(old.map(policy => policy.id));
  return [...all.filter(policy => !ids.has(policy.id)), ...young].sort(
    compareBy(
      policy => policy.id,
      policy => policy.source.file,
      policy => policy.source.line,
    ),
  );
}
