// Policies of the sample platform: hand-written tiers and global policies, and for every workload the least that its
// connections need, made from the same list of connections.
import { EDGES, PARTS, type Edge } from './platform.ts';

/** A Kubernetes-style object. */
export type Manifest = Readonly<Record<string, unknown>>;

const CALICO = 'projectcalico.org/v3';
const CDE_NAMESPACES = ['gateway', 'tokenisation', 'vault', 'settlement'];
const OTHER_NAMESPACES = ['storefront', 'cart', 'fraud', 'platform'];
const split = (id: string): readonly [string, string] =>
  id.split('/') as unknown as readonly [string, string];
const inNamespace = (namespace: string): string => `projectcalico.org/name == '${namespace}'`;
const app = (name: string): string => `app == '${name}'`;

/** Tiers and policies of the security and platform teams. */
export function globalPolicies(): readonly Manifest[] {
  return [
    tier('security', 100),
    tier('platform', 200),
    tier('app', 300),
    global('security.break-glass', 50, "app == 'vault-db'", ['Ingress'], {
      ingress: [
        {
          action: 'Allow',
          protocol: 'TCP',
          source: { selector: "purpose == 'debug'", namespaceSelector: 'all()' },
          destination: { ports: [5432] },
        },
        { action: 'Pass' },
      ],
    }),
    global('security.webhook-egress', 90, app('webhook'), ['Egress'], {
      egress: [{ action: 'Pass', protocol: 'TCP', destination: { nets: ['0.0.0.0/0'], ports: [443] } }],
    }),
    global('security.pci-segmentation', 100, "PCI == 'true' && !has(legacy)", ['Ingress', 'Egress'], {
      ingress: [
        { action: 'Pass', source: { selector: "PCI == 'true'", namespaceSelector: 'all()' } },
        {
          action: 'Pass',
          protocol: 'TCP',
          source: { selector: "role == 'edge'", namespaceSelector: inNamespace('platform') },
          destination: { ports: [8443] },
        },
        {
          action: 'Pass',
          protocol: 'TCP',
          source: { selector: "role == 'metrics'", namespaceSelector: inNamespace('platform') },
          destination: { ports: [8443, 8200] },
        },
        { action: 'Pass', source: { namespaceSelector: inNamespace('fraud') } },
        { action: 'Deny' },
      ],
      egress: [
        { action: 'Pass', destination: { selector: "PCI == 'true'", namespaceSelector: 'all()' } },
        {
          action: 'Allow',
          protocol: 'UDP',
          destination: {
            selector: "k8s-app == 'kube-dns'",
            namespaceSelector: inNamespace('kube-system'),
            ports: [53],
          },
        },
        {
          action: 'Allow',
          protocol: 'TCP',
          destination: {
            selector: "k8s-app == 'kube-dns'",
            namespaceSelector: inNamespace('kube-system'),
            ports: [53],
          },
        },
        {
          action: 'Pass',
          protocol: 'TCP',
          destination: { selector: app('scorer'), namespaceSelector: inNamespace('fraud'), ports: [8080] },
        },
        {
          action: 'Pass',
          protocol: 'TCP',
          destination: { selector: "kind == 'acquirer'", namespaceSelector: 'global()', ports: [443] },
        },
        { action: 'Deny' },
      ],
    }),
    global('platform.dns-server', 10, "k8s-app == 'kube-dns'", ['Ingress'], {
      ingress: [
        {
          action: 'Allow',
          protocol: 'UDP',
          source: { namespaceSelector: 'all()' },
          destination: { ports: [53] },
        },
        {
          action: 'Allow',
          protocol: 'TCP',
          source: { namespaceSelector: 'all()' },
          destination: { ports: [53] },
        },
        { action: 'Pass' },
      ],
    }),
    global(
      'platform.dns-client',
      20,
      "projectcalico.org/namespace in {'storefront', 'cart', 'fraud', 'platform'}",
      ['Egress'],
      {
        egress: [
          {
            action: 'Allow',
            protocol: 'UDP',
            destination: {
              selector: "k8s-app == 'kube-dns'",
              namespaceSelector: inNamespace('kube-system'),
              ports: [53],
            },
          },
          { action: 'Pass' },
        ],
      },
    ),
    global('app.legacy-allow-all', 10, app('token-db'), ['Ingress'], { ingress: [{ action: 'Allow' }] }),
    {
      apiVersion: CALICO,
      kind: 'StagedNetworkPolicy',
      metadata: { name: 'app.sftp-out-default-deny', namespace: 'settlement' },
      spec: { tier: 'app', order: 900, selector: app('sftp-out'), types: ['Ingress', 'Egress'] },
    },
    {
      apiVersion: CALICO,
      kind: 'GlobalNetworkSet',
      metadata: { name: 'acquirers', labels: { kind: 'acquirer' } },
      spec: { nets: ['198.51.100.0/24'] },
    },
  ];
}

