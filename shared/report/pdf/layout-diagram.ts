// A drawing on the page: scaled to the text width, as vectors, one figure with its description for readers.
import { arrowHead, type Dash, type Drawing, type Shape } from '../diagram/drawing.ts';
import type { Block } from '../tree.ts';
import { draw, drawParagraph, drawText, need, type Flow } from './flow.ts';
import { addNode, type StructureNode } from './page.ts';
import { inkOfTint, PAPER, TYPE, type InkName } from './theme.ts';

/** Lays out a drawing and its caption. */
export function layoutDiagram(flow: Flow, block: Block & { kind: 'diagram' }): void {
  const { drawing } = block;
  const scale = scaleOf(flow, drawing);
  need(flow, diagramHeight(flow, block));
  const node = addNode(flow.node, 'Figure', `${drawing.title}. ${drawing.alt}`);
  drawShapes(flow, drawing, { x: flow.left, y: flow.y, scale }, node);
  flow.y += drawing.height * scale + 8;
  drawParagraph(
    flow,
    [{ text: block.caption }],
    TYPE.source,
    { ink: 'muted' },
    addNode(flow.node, 'Caption'),
  );
  flow.y += 10;
}

/** Height of a drawing on the page, with its caption. */
export function diagramHeight(flow: Flow, { drawing }: Block & { kind: 'diagram' }): number {
  return drawing.height * scaleOf(flow, drawing) + 44;
}

function scaleOf(flow: Flow, drawing: Drawing): number {
  const room = PAPER.bottom - PAPER.top - 110;
  return Math.min(1, flow.width / drawing.width, room / drawing.height);
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

function drawShapes(flow: Flow, drawing: Drawing, place: Place, node: StructureNode): void {
  for (const shape of drawing.shapes) drawShape(flow, shape, place, node);
}

function drawShape(flow: Flow, shape: Shape, { x, y, scale }: Place, node: StructureNode): void {
  switch (shape.kind) {
    case 'box':
      draw(flow, {
        kind: 'box',
        x: x + shape.x * scale,
        y: y + shape.y * scale,
        width: shape.width * scale,
        height: shape.height * scale,
        radius: shape.radius * scale,
        weight: shape.weight * scale,
        dash: shape.dash,
        node,
        ...named('fill', inkOfTint(shape.fill)),
        ...named('stroke', inkOfTint(shape.stroke)),
      });
      return;
    case 'line': {
      const points = shape.points.map(([px, py]) => [x + px * scale, y + py * scale] as const);
      const stroke = inkOfTint(shape.stroke);
      if (stroke === undefined) return;
      const line = { kind: 'path', stroke, weight: shape.weight * scale, node } as const;
      draw(flow, { ...line, points, closed: false, dash: shape.dash });
      if (!shape.arrow) return;
      const head = arrowHead(points, (4 + shape.weight * 2) * scale);
      draw(flow, {
        ...line,
        points: head,
        closed: true,
        fill: stroke,
        dash: 'solid' satisfies Dash,
        weight: 0.3,
      });
      return;
    }
    case 'label':
      drawText(flow, shape.text, {
        x: x + shape.x * scale,
        y: y + shape.y * scale,
        size: shape.size * scale,
        face: shape.face,
        ink: inkOfTint(shape.tint) ?? 'ink',
        anchor: shape.anchor,
        node,
      });
      return;
  }
}

function named<K extends string>(key: K, ink: InkName | undefined): Partial<Record<K, InkName>> {
  return ink === undefined ? {} : ({ [key]: ink } as Partial<Record<K, InkName>>);
}
