// Everything that is masked in a text, in one place: what shows by its form, what shows by its place in a document,
// and the rest of broken documents by its look. Pure: the same text gives the same edits.
import type { Document, Range } from '../document.ts';
import { accountDataEdits } from './account-data.ts';
import { brokenEdits } from './broken.ts';
import { credentialEdits } from './credentials.ts';
import { mergeEdits, type Edit } from './mask.ts';
import { fitScalars } from './scalars.ts';
import { structureEdits } from './structure.ts';

/** What to mask, and every account number found, also inside a value that is masked for another reason. */
export interface Redaction {
  readonly edits: readonly Edit[];
  readonly accountData: readonly Edit[];
}

/** Edits for a text without structure. */
export function patternEdits(text: string): readonly Edit[] {
  return [...accountDataEdits(text), ...credentialEdits(text)];
}

/** Edits for a text of documents, some of which may be broken. */
export function documentRedaction(
  text: string,
  documents: readonly Document[],
  broken: readonly Range[],
): Redaction {
  const patterns = fitScalars(patternEdits(text), documents);
  const edits = mergeEdits([
    ...documents.flatMap(document => structureEdits(document, text)),
    ...broken.flatMap(({ start, end }) => brokenEdits(text.slice(start, end), start)),
    ...patterns,
  ]);
  return { edits, accountData: mergeEdits(patterns.filter(isAccountData)) };
}

/** Whether an edit masks cardholder data rather than a credential. */
export function isAccountData(edit: Edit): boolean {
  return edit.kind === 'pan' || edit.kind === 'track-data';
}
