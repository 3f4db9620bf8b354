// Masks: the same value gives the same token within one engagement, and a token never looks like a secret again.
// Values are masked whole; a few digits kept beside a digest would let the number be found again.
import { hmacSha256, type Digests } from '../../base/digest.ts';
import type { RedactionKind } from '../intake.ts';

/** One place to mask. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly kind: RedactionKind;
  /** Replacement is put as a quoted scalar (a JSON or YAML value) rather than as bare text. */
  readonly quoted: boolean;
}

/** Makes tokens and remembers nothing else. */
export interface Masker {
  token(kind: RedactionKind, value: string): string;
}

/** A masker under the secret of an engagement. Letters only, so that no token is ever taken for a number. */
export function makeMasker(digests: Digests, secret: Uint8Array): Masker {
  return {
    token(kind, value) {
      const mac = hmacSha256(digests, secret, new TextEncoder().encode(`${kind}\0${value}`));
      let letters = '';
      for (const byte of mac.subarray(0, 8))
        letters += String.fromCharCode(97 + (byte >> 4), 97 + (byte & 15));
      return `[masked ${kind} ${letters}]`;
    },
  };
}

const MASKED = /^\[masked [a-z-]+ [a-p]{16}\]$/;

/** Whether a whole value is a mask already. */
export function isMasked(value: string): boolean {
  return MASKED.test(value.trim());
}

/** Applies edits; overlapping ones are merged into the widest, line ends inside a masked value are kept. */
export function applyEdits(text: string, edits: readonly Edit[], masker: Masker): string {
  let out = '';
  let at = 0;
  for (const { start, end, kind, quoted } of mergeEdits(edits)) {
    const value = text.slice(start, end);
    const token = masker.token(kind, value.trim());
    const lines = value.split('\n').length - 1;
    out += text.slice(at, start) + (quoted ? `"${token}"` : token) + '\n'.repeat(lines);
    at = end;
  }
  return out + text.slice(at);
}

/** Edits in order without overlaps: the one that starts first and reaches further wins. */
export function mergeEdits(edits: readonly Edit[]): readonly Edit[] {
  const sorted = [...edits].sort(
    (a, b) => a.start - b.start || b.end - a.end || Number(b.quoted) - Number(a.quoted),
  );
  const kept: Edit[] = [];
  for (const edit of sorted) {
    const last = kept.at(-1);
    if (last === undefined || edit.start >= last.end) kept.push(edit);
    else if (edit.end > last.end) kept[kept.length - 1] = { ...last, end: edit.end };
  }
  return kept;
}
