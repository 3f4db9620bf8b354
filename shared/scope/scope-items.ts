// What a person has to look at before scope is settled, found in one cluster: labels that drift or disagree, host-network
// pods beside the CDE, nodes that the CDE shares, names that the export lacks.
import { compareText } from '../base/order.ts';
import type { ClusterSnapshot, Pod } from '../model/snapshot.ts';
import type { Claims } from './claims.ts';
import { count, listNames } from './words.ts';
import type { ScopeDecision, ScopeItem } from './scope.ts';

/** The items of a cluster. */
export function findItems(
  snapshot: ClusterSnapshot,
  decisions: readonly ScopeDecision[],
  claims: Claims,
): readonly ScopeItem[] {
  const cde = new Set(
    decisions
      .filter(decision => decision.cluster === snapshot.cluster && decision.category === 'cde')
      .map(decision => decision.workload),
  );
  return [
    ...claims.items,
    ...hostNetworkItems(snapshot, cde),
    ...sharedNodeItems(snapshot, cde),
    ...missingItems(snapshot),
  ];
}

function hostNetworkItems(snapshot: ClusterSnapshot, cde: ReadonlySet<string>): readonly ScopeItem[] {
  const namespaces = new Set(
    snapshot.workloads.filter(workload => cde.has(workload.id)).map(workload => workload.namespace),
  );
  return snapshot.workloads
    .filter(workload => workload.hostNetwork && (cde.has(workload.id) || namespaces.has(workload.namespace)))
    .map(workload => ({
      id: `host-network:${snapshot.cluster}:${workload.id}`,
      kind: 'host-network',
      text: `${workload.id} uses the network of its node in the CDE namespace ${workload.namespace}: policies for pods do not protect it`,
      source: workload.source,
    }));
}

function sharedNodeItems(snapshot: ClusterSnapshot, cde: ReadonlySet<string>): readonly ScopeItem[] {
  const byNode = new Map<string, { inside: Pod[]; beside: Pod[] }>();
  for (const pod of snapshot.pods) {
    if (pod.node === undefined || !pod.live) continue;
    const on = byNode.get(pod.node) ?? { inside: [], beside: [] };
    (cde.has(pod.workload) ? on.inside : on.beside).push(pod);
    byNode.set(pod.node, on);
  }
  return [...byNode]
    .sort((a, b) => compareText(a[0], b[0]))
    .flatMap(([name, { inside, beside }]) => {
      const first = inside[0];
      if (first === undefined) return [];
      const source = snapshot.nodes.find(node => node.name === name)?.source ?? first.source;
      const shared =
        beside.length === 0
          ? 'no other pod of the export runs on it'
          : `${count(beside.length, 'other pod')} ${beside.length === 1 ? 'shares' : 'share'} its kernel: ${listNames(beside.map(pod => pod.id))}`;
      return [
        {
          id: `shared-node:${snapshot.cluster}:${name}`,
          kind: 'shared-node' as const,
          text: `Node ${name} runs ${count(inside.length, 'CDE pod')} (${listNames(inside.map(pod => pod.id))}) and is security-impacting; ${shared}`,
          source,
        },
      ];
    });
}

function missingItems(snapshot: ClusterSnapshot): readonly ScopeItem[] {
  return snapshot.collection.missing.map(missing => ({
    id: `missing-name:${snapshot.cluster}:${missing.kind}:${missing.name}`,
    kind: 'missing-name',
    text: `${missing.kind} ${missing.name} is mentioned (${missing.mentionedBy}) but not in the export`,
    source: missing.source,
  }));
}
