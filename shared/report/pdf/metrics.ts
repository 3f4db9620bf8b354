// Widths and glyphs of the embedded faces. A character that no face can show is never dropped: it is printed by its
// number, `[U+65E5]`, and reported. Invisible and direction-changing characters are shown the same way.
import { compareText } from '../../base/order.ts';
import type { Face } from './theme.ts';

/** What the layout asks of the fonts. */
export interface Metrics {
  /** Width in points, without kerning. */
  width(text: string, face: Face, size: number): number;
  /** The same text in stretches that their face can show. */
  shape(text: string, face: Face): readonly ShapedText[];
  /** Characters that no face has, as `U+65E5`, sorted. */
  missing(): readonly string[];
}

/** A stretch of text with the face that has all its glyphs. */
export interface ShapedText {
  readonly text: string;
  readonly face: Face;
  readonly substituted: boolean;
}

/** The part of a font that is read. */
export interface GlyphSource {
  characterToGlyph(character: number): number;
  widthOfGlyph(glyph: number): number;
}

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/u;

/** Metrics over the four faces. */
export function metricsOf(fonts: Readonly<Record<Face, GlyphSource>>): Metrics {
  const widths = {
    regular: new Map<string, number>(),
    italic: new Map<string, number>(),
    semibold: new Map<string, number>(),
    mono: new Map<string, number>(),
  };
  const missing = new Set<string>();
  /** Advance in thousandths; 0 = no glyph. */
  const advance = (character: string, face: Face): number => {
    const known = widths[face].get(character);
    if (known !== undefined) return known;
    const code = character.length === 1 ? character.charCodeAt(0) : -1;
    const glyph = code < 0 || INVISIBLE.test(character) ? 0 : fonts[face].characterToGlyph(code);
    const width = glyph === 0 ? 0 : Math.trunc(fonts[face].widthOfGlyph(glyph));
    widths[face].set(character, width);
    return width;
  };
  return {
    width: (text, face, size) => {
      let sum = 0;
      for (const character of text) sum += advance(character, face);
      return (sum * size) / 1000;
    },
    shape: (text, face) => shapeText(text, face, advance, missing),
    missing: () => [...missing].sort(compareText),
  };
}

function shapeText(
  text: string,
  face: Face,
  advance: (character: string, face: Face) => number,
  missing: Set<string>,
): readonly ShapedText[] {
  const out: { text: string; face: Face; substituted: boolean }[] = [];
  const put = (piece: string, used: Face, substituted: boolean): void => {
    const last = out.at(-1);
    if (last?.face === used && last.substituted === substituted) last.text += piece;
    else out.push({ text: piece, face: used, substituted });
  };
  for (const character of text.normalize('NFC').replaceAll(/[\t\u00a0]/g, ' ')) {
    if (advance(character, face) > 0) put(character, face, false);
    else if (advance(character, 'regular') > 0) put(character, 'regular', false);
    else {
      const name = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
      missing.add(name);
      put(`[${name}]`, 'mono', true);
    }
  }
  return out;
}
