// Lays out every kind of block but tables and the cover. Spacing is set here, in multiples of four points.
import { assertNever } from '../../base/assert.ts';
import type { Block, Fact, Figure } from '../tree.ts';
import { layoutCover } from './layout-cover.ts';
import { diagramHeight, layoutDiagram } from './layout-diagram.ts';
import { layoutFinding } from './layout-finding.ts';
import { layoutSignatures } from './layout-signatures.ts';
import { layoutTable } from './layout-table.ts';
import {
  draw,
  drawLine,
  drawMark,
  drawParagraph,
  drawRule,
  drawText,
  linesOf,
  need,
  newPage,
  type Flow,
} from './flow.ts';
import { addNode } from './page.ts';
import { inkOfMark, PAPER, TYPE } from './theme.ts';

/** Lays out blocks in order; stops after each and within long tables, so that the caller may breathe or cancel. */
export function* layoutBlocks(flow: Flow, blocks: readonly Block[]): Generator<void> {
  for (const [index, block] of blocks.entries()) {
    if (block.kind === 'heading') need(flow, roomAfterHeading(flow, blocks[index + 1]));
    if (block.kind === 'table') yield* layoutTable(flow, block);
    else if (block.kind === 'finding')
      yield* layoutFinding(flow, block, () => layoutBlocks(flow, block.body));
    else layoutBlock(flow, block);
    yield;
    flow.afterHeading = block.kind === 'heading';
  }
}

function layoutBlock(flow: Flow, block: Exclude<Block, { kind: 'table' | 'finding' }>): void {
  switch (block.kind) {
    case 'cover': {
      layoutCover(flow, block);
      return;
    }
    case 'heading': {
      layoutHeading(flow, block);
      return;
    }
    case 'paragraph': {
      layoutParagraph(flow, block);
      return;
    }
    case 'facts': {
      layoutFacts(flow, block.items);
      return;
    }
    case 'figures': {
      layoutFigures(flow, block.items);
      return;
    }
    case 'list': {
      layoutList(flow, block);
      return;
    }
    case 'diagram': {
      layoutDiagram(flow, block);
      return;
    }
    case 'callout': {
      layoutCallout(flow, block);
      return;
    }
    case 'page-break': {
      newPage(flow);
      return;
    }
    case 'signatures': {
      layoutSignatures(flow, block.places);
      return;
    }
    default:
      return assertNever(block);
  }
}

/** A heading stays with the drawing that follows it. */
function roomAfterHeading(flow: Flow, next: Block | undefined): number {
  return next?.kind === 'diagram' ? 60 + diagramHeight(flow, next) : 0;
}

function layoutHeading(flow: Flow, block: Block & { kind: 'heading' }): void {
  const style = block.level === 1 ? TYPE.h1 : block.level === 2 ? TYPE.h2 : TYPE.h3;
  const before = flow.afterHeading ? 0 : block.level === 1 ? 28 : block.level === 2 ? 16 : 10;
  const atTop = flow.y <= PAPER.top;
  if (!atTop) flow.y += before;
  need(flow, block.level === 1 ? 220 : block.level === 2 ? 140 : 90);
  if (block.level === 1) {
    if (flow.y > PAPER.top) flow.y += 4;
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
    flow.y += 8;
  }
  flow.anchors.push({
    id: block.id,
    title: block.text,
    level: block.level,
    page: flow.pages.length,
    y: flow.y - 12,
  });
  const node = addNode(flow.node, `H${block.level}`);
  drawParagraph(flow, [{ text: block.text }], style, { face: 'semibold' }, node);
  flow.y += block.level === 1 ? 12 : 4;
}

function layoutParagraph(flow: Flow, block: Block & { kind: 'paragraph' }): void {
  const tone = block.tone ?? 'body';
  const look = tone === 'source' ? ({ ink: 'muted' } as const) : {};
  drawParagraph(flow, block.runs, TYPE[tone], look);
  flow.y += tone === 'lead' ? 12 : 8;
}

