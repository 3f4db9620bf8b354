// Breaks runs into lines of a width. Words break at spaces; long ids also after their own joints (/ - . : _ ,),
// digests in equal groups, and only as a last resort between any two characters. Nothing is cut off.
import type { Inline, MarkTone, Run } from '../tree.ts';
import type { Metrics } from './metrics.ts';
import { DIGEST_RATIO, inkOfMark, MONO_RATIO, type Face, type InkName } from './theme.ts';

/** A positioned stretch of a line. */
export interface Piece {
  readonly text: string;
  readonly x: number;
  readonly width: number;
  readonly face: Face;
  readonly size: number;
  readonly ink: InkName;
  readonly to?: string;
  readonly mark?: MarkTone;
  readonly substituted: boolean;
}

/** One line of pieces. */
export interface Line {
  readonly pieces: readonly Piece[];
  readonly width: number;
}

/** How plain text of the surrounding block looks. */
export interface TextLook {
  readonly size: number;
  readonly face: Face;
  readonly ink: InkName;
}

type Atom = Omit<Piece, 'x'>;
type Word = readonly Atom[];
type Item = Word | 'break';

/** Width of the mark that stands before a word, with its gap, in ems. */
export const MARK_EMS = 1.3;

/** Rounding of sums of widths. */
const SLACK = 0.01;

/** The lines of a text within a width; at least one line. */
export function wrapInline(runs: Inline, width: number, look: TextLook, metrics: Metrics): readonly Line[] {
  const lines: Line[] = [];
  let pieces: Piece[] = [];
  let x = 0;
  const flush = (): void => {
    lines.push({ pieces, width: x });
    pieces = [];
    x = 0;
  };
  const put = (word: Word): void => {
    for (const atom of word) {
      pieces.push({ ...atom, x });
      x += atom.width;
    }
  };
  /** Puts what may be split, breaking the line wherever the next part does not fit. */
  const putParts = (parts: readonly Word[]): void => {
    for (const part of parts) {
      if (x > 0 && x + widthOf(part) > width + SLACK) flush();
      if (widthOf(part) > width + SLACK && !isCharacter(part)) putParts(finer(part, metrics));
      else put(part);
    }
  };
  for (const item of itemsOf(runs, width, look, metrics)) {
    if (item === 'break') {
      flush();
      continue;
    }
    const total = widthOf(item);
    const gap = x > 0 ? gapBetween(pieces.at(-1), item[0], look, metrics) : 0;
    if (x + gap + total <= width + SLACK) {
      x += gap;
      put(item);
      continue;
    }
    const split = total > width * 0.6 && x + gap < width * 0.6;
    if (split) x += gap;
    else if (x > 0) flush();
    putParts(split || total > width + SLACK ? partsOf(item, metrics) : [item]);
  }
  if (pieces.length > 0 || lines.length === 0) flush();
  return lines.map(joinPieces);
}

/** Words in order, and the forced breaks between them. */
function itemsOf(runs: Inline, width: number, look: TextLook, metrics: Metrics): readonly Item[] {
  const items: Item[] = [];
  let word: Atom[] = [];
  const end = (): void => {
    if (word.length > 0) items.push(word);
    word = [];
  };
  for (const run of runs) {
    let mark = run.mark;
    const text = run.style === 'digest' ? groupsOf(run.text, width, look, metrics) : run.text;
    for (const part of text.replaceAll('\r\n', '\n').split(/([ \t\u00a0]+|\n)/)) {
      if (part === '\n') {
        end();
        items.push('break');
      } else if (/^[ \t\u00a0]+$/.test(part)) end();
      else if (part !== '') {
        if (mark !== undefined) word.push(markAtom(mark, look));
        mark = undefined;
        word.push(...atomsOf(part, run, look, metrics));
      }
    }
  }
  end();
  return items;
}

/** Between words of one face its own space, else that of the block. */
function gapBetween(
  before: Piece | undefined,
  after: Atom | undefined,
  look: TextLook,
  metrics: Metrics,
): number {
  return before !== undefined &&
    after !== undefined &&
    before.face === after.face &&
    before.size === after.size
    ? metrics.width(' ', before.face, before.size)
    : metrics.width(' ', look.face, look.size);
}

