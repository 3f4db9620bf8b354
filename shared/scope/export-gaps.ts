// What an export of a cluster lacks for statements about what cannot connect (PCI notes 4.2 step 9 and section 6, intake
// notes section 4): kinds not collected, refused, or not simulated, names that are missing, enforcement that is not shown.
import type { SourceSpan } from '../base/source.ts';
import { sortedUnique } from '../base/order.ts';
import { namesPolicy, POLICY_KINDS } from '../model/policy-kinds.ts';
import type { ClusterSnapshot, KindCollection } from '../model/snapshot.ts';
import type { Endpoint, UnsupportedPolicy } from '../policy/compiled.ts';
import type { Simulator } from '../verdict/verdict.ts';
import { count, listNames } from './words.ts';

/** One thing that is not known, with the place that shows it where there is one. */
export interface ExportGap {
  readonly kind:
    | 'served-kinds'
    | 'policy-kind'
    | 'forbidden'
    | 'namespaces'
    | 'missing-names'
    | 'pods'
    | 'enforcement'
    | 'manifests'
    | 'networks'
    | 'unsupported';
  readonly text: string;
  readonly source?: SourceSpan;
}

/** All gaps of one cluster, in a fixed order; unsupported policies count when they could touch one of `ends` (default: any pod). */
export function exportGaps(simulator: Simulator, ends?: readonly Endpoint[]): readonly ExportGap[] {
  const { snapshot } = simulator;
  return [
    ...servedGaps(snapshot),
    ...policyKindGaps(snapshot),
    ...forbiddenGaps(snapshot),
    ...namespaceGaps(snapshot),
    ...missingGaps(snapshot),
    ...liveGaps(snapshot),
    ...enforcementGaps(simulator),
    ...networkGaps(simulator),
    ...unsupportedGaps(simulator, ends),
  ];
}

/** Policy kinds that the cluster is known to serve and that are not in the export: any of them could isolate a pod. */
export function uncollectedPolicyKinds(snapshot: ClusterSnapshot): readonly KindCollection[] {
  return snapshot.collection.kinds.filter(
    entry =>
      isPolicyKind(entry) &&
      ((entry.state !== 'present' && entry.state !== 'asked-none') || entry.notAskedIn !== undefined),
  );
}

function isPolicyKind(entry: KindCollection): boolean {
  if (entry.kind.startsWith('Staged')) return false;
  return (
    POLICY_KINDS.some(known => known.group === entry.group && known.kind === entry.kind) ||
    namesPolicy(entry.kind)
  );
}

function servedGaps(snapshot: ClusterSnapshot): readonly ExportGap[] {
  if (snapshot.collection.servedKindsKnown) return [];
  return [
    {
      kind: 'served-kinds',
      text: 'which policy kinds the cluster serves is not known: its CustomResourceDefinitions were not exported',
    },
  ];
}

function policyKindGaps(snapshot: ClusterSnapshot): readonly ExportGap[] {
  const gaps = uncollectedPolicyKinds(snapshot).map(entry => ({
    kind: 'policy-kind' as const,
    text:
      entry.notAskedIn === undefined
        ? `${entry.kind} of ${entry.group} is served but was ${entry.state === 'forbidden' ? 'refused (Forbidden)' : 'not collected'}`
        : `${entry.kind} of ${entry.group} was asked for in single namespaces, not in ${listNames(entry.notAskedIn)}`,
    ...(entry.sources[0] === undefined ? {} : { source: entry.sources[0] }),
  }));
  const hasEntry = snapshot.collection.kinds.some(
    entry => entry.group === 'networking.k8s.io' && entry.kind === 'NetworkPolicy',
  );
  if (hasEntry) return gaps;
  return [{ kind: 'policy-kind', text: 'NetworkPolicy of networking.k8s.io was not collected' }, ...gaps];
}

