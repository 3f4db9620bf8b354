// What a verdict rests on beside the policies themselves; every verdict says these aloud (policy-semantics section 8).
import type { PodId } from '../base/brand.ts';
import { sortedUnique } from '../base/order.ts';
import { at } from '../model/read.ts';
import type { Endpoint, EngineProfile } from '../policy/compiled.ts';
import type { Cluster } from './compiled-cluster.ts';
import { waysBetween } from './hidden-source.ts';
import type { FlowQuery, Step } from './verdict.ts';

/** The assumptions behind one verdict: the profile first, then what the ends and rules add. */
export function assumptionsOf(cluster: Cluster, query: FlowQuery, steps: readonly Step[]): readonly string[] {
  const { profile } = cluster;
  return [
    ...profileAssumptions(profile),
    ...sortedUnique([
      ...(cluster.policies.assumptions ?? []),
      ...steps.flatMap(restrictionOf),
      ...[query.src, query.dst].flatMap(end => endAssumptions(end, profile)),
      ...hostEndpointAssumption(cluster, query),
      ...networkAssumption(cluster, query),
      ...encapsulationAssumption(cluster, query),
      ...(cluster.policies.weak ?? [])
        .filter(control => control.selects(control.direction === 'egress' ? query.src : query.dst) !== 'no')
        .map(control => control.text),
      ...(query.src.kind === 'external' &&
      query.dst.kind === 'pod' &&
      (query.asSeen === true || waysBetween(cluster, query.dst, query.src, 'ingress').length === 0)
        ? ['the source address reaches the pod unchanged (no source NAT on the way)']
        : []),
      ...blockAssumption(query, steps, profile),
    ]),
  ];
}

function restrictionOf(step: Step): readonly string[] {
  if (step.restriction === undefined) return [];
  return [`${step.policy ?? step.stage} lets the connection open, not every request: ${step.restriction}`];
}

/** What holds for every verdict under a profile. */
function profileAssumptions(profile: EngineProfile): readonly string[] {
  const chosen = profile.evidence[0]?.text ?? `profile ${profile.name}`;
  if (profile.enforces === 'unknown')
    return [chosen, 'policies are enforced (the export does not show a network plugin that does)'];
  if (profile.enforces === 'no')
    return [
      chosen,
      'network policies that are present have no effect: the network plugin that was found enforces none',
    ];
  return [chosen];
}

function endAssumptions(end: Endpoint, profile: EngineProfile): readonly string[] {
  const texts: string[] = [];
  if (end.kind === 'pod' && end.ips.length === 0 && (profile.ipBlockMatchesPods || profile.calicoPolicies))
    texts.push(`${end.id} has a private address (none is recorded)`);
  if (end.namespaceExported === false)
    texts.push(`namespace ${end.namespace ?? ''} was not exported: its labels beside its name are unknown`);
  if (end.kind === 'entry-controller')
    texts.push('the ingress controller is some pod of the cluster of which nothing else is known');
  return texts;
}

/** Policies for host endpoints without a host endpoint: it may not have been exported. */
function hostEndpointAssumption(cluster: Cluster, query: FlowQuery): readonly string[] {
  const touchesHost = query.src.kind === 'host' || query.dst.kind === 'host';
  if (!touchesHost || !cluster.profile.calicoPolicies) return [];
  const objects = cluster.snapshot.policies;
  if (objects.some(object => object.kind === 'HostEndpoint')) return [];
  const isMeant = objects.some(
    ({ kind, body }) =>
      kind === 'GlobalNetworkPolicy' &&
      ['applyOnForward', 'preDNAT', 'doNotTrack'].some(key => at(body, 'spec', key) === true),
  );
  return isMeant
    ? ['policies for host endpoints are present and no HostEndpoint is: the node itself counts as open']
    : [];
}

/** VXLAN that a pod makes itself is dropped before policies, unless Calico is told otherwise. */
function encapsulationAssumption(cluster: Cluster, { src, protocol, port }: FlowQuery): readonly string[] {
  const isVxlan = src.kind === 'pod' && protocol === 'UDP' && port === VXLAN_PORT;
  if (!isVxlan || !cluster.profile.calicoPolicies) return [];
  const isAllowed = cluster.snapshot.objects.some(
    ({ kind, body }) =>
      kind === 'FelixConfiguration' && at(body, 'spec', 'allowVXLANPacketsFromWorkloads') === true,
  );
  return isAllowed
    ? []
    : [
        `Calico drops VXLAN (UDP ${VXLAN_PORT}) from pods unless configured otherwise: the verdict is about its policies only`,
      ];
}

const VXLAN_PORT = 4789;

/** Pods that share another network may reach each other there, whatever holds here. */
function networkAssumption(cluster: Cluster, { src, dst }: FlowQuery): readonly string[] {
  const shared = cluster
    .secondary()
    .filter(network => network.members.has(src.id as PodId) && network.members.has(dst.id as PodId));
  return shared.map(
    network => `${src.id} and ${dst.id} are also on the network ${network.name}, which is asked apart`,
  );
}

function blockAssumption(
  query: FlowQuery,
  steps: readonly Step[],
  profile: EngineProfile,
): readonly string[] {
  const isUsed = steps.some(step => step.field !== undefined && /ipBlock|nets|Nets/.test(step.field));
  if (!isUsed || query.src.kind !== 'pod' || query.dst.kind !== 'pod') return [];
  return [
    profile.ipBlockMatchesPods
      ? `address blocks match pods by their address (profile ${profile.name})`
      : `address blocks never match pods (profile ${profile.name})`,
  ];
}
