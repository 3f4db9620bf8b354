// Connections of the CDE diagram: which gutters they run through, in which lane, where they meet a box. One that
// jumps over the second column runs above the boxes.
//
//   box |-- lane --|> box        same column: out and back on the right side
import { compareBy } from '../../base/order.ts';
import { COLUMNS, type CdeGraph, type ColumnName, type GraphEdge } from './cde-graph.ts';
import type { Shape } from './drawing.ts';
import { BOX, GROUP, label, LANE, TOP, type Placed } from './cde-places.ts';
import { labelWidth } from './text-width.ts';

/** Lines, arrows and numbers of all connections. */
export function edgeShapes(
  graph: CdeGraph,
  placed: ReadonlyMap<string, Placed>,
  columns: Readonly<Record<ColumnName, number>>,
): readonly Shape[] {
  const lanes = lanesOf(graph);
  const over = lanesAbove(graph);
  const laneX = (gutter: number, bundle: string): number =>
    columns[COLUMNS[gutter] ?? 'external'] +
    BOX.width +
    GROUP.pad +
    14 +
    (lanes[gutter]?.indexOf(bundle) ?? 0) * LANE;
  return graph.edges.flatMap(edge => {
    const from = placed.get(edge.from);
    const to = placed.get(edge.to);
    if (from === undefined || to === undefined) return [];
    const bundle = bundleOf(graph, edge);
    const exit: Point = [edgeX(graph, edge, from), portY(graph, placed, from, outKey(graph, edge))];
    const entry: Point = [edgeX(graph, edge, to), portY(graph, placed, to, inKey(graph, edge))];
    const bends = bendsOf(
      guttersOf(graph, edge).map(gutter => laneX(gutter, bundle)),
      exit,
      entry,
      TOP + over.indexOf(bundle) * LANE,
    );
    const last = bends.at(-1)?.[0] ?? entry[0];
    const sure = edge.allow.length > 0;
    return [
      {
        kind: 'line' as const,
        points: [exit, ...bends, entry],
        stroke: sure ? ('ink' as const) : ('assess' as const),
        weight: 0.8,
        dash: sure ? ('solid' as const) : ('dashed' as const),
        arrow: true,
      },
      ...numberTag(edge.number, entry[0] > last ? entry[0] - 12 : entry[0] + 12, entry[1]),
    ];
  });
}

type Point = readonly [number, number];

/** Corners of a connection: one lane between neighbours; else up, across above the boxes, and down. */
function bendsOf(
  lanes: readonly number[],
  [exitX, exitY]: Point,
  [entryX, entryY]: Point,
  over: number,
): readonly Point[] {
  const ordered = exitX > entryX ? lanes.toReversed() : lanes;
  const [first, second] = ordered;
  if (first === undefined) return [];
  if (second === undefined)
    return [
      [first, exitY],
      [first, entryY],
    ];
  return [
    [first, exitY],
    [first, over],
    [second, over],
    [second, entryY],
  ];
}

/** The number of a connection on its last stretch, on a paper ground. */
function numberTag(number: number, x: number, y: number): readonly Shape[] {
  const text = String(number);
  const width = labelWidth(text, 8, 'semibold') + 3;
  return [
    {
      kind: 'box',
      x: x - width / 2,
      y: y - 4.4,
      width,
      height: 8.8,
      radius: 2,
      fill: 'paper',
      stroke: 'none',
      weight: 0,
      dash: 'solid',
    },
    label(x, y + 2.9, text, 8, 'semibold', 'ink', 'middle'),
  ];
}

/** Connections of one box that leave it on one side, equally sure, share their way: they fan out like a tree. */
function bundleOf(graph: CdeGraph, edge: GraphEdge): string {
  const sure = edge.allow.length > 0 ? 'allowed' : 'open';
  return `${edge.from}\n${sure}\n${guttersOf(graph, edge).join()}`;
}

