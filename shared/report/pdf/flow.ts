// The running page: where the next line goes, when a new page begins, and which structure element text belongs to.
// Blocks (layout-blocks.ts, layout-table.ts) draw through it; it draws nothing of its own but text lines and marks.
import type { MarkTone } from '../tree.ts';
import type { Metrics } from './metrics.ts';
import { addNode, type Anchor, type Mark, type Page, type SignatureBox, type StructureNode } from './page.ts';
import { inkOfMark, MEASURE, PAPER, type Face, type InkName, type TypeStyle } from './theme.ts';
import { wrapInline, type Line, type Piece, type TextLook } from './wrap.ts';
import type { Inline } from '../tree.ts';

/** State of the layout; `y` is the top of what comes next. */
export interface Flow {
  readonly metrics: Metrics;
  readonly pages: Page[];
  readonly anchors: Anchor[];
  readonly signatures: SignatureBox[];
  /** Parent of the elements that come next. */
  node: StructureNode;
  y: number;
  /** Left edge and width of what comes next. */
  left: number;
  width: number;
  /** Whether a heading came last; the next one stands closer to it. */
  afterHeading: boolean;
}

/** An empty flow with one page. */
export function newFlow(metrics: Metrics, node: StructureNode): Flow {
  const flow: Flow = {
    metrics,
    pages: [],
    anchors: [],
    signatures: [],
    node,
    y: PAPER.top,
    left: PAPER.left,
    width: MEASURE,
    afterHeading: false,
  };
  newPage(flow);
  return flow;
}

/** Begins a page. */
export function newPage(flow: Flow, cover = false): void {
  flow.pages.push({ marks: [], cover, substituted: false });
  flow.y = PAPER.top;
}

/** The page being filled. */
export function pageOf(flow: Flow): Page {
  const page = flow.pages.at(-1);
  if (page === undefined) throw new Error('Invariant broken: a flow has a page from the start');
  return page;
}

/** Room left on the page. */
export function roomOf(flow: Flow): number {
  return PAPER.bottom - flow.y;
}

/** Begins a new page unless `height` still fits. */
export function need(flow: Flow, height: number): void {
  if (roomOf(flow) < height) newPage(flow);
}

/** Adds a mark to the page. */
export function draw(flow: Flow, ...marks: readonly Mark[]): void {
  pageOf(flow).marks.push(...marks);
}

/** Draws one line of text with its baseline for a line box that starts at `top`. */
export function drawLine(
  flow: Flow,
  line: Line,
  at: { readonly x: number; readonly top: number; readonly style: TypeStyle; readonly node?: StructureNode },
): void {
  const baseline = at.top + (at.style.leading + at.style.size * 0.7) / 2;
  for (const piece of line.pieces) drawPiece(flow, piece, at.x + piece.x, baseline, at.node);
}

function drawPiece(flow: Flow, piece: Piece, x: number, y: number, node: StructureNode | undefined): void {
  const tagged = node === undefined ? {} : { node };
  if (piece.mark !== undefined) {
    draw(flow, ...drawMark(piece.mark, x, y - piece.size * 0.74, piece.size * 0.84));
    return;
  }
  if (piece.substituted) pageOf(flow).substituted = true;
  const { text, face, size, ink } = piece;
  draw(flow, { kind: 'text', x, y, text, face, size, ink, ...tagged });
  if (piece.to !== undefined)
    draw(flow, { kind: 'link', x, y: y - size, width: piece.width, height: size * 1.35, to: piece.to });
}

/** A paragraph of lines that may run over pages; returns nothing, moves `y`. */
export function drawParagraph(
  flow: Flow,
  runs: Inline,
  style: TypeStyle,
  look: Partial<TextLook> = {},
  node: StructureNode = addNode(flow.node, 'P'),
): void {
  const lines = linesOf(flow, runs, style, look);
  lines.forEach((line, index) => {
    // No single line is left behind at the foot, none is carried over alone.
    const together = index === 0 ? Math.min(lines.length, 2) : index === lines.length - 2 ? 2 : 1;
    need(flow, together * style.leading);
    drawLine(flow, line, { x: flow.left, top: flow.y, style, node });
    flow.y += style.leading;
  });
}

