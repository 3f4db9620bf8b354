// A large cluster as plain facts, drawn from a seed: 50 pods a namespace, eight workloads each, Kubernetes policies and
// global Calico ones in two tiers, addresses outside included. Peers of the benchmark read these facts; objects.ts writes
// them as Kubernetes objects for the product.
import { makeRandom } from '../generate/random.ts';

/** One label that must have a value. */
export type Wanted = readonly (readonly [key: string, value: string])[];

/** Whom a policy or a rule means. */
export interface PlainSet {
  readonly namespace?: string;
  readonly namespaceLabels?: Wanted;
  readonly labels?: Wanted;
  /** IPv4 addresses, both ends included. */
  readonly block?: { readonly text: string; readonly from: number; readonly to: number };
}

/** TCP or UDP ports, both ends included. */
export interface PlainPort {
  readonly protocol: 'TCP' | 'UDP';
  readonly from: number;
  readonly to: number;
}

/** A rule; no peer or no port means any. */
export interface PlainRule {
  readonly index: number;
  readonly action: 'allow' | 'deny' | 'pass';
  readonly peers: readonly PlainSet[];
  readonly ports: readonly PlainPort[];
}

/** A policy; tiers 0 and 1 are global ones, tier 2 is Kubernetes' own. */
export interface PlainPolicy {
  readonly id: string;
  readonly name: string;
  readonly tier: 0 | 1 | 2;
  readonly order: number;
  readonly target: PlainSet;
  readonly ingress: readonly PlainRule[];
  readonly egress: readonly PlainRule[] | undefined;
}

/** A pod or an outside address. */
export interface PlainEnd {
  readonly id: string;
  readonly namespace?: string;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly address: number;
}

/** A cluster of facts, policies in the order in which they are asked. */
export interface PlainCluster {
  readonly namespaces: readonly {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
  }[];
  readonly pods: readonly (PlainEnd & { readonly workload: string; readonly node: string })[];
  readonly policies: readonly PlainPolicy[];
}

/** How large it shall be. */
export interface ClusterSize {
  readonly pods: number;
  readonly policies: number;
  readonly seed: number;
  /** Distinct workloads; 8 in each namespace of 50 pods when absent. */
  readonly workloads?: number;
}

/** Draws a cluster; equal sizes and seeds give equal clusters. */
export function drawFacts(size: ClusterSize): PlainCluster {
  const draw = drawing(makeRandom(size.seed));
  const count = Math.max(4, Math.round((size.workloads ?? size.pods * 0.16) / 8));
  const namespaces = Array.from({ length: count }, (_, at) => {
    const name = `ns-${at}`;
    const env = ['prod', 'stage', 'dev'][at % 3] ?? 'dev';
    return { name, labels: { 'kubernetes.io/metadata.name': name, env, team: `t${at % 25}` } };
  });
  return {
    namespaces,
    pods: drawPods(namespaces, size.pods),
    policies: drawPolicies(draw, namespaces, size.policies),
  };
}

/** An outside address as an end. */
export function outsideEnd(text: string): PlainEnd {
  return { id: text, namespaceLabels: {}, labels: {}, address: addressOf(text) };
}

/** The dotted form of an address. */
export function dotted(address: number): string {
  return [24, 16, 8, 0].map(shift => (address >>> shift) & 255).join('.');
}

interface Draw {
  readonly chance: (share: number) => boolean;
  readonly below: (bound: number) => number;
  readonly pick: <T>(items: readonly [T, ...T[]]) => T;
  readonly some: <T>(most: number, make: () => T) => T[];
}

function drawing(random: () => number): Draw {
  const below = (bound: number): number => Math.floor(random() * bound);
  return {
    below,
    chance: share => random() < share,
    pick: items => items[below(items.length)] ?? items[0],
    some: (most, make) => Array.from({ length: 1 + below(most) }, make),
  };
}

const APPS = 40;

function drawPods(namespaces: PlainCluster['namespaces'], pods: number): PlainCluster['pods'] {
  const workloads = namespaces.flatMap((namespace, at) =>
    Array.from({ length: 8 }, (_, w) => ({
      namespace,
      name: `w${w}`,
      labels: {
        app: `app-${(at * 3 + w) % APPS}`,
        tier: ['web', 'api', 'db', 'job'][w % 4] ?? 'job',
        pci: w % 5 === 0 ? 'true' : 'false',
        'pod-template-hash': `h${at}x${w}`,
      },
    })),
  );
  return Array.from({ length: pods }, (_, at) => {
    const workload = workloads[at % workloads.length] ?? workloads[0]!;
    const { name, labels: namespaceLabels } = workload.namespace;
    return {
      id: `${name}/${workload.name}-${at}`,
      namespace: name,
      namespaceLabels,
      labels: { ...workload.labels, 'statefulset.kubernetes.io/pod-name': `${workload.name}-${at}` },
      address: addressOf('10.0.0.0') + 256 + at,
      workload: workload.name,
      node: `node-${at % 100}`,
    };
  });
}

