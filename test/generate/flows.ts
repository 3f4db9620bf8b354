// Twenty-four hours of Calico flow logs of the sample, made from the platform's connections by a seeded generator.
// The text is the same on every machine; its SHA-256 is pinned in assets/sample/flows.sha256.
import { EDGES, PARTS, type Edge, type Part } from './platform.ts';
import { PODS, type RunningPod } from './pods.ts';
import { makeRandom } from './random.ts';

/** First second of the day, 2026-10-12T00:00:00Z. */
export const DAY_START = 1_791_763_200;
const STEP = 120;
const DAY = 86_400;
/** Nobody logged between 03:10 and 03:35. */
const GAP = [11_400, 12_900] as const;
const SILENT_NODE = 'worker-6';

/** How much of the day is written: all of it, or each ordinary connection as a share of its records. What was planted stays. */
export interface FlowOptions {
  readonly share?: number;
}

/** Every line of the log, without line ends. */
export function* flowLines(options: FlowOptions = {}): Iterable<string> {
  const random = makeRandom(20261012);
  const edges = [...EDGES, ...dnsEdges()];
  const share = options.share ?? 1;
  for (let step = 0; step < DAY / STEP; step++) {
    const at = step * STEP;
    const written = at < GAP[0] || at >= GAP[1];
    for (const edge of edges) {
      const drawn = random() * 100 < edge.often * share || step === 0;
      const load = 1 + Math.floor(random() * 40);
      if (drawn && written) yield* edgeRecords(edge, DAY_START + at, load);
    }
    if (written) yield* oddRecords(step, DAY_START + at);
  }
}

function* edgeRecords(edge: Edge, start: number, load: number): Iterable<string> {
  const from = podsOf(edge.from);
  const to = podsOf(edge.to);
  for (const node of nodesOf(from))
    yield record({ edge, from, to, start, load, reporter: 'src', host: node });
  for (const node of nodesOf(to)) yield record({ edge, from, to, start, load, reporter: 'dst', host: node });
}

interface Reported {
  readonly edge: Edge;
  readonly from: readonly RunningPod[];
  readonly to: readonly RunningPod[];
  readonly start: number;
  readonly load: number;
  readonly reporter: 'src' | 'dst';
  readonly host: string;
}

function record({ edge, from, to, start, load, reporter, host }: Reported): string {
  const [source] = from;
  const [dest] = to;
  if (source === undefined || dest === undefined) throw new Error(`no pods of ${edge.from} or ${edge.to}`);
  return line({
    start,
    host,
    reporter,
    action: 'allow',
    source: aggregated(source),
    dest: aggregated(dest),
    service: dest.part,
    port: edge.port,
    proto: edge.protocol ?? 'tcp',
    hits: reporter === 'src' ? egressHits(edge) : ingressHits(edge),
    load,
  });
}

interface End {
  readonly type: 'wep' | 'net' | 'ns';
  readonly namespace: string;
  readonly name: string;
  readonly aggregate: string;
  readonly ip: string | null;
  readonly labels: readonly string[] | null;
}

interface LineParts {
  readonly start: number;
  readonly host: string;
  readonly reporter: 'src' | 'dst';
  readonly action: 'allow' | 'deny';
  readonly source: End;
  readonly dest: End;
  readonly service?: Part;
  readonly port: number;
  readonly proto: string;
  readonly hits: readonly string[];
  readonly load: number;
}

