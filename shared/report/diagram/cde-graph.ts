// What the CDE diagram shows, before any geometry: boxes (workloads, or namespaces of many) in four columns, and the
// possible connections that touch the CDE, each with ports, whether it is certain, and what allows it.
import { compareBy, compareText } from '../../base/order.ts';
import { printSpan } from '../../base/source.ts';
import { mergePorts } from '../../policy/port-set.ts';
import type { PortRange } from '../../policy/compiled.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { ScopeCategory } from '../../records/scope-category.ts';
import type { ScopeMap } from '../../scope/scope.ts';
import type { ReachMatrix, ReachRow } from '../../verdict/verdict.ts';
import { subtractPorts } from '../../policy/port-set.ts';

/** Columns of the diagram, left to right. */
export const COLUMNS = ['external', 'connected', 'cde', 'security-impacting'] as const;
/** One of them. */
export type ColumnName = (typeof COLUMNS)[number];

/** A box: one workload, or several of one namespace and category. */
export interface GraphBox {
  readonly id: string;
  readonly column: ColumnName;
  readonly category: ScopeCategory | 'external';
  readonly namespace: string;
  readonly title: string;
  readonly detail: string;
}

/** A possible connection between two boxes, numbered as in the edge table. */
export interface GraphEdge {
  readonly number: number;
  readonly from: string;
  readonly to: string;
  readonly fromTitle: string;
  readonly toTitle: string;
  readonly allow: readonly PortRange[];
  /** Ports of which the files cannot tell, without those that are allowed. */
  readonly indeterminate: readonly PortRange[];
  readonly because: readonly EdgeReason[];
}

/** What allows a connection (or keeps it open), and where that is written. */
export interface EdgeReason {
  readonly text: string;
  readonly source?: string;
}

/** Boxes and edges in drawing order. */
export interface CdeGraph {
  readonly boxes: readonly GraphBox[];
  readonly edges: readonly GraphEdge[];
  readonly outOfScope: number;
  readonly summarised: boolean;
}

/** Workloads, or connections, beyond which boxes stand for namespaces. */
const MANY = { boxes: 40, edges: 48 };

/** The graph of one cluster; one that would not be readable is drawn by namespace. */
export function cdeGraph(scope: ScopeMap, reach: ReachMatrix, snapshot: ClusterSnapshot): CdeGraph {
  const graph = graphOf(scope, reach, snapshot, false);
  const readable = graph.boxes.length <= MANY.boxes && graph.edges.length <= MANY.edges;
  return readable ? graph : graphOf(scope, reach, snapshot, true);
}

function graphOf(
  scope: ScopeMap,
  reach: ReachMatrix,
  snapshot: ClusterSnapshot,
  summarised: boolean,
): CdeGraph {
  const decisions = scope.decisions.filter(decision => decision.cluster === snapshot.cluster);
  const shown = decisions.filter(decision => decision.category !== 'out-of-scope');
  const boxes = new Map<string, GraphBox>();
  const boxOf = new Map<string, string>();
  const workloads = new Map(snapshot.workloads.map(workload => [workload.id as string, workload]));
  for (const decision of shown.toSorted(compareBy(item => item.workload))) {
    const workload = workloads.get(decision.workload);
    const namespace = workload?.namespace ?? decision.workload.split('/')[0] ?? '';
    const column = columnOf(decision.category);
    const id = summarised ? `${decision.category}:${namespace}` : decision.workload;
    boxOf.set(decision.workload, id);
    const members = shown.filter(
      other => other.category === decision.category && namespaceOf(other.workload) === namespace,
    ).length;
    boxes.set(id, {
      id,
      column,
      category: decision.category,
      namespace,
      title: summarised
        ? `${members} ${members === 1 ? 'workload' : 'workloads'}`
        : (workload?.name ?? decision.workload),
      detail: summarised ? '' : detailOf(workload?.kind, workload?.pods.length),
    });
  }
  const cde = new Set([...boxes.values()].filter(box => box.category === 'cde').map(box => box.id));
  const edges = edgesOf(reach.rows, boxes, boxOf, cde);
  return {
    boxes: [...boxes.values()].sort(
      compareBy(
        box => COLUMNS.indexOf(box.column),
        box => (box.category === 'undetermined' ? 1 : 0),
        box => box.namespace,
        box => box.title,
        box => box.id,
      ),
    ),
    edges,
    outOfScope: decisions.length - shown.length,
    summarised,
  };
}

