// Policies of one tier with equal order that disagree (calico.md 3.2): only the tie-break between their names decides, and
// Calico changed it in 3.32. It names one pair of ends about which they disagree.
import type { CompiledPolicy, CompiledRule, Direction, Endpoint } from '../policy/compiled.ts';
import { equalRuns } from '../policy/calico/tier.ts';
import { mayDisagree, tieOf } from '../policy/equal-order.ts';
import type { Cluster } from './compiled-cluster.ts';
import type { PolicyProblem } from './policy-problem.ts';

/** The disagreements, one per pair of policies and direction. */
export function equalOrders(cluster: Cluster, ends: readonly Endpoint[]): readonly PolicyProblem[] {
  if (!cluster.profile.calicoPolicies) return [];
  return (['ingress', 'egress'] as const).flatMap(direction =>
    cluster.policies[direction]
      .filter(stage => stage.mode === 'ordered')
      .flatMap(stage =>
        equalRuns(stage.policies.filter(policy => !policy.staged && policy.implied !== true))
          .filter(run => mayDisagree(run, direction))
          .flatMap(run => disagreements(cluster, run, direction, ends)),
      ),
  );
}

function disagreements(
  cluster: Cluster,
  run: readonly CompiledPolicy[],
  direction: Direction,
  ends: readonly Endpoint[],
): readonly PolicyProblem[] {
  const found = new Map<string, PolicyProblem>();
  for (const subject of ends) {
    const selecting = run.filter(policy => policy.selects(subject) !== 'no');
    selecting.forEach((one, at) => {
      for (const other of selecting.slice(at + 1)) {
        const key = JSON.stringify([one.id, other.id]);
        if (found.has(key) || !mayDisagree([one, other], direction)) continue;
        const peer = firstConflict(one, other, subject, direction, ends);
        if (peer !== undefined) found.set(key, problemOf(cluster, one, other, direction, subject, peer));
      }
    });
  }
  return [...found.values()];
}

function problemOf(
  cluster: Cluster,
  one: CompiledPolicy,
  other: CompiledPolicy,
  direction: Direction,
  subject: Endpoint,
  peer: Endpoint,
): PolicyProblem {
  const [from, to] = direction === 'ingress' ? [peer, subject] : [subject, peer];
  const order = `has the same order ${one.order ?? '(unset)'} as ${other.id}`;
  return {
    code: 'policy.equal-order',
    policy: one.id,
    direction,
    text: `${order}, and they disagree, as about ${from.id} to ${to.id}: ${TIE_BREAK[cluster.profile.calicoTieBreak]}`,
    source: one.source,
  };
}

const TIE_BREAK = {
  key: 'this one comes first only by its key (Calico until 3.31; 3.32 sorts by name)',
  name: 'this one comes first only by its name (Calico since 3.32; earlier ones sort by key)',
  unknown: 'which comes first depends on the version of Calico where key and name differ',
} as const;

function firstConflict(
  one: CompiledPolicy,
  other: CompiledPolicy,
  subject: Endpoint,
  direction: Direction,
  ends: readonly Endpoint[],
): Endpoint | undefined {
  const tie = tieOf([one, other], 'order');
  const rules: readonly CompiledRule[] = direction === 'ingress' ? tie.ingressRules : tie.egressRules;
  return ends.find(
    peer => peer !== subject && rules.some(rule => rule.match(subject, peer, direction).truth !== 'no'),
  );
}
