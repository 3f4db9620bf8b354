// Flows of open-source Calico (3.30 and later), which keeps them in memory only: what Whisker's REST interface answers
// (`start_time`, `reporter: Src`) and what Goldmane's gRPC interface prints as JSON (`flow.Key.sourceName`). Always
// aggregated by the prefix of the pods' names, without addresses; members with zero values are left out.
import type { JsonObject, JsonValue } from '../../base/json.ts';
import { isObject } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import { FLOW_ACTION, FLOW_END, FLOW_REPORTER } from '../../model/flow-table.ts';
import { itemsOf } from '../document.ts';
import type { FlowRecord } from '../flow-builder.ts';
import type { RecordFormat } from './format.ts';
import { known, name, number, object, protocolName, text, texts, timeOf } from './values.ts';

/** Flow records of open-source Calico. */
export const CALICO_FLOW_OSS: RecordFormat = {
  name: 'calico-flow-oss',
  recognise: record =>
    isWhisker(record)
      ? 'records of Whisker: source_name, dest_name, reporter, protocol'
      : goldmaneFlow(record) === undefined
        ? undefined
        : 'records of Goldmane: flow with Key, sourceName and destName',
  read: (record, { line }, into) => {
    const goldmane = goldmaneFlow(record);
    if (goldmane === undefined && !isWhisker(record)) return 0;
    const flow = goldmane === undefined ? readWhisker(record) : readGoldmane(goldmane);
    if (!(flow.start > 0)) return 0;
    into.flow(flow, line);
    return 1;
  },
};

function isWhisker(record: JsonObject): boolean {
  const isOne = ['source_name', 'dest_name', 'reporter', 'action', 'protocol', 'start_time'].every(
    key => key in record,
  );
  return isOne && !('source_type' in record);
}

/** The flow of a result, also without the result around it. */
function goldmaneFlow(record: JsonObject): JsonObject | undefined {
  const flow = isObject(record['flow']) ? record['flow'] : record;
  const key = keyOf(flow);
  const isFlow = 'sourceName' in key || 'destName' in key;
  return isFlow && ('startTime' in flow || 'endTime' in flow) ? flow : undefined;
}

function keyOf(flow: JsonObject): JsonObject {
  return object(flow['Key'] ?? flow['key']);
}

function readWhisker(record: JsonObject): FlowRecord {
  const hits = object(record['policies']);
  return {
    ...NOT_LOGGED,
    start: timeOf(record['start_time']),
    end: timeOf(record['end_time']),
    ...endOf('src', text(record['source_name']), text(record['source_namespace']), undefined),
    ...endOf('dst', text(record['dest_name']), text(record['dest_namespace']), undefined),
    srcLabels: sorted(text(record['source_labels']).split(' | ')),
    dstLabels: sorted(text(record['dest_labels']).split(' | ')),
    policies: hitsOf(hits['enforced']),
    pendingPolicies: hitsOf(hits['pending']),
    protocol: protocolName(text(record['protocol'])),
    action: actionOf(record['action']),
    reporter: reporterOf(record['reporter']),
    dstPort: number(record['dest_port']) || -1,
    bytesOut: number(record['bytes_out']),
    bytesIn: number(record['bytes_in']),
    packetsOut: number(record['packets_out']),
    packetsIn: number(record['packets_in']),
  };
}

function readGoldmane(flow: JsonObject): FlowRecord {
  const key = keyOf(flow);
  const hits = object(key['policies']);
  const service = name(key['destServiceName']);
  return {
    ...NOT_LOGGED,
    start: timeOf(flow['startTime']),
    end: timeOf(flow['endTime']),
    ...endOf('src', text(key['sourceName']), text(key['sourceNamespace']), kindOf(key['sourceType'])),
    ...endOf('dst', text(key['destName']), text(key['destNamespace']), kindOf(key['destType'])),
    srcLabels: sorted(texts(flow['sourceLabels'])),
    dstLabels: sorted(texts(flow['destLabels'])),
    dstService: service === '' ? '' : `${name(key['destServiceNamespace'])}/${service}`,
    policies: hitsOf(hits['enforcedPolicies']),
    pendingPolicies: hitsOf(hits['pendingPolicies']),
    protocol: protocolName(text(key['proto'])),
    action: actionOf(key['action']),
    reporter: reporterOf(key['reporter']),
    dstPort: number(key['destPort']) || -1,
    connections: number(flow['numConnectionsStarted']),
    bytesOut: number(flow['bytesOut']),
    bytesIn: number(flow['bytesIn']),
    packetsOut: number(flow['packetsOut']),
    packetsIn: number(flow['packetsIn']),
  };
}

/** What these flows never have: addresses, ports of clients, names of nodes. */
const NOT_LOGGED = {
  srcIp: '',
  dstIp: '',
  dstService: '',
  dstDomains: '',
  srcPort: -1,
  connections: 0,
  node: '',
  cluster: '',
} as const;

type SourceEnd = Pick<FlowRecord, 'srcName' | 'srcNamespace' | 'srcKind'>;
type DestinationEnd = Pick<FlowRecord, 'dstName' | 'dstNamespace' | 'dstKind'>;

