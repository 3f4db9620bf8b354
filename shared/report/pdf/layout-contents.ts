// The table of contents, laid out after the body, when the pages are known. Its own length shifts the body, so it is
// laid out until the shift holds (the number of lines does not depend on the numbers in them).
import { draw, drawText, need, newFlow, type Flow } from './flow.ts';
import type { Metrics } from './metrics.ts';
import { addNode, type Anchor, type StructureNode } from './page.ts';
import { MEASURE, TYPE } from './theme.ts';

/** Pages of the contents; `shift` is how many pages it puts between the cover and the body. */
export function layoutContents(
  metrics: Metrics,
  anchors: readonly Anchor[],
  node: StructureNode,
): { readonly flow: Flow; readonly shift: number } {
  const entries = anchors.filter(anchor => anchor.level < 3);
  const trial = contentsWith(metrics, entries, { role: 'TOC', kids: [] }, 0);
  const shift = trial.pages.length;
  return { flow: contentsWith(metrics, entries, node, shift), shift };
}

function contentsWith(
  metrics: Metrics,
  entries: readonly Anchor[],
  node: StructureNode,
  shift: number,
): Flow {
  const flow = newFlow(metrics, node);
  const heading = { x: flow.left, y: flow.y + 28, size: TYPE.h1.size, face: 'semibold' } as const;
  draw(flow, {
    kind: 'box',
    x: flow.left,
    y: flow.y,
    width: 28,
    height: 2.4,
    radius: 0,
    fill: 'accent',
    weight: 0,
    dash: 'solid',
  });
  drawText(flow, 'Contents', { ...heading, node: addNode(node, 'H1') });
  flow.y += 54;
  const list = addNode(node, 'TOC');
  for (const entry of entries) drawEntry(flow, entry, shift, addNode(list, 'TOCI'));
  return flow;
}

function drawEntry(flow: Flow, entry: Anchor, shift: number, node: StructureNode): void {
  const first = entry.level === 1;
  if (first) flow.y += 8;
  need(flow, 18);
  const y = flow.y + 11;
  const x = flow.left + (first ? 0 : 16);
  const look = {
    y,
    size: first ? 10 : 9,
    face: first ? 'semibold' : 'regular',
    ink: first ? 'ink' : 'muted',
    node,
  } as const;
  const number = String(entry.page + shift);
  const end = flow.left + MEASURE;
  const title = fitted(flow, entry.title, end - x - 40, look.size, look.face);
  drawText(flow, title, { ...look, x });
  drawText(flow, number, { ...look, x: end, anchor: 'end' });
  const from = x + flow.metrics.width(title, look.face, look.size) + 8;
  const to = end - flow.metrics.width(number, look.face, look.size) - 8;
  if (to > from)
    draw(flow, {
      kind: 'path',
      points: [
        [from, y - 2.4],
        [to, y - 2.4],
      ],
      closed: false,
      stroke: 'hairline',
      weight: 0.6,
      dash: 'dotted',
    });
  draw(flow, { kind: 'link', x: flow.left, y: flow.y, width: MEASURE, height: 15, to: entry.id });
  flow.y += first ? 17 : 15;
}

/** Titles are one line; a longer one ends in an ellipsis here only (it stands whole at its place). */
function fitted(
  flow: Flow,
  title: string,
  width: number,
  size: number,
  face: 'regular' | 'semibold',
): string {
  if (flow.metrics.width(title, face, size) <= width) return title;
  let text = title;
  while (text.length > 1 && flow.metrics.width(`${text}…`, face, size) > width) text = text.slice(0, -1);
  return `${text.trimEnd()}…`;
}
