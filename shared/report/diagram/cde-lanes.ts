// Connections of the CDE diagram: which gutters they run through, in which lane, where they meet a box. One that
// jumps over the second column runs above the boxes.
//
//   box |-- lane --|> box        same column: out and back on the right side
import { COLUMNS, type CdeGraph, type ColumnName, type GraphEdge } from './cde-graph.ts';
import type { Shape } from './drawing.ts';
import { BOX, GROUP, label, LANE, TOP, type Placed } from './cde-places.ts';
import { labelWidth } from './text-width.ts';

/** One end of a connection at the side of a box; ends on a side are spread in the order of the other ends. */
function portOf(graph: CdeGraph, placed: ReadonlyMap<string, Placed>, edge: GraphEdge, id: string): number {
  const at = placed.get(id);
  if (at === undefined) return 0;
  const side = sideOf(graph, edge, id);
  const mine = graph.edges
    .filter(other => (other.from === id || other.to === id) && sideOf(graph, other, id) === side)
    .map(other => ({ other, y: placed.get(other.from === id ? other.to : other.from)?.y ?? 0 }))
    .sort((a, b) => a.y - b.y || a.other.number - b.other.number);
  const index = mine.findIndex(item => item.other === edge);
  return at.y + ((index + 1) * at.height) / (mine.length + 1);
}

function sideOf(graph: CdeGraph, edge: GraphEdge, id: string): 'left' | 'right' {
  const own = columnOfBox(graph, id);
  const other = columnOfBox(graph, edge.from === id ? edge.to : edge.from);
  return other < own ? 'left' : 'right';
}

/** Lines, arrows and numbers of all connections. */
export function edgeShapes(
  graph: CdeGraph,
  placed: ReadonlyMap<string, Placed>,
  columns: Readonly<Record<ColumnName, number>>,
): readonly Shape[] {
  const lanes = [0, 0, 0];
  let acrossLane = 0;
  const laneX = (gutter: number): number => {
    const start = columns[COLUMNS[gutter] ?? 'external'] + BOX.width + GROUP.pad;
    const lane = lanes[gutter] ?? 0;
    lanes[gutter] = lane + 1;
    return start + 14 + lane * LANE;
  };
  return graph.edges.flatMap(edge => {
    const from = placed.get(edge.from);
    const to = placed.get(edge.to);
    if (from === undefined || to === undefined) return [];
    const exit = sideOf(graph, edge, edge.from) === 'right' ? from.x + BOX.width : from.x;
    const entry = sideOf(graph, edge, edge.to) === 'right' ? to.x + BOX.width : to.x;
    const y1 = portOf(graph, placed, edge, edge.from);
    const y2 = portOf(graph, placed, edge, edge.to);
    const through = guttersOf(graph, edge).map(laneX);
    const ordered =
      columnOfBox(graph, edge.from) > columnOfBox(graph, edge.to) ? through.toReversed() : through;
    const [first, second] = ordered;
    if (first === undefined) return [];
    const over = TOP + acrossLane * LANE;
    if (second !== undefined) acrossLane++;
    const bends: readonly (readonly [number, number])[] =
      second === undefined
        ? [
            [first, y1],
            [first, y2],
          ]
        : [
            [first, y1],
            [first, over],
            [second, over],
            [second, y2],
          ];
    const last = bends.at(-1)?.[0] ?? entry;
    return [
      {
        kind: 'line' as const,
        points: [[exit, y1] as const, ...bends, [entry, y2] as const],
        stroke: edge.allow.length > 0 ? ('ink' as const) : ('assess' as const),
        weight: 0.8,
        dash: edge.allow.length > 0 ? ('solid' as const) : ('dashed' as const),
        arrow: true,
      },
      ...numberTag(edge.number, entry > last ? entry - 12 : entry + 12, y2),
    ];
  });
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

function columnOfBox(graph: CdeGraph, id: string): number {
  return COLUMNS.indexOf(graph.boxes.find(box => box.id === id)?.column ?? 'external');
}

/** Whether a connection jumps over a column; it runs in a lane above the boxes then. */
export function isAcross(graph: CdeGraph, edge: GraphEdge): boolean {
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
  const used = [0, 0, 0];
  for (const edge of graph.edges)
    for (const gutter of guttersOf(graph, edge)) used[gutter] = (used[gutter] ?? 0) + 1;
  return used.map(lanes => 30 + lanes * LANE);
}
