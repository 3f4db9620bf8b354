// The category that rules propose for one workload: the deepest ground that holds, with all grounds as its basis
// (PCI notes 4.2, steps 2 to 9). Out-of-scope is what is left, only with its proof and only when nothing is unknown.
import type { WorkloadId } from '../base/brand.ts';
import { compareBy, compareText } from '../base/order.ts';
import type { Workload } from '../model/snapshot.ts';
import type { ScopeCategory } from '../records/scope-category.ts';
import type { ReplayRow } from '../verdict/replay-types.ts';
import type { ReachRow } from '../verdict/verdict.ts';
import { deepestCategory } from './category.ts';
import type { Cde, ClusterContext } from './cluster-context.ts';
import { allowedPorts, decidingSource } from './connections.ts';
import { indirectBases } from './indirect.ts';
import { platformBasis } from './platform.ts';
import type { ScopeBasis } from './scope.ts';
import { count } from './words.ts';

/** Reasons of one kind that are listed one by one; the rest is counted. */
const MOST_BASES = 12;

/** Decides one workload by labels and rules alone. */
export function decideByRules(
  context: ClusterContext,
  cde: Cde,
  workload: Workload,
  labels: readonly ScopeBasis[],
): { readonly category: ScopeCategory; readonly basis: readonly ScopeBasis[] } {
  if (cde.members.size === 0)
    return { category: 'undetermined', basis: [...labels, noCdeBasis(context, workload)] };
  const pods = context.podsOf.get(workload.id) ?? [];
  const segment = cde.added.get(workload.id);
  const rbac = cde.rbac.of(workload);
  const isMember = cde.members.has(workload.id);
  const grounds: readonly (readonly [ScopeCategory, readonly ScopeBasis[]])[] = [
    ['cde', isMember ? [...labels, ...(segment === undefined ? [] : [segment])] : []],
    ['security-impacting', optional(platformBasis(workload, pods))],
    ['security-impacting', rbac.filter(basis => basis.kind === 'rbac')],
    ...(isMember
      ? []
      : ([
          ['connected', reachBases(context, cde, workload)],
          ['connected', seenBases(context, cde, workload)],
          ['undetermined', openBases(context, cde, workload)],
          ['undetermined', hostBases(context, cde, workload)],
          ['undetermined', indirectBases(context, cde, workload)],
          ['undetermined', rbac.filter(basis => basis.kind === 'uncertain')],
        ] as const)),
  ];
  const holding = grounds.filter(([, basis]) => basis.length > 0);
  const basis = holding.flatMap(([, part]) => shorten(part));
  if (isMember) return { category: 'cde', basis };
  const deepest = deepestCategory(holding.map(([category]) => category));
  if (deepest !== undefined) return { category: deepest, basis: [...labels, ...basis] };
  const doubts = doubtsOf(context, cde, workload);
  if (doubts.length > 0) return { category: 'undetermined', basis: [...labels, ...shorten(doubts)] };
  return { category: 'out-of-scope', basis: [...labels, proof(context, cde, workload)] };
}

function optional(basis: ScopeBasis | undefined): readonly ScopeBasis[] {
  return basis === undefined ? [] : [basis];
}

/** Connections that policies allow, either way; the witness is the rule that lets them pass. */
function reachBases(context: ClusterContext, cde: Cde, workload: Workload): readonly ScopeBasis[] {
  const make = (peer: WorkloadId, rows: readonly ReachRow[], outward: boolean): ScopeBasis[] => {
    const ports = allowedPorts(rows);
    if (ports === undefined) return [];
    const text = outward ? `May connect to ${peer} on ${ports}` : `May be reached from ${peer} on ${ports}`;
    return [{ kind: 'reachable', text, peer, source: decidingSource(rows) ?? workload.source }];
  };
  const { from, to } = context.connections;
  return [
    ...peersIn(from.get(workload.id), cde).flatMap(([peer, rows]) => make(peer, rows, true)),
    ...peersIn(to.get(workload.id), cde).flatMap(([peer, rows]) => make(peer, rows, false)),
  ];
}