const PORTS = [443, 5432, 6379, 8080, 8443, 9092, 53, 3306] as const;
const BLOCKS = ['203.0.113.0/24', '198.51.100.0/25', '192.0.2.16/28', '8.8.8.8/32', '10.0.0.0/8'] as const;

function drawPort(draw: Draw): PlainPort {
  if (draw.chance(0.2)) return { protocol: 'TCP', from: 8000, to: 8090 };
  if (draw.chance(0.15)) return { protocol: 'UDP', from: 53, to: 53 };
  const port = draw.pick(PORTS);
  return { protocol: 'TCP', from: port, to: port };
}

function drawLabels(draw: Draw): Wanted {
  if (draw.chance(0.5)) return [['app', `app-${draw.below(APPS)}`]];
  if (draw.chance(0.6)) return [['tier', draw.pick(['web', 'api', 'db'])]];
  return draw.chance(0.5) ? [['pci', 'true']] : [];
}

function drawPolicies(
  draw: Draw,
  namespaces: PlainCluster['namespaces'],
  policies: number,
): readonly PlainPolicy[] {
  const names = namespaces.map(namespace => namespace.name) as [string, ...string[]];
  const drawn = Array.from({ length: policies }, (_, at) =>
    at % 10 === 0 ? globalPolicy(draw, at) : namespacedPolicy(draw, at, names),
  );
  return drawn.sort((a, b) => a.tier - b.tier || a.order - b.order);
}

function rulesOf(draw: Draw, action: () => PlainRule['action'], peers: () => PlainSet[]): PlainRule[] {
  return draw
    .some(3, () => ({
      action: action(),
      peers: draw.chance(0.1) ? [] : peers(),
      ports: draw.chance(0.15) ? [] : draw.some(3, () => drawPort(draw)),
    }))
    .map((rule, index) => ({ index, ...rule }));
}

function globalPolicy(draw: Draw, at: number): PlainPolicy {
  const tier = draw.chance(0.5) ? 0 : 1;
  const name = `global-${String(at).padStart(5, '0')}`;
  const peer = (): PlainSet =>
    draw.chance(0.15)
      ? { block: blockOf(draw.pick(BLOCKS)) }
      : {
          ...(draw.chance(0.5) ? { namespaceLabels: [['team', `t${draw.below(25)}`]] } : {}),
          labels: drawLabels(draw),
        };
  const rules = (): PlainRule[] =>
    rulesOf(
      draw,
      () => draw.pick(['allow', 'deny', 'pass', 'pass']),
      () => [peer()],
      // A Calico rule names one protocol.
    ).map(rule => ({ ...rule, ports: rule.ports.filter(port => port.protocol === rule.ports[0]?.protocol) }));
  return {
    id: `GlobalNetworkPolicy ${name}`,
    name,
    tier,
    order: at,
    target: { namespaceLabels: [['team', `t${draw.below(25)}`]], labels: drawLabels(draw) },
    ingress: rules(),
    egress: draw.chance(0.4) ? rules() : undefined,
  };
}

function namespacedPolicy(draw: Draw, at: number, namespaces: [string, ...string[]]): PlainPolicy {
  const namespace = draw.pick(namespaces);
  const name = `local-${String(at).padStart(5, '0')}`;
  const peer = (): PlainSet => {
    if (draw.chance(0.1)) return { block: blockOf(draw.pick(BLOCKS)) };
    if (draw.chance(0.5)) return { namespace, labels: drawLabels(draw) };
    const wanted: Wanted = draw.chance(0.6)
      ? [['kubernetes.io/metadata.name', draw.pick(namespaces)]]
      : [['env', 'prod']];
    return { namespaceLabels: wanted, labels: drawLabels(draw) };
  };
  const rules = (): PlainRule[] =>
    rulesOf(
      draw,
      () => 'allow',
      () => draw.some(3, peer),
    );
  return {
    id: `NetworkPolicy ${namespace}/${name}`,
    name,
    tier: 2,
    order: at,
    target: { namespace, labels: drawLabels(draw) },
    ingress: rules(),
    egress: draw.chance(0.4) ? rules() : undefined,
  };
}

function blockOf(text: string): NonNullable<PlainSet['block']> {
  const [base = '', length = '32'] = text.split('/');
  const from = addressOf(base);
  return { text, from, to: from + 2 ** (32 - Number(length)) - 1 };
}

function addressOf(text: string): number {
  return text.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}