/** Bundles in each gutter, in the order of their lanes. */
function lanesOf(graph: CdeGraph): readonly (readonly string[])[] {
  return [0, 1, 2].map(gutter =>
    unique(
      graph.edges.filter(edge => guttersOf(graph, edge).includes(gutter)).map(edge => bundleOf(graph, edge)),
    ),
  );
}

/** Bundles that run above the boxes. */
export function lanesAbove(graph: CdeGraph): readonly string[] {
  return unique(graph.edges.filter(edge => isAcross(graph, edge)).map(edge => bundleOf(graph, edge)));
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

/** A place at the side of a box: where a bundle leaves, or where one connection arrives. */
interface PortKey {
  readonly side: 'left' | 'right';
  readonly name: string;
}

function outKey(graph: CdeGraph, edge: GraphEdge): PortKey {
  return { side: sideOf(graph, edge, edge.from), name: `out ${bundleOf(graph, edge)}` };
}

function inKey(graph: CdeGraph, edge: GraphEdge): PortKey {
  return { side: sideOf(graph, edge, edge.to), name: `in ${edge.number}` };
}

/** Places on one side of a box, each with the box at the other end. */
function portsOf(graph: CdeGraph, id: string, side: 'left' | 'right'): ReadonlyMap<string, string> {
  const ports = new Map<string, string>();
  for (const edge of graph.edges) {
    const [key, other] =
      edge.from === id
        ? [outKey(graph, edge), edge.to]
        : edge.to === id
          ? [inKey(graph, edge), edge.from]
          : [];
    if (key?.side === side && other !== undefined && !ports.has(key.name)) ports.set(key.name, other);
  }
  return ports;
}

/** The number of places on the fuller side of a box. */
export function mostPorts(graph: CdeGraph, id: string): number {
  return Math.max(portsOf(graph, id, 'left').size, portsOf(graph, id, 'right').size);
}

/** Height of a place: spread over the side in the order of the other ends. */
function portY(graph: CdeGraph, placed: ReadonlyMap<string, Placed>, at: Placed, key: PortKey): number {
  const ports = [...portsOf(graph, at.box.id, key.side)]
    .map(([name, other]) => ({ name, y: placed.get(other)?.y ?? 0 }))
    .sort(
      compareBy(
        port => port.y,
        port => port.name,
      ),
    );
  const index = ports.findIndex(port => port.name === key.name);
  return at.y + ((index + 1) * at.height) / (ports.length + 1);
}

function edgeX(graph: CdeGraph, edge: GraphEdge, at: Placed): number {
  return sideOf(graph, edge, at.box.id) === 'right' ? at.x + BOX.width : at.x;
}

function sideOf(graph: CdeGraph, edge: GraphEdge, id: string): 'left' | 'right' {
  const own = columnOfBox(graph, id);
  const other = columnOfBox(graph, edge.from === id ? edge.to : edge.from);
  return other < own ? 'left' : 'right';
}

function columnOfBox(graph: CdeGraph, id: string): number {
  return COLUMNS.indexOf(graph.boxes.find(box => box.id === id)?.column ?? 'external');
}

/** Whether a connection jumps over a column; it runs in a lane above the boxes then. */
function isAcross(graph: CdeGraph, edge: GraphEdge): boolean {
  return Math.abs(columnOfBox(graph, edge.from) - columnOfBox(graph, edge.to)) > 1;
}

/** Which gutters an edge runs through: between two columns, or right of the CDE for both ends there. */
function guttersOf(graph: CdeGraph, edge: GraphEdge): readonly number[] {
  const from = columnOfBox(graph, edge.from);
  const to = columnOfBox(graph, edge.to);
  if (from === to) return [Math.min(from, 2)];
  const [low, high] = from < to ? [from, to] : [to, from];
  return high - low === 1 ? [low] : [low, high - 1];
}

/** Width of each gutter: room for its lanes and the numbers. */
export function gutterWidths(graph: CdeGraph): readonly number[] {
  return lanesOf(graph).map(lanes => 30 + lanes.length * LANE);
}
