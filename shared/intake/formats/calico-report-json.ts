// Calico compliance reports as they were stored: one JSON object a report, in a log or out of Elasticsearch. Its parts
// give the same claims as the tables that were downloaded; flags that are left out are false there.
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { parseInstant } from '../../base/instant.ts';
import { sortedUnique } from '../../base/order.ts';
import type { CalicoReportClaim, CalicoReportFlag, CalicoReportType } from '../../model/calico-report.ts';
import { itemsOf } from '../document.ts';
import { K8S_AUDIT } from './audit.ts';
import { addReportRow } from './calico-report.ts';
import type { RecordFormat } from './format.ts';
import { number, object, text, texts } from './values.ts';

/** Stored reports. */
export const CALICO_REPORTS: RecordFormat = {
  name: 'calico-report',
  recognise: record =>
    text(record['reportName']) !== '' && text(record['reportTypeName']) !== '' && 'startTime' in record
      ? 'records with reportName, reportTypeName and startTime'
      : undefined,
  read: (record, place, into) => {
    const claims = claimsOf(record);
    const type = typeOf(record, claims);
    const from = parseInstant(text(record['startTime']));
    const to = parseInstant(text(record['endTime']));
    const head = {
      type,
      report: text(record['reportName']),
      ...(from === undefined || to === undefined ? {} : { interval: { from, to } }),
    };
    for (const claim of claims) addReportRow({ ...head, claim }, place, into);
    let count = claims.length;
    for (const event of itemsOf(record['auditEvents']).filter(isObject)) {
      const read = K8S_AUDIT.read(event, place, into);
      if (read !== 'remark') count += read;
    }
    return count === 0 ? 'remark' : count;
  },
};

const TYPES: readonly CalicoReportType[] = ['inventory', 'network-access', 'policy-audit', 'cis-benchmark'];

/** The type by its name; of report types that a customer named otherwise, by what the report holds. */
function typeOf(record: JsonObject, claims: readonly CalicoReportClaim[]): CalicoReportType {
  const named = TYPES.find(type => type === record['reportTypeName']);
  if (named !== undefined) return named;
  if (claims.some(({ kind }) => kind === 'test' || kind === 'node' || kind === 'benchmark-totals'))
    return 'cis-benchmark';
  if (claims.some(({ kind }) => kind === 'flow')) return 'network-access';
  return 'auditEvents' in record || 'auditSummary' in record ? 'policy-audit' : 'inventory';
}

function claimsOf(record: JsonObject): readonly CalicoReportClaim[] {
  const listed = (key: string): readonly JsonObject[] => itemsOf(record[key]).filter(isObject);
  return [
    ...summaryOf(record),
    ...listed('endpoints').map(endpointOf),
    ...listed('namespaces').map(item => namedOf('namespace', item, ENDPOINT_FLAGS)),
    ...listed('services').map(item => namedOf('service', item, SERVICE_FLAGS)),
    ...listed('flows').map((flow): CalicoReportClaim => {
      return { kind: 'flow', source: peerOf(flow['source']), destination: peerOf(flow['destination']) };
    }),
    ...totalsOf(record),
    ...listed('cisBenchmark').flatMap(nodeOf),
  ];
}

const ENDPOINT_FLAGS: readonly CalicoReportFlag[] = [
  'ingressProtected',
  'egressProtected',
  'ingressFromInternet',
  'egressToInternet',
  'ingressFromOtherNamespace',
  'egressToOtherNamespace',
  'envoyEnabled',
];
const SERVICE_FLAGS: readonly CalicoReportFlag[] = [
  'ingressProtected',
  'ingressFromInternet',
  'ingressFromOtherNamespace',
  'envoyEnabled',
];