/** For each workload of the CDE: only the connections it makes; the end of the tier denies the rest. */
export function cdePolicies(): readonly Manifest[] {
  return PARTS.filter(part => CDE_NAMESPACES.includes(part.namespace) && part.name !== 'sftp-out').map(
    part => {
      const id = `${part.namespace}/${part.name}`;
      return {
        apiVersion: CALICO,
        kind: 'NetworkPolicy',
        metadata: { name: `app.${part.name}`, namespace: part.namespace },
        spec: {
          tier: 'app',
          order: 100,
          selector: app(part.name),
          types: ['Ingress', 'Egress'],
          ingress: EDGES.filter(edge => edge.to === id).map(edge => ({
            action: 'Allow',
            protocol: 'TCP',
            source: end(edge.from),
            destination: { ports: [edge.port] },
          })),
          egress: [
            ...EDGES.filter(edge => edge.from === id).map(edge => ({
              action: 'Allow',
              protocol: 'TCP',
              destination: { ...end(edge.to), ports: [edge.port] },
            })),
            ...outside(part.name),
          ],
        },
      };
    },
  );
}

function outside(name: string): readonly Manifest[] {
  if (name === 'webhook')
    return [{ action: 'Allow', protocol: 'TCP', destination: { nets: ['0.0.0.0/0'], ports: [443] } }];
  if (name === 'acquirer-link')
    return [
      {
        action: 'Allow',
        protocol: 'TCP',
        destination: { selector: "kind == 'acquirer'", namespaceSelector: 'global()', ports: [443] },
      },
    ];
  return [];
}

/** Kubernetes NetworkPolicies of the other namespaces: default deny, then each connection. */
export function otherPolicies(): readonly Manifest[] {
  return [
    ...OTHER_NAMESPACES.flatMap(namespace => [
      networkPolicy(namespace, 'default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
      ...PARTS.filter(part => part.namespace === namespace && part.hostNetwork !== true).flatMap(part =>
        ownPolicy(namespace, part.name),
      ),
      ...extraPolicies(namespace),
    ]),
    ...extraPolicies('settlement'),
  ];
}

function ownPolicy(namespace: string, name: string): readonly Manifest[] {
  const id = `${namespace}/${name}`;
  const into = EDGES.filter(edge => edge.to === id);
  const out = EDGES.filter(edge => edge.from === id);
  if (into.length + out.length === 0) return [];
  return [
    networkPolicy(namespace, name, {
      podSelector: { matchLabels: { app: name } },
      policyTypes: ['Ingress', 'Egress'],
      ...(into.length === 0
        ? {}
        : { ingress: into.map(edge => ({ from: [peer(edge.from)], ports: ports(edge) })) }),
      ...(out.length === 0 ? {} : { egress: out.map(edge => ({ to: [peer(edge.to)], ports: ports(edge) })) }),
    }),
  ];
}

function extraPolicies(namespace: string): readonly Manifest[] {
  if (namespace === 'settlement')
    return [
      networkPolicy('settlement', 'sftp-out-sends', {
        podSelector: { matchLabels: { app: 'sftp-out' } },
        policyTypes: ['Egress'],
        egress: [{ to: [{ ipBlock: { cidr: '192.0.2.40/32' } }], ports: [{ protocol: 'TCP', port: 22 }] }],
      }),
    ];
  if (namespace === 'cart')
    return [
      networkPolicy('cart', 'debug-shell', {
        podSelector: { matchLabels: { purpose: 'debug' } },
        policyTypes: ['Egress'],
        egress: [{ ports: [{ protocol: 'TCP', port: 5432 }] }],
      }),
    ];
  if (namespace === 'fraud')
    return [
      networkPolicy('fraud', 'case-ui-lookups', {
        podSelector: { matchLabels: { app: 'case-ui' } },
        policyTypes: ['Egress'],
        egress: [
          { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'tokenisation' } } }] },
        ],
      }),
    ];
  if (namespace === 'platform')
    return [
      networkPolicy('platform', 'public-entry', {
        podSelector: { matchLabels: { app: 'ingress-nginx' } },
        policyTypes: ['Ingress'],
        ingress: [
          {
            ports: [
              { protocol: 'TCP', port: 443 },
              { protocol: 'TCP', port: 80 },
            ],
          },
        ],
      }),
    ];
  return [];
}

function tier(name: string, order: number): Manifest {
  return { apiVersion: CALICO, kind: 'Tier', metadata: { name }, spec: { order } };
}

function global(
  name: string,
  order: number,
  selector: string,
  types: readonly string[],
  rules: Manifest,
): Manifest {
  return {
    apiVersion: CALICO,
    kind: 'GlobalNetworkPolicy',
    metadata: { name },
    spec: { tier: name.split('.')[0], order, selector, types, ...rules },
  };
}

function end(id: string): Manifest {
  const [namespace, name] = split(id);
  return { selector: app(name), namespaceSelector: inNamespace(namespace) };
}

function peer(id: string): Manifest {
  const [namespace, name] = split(id);
  return {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: { matchLabels: { app: name } },
  };
}

function ports(edge: Edge): readonly Manifest[] {
  return [{ protocol: 'TCP', port: edge.port }];
}

function networkPolicy(namespace: string, name: string, spec: Manifest): Manifest {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec };
}
