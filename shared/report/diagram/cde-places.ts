// Measures and looks that the parts of the CDE diagram share: sizes of boxes, groups and lanes, how a category is
// drawn (by line as well as by colour), and a label.
import type { GraphBox } from './cde-graph.ts';
import type { Shape } from './drawing.ts';

/** Size of a box. */
export const BOX = { width: 116, height: 34, gap: 8 } as const;
/** Space in and between frames of a namespace. */
export const GROUP = { head: 16, pad: 6, gap: 12 } as const;
/** Upper end of the boxes, without lanes above them. */
export const TOP = 46;
/** Distance of two lanes. */
export const LANE = 7;

/** A box with its place. */
export interface Placed {
  readonly box: GraphBox;
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** How a category is drawn. */
export function boxLook(
  box: GraphBox,
): Pick<Shape & { kind: 'box' }, 'radius' | 'fill' | 'stroke' | 'weight' | 'dash'> {
  switch (box.category) {
    case 'cde':
      return { radius: 2, fill: 'cde-tint', stroke: 'cde', weight: 1.8, dash: 'solid' };
    case 'security-impacting':
      return { radius: 2, fill: 'paper', stroke: 'accent', weight: 1, dash: 'dashed' };
    case 'undetermined':
      return { radius: 2, fill: 'paper', stroke: 'assess', weight: 1.1, dash: 'dotted' };
    case 'external':
      return { radius: 12, fill: 'paper', stroke: 'ink', weight: 0.8, dash: 'solid' };
    case 'connected':
    case 'out-of-scope':
      return { radius: 2, fill: 'paper', stroke: 'ink', weight: 0.9, dash: 'solid' };
  }
}

/** A label. */
export function label(
  x: number,
  y: number,
  text: string,
  size: number,
  face: 'regular' | 'semibold' | 'mono',
  tint: 'ink' | 'muted' | 'cde',
  anchor: 'start' | 'middle' | 'end' = 'start',
): Shape {
  return { kind: 'label', x, y, text, size, face, anchor, tint };
}
