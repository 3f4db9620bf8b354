// The boxes for signatures: who signs what it means, and an empty rectangle that the signer fills. The rectangles are
// returned through the flow; nothing else of the report is ever drawn into them.
import type { SignaturePlace } from '../tree.ts';
import { draw, drawLine, drawText, linesOf, need, pageOf, type Flow } from './flow.ts';
import { addNode, type StructureNode } from './page.ts';
import { PAPER, TYPE } from './theme.ts';

/** Boxes of fixed height; what the signer draws stays inside the returned rectangle. */
export function layoutSignatures(flow: Flow, places: readonly SignaturePlace[]): void {
  const height = 142;
  for (const place of places) {
    need(flow, height + 16);
    const box = { kind: 'box', radius: 2, weight: 0.7, dash: 'solid', stroke: 'ink' } as const;
    draw(flow, { ...box, x: flow.left, y: flow.y, width: flow.width, height });
    const node = addNode(flow.node, 'P');
    const x = flow.left + 14;
    drawText(flow, place.label, { x, y: flow.y + 20, size: 10.5, face: 'semibold', node });
    const half = flow.width * 0.42;
    linesOf(flow, [{ text: place.meaning }], TYPE.source, { ink: 'muted' }, half).forEach((line, index) =>
      drawLine(flow, line, { x, top: flow.y + 26 + index * 11.5, style: TYPE.source, node }),
    );
    signatureLine(flow, 'Name', place.name ?? '', x, flow.y + height - 40, half, node);
    signatureLine(flow, 'Date', '', x, flow.y + height - 16, half, node);
    const left = flow.left + flow.width * 0.5;
    const rect = { x: left, y: flow.y + 14, width: flow.width * 0.5 - 14, height: height - 28 };
    draw(flow, { ...rect, kind: 'box', radius: 0, stroke: 'hairline', weight: 0.6, dash: 'dashed' });
    flow.signatures.push({
      role: place.role,
      page: flow.pages.length,
      rect: [rect.x, PAPER.height - rect.y - rect.height, rect.x + rect.width, PAPER.height - rect.y],
    });
    flow.y += height + 16;
  }
}

function signatureLine(
  flow: Flow,
  label: string,
  value: string,
  x: number,
  y: number,
  width: number,
  node: StructureNode,
): void {
  drawText(flow, label, { x, y, size: 7.5, ink: 'muted', node });
  if (value !== '') drawText(flow, value, { x: x + 34, y, size: 9, node });
  pageOf(flow).marks.push({
    kind: 'path',
    points: [
      [x + 34, y + 3],
      [x + width, y + 3],
    ],
    closed: false,
    stroke: 'hairline',
    weight: 0.6,
    dash: 'solid',
  });
}