function atomsOf(text: string, run: Run, look: TextLook, metrics: Metrics): readonly Atom[] {
  const { face, ink } = lookOf(run, look);
  return metrics.shape(text, face).map(shaped => {
    const size = sizeOf(run, shaped.face, look);
    return {
      text: shaped.text,
      width: metrics.width(shaped.text, shaped.face, size),
      face: shaped.face,
      size,
      ink,
      substituted: shaped.substituted,
      ...(run.to === undefined ? {} : { to: run.to }),
    };
  });
}

function sizeOf(run: Run, face: Face, look: TextLook): number {
  if (run.style === 'digest') return look.size * DIGEST_RATIO;
  return face === 'mono' ? look.size * MONO_RATIO : look.size;
}

function lookOf(run: Run, look: TextLook): { readonly face: Face; readonly ink: InkName } {
  const ink = run.to !== undefined ? 'accent' : run.mark !== undefined ? inkOfMark(run.mark) : look.ink;
  switch (run.style ?? 'plain') {
    case 'strong':
      return { face: 'semibold', ink };
    case 'em':
      return { face: 'italic', ink };
    case 'mono':
    case 'digest':
      return { face: 'mono', ink };
    case 'muted':
      return { face: look.face, ink: 'muted' };
    case 'plain':
      return { face: run.mark === undefined ? look.face : 'semibold', ink };
  }
}

function markAtom(mark: MarkTone, look: TextLook): Atom {
  return {
    text: '',
    width: look.size * MARK_EMS,
    face: look.face,
    size: look.size,
    ink: inkOfMark(mark),
    mark,
    substituted: false,
  };
}

/** A hex digest in the largest equal groups that fit, one group a line. */
function groupsOf(digest: string, width: number, look: TextLook, metrics: Metrics): string {
  const one = metrics.width('0', 'mono', look.size * DIGEST_RATIO);
  const group = [64, 32, 16, 8].find(size => size * one <= width) ?? 8;
  if (digest.length <= group) return digest;
  const groups: string[] = [];
  for (let i = 0; i < digest.length; i += group) groups.push(digest.slice(i, i + group));
  return groups.join('\n');
}

/** Parts of a long word: after its joints. A dot, a colon or the dash of a date is no joint yet: `file.json:12-14` and addresses stay whole. */
function partsOf(word: Word, metrics: Metrics): readonly Word[] {
  return splitWord(word, text => text.split(/(?<=[/_,;=@&?+|)\]])|(?<=-)(?!\d)/), metrics);
}

/** What is still too wide breaks after dots and colons, and at last between any two characters. */
function finer(word: Word, metrics: Metrics): readonly Word[] {
  const parts = splitWord(word, text => text.split(/(?<=[.:-])/), metrics);
  return parts.length > 1 ? parts : splitWord(word, text => Array.from(text), metrics);
}

function splitWord(
  word: Word,
  split: (text: string) => readonly string[],
  metrics: Metrics,
): readonly Word[] {
  return word.flatMap(atom =>
    atom.mark === undefined
      ? split(atom.text).map(text => [{ ...atom, text, width: metrics.width(text, atom.face, atom.size) }])
      : [[atom]],
  );
}

function isCharacter(word: Word): boolean {
  return word.length === 1 && Array.from(word[0]?.text ?? '').length <= 1;
}

function widthOf(word: Word): number {
  return word.reduce((sum, atom) => sum + atom.width, 0);
}

/** Neighbours of one look become one stretch with real spaces, so that copied text reads right. */
function joinPieces(line: Line): Line {
  const pieces: Piece[] = [];
  for (const piece of line.pieces) {
    const last = pieces.at(-1);
    if (last === undefined || !sameLook(last, piece)) {
      pieces.push(piece);
      continue;
    }
    const gap = piece.x - (last.x + last.width);
    const text = gap > 0.01 ? `${last.text} ${piece.text}` : last.text + piece.text;
    pieces[pieces.length - 1] = { ...last, text, width: piece.x + piece.width - last.x };
  }
  return { pieces, width: line.width };
}

function sameLook(a: Piece, b: Piece): boolean {
  return (
    a.mark === undefined &&
    b.mark === undefined &&
    a.face === b.face &&
    a.size === b.size &&
    a.ink === b.ink &&
    a.to === b.to &&
    a.substituted === b.substituted
  );
}