function endOf(side: 'src', given: string, space: string, kind: number | undefined): SourceEnd;
function endOf(side: 'dst', given: string, space: string, kind: number | undefined): DestinationEnd;
function endOf(side: 'src' | 'dst', given: string, space: string, kind: number | undefined) {
  const shown = known(NETWORKS, given) ?? name(given);
  const namespace = space === 'Global' ? '' : name(space);
  const found = kind ?? inferred(shown, namespace);
  return side === 'src'
    ? { srcName: shown, srcNamespace: namespace, srcKind: found }
    : { dstName: shown, dstNamespace: namespace, dstKind: found };
}

/** Whisker writes these two out. */
const NETWORKS: Readonly<Record<string, string>> = { 'PUBLIC NETWORK': 'pub', 'PRIVATE NETWORK': 'pvt' };

/** Whisker names no type: a prefix with a star is of pods; a bare name may be a pod, a host endpoint or a network set. */
function inferred(shown: string, namespace: string): number {
  if (namespace === '' && (shown === 'pub' || shown === 'pvt')) return FLOW_END.network;
  return namespace !== '' && shown.endsWith('*') ? FLOW_END.pod : FLOW_END.unknown;
}

function kindOf(type: JsonValue | undefined): number {
  const kinds: Readonly<Record<string, number>> = {
    WorkloadEndpoint: FLOW_END.pod,
    '1': FLOW_END.pod,
    HostEndpoint: FLOW_END.host,
    '2': FLOW_END.host,
    NetworkSet: FLOW_END.networkSet,
    '3': FLOW_END.networkSet,
    Network: FLOW_END.network,
    '4': FLOW_END.network,
  };
  return known(kinds, wordOf(type)) ?? FLOW_END.unknown;
}

function actionOf(value: JsonValue | undefined): number {
  const word = wordOf(value);
  if (word === 'Allow' || word === '1') return FLOW_ACTION.allow;
  return word === 'Deny' || word === '2' ? FLOW_ACTION.deny : FLOW_ACTION.unknown;
}

function reporterOf(value: JsonValue | undefined): number {
  const word = wordOf(value);
  if (word === 'Src' || word === '1') return FLOW_REPORTER.source;
  return word === 'Dst' || word === '2' ? FLOW_REPORTER.destination : FLOW_REPORTER.unknown;
}

/** Enum values come as names or, where a printer was told so, as numbers. */
function wordOf(value: JsonValue | undefined): string {
  return typeof value === 'number' ? String(value) : text(value);
}

function sorted(labels: readonly string[]): string {
  return labels
    .filter(label => label !== '')
    .sort(compareText)
    .join(',');
}

/** Hits in the notation that Calico 3.32 uses in its own logs: `index|tier|kind:namespace/name|action|rule`. */
function hitsOf(value: JsonValue | undefined): string {
  return itemsOf(value)
    .filter(isObject)
    .map(hit => ({ index: number(hit['policy_index'] ?? hit['policyIndex']), shown: printHit(hit) }))
    .sort((a, b) => a.index - b.index || compareText(a.shown, b.shown))
    .map(({ index, shown }) => `${index}|${shown}`)
    .join('\n');
}

/** The end of a tier is told with the policy that made the tier count. */
function printHit(hit: JsonObject): string {
  const trigger = isObject(hit['trigger']) ? hit['trigger'] : undefined;
  const named = trigger ?? hit;
  const kind = known(KINDS, wordOf(named['kind'])) ?? 'eot';
  const space = name(named['namespace']);
  const shown = kind === 'eot' ? '__NO_MATCH__' : `${space === '' ? '' : `${space}/`}${text(named['name'])}`;
  const rule = trigger === undefined && kind !== 'eot' ? number(hit['rule_index'] ?? hit['ruleIndex']) : -1;
  const tier = kind === 'pro' ? '__PROFILE__' : text(hit['tier']);
  return `${tier}|${kind}:${shown}|${known(ACTIONS, wordOf(hit['action'])) ?? 'unknown'}|${rule}`;
}

const ACTIONS: Readonly<Record<string, string>> = {
  Allow: 'allow',
  '1': 'allow',
  Deny: 'deny',
  '2': 'deny',
  Pass: 'pass',
  '3': 'pass',
};

const KINDS: Readonly<Record<string, string>> = {
  CalicoNetworkPolicy: 'np',
  '1': 'np',
  GlobalNetworkPolicy: 'gnp',
  '2': 'gnp',
  StagedNetworkPolicy: 'snp',
  '3': 'snp',
  StagedGlobalNetworkPolicy: 'sgnp',
  '4': 'sgnp',
  StagedKubernetesNetworkPolicy: 'sknp',
  '5': 'sknp',
  NetworkPolicy: 'knp',
  '6': 'knp',
  ClusterNetworkPolicy: 'kcnp',
  ClusterNetworkPolicyAdminTier: 'kcnp',
  '7': 'kcnp',
  ClusterNetworkPolicyBaselineTier: 'kcnp',
  '8': 'kcnp',
  AdminNetworkPolicy: 'kanp',
  BaselineAdminNetworkPolicy: 'kbanp',
  Profile: 'pro',
  '9': 'pro',
};
