// The cluster export of the sample, as `kubectl get -o yaml|json` prints it: one List a file, with uid, status, owners.
import { stringify } from 'yaml';
import { NAMESPACES, NODES, PARTS, type Part } from './platform.ts';
import { nodeIp, PODS, type RunningPod } from './pods.ts';
import { cdePolicies, globalPolicies, otherPolicies, type Manifest } from './policies.ts';
import { uuidOf } from './random.ts';

const CREATED = '2026-06-03T09:00:00Z';

/** Files of the export by name. */
export function clusterFiles(): ReadonlyMap<string, string> {
  version = FIRST_VERSION;
  return new Map([
    ['namespaces.yaml', yamlList(namespaces())],
    ['nodes.json', jsonList(NODES.map(node))],
    ['pods.json', jsonList(PODS.map(pod))],
    ['controllers.yaml', yamlList([...PARTS.flatMap(controllers)])],
    ['services.yaml', yamlList([...services(), ...ingresses()])],
    ['network-policies.yaml', yamlList(otherPolicies())],
    ['calico-policies.yaml', yamlList([...globalPolicies(), ...cdePolicies()])],
    ['rbac.yaml', yamlList([...serviceAccounts(), ...rbac()])],
    ['config.yaml', yamlList(config())],
    ['crds.json', jsonList(crds())],
    [
      'host-endpoints.json',
      `${JSON.stringify({ apiVersion: 'projectcalico.org/v3', kind: 'HostEndpointList', metadata: { resourceVersion: '912001' }, items: null }, undefined, 1)}\n`,
    ],
    [
      'webhooks.txt',
      'Error from server (Forbidden): validatingwebhookconfigurations.admissionregistration.k8s.io is forbidden: User "auditor@larkspur.example" cannot list resource "validatingwebhookconfigurations" in API group "admissionregistration.k8s.io" at the cluster scope\n',
    ],
  ]);
}

const FIRST_VERSION = 880_000;
let version = FIRST_VERSION;

function yamlList(items: readonly Manifest[]): string {
  return stringify(
    { apiVersion: 'v1', items: items.map(live), kind: 'List', metadata: { resourceVersion: '' } },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

function jsonList(items: readonly Manifest[]): string {
  return `${JSON.stringify({ apiVersion: 'v1', items: items.map(live), kind: 'List', metadata: { resourceVersion: '' } }, undefined, 1)}\n`;
}

/** Adds what only a live object has. */
function live(item: Manifest): Manifest {
  const metadata = item['metadata'] as Readonly<Record<string, unknown>>;
  const place = typeof metadata['namespace'] === 'string' ? metadata['namespace'] : '';
  const uid = uuidOf(`${String(item['kind'])} ${place}/${String(metadata['name'])}`);
  return {
    ...item,
    metadata: { creationTimestamp: CREATED, resourceVersion: String(version++), uid, ...metadata },
  };
}

function namespaces(): readonly Manifest[] {
  return Object.entries(NAMESPACES).map(([name, labels]) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  }));
}

function node(name: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' },
      annotations: { 'projectcalico.org/IPv4Address': `${nodeIp(name)}/24` },
    },
    spec: {
      podCIDR: `10.48.${NODES.indexOf(name as never)}.0/24`,
      podCIDRs: [`10.48.${NODES.indexOf(name as never)}.0/24`],
    },
    status: {
      addresses: [
        { type: 'InternalIP', address: nodeIp(name) },
        { type: 'Hostname', address: name },
      ],
      nodeInfo: {
        kubeletVersion: 'v1.31.4',
        osImage: 'Debian GNU/Linux 12 (bookworm)',
        containerRuntimeVersion: 'containerd://1.7.24',
        architecture: 'amd64',
      },
    },
  };
}

function pod({ part, name, node: nodeName, ip, replicaSet }: RunningPod): Manifest {
  const done = part.kind === 'CronJob';
  const owner = ownerOf(part, replicaSet);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: part.namespace,
      labels: {
        ...templateLabels(part),
        ...part.podLabels,
        ...(replicaSet === undefined ? {} : { 'pod-template-hash': replicaSet.slice(part.name.length + 1) }),
      },
      ...(owner === undefined ? {} : { ownerReferences: [owner] }),
    },
    spec: { ...podSpec(part), nodeName },
    status: {
      phase: done ? 'Succeeded' : 'Running',
      hostIP: nodeIp(nodeName),
      podIP: ip,
      podIPs: [{ ip }],
      startTime: CREATED,
    },
  };
}

function templateLabels(part: Part): Readonly<Record<string, string>> {
  return { app: part.name, ...part.labels };
}