function line(parts: LineParts): string {
  const { start, source, dest, service, load } = parts;
  const served = service !== undefined && service.ports.length > 0 && service.hostNetwork !== true;
  return JSON.stringify({
    start_time: start,
    end_time: start + STEP,
    source_ip: source.ip,
    source_name: source.name,
    source_name_aggr: source.aggregate,
    source_namespace: source.namespace,
    source_port: null,
    source_type: source.type,
    source_labels: source.labels === null ? null : { labels: source.labels },
    dest_ip: dest.ip,
    dest_name: dest.name,
    dest_name_aggr: dest.aggregate,
    dest_namespace: dest.namespace,
    dest_port: parts.port,
    dest_type: dest.type,
    dest_labels: dest.labels === null ? null : { labels: dest.labels },
    dest_service_namespace: served ? service.namespace : '-',
    dest_service_name: served ? service.name : '-',
    dest_service_port: served ? (service.ports.find(([, port]) => port === parts.port)?.[0] ?? '-') : '-',
    dest_service_port_num: served ? parts.port : null,
    dest_domains: null,
    proto: parts.proto,
    action: parts.action,
    reporter: parts.reporter,
    policies: {
      all_policies: parts.hits,
      enforced_policies: parts.hits,
      pending_policies: parts.hits,
      transit_policies: null,
    },
    bytes_in: load * 812,
    bytes_out: load * 310,
    num_flows: load,
    num_flows_started: load,
    num_flows_completed: load,
    packets_in: load * 6,
    packets_out: load * 5,
    http_requests_allowed_in: 0,
    http_requests_denied_in: 0,
    process_name: '-',
    num_process_names: 0,
    process_id: '-',
    num_process_ids: 0,
    original_source_ips: null,
    num_original_source_ips: 0,
    host: parts.host,
    '@timestamp': (start + STEP) * 1000,
  });
}

/** Allowed traffic is aggregated: no addresses, no pod names. */
function aggregated(pod: RunningPod): End {
  return {
    type: 'wep',
    namespace: pod.part.namespace,
    name: '-',
    aggregate: pod.aggregate,
    ip: null,
    labels: labelsOf(pod.part),
  };
}

/** Denied traffic keeps names and addresses. */
function exact(pod: RunningPod): End {
  return { ...aggregated(pod), name: pod.name, ip: pod.ip };
}

function labelsOf(part: Part): readonly string[] {
  return Object.entries({ app: part.name, ...part.labels, ...part.podLabels }).map(
    ([key, value]) => `${key}=${value}`,
  );
}

function podsOf(id: string): readonly RunningPod[] {
  return PODS.filter(pod => `${pod.part.namespace}/${pod.part.name}` === id);
}

function nodesOf(pods: readonly RunningPod[]): readonly string[] {
  return [...new Set(pods.map(pod => pod.node))].filter(node => node !== SILENT_NODE);
}

/** Everything that has an address of its own asks the cluster's DNS. */
function dnsEdges(): readonly Edge[] {
  return PARTS.filter(
    part =>
      part.hostNetwork !== true &&
      part.kind !== 'CronJob' &&
      !['kube-system', 'calico-system'].includes(part.namespace) &&
      part.name !== 'debug-shell' &&
      part.name !== 'sftp-out',
  ).map(part => ({
    from: `${part.namespace}/${part.name}`,
    to: 'kube-system/coredns',
    port: 53,
    protocol: 'udp' as const,
    often: 40,
  }));
}

const isCde = (id: string): boolean =>
  ['gateway', 'tokenisation', 'vault', 'settlement'].includes(id.split('/')[0] ?? '');

function egressHits(edge: Edge): readonly string[] {
  const [namespace, name] = edge.from.split('/') as [string, string];
  if (isCde(edge.from)) {
    if (edge.port === 53) return ['0|security|security.pci-segmentation|allow|1'];
    const rule = EDGES.filter(other => other.from === edge.from).indexOf(edge);
    const pass = isCde(edge.to) ? 0 : 3;
    return [
      `1|app|${namespace}/app.${name}|allow|${rule}`,
      `0|security|security.pci-segmentation|pass|${pass}`,
    ];
  }
  if (edge.port === 53) return ['0|platform|platform.dns-client|allow|0'];
  const rule = EDGES.filter(other => other.from === edge.from).indexOf(edge);
  return [
    `1|default|${namespace}/knp.default.${name}|allow|${rule}`,
    '0|platform|platform.dns-client|pass|1',
  ];
}

function ingressHits(edge: Edge): readonly string[] {
  const [namespace, name] = edge.to.split('/') as [string, string];
  if (edge.port === 53) return ['0|platform|platform.dns-server|allow|0'];
  const rule = EDGES.filter(other => other.to === edge.to).indexOf(edge);
  if (!isCde(edge.to)) return [`0|default|${namespace}/knp.default.${name}|allow|${rule}`];
  const pass = isCde(edge.from) ? 0 : edge.from === 'platform/ingress-nginx' ? 1 : 2;
  return [
    `1|app|${namespace}/app.${name}|allow|${rule}`,
    `0|security|security.pci-segmentation|pass|${pass}`,
  ];
}

