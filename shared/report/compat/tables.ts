// The Inventory and Network Access tables in the file and column names of the retired compliance reporter (calico.md 1.2),
// so that old and new evidence can be laid side by side. Cells are quoted properly and lists sorted, unlike then.
import type { Instant } from '../../base/brand.ts';
import { printCsv } from '../../base/csv.ts';
import { sortedUnique } from '../../base/order.ts';
import type { FlowTable } from '../../model/flow-table.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import {
  compatEndpoints,
  compatNamespaces,
  compatServices,
  type CompatEndpoint,
  type CompatGroup,
} from './flags.ts';
import type { CompatFlags } from './policy-flags.ts';
import { compatTraffic } from './traffic.ts';

/** What the tables are made from. */
export interface CompatInput {
  readonly snapshot: ClusterSnapshot;
  /** Flow records of the cluster; without them the traffic columns stay empty. */
  readonly flows?: FlowTable | readonly FlowTable[];
  /** Calico selector that limits the endpoints; callers check it with `parseSelector` first. Empty = all. */
  readonly selector?: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** One file. */
export interface CompatTable {
  readonly name: string;
  readonly csv: string;
}

/** The files of one report kind, in the order of the reporter. */
export function compatTables(
  kind: 'inventory' | 'network-access',
  input: CompatInput,
): readonly CompatTable[] {
  const endpoints = compatEndpoints(input.snapshot, input.selector);
  const tables = kind === 'inventory' ? inventory(input, endpoints) : networkAccess(input, endpoints);
  return tables.map(([part, columns, rows]) => ({
    name: `${kind}-${part}.csv`,
    csv: printCsv(columns, rows),
  }));
}

type Table = readonly [part: string, columns: readonly string[], rows: readonly (readonly string[])[]];

const SCOPE = [
  'startTime',
  'endTime',
  'endpointSelector',
  'namespaceNames',
  'namespaceSelector',
  'serviceAccountNames',
  'serviceAccountSelectors',
];
const EXPOSURE = [
  'ingressFromInternet',
  'egressToInternet',
  'ingressFromOtherNamespace',
  'egressToOtherNamespace',
] as const;

function inventory(input: CompatInput, endpoints: readonly CompatEndpoint[]): readonly Table[] {
  const namespaces = compatNamespaces(endpoints);
  const counts = {
    endpointsNumInScope: endpoints.length,
    endpointsNumIngressProtected: count(endpoints, 'ingressProtected'),
    endpointsNumEgressProtected: count(endpoints, 'egressProtected'),
    namespacesNumInScope: namespaces.length,
    namespacesNumIngressProtected: count(namespaces, 'ingressProtected'),
    namespacesNumEgressProtected: count(namespaces, 'egressProtected'),
    serviceAccountsNumInScope: sortedUnique(
      endpoints.map(endpoint => endpoint.serviceAccount).filter(account => account !== undefined),
    ).length,
  };
  const protection = (row: CompatGroup): readonly string[] => [
    row.printed,
    String(row.ingressProtected),
    String(row.egressProtected),
    String(row.envoyEnabled),
  ];
  return [
    summary(input, counts),
    [
      'endpoints',
      ['endpoint', 'ingressProtected', 'egressProtected', 'envoyEnabled', 'appliedPolicies', 'services'],
      endpoints.map(row => [...protection(row), row.appliedPolicies.join(';'), row.services.join(';')]),
    ],
    [
      'namespaces',
      ['namespace', 'ingressProtected', 'egressProtected', 'envoyEnabled'],
      namespaces.map(protection),
    ],
    [
      'services',
      ['service', 'ingressProtected', 'envoyEnabled'],
      compatServices(endpoints).map(row => [
        row.printed,
        String(row.ingressProtected),
        String(row.envoyEnabled),
      ]),
    ],
  ];
}

function networkAccess(input: CompatInput, endpoints: readonly CompatEndpoint[]): readonly Table[] {
  const total = endpoints.length;
  const [ingress, egress] = [count(endpoints, 'ingressProtected'), count(endpoints, 'egressProtected')];
  const counts = {
    endpointsNumIngressProtected: ingress,
    endpointsNumEgressProtected: egress,
    endpointsNumIngressUnprotected: total - ingress,
    endpointsNumEgressUnprotected: total - egress,
    endpointsNumIngressFromInternet: count(endpoints, 'ingressFromInternet'),
    endpointsNumEgressToInternet: count(endpoints, 'egressToInternet'),
    endpointsNumIngressFromOtherNamespace: count(endpoints, 'ingressFromOtherNamespace'),
    endpointsNumEgressToOtherNamespace: count(endpoints, 'egressToOtherNamespace'),
    endpointsNumEnvoyEnabled: endpoints.filter(endpoint => endpoint.envoyEnabled).length,
  };
  const { flows = [] } = input;
  const tables: readonly FlowTable[] = 'parts' in flows ? [flows] : flows;
  const traffic = compatTraffic(tables, input.from, input.to);
  const columns = [
    'endpoint',
    'ingressProtected',
    'egressProtected',
    ...EXPOSURE,
    'envoyEnabled',
    'appliedPolicies',
    'trafficAggregationPrefix',
    'endpointsGeneratingTrafficToThisEndpoint',
    'endpointsReceivingTrafficFromThisEndpoint',
  ];
  const rows = endpoints.map(row => {
    const talk = traffic(row);
    return [
      row.printed,
      String(row.ingressProtected),
      String(row.egressProtected),
      ...EXPOSURE.map(flag => String(row[flag])),
      String(row.envoyEnabled),
      row.appliedPolicies.join(';'),
      talk.prefix,
      talk.sources.join(';'),
      talk.destinations.join(';'),
    ];
  });
  return [summary(input, counts), ['endpoints', columns, rows]];
}

function summary(input: CompatInput, counts: Readonly<Record<string, number>>): Table {
  const scope = [input.from, input.to, input.selector ?? '', '', '', '', ''];
  return ['summary', [...SCOPE, ...Object.keys(counts)], [[...scope, ...Object.values(counts).map(String)]]];
}

function count(rows: readonly CompatFlags[], flag: keyof CompatFlags): number {
  return rows.filter(row => row[flag]).length;
}
