// Draws laid-out pages with jsPDF's primitives and wraps everything in marked content: what has a structure element
// gets its number on the page, the rest is an artifact. Nothing is measured or decided here.
import type { jsPDF } from 'jspdf';
import type { Dash } from '../diagram/drawing.ts';
import { FACES, internalsOf } from './jspdf-internals.ts';
import type { Anchor, Mark, Page, StructureNode } from './page.ts';
import { INK, PAPER, type Face, type InkName } from './theme.ts';

/** What stands around the text of a page. */
export interface PageFrame {
  readonly head: readonly Mark[];
  readonly watermark: readonly Exclude<Mark, { kind: 'link' }>[];
}

/** Draws one page (0-based `index`); the document is already on it. */
export function paintPage(
  document: jsPDF,
  page: Page,
  index: number,
  frame: PageFrame,
  anchors: ReadonlyMap<string, Anchor>,
): void {
  const { write } = internalsOf(document);
  const open = (node: StructureNode | undefined, mcid: number): void => {
    if (node === undefined) write('/Artifact BMC');
    else write(`/${node.role} <</MCID ${mcid}>> BDC`);
  };
  let current: StructureNode | undefined;
  let mcid = 0;
  open(undefined, 0);
  // An empty replacement text keeps the letters across the page out of copied and searched text.
  write('/Span <</ActualText <FEFF>>> BDC');
  for (const mark of frame.watermark) paintMark(document, mark);
  write('EMC');
  for (const mark of [...frame.head, ...page.marks]) {
    if (mark.kind === 'link') {
      paintLink(document, mark, anchors);
      continue;
    }
    if (mark.node !== current) {
      write('EMC');
      current = mark.node;
      open(current, mcid);
      if (current !== undefined) current.kids.push({ page: index, mcid: mcid++ });
    }
    paintMark(document, mark);
  }
  write('EMC');
}

function paintMark(document: jsPDF, mark: Exclude<Mark, { kind: 'link' }>): void {
  switch (mark.kind) {
    case 'text':
      document.setFont(fontName(mark.face), 'normal');
      document.setFontSize(rounded(mark.size));
      document.setTextColor(INK[mark.ink]);
      document.text(mark.text, mark.x, mark.y, {
        charSpace: mark.tracking ?? 0,
        ...(mark.angle === undefined ? {} : { angle: mark.angle }),
      });
      return;
    case 'box': {
      const style = strokeAndFill(document, mark);
      if (style === undefined) return;
      if (mark.radius > 0)
        document.roundedRect(mark.x, mark.y, mark.width, mark.height, mark.radius, mark.radius, style);
      else document.rect(mark.x, mark.y, mark.width, mark.height, style);
      return;
    }
    case 'path': {
      const style = strokeAndFill(document, mark);
      const [first, ...rest] = mark.points;
      if (style === undefined || first === undefined) return;
      let [x, y] = first;
      const steps = rest.map(([px, py]) => {
        const step = [px - x, py - y];
        x = px;
        y = py;
        return step;
      });
      document.lines(steps, first[0], first[1], [1, 1], style, mark.closed);
      return;
    }
  }
}

function strokeAndFill(
  document: jsPDF,
  mark: { readonly fill?: InkName; readonly stroke?: InkName; readonly weight: number; readonly dash: Dash },
): 'S' | 'F' | 'FD' | undefined {
  if (mark.fill !== undefined) document.setFillColor(INK[mark.fill]);
  if (mark.stroke !== undefined && mark.weight > 0) {
    document.setDrawColor(INK[mark.stroke]);
    document.setLineWidth(mark.weight);
    document.setLineDashPattern(dashOf(mark.dash, mark.weight), 0);
    return mark.fill === undefined ? 'S' : 'FD';
  }
  return mark.fill === undefined ? undefined : 'F';
}

function dashOf(dash: Dash, weight: number): number[] {
  switch (dash) {
    case 'solid':
      return [];
    case 'dashed':
      return [4 * Math.max(weight, 0.7), 2.4 * Math.max(weight, 0.7)];
    case 'dotted':
      return [1.1 * Math.max(weight, 0.7), 2 * Math.max(weight, 0.7)];
  }
}

function paintLink(
  document: jsPDF,
  mark: Mark & { kind: 'link' },
  anchors: ReadonlyMap<string, Anchor>,
): void {
  const anchor = anchors.get(mark.to);
  if (anchor === undefined) throw new Error(`Invariant broken: link to ${mark.to}, which no heading has`);
  const options = { pageNumber: anchor.page, top: Math.max(0, Math.min(anchor.y, PAPER.height)) };
  document.link(mark.x, mark.y, mark.width, mark.height, options);
}

function fontName(face: Face): string {
  return FACES.find(item => item.face === face)?.name ?? '';
}

function rounded(size: number): number {
  return Math.round(size * 100) / 100;
}