const PUBLIC: End = { type: 'net', namespace: '-', name: '-', aggregate: 'pub', ip: null, labels: null };

/** Traffic with the outside, denials, and what was planted. */
function* oddRecords(step: number, start: number): Iterable<string> {
  const now = (period: number): boolean => step % period === 0;
  const one = (id: string): RunningPod => {
    const [pod] = podsOf(id);
    if (pod === undefined) throw new Error(`no pods of ${id}`);
    return pod;
  };
  const nginx = one('platform/ingress-nginx');
  yield line({
    start,
    host: nginx.node,
    reporter: 'dst',
    action: 'allow',
    source: PUBLIC,
    dest: aggregated(nginx),
    service: nginx.part,
    port: 443,
    proto: 'tcp',
    hits: ['0|default|platform/knp.default.public-entry|allow|0'],
    load: 900,
  });
  const acquirer = one('gateway/acquirer-link');
  const acquirers: End = {
    type: 'ns',
    namespace: '-',
    name: 'acquirers',
    aggregate: 'acquirers',
    ip: null,
    labels: ['kind=acquirer'],
  };
  yield line({
    start,
    host: acquirer.node,
    reporter: 'src',
    action: 'allow',
    source: aggregated(acquirer),
    dest: acquirers,
    port: 443,
    proto: 'tcp',
    hits: ['1|app|gateway/app.acquirer-link|allow|1', '0|security|security.pci-segmentation|pass|4'],
    load: 40,
  });
  const webhook = one('gateway/webhook');
  if (now(12))
    yield line({
      start,
      host: webhook.node,
      reporter: 'src',
      action: 'allow',
      source: aggregated(webhook),
      dest: PUBLIC,
      port: 443,
      proto: 'tcp',
      hits: ['1|app|gateway/app.webhook|allow|0', '0|security|security.webhook-egress|pass|0'],
      load: 3,
    });
  const runner = one('platform/ci-runner');
  if (now(40))
    yield line({
      start,
      host: runner.node,
      reporter: 'src',
      action: 'deny',
      source: exact(runner),
      dest: exact(one('vault/vault-api')),
      service: one('vault/vault-api').part,
      port: 8200,
      proto: 'tcp',
      hits: ['0|default|platform/knp.default.default-deny|deny|-1'],
      load: 1,
    });
  const shell = one('cart/debug-shell');
  const database = one('vault/vault-db');
  if (now(240)) {
    const hits = {
      src: ['0|default|cart/knp.default.debug-shell|allow|0'],
      dst: ['0|security|security.break-glass|allow|0'],
    } as const;
    for (const reporter of ['src', 'dst'] as const)
      yield line({
        start,
        host: reporter === 'src' ? shell.node : database.node,
        reporter,
        action: 'allow',
        source: aggregated(shell),
        dest: aggregated(database),
        service: database.part,
        port: 5432,
        proto: 'tcp',
        hits: hits[reporter],
        load: 2,
      });
  }
  const web = one('storefront/web');
  const gatewayDb = one('gateway/gateway-db');
  if (now(360))
    for (const reporter of ['src', 'dst'] as const)
      yield line({
        start,
        host: reporter === 'src' ? web.node : gatewayDb.node,
        reporter,
        action: 'allow',
        source: aggregated(web),
        dest: aggregated(gatewayDb),
        service: gatewayDb.part,
        port: 5432,
        proto: 'tcp',
        hits: ['0|__PROFILE__|__PROFILE__.kns.storefront|allow|0'],
        load: 1,
      });
  const cart = one('cart/cart');
  const points: End = {
    type: 'wep',
    namespace: 'loyalty',
    name: 'points-7d9c8b6f5-x2x2x',
    aggregate: 'points-7d9c8b6f5-*',
    ip: '10.48.4.201',
    labels: ['app=points'],
  };
  if (now(60))
    yield line({
      start,
      host: cart.node,
      reporter: 'dst',
      action: 'deny',
      source: points,
      dest: exact(cart),
      service: cart.part,
      port: 8080,
      proto: 'tcp',
      hits: ['0|default|cart/knp.default.default-deny|deny|-1'],
      load: 1,
    });
}
