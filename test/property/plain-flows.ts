// Tables against a plain reading of the same policies, written apart from the product: outcome and rule must be the same.
import { PROFILES } from '../../shared/policy/profile.ts';
import { compileFor } from '../../shared/verdict/compiled-cluster.ts';
import { drawFacts } from '../bench/drawn-facts.ts';
import { countDifferences, drawFlows } from '../bench/drawn-flows.ts';
import { drawnSnapshot } from '../bench/drawn-objects.ts';

/** How many flows of a drawn cluster two plain evaluators decide otherwise. */
export function differencesFromPlain(seed: number, flows: number): number {
  const facts = drawFacts({ pods: 150, policies: 90, seed });
  const cluster = compileFor(drawnSnapshot(facts), PROFILES.calico);
  return countDifferences(cluster, facts, drawFlows(facts, { flows, seed }), flows);
}
