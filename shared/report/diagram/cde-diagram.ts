// The CDE diagram of one cluster: own column layout (external | connected | CDE | security-impacting), connections in
// lanes between the columns, numbered as in the edge table. Line styles carry the categories; it reads without colour.
//
//   external  |lanes|  connected  |lanes|  CDE  |lanes|  security-impacting
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { ScopeMap } from '../../scope/scope.ts';
import type { ReachMatrix } from '../../verdict/verdict.ts';
import { cdeGraph, COLUMNS, type CdeGraph, type ColumnName, type GraphEdge } from './cde-graph.ts';
import { edgeShapes, gutterWidths, lanesAbove, mostPorts } from './cde-lanes.ts';
import { columnHeads, legend, type DiagramNote } from './cde-legend.ts';
import { BOX, boxLook, GROUP, label, LANE, TOP, type Placed } from './cde-places.ts';
import type { Drawing, Shape } from './drawing.ts';
import { fitLabel } from './text-width.ts';

/** The drawing with the connections it shows, in the order of their numbers. */
export interface CdeDiagram {
  readonly drawing: Drawing;
  readonly edges: readonly GraphEdge[];
  /** Boxes stand for the workloads of a namespace and category. */
  readonly summarised: boolean;
}

interface Group {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly namespace: string;
}

/** Draws the CDE of one cluster with everything that may connect to it. */
export function cdeDiagram(
  scope: ScopeMap,
  reach: ReachMatrix,
  snapshot: ClusterSnapshot,
  note: DiagramNote,
): CdeDiagram {
  const graph = cdeGraph(scope, reach, snapshot);
  const gutters = gutterWidths(graph);
  const across = lanesAbove(graph).length;
  const top = TOP + (across > 0 ? across * LANE + 8 : 0);
  const columns = columnPlaces(gutters);
  const placed = new Map<string, Placed>();
  const groups: Group[] = [];
  let bottom = top + 60;
  for (const name of COLUMNS) {
    const end = placeColumn(graph, name, columns[name], top, placed, groups);
    bottom = Math.max(bottom, end);
  }
  const width = columns['security-impacting'] + BOX.width + GROUP.pad * 2;
  const shapes = [
    ...columnHeads(columns, graph),
    ...groups.flatMap(groupShapes),
    ...edgeShapes(graph, placed, columns),
    ...[...placed.values()].flatMap(boxShapes),
    ...legend(bottom + 18, width, graph, note),
  ];
  const drawing = {
    width,
    height: bottom + 18 + 62,
    title: `Cardholder data environment of cluster ${snapshot.cluster}`,
    alt: altOf(graph, note),
    shapes,
  };
  return { drawing, edges: graph.edges, summarised: graph.summarised };
}

function columnPlaces(gutters: readonly number[]): Readonly<Record<ColumnName, number>> {
  const places = { external: 0, connected: 0, cde: 0, 'security-impacting': 0 };
  let x = GROUP.pad;
  COLUMNS.forEach((name, index) => {
    places[name] = x;
    x += BOX.width + GROUP.pad * 2 + (gutters[index] ?? 0);
  });
  return places;
}

/** Stacks the boxes of a column by namespace; returns its lower end. */
function placeColumn(
  graph: CdeGraph,
  name: ColumnName,
  x: number,
  top: number,
  placed: Map<string, Placed>,
  groups: Group[],
): number {
  let y = top;
  let group: string | undefined;
  let start = y;
  const close = (): void => {
    if (group !== undefined && group !== '')
      groups.push({
        x: x - GROUP.pad,
        y: start,
        width: BOX.width + GROUP.pad * 2,
        height: y - start,
        namespace: group,
      });
  };
  for (const box of graph.boxes.filter(item => item.column === name)) {
    const key = box.namespace;
    if (key !== group) {
      close();
      if (group !== undefined) y += GROUP.gap;
      group = key;
      start = y;
      y += key === '' ? 0 : GROUP.head;
    }
    const height = Math.max(BOX.height, 12 + mostPorts(graph, box.id) * 10);
    placed.set(box.id, { box, x, y, height });
    y += height + BOX.gap;
  }
  close();
  return y;
}

function groupShapes(group: Group): readonly Shape[] {
  return [
    {
      kind: 'box',
      x: group.x,
      y: group.y,
      width: group.width,
      height: group.height,
      radius: 3,
      fill: 'band',
      stroke: 'hairline',
      weight: 0.6,
      dash: 'solid',
    },
    label(
      group.x + 6,
      group.y + 11,
      fitLabel(group.namespace, group.width - 12, 8, 'semibold'),
      8,
      'semibold',
      'muted',
    ),
  ];
}

function boxShapes({ box, x, y, height }: Placed): readonly Shape[] {
  const look = boxLook(box);
  const middle = y + height / 2;
  const title = fitLabel(box.title, BOX.width - 12, 9.5, 'semibold');
  return [
    { kind: 'box', x, y, width: BOX.width, height, ...look },
    label(x + 6, box.detail === '' ? middle + 3 : middle - 1.5, title, 9.5, 'semibold', 'ink'),
    ...(box.detail === ''
      ? []
      : [
          label(
            x + 6,
            middle + 10,
            fitLabel(box.detail, BOX.width - 12, 8, 'regular'),
            8,
            'regular',
            'muted',
          ),
        ]),
  ];
}

function altOf(graph: CdeGraph, note: DiagramNote): string {
  const boxes = COLUMNS.map(name => `${name}: ${graph.boxes.filter(box => box.column === name).length}`).join(
    ', ',
  );
  return `Boxes by column: ${boxes}. ${graph.edges.length} possible connections touch the CDE; the table below lists them. Data: ${note.date}.`;
}