function podSpec(part: Part): Manifest {
  const env = Object.entries(part.env ?? {}).map(([name, value]) => ({ name, value }));
  return {
    containers: [
      {
        name: part.name,
        image: part.image,
        ...(part.ports.length === 0
          ? {}
          : {
              ports: part.ports.map(([name, containerPort, protocol]) => ({
                name,
                containerPort,
                protocol: protocol ?? 'TCP',
              })),
            }),
        ...(env.length === 0 ? {} : { env }),
        resources: { limits: { memory: '512Mi' } },
        securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true },
      },
    ],
    serviceAccountName: accountOf(part),
    ...(part.hostNetwork === true ? { hostNetwork: true } : {}),
    ...(part.kind === 'CronJob' ? { restartPolicy: 'OnFailure' } : {}),
  };
}

function accountOf(part: Part): string {
  return part.kind === 'Pod' ? 'default' : part.name;
}

function ownerOf(part: Part, replicaSet: string | undefined): Manifest | undefined {
  const of = (apiVersion: string, kind: string, name: string): Manifest => ({
    apiVersion,
    kind,
    name,
    controller: true,
    blockOwnerDeletion: true,
    uid: uuidOf(`${kind} ${part.namespace}/${name}`),
  });
  if (replicaSet !== undefined) return of('apps/v1', 'ReplicaSet', replicaSet);
  if (part.kind === 'CronJob') return of('batch/v1', 'Job', `${part.name}-29384640`);
  return part.kind === 'Pod' ? undefined : of('apps/v1', part.kind, part.name);
}

function controllers(part: Part): readonly Manifest[] {
  const labels = templateLabels(part);
  const annotations =
    part.owner === '' || part.owner === undefined
      ? {}
      : { annotations: { owner: part.owner, description: `${part.name} of ${part.namespace}` } };
  const metadata = { name: part.name, namespace: part.namespace, labels: { app: part.name }, ...annotations };
  const template = { metadata: { labels }, spec: podSpec(part) };
  const selector = { matchLabels: { app: part.name } };
  switch (part.kind) {
    case 'Pod':
      return [];
    case 'CronJob': {
      const name = `${part.name}-29384640`;
      const cron = {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        name: part.name,
        controller: true,
        uid: uuidOf(`CronJob ${part.namespace}/${part.name}`),
      };
      return [
        {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          metadata,
          spec: { schedule: '0 2 * * *', jobTemplate: { spec: { template } } },
        },
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          metadata: { name, namespace: part.namespace, ownerReferences: [cron] },
          spec: { template },
          status: { succeeded: 1 },
        },
      ];
    }
    case 'Deployment': {
      const replicaSet = PODS.find(item => item.part === part)?.replicaSet ?? part.name;
      const owner = {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        name: part.name,
        controller: true,
        uid: uuidOf(`Deployment ${part.namespace}/${part.name}`),
      };
      return [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata,
          spec: { replicas: part.replicas, selector, template },
          status: { readyReplicas: part.replicas, replicas: part.replicas },
        },
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          metadata: { name: replicaSet, namespace: part.namespace, labels, ownerReferences: [owner] },
          spec: { replicas: part.replicas, selector },
          status: { readyReplicas: part.replicas },
        },
      ];
    }
    default:
      return [
        {
          apiVersion: 'apps/v1',
          kind: part.kind,
          metadata,
          spec: {
            ...(part.kind === 'StatefulSet' ? { replicas: part.replicas, serviceName: part.name } : {}),
            selector,
            template,
          },
          status: { numberReady: part.replicas },
        },
      ];
  }
}

function services(): readonly Manifest[] {
  return PARTS.filter(
    part => part.ports.length > 0 && part.hostNetwork !== true && part.kind !== 'CronJob',
  ).map((part, index) => {
    const nodePort = part.name === 'sftp-out';
    const balancer = part.name === 'ingress-nginx';
    return {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: part.name, namespace: part.namespace },
      spec: {
        type: nodePort ? 'NodePort' : balancer ? 'LoadBalancer' : 'ClusterIP',
        selector: { app: part.name },
        clusterIP: `10.96.1.${10 + index}`,
        clusterIPs: [`10.96.1.${10 + index}`],
        ports: part.ports.map(([name, port, protocol]) => ({
          name,
          port,
          targetPort: port,
          protocol: protocol ?? 'TCP',
          ...(nodePort ? { nodePort: 30022 } : {}),
        })),
        ...(nodePort || balancer ? { externalTrafficPolicy: 'Cluster' } : {}),
      },
      status: balancer ? { loadBalancer: { ingress: [{ ip: '203.0.113.20' }] } } : { loadBalancer: {} },
    };
  });
}

