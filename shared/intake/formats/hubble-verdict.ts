// What one event of Hubble says about a connection: who opened it, whose side saw it, what became of it. Events are trace
// points, most of them no verdict: only a point behind a side's policies says that this side allowed.
//   FROM_ENDPOINT (seen, nothing decided) -> TO_STACK, TO_OVERLAY (egress passed) -> TO_ENDPOINT (ingress passed)
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { FLOW_ACTION, FLOW_OPENER, FLOW_REPORTER } from '../../model/flow-table.ts';
import { openerOf } from '../flow-direction.ts';
import { number, object, text } from './values.ts';

/** Protocol and ports of a flow; -1 = none. */
export interface Layer4 {
  readonly protocol: string;
  readonly srcPort: number;
  readonly dstPort: number;
  /** Bits as in TCP; 0 where the event has none. */
  readonly tcpFlags: number;
}

/** Protocol and ports; a port left out is 0. */
export function layer4(l4: JsonObject): Layer4 {
  for (const protocol of ['TCP', 'UDP', 'SCTP']) {
    const part = l4[protocol];
    if (!isObject(part)) continue;
    const flags = object(part['flags']);
    const tcpFlags = (flags['SYN'] === true ? 2 : 0) | (flags['ACK'] === true ? 16 : 0);
    const [srcPort, dstPort] = [number(part['source_port']), number(part['destination_port'])];
    return { protocol, srcPort, dstPort, tcpFlags };
  }
  const icmp = isObject(l4['ICMPv4']) ? 'ICMP' : isObject(l4['ICMPv6']) ? 'ICMPV6' : '';
  return { protocol: icmp, srcPort: -1, dstPort: -1, tcpFlags: 0 };
}

/**
 * Whether the ends are those of a reply, and how that is known. False is left out when printed; not known it is where the
 * event has neither answer nor direction, since the direction is told only where the connection was looked up.
 */
export function replyOf(
  flow: JsonObject,
  l4: Layer4,
): { readonly isReply: boolean; readonly opener: number } {
  const told = flow['is_reply'] ?? flow['reply'];
  if (told === true || told === false) return { isReply: told, opener: FLOW_OPENER.told };
  const l7 = text(object(flow['l7'])['type']);
  if (l7 !== '') return { isReply: l7 === 'RESPONSE', opener: FLOW_OPENER.told };
  if (directionOf(flow) !== '' || verdictOf(flow) !== 'FORWARDED')
    return { isReply: false, opener: FLOW_OPENER.told };
  const { isReply, basis } = openerOf({ ...l4, isRefused: false });
  return { isReply, opener: basis };
}

/** The direction is the connection's at the endpoint that reports, also of its replies. */
export function reporterOf(flow: JsonObject): number {
  const direction = directionOf(flow);
  if (direction === 'EGRESS') return FLOW_REPORTER.source;
  if (direction === 'INGRESS') return FLOW_REPORTER.destination;
  return verdictOf(flow) === 'FORWARDED' ? FLOW_REPORTER.forward : FLOW_REPORTER.unknown;
}

/**
 * REDIRECTED and TO_PROXY went to a proxy, FROM_... came from somewhere: not final. A drop for another reason than policy
 * says nothing about policy.
 */
export function actionOf(flow: JsonObject): number {
  switch (verdictOf(flow)) {
    case 'FORWARDED':
      return /^FROM_|^TO_PROXY$/.test(pointOf(flow)) ? FLOW_ACTION.unknown : FLOW_ACTION.allow;
    case 'AUDIT':
      return FLOW_ACTION.audit;
    case 'DROPPED': {
      const reason = flow['drop_reason_desc'] ?? flow['drop_reason'];
      return reason === undefined || POLICY_DROPS.includes(reason) ? FLOW_ACTION.deny : FLOW_ACTION.unknown;
    }
    default:
      return FLOW_ACTION.unknown;
  }
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
const DIRECTIONS = ['TRAFFIC_DIRECTION_UNKNOWN', 'INGRESS', 'EGRESS'];
/** No allow matched, an explicit deny, authentication required by a policy; every other reason is no policy's. */
const POLICY_DROPS: readonly JsonValue[] = ['POLICY_DENIED', 'POLICY_DENY', 'AUTH_REQUIRED', 133, 181, 189];
/** Points by their number; the first of the list of sub types is the endpoint. */
const POINTS = [
  'UNKNOWN_POINT',
  'TO_PROXY',
  'TO_HOST',
  'TO_STACK',
  'TO_OVERLAY',
  'FROM_ENDPOINT',
  'FROM_PROXY',
  'FROM_HOST',
  'FROM_STACK',
  'FROM_OVERLAY',
  'FROM_NETWORK',
  'TO_NETWORK',
  'FROM_CRYPTO',
  'TO_CRYPTO',
];
const TRACE_EVENT = 4;

/** Enum values come as names or, from foreign marshallers, as numbers. */
function verdictOf(flow: JsonObject): string {
  return wordOf(flow['verdict'], VERDICTS);
}

function directionOf(flow: JsonObject): string {
  const word = wordOf(flow['traffic_direction'], DIRECTIONS);
  return word === 'INGRESS' || word === 'EGRESS' ? word : '';
}

function pointOf(flow: JsonObject): string {
  const point = flow['trace_observation_point'];
  if (point !== undefined) return point === 101 ? 'TO_ENDPOINT' : wordOf(point, POINTS);
  const event = object(flow['event_type']);
  if (event['type'] !== TRACE_EVENT) return '';
  const sub = number(event['sub_type']);
  return sub === 0 ? 'TO_ENDPOINT' : (POINTS[sub] ?? '');
}

function wordOf(value: JsonValue | undefined, words: readonly string[]): string {
  return typeof value === 'number' ? (words[value] ?? '') : text(value);
}