function forbiddenGaps(snapshot: ClusterSnapshot): readonly ExportGap[] {
  const refused = snapshot.collection.kinds.filter(
    entry => entry.state === 'forbidden' && !isPolicyKind(entry),
  );
  return [
    ...snapshot.collection.forbidden.map(({ what, source }) => ({
      kind: 'forbidden' as const,
      text: `the collector was refused ${what}`,
      source,
    })),
    ...refused
      .filter(entry => !snapshot.collection.forbidden.some(({ what }) => what.startsWith(entry.kind)))
      .map(entry => ({ kind: 'forbidden' as const, text: `the collector was refused ${entry.kind}` })),
  ];
}

function namespaceGaps(snapshot: ClusterSnapshot): readonly ExportGap[] {
  const lacking = snapshot.namespaces.filter(namespace => namespace.synthetic);
  const first = lacking[0];
  if (first !== undefined)
    return [
      {
        kind: 'namespaces',
        text: `${count(lacking.length, 'namespace')} mentioned but not exported: ${listNames(lacking.map(one => one.name))}`,
        ...(first.source === undefined ? {} : { source: first.source }),
      },
    ];
  if (snapshot.namespaces.length > 0) return [];
  return [{ kind: 'namespaces', text: 'no namespace was exported' }];
}

function missingGaps(snapshot: ClusterSnapshot): readonly ExportGap[] {
  const kinds = ['Namespace', 'Node', 'Pod', 'ServiceAccount'] as const;
  const lacking = new Set(snapshot.namespaces.filter(one => one.synthetic).map(one => one.name));
  return kinds.flatMap(kind => {
    const found = snapshot.collection.missing.filter(
      item => item.kind === kind && !(kind === 'Namespace' && lacking.has(item.name)),
    );
    const first = found[0];
    if (first === undefined) return [];
    const names = sortedUnique(found.map(item => item.name));
    const by = sortedUnique(found.map(item => item.mentionedBy)).join(', ');
    return [
      {
        kind: 'missing-names' as const,
        text: `${count(names.length, 'name')} of kind ${kind} mentioned (by ${by}) but not in the export: ${listNames(names)}`,
        source: first.source,
      },
    ];
  });
}

function liveGaps(snapshot: ClusterSnapshot): readonly ExportGap[] {
  if (snapshot.collection.fromManifests)
    return [
      {
        kind: 'manifests',
        text: 'the export is manifests, which show intent and not the running state',
      },
    ];
  const pods = snapshot.collection.kinds.find(entry => entry.group === '' && entry.kind === 'Pod');
  if (pods?.state === 'present') return [];
  return [{ kind: 'pods', text: 'no Pod was exported: labels and placement of running pods are not known' }];
}

function enforcementGaps(simulator: Simulator): readonly ExportGap[] {
  const { enforces } = simulator.profile;
  if (enforces === 'yes') return [];
  return [
    {
      kind: 'enforcement',
      text:
        enforces === 'no'
          ? 'the network plugin that was found enforces no policies'
          : 'the export does not show whether a network plugin enforces policies',
    },
  ];
}

/** What connects on another network is not part of any statement about the pod network. */
function networkGaps(simulator: Simulator): readonly ExportGap[] {
  return simulator.networks().map(({ name, simulator: network }) => {
    const [first] = network.snapshot.pods;
    return {
      kind: 'networks',
      text: `${count(network.snapshot.pods.length, 'pod')} attached to the network ${name} beside the pod network: what connects there is not examined`,
      ...(first === undefined ? {} : { source: first.source }),
    };
  });
}

function unsupportedGaps(simulator: Simulator, ends: readonly Endpoint[] | undefined): readonly ExportGap[] {
  const all =
    ends ?? simulator.snapshot.pods.flatMap(pod => (pod.live ? (simulator.endpoint(pod.id) ?? []) : []));
  const { unsupported, refused } = simulator.policies;
  return [...unsupported, ...refused]
    .filter(policy => all.some(end => couldTouch(policy, end)))
    .map(policy => ({
      kind: 'unsupported' as const,
      text: `${policy.id} is not simulated: ${policy.reason}`,
      source: policy.source,
    }));
}

/** Whether a policy that was not understood could speak about an endpoint. */
export function couldTouch(policy: UnsupportedPolicy, end: Endpoint): boolean {
  if (policy.namespace !== undefined && policy.namespace !== end.namespace) return false;
  return policy.selects === undefined || policy.selects(end) !== 'no';
}
