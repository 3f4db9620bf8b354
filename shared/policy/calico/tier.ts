// Tiers and the order of policies in them (calico.md 3.2, 3.3). Unset order = last; ties by name of the tier, and among
// policies by internal key (until 3.31) or by name/namespace/kind (3.32 and later), as the engine profile says.
import { compareText } from '../../base/order.ts';
import { ProblemError } from '../../base/result.ts';
import type { SourceSpan } from '../../base/source.ts';
import type { KubernetesObject } from '../../model/object.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type {
  CompiledPolicy,
  CompiledStage,
  Direction,
  EngineProfile,
  UnsupportedPolicy,
} from '../compiled.ts';
import { mayDisagree, tieOf } from '../equal-order.ts';
import { isCalico } from './address-set.ts';
import { numberAt, objectAt, textAt } from './fields.ts';

/** A tier: where it stands and what happens at its end. */
export interface Tier {
  readonly name: string;
  /** `Infinity` = unset. */
  readonly order: number;
  readonly whenSelected: 'deny' | 'next';
  readonly source?: SourceSpan;
}

/** Order of Kubernetes policies in the tier `default`. */
export const KUBERNETES_ORDER = 1000;

/** The tiers of a cluster: exported ones and the built-in ones, which cannot be changed. */
export function readTiers(snapshot: ClusterSnapshot): {
  readonly tiers: ReadonlyMap<string, Tier>;
  readonly faults: readonly UnsupportedPolicy[];
} {
  const tiers = new Map<string, Tier>();
  const faults: UnsupportedPolicy[] = [];
  const fault = (object: KubernetesObject, reason: string): void => {
    const { name } = object.meta;
    tiers.delete(name);
    if (!faults.some(one => one.name === name))
      faults.push({ id: `Tier ${name}`, kind: 'Tier', name, reason, source: object.source });
  };
  for (const object of snapshot.policies.filter(some => some.kind === 'Tier' && isCalico(some))) {
    const { name } = object.meta;
    try {
      const spec = objectAt(object.body, 'spec', '') ?? {};
      const order = numberAt(spec, 'order', '/spec') ?? Infinity;
      const isPass = textAt(spec, 'defaultAction', '/spec') === 'Pass';
      const tier: Tier = { name, order, whenSelected: isPass ? 'next' : 'deny', source: object.source };
      const before = tiers.get(name);
      const isSame = before?.order === tier.order && before.whenSelected === tier.whenSelected;
      if (before !== undefined && !isSame) fault(object, TWICE);
      else if (!faults.some(one => one.name === name)) tiers.set(name, tier);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      fault(object, error.problem.message);
    }
  }
  for (const tier of BUILT_IN) tiers.set(tier.name, { ...tier, ...sourceOf(tiers.get(tier.name)) });
  return { tiers, faults };
}

const TWICE = 'given twice with different content: which one is in force cannot be told';

/** Whether the export can tell that a tier does not exist: a live export in which Tiers were asked for. */
export function areTiersComplete(snapshot: ClusterSnapshot): boolean {
  const { fromManifests, kinds } = snapshot.collection;
  const states = kinds.filter(kind => kind.kind === 'Tier').map(kind => kind.state);
  return (
    !fromManifests &&
    states.length > 0 &&
    states.every(state => state === 'present' || state === 'asked-none')
  );
}

/** Orders tiers. */
export function compareTiers(a: Tier, b: Tier): number {
  return compareNumbers(a.order, b.order) || compareText(a.name, b.name);
}

/** Orders policies of one tier; the last key makes the order total. */
export function comparePolicies(profile: EngineProfile): (a: CompiledPolicy, b: CompiledPolicy) => number {
  const key = profile.calicoTieBreak === 'name' ? nameKey : internalKey;
  return (a, b) =>
    compareNumbers(a.order ?? Infinity, b.order ?? Infinity) ||
    compareText(key(a), key(b)) ||
    compareText(a.id, b.id);
}

/** The policies of one direction as stages, a stage per tier in order. */
export function tierStages(
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
    policies: withUnknownTies(
      (byTier.get(tier.name) ?? []).sort(comparePolicies(profile)),
      direction,
      profile,
    ),
  }));
}

/** Runs of policies with equal order, in the order of a stage. */
export function equalRuns(policies: readonly CompiledPolicy[]): readonly (readonly CompiledPolicy[])[] {
  const runs: CompiledPolicy[][] = [];
  for (const policy of policies) {
    const run = runs.at(-1);
    if (run !== undefined && run[0]?.order === policy.order) run.push(policy);
    else runs.push([policy]);
  }
  return runs;
}

// Where the version is not known, policies that either tie-break orders otherwise leave open what they disagree about.
function withUnknownTies(
  sorted: readonly CompiledPolicy[],
  direction: Direction,
  profile: EngineProfile,
): readonly CompiledPolicy[] {
  if (profile.calicoTieBreak !== 'unknown') return sorted;
  const byName = comparePolicies({ ...profile, calicoTieBreak: 'name' });
  return equalRuns(sorted).flatMap(run => {
    const enforced = run.filter(policy => !policy.staged);
    if (!mayDisagree(enforced, direction)) return run;
    const other = [...enforced].sort(byName);
    return other.every((policy, at) => policy === enforced[at]) ? run : [tieOf(enforced, 'order'), ...run];
  });
}

/** Whether an object speaks of a tier by a name with the tier's prefix; both forms name the same policy. */
export function withoutTier(object: KubernetesObject, tier: string): string {
  const { name } = object.meta;
  return name.startsWith(`${tier}.`) ? name.slice(tier.length + 1) : name;
}

const BUILT_IN: readonly Tier[] = [
  { name: 'kube-admin', order: 1000, whenSelected: 'next' },
  { name: 'adminnetworkpolicy', order: 1000, whenSelected: 'next' },
  { name: 'default', order: 1_000_000, whenSelected: 'deny' },
  { name: 'kube-baseline', order: 10_000_000, whenSelected: 'next' },
  { name: 'baselineadminnetworkpolicy', order: 10_000_000, whenSelected: 'next' },
];

function sourceOf(exported: Tier | undefined): { source?: SourceSpan } {
  return exported?.source === undefined ? {} : { source: exported.source };
}

function compareNumbers(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function internalKey(policy: CompiledPolicy): string {
  const tier = policy.tier ?? 'default';
  const isKubernetes = !policy.id.includes('.projectcalico.org ') && policy.kind === 'NetworkPolicy';
  const plain = isKubernetes ? `knp.default.${policy.name}` : policy.name;
  const name = isKubernetes || plain.startsWith(`${tier}.`) ? plain : `${tier}.${plain}`;
  return policy.namespace === undefined ? name : `${policy.namespace}/${name}`;
}

function nameKey(policy: CompiledPolicy): string {
  return `${policy.name}/${policy.namespace ?? ''}/${policy.kind}`;
}
