// Resource names as people name files after them (`networkpolicies.networking.k8s.io.json`, `netpol.yaml`). Used only
// where a file says "none" without saying of what; what a file holds is never told from its name.

const RESOURCES: Readonly<Record<string, string>> = {
  networkpolicies: 'networking.k8s.io',
  netpol: 'networking.k8s.io',
  networkpolicy: 'networking.k8s.io',
  ingresses: 'networking.k8s.io',
  adminnetworkpolicies: 'policy.networking.k8s.io',
  baselineadminnetworkpolicies: 'policy.networking.k8s.io',
  clusternetworkpolicies: 'policy.networking.k8s.io',
  globalnetworkpolicies: 'projectcalico.org',
  stagednetworkpolicies: 'projectcalico.org',
  stagedglobalnetworkpolicies: 'projectcalico.org',
  stagedkubernetesnetworkpolicies: 'projectcalico.org',
  globalnetworksets: 'projectcalico.org',
  networksets: 'projectcalico.org',
  hostendpoints: 'projectcalico.org',
  tiers: 'projectcalico.org',
  ciliumnetworkpolicies: 'cilium.io',
  ciliumclusterwidenetworkpolicies: 'cilium.io',
  authorizationpolicies: 'security.istio.io',
  peerauthentications: 'security.istio.io',
  pods: '',
  services: '',
  namespaces: '',
  nodes: '',
  secrets: '',
  configmaps: '',
  serviceaccounts: '',
  endpoints: '',
  endpointslices: 'discovery.k8s.io',
  deployments: 'apps',
  statefulsets: 'apps',
  daemonsets: 'apps',
  replicasets: 'apps',
  jobs: 'batch',
  cronjobs: 'batch',
  roles: 'rbac.authorization.k8s.io',
  rolebindings: 'rbac.authorization.k8s.io',
  clusterroles: 'rbac.authorization.k8s.io',
  clusterrolebindings: 'rbac.authorization.k8s.io',
  customresourcedefinitions: 'apiextensions.k8s.io',
};

/** The resource a file is named after; undefined when its name is no resource known to us. */
export function resourceOfPath(path: string): { readonly what: string; readonly group: string } | undefined {
  const base = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const name = base
    .replace(/\.gz$/, '')
    .replace(/\.(?:json|ya?ml|txt|out|log)$/, '')
    .replace(/\.(?:error|stderr|err)$/, '');
  const [resource = '', ...group] = name.split('.');
  if (!Object.hasOwn(RESOURCES, resource)) return undefined;
  const what = resource === 'netpol' || resource === 'networkpolicy' ? 'networkpolicies' : resource;
  return { what, group: group.length > 0 ? group.join('.') : (RESOURCES[resource] ?? '') };
}