interface OpenEdge {
  readonly from: string;
  readonly to: string;
  readonly allow: PortRange[];
  readonly indeterminate: PortRange[];
  readonly because: EdgeReason[];
}

/** Adds boxes for ends outside the cluster as connections name them. */
function edgesOf(
  rows: readonly ReachRow[],
  boxes: Map<string, GraphBox>,
  boxOf: ReadonlyMap<string, string>,
  cde: ReadonlySet<string>,
): readonly GraphEdge[] {
  const open = new Map<string, OpenEdge>();
  const end = (name: string): GraphBox | undefined => {
    const known = boxOf.get(name);
    return known === undefined ? externalBox(name) : boxes.get(known);
  };
  for (const row of rows) {
    const from = end(row.src);
    const to = end(row.dst);
    if (from === undefined || to === undefined || from.id === to.id) continue;
    if (!cde.has(from.id) && !cde.has(to.id)) continue;
    boxes.set(from.id, from);
    boxes.set(to.id, to);
    const key = `${from.id}\n${to.id}`;
    const edge = open.get(key) ?? { from: from.id, to: to.id, allow: [], indeterminate: [], because: [] };
    edge.allow.push(...row.allow);
    edge.indeterminate.push(...row.indeterminate);
    for (const step of row.because)
      edge.because.push(
        step.source === undefined
          ? { text: step.text }
          : { text: step.policy ?? step.text, source: printSpan(step.source) },
      );
    open.set(key, edge);
  }
  return [...open.keys()].sort(compareText).flatMap((key, index) => {
    const edge = open.get(key);
    if (edge === undefined) return [];
    const allow = mergePorts(edge.allow);
    return [
      {
        number: index + 1,
        from: edge.from,
        to: edge.to,
        fromTitle: fullTitle(boxes.get(edge.from)),
        toTitle: fullTitle(boxes.get(edge.to)),
        allow,
        indeterminate: subtractPorts(mergePorts(edge.indeterminate), allow),
        because: uniqueReasons(edge.because),
      },
    ];
  });
}

function uniqueReasons(reasons: readonly EdgeReason[]): readonly EdgeReason[] {
  const byText = new Map(reasons.map(reason => [`${reason.text}\n${reason.source ?? ''}`, reason]));
  return [...byText.values()].sort(
    compareBy(
      reason => reason.text,
      reason => reason.source ?? '',
    ),
  );
}

/** Ends that are no workload: all external ranges are one box, so are hosts and entry controllers. */
function externalBox(name: string): GraphBox | undefined {
  const box = { column: 'external', category: 'external', namespace: '' } as const;
  if (name.endsWith('[External]'))
    return { ...box, id: 'external', title: 'External addresses', detail: 'outside the cluster' };
  if (name.startsWith('{'))
    return { ...box, id: name, title: name.slice(1, -1), detail: 'entry, not exported' };
  if (name.startsWith('host:')) return { ...box, id: 'hosts', title: 'Nodes', detail: 'host processes' };
  return undefined;
}

function fullTitle(box: GraphBox | undefined): string {
  if (box === undefined) return '';
  return box.namespace === '' ? box.title : `${box.namespace}/${box.title}`;
}

function columnOf(category: ScopeCategory): ColumnName {
  switch (category) {
    case 'cde':
    case 'security-impacting':
      return category;
    case 'connected':
    case 'undetermined':
    case 'out-of-scope':
      return 'connected';
  }
}

function namespaceOf(workload: string): string {
  return workload.split('/')[0] ?? '';
}

function detailOf(kind: string | undefined, pods: number | undefined): string {
  return kind === undefined ? '' : `${kind}, ${pods ?? 0} ${pods === 1 ? 'pod' : 'pods'}`;
}
