// Calico Enterprise / Cloud flow logs: one JSON object a line, also as Elasticsearch wraps it. Follows the field list
// of the public flow log reference; every key but the times, types, action and reporter may be missing.
import type { JsonObject, JsonValue } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import { FLOW_ACTION, FLOW_END, FLOW_REPORTER } from '../../model/flow-table.ts';
import type { FlowRecord } from '../flow-builder.ts';
import type { RecordFormat } from './format.ts';
import { isStagedHit, sortHits } from './policy-hit.ts';
import { known, listed, name, number, object, protocolName, text, timeOf } from './values.ts';

/** Flow records of Calico Enterprise and Cloud. */
export const CALICO_FLOW: RecordFormat = {
  name: 'calico-flow',
  recognise: record =>
    isCalicoFlow(record) ? 'records with source_type, dest_type, reporter and action' : undefined,
  read: (record, { line }, into) => {
    const flow = readCalicoFlow(record);
    if (flow === undefined) return 0;
    into.flow(flow, line);
    return 1;
  },
};

function isCalicoFlow(record: JsonObject): boolean {
  return ['source_type', 'dest_type', 'reporter', 'action', 'start_time'].every(key => key in record);
}

/**
 * One record; undefined when it lacks what makes it one. Older logs list all hits together: those of staged policies were
 * not enforced.
 */
function readCalicoFlow(record: JsonObject): FlowRecord | undefined {
  if (!isCalicoFlow(record)) return undefined;
  const hits = object(record['policies']);
  const enforced = listed(hits['enforced_policies']);
  const pending = listed(hits['pending_policies']);
  const all = enforced.length > 0 && pending.length > 0 ? [] : listed(hits['all_policies']);
  return {
    start: timeOf(record['start_time']) || 0,
    end: timeOf(record['end_time']) || 0,
    srcNamespace: name(record['source_namespace']),
    srcName: name(record['source_name']) || name(record['source_name_aggr']),
    dstNamespace: name(record['dest_namespace']),
    dstName: name(record['dest_name']) || name(record['dest_name_aggr']),
    srcIp: name(record['source_ip']),
    dstIp: name(record['dest_ip']),
    srcLabels: labelsOf(record['source_labels'], record['source_labels.labels']),
    dstLabels: labelsOf(record['dest_labels'], record['dest_labels.labels']),
    dstService: serviceOf(record),
    dstDomains: [...listed(record['dest_domains'])].sort(compareText).join(','),
    policies: sortHits(enforced.length > 0 ? enforced : all.filter(hit => !isStagedHit(hit))).join('\n'),
    pendingPolicies: sortHits(pending.length > 0 ? pending : all.filter(isStagedHit)).join('\n'),
    protocol: protocolName(
      typeof record['proto'] === 'number' ? String(record['proto']) : text(record['proto']),
    ),
    srcKind: kindOf(text(record['source_type'])),
    dstKind: kindOf(text(record['dest_type'])),
    action: actionOf(text(record['action'])),
    reporter: reporterOf(text(record['reporter'])),
    srcPort: number(record['source_port'], -1),
    dstPort: number(record['dest_port'], -1) || -1,
    connections: number(record['num_flows_started'], number(record['num_flows'])),
    bytesOut: number(record['bytes_out']),
    bytesIn: number(record['bytes_in']),
    packetsOut: number(record['packets_out']),
    packetsIn: number(record['packets_in']),
    node: name(record['host']),
    cluster: name(record['cluster']),
  };
}

function labelsOf(nested: JsonValue | undefined, flat: JsonValue | undefined): string {
  const list = listed(object(nested)['labels']);
  return [...(list.length > 0 ? list : listed(flat))].sort(compareText).join(',');
}

function serviceOf(record: JsonObject): string {
  const service = name(record['dest_service_name']);
  return service === '' ? '' : `${name(record['dest_service_namespace'])}/${service}`;
}

function kindOf(type: string): number {
  const kinds: Readonly<Record<string, number>> = {
    wep: FLOW_END.pod,
    hep: FLOW_END.host,
    ns: FLOW_END.networkSet,
    net: FLOW_END.network,
  };
  return known(kinds, type) ?? FLOW_END.unknown;
}

function actionOf(word: string): number {
  const action = word.toLowerCase();
  if (action === 'allow') return FLOW_ACTION.allow;
  return action === 'deny' ? FLOW_ACTION.deny : FLOW_ACTION.unknown;
}

/** A combined reporter such as `dst, fwd` counts as the side whose policy decided. */
function reporterOf(reporter: string): number {
  const sides = reporter.split(',').map(side => side.trim());
  if (sides.includes('src')) return FLOW_REPORTER.source;
  if (sides.includes('dst')) return FLOW_REPORTER.destination;
  return sides.includes('fwd') ? FLOW_REPORTER.forward : FLOW_REPORTER.unknown;
}
