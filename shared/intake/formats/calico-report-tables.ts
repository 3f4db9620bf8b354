// Tables of old Calico compliance reports: which table a header row is, and one row of each. Cells are joined by bare
// commas, without quotes: a selector with a comma in it makes cells of its own, which are put together again here.
import type { CalicoReportClaim, CalicoReportRow, CalicoReportType } from '../../model/calico-report.ts';
import {
  byColumn,
  cellsOf,
  countsOf,
  exactly,
  fitScope,
  FLAGS,
  flagsOf,
  intervalOf,
  listOf,
  SCOPE,
  unquoted,
} from './calico-report-cells.ts';

/** A row before its file and cluster are known. */
export type ReadReportRow = Omit<CalicoReportRow, 'cluster' | 'source'>;

/** A report table that a header row begins. */
export interface ReportTable {
  readonly type: CalicoReportType;
  readonly title: string;
  readonly columns: readonly string[];
  /** One row; undefined when its cells do not fit, `unsure` when they were put together by guess. */
  readonly read: (
    line: string,
  ) => { readonly row: ReadReportRow; readonly isUnsure: boolean } | 'continued' | undefined;
}

/** The table that a header row begins; undefined when it is none of the reports'. */
export function reportTableOf(line: string): ReportTable | undefined {
  const columns = line.trim().split(',').map(unquoted);
  const [first = ''] = columns;
  for (const { type, title, first: own, marks, read } of TABLES) {
    if (!own.includes(first) || !marks.every(mark => columns.includes(mark))) continue;
    if (!columns.every(column => KNOWN.has(column)) || new Set(columns).size < columns.length) continue;
    return { type, title, columns, read: row => read(row, type, columns) };
  }
  return undefined;
}

type Reader = (
  line: string,
  type: CalicoReportType,
  columns: readonly string[],
) => ReturnType<ReportTable['read']>;

interface TableKind {
  readonly type: CalicoReportType;
  readonly title: string;
  /** Names that the first column may have. */
  readonly first: readonly string[];
  readonly marks: readonly string[];
  readonly read: Reader;
}

const KNOWN: ReadonlySet<string> = new Set([
  ...SCOPE,
  ...FLAGS,
  ...'endpoint,namespace,service,appliedPolicies,services,trafficAggregationPrefix'.split(','),
  ...'endpointsGeneratingTrafficToThisEndpoint,endpointsReceivingTrafficFromThisEndpoint'.split(','),
  ...'endpointsNumInScope,endpointsNumIngressProtected,endpointsNumEgressProtected'.split(','),
  ...'namespacesNumInScope,namespacesNumIngressProtected,namespacesNumEgressProtected'.split(','),
  ...'serviceAccountsNumInScope,endpointsNumIngressUnprotected,endpointsNumEgressUnprotected'.split(','),
  ...'endpointsNumIngressFromInternet,endpointsNumEgressToInternet,endpointsNumEnvoyEnabled'.split(','),
  ...'endpointsNumIngressFromOtherNamespace,endpointsNumEgressToOtherNamespace'.split(','),
  ...'numCreatedPolicies,numModifiedPolicies,numDeletedPolicies'.split(','),
  ...'type,hiPercentThreshold,medPercentThreshold,hiPercentageThreshold,medPercentageThreshold'.split(','),
  ...'hiNodeCount,medNodeCount,lowNodeCount,node,version,status'.split(','),
  ...'testsPassing,testsFailing,testsUnknown,testsTotal'.split(','),
  ...'nodeName,testIndex,testDescription,scored,remediation'.split(','),
]);

/** Asked in this order; what the documentation names otherwise than the files is accepted too. */
const TABLES: readonly TableKind[] = [
  table('cis-benchmark', 'totals', ['startTime'], ['hiNodeCount', 'lowNodeCount'], readTotals),
  table('policy-audit', 'summary', ['startTime'], [...SCOPE, 'numCreatedPolicies'], readSummary),
  table(
    'network-access',
    'summary',
    ['startTime'],
    [...SCOPE, 'endpointsNumIngressUnprotected'],
    readSummary,
  ),
  table('inventory', 'summary', ['startTime'], [...SCOPE, 'endpointsNumInScope'], readSummary),
  table(
    'network-access',
    'endpoints',
    ['endpoint'],
    ['ingressProtected', 'ingressFromInternet'],
    readEndpoint,
  ),
  table('inventory', 'endpoints', ['endpoint'], ['ingressProtected', 'appliedPolicies'], readEndpoint),
  table('inventory', 'namespaces', ['namespace'], ['ingressProtected', 'egressProtected'], readNamed),
  table('inventory', 'services', ['service'], ['ingressProtected', 'envoyEnabled'], readNamed),
  table('cis-benchmark', 'nodes', ['node'], ['testsPassing', 'testsFailing'], readNode),
  table('cis-benchmark', 'tests', ['nodeName', 'testIndex'], ['testIndex', 'status'], readTest),
];

