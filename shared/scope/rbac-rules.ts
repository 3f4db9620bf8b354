// The rules of Roles and ClusterRoles, wildcards and aggregation included, asked for the powers that matter to a CDE.
// Kubernetes' own meaning: rules only add; `*` stands for every group, resource or verb; resourceNames narrow objects,
// not the judgement here: a right to one named Secret of the CDE is a right to a Secret of the CDE.
import type { JsonValue } from '../base/json.ts';
import { matchesLabels, parseLabelSelector } from '../base/label-selector.ts';
import type { KubernetesObject } from '../model/object.ts';
import { at, listAt, textsAt } from '../model/read.ts';

/** One rule of a role. */
export interface RbacRule {
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Looks up roles. */
export interface Roles {
  /** Undefined when the role is not in the export and not one of Kubernetes' own. */
  rulesOf(kind: string, name: string, namespace: string | undefined): readonly RbacRule[] | undefined;
}

/** Reads all roles of an export. */
export function rolesOf(objects: readonly KubernetesObject[]): Roles {
  const clusterRoles = objects.filter(object => object.kind === 'ClusterRole');
  const byName = new Map<string, KubernetesObject>();
  for (const role of clusterRoles) byName.set(`ClusterRole ${role.meta.name}`, role);
  for (const role of objects)
    if (role.kind === 'Role') byName.set(`Role ${role.meta.namespace ?? 'default'}/${role.meta.name}`, role);
  return {
    rulesOf: (kind, name, namespace) => {
      const key = kind === 'ClusterRole' ? `ClusterRole ${name}` : `Role ${namespace ?? 'default'}/${name}`;
      const role = byName.get(key);
      if (role !== undefined) return rulesWithAggregation(role, clusterRoles, new Set());
      return kind === 'ClusterRole' ? BUILT_IN.get(name) : undefined;
    },
  };
}

/** What rules allow to do to the CDE, in words; `everywhere` = bound for the whole cluster. */
export function grantedPowers(rules: readonly RbacRule[], everywhere: boolean): readonly string[] {
  return POWERS.filter(
    power =>
      (everywhere || power.clusterWide !== true) &&
      rules.some(
        rule =>
          rule.groups.some(group => group === '*' || power.groups.includes(group)) &&
          power.resources.some(resource => grantsResource(rule, resource)) &&
          rule.verbs.some(verb => verb === '*' || power.verbs.includes(verb)),
      ),
  ).map(power => power.what);
}

interface Power {
  readonly what: string;
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Cluster-scoped objects: a RoleBinding cannot grant it. */
  readonly clusterWide?: true;
}

const CHANGE = ['create', 'update', 'patch'];
const ALTER = [...CHANGE, 'delete', 'deletecollection'];
const RBAC = ['rbac.authorization.k8s.io'];
const CALICO = ['projectcalico.org', 'crd.projectcalico.org'];

const POWERS: readonly Power[] = [
  { what: 'run commands in pods', groups: [''], resources: ['pods/exec'], verbs: ['create', 'get'] },
  { what: 'attach to pods', groups: [''], resources: ['pods/attach'], verbs: ['create', 'get'] },
  { what: 'forward ports of pods', groups: [''], resources: ['pods/portforward'], verbs: ['create', 'get'] },
  {
    what: 'add containers to pods',
    groups: [''],
    resources: ['pods/ephemeralcontainers'],
    verbs: ['update', 'patch'],
  },
  { what: 'create pods', groups: [''], resources: ['pods'], verbs: ['create'] },
  { what: 'change pods', groups: [''], resources: ['pods'], verbs: ['update', 'patch'] },
  { what: 'read Secrets', groups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch'] },
  {
    what: 'change workloads',
    groups: ['apps', 'batch', ''],
    resources: [
      'deployments',
      'statefulsets',
      'daemonsets',
      'replicasets',
      'replicationcontrollers',
      'jobs',
      'cronjobs',
    ],
    verbs: CHANGE,
  },
  {
    what: 'change network policies',
    groups: ['networking.k8s.io', 'extensions', 'cilium.io', ...CALICO],
    resources: ['networkpolicies', 'tier.networkpolicies', 'ciliumnetworkpolicies', 'networksets'],
    verbs: ALTER,
  },
  {
    what: 'change cluster-wide network policies',
    groups: ['policy.networking.k8s.io', 'cilium.io', ...CALICO],
    resources: [
      'globalnetworkpolicies',
      'tier.globalnetworkpolicies',
      'globalnetworksets',
      'tiers',
      'adminnetworkpolicies',
      'baselineadminnetworkpolicies',
      'clusternetworkpolicies',
      'ciliumclusterwidenetworkpolicies',
    ],
    verbs: ALTER,
    clusterWide: true,
  },
  { what: 'change namespace labels', groups: [''], resources: ['namespaces'], verbs: ['update', 'patch'] },
  {
    what: 'make service account tokens',
    groups: [''],
    resources: ['serviceaccounts/token'],
    verbs: ['create'],
  },
  {
    what: 'impersonate',
    groups: [''],
    resources: ['serviceaccounts', 'users', 'groups'],
    verbs: ['impersonate'],
  },
  { what: 'change role bindings', groups: RBAC, resources: ['rolebindings'], verbs: CHANGE },
  {
    what: 'bind or escalate roles',
    groups: RBAC,
    resources: ['roles', 'clusterroles'],
    verbs: ['bind', 'escalate'],
  },
  {
    what: 'change cluster role bindings',
    groups: RBAC,
    resources: ['clusterrolebindings'],
    verbs: CHANGE,
    clusterWide: true,
  },
  {
    what: 'reach kubelets through nodes/proxy',
    groups: [''],
    resources: ['nodes/proxy'],
    verbs: ['get', 'create'],
    clusterWide: true,
  },
  {
    what: 'change admission webhooks',
    groups: ['admissionregistration.k8s.io'],
    resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
    verbs: ALTER,
    clusterWide: true,
  },
];

/** Kubernetes' own roles, for exports without them; only what the powers above ask about. */
const BUILT_IN: ReadonlyMap<string, readonly RbacRule[]> = new Map([
  ['cluster-admin', [{ groups: ['*'], resources: ['*'], verbs: ['*'] }]],
  ['admin', [editRule(), { groups: RBAC, resources: ['roles', 'rolebindings'], verbs: CHANGE }]],
  ['edit', [editRule()]],
  ['view', []],
]);

function editRule(): RbacRule {
  const [exec, attach, forward] = ['pods/exec', 'pods/attach', 'pods/portforward'] as const;
  return {
    groups: ['', 'apps', 'batch', 'networking.k8s.io'],
    resources: [
      'pods',
      exec,
      attach,
      forward,
      'secrets',
      'serviceaccounts',
      'deployments',
      'networkpolicies',
    ],
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'impersonate'],
  };
}

function rulesWithAggregation(
  role: KubernetesObject,
  clusterRoles: readonly KubernetesObject[],
  visited: Set<string>,
): readonly RbacRule[] {
  if (visited.has(role.meta.name)) return [];
  visited.add(role.meta.name);
  const own = listAt(role.body, 'rules').map(readRule);
  const aggregated = listAt(role.body, 'aggregationRule', 'clusterRoleSelectors').flatMap(item => {
    const selector = parseLabelSelector(item);
    if (!selector.ok) return [];
    return clusterRoles
      .filter(other => matchesLabels(selector.value, other.meta.labels))
      .flatMap(other => rulesWithAggregation(other, clusterRoles, visited));
  });
  return role.kind === 'ClusterRole' ? [...own, ...aggregated] : own;
}

function readRule(item: JsonValue): RbacRule {
  const groups = textsAt(item, 'apiGroups');
  return {
    groups: at(item, 'apiGroups') === undefined ? [''] : groups,
    resources: textsAt(item, 'resources'),
    verbs: textsAt(item, 'verbs'),
  };
}

function grantsResource(rule: RbacRule, resource: string): boolean {
  const slash = resource.indexOf('/');
  const wild = slash < 0 ? undefined : `*${resource.slice(slash)}`;
  return rule.resources.some(named => named === '*' || named === resource || named === wild);
}
