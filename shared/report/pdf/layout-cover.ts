// The cover: what this is, of whom, when, by whom; and, for a draft, that it is one and what is still open.
import type { Block } from '../tree.ts';
import {
  draw,
  drawLine,
  drawParagraph,
  drawRule,
  drawText,
  linesOf,
  newPage,
  pageOf,
  type Flow,
} from './flow.ts';
import { addNode } from './page.ts';
import { PAPER, TYPE } from './theme.ts';

/** Open items shown on the cover; all of them stand in the section on what this is. */
const SHOWN = 7;

/** Lays out the cover on the first page and begins the next. */
export function layoutCover(flow: Flow, block: Block & { kind: 'cover' }): void {
  const band = { kind: 'box', radius: 0, weight: 0, dash: 'solid', x: 0, width: PAPER.width } as const;
  draw(flow, { ...band, y: 0, height: 10, fill: 'accent' });
  const title = addNode(flow.node, 'P');
  drawText(flow, 'VOUCH', {
    x: flow.left,
    y: 66,
    size: 9,
    face: 'semibold',
    ink: 'accent',
    tracking: 3,
    node: title,
  });
  flow.y = 150;
  drawText(flow, block.kicker, {
    x: flow.left,
    y: flow.y,
    size: 8.5,
    face: 'semibold',
    ink: 'muted',
    tracking: 0.9,
    node: addNode(flow.node, 'P'),
  });
  flow.y += 14;
  drawParagraph(flow, [{ text: block.title }], TYPE.cover, { face: 'semibold' }, addNode(flow.node, 'H1'));
  flow.y += 6;
  drawParagraph(flow, [{ text: block.subtitle }], { size: 15, leading: 20 }, { ink: 'muted' });
  flow.y += 26;
  drawFacts(flow, block);
  flow.y += 10;
  drawParagraph(flow, block.statement, { size: 9.5, leading: 14 });
  if (block.draft.length > 0) drawDraft(flow, block.draft);
  pageOf(flow);
  newPage(flow);
}

function drawFacts(flow: Flow, block: Block & { kind: 'cover' }): void {
  const column = flow.width / 2;
  const { left } = flow;
  drawRule(flow, flow.y, 'rule', 0.9);
  flow.y += 12;
  for (let at = 0; at < block.facts.length; at += 2) {
    const heights = block.facts.slice(at, at + 2).map((fact, index) => {
      const x = left + index * column;
      const node = addNode(flow.node, 'P');
      drawText(flow, fact.label, { x, y: flow.y + 8, size: 7.5, ink: 'muted', node });
      const lines = linesOf(flow, fact.value, { size: 9.5, leading: 13 }, {}, column - 18);
      lines.forEach((line, row) =>
        drawLine(flow, line, { x, top: flow.y + 11 + row * 13, style: { size: 9.5, leading: 13 }, node }),
      );
      return 11 + lines.length * 13;
    });
    flow.y += Math.max(...heights) + 9;
  }
  drawRule(flow, flow.y, 'hairline', 0.5);
  flow.y += 8;
}

function drawDraft(flow: Flow, items: readonly string[]): void {
  const shown = items.slice(0, SHOWN);
  const rest = items.length - shown.length;
  const texts = rest > 0 ? [...shown, `and ${rest} more, all listed in section 1`] : shown;
  const style = { size: 8.5, leading: 12 };
  const lines = texts.map(text => linesOf(flow, [{ text }], style, {}, flow.width - 44));
  const height = 42 + lines.reduce((sum, item) => sum + item.length * 12 + 1, 0);
  const top = PAPER.height - 64 - height;
  const box = { kind: 'box', radius: 0, dash: 'solid' } as const;
  draw(flow, {
    ...box,
    x: flow.left,
    y: top,
    width: flow.width,
    height,
    fill: 'paper',
    stroke: 'assess',
    weight: 1.2,
  });
  const heading = 'DRAFT: what is still open';
  drawText(flow, heading, {
    x: flow.left + 16,
    y: top + 22,
    size: 11,
    face: 'semibold',
    ink: 'assess',
    node: addNode(flow.node, 'P'),
  });
  let y = top + 32;
  const list = addNode(flow.node, 'L');
  for (const item of lines) {
    const node = addNode(list, 'LI');
    draw(flow, { ...box, x: flow.left + 17, y: y + 4.8, width: 3, height: 3, fill: 'assess', weight: 0 });
    for (const line of item) {
      drawLine(flow, line, { x: flow.left + 28, top: y, style, node });
      y += 12;
    }
    y += 1;
  }
}