/** Lines of a text in the flow's width. */
export function linesOf(
  flow: Flow,
  runs: Inline,
  style: TypeStyle,
  look: Partial<TextLook> = {},
  width = flow.width,
): readonly Line[] {
  const full = { size: style.size, face: look.face ?? 'regular', ink: look.ink ?? 'ink' };
  return wrapInline(runs, width, full, flow.metrics);
}

/** Text at a place, no wrapping; decoration unless a node is given. */
export function drawText(
  flow: Flow,
  text: string,
  at: {
    readonly x: number;
    readonly y: number;
    readonly size: number;
    readonly face?: Face;
    readonly ink?: InkName;
    readonly anchor?: 'start' | 'middle' | 'end';
    readonly tracking?: number;
    readonly node?: StructureNode;
  },
): void {
  const face = at.face ?? 'regular';
  const shaped = flow.metrics.shape(text, face);
  const tracking = at.tracking ?? 0;
  const widths = shaped.map(
    piece => flow.metrics.width(piece.text, piece.face, at.size) + tracking * Array.from(piece.text).length,
  );
  const total = widths.reduce((sum, width) => sum + width, 0);
  let x = at.anchor === 'end' ? at.x - total : at.anchor === 'middle' ? at.x - total / 2 : at.x;
  shaped.forEach((piece, index) => {
    if (piece.substituted) pageOf(flow).substituted = true;
    draw(flow, {
      kind: 'text',
      x,
      y: at.y,
      text: piece.text,
      face: piece.face,
      size: at.size,
      ink: at.ink ?? 'ink',
      ...(tracking === 0 ? {} : { tracking }),
      ...(at.node === undefined ? {} : { node: at.node }),
    });
    x += widths[index] ?? 0;
  });
}

/** The little sign beside a word: each differs by shape, so that it reads without colour. */
export function drawMark(tone: MarkTone, x: number, y: number, size: number): readonly Mark[] {
  const ink = inkOfMark(tone);
  const at = (px: number, py: number): readonly [number, number] => [x + px * size, y + py * size];
  const base = { weight: 0.9, dash: 'solid' as const };
  const box = (fill: boolean, radius: number, dash: 'solid' | 'dotted' = 'solid'): Mark => ({
    kind: 'box',
    x,
    y,
    width: size,
    height: size,
    radius: radius * size,
    ...(fill ? { fill: ink } : {}),
    stroke: ink,
    weight: 0.8,
    dash,
  });
  const path = (points: readonly (readonly [number, number])[], stroke: InkName, closed = false): Mark => ({
    kind: 'path',
    points,
    closed,
    stroke,
    ...base,
  });
  switch (tone) {
    case 'consistent':
      return [box(false, 0.5), path([at(0.26, 0.52), at(0.44, 0.7), at(0.76, 0.3)], ink)];
    case 'contradicts':
      return [
        box(true, 0.12),
        path([at(0.28, 0.28), at(0.72, 0.72)], 'paper'),
        path([at(0.72, 0.28), at(0.28, 0.72)], 'paper'),
      ];
    case 'assess':
      return [
        path([at(0.5, 0.02), at(1, 0.94), at(0, 0.94)], ink, true),
        path([at(0.5, 0.36), at(0.5, 0.62)], ink),
        path([at(0.5, 0.74), at(0.5, 0.8)], ink),
      ];
    case 'no-data':
      return [box(false, 0.12, 'dotted'), path([at(0.28, 0.5), at(0.72, 0.5)], ink)];
    case 'person':
      return [
        {
          kind: 'box',
          x,
          y,
          width: size,
          height: size,
          radius: size / 2,
          fill: ink,
          weight: 0,
          dash: 'solid',
        },
      ];
    case 'open':
      return [box(false, 0.5)];
  }
}

/** A thin line across. */
export function drawRule(flow: Flow, y: number, ink: InkName = 'hairline', weight = 0.5): void {
  draw(flow, {
    kind: 'path',
    points: [
      [flow.left, y],
      [flow.left + flow.width, y],
    ],
    closed: false,
    stroke: ink,
    weight,
    dash: 'solid',
  });
}
