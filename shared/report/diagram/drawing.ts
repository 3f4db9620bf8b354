// A drawing as a display list: boxes, lines, arrows and labels in points, y downwards. The same list is printed
// to SVG for the window and to vectors in the PDF; nothing here knows either.

/** Meaning of a stroke or fill; printers choose the colour, line styles carry the same meaning in black and white. */
export type Tint =
  'ink' | 'muted' | 'hairline' | 'accent' | 'cde' | 'cde-tint' | 'assess' | 'band' | 'paper' | 'none';

/** Line style; categories differ by it, not by colour alone. */
export type Dash = 'solid' | 'dashed' | 'dotted';

/** One drawn thing. */
export type Shape =
  | {
      readonly kind: 'box';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly radius: number;
      readonly fill: Tint;
      readonly stroke: Tint;
      readonly weight: number;
      readonly dash: Dash;
    }
  | {
      readonly kind: 'line';
      readonly points: readonly (readonly [number, number])[];
      readonly stroke: Tint;
      readonly weight: number;
      readonly dash: Dash;
      readonly arrow: boolean;
    }
  | {
      readonly kind: 'label';
      readonly x: number;
      /** Baseline. */
      readonly y: number;
      readonly text: string;
      readonly size: number;
      readonly face: 'regular' | 'semibold' | 'mono';
      readonly anchor: 'start' | 'middle' | 'end';
      readonly tint: Tint;
    };

/** A drawing with what it shows in words, for people who cannot see it. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly alt: string;
  readonly shapes: readonly Shape[];
}

/** The three corners of an arrow head at the end of a line. */
export function arrowHead(
  points: readonly (readonly [number, number])[],
  size: number,
): readonly (readonly [number, number])[] {
  const tip = points.at(-1);
  const before = points.at(-2);
  if (tip === undefined || before === undefined) return [];
  const angle = Math.atan2(tip[1] - before[1], tip[0] - before[0]);
  const corner = (turn: number): readonly [number, number] => [
    tip[0] - size * Math.cos(angle + turn),
    tip[1] - size * Math.sin(angle + turn),
  ];
  return [tip, corner(0.42), corner(-0.42)];
}
