// The first version of the decision procedure for a cluster (PCI notes 4.2): claims and marks, same-segment closure, nodes,
// platform, connections, RBAC, candidates for out-of-scope with their proof, and `undetermined` where the files cannot tell.
// A machine proposes; only a mark of the assessor decides. Every basis names its source.
import type { WorkloadId } from '../base/brand.ts';
import { compareBy, sortedUnique } from '../base/order.ts';
import { printSpan, type SourceSpan } from '../base/source.ts';
import type { LabelSelector } from '../base/label-selector.ts';
import type { AuditEvent } from '../model/audit.ts';
import type { FlowTable } from '../model/flow-table.ts';
import type { Engagement, ScopeMark } from '../records/engagement.ts';
import type { ScopeCategory } from '../records/scope-category.ts';
import type { Replay } from '../verdict/replay-types.ts';
import type { ReachMatrix, Simulator } from '../verdict/verdict.ts';
import { readClaims, type Claims } from './claims.ts';
import { clusterContext, growCde, type ClusterContext } from './cluster-context.ts';
import { decideByRules } from './decide-by-rules.ts';
import { findItems } from './scope-items.ts';
import type { ScopeBasis, ScopeDecision, ScopeItem, ScopeMap } from './scope.ts';
import { count } from './words.ts';
import {
  claimBySelectors,
  claimByUsualKeys,
  parseScopeSelector,
  USUAL_CLAIMS,
  type ReadClaim,
} from './scope-selector.ts';

/** One cluster as scope sees it. */
export interface ScopeCluster {
  readonly simulator: Simulator;
  readonly reach: ReachMatrix;
  readonly flows?: FlowTable;
  readonly replay?: Replay;
  readonly audit?: readonly AuditEvent[];
}

/** What scope is computed from. */
export interface ScopeInput {
  readonly clusters: readonly ScopeCluster[];
  readonly engagement: Engagement;
  /** Label selectors given by hand; those of the engagement go before them. */
  readonly selectors?: readonly string[];
  /** Places where account data was found and masked at the door. */
  readonly accountData?: readonly {
    readonly kind: string;
    readonly source: SourceSpan;
    readonly count: number;
  }[];
}

/** Computes the scope of all clusters; equal input gives an equal map, whatever its order. */
export function computeScope(input: ScopeInput): ScopeMap {
  const given = input.engagement.header.scopeSelectors ?? input.selectors;
  const selectors = readSelectors(given ?? []);
  const read = given === undefined ? claimByUsualKeys : selectors.read;
  const clusters = [...input.clusters].sort(compareBy(cluster => cluster.simulator.snapshot.cluster));
  const claims = clusters.map(cluster => readClaims(cluster.simulator.snapshot, read));
  const seen = sortedUnique(claims.flatMap(part => part.seen));
  const assumed = given === undefined;
  const decisions = clusters.flatMap((cluster, at) =>
    decideCluster(cluster, claims[at] ?? NO_CLAIMS, input.engagement),
  );
  const items = [
    ...clusters.flatMap((cluster, at) =>
      findItems(cluster.simulator.snapshot, decisions, claims[at] ?? NO_CLAIMS),
    ),
    ...selectors.items,
    ...(assumed ? [assumedItem(seen, decisions)] : []),
    ...(input.accountData ?? []).map(accountDataItem),
    ...markItems(input.engagement.scopeMarks, clusters),
  ];
  return {
    claims: given === undefined ? (seen.length > 0 ? seen : USUAL_CLAIMS) : sortedUnique(given),
    claimsAssumed: assumed,
    decisions: decisions.sort(
      compareBy(
        decision => decision.cluster,
        decision => decision.workload,
      ),
    ),
    items: uniqueItems(items),
  };
}

const NO_CLAIMS: Claims = { workloads: new Map(), items: [], seen: [] };

function readSelectors(texts: readonly string[]): {
  readonly read: ReadClaim;
  readonly items: readonly ScopeItem[];
} {
  const valid: LabelSelector[] = [];
  const items: ScopeItem[] = [];
  for (const text of sortedUnique(texts)) {
    const parsed = parseScopeSelector(text);
    if (parsed.ok) valid.push(parsed.value);
    else
      items.push({
        id: `assumed-label:selector:${text}`,
        kind: 'assumed-label',
        text: `The scope selector "${text}" claims nothing: ${parsed.problem.message}`,
      });
  }
  return { read: claimBySelectors(valid), items };
}