/** Numbers of all parts under the name of their part, with the scope that was asked for. */
function summaryOf(record: JsonObject): readonly CalicoReportClaim[] {
  const parts = ['endpointsSummary', 'namespacesSummary', 'servicesSummary', 'auditSummary'];
  if (!parts.some(part => isObject(record[part]))) return [];
  const scope = object(object(record['reportSpec'])['endpoints']);
  const [namespaces, accounts] = [object(scope['namespaces']), object(scope['serviceAccounts'])];
  const counts = parts.flatMap(part =>
    numbersOf(record[part]).map(([key, value]) => [`${part}.${key}`, value] as const),
  );
  return [
    {
      kind: 'summary',
      endpointSelector: text(scope['selector']),
      namespaceNames: sortedUnique(texts(namespaces['names'])),
      namespaceSelector: text(namespaces['selector']),
      serviceAccountNames: sortedUnique(texts(accounts['names'])),
      serviceAccountSelector: text(accounts['selector']),
      counts: Object.fromEntries(counts),
    },
  ];
}

function numbersOf(value: JsonValue | undefined): readonly (readonly [string, number])[] {
  return Object.entries(object(value)).flatMap(([key, member]) =>
    typeof member === 'number' ? [[key, member] as const] : [],
  );
}

function endpointOf(item: JsonObject): CalicoReportClaim {
  return {
    kind: 'endpoint',
    name: resourceOf(item['endpoint']),
    flags: flagsOf(item, ENDPOINT_FLAGS),
    policies: sortedUnique(itemsOf(item['appliedPolicies']).map(resourceOf)),
    services: sortedUnique(itemsOf(item['services']).map(resourceOf)),
    trafficName: text(item['flowLogAggregationName']),
    sources: [],
    destinations: [],
  };
}

function namedOf(
  kind: 'namespace' | 'service',
  item: JsonObject,
  flags: readonly CalicoReportFlag[],
): CalicoReportClaim {
  return { kind, name: resourceOf(item[kind]), flags: flagsOf(item, flags) };
}

function flagsOf(
  item: JsonObject,
  flags: readonly CalicoReportFlag[],
): Readonly<Partial<Record<CalicoReportFlag, boolean>>> {
  return Object.fromEntries(flags.map(flag => [flag, item[flag] === true]));
}

/** `Kind.apiVersion(ns/name)`, the version left out for Calico's own kinds, as the tables print it. */
function resourceOf(value: JsonValue | undefined): string {
  const { kind, apiVersion, namespace, name } = object(value);
  const version = text(apiVersion);
  const shown = version === '' || version === 'projectcalico.org/v3' ? '' : `.${version}`;
  const path = text(namespace) === '' ? text(name) : `${text(namespace)}/${text(name)}`;
  return `${text(kind)}${shown}(${path})`;
}

function peerOf(value: JsonValue | undefined): string {
  const { kind, namespace, name, nameIsAggregationPrefix: isPrefix } = object(value);
  const word = text(kind);
  if (word === 'Public' || word === 'Private') return word;
  const written = text(name);
  const shown = isPrefix === true && !written.endsWith('*') ? `${written}*` : written;
  const path = text(namespace) === '' ? shown : `${text(namespace)}/${shown}`;
  return `${word}${word === 'Pod' ? '.v1' : ''}(${path})`;
}

function totalsOf(record: JsonObject): readonly CalicoReportClaim[] {
  const { cisBenchmarkSummary: totals } = record;
  if (!isObject(totals)) return [];
  const counts = {
    hiNodeCount: number(totals['highCount']),
    medNodeCount: number(totals['medCount']),
    lowNodeCount: number(totals['lowCount']),
  };
  return [{ kind: 'benchmark-totals', benchmark: text(totals['type']), counts }];
}

function nodeOf(item: JsonObject): readonly CalicoReportClaim[] {
  const node = text(item['nodeName']);
  const summary = object(item['summary']);
  const counts = {
    testsPassing: number(summary['totalPass']),
    testsFailing: number(summary['totalFail']),
    testsUnknown: number(summary['totalInfo']),
    testsTotal: number(summary['total']),
  };
  const version = text(item['kubernetesVersion']);
  const tests = itemsOf(item['results'])
    .filter(isObject)
    .flatMap(section => itemsOf(section['results']).filter(isObject));
  return [
    { kind: 'node', name: node, version, status: text(summary['status']), counts },
    ...tests.map((test): CalicoReportClaim => {
      return {
        kind: 'test',
        node,
        number: text(test['testNumber']),
        description: text(test['testDesc']),
        status: text(test['status']).toUpperCase(),
        scored: test['scored'] === true,
      };
    }),
  ];
}