function layoutFacts(flow: Flow, items: readonly Fact[]): void {
  const label = Math.min(128, flow.width * 0.3);
  const list = addNode(flow.node, 'L');
  const { left, width } = flow;
  for (const item of items) {
    const node = addNode(list, 'LI');
    const labels = linesOf(flow, [{ text: item.label }], TYPE.source, { ink: 'muted' }, label - 12);
    need(flow, Math.max(labels.length, 2) * TYPE.source.leading);
    labels.forEach((line, index) => {
      drawLine(flow, line, {
        x: left,
        top: flow.y + index * TYPE.source.leading,
        style: { size: TYPE.source.size, leading: 12 },
        node,
      });
    });
    const bottom = flow.y + labels.length * TYPE.source.leading + 2;
    const page = flow.pages.length;
    flow.left = left + label;
    flow.width = width - label;
    drawParagraph(flow, item.value, { size: 8.5, leading: 12 }, {}, node);
    flow.left = left;
    flow.width = width;
    if (flow.pages.length === page) flow.y = Math.max(flow.y, bottom);
    flow.y += 3;
  }
  flow.y += 7;
}

/** Four figures a row, each with its label under it. */
function layoutFigures(flow: Flow, items: readonly Figure[]): void {
  const perRow = 4;
  for (let at = 0; at < items.length; at += perRow) {
    const row = items.slice(at, at + perRow);
    const width = flow.width / perRow;
    need(flow, 70);
    drawRule(flow, flow.y, 'rule', 0.9);
    row.forEach((item, index) => drawFigure(flow, item, flow.left + index * width, width));
    flow.y += 66;
  }
  flow.y += 6;
}

function drawFigure(flow: Flow, item: Figure, x: number, width: number): void {
  const node = addNode(flow.node, 'P');
  const ink = item.mark === undefined ? 'ink' : inkOfMark(item.mark);
  const y = flow.y + 30;
  drawText(flow, item.value, { x, y, size: TYPE.figure.size, face: 'semibold', ink, node });
  if (item.mark !== undefined) {
    const after = x + flow.metrics.width(item.value, 'semibold', TYPE.figure.size) + 6;
    draw(flow, ...drawMark(item.mark, after, y - 12, 11));
  }
  const lines = linesOf(flow, [{ text: item.label }], TYPE.source, { ink: 'muted' }, width - 14);
  lines.forEach((line, index) =>
    drawLine(flow, line, { x, top: flow.y + 35 + index * 10.5, style: { size: 8, leading: 10.5 }, node }),
  );
}

function layoutList(flow: Flow, block: Block & { kind: 'list' }): void {
  const list = addNode(flow.node, 'L');
  for (const item of block.items) {
    need(flow, 2 * TYPE.body.leading);
    const node = addNode(list, 'LI');
    draw(flow, {
      kind: 'box',
      x: flow.left + 1,
      y: flow.y + 5.8,
      width: 3.4,
      height: 3.4,
      radius: 0,
      fill: 'accent',
      weight: 0,
      dash: 'solid',
    });
    flow.left += 14;
    flow.width -= 14;
    drawParagraph(flow, item, TYPE.body, {}, node);
    flow.left -= 14;
    flow.width += 14;
    flow.y += 3;
  }
  flow.y += 7;
}

function layoutCallout(flow: Flow, block: Block & { kind: 'callout' }): void {
  const inner = flow.width - 32;
  const lines = linesOf(flow, block.runs, { size: 9, leading: 13 }, {}, inner);
  const height = 12 + TYPE.h3.leading + lines.length * 13 + 10;
  need(flow, Math.min(height, 300));
  const caution = block.tone === 'caution';
  const box = { kind: 'box', radius: 0, weight: 0, dash: 'solid' } as const;
  draw(
    flow,
    { ...box, x: flow.left, y: flow.y, width: flow.width, height, fill: 'band' },
    { ...box, x: flow.left, y: flow.y, width: 3, height, fill: caution ? 'assess' : 'accent' },
  );
  const node = addNode(flow.node, 'P');
  const x = flow.left + 16;
  flow.y += 10;
  drawText(flow, block.title, {
    x,
    y: flow.y + 10,
    size: 9.5,
    face: 'semibold',
    ink: caution ? 'assess' : 'accent',
    node,
  });
  flow.y += TYPE.h3.leading + 1;
  for (const line of lines) {
    drawLine(flow, line, { x, top: flow.y, style: { size: 9, leading: 13 }, node });
    flow.y += 13;
  }
  flow.y += 11 + 10;
}
