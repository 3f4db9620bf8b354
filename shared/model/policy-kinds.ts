// Which kinds speak about network policy, of every engine known to us, understood or not.
// A kind of this table that the cluster serves and the export lacks leaves a hole in every statement about segmentation.
import { groupOf, type KubernetesObject } from './object.ts';

/** One kind that decides about connections, or that deciding kinds refer to. */
export interface PolicyKind {
  readonly group: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** False for tiers, network sets and other things that only policies refer to. */
  readonly decides: boolean;
}

const KINDS: readonly (readonly [group: string, namespaced: string, clusterScoped: string])[] = [
  ['networking.k8s.io', 'NetworkPolicy', ''],
  ['policy.networking.k8s.io', '', 'AdminNetworkPolicy BaselineAdminNetworkPolicy ClusterNetworkPolicy'],
  [
    'projectcalico.org',
    'NetworkPolicy StagedNetworkPolicy StagedKubernetesNetworkPolicy',
    'GlobalNetworkPolicy StagedGlobalNetworkPolicy',
  ],
  ['cilium.io', 'CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'],
  ['security.istio.io', 'AuthorizationPolicy', ''],
  ['k8s.ovn.org', 'EgressFirewall', ''],
  ['network.openshift.io', 'EgressNetworkPolicy', ''],
  ['k8s.cni.cncf.io', 'MultiNetworkPolicy', ''],
  ['crd.antrea.io', 'NetworkPolicy', 'ClusterNetworkPolicy'],
  ['policy.linkerd.io', 'AuthorizationPolicy', ''],
  ['networking.k8s.aws', 'PolicyEndpoint', 'ClusterPolicyEndpoint'],
];

const CONTEXT: typeof KINDS = [
  ['projectcalico.org', 'NetworkSet', 'Tier GlobalNetworkSet HostEndpoint Profile'],
  ['cilium.io', '', 'CiliumCIDRGroup'],
  ['security.istio.io', 'PeerAuthentication', ''],
  ['crd.antrea.io', '', 'Tier ClusterGroup'],
];

/** The table, deciding kinds first. */
export const POLICY_KINDS: readonly PolicyKind[] = [
  ...KINDS.flatMap(row => kindsOf(row, true)),
  ...CONTEXT.flatMap(row => kindsOf(row, false)),
];

const ALIASES: Readonly<Record<string, string>> = {
  'crd.projectcalico.org': 'projectcalico.org',
  'security.antrea.tanzu.vmware.com': 'crd.antrea.io',
};

/** The group a kind is listed under: Calico's storage group counts as its API group, legacy groups as today's. */
export function listedGroup(group: string, kind: string): string {
  if (group === 'extensions' && (kind === 'NetworkPolicy' || kind === 'Ingress')) return 'networking.k8s.io';
  if (group === 'extensions') return 'apps';
  return ALIASES[group] ?? group;
}

/** The table's entry for an object, or one made up for an unknown kind whose name says that it is a network policy. */
export function policyKindOf(
  object: Pick<KubernetesObject, 'apiVersion' | 'kind' | 'meta'>,
): PolicyKind | undefined {
  const group = listedGroup(groupOf(object.apiVersion), object.kind);
  const known = POLICY_KINDS.find(entry => entry.group === group && entry.kind === object.kind);
  if (known !== undefined) return known;
  if (!namesPolicy(object.kind)) return undefined;
  return { group, kind: object.kind, namespaced: object.meta.namespace !== undefined, decides: true };
}

/** Whether the name of an unknown kind says that it is about network policy. */
export function namesPolicy(kind: string): boolean {
  return /NetworkPolicy$|FirewallPolicy$|EgressFirewall$/.test(kind);
}

function kindsOf([group, namespaced, clusterScoped]: (typeof KINDS)[number], decides: boolean): PolicyKind[] {
  const words = (text: string): string[] => text.split(' ').filter(word => word !== '');
  return [
    ...words(namespaced).map(kind => ({ group, kind, namespaced: true, decides })),
    ...words(clusterScoped).map(kind => ({ group, kind, namespaced: false, decides })),
  ];
}
