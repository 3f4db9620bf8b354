// Who an end of a flow record is, in the export: a pod, the pods behind an aggregate name, a host, a network set, outside
// addresses. What cannot be found is said so; a pod known only by the labels in the log is marked as half known.
import { parseAddressRange, printAddressRange, subtractRanges, type AddressRange } from '../base/address.ts';

import { isObject } from '../base/json.ts';
import { compareText } from '../base/order.ts';
import { FLOW_END } from '../model/flow-table.ts';
import { netsOfSet } from '../model/network-set.ts';
import type { ClusterSnapshot, Labels, Pod, Workload } from '../model/snapshot.ts';
import type { Endpoint } from '../policy/compiled.ts';
import type { Simulator } from './verdict.ts';

/** An end as the log names it. */
export interface LoggedEnd {
  /** FLOW_END code. */
  readonly kind: number;
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
  /** `k=v` joined by `,`; empty when the log has none. */
  readonly labels: string;
  /** Host names that the log ties to the address, joined by `,`. */
  readonly domains?: string;
}

/** An end as the simulator can be asked about it. */
export interface FlowEnd {
  /** Workload id, `host:<node>`, network set, address, `pub`, `pvt`, or the name in the log. */
  readonly id: string;
  /** Every endpoint it may be; empty when the export cannot tell. */
  readonly endpoints: readonly Endpoint[];
  /** Why there is none, or why they are only half known. */
  readonly doubt?: string;
  /** Built from labels in the log: good for an agreement, not for a contradiction. */
  readonly isHalfKnown: boolean;
}

/** Makes a resolver over one snapshot; equal ends give the same object. */
export function flowEnds(simulator: Simulator): (end: LoggedEnd) => FlowEnd {
  const index = indexOf(simulator.snapshot);
  const kept = new Map<string, FlowEnd>();
  return end => {
    const key = [end.kind, end.namespace, end.name, end.ip, end.labels, end.domains ?? ''].join('\n');
    const before = kept.get(key);
    if (before !== undefined) return before;
    const found = resolve(end, simulator, index);
    kept.set(key, found);
    return found;
  };
}

