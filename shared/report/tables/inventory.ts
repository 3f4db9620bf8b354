// The inventory: every workload with its scope category and basis, what runs in it and which policies isolate it, per
// direction. `unknown` stays `unknown`. The same facts are the JSON of `vouch inventory` (vouch.inventory/1).
import { compareBy, sortedUnique } from '../../base/order.ts';
import type { JsonObject } from '../../base/json.ts';
import type { ClusterSnapshot, Pod, Workload } from '../../model/snapshot.ts';
import type { Direction } from '../../policy/compiled.ts';
import type { ScopeBasis, ScopeDecision } from '../../scope/scope.ts';
import type { Simulator } from '../../verdict/verdict.ts';
import type { ReportInput } from '../report-input.ts';
import type { DataTable } from './table.ts';

/** What the inventory is made from. */
export type InventoryInput = Pick<ReportInput, 'clusters' | 'scope'>;

/** Tables of the inventory report. */
export function inventoryTables(input: InventoryInput): readonly DataTable[] {
  return [
    {
      name: 'inventory',
      columns: [
        'cluster',
        'id',
        'category',
        'decidedBy',
        'basis',
        'pods',
        'labels',
        'serviceAccount',
        'hostNetwork',
        'nodes',
        'images',
        'addresses',
        'ingressIsolated',
        'egressIsolated',
        'policies',
        'file',
        'line',
      ],
      rows: workloads(input).map(placed => {
        const { workload, decision } = placed;
        return {
          ...workloadFacts(placed),
          basis: (decision?.basis ?? []).map(item => item.text),
          pods: workload.pods.length,
          labels: Object.keys(workload.labels)
            .sort()
            .map(key => `${key}=${workload.labels[key] ?? ''}`),
          file: workload.source.file,
          line: workload.source.line,
        };
      }),
    },
  ];
}

/** The document of `vouch inventory`. */
export function inventoryJson(input: InventoryInput): JsonObject {
  const snapshots = input.clusters.map(({ simulator }) => simulator.snapshot);
  const inClusters = (items: (snapshot: ClusterSnapshot) => readonly object[]): readonly JsonObject[] =>
    snapshots.flatMap(snapshot => items(snapshot).map(item => ({ cluster: snapshot.cluster, ...item })));
  return {
    schema: 'vouch.inventory/1',
    claims: input.scope.claims,
    claimsAssumed: input.scope.claimsAssumed,
    workloads: workloads(input).map(workloadFacts),
    pods: inClusters(snapshot =>
      snapshot.pods.map(pod => ({
        id: pod.id,
        workload: pod.workload,
        labels: pod.labels,
        node: pod.node,
        addresses: pod.ips,
        serviceAccount: pod.serviceAccount,
        hostNetwork: pod.hostNetwork,
        live: pod.live,
        images: imagesOf([pod]),
      })),
    ),
    policyProblems: input.clusters.flatMap(({ simulator }) =>
      simulator.policyProblems().map(({ source, ...problem }) => ({
        cluster: simulator.snapshot.cluster,
        ...problem,
        file: source.file,
        line: source.line,
      })),
    ),
    services: inClusters(snapshot =>
      snapshot.services.map(service => ({
        id: `${service.namespace}/${service.name}`,
        type: service.type,
        ports: service.ports,
        addresses: [...service.clusterIps, ...service.externalIps, ...service.loadBalancer],
        pods: service.pods,
      })),
    ),
    namespaces: inClusters(snapshot =>
      snapshot.namespaces.map(({ name, labels, synthetic }) => ({ name, labels, exported: !synthetic })),
    ),
    serviceAccounts: inClusters(snapshot =>
      snapshot.serviceAccounts.map(({ namespace, name, labels }) => ({ id: `${namespace}/${name}`, labels })),
    ),
    nodes: inClusters(snapshot =>
      snapshot.nodes.map(({ name, labels, addresses, kubeletVersion }) => ({
        name,
        labels,
        addresses,
        kubeletVersion,
      })),
    ),
    scopeItems: input.scope.items.map(({ id, kind, text, source }) => ({
      id,
      kind,
      text,
      ...(source === undefined ? {} : { file: source.file, line: source.line }),
    })),
  };
}

/** A workload with what belongs to it. */
interface Placed {
  readonly simulator: Simulator;
  readonly workload: Workload;
  readonly pods: readonly Pod[];
  /** Absent where neither rule nor person decided. */
  readonly decision: ScopeDecision | undefined;
}

function workloads(input: InventoryInput): readonly Placed[] {
  const decisions = new Map(input.scope.decisions.map(item => [`${item.cluster}\n${item.workload}`, item]));
  return input.clusters
    .flatMap(({ simulator }) => {
      const pods = podsByWorkload(simulator.snapshot.pods);
      return simulator.snapshot.workloads.map(workload => ({
        simulator,
        workload,
        pods: pods.get(workload.id) ?? [],
        decision: decisions.get(`${workload.cluster}\n${workload.id}`),
      }));
    })
    .sort(
      compareBy(
        item => item.workload.cluster,
        item => item.workload.id,
      ),
    );
}

function podsByWorkload(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const groups = new Map<string, Pod[]>();
  for (const pod of pods) {
    const group = groups.get(pod.workload);
    if (group === undefined) groups.set(pod.workload, [pod]);
    else group.push(pod);
  }
  return groups;
}

function workloadFacts({ simulator, workload, pods, decision }: Placed): JsonObject {
  const live = pods.filter(pod => pod.live);
  return {
    id: workload.id,
    cluster: workload.cluster,
    category: decision?.category ?? 'undetermined',
    decidedBy: decision?.decidedBy ?? 'rule',
    basis: (decision?.basis ?? []).map(basisJson),
    pods: workload.pods,
    labels: workload.labels,
    serviceAccount: workload.serviceAccount,
    ingressIsolated: isolated(simulator, live, 'ingress'),
    egressIsolated: isolated(simulator, live, 'egress'),
    hostNetwork: workload.hostNetwork,
    policies: policiesOf(simulator, live),
    nodes: sortedUnique(pods.flatMap(pod => (pod.node === undefined ? [] : [pod.node]))),
    images: imagesOf(pods),
    addresses: sortedUnique(pods.flatMap(pod => pod.ips)),
  };
}

/** True only when every pod is isolated; false when any is not; else unknown. */
function isolated(simulator: Simulator, pods: readonly Pod[], direction: Direction): boolean | 'unknown' {
  const answers = pods.map(pod => simulator.isolation(pod.id, direction).isolated);
  if (answers.includes('no')) return false;
  return answers.length === 0 || answers.includes('unknown') ? 'unknown' : true;
}

function policiesOf(simulator: Simulator, pods: readonly Pod[]): readonly string[] {
  const directions: readonly Direction[] = ['ingress', 'egress'];
  return sortedUnique(
    pods.flatMap(pod =>
      directions.flatMap(direction =>
        simulator.isolation(pod.id, direction).policies.map(policy => policy.id),
      ),
    ),
  );
}

function imagesOf(pods: readonly Pod[]): readonly string[] {
  return sortedUnique(pods.flatMap(pod => pod.containers.map(container => container.image)));
}

function basisJson(basis: ScopeBasis): JsonObject {
  return {
    kind: basis.kind,
    text: basis.text,
    peer: basis.peer,
    file: basis.source?.file,
    line: basis.source?.line,
  };
}
