// The case as most checks look at it: workloads with their scope decision and pods, in one order, named with their
// cluster only where there is more than one.
import { compareBy } from '../base/order.ts';
import type { Pod, Workload } from '../model/snapshot.ts';
import { isInScope } from '../scope/category.ts';
import { decisionOf, peerClassOf } from '../scope/peers.ts';
import type { ScopeDecision } from '../scope/scope.ts';
import type { CaseFacts, ClusterFacts } from './check.ts';

/** A workload of the case. */
export interface CaseWorkload {
  readonly facts: ClusterFacts;
  readonly workload: Workload;
  readonly decision: ScopeDecision;
  /** Its pods that are endpoints, or would be: finished ones are left out. */
  readonly pods: readonly Pod[];
  readonly name: string;
}

/** Clusters in order of their names. */
export function clustersOf(facts: CaseFacts): readonly ClusterFacts[] {
  return [...facts.clusters].sort(compareBy(cluster => cluster.simulator.snapshot.cluster));
}

/** A name, with its cluster where the case has several. */
export function nameIn(facts: CaseFacts, cluster: ClusterFacts, name: string): string {
  return facts.clusters.length > 1 ? `${cluster.simulator.snapshot.cluster}/${name}` : name;
}

/** A sentence, with its cluster where the case has several. */
export function sayOf(facts: CaseFacts, cluster: ClusterFacts, text: string): string {
  return facts.clusters.length > 1 ? `${cluster.simulator.snapshot.cluster}: ${text}` : text;
}

/** The workloads whose decision passes a test. */
export function workloadsOf(
  facts: CaseFacts,
  wanted: (decision: ScopeDecision) => boolean,
): readonly CaseWorkload[] {
  return clustersOf(facts).flatMap(cluster => {
    const { snapshot } = cluster.simulator;
    const pods = new Map(snapshot.pods.map(pod => [pod.id, pod]));
    return [...snapshot.workloads].sort(compareBy(workload => workload.id)).flatMap(workload => {
      const decision = decisionOf(facts.scope, snapshot.cluster, workload.id);
      if (decision === undefined || !wanted(decision)) return [];
      const own = workload.pods.flatMap(id => pods.get(id) ?? []).filter(pod => pod.live);
      return [{ facts: cluster, workload, decision, pods: own, name: nameIn(facts, cluster, workload.id) }];
    });
  });
}

/** The workloads of the CDE. */
export function cdeWorkloads(facts: CaseFacts): readonly CaseWorkload[] {
  return workloadsOf(facts, decision => decision.category === 'cde');
}

/** The part of the CDE that stands on a label, a mark or its rights, and not only on an open path to the rest. */
export function claimedCde(facts: CaseFacts): readonly CaseWorkload[] {
  return cdeWorkloads(facts).filter(
    ({ decision }) => peerClassOf(facts.scope, decision.cluster, decision.workload) === 'in-scope',
  );
}

/** Workloads in scope beside the CDE: connected, security-impacting, and those that nobody has shown to be outside. */
export function besideCde(facts: CaseFacts): readonly CaseWorkload[] {
  return workloadsOf(facts, ({ category }) => category !== 'cde' && isInScope(category));
}

/** Workloads of which no pod could be simulated: finished, not scheduled, or scaled to none. */
export function podlessGaps(items: readonly CaseWorkload[]): readonly string[] {
  return items
    .filter(item => item.pods.length === 0)
    .map(item => `${item.name} has no pod that could be examined`);
}

/** Whether the assessor marked a workload as a component that is authorised to offer public services (1.4.2). */
export function isPublicService(facts: CaseFacts, item: CaseWorkload): boolean {
  const marks = facts.engagement.scopeMarks.filter(
    mark =>
      mark.workload === item.workload.id &&
      (mark.cluster === undefined || mark.cluster === item.workload.cluster),
  );
  const latest = marks.reduce<(typeof marks)[number] | undefined>(
    (last, mark) => (last === undefined || last.at <= mark.at ? mark : last),
    undefined,
  );
  return latest?.role === 'public-service' || isJustified(facts, item.workload.id);
}

/** Whether a person recorded why one of these subjects is needed (1.2.5). */
export function isJustified(facts: CaseFacts, ...subjects: readonly string[]): boolean {
  return facts.engagement.justifications.some(record => subjects.includes(record.subject.trim()));
}