function ingresses(): readonly Manifest[] {
  const rule = (host: string, service: string, number: number): Manifest => ({
    host,
    http: {
      paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: service, port: { number } } } }],
    },
  });
  const ingress = (namespace: string, name: string, rules: readonly Manifest[]): Manifest => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace },
    spec: { ingressClassName: 'nginx', rules },
    status: { loadBalancer: { ingress: [{ ip: '203.0.113.20' }] } },
  });
  return [
    ingress('storefront', 'shop', [
      rule('shop.larkspur.example', 'web', 8080),
      rule('m.larkspur.example', 'mobile-bff', 8080),
      rule('static.larkspur.example', 'static', 8080),
    ]),
    ingress('gateway', 'pay', [rule('pay.larkspur.example', 'api', 8443)]),
  ];
}

function serviceAccounts(): readonly Manifest[] {
  const named = PARTS.filter(part => part.kind !== 'Pod').map(part => [part.namespace, part.name] as const);
  const defaults = Object.keys(NAMESPACES).map(namespace => [namespace, 'default'] as const);
  return [...named, ...defaults].map(([namespace, name]) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace },
  }));
}

function rbac(): readonly Manifest[] {
  const role = (name: string, rules: readonly Manifest[]): Manifest => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name },
    rules,
  });
  const bind = (
    name: string,
    roleName: string,
    subjects: readonly Manifest[],
    namespace?: string,
  ): Manifest => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: namespace === undefined ? { name } : { name, namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: roleName },
    subjects,
  });
  const account = (namespace: string, name: string): Manifest => ({
    kind: 'ServiceAccount',
    namespace,
    name,
  });
  const group = (name: string): Manifest => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name });
  return [
    role('cluster-admin', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]),
    role('deployer', [
      {
        apiGroups: ['apps', 'batch', ''],
        resources: ['deployments', 'statefulsets', 'jobs', 'cronjobs', 'services', 'configmaps'],
        verbs: ['get', 'list', 'watch', 'create', 'update', 'patch'],
      },
    ]),
    role('policy-editor', [
      { apiGroups: ['projectcalico.org', 'networking.k8s.io'], resources: ['*'], verbs: ['*'] },
    ]),
    role('metrics-reader', [
      {
        apiGroups: [''],
        resources: ['pods', 'nodes', 'services', 'endpoints'],
        verbs: ['get', 'list', 'watch'],
      },
    ]),
    bind('platform-admins', 'cluster-admin', [group('larkspur:platform-admins')]),
    bind('security-policies', 'policy-editor', [group('larkspur:security')]),
    bind('prometheus', 'metrics-reader', [account('platform', 'prometheus')]),
    ...['storefront', 'cart', 'gateway', 'tokenisation', 'vault', 'settlement', 'fraud'].map(namespace =>
      bind('argocd', 'deployer', [account('platform', 'argocd-server')], namespace),
    ),
  ];
}

function config(): readonly Manifest[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'shop-settings', namespace: 'storefront' },
      data: { 'feature.flags': 'wishlist=on,gifts=off', currency: 'EUR' },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'gateway-settings', namespace: 'gateway' },
      data: { 'acquirer.url': 'https://merchant:s3cr3t-sample@acquirer.example/authorise', retries: '3' },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'Opaque',
      metadata: { name: 'vault-db', namespace: 'vault' },
      data: { username: 'dmF1bHQ=', password: 'Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5LXN0YXBsZQ==' },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'Opaque',
      metadata: { name: 'acquirer-credentials', namespace: 'gateway' },
      data: { 'api-key': 'c2FtcGxlLWtleS1ub3QtcmVhbA==' },
    },
  ];
}

function crds(): readonly Manifest[] {
  const kinds: readonly (readonly [string, string, string])[] = [
    ['GlobalNetworkPolicy', 'globalnetworkpolicies', 'Cluster'],
    ['NetworkPolicy', 'networkpolicies', 'Namespaced'],
    ['StagedNetworkPolicy', 'stagednetworkpolicies', 'Namespaced'],
    ['Tier', 'tiers', 'Cluster'],
    ['GlobalNetworkSet', 'globalnetworksets', 'Cluster'],
    ['HostEndpoint', 'hostendpoints', 'Cluster'],
  ];
  return kinds.map(([kind, plural, scope]) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.crd.projectcalico.org` },
    spec: {
      group: 'crd.projectcalico.org',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      scope,
      versions: [{ name: 'v1', served: true, storage: true }],
    },
  }));
}