/** Connections that were seen, either way; the witness is the first record. */
function seenBases(context: ClusterContext, cde: Cde, workload: Workload): readonly ScopeBasis[] {
  const make = (peer: WorkloadId, rows: readonly ReplayRow[], outward: boolean): ScopeBasis[] => {
    const first = [...rows].sort(
      compareBy(
        row => row.first,
        row => row.source.file,
        row => row.source.line,
      ),
    )[0];
    if (first === undefined) return [];
    const records = rows.reduce((sum, row) => sum + row.records, 0);
    const way = outward ? `Was seen connecting to ${peer}` : `Was seen being reached from ${peer}`;
    return [{ kind: 'observed', text: `${way} (${count(records, 'record')})`, peer, source: first.source }];
  };
  const { seenFrom, seenTo } = context.connections;
  return [
    ...peersIn(seenFrom.get(workload.id), cde).flatMap(([peer, rows]) => make(peer, rows, true)),
    ...peersIn(seenTo.get(workload.id), cde).flatMap(([peer, rows]) => make(peer, rows, false)),
  ];
}

/** Connections that the files cannot decide. */
function openBases(context: ClusterContext, cde: Cde, workload: Workload): readonly ScopeBasis[] {
  const { from, to } = context.connections;
  const pairs = [
    ...peersIn(from.get(workload.id), cde).map(([peer, rows]) => ({ peer, rows, way: 'to' })),
    ...peersIn(to.get(workload.id), cde).map(([peer, rows]) => ({ peer, rows, way: 'from' })),
  ];
  return pairs
    .filter(({ rows }) => rows.some(row => row.indeterminate.length > 0))
    .map(({ peer, rows, way }) => ({
      kind: 'uncertain',
      text: `Whether it may connect ${way} ${peer} cannot be told from the files`,
      peer,
      source: decidingSource(rows) ?? workload.source,
    }));
}

function hostBases(context: ClusterContext, cde: Cde, workload: Workload): readonly ScopeBasis[] {
  const nodes = new Set<string>();
  return (context.podsOf.get(workload.id) ?? []).flatMap(pod => {
    const beside = pod.live && pod.node !== undefined ? cde.nodes.get(pod.node) : undefined;
    if (beside === undefined || pod.node === undefined || nodes.has(pod.node)) return [];
    nodes.add(pod.node);
    return [
      {
        kind: 'hosts-cde' as const,
        text: `Shares node ${pod.node}, and its kernel, with ${beside.id} of the CDE; in scope until the assessor decides`,
        peer: beside.id,
        source: pod.source,
      },
    ];
  });
}

function doubtsOf(context: ClusterContext, cde: Cde, workload: Workload): readonly ScopeBasis[] {
  const pods = (context.podsOf.get(workload.id) ?? []).filter(pod => pod.live);
  const doubts = [
    ...context.gaps,
    ...cde.rbac.gaps.map(kind => ({
      text: `${kind} objects were not exported: rights on the CDE are not known`,
    })),
    ...(workload.hostNetwork
      ? [{ text: `It uses the network of its node: policies for pods do not apply to it` }]
      : []),
    ...(pods.some(pod => pod.node === undefined) ? [{ text: 'The node of its pods is not known' }] : []),
  ];
  return doubts.map(doubt => ({
    kind: 'uncertain',
    text: doubt.text,
    source: ('source' in doubt ? doubt.source : undefined) ?? workload.source,
  }));
}

function proof(context: ClusterContext, cde: Cde, workload: Workload): ScopeBasis {
  return {
    kind: 'no-path',
    text: `No policy lets it connect to or be reached from any of ${count(cde.members.size, 'CDE workload')}; none of ${count(context.flowRecords, 'flow record')} shows it; its service account has no right on a CDE namespace; it runs on no node of the CDE`,
    source: workload.source,
  };
}

function noCdeBasis(context: ClusterContext, workload: Workload): ScopeBasis {
  return {
    kind: 'uncertain',
    text: `No workload of cluster ${context.snapshot.cluster} is claimed or marked as CDE`,
    source: workload.source,
  };
}

function peersIn<T>(
  peers: ReadonlyMap<WorkloadId, readonly T[]> | undefined,
  cde: Cde,
): readonly (readonly [WorkloadId, readonly T[]])[] {
  return [...(peers ?? [])].filter(([peer]) => cde.members.has(peer)).sort((a, b) => compareText(a[0], b[0]));
}

function shorten(bases: readonly ScopeBasis[]): readonly ScopeBasis[] {
  const rest = bases.length - MOST_BASES;
  const last = bases[MOST_BASES - 1];
  if (rest <= 0 || last === undefined) return bases;
  return [
    ...bases.slice(0, MOST_BASES - 1),
    { ...last, text: `${last.text}; and ${rest} more of this kind` },
  ];
}
