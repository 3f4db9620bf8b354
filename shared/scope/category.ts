// The order of scope categories and what follows for groups: a Namespace or Service is as deep in scope as its deepest
// member. In scope until shown otherwise: only `out-of-scope` is outside.
import type { ClusterId, PodId } from '../base/brand.ts';
import type { ScopeCategory } from '../records/scope-category.ts';
import type { ScopeMap } from './scope.ts';

const RANK: Readonly<Record<ScopeCategory, number>> = {
  'out-of-scope': 0,
  undetermined: 1,
  connected: 2,
  'security-impacting': 3,
  cde: 4,
};

/** A number that grows with the depth of scope: out-of-scope 0, CDE 4. */
export function rankOfCategory(category: ScopeCategory): number {
  return RANK[category];
}

/** The deepest of some categories; undefined of none. */
export function deepestCategory(categories: Iterable<ScopeCategory>): ScopeCategory | undefined {
  let deepest: ScopeCategory | undefined;
  for (const category of categories)
    if (deepest === undefined || RANK[category] > RANK[deepest]) deepest = category;
  return deepest;
}

/** Whether a category counts as in scope: everything that nobody has shown to be outside. */
export function isInScope(category: ScopeCategory): boolean {
  return category !== 'out-of-scope';
}

/** The category of a Namespace: that of its deepest workload; undefined when it has none. */
export function categoryOfNamespace(
  scope: ScopeMap,
  cluster: ClusterId,
  namespace: string,
): ScopeCategory | undefined {
  return deepestCategory(
    scope.decisions
      .filter(decision => decision.cluster === cluster && decision.workload.startsWith(`${namespace}/`))
      .map(decision => decision.category),
  );
}

/** The category of a Service: that of the deepest workload behind it; undefined when it leads to no pod. */
export function categoryOfService(
  scope: ScopeMap,
  cluster: ClusterId,
  service: { readonly pods: readonly PodId[] },
  pods: readonly { readonly id: PodId; readonly workload: string }[],
): ScopeCategory | undefined {
  const behind = new Set(pods.filter(pod => service.pods.includes(pod.id)).map(pod => pod.workload));
  return deepestCategory(
    scope.decisions
      .filter(decision => decision.cluster === cluster && behind.has(decision.workload))
      .map(decision => decision.category),
  );
}
