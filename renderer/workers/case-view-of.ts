// Makes the plain view of a case that the window draws. Simulators and object bodies stay here.
import { compareText } from '../../shared/base/order.ts';
import { storedFiles, type Case } from '../../shared/engagement/run-case.ts';
import type { ClusterFacts } from '../../shared/checks/check.ts';
import { nameOf, type KubernetesObject } from '../../shared/model/object.ts';
import type { ClusterSnapshot, Pod, Workload } from '../../shared/model/snapshot.ts';
import type { CompiledPolicySet, Direction } from '../../shared/policy/compiled.ts';
import type { Isolation, Simulator } from '../../shared/verdict/verdict.ts';
import type { CaseView, ClusterView, Isolated, PolicyView, WorkloadView } from '../data/case-view.ts';

/** The view of a case. */
export function caseViewOf({ intake, clusters, facts, diagnostics }: Case): CaseView {
  return {
    files: intake.files,
    diagnostics,
    accountData: intake.accountData,
    exports: intake.exports,
    clusters: facts.clusters.map((cluster, at) => clusterView(cluster, clusters[at]?.flows)),
    digests: new Map(storedFiles(intake.files).map(file => [file.path, file.sha256])),
  };
}

function clusterView(facts: ClusterFacts, flows: Case['clusters'][number]['flows']): ClusterView {
  const { simulator } = facts;
  const { objects, policies, ...snapshot } = simulator.snapshot;
  const states = policyStates(simulator.policies);
  return {
    cluster: snapshot.cluster,
    snapshot,
    objects: objects.length,
    profile: simulator.profile,
    workloads: workloadViews(simulator),
    policies: policies.map(policy => policyView(policy, states)),
    ...(facts.replay === undefined ? {} : { replay: facts.replay }),
    ...(flows === undefined ? {} : { flows: { rows: flows.rows, lost: flows.lost, nodes: flows.nodes } }),
    auditEvents: facts.audit.length,
    benchmarkResults: facts.benchmarks.length,
  };
}

function workloadViews(simulator: Simulator): readonly WorkloadView[] {
  const { snapshot } = simulator;
  const pods = new Map<string, Pod[]>();
  for (const pod of snapshot.pods) {
    const known = pods.get(pod.workload);
    if (known === undefined) pods.set(pod.workload, [pod]);
    else known.push(pod);
  }
  return snapshot.workloads.map(workload => workloadView(simulator, workload, pods.get(workload.id) ?? []));
}

function workloadView(simulator: Simulator, workload: Workload, pods: readonly Pod[]): WorkloadView {
  const live = pods.filter(pod => pod.live);
  const ask = (direction: Direction): readonly Isolation[] =>
    live.map(pod => simulator.isolation(pod.id, direction));
  const ingress = ask('ingress');
  const egress = ask('egress');
  const policies = new Map(
    [...ingress, ...egress].flatMap(item => item.policies).map(item => [item.id, item]),
  );
  return {
    ...workload,
    ingress: isolatedOf(ingress),
    egress: isolatedOf(egress),
    policies: [...policies.values()].sort((a, b) => compareText(a.id, b.id)),
    services: servicesOf(simulator.snapshot, pods),
    nodes: [...new Set(pods.flatMap(pod => (pod.node === undefined ? [] : [pod.node])))].sort(compareText),
  };
}

/** Isolated only where what no rule allows really ends in deny; a pass to the default allow is open. */
function isolatedOf(pods: readonly Isolation[]): Isolated {
  if (pods.length === 0) return 'no-pods';
  const answers = pods.map(({ isolated, terminalDeny }) => {
    if (isolated === 'no' || terminalDeny === 'no') return 'no';
    return isolated === 'yes' && terminalDeny === 'yes' ? 'yes' : 'unknown';
  });
  const first = answers[0] ?? 'unknown';
  if (answers.every(answer => answer === first)) return first;
  return answers.includes('no') ? 'partly' : 'unknown';
}

function servicesOf(snapshot: ClusterSnapshot, pods: readonly Pod[]): readonly string[] {
  const ids = new Set(pods.map(pod => pod.id));
  return snapshot.services
    .filter(service => service.pods.some(pod => ids.has(pod)))
    .map(service => service.name)
    .sort(compareText);
}

type PolicyState = Pick<PolicyView, 'state' | 'reason'>;

/** What became of each policy, by the place it is written at. */
function policyStates(set: CompiledPolicySet): ReadonlyMap<string, PolicyState> {
  const states = new Map<string, PolicyState>();
  for (const stage of [...set.ingress, ...set.egress])
    for (const policy of stage.policies)
      states.set(placeOf(policy.source), { state: policy.staged ? 'staged' : 'enforced' });
  for (const policy of set.unsupported)
    states.set(placeOf(policy.source), { state: 'not-understood', reason: policy.reason });
  for (const policy of set.refused)
    states.set(placeOf(policy.source), { state: 'refused', reason: policy.reason });
  return states;
}

function policyView(policy: KubernetesObject, states: ReadonlyMap<string, PolicyState>): PolicyView {
  return {
    id: nameOf(policy),
    kind: policy.kind,
    apiVersion: policy.apiVersion,
    name: policy.meta.name,
    ...(policy.meta.namespace === undefined ? {} : { namespace: policy.meta.namespace }),
    ...(states.get(placeOf(policy.source)) ?? { state: 'supporting' }),
    source: policy.source,
  };
}

function placeOf(span: { readonly file: string; readonly line: number }): string {
  return `${span.file}:${span.line}`;
}