function table(
  type: CalicoReportType,
  title: string,
  first: readonly string[],
  marks: readonly string[],
  read: Reader,
): TableKind {
  return { type, title, first, marks, read };
}

const sure = (row: ReadReportRow | undefined): { row: ReadReportRow; isUnsure: false } | undefined =>
  row === undefined ? undefined : { row, isUnsure: false };

function readSummary(line: string, type: CalicoReportType, columns: readonly string[]): ReturnType<Reader> {
  const fitted = fitScope(cellsOf(line), columns);
  if (fitted === undefined) return undefined;
  const cells = byColumn(columns, fitted.cells);
  const interval = intervalOf(cells);
  const counts = countsOf(
    columns.filter(column => !SCOPE.includes(column)),
    cells,
  );
  if (interval === undefined || counts === undefined) return undefined;
  const claim: CalicoReportClaim = {
    kind: 'summary',
    endpointSelector: cells.get('endpointSelector') ?? '',
    namespaceNames: listOf(cells.get('namespaceNames')),
    namespaceSelector: cells.get('namespaceSelector') ?? '',
    serviceAccountNames: listOf(cells.get('serviceAccountNames')),
    serviceAccountSelector: cells.get('serviceAccountSelectors') ?? '',
    counts,
  };
  return { row: { type, interval, claim }, isUnsure: fitted.isUnsure };
}

function readEndpoint(line: string, type: CalicoReportType, columns: readonly string[]): ReturnType<Reader> {
  const cells = exactly(line, columns);
  const name = cells?.get('endpoint') ?? '';
  const flags = cells === undefined ? undefined : flagsOf(columns, cells);
  if (cells === undefined || flags === undefined || name === '') return undefined;
  return sure({
    type,
    claim: {
      kind: 'endpoint',
      name,
      flags,
      policies: listOf(cells.get('appliedPolicies')),
      services: listOf(cells.get('services')),
      trafficName: cells.get('trafficAggregationPrefix') ?? '',
      sources: listOf(cells.get('endpointsGeneratingTrafficToThisEndpoint')),
      destinations: listOf(cells.get('endpointsReceivingTrafficFromThisEndpoint')),
    },
  });
}

function readNamed(line: string, type: CalicoReportType, columns: readonly string[]): ReturnType<Reader> {
  const cells = exactly(line, columns);
  const kind = columns[0] === 'namespace' ? 'namespace' : 'service';
  const name = cells?.get(kind) ?? '';
  const flags = cells === undefined ? undefined : flagsOf(columns, cells);
  return flags === undefined || name === '' ? undefined : sure({ type, claim: { kind, name, flags } });
}

function readTotals(line: string, type: CalicoReportType, columns: readonly string[]): ReturnType<Reader> {
  const cells = exactly(line, columns);
  const interval = cells === undefined ? undefined : intervalOf(cells);
  const named = columns.filter(column => !['startTime', 'endTime', 'type'].includes(column));
  const counts = cells === undefined ? undefined : countsOf(named, cells);
  if (cells === undefined || interval === undefined || counts === undefined) return undefined;
  const claim = { kind: 'benchmark-totals', benchmark: cells.get('type') ?? '', counts } as const;
  return sure({ type, interval, claim });
}

function readNode(line: string, type: CalicoReportType, columns: readonly string[]): ReturnType<Reader> {
  const cells = exactly(line, columns);
  const named = columns.filter(column => column.startsWith('tests'));
  const counts = cells === undefined ? undefined : countsOf(named, cells);
  if (cells === undefined || counts === undefined) return undefined;
  const cell = (column: string): string => cells.get(column) ?? '';
  const claim = {
    kind: 'node',
    name: cell('node'),
    version: cell('version'),
    status: cell('status'),
    counts,
  } as const;
  return sure({ type, claim });
}

/** `node,1.1.6,what, with commas,FAIL,true,"what to do`: read from both ends, the advice goes on over more lines. */
const TEST =
  /^(?<node>[^,]*),(?<number>\d+(?:\.\d+)*[a-z]?),(?<description>.*?),(?<status>PASS|FAIL|WARN|INFO),(?<scored>true|false)(?:,.*)?$/i;
const TEST_BEGINS = /^[^,\s]*,\d+(?:\.\d+)+[a-z]?,/;

function readTest(line: string, type: CalicoReportType, columns: readonly string[]): ReturnType<Reader> {
  const found = columns.includes('testDescription') ? TEST.exec(line)?.groups : undefined;
  const cells = columns.includes('testDescription') ? undefined : exactly(line, columns);
  const cell = (group: string, column: string): string => found?.[group] ?? cells?.get(column) ?? '';
  if (found === undefined && cells === undefined)
    return columns.includes('remediation') && !TEST_BEGINS.test(line) ? 'continued' : undefined;
  const claim = {
    kind: 'test',
    node: cell('node', 'nodeName'),
    number: cell('number', 'testIndex'),
    description: cell('description', 'testDescription'),
    status: cell('status', 'status').toUpperCase(),
    scored: cell('scored', 'scored').toLowerCase() === 'true',
  } as const;
  return sure({ type, claim });
}
