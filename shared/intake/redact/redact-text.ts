// Everything that is masked in a text, in one place: what shows by its form, what shows by its place in a document,
// and the rest of broken documents by its look. Pure: the same text gives the same edits.
import type { Document, Range } from '../document.ts';
import { accountDataEdits } from './account-data.ts';
import { brokenEdits } from './broken.ts';
import { credentialEdits } from './credentials.ts';
import { withoutIdentity } from './identity.ts';
import { mergeEdits, type Edit } from './mask.ts';
import { fitScalars } from './scalars.ts';
import { structureEdits } from './structure.ts';
import { brokenBodies, lineEdits } from './wrapped.ts';

/** Edits for a text without structure. */
export function patternEdits(text: string): readonly Edit[] {
  return [...accountDataEdits(text), ...credentialEdits(text)];
}

/** Edits for a text of documents, some of which may be broken. */
export function documentEdits(
  text: string,
  documents: readonly Document[],
  broken: readonly Range[],
): readonly Edit[] {
  const isNone = documents.every(({ value }) => typeof value !== 'object' || value === null);
  return mergeEdits([
    ...(isNone ? lineEdits(text, structureEdits) : []),
    ...documents.flatMap(document => structureEdits(document, text)),
    ...broken.flatMap(({ start, end }) => [
      ...brokenEdits(text.slice(start, end), start),
      ...brokenBodies(text, start, end),
    ]),
    ...withoutIdentity(fitScalars(patternEdits(text), documents), documents),
  ]);
}
