// The fictional payments platform of the sample: Larkspur Pay. Workloads, who talks to whom, and nothing else; the
// exports, policies and logs are made from here, so that they tell one story.

/** A workload of the platform. */
export interface Part {
  readonly namespace: string;
  readonly name: string;
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'CronJob' | 'Pod';
  readonly replicas: number;
  readonly ports: readonly (readonly [string, number, ('TCP' | 'UDP')?])[];
  readonly labels?: Readonly<Record<string, string>>;
  /** Labels of running pods that the template lacks. */
  readonly podLabels?: Readonly<Record<string, string>>;
  readonly hostNetwork?: boolean;
  readonly image: string;
  readonly owner?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A connection that the platform makes all day. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol?: 'tcp' | 'udp';
  /** Records of five minutes and pod pair that are written, of 100. */
  readonly often: number;
  readonly action?: 'deny';
}

const CDE = { PCI: 'true' };
const image = (name: string, version = '4.2.1'): string => `registry.larkspur.example/${name}:${version}`;
const part = (
  namespace: string,
  name: string,
  port: readonly (readonly [string, number, ('TCP' | 'UDP')?])[],
  more: Partial<Part> = {},
): Part => ({
  namespace,
  name,
  kind: 'Deployment',
  replicas: 2,
  ports: port,
  image: image(`${namespace}/${name}`),
  owner: `team-${namespace}`,
  ...more,
});
const http = [['http', 8080]] as const;
const store = (namespace: string, name: string, port: number, more: Partial<Part> = {}): Part =>
  part(namespace, name, [['db', port]], {
    kind: 'StatefulSet',
    replicas: 1,
    image: image('postgres', '16.4'),
    ...more,
  });

