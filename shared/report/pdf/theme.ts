// Typography and palette of the printed report: A4, one accent, semantic colours that always come with a word
// and a mark. Sizes are points; spacing is multiples of four.
import type { MarkTone } from '../tree.ts';
import type { Tint } from '../diagram/drawing.ts';

/** The four faces that are embedded. */
export type Face = 'regular' | 'italic' | 'semibold' | 'mono';

/** A4 in points and the space around the text. */
export const PAPER = {
  width: 595.28,
  height: 841.89,
  left: 60,
  right: 60,
  top: 88,
  bottom: 772,
  header: 48,
  footer: 804,
} as const;

/** Width of the text. */
export const MEASURE = PAPER.width - PAPER.left - PAPER.right;

/** Colours as hex, all at least 4.5:1 on white where text is set in them. */
export const INK = {
  ink: '#171b22',
  muted: '#565e6b',
  hairline: '#c6ccd5',
  rule: '#171b22',
  band: '#f3f5f8',
  paper: '#ffffff',
  accent: '#124e78',
  consistent: '#1b6540',
  contradicts: '#9c1f12',
  assess: '#7d5200',
  watermark: '#edeff3',
  cdeTint: '#f6ecea',
} as const;

/** Name of a colour. */
export type InkName = keyof typeof INK;

/** Size and leading of each kind of text. */
export const TYPE = {
  body: { size: 9.5, leading: 14 },
  lead: { size: 11, leading: 16.5 },
  source: { size: 8, leading: 11.5 },
  cell: { size: 8, leading: 11 },
  head: { size: 7.5, leading: 10 },
  h1: { size: 20, leading: 26 },
  h2: { size: 13, leading: 18 },
  h3: { size: 10.5, leading: 15 },
  small: { size: 7.5, leading: 10 },
  figure: { size: 22, leading: 26 },
  cover: { size: 30, leading: 37 },
} as const;

/** A size with its leading. */
export interface TypeStyle {
  readonly size: number;
  readonly leading: number;
}

/** Mono looks larger than its neighbours; this brings it down. */
export const MONO_RATIO = 0.92;

/** Digests are read group by group and may be small: 64 digits fit a register column. */
export const DIGEST_RATIO = 0.8;

/** Colour of a mark. */
export function inkOfMark(tone: MarkTone): InkName {
  switch (tone) {
    case 'consistent':
    case 'contradicts':
    case 'assess':
      return tone;
    case 'person':
      return 'accent';
    case 'no-data':
    case 'open':
      return 'muted';
  }
}

/** Colour of a drawing's tint; undefined = not drawn. */
export function inkOfTint(tint: Tint): InkName | undefined {
  switch (tint) {
    case 'none':
      return undefined;
    case 'cde':
      return 'contradicts';
    case 'cde-tint':
      return 'cdeTint';
    case 'ink':
    case 'muted':
    case 'hairline':
    case 'accent':
    case 'assess':
    case 'band':
    case 'paper':
      return tint;
  }
}
