// Masks: the same value gives the same token within one engagement, and a token never looks like a secret again.
// Values are masked whole; a few digits kept beside a digest would let the number be found again. A token is one word
// of letters and dashes, so that it stands unquoted in YAML, URLs and columns, and is never taken for a number.
import { hmacSha256, type Digests } from '../../base/digest.ts';
import type { RedactionKind } from '../intake.ts';

/** One place to mask. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly kind: RedactionKind;
  /** Replacement is put as a quoted scalar (a JSON or YAML value) rather than as bare text. */
  readonly quoted: boolean;
  /** What the place means, where its text differs (quotes, escapes): equal meanings get equal tokens. */
  readonly value?: string;
}

/** Makes tokens and remembers nothing else. */
export interface Masker {
  token(kind: RedactionKind, value: string): string;
}

/** A masker under the secret of an engagement. */
export function makeMasker(digests: Digests, secret: Uint8Array): Masker {
  return {
    token(kind, value) {
      const meaning = kind === 'pan' ? value.replace(/[ -]/g, '') : value.trim();
      const mac = hmacSha256(digests, secret, new TextEncoder().encode(`${kind}\0${meaning}`));
      let letters = '';
      for (const byte of mac.subarray(0, 8))
        letters += String.fromCharCode(97 + (byte >> 4), 97 + (byte & 15));
      return `masked-${kind}-${letters}`;
    },
  };
}

const KINDS = 'secret-value|credential|token|private-key|pan|track-data|last-applied|url-userinfo';
const MASK = new RegExp(`^masked-(?:${KINDS})-[a-p]{16}$`);

/** Whether a whole value, quoted or not, is a mask already. */
export function isMasked(value: string): boolean {
  return MASK.test(value.trim().replace(/^(["'])(.*)\1$/s, '$2'));
}

/** Applies edits; overlapping ones are merged into the widest, line ends inside a masked value are kept. */
export function applyEdits(text: string, edits: readonly Edit[], masker: Masker): string {
  let out = '';
  let at = 0;
  for (const { start, end, kind, quoted, value } of mergeEdits(edits)) {
    const raw = text.slice(start, end);
    const token = masker.token(kind, value ?? raw);
    out += text.slice(at, start) + (quoted ? `"${token}"` : token) + (raw.match(/\r?\n/g) ?? []).join('');
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
    else if (edit.end > last.end) {
      const { value: _value, ...rest } = last;
      kept[kept.length - 1] = { ...rest, end: edit.end };
    }
  }
  return kept;
}
