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
  /** What stands for a quotation mark there, inside a string that is written with escapes. */
  readonly quote?: string;
  /** What the place means, where its text differs (quotes, escapes): equal meanings get equal tokens. */
  readonly value?: string;
  /** Account data inside a place that is masked for another reason: its own token follows, so that it stays a finding. */
  readonly accountData?: readonly Edit[];
}

/** Masks a member of an object or an item of an array; with `part`, only that end of its text. */
export type MaskMember = (
  container: object,
  key: string | number,
  kind: RedactionKind,
  part?: string,
) => void;

/** Account data that a mask stands for. */
export interface MaskedAccountData {
  readonly kind: 'pan' | 'track-data';
  readonly at: number;
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
const MASK = new RegExp(`^masked-(?:${KINDS})-[a-p]{16}(?:-masked-(?:pan|track-data)-[a-p]{16})*$`);
const IMPORT_MASK = new RegExp(`masked-(?:${KINDS})-(?!a{16})[a-p]{16}(?![a-z])`);
const ACCOUNT_DATA = /(?<![a-z])masked-(pan|track-data)-[a-p]{16}(?![a-z])/g;

/** Account data in a masked text. Read from the masks, so that a stored copy says what its original said. */
export function accountDataIn(masked: string): readonly MaskedAccountData[] {
  if (!masked.includes('ked-')) return [];
  return [...masked.matchAll(ACCOUNT_DATA)].map(match => ({
    kind: match[1] === 'pan' ? 'pan' : 'track-data',
    at: match.index,
  }));
}

/** Whether an edit masks cardholder data rather than a credential. */
export function isAccountData(edit: Pick<Edit, 'kind'>): boolean {
  return edit.kind === 'pan' || edit.kind === 'track-data';
}

/** An edit of a piece of a text as an edit of the text, `by` characters further on. */
export function movedEdit(edit: Edit, by: number): Edit {
  const moved = { ...edit, start: edit.start + by, end: edit.end + by };
  return edit.accountData === undefined
    ? moved
    : { ...moved, accountData: edit.accountData.map(inner => movedEdit(inner, by)) };
}

/** Whether a whole value, quoted or not, is a mask already. */
export function isMasked(value: string): boolean {
  return MASK.test(value.trim().replace(/^(["'])(.*)\1$/s, '$2'));
}

/** Whether a text has a mask for one of its words: nothing there needs masking again. */
export function holdsMask(value: string): boolean {
  return value.includes('masked-') && value.split(/[^A-Za-z-]+/).some(isMasked);
}

/** Whether a text holds a mask of some import. The collection script masks too, with one token for everything. */
export function holdsImportMask(text: string): boolean {
  return text.includes('masked-') && IMPORT_MASK.test(text);
}

/** Applies edits; overlapping ones are merged into the widest, line ends inside a masked value are kept. */
export function applyEdits(text: string, edits: readonly Edit[], masker: Masker): string {
  let out = '';
  let at = 0;
  for (const { start, end, kind, quoted, quote = '"', value, accountData = [] } of mergeEdits(edits)) {
    const raw = text.slice(start, end);
    const inner = accountData.map(edit => masker.token(edit.kind, text.slice(edit.start, edit.end)));
    const token = [masker.token(kind, value ?? raw), ...inner].join('-');
    out +=
      text.slice(at, start) + (quoted ? quote + token + quote : token) + (raw.match(/\r?\n/g) ?? []).join('');
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
    else kept[kept.length - 1] = merged(last, edit);
  }
  return kept;
}

/** Two overlapping edits as one. A mask of account data speaks for what else is in it. */
function merged(first: Edit, second: Edit): Edit {
  const { value, accountData = [], ...rest } = first;
  const found = isAccountData(second) ? [second] : (second.accountData ?? []);
  const further = found.filter(edit => edit.start >= (accountData.at(-1)?.end ?? 0));
  const inner = isAccountData(first) ? [] : [...accountData, ...further];
  return {
    ...rest,
    ...(second.end > first.end ? { end: second.end } : value === undefined ? {} : { value }),
    ...(inner.length === 0 ? {} : { accountData: inner }),
  };
}