/** Decides twice: with the marks of people, and by labels and rules alone for what would have been proposed. */
function decideCluster(
  cluster: ScopeCluster,
  claims: Claims,
  engagement: Engagement,
): readonly ScopeDecision[] {
  const { snapshot } = cluster.simulator;
  const marks = marksOf(engagement.scopeMarks, snapshot.cluster);
  const context = clusterContext(cluster);
  const claimed = new Set(claims.workloads.keys());
  const withMarks = decideAll(context, claims, seedsOf(claimed, marks), outsideOf(marks));
  const byRule = marks.size === 0 ? withMarks : decideAll(context, claims, claimed, new Set<WorkloadId>());
  return snapshot.workloads.map(workload => {
    const mark = marks.get(workload.id);
    const proposal = (mark === undefined ? withMarks : byRule).get(workload.id);
    const category = proposal?.category ?? 'undetermined';
    const basis = proposal?.basis ?? [];
    const decided = { cluster: snapshot.cluster, workload: workload.id };
    if (mark === undefined) return { ...decided, category, proposed: category, decidedBy: 'rule', basis };
    return {
      ...decided,
      category: mark.category,
      proposed: category,
      decidedBy: 'person',
      basis: [markBasis(mark, workload.source, engagement), ...basis],
    };
  });
}

type Proposal = { readonly category: ScopeCategory; readonly basis: readonly ScopeBasis[] };

function decideAll(
  context: ClusterContext,
  claims: Claims,
  seeds: ReadonlySet<WorkloadId>,
  outside: ReadonlySet<WorkloadId>,
): ReadonlyMap<WorkloadId, Proposal> {
  const cde = growCde(context, seeds, outside);
  return new Map(
    context.snapshot.workloads.map(workload => [
      workload.id,
      decideByRules(context, cde, workload, claims.workloads.get(workload.id) ?? []),
    ]),
  );
}

/** The latest mark of a workload counts; of two at one instant the one recorded later. */
function marksOf(marks: readonly ScopeMark[], cluster: string): ReadonlyMap<WorkloadId, ScopeMark> {
  const latest = new Map<WorkloadId, ScopeMark>();
  for (const mark of marks) {
    if (mark.cluster !== undefined && mark.cluster !== cluster) continue;
    const known = latest.get(mark.workload as WorkloadId);
    if (known === undefined || known.at <= mark.at) latest.set(mark.workload as WorkloadId, mark);
  }
  return latest;
}

function seedsOf(
  claimed: ReadonlySet<WorkloadId>,
  marks: ReadonlyMap<WorkloadId, ScopeMark>,
): ReadonlySet<WorkloadId> {
  const marked = [...marks.values()].filter(mark => mark.category === 'cde');
  return new Set([
    ...[...claimed].filter(workload => !marks.has(workload)),
    ...marked.map(mark => mark.workload as WorkloadId),
  ]);
}

function outsideOf(marks: ReadonlyMap<WorkloadId, ScopeMark>): ReadonlySet<WorkloadId> {
  return new Set([...marks].filter(([, mark]) => mark.category !== 'cde').map(([workload]) => workload));
}

function markBasis(mark: ScopeMark, source: SourceSpan, engagement: Engagement): ScopeBasis {
  const person = engagement.people.find(item => item.id === mark.by)?.name ?? mark.by;
  const role = mark.role === undefined ? '' : ` (${mark.role})`;
  return {
    kind: 'mark',
    text: `Marked ${mark.category}${role} by ${person} on ${mark.at}: ${mark.reason}`,
    source,
  };
}

function assumedItem(seen: readonly string[], decisions: readonly ScopeDecision[]): ScopeItem {
  const claimed = decisions.filter(decision => decision.basis.some(basis => basis.kind === 'label')).length;
  return {
    id: 'assumed-label',
    kind: 'assumed-label',
    text:
      seen.length === 0
        ? `No scope selector was given; none of the usual labels (${USUAL_CLAIMS.join(', ')}) was found`
        : `No scope selector was given; labels ${seen.join(', ')} are assumed to claim the CDE for ${count(claimed, 'workload')}`,
  };
}

function accountDataItem(hit: NonNullable<ScopeInput['accountData']>[number]): ScopeItem {
  const what = hit.kind === 'pan' ? count(hit.count, 'account number') : `${hit.count} ${hit.kind}`;
  return {
    id: `account-data:${hit.kind}:${printSpan(hit.source)}`,
    kind: 'account-data',
    text: `Account data was found and masked: ${what} in ${printSpan(hit.source)}`,
    source: hit.source,
  };
}

/** Marks about workloads that no cluster of the export has. */
function markItems(marks: readonly ScopeMark[], clusters: readonly ScopeCluster[]): readonly ScopeItem[] {
  return marks
    .filter(
      mark =>
        !clusters.some(
          ({ simulator: { snapshot } }) =>
            (mark.cluster === undefined || mark.cluster === snapshot.cluster) &&
            snapshot.workloads.some(workload => workload.id === mark.workload),
        ),
    )
    .map(mark => ({
      id: `missing-name:mark:${mark.cluster ?? ''}:${mark.workload}`,
      kind: 'missing-name',
      text: `${mark.workload} was marked ${mark.category} but is not in the export`,
    }));
}

function uniqueItems(items: readonly ScopeItem[]): readonly ScopeItem[] {
  const byId = new Map<string, ScopeItem>();
  for (const item of items) if (!byId.has(item.id)) byId.set(item.id, item);
  return [...byId.values()].sort(
    compareBy(
      item => item.kind,
      item => item.id,
    ),
  );
}