interface Index {
  readonly pods: ReadonlyMap<string, Pod>;
  readonly podsByNamespace: ReadonlyMap<string, readonly Pod[]>;
  readonly podsByIp: ReadonlyMap<string, Pod>;
  readonly workloads: readonly Workload[];
  readonly snapshot: ClusterSnapshot;
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

function resolve(end: LoggedEnd, simulator: Simulator, index: Index): FlowEnd {
  switch (end.kind) {
    case FLOW_END.pod:
      return end.name === '' ? byAddress(end, simulator, index) : byPodName(end, simulator, index);
    case FLOW_END.podThen:
      return byPodName(end, simulator, index);
    case FLOW_END.podAssumed:
      return assumed(byPodName(end, simulator, index), end);
    case FLOW_END.service:
      return byService(end);
    case FLOW_END.unclear:
      return unknownEnd(end.ip, `which pod held ${end.ip} then, the files do not tell`);
    case FLOW_END.host:
      return byNode(end, index);
    case FLOW_END.networkSet:
      return end.ip === ''
        ? byNetworkSet(end, index)
        : { ...byNetworkSet(end, index), ...outside(end.ip, end.ip) };
    case FLOW_END.network:
      return withNames(byNetwork(end, index), end);
    default:
      return end.ip === '' && end.name !== ''
        ? byPodName(end, simulator, index)
        : byAddress(end, simulator, index);
  }
}

function byPodName(end: LoggedEnd, simulator: Simulator, index: Index): FlowEnd {
  const id = `${end.namespace}/${end.name}`;
  const pods = end.name.endsWith('*')
    ? ofAggregate(end, index)
    : [index.pods.get(id)].filter(pod => pod !== undefined);
  const endpoints = pods.map(pod => simulator.endpoint(pod.id)).filter(found => found !== undefined);
  if (endpoints.length > 0) return known(pods[0]?.workload ?? id, endpoints);
  const workload = workloadNamed(end, index);
  const template = templateEndpoint(workload, simulator);
  if (template !== undefined && workload !== undefined) return known(workload.id, [template]);
  const doubt =
    pods.length > 0 ? `${id} is finished or not scheduled in the export` : `${id} is not in the export`;
  if (end.labels === '') return unknownEnd(workload?.id ?? id, doubt);
  const endpoint = byLabels(end, id, workload, simulator, index);
  const text = `${doubt}; its labels are taken from the log`;
  return { id: workload?.id ?? id, endpoints: [endpoint], doubt: text, isHalfKnown: true };
}

/** It held the address when exported; whether it did when the log was written is not shown. */
function assumed(found: FlowEnd, { ip }: LoggedEnd): FlowEnd {
  const doubt = `taken as the pod that held ${ip} in the export; that it did so at the time of the log is not shown`;
  return found.endpoints.length === 0 ? found : { ...found, doubt, isHalfKnown: true };
}

function byService({ namespace, name, ip }: LoggedEnd): FlowEnd {
  const id = `${namespace}/${name}[Service]`;
  return unknownEnd(
    id,
    `${ip} is the address of service ${namespace}/${name}; the log does not tell which pod it reached`,
  );
}

function known(id: string, endpoints: readonly Endpoint[]): FlowEnd {
  return { id, endpoints, isHalfKnown: false };
}

// `name-*` stands for pods whose generateName is `name-`: one more part without a dash.
function ofAggregate(end: LoggedEnd, index: Index): readonly Pod[] {
  const prefix = end.name.slice(0, -1);
  const pods = index.podsByNamespace.get(end.namespace) ?? [];
  return pods.filter(
    pod => !pod.synthetic && pod.name.startsWith(prefix) && !pod.name.slice(prefix.length).includes('-'),
  );
}

// Pods of manifests do not exist yet: the workload's template stands for them, whatever hash the log saw.
function templateEndpoint(workload: Workload | undefined, simulator: Simulator): Endpoint | undefined {
  const pod = workload?.pods.find(id => id === (workload.id as string));
  return pod === undefined ? undefined : simulator.endpoint(pod);
}

// The workload that names its pods so: `name-<hash>-<rest>`, `name-<rest>`, or the bare name.
function workloadNamed(end: LoggedEnd, index: Index): Workload | undefined {
  const name = end.name.endsWith('*') ? end.name.slice(0, -1).replace(/-$/, '') : end.name;
  const candidates = [
    name,
    name.replace(/-[a-z0-9]+$/, ''),
    name.replace(/-[a-z0-9]{6,10}-[a-z0-9]{5}$/, ''),
  ];
  for (const candidate of candidates) {
    const found = index.workloads.filter(
      workload => workload.namespace === end.namespace && workload.name === candidate,
    );
    if (found.length === 1) return found[0];
  }
  return undefined;
}

function byLabels(
  end: LoggedEnd,
  id: string,
  workload: Workload | undefined,
  simulator: Simulator,
  index: Index,
): Endpoint {
  const twin = workload?.pods.map(pod => simulator.endpoint(pod)).find(found => found !== undefined);
  const namespace = index.snapshot.namespaces.find(some => some.name === end.namespace);
  return {
    id,
    kind: 'pod',
    namespace: end.namespace,
    labels: labelsOf(end.labels),
    namespaceLabels: namespace?.labels ?? { 'kubernetes.io/metadata.name': end.namespace },
    ...(twin?.serviceAccount === undefined ? {} : { serviceAccount: twin.serviceAccount }),
    serviceAccountLabels: twin?.serviceAccountLabels ?? {},
    ips: end.ip === '' ? [] : [end.ip],
    ports: twin?.ports ?? [],
    hostNetwork: false,
  };
}

function byAddress(end: LoggedEnd, simulator: Simulator, index: Index): FlowEnd {
  const pod = index.podsByIp.get(end.ip);
  const endpoint = pod === undefined ? undefined : simulator.endpoint(pod.id);
  if (pod !== undefined && endpoint !== undefined) return known(pod.workload, [endpoint]);
  const host = hostAt(end.ip, index);
  if (host !== undefined) return host;
  const isPodUnknown = end.kind === FLOW_END.pod;
  if (isPodUnknown || parseAddressRange(end.ip) === undefined) {
    const id = [end.namespace, end.name, end.ip].filter(text => text !== '').join('/');
    return unknownEnd(id, `${id || 'an end without a name'} is not in the export`);
  }
  return outside(end.ip, end.ip);
}

// The log names a host by its HostEndpoint or by its node.
function byNode(end: LoggedEnd, index: Index): FlowEnd {
  const name = nodeNameOf(end.name, index);
  const node = index.snapshot.nodes.find(some => some.name === name);
  const ips = end.ip === '' ? (node?.addresses ?? []) : [end.ip];
  const id = `host:${name === '' ? end.ip : name}`;
  if (ips.length > 0) return known(id, [hostEndpoint(id, ips, name)]);
  return unknownEnd(id, `the addresses of node ${name} are not in the export`);
}

function nodeNameOf(name: string, index: Index): string {
  const hep = index.snapshot.policies.find(
    object => object.kind === 'HostEndpoint' && object.meta.name === name,
  );
  const spec = isObject(hep?.body['spec']) ? hep.body['spec'] : {};
  return typeof spec['node'] === 'string' ? spec['node'] : name.replace(/-auto-hep$/, '');
}

function unknownEnd(id: string, doubt: string): FlowEnd {
  return { id, endpoints: [], doubt, isHalfKnown: false };
}

function hostAt(ip: string, index: Index): FlowEnd | undefined {
  const node = index.snapshot.nodes.find(some => some.addresses.includes(ip));
  return node === undefined
    ? undefined
    : known(`host:${node.name}`, [hostEndpoint(`host:${node.name}`, [ip], node.name)]);
}

function byNetworkSet(end: LoggedEnd, index: Index): FlowEnd {
  const isGlobal = end.namespace === '' || end.namespace === '-';
  const id = isGlobal ? end.name : `${end.namespace}/${end.name}`;
  const nets = netsOfSet(index.snapshot, id);
  if (nets.length === 0) return unknownEnd(id, `network set ${id} is not in the export or holds no networks`);
  return { ...outside(id, ...nets), id };
}

// `pvt` is RFC 1918 and nothing else, `pub` the rest: of IPv4, since that is what such records are about in practice.
function byNetwork(end: LoggedEnd, index: Index): FlowEnd {
  const pod = index.podsByIp.get(end.ip);
  if (pod !== undefined) {
    const doubt = `the log calls ${end.ip} an outside address, the export knows it as pod ${pod.id}`;
    return unknownEnd(end.ip, doubt);
  }
  if (end.ip !== '') return hostAt(end.ip, index) ?? outside(end.ip, end.ip);
  if (end.name === 'pvt') return { ...outside('pvt', ...PRIVATE), id: 'pvt' };
  if (end.name === 'pub') return { ...outside('pub', ...PUBLIC), id: 'pub' };
  const id = end.name === '' ? 'an end without a name' : end.name;
  return unknownEnd(id, `${id} is no address`);
}

// Names are told of one address; those of an aggregate belong to some of its addresses only.
function withNames(found: FlowEnd, { ip, domains = '' }: LoggedEnd): FlowEnd {
  const names = domains.split(',').filter(name => name !== '');
  if (ip === '' || names.length === 0) return found;
  return {
    ...found,
    endpoints: found.endpoints.map(end => (end.kind === 'external' ? { ...end, names } : end)),
  };
}

const PUBLIC = subtractRanges(rangesOf(['0.0.0.0/0']), rangesOf(PRIVATE)).map(printAddressRange);

function rangesOf(texts: readonly string[]): readonly AddressRange[] {
  return texts.map(parseAddressRange).filter(range => range !== undefined);
}

function outside(id: string, ...ips: readonly string[]): FlowEnd {
  const nothing = {
    labels: {},
    namespaceLabels: {},
    serviceAccountLabels: {},
    ports: [],
    hostNetwork: false,
  };
  return known(id, [{ id, kind: 'external', ips, ...nothing }]);
}

function hostEndpoint(id: string, ips: readonly string[], node: string): Endpoint {
  const nothing = { labels: {}, namespaceLabels: {}, serviceAccountLabels: {}, ports: [] };
  return { id, kind: 'host', ips, node, hostNetwork: true, ...nothing };
}

function labelsOf(text: string): Labels {
  const pairs = text.split(',').filter(label => label.includes('='));
  return Object.fromEntries(
    pairs.map(label => [label.slice(0, label.indexOf('=')), label.slice(label.indexOf('=') + 1)]),
  );
}

function indexOf(snapshot: ClusterSnapshot): Index {
  const podsByNamespace = new Map<string, Pod[]>();
  const podsByIp = new Map<string, Pod>();
  for (const pod of [...snapshot.pods].sort((a, b) => compareText(a.id, b.id))) {
    const some = podsByNamespace.get(pod.namespace);
    if (some === undefined) podsByNamespace.set(pod.namespace, [pod]);
    else some.push(pod);
    if (pod.live && !pod.hostNetwork) for (const ip of pod.ips) podsByIp.set(ip, pod);
  }
  const pods = new Map<string, Pod>(snapshot.pods.map(pod => [pod.id, pod]));
  return { pods, podsByNamespace, podsByIp, workloads: snapshot.workloads, snapshot };
}
