// When "nothing connects" may be said (PCI notes section 6, point 5): only over a complete rule set of all clusters, with
// its assumptions listed. And what, outside the policies of the export, could still isolate a pod.
import { compareText } from '../base/order.ts';
import { printSpan, type SourceSpan } from '../base/source.ts';
import { groupOf, nameOf } from '../model/object.ts';
import { namesPolicy, POLICY_KINDS } from '../model/policy-kinds.ts';
import type { Pod } from '../model/snapshot.ts';
import { exportGaps, uncollectedPolicyKinds } from '../scope/export-gaps.ts';
import { clustersOf, sayOf } from './case-view.ts';
import type { CaseFacts, ClusterFacts } from './check.ts';

/** What keeps every check of segmentation from passing, in sentences. */
export function segmentationGaps(facts: CaseFacts): readonly string[] {
  return clustersOf(facts).flatMap(cluster =>
    exportGaps(cluster.simulator).map(gap =>
      sayOf(facts, cluster, gap.source === undefined ? gap.text : `${gap.text} (${printSpan(gap.source)})`),
    ),
  );
}

/** What keeps a list of objects from being complete. */
export function listingGaps(facts: CaseFacts): readonly string[] {
  return clustersOf(facts).flatMap(cluster =>
    exportGaps(cluster.simulator)
      .filter(gap => LISTING.has(gap.kind))
      .map(gap => sayOf(facts, cluster, gap.text)),
  );
}

const LISTING = new Set(['forbidden', 'namespaces', 'missing-names', 'pods', 'manifests']);

/** What a statement about segmentation rests on, whatever was found. */
export function segmentationAssumptions(facts: CaseFacts): readonly string[] {
  return [
    'Controls outside the cluster (routers, cloud security groups, load balancers) are not seen',
    'The export shows one moment; it does not show a period',
    'Processes of a node always reach the pods of that node',
    ...clustersOf(facts).flatMap(cluster =>
      cluster.simulator.profile.evidence.map(item => sayOf(facts, cluster, item.text)),
    ),
  ];
}

/** Why the absence of policies for a pod is not proof that nothing isolates it; empty when it is proof enough. */
export function otherIsolation(cluster: ClusterFacts, pod: Pod): readonly string[] {
  const { snapshot } = cluster.simulator;
  const uncollected = uncollectedPolicyKinds(snapshot)
    .filter(entry => namesPolicy(entry.kind) || decides(entry.group, entry.kind))
    // A kind that is asked for by namespace speaks of its own namespace alone.
    .filter(entry => entry.notAskedIn === undefined || entry.notAskedIn.includes(pod.namespace))
    .map(entry => `${entry.kind} of ${entry.group} was not collected and could isolate it`);
  const outside = outsideControls(cluster, pod).map(control => `${control.text} could isolate it`);
  return [...uncollected, ...outside];
}

/** Controls that are not simulated and touch a pod: authorisation of other meshes, security groups for pods. */
export function outsideControls(
  cluster: ClusterFacts,
  pod: Pod,
): readonly { readonly text: string; readonly source: SourceSpan }[] {
  const own = pod.annotations['vpc.amazonaws.com/pod-eni'];
  const onPod =
    own === undefined
      ? []
      : [{ text: `a cloud security group (annotation of pod ${pod.id})`, source: pod.source }];
  const objects = cluster.simulator.snapshot.objects
    .filter(object =>
      CONTROLS.some(([group, kind]) => groupOf(object.apiVersion) === group && object.kind === kind),
    )
    .filter(
      object => object.meta.namespace === pod.namespace || ROOT_NAMESPACES.has(object.meta.namespace ?? ''),
    )
    .map(object => ({ text: nameOf(object), source: object.source }));
  return [...onPod, ...objects].sort((a, b) => compareText(a.text, b.text));
}

const CONTROLS: readonly (readonly [group: string, kind: string])[] = [
  ['policy.linkerd.io', 'AuthorizationPolicy'],
  ['policy.linkerd.io', 'ServerAuthorization'],
  ['vpcresources.k8s.aws', 'SecurityGroupPolicy'],
];
const ROOT_NAMESPACES = new Set(['']);

function decides(group: string, kind: string): boolean {
  return POLICY_KINDS.some(known => known.group === group && known.kind === kind && known.decides);
}