/** Everything that runs. */
export const PARTS: readonly Part[] = [
  part('storefront', 'web', http, { replicas: 3 }),
  part('storefront', 'mobile-bff', http),
  part('storefront', 'catalogue', http),
  part('storefront', 'search', [['http', 9200]]),
  part('storefront', 'recommendations', http),
  part('storefront', 'reviews', http),
  part('storefront', 'images', http),
  part('storefront', 'static', http),
  store('storefront', 'sessions', 6379, { image: image('redis', '7.4') }),
  part('cart', 'cart', http, { replicas: 3 }),
  part('cart', 'promotions', http),
  part('cart', 'stock', http),
  part('cart', 'shipping', http),
  part('cart', 'pricing', http),
  store('cart', 'cart-db', 5432),
  part('cart', 'debug-shell', [], {
    kind: 'Pod',
    replicas: 1,
    image: 'docker.io/library/toolbox:latest',
    labels: { purpose: 'debug' },
    owner: '',
  }),
  part('gateway', 'api', [['https', 8443]], { replicas: 3, labels: CDE }),
  part('gateway', 'router', [['https', 8443]], { labels: CDE }),
  part('gateway', 'acquirer-link', [['https', 8443]], { labels: CDE }),
  part('gateway', 'three-ds', [['https', 8443]], { labels: CDE }),
  part('gateway', 'webhook', [['https', 8443]], { labels: CDE }),
  store('gateway', 'gateway-db', 5432, { labels: CDE }),
  part('tokenisation', 'tokeniser', [['https', 8443]], { labels: CDE, replicas: 3 }),
  part('tokenisation', 'detokeniser', [['https', 8443]], { labels: CDE }),
  part('tokenisation', 'hsm-proxy', [['pkcs11', 1792]], { labels: CDE }),
  part('tokenisation', 'key-rotator', [], { labels: { PCI: 'false' }, kind: 'CronJob', replicas: 1 }),
  store('tokenisation', 'token-db', 5432, { labels: CDE }),
  part('vault', 'vault-api', [['https', 8200]], { labels: CDE, replicas: 3 }),
  part('vault', 'vault-admin', [['https', 8443]], { labels: CDE }),
  part('vault', 'vault-backup', [], { labels: CDE, kind: 'CronJob', replicas: 1 }),
  part('vault', 'audit-shipper', [['http', 2020]], {
    kind: 'DaemonSet',
    replicas: 2,
    hostNetwork: true,
  }),
  store('vault', 'vault-db', 5432, {
    labels: CDE,
    env: { POSTGRES_USER: 'vault', POSTGRES_PASSWORD: 'correct-horse-battery-staple' },
  }),
  part('settlement', 'ledger', [['https', 8443]], { labels: CDE }),
  part('settlement', 'reconciler', [['https', 8443]], { podLabels: CDE }),
  part('settlement', 'sftp-out', [['ssh', 2222]], { labels: { ...CDE, legacy: 'true' } }),
  part('settlement', 'batch', [], { labels: CDE, kind: 'CronJob', replicas: 1 }),
  part('settlement', 'report-writer', http, { labels: CDE, owner: '' }),
  store('settlement', 'settlement-db', 5432, { labels: CDE }),
  part('fraud', 'scorer', http, { replicas: 3 }),
  part('fraud', 'rules', http),
  part('fraud', 'features', http),
  part('fraud', 'model-server', [['grpc', 9000]]),
  part('fraud', 'case-ui', http),
  store('fraud', 'fraud-db', 5432),
  part(
    'platform',
    'ingress-nginx',
    [
      ['https', 443],
      ['http', 80],
    ],
    {
      labels: { 'app.kubernetes.io/name': 'ingress-nginx', role: 'edge' },
      image: 'registry.k8s.io/ingress-nginx/controller:v1.12.1',
    },
  ),
  part('platform', 'cert-manager', [['http', 9402]]),
  part('platform', 'prometheus', [['http', 9090]], { labels: { role: 'metrics' } }),
  part('platform', 'alertmanager', [['http', 9093]]),
  part('platform', 'grafana', [['http', 3000]]),
  part('platform', 'loki', [['http', 3100]], { labels: { role: 'logs' } }),
  part('platform', 'fluent-bit', [['http', 2020]], { kind: 'DaemonSet', replicas: 6 }),
  part('platform', 'node-exporter', [['metrics', 9100]], {
    kind: 'DaemonSet',
    replicas: 6,
    hostNetwork: true,
  }),
  part('platform', 'istiod', [['grpc-xds', 15010]]),
  part('platform', 'argocd-server', http),
  part('platform', 'argocd-repo', [['http', 8081]]),
  part('platform', 'ci-runner', []),
  part('platform', 'registry', [['http', 5000]]),
  part('platform', 'external-dns', [['http', 7979]]),
  part(
    'kube-system',
    'coredns',
    [
      ['dns', 53, 'UDP'],
      ['dns-tcp', 53],
    ],
    { labels: { 'k8s-app': 'kube-dns' }, image: 'registry.k8s.io/coredns/coredns:v1.11.3' },
  ),
  part('kube-system', 'kube-apiserver', [['https', 6443]], {
    kind: 'Pod',
    replicas: 1,
    hostNetwork: true,
    labels: { component: 'kube-apiserver', tier: 'control-plane' },
    image: 'registry.k8s.io/kube-apiserver:v1.31.4',
  }),
  part('kube-system', 'etcd', [['client', 2379]], {
    kind: 'Pod',
    replicas: 1,
    hostNetwork: true,
    labels: { component: 'etcd', tier: 'control-plane' },
    image: 'registry.k8s.io/etcd:3.5.16-0',
  }),
  part('kube-system', 'kube-controller-manager', [['https', 10257]], {
    kind: 'Pod',
    replicas: 1,
    hostNetwork: true,
    labels: { component: 'kube-controller-manager', tier: 'control-plane' },
    image: 'registry.k8s.io/kube-controller-manager:v1.31.4',
  }),
  part('kube-system', 'kube-scheduler', [['https', 10259]], {
    kind: 'Pod',
    replicas: 1,
    hostNetwork: true,
    labels: { component: 'kube-scheduler', tier: 'control-plane' },
    image: 'registry.k8s.io/kube-scheduler:v1.31.4',
  }),
  part('kube-system', 'kube-proxy', [], {
    kind: 'DaemonSet',
    replicas: 6,
    hostNetwork: true,
    labels: { 'k8s-app': 'kube-proxy' },
    image: 'registry.k8s.io/kube-proxy:v1.31.4',
  }),
  part('kube-system', 'metrics-server', [['https', 10250]], {
    labels: { 'k8s-app': 'metrics-server' },
    image: 'registry.k8s.io/metrics-server/metrics-server:v0.7.2',
  }),
  part('calico-system', 'calico-node', [], {
    kind: 'DaemonSet',
    replicas: 6,
    hostNetwork: true,
    labels: { 'k8s-app': 'calico-node' },
    image: 'docker.io/calico/node:v3.31.0',
  }),
  part('calico-system', 'calico-typha', [['typha', 5473]], {
    hostNetwork: true,
    labels: { 'k8s-app': 'calico-typha' },
    image: 'docker.io/calico/typha:v3.31.0',
  }),
  part('calico-system', 'calico-kube-controllers', [], {
    replicas: 1,
    labels: { 'k8s-app': 'calico-kube-controllers' },
    image: 'docker.io/calico/kube-controllers:v3.31.0',
  }),
];

