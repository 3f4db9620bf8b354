// Network access: every rule of every policy, who may talk to whom with the rule that allows it, what is exposed, and
// the paths to and from addresses outside. Effective = what the policies prove, not what a log happened to show.
import { coverOf, parseAddressRange, type AddressRange } from '../../base/address.ts';
import { compareBy, sortedUnique } from '../../base/order.ts';
import { printSpan } from '../../base/source.ts';
import type { JsonObject } from '../../base/json.ts';
import type { CompiledPolicy, CompiledStage, Direction } from '../../policy/compiled.ts';
import type { ReachRow, Simulator } from '../../verdict/verdict.ts';
import type { ReportCluster, ReportInput } from '../report-input.ts';
import { portsWords } from '../words.ts';
import { categoriesOf, type CategoryOf } from './categories.ts';
import { EXPOSURE_COLUMNS, exposureRows } from './exposure.ts';
import { cellText, type DataTable } from './table.ts';

/** What the tables are made from. */
export type NetworkAccessInput = Pick<ReportInput, 'clusters' | 'scope'>;

/** The four tables. */
export function networkAccessTables(input: NetworkAccessInput): readonly DataTable[] {
  const collect = (of: (cluster: ReportCluster) => readonly JsonObject[]): readonly JsonObject[] =>
    input.clusters.flatMap(cluster =>
      of(cluster).map(row => ({ cluster: cluster.simulator.snapshot.cluster, ...row })),
    );
  const categoryOf = categoriesOf(input.scope);
  return [
    {
      name: 'network-access-rules',
      columns: RULE_COLUMNS,
      rows: collect(cluster => ruleRows(cluster.simulator, categoryOf)),
    },
    {
      name: 'network-access-reachability',
      columns: REACH_COLUMNS,
      rows: collect(cluster =>
        cluster.reach.rows.map(row => reachRow(row, cluster, categoryOf)).sort(byEnds),
      ),
    },
    {
      name: 'network-access-exposure',
      columns: EXPOSURE_COLUMNS,
      rows: collect(cluster => exposureRows(cluster, categoryOf)),
    },
    {
      name: 'network-access-outside-paths',
      columns: [...REACH_COLUMNS, 'direction', 'addresses'],
      rows: collect(cluster => outsideRows(cluster, categoryOf)),
    },
  ];
}

const RULE_COLUMNS = [
  'cluster',
  'policy',
  'direction',
  'stage',
  'tier',
  'order',
  'staged',
  'rule',
  'ruleName',
  'action',
  'selects',
  'cannotTell',
  'touchesCde',
  'file',
  'line',
];
const REACH_COLUMNS = [
  'cluster',
  'src',
  'srcCategory',
  'dst',
  'dstCategory',
  'touchesCde',
  'allow',
  'indeterminate',
  'because',
];
const byEnds = compareBy<JsonObject>(
  row => cellText(row['src']),
  row => cellText(row['dst']),
);

/** The register of rules (1.2.5). A policy that isolates without any rule stands there with what it does. */
function ruleRows(simulator: Simulator, categoryOf: CategoryOf): readonly JsonObject[] {
  const of = (direction: Direction, stages: readonly CompiledStage[]): readonly JsonObject[] =>
    stages.flatMap(stage =>
      stage.policies
        .filter(policy => policy[direction])
        .flatMap(policy => policyRows(simulator, categoryOf, direction, stage, policy)),
    );
  return [...of('ingress', simulator.policies.ingress), ...of('egress', simulator.policies.egress)].sort(
    compareBy(
      row => cellText(row['policy']),
      row => cellText(row['direction']),
      row => Number(row['rule'] ?? -1),
    ),
  );
}

function policyRows(
  simulator: Simulator,
  categoryOf: CategoryOf,
  direction: Direction,
  stage: CompiledStage,
  policy: CompiledPolicy,
): readonly JsonObject[] {
  const chosen = selection(simulator, policy);
  const cluster = simulator.snapshot.cluster;
  const shared = {
    policy: policy.id,
    direction,
    stage: stage.id,
    tier: policy.tier,
    order: policy.order,
    staged: policy.staged,
    selects: chosen.yes,
    cannotTell: chosen.unknown,
    touchesCde: [...chosen.yes, ...chosen.unknown].some(id => categoryOf(cluster, id) === 'cde'),
  };
  const rules = direction === 'ingress' ? policy.ingressRules : policy.egressRules;
  if (rules.length === 0)
    return [
      {
        ...shared,
        action: stage.whenSelected === 'deny' ? 'deny what no other rule allows' : 'none',
        file: policy.source.file,
        line: policy.source.line,
      },
    ];
  return rules.map(rule => ({
    ...shared,
    rule: rule.index,
    ruleName: rule.name,
    action: rule.action,
    file: rule.source.file,
    line: rule.source.line,
  }));
}

function selection(
  simulator: Simulator,
  policy: CompiledPolicy,
): { readonly yes: readonly string[]; readonly unknown: readonly string[] } {
  const yes: string[] = [];
  const unknown: string[] = [];
  for (const pod of simulator.snapshot.pods) {
    const endpoint = simulator.endpoint(pod.id);
    if (endpoint === undefined) continue;
    const truth = policy.selects(endpoint);
    if (truth === 'yes') yes.push(pod.workload);
    else if (truth === 'unknown') unknown.push(pod.workload);
  }
  return { yes: sortedUnique(yes), unknown: sortedUnique(unknown) };
}

function reachRow(row: ReachRow, { simulator }: ReportCluster, categoryOf: CategoryOf): JsonObject {
  const { cluster } = simulator.snapshot;
  const src = categoryOf(cluster, row.src);
  const dst = categoryOf(cluster, row.dst);
  return {
    src: row.src,
    srcCategory: src,
    dst: row.dst,
    dstCategory: dst,
    touchesCde: src === 'cde' || dst === 'cde',
    allow: row.allow.length === 0 ? '' : portsWords(row.allow),
    indeterminate: row.indeterminate.length === 0 ? '' : portsWords(row.indeterminate),
    because: sortedUnique(
      row.because.map(step =>
        step.source === undefined ? step.text : `${step.policy ?? step.text} ${printSpan(step.source)}`,
      ),
    ),
  };
}

/** Paths with an end outside the cluster, both directions, with what kind of addresses the range holds. */
function outsideRows(cluster: ReportCluster, categoryOf: CategoryOf): readonly JsonObject[] {
  return cluster.reach.rows
    .flatMap(row => {
      const inbound = row.src.endsWith('[External]');
      if (!inbound && !row.dst.endsWith('[External]')) return [];
      const range = (inbound ? row.src : row.dst).replace('[External]', '');
      return [
        {
          ...reachRow(row, cluster, categoryOf),
          direction: inbound ? 'inbound' : 'outbound',
          addresses: addressKind(range),
        },
      ];
    })
    .sort(byEnds);
}

/** RFC 1918, loopback, link-local, shared (RFC 6598) and unique local addresses (RFC 4193). */
const PRIVATE: readonly AddressRange[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
].flatMap(text => {
  const range = parseAddressRange(text);
  return range === undefined ? [] : [range];
});

function addressKind(text: string): 'private' | 'includes public' | 'unknown' {
  const range = parseAddressRange(text);
  if (range === undefined) return 'unknown';
  return PRIVATE.some(outer => coverOf(outer, range) === 'all') ? 'private' : 'includes public';
}
