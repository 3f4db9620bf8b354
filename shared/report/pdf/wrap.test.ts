// Lines hold every character of the text, within the width, whatever the text.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Run } from '../tree.ts';
import { metricsOf, type Metrics } from './metrics.ts';
import { wrapInline, type Line } from './wrap.ts';

/** Every ASCII character and Ω is half an em wide; nothing else has a glyph, and mono lacks Ω. */
const source = (also: string) => ({
  characterToGlyph: (code: number): number => (code < 127 || String.fromCharCode(code) === also ? code : 0),
  widthOfGlyph: (): number => 500,
});
const fresh = (): Metrics =>
  metricsOf({ regular: source('Ω'), italic: source('Ω'), semibold: source('Ω'), mono: source('') });
const look = { size: 10, face: 'regular', ink: 'ink' } as const;
const wrap = (runs: readonly Run[], width: number, metrics = fresh()): readonly Line[] =>
  wrapInline(runs, width, look, metrics);
const texts = (lines: readonly Line[]): readonly string[] =>
  lines.map(line => line.pieces.map(piece => piece.text).join('|'));

describe('wrapping', () => {
  it('breaks at spaces', () => {
    expect(texts(wrap([{ text: 'one two three' }], 40))).toEqual(['one two', 'three']);
  });

  it('breaks long ids after their joints, not inside a line number or a date', () => {
    expect(texts(wrap([{ text: 'export/2026-02-18/networkpolicies.yaml:120' }], 110))).toEqual([
      'export/2026-02-18/',
      'networkpolicies.yaml:',
      '120',
    ]);
    expect(texts(wrap([{ text: 'export/2026-02-18/policies.yaml:120' }], 100))).toEqual([
      'export/2026-02-18/',
      'policies.yaml:120',
    ]);
  });

  it('breaks a digest in equal groups', () => {
    const digest = '0123456789abcdef'.repeat(4);
    const lines = wrap([{ text: digest, style: 'digest' }], 150);
    expect(lines.map(line => line.pieces[0]?.text)).toEqual([digest.slice(0, 32), digest.slice(32)]);
  });

  it('keeps words of one look in one stretch, so that they are copied with their spaces', () => {
    expect(texts(wrap([{ text: 'a b' }, { text: ' c', style: 'strong' }], 100))).toEqual(['a b|c']);
  });

  it('takes another face for a glyph that the mono lacks, and a number for one that all lack', () => {
    const metrics = fresh();
    const [line] = wrap([{ text: 'xΩ日', style: 'mono' }], 500, metrics);
    expect(line?.pieces.map(piece => [piece.text, piece.face])).toEqual([
      ['x', 'mono'],
      ['Ω', 'regular'],
      ['[U+65E5]', 'mono'],
    ]);
    expect(metrics.missing()).toEqual(['U+65E5']);
  });

  it('shows invisible and direction-changing characters by their number', () => {
    const metrics = fresh();
    expect(texts(wrap([{ text: 'a\u202eb\u200bc' }], 500, metrics))).toEqual(['a|[U+202E]|b|[U+200B]|c']);
    expect(metrics.missing()).toEqual(['U+200B', 'U+202E']);
  });

  it('loses no character and keeps to the width', () => {
    const word = fc.stringMatching(/^[a-z/.:_-]{1,60}$/);
    const style = fc.constantFrom('plain' as const, 'strong' as const, 'mono' as const);
    fc.assert(
      fc.property(
        fc.array(fc.record({ text: fc.array(word, { minLength: 1 }).map(words => words.join(' ')), style })),
        fc.integer({ min: 12, max: 300 }),
        (runs, width) => {
          const lines = wrap(runs, width);
          const out = lines.flatMap(line => line.pieces.map(piece => piece.text)).join('');
          expect(out.replaceAll(' ', '')).toBe(
            runs
              .map(run => run.text)
              .join('')
              .replaceAll(' ', ''),
          );
          for (const line of lines) expect(line.width).toBeLessThanOrEqual(width + 0.02);
        },
      ),
    );
  });
});