/** Namespaces that are exported, with their labels. */
export const NAMESPACES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  storefront: { zone: 'shop' },
  cart: { zone: 'shop' },
  gateway: { zone: 'cde' },
  tokenisation: { zone: 'cde', PCI: 'true' },
  vault: { zone: 'cde' },
  settlement: { zone: 'cde' },
  fraud: { zone: 'risk' },
  platform: { zone: 'platform' },
  'kube-system': {},
  'calico-system': {},
  default: {},
};

/** Nodes; worker-6 reports no flows. */
export const NODES = ['worker-1', 'worker-2', 'worker-3', 'worker-4', 'worker-5', 'worker-6'] as const;

const edge = (from: string, to: string, port: number, often = 90): Edge => ({ from, to, port, often });

/** Connections that the policies allow. */
export const EDGES: readonly Edge[] = [
  edge('platform/ingress-nginx', 'storefront/web', 8080, 100),
  edge('platform/ingress-nginx', 'storefront/mobile-bff', 8080, 100),
  edge('platform/ingress-nginx', 'storefront/static', 8080),
  edge('platform/ingress-nginx', 'gateway/api', 8443, 100),
  edge('storefront/web', 'storefront/catalogue', 8080, 100),
  edge('storefront/web', 'storefront/search', 9200),
  edge('storefront/web', 'storefront/recommendations', 8080),
  edge('storefront/web', 'storefront/reviews', 8080),
  edge('storefront/web', 'storefront/images', 8080),
  edge('storefront/web', 'storefront/sessions', 6379, 100),
  edge('storefront/mobile-bff', 'storefront/catalogue', 8080),
  edge('storefront/mobile-bff', 'storefront/sessions', 6379),
  edge('storefront/web', 'cart/cart', 8080, 100),
  edge('storefront/mobile-bff', 'cart/cart', 8080),
  edge('cart/cart', 'cart/cart-db', 5432, 100),
  edge('cart/cart', 'cart/promotions', 8080),
  edge('cart/cart', 'cart/stock', 8080),
  edge('cart/cart', 'cart/shipping', 8080),
  edge('cart/cart', 'cart/pricing', 8080),
  edge('gateway/api', 'gateway/router', 8443, 100),
  edge('gateway/router', 'gateway/acquirer-link', 8443, 100),
  edge('gateway/router', 'gateway/three-ds', 8443),
  edge('gateway/router', 'gateway/gateway-db', 5432, 100),
  edge('gateway/router', 'tokenisation/tokeniser', 8443, 100),
  edge('gateway/acquirer-link', 'tokenisation/detokeniser', 8443),
  edge('gateway/router', 'fraud/scorer', 8080, 100),
  edge('tokenisation/tokeniser', 'tokenisation/token-db', 5432, 100),
  edge('tokenisation/detokeniser', 'tokenisation/token-db', 5432),
  edge('tokenisation/tokeniser', 'tokenisation/hsm-proxy', 1792),
  edge('tokenisation/detokeniser', 'vault/vault-api', 8200),
  edge('tokenisation/tokeniser', 'vault/vault-api', 8200, 100),
  edge('vault/vault-api', 'vault/vault-db', 5432, 100),
  edge('vault/vault-admin', 'vault/vault-api', 8200, 30),
  edge('settlement/ledger', 'settlement/settlement-db', 5432),
  edge('settlement/reconciler', 'settlement/ledger', 8443),
  edge('settlement/report-writer', 'settlement/ledger', 8443, 40),
  edge('settlement/ledger', 'gateway/gateway-db', 5432, 20),
  edge('fraud/scorer', 'fraud/rules', 8080),
  edge('fraud/scorer', 'fraud/features', 8080),
  edge('fraud/scorer', 'fraud/model-server', 9000),
  edge('fraud/case-ui', 'fraud/fraud-db', 5432),
  edge('fraud/rules', 'fraud/fraud-db', 5432),
  edge('platform/fluent-bit', 'platform/loki', 3100, 100),
  edge('platform/grafana', 'platform/prometheus', 9090),
  edge('platform/grafana', 'platform/loki', 3100),
  edge('platform/prometheus', 'platform/alertmanager', 9093),
  edge('platform/argocd-server', 'platform/argocd-repo', 8081),
  edge('platform/prometheus', 'gateway/api', 8443, 60),
  edge('platform/prometheus', 'vault/vault-api', 8200, 60),
];
