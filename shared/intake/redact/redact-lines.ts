// Masks blocks of lines of a log. Most blocks hold nothing to mask: cheap tests over the whole block come first, and
// only lines that something shows in are looked at one by one. A JSON line stays JSON.
import { lineStarts } from '../document.ts';
import { MAY_HOLD_BODIES } from './audit-bodies.ts';
import type { RedactionKind } from '../intake.ts';
import { accountDataIn, applyEdits, mergeEdits, movedEdit, type Edit, type Masker } from './mask.ts';
import { patternEdits } from './redact-text.ts';
import { requestEdits } from './request-queries.ts';
import { structureEdits } from './structure.ts';
import { textEdits } from './wrapped.ts';

/** A block after masking. */
export interface MaskedBlock {
  readonly text: string;
  readonly edits: readonly Edit[];
  /** Account data by line, counted from 0 in the block. */
  readonly accountData: readonly { readonly kind: RedactionKind; readonly lineInBlock: number }[];
}

/** What masking lines needs. */
export interface LineMasking {
  readonly masker: Masker;
}

/** Short texts with a rare letter are searched several times faster than an expression. */
const RARE_IN_FLOWS = ['bject', 'Paylo', 'u0026'];

/** Masks a block of lines. */
export function maskBlock(text: string, context: LineMasking): MaskedBlock {
  const hasBodies = RARE_IN_FLOWS.some(word => text.includes(word)) && MAY_HOLD_BODIES.test(text);
  const shown = [...patternEdits(text), ...requestEdits(text)];
  if (shown.length === 0 && !hasBodies) return blockOf(text, []);
  const starts = lineStarts(text);
  const edits: Edit[] = [];
  const multiline = shown.filter(edit => /[\r\n]/.test(text.slice(edit.start, edit.end).trimEnd()));
  edits.push(...multiline);
  const byLine = groupByLine(
    shown.filter(edit => !multiline.includes(edit)),
    starts,
  );
  starts.forEach((start, index) => {
    const end = (starts[index + 1] ?? text.length + 1) - 1;
    const own = byLine.get(index) ?? [];
    if (own.length === 0 && !hasBodies) return;
    edits.push(...editsOfLine(text.slice(start, end), start, own, context));
  });
  const merged = mergeEdits(edits);
  return blockOf(applyEdits(text, merged, context.masker), merged);
}

function blockOf(text: string, edits: readonly Edit[]): MaskedBlock {
  const found = accountDataIn(text);
  const starts = found.length === 0 ? [] : lineStarts(text);
  return {
    text,
    edits,
    accountData: found.map(({ kind, at }) => ({ kind, lineInBlock: lineOf(starts, at) })),
  };
}

/** Edits of one line: patterns as they were found, bodies of audit events by structure, numbers in JSON quoted. */
function editsOfLine(
  line: string,
  start: number,
  patterns: readonly Edit[],
  context: LineMasking,
): readonly Edit[] {
  const local = patterns.map(edit => movedEdit(edit, -start));
  const edits = mergeEdits([...textEdits(line, structureEdits), ...local]);
  if (edits.length === 0) return [];
  const fitted =
    isJson(line) && !isJson(applyEdits(line, edits, context.masker))
      ? edits.map(edit => ({ ...edit, quoted: edit.quoted || !insideString(line, edit.start) }))
      : edits;
  return fitted.map(edit => movedEdit(edit, start));
}

function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function groupByLine(
  edits: readonly Edit[],
  starts: readonly number[],
): ReadonlyMap<number, readonly Edit[]> {
  const groups = new Map<number, Edit[]>();
  for (const edit of edits) {
    const line = lineOf(starts, edit.start);
    const group = groups.get(line);
    if (group === undefined) groups.set(line, [edit]);
    else group.push(edit);
  }
  return groups;
}

function isJson(line: string): boolean {
  if (!/^\s*[{[]/.test(line)) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function insideString(line: string, at: number): boolean {
  let inside = false;
  for (let i = 0; i < at; i++) {
    if (line.charCodeAt(i) === 92 && inside) i++;
    else if (line.charCodeAt(i) === 34) inside = !inside;
  }
  return inside;
}
