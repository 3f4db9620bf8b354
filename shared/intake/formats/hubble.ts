// Cilium Hubble flows as JSON lines (wrapped by `hubble observe`, or the bare flow of old releases). Events are trace
// points, not connections; replies come with their ends swapped and are turned round here.
import type { JsonObject, JsonValue } from '../../base/json.ts';
import { isObject } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import { FLOW_ACTION, FLOW_END, FLOW_REPORTER } from '../../model/flow-table.ts';
import type { FlowRecord } from '../flow-builder.ts';
import type { RecordFormat } from './format.ts';
import { number, object, text, texts } from './values.ts';

/** Events of Hubble; those that are no flows count as records too. */
export const HUBBLE: RecordFormat = {
  name: 'hubble',
  recognise: record =>
    isHubbleEvent(record) ? 'records with flow and verdict, or other Hubble events' : undefined,
  read: (record, { line }, into) => {
    if (!isHubbleEvent(record)) return 0;
    into.lost(lostEvents(record));
    const flow = readHubbleFlow(record);
    if (flow !== undefined) into.flow(flow, line);
    return 1;
  },
};

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

/** One flow; undefined for L7 samples without addresses and the like. */
function readHubbleFlow(event: JsonObject): FlowRecord | undefined {
  const flow = hubbleFlow(event);
  if (flow === undefined) return undefined;
  const at = Date.parse(text(flow['time']) || text(event['time']));
  if (Number.isNaN(at)) return undefined;
  const reply = flow['is_reply'] === true || flow['reply'] === true;
  const l4 = layer4(object(flow['l4']));
  const ip = object(flow['IP']);
  const ends = [
    endOf(object(flow['source']), text(ip['source']), l4.srcPort),
    endOf(object(flow['destination']), text(ip['destination']), l4.dstPort),
  ] as const;
  const [src, dst] = reply ? [ends[1], ends[0]] : ends;
  const service = object(reply ? flow['source_service'] : flow['destination_service']);
  const domains = texts(reply ? flow['source_names'] : flow['destination_names']);
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
    reporter: reporterOf(text(flow['traffic_direction']), reply),
    srcPort: src.port,
    dstPort: dst.port,
    connections: 0,
    bytesOut: 0,
    bytesIn: 0,
    packetsOut: reply ? 0 : 1,
    packetsIn: reply ? 1 : 0,
    ...reporterNode(text(event['node_name']) || text(flow['node_name'])),
  };
}

/** A node name may be `cluster/node`. */
function reporterNode(name: string): { readonly node: string; readonly cluster: string } {
  const slash = name.indexOf('/');
  return slash < 0
    ? { node: name, cluster: '' }
    : { node: name.slice(slash + 1), cluster: name.slice(0, slash) };
}

interface End {
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
  readonly labels: string;
  readonly kind: number;
  readonly port: number;
}

function endOf(end: JsonObject, ip: string, port: number): End {
  const labels = texts(end['labels']);
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

function layer4(l4: JsonObject): {
  readonly protocol: string;
  readonly srcPort: number;
  readonly dstPort: number;
} {
  for (const protocol of ['TCP', 'UDP', 'SCTP'])
    if (isObject(l4[protocol])) {
      const part = l4[protocol];
      return { protocol, srcPort: number(part['source_port']), dstPort: number(part['destination_port']) };
    }
  for (const protocol of ['ICMPv4', 'ICMPv6'])
    if (isObject(l4[protocol]))
      return { protocol: protocol === 'ICMPv4' ? 'ICMP' : 'ICMPV6', srcPort: -1, dstPort: -1 };
  return { protocol: '', srcPort: -1, dstPort: -1 };
}

const VERDICTS = [
  'VERDICT_UNKNOWN',
  'FORWARDED',
  'DROPPED',
  'ERROR',
  'AUDIT',
  'REDIRECTED',
  'TRACED',
  'TRANSLATED',
];
/** No allow matched, an explicit deny, authentication required by a policy; every other reason is no policy's. */
const POLICY_DROPS: readonly JsonValue[] = ['POLICY_DENIED', 'POLICY_DENY', 'AUTH_REQUIRED', 133, 181, 189];

/**
 * Enum values come as names or, from foreign marshallers, as numbers. REDIRECTED went to a proxy: not final. A drop
 * for another reason than policy says nothing about policy.
 */
function actionOf(flow: JsonObject): number {
  const verdict = flow['verdict'];
  const word = typeof verdict === 'number' ? VERDICTS[verdict] : text(verdict);
  if (word === 'FORWARDED') return FLOW_ACTION.allow;
  if (word === 'AUDIT') return FLOW_ACTION.audit;
  if (word !== 'DROPPED') return FLOW_ACTION.unknown;
  const reason = flow['drop_reason_desc'] ?? flow['drop_reason'];
  return reason === undefined || POLICY_DROPS.includes(reason) ? FLOW_ACTION.deny : FLOW_ACTION.unknown;
}

/** The direction is told from the reporting endpoint; a reply's is turned round with its ends. */
function reporterOf(direction: string, reply: boolean): number {
  if (direction === 'EGRESS') return reply ? FLOW_REPORTER.destination : FLOW_REPORTER.source;
  if (direction === 'INGRESS') return reply ? FLOW_REPORTER.source : FLOW_REPORTER.destination;
  return FLOW_REPORTER.unknown;
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
