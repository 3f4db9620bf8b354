// Cilium Hubble flows as JSON lines (wrapped by `hubble observe`, or the bare flow of old releases). Events are trace
// points, not connections (hubble-verdict.ts); replies come with their ends swapped and are turned round here.
import type { JsonObject, JsonValue } from '../../base/json.ts';
import { isObject } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import { FLOW_END } from '../../model/flow-table.ts';
import type { FlowRecord } from '../flow-builder.ts';
import type { RecordFormat, RecordPlace, RecordSink } from './format.ts';
import { readLayer7 } from './hubble-l7.ts';
import { actionOf, layer4, replyOf, reporterOf } from './hubble-verdict.ts';
import { number, object, text, texts } from './values.ts';

/** Events of Hubble; those that are no flows count as records too. */
export const HUBBLE: RecordFormat = {
  name: 'hubble',
  recognise: record =>
    isHubbleEvent(record) ? 'records with flow and verdict, or other Hubble events' : undefined,
  read: (record, place, into) => {
    if (!isHubbleEvent(record)) return 0;
    into.lost(lostEvents(record));
    if (isObject(record['node_status'])) readStatus(record['node_status'], place, into);
    const event = hubbleFlow(record);
    const flow = event === undefined ? undefined : readHubbleFlow(event, record);
    if (flow !== undefined) into.flow(flow, place.line);
    if (event !== undefined && flow !== undefined) readLayer7(object(event['l7']), flow, place, into);
    return 1;
  },
};

/** Nodes that the relay could not reach: their flows are missing from here on. */
function readStatus(status: JsonObject, { file, line }: RecordPlace, into: RecordSink): void {
  const state = text(status['state_change']);
  const names = [...texts(status['node_names'])].sort(compareText);
  if (!GONE.includes(state) || names.length === 0) return;
  into.diagnostic({
    code: 'intake.hubble.node-unavailable',
    severity: 'warning',
    message: `Hubble could not be reached on ${names.join(', ')} (${state}); its flows are not in this log`,
    file,
    line,
  });
}

const GONE: readonly string[] = ['NODE_UNAVAILABLE', 'NODE_GONE', 'NODE_ERROR'];

/** The flow inside an event; undefined when the event is something else. */
function hubbleFlow(event: JsonObject): JsonObject | undefined {
  const flow = event['flow'];
  if (isObject(flow) && ('verdict' in flow || 'traffic_direction' in flow || isObject(flow['IP'])))
    return flow;
  return 'verdict' in event && (isObject(event['IP']) || isObject(event['l4'])) ? event : undefined;
}

/** Whether an object is any Hubble event. */
function isHubbleEvent(event: JsonObject): boolean {
  return (
    hubbleFlow(event) !== undefined ||
    ['lost_events', 'node_status', 'agent_event', 'debug_event'].some(
      key => isObject(event[key]) && 'node_name' in event,
    )
  );
}

/** Events that the node says it lost. */
function lostEvents(event: JsonObject): number {
  return number(object(event['lost_events'])['num_events_lost']);
}

/** One flow; undefined without a time. */
function readHubbleFlow(flow: JsonObject, event: JsonObject): FlowRecord | undefined {
  const at = Date.parse(text(flow['time']) || text(event['time']));
  if (Number.isNaN(at)) return undefined;
  const l4 = layer4(object(flow['l4']));
  const { isReply, opener } = replyOf(flow, l4);
  const ip = object(flow['IP']);
  const reporter = reporterNode(text(event['node_name']) || text(flow['node_name']));
  const own = reporter.cluster || clusterHere(flow);
  const ends = [
    endOf(object(flow['source']), text(ip['source']), l4.srcPort, own),
    endOf(object(flow['destination']), text(ip['destination']), l4.dstPort, own),
  ] as const;
  const [src, dst] = isReply ? [ends[1], ends[0]] : ends;
  const service = object(isReply ? flow['source_service'] : flow['destination_service']);
  const domains = texts(isReply ? flow['source_names'] : flow['destination_names']);
  return {
    start: at,
    end: at,
    srcNamespace: src.namespace,
    srcName: src.name,
    dstNamespace: dst.namespace,
    dstName: dst.name,
    srcIp: src.ip,
    dstIp: dst.ip,
    srcLabels: src.labels,
    dstLabels: dst.labels,
    dstService: text(service['name']) === '' ? '' : `${text(service['namespace'])}/${text(service['name'])}`,
    dstDomains: [...domains].sort(compareText).join(','),
    policies: policiesOf(flow),
    pendingPolicies: '',
    protocol: l4.protocol,
    srcKind: src.kind,
    dstKind: dst.kind,
    action: actionOf(flow),
    reporter: reporterOf(flow),
    srcPort: src.port,
    dstPort: dst.port,
    connections: 0,
    bytesOut: 0,
    bytesIn: 0,
    packetsOut: isReply ? 0 : 1,
    packetsIn: isReply ? 1 : 0,
    ...reporter,
    opener,
  };
}

/** A node name may be `cluster/node`. */
function reporterNode(name: string): { readonly node: string; readonly cluster: string } {
  const slash = name.indexOf('/');
  return slash < 0
    ? { node: name, cluster: '' }
    : { node: name.slice(slash + 1), cluster: name.slice(0, slash) };
}

/** The cluster of the endpoint that the reporting node runs: only those have an id there. */
function clusterHere(flow: JsonObject): string {
  const local = [object(flow['source']), object(flow['destination'])].find(end => number(end['ID']) > 0);
  return text(local?.['cluster_name']);
}

interface End {
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
  readonly labels: string;
  readonly kind: number;
  readonly port: number;
}

function endOf(end: JsonObject, ip: string, port: number, own: string): End {
  const labels = texts(end['labels']);
  const cluster = text(end['cluster_name']);
  if (cluster !== '' && own !== '' && cluster !== own) return elsewhere(end, cluster, port);
  const pod = text(end['pod_name']);
  const isNode = labels.includes('reserved:host') || labels.includes('reserved:remote-node');
  const isWorld =
    labels.some(label => label.startsWith('reserved:world')) || number(end['identity']) >= 16_777_216;
  const isHost = isNode || (!isWorld && labels.includes('reserved:kube-apiserver'));
  return {
    namespace: text(end['namespace']),
    name: pod === '' ? (labels.find(label => label.startsWith('reserved:')) ?? '') : pod,
    ip,
    labels: labels
      .map(label => label.replace(/^k8s:/, ''))
      .sort(compareText)
      .join(','),
    kind: pod !== '' ? FLOW_END.pod : isHost ? FLOW_END.host : isWorld ? FLOW_END.network : FLOW_END.unknown,
    port,
  };
}

/** A pod of another cluster of the mesh: its name and address are not to be taken for ones of this cluster. */
function elsewhere(end: JsonObject, cluster: string, port: number): End {
  const name = [cluster, text(end['namespace']), text(end['pod_name'])].filter(part => part !== '').join('/');
  return { namespace: '', name, ip: '', labels: '', kind: FLOW_END.network, port };
}

function policiesOf(flow: JsonObject): string {
  const names: string[] = [];
  for (const key of ['egress_allowed_by', 'egress_denied_by', 'ingress_allowed_by', 'ingress_denied_by']) {
    const list = flow[key];
    if (!Array.isArray(list)) continue;
    for (const item of list as readonly JsonValue[])
      names.push(`${key}|${text(object(item)['namespace'])}/${text(object(item)['name'])}`);
  }
  return names.sort(compareText).join('\n');
}
