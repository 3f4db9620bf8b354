// A requirement in the findings section: number in the margin column, title, old number, the assessor's word at the
// right. What hangs below it is laid out by the caller.
import type { Block } from '../tree.ts';
import { draw, drawMark, drawParagraph, drawRule, drawText, need, type Flow } from './flow.ts';
import { addNode, type StructureNode } from './page.ts';
import { inkOfMark, TYPE } from './theme.ts';

/** A requirement: number in the margin column, title, the assessor's word at the right; the rest hangs below. */
/** Lays out one requirement; `layoutBody` draws what hangs below its head. */
export function* layoutFinding(
  flow: Flow,
  block: Block & { kind: 'finding' },
  layoutBody: () => Generator<void>,
): Generator<void> {
  const indent = 62;
  const word = 104;
  need(flow, 150);
  flow.y += 4;
  drawRule(flow, flow.y, 'rule', 0.9);
  flow.y += 7;
  flow.anchors.push({
    id: block.id,
    title: `${block.number} ${block.title}`,
    level: 3,
    page: flow.pages.length,
    y: flow.y - 12,
  });
  const heading = addNode(flow.node, 'H3');
  const baseline = flow.y + 11.5;
  drawText(flow, block.number, {
    x: flow.left,
    y: baseline,
    size: 11,
    face: 'semibold',
    ink: 'accent',
    node: heading,
  });
  const top = flow.y;
  const right = flow.left + flow.width;
  flow.left += indent;
  flow.width -= indent + word;
  drawParagraph(flow, [{ text: block.title }], TYPE.h3, { face: 'semibold' }, heading);
  flow.width += word;
  drawFindingWord(flow, block, right, baseline, addNode(flow.node, 'P'));
  flow.y = Math.max(flow.y, top + TYPE.h3.leading) + 1;
  drawParagraph(flow, [{ text: block.alias }], TYPE.source, { ink: 'muted' });
  flow.y += 6;
  yield* layoutBody();
  flow.left -= indent;
  flow.width += indent;
  flow.y += 8;
}

function drawFindingWord(
  flow: Flow,
  block: Block & { kind: 'finding' },
  right: number,
  baseline: number,
  node: StructureNode,
): void {
  const width = flow.metrics.width(block.word, 'semibold', 9.5);
  drawText(flow, block.word, {
    x: right - width,
    y: baseline,
    size: 9.5,
    face: 'semibold',
    ink: inkOfMark(block.tone),
    node,
  });
  draw(flow, ...drawMark(block.tone, right - width - 13, baseline - 7.6, 8.6));
}
