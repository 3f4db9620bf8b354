// How deep in scope the pods behind an exposure are.
import type { PodId } from '../base/brand.ts';
import type { ScopeCategory } from '../records/scope-category.ts';
import { categoryOfService } from '../scope/category.ts';
import type { CaseFacts, ClusterFacts } from './check.ts';

/** The deepest category of some pods; undefined when none is in the export. */
export function categoryOfPods(
  facts: CaseFacts,
  cluster: ClusterFacts,
  pods: readonly PodId[],
): ScopeCategory | undefined {
  const { snapshot } = cluster.simulator;
  return categoryOfService(facts.scope, snapshot.cluster, { pods }, snapshot.pods);
}
