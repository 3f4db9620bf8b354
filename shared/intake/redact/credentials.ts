// Secrets that show in any text: by their form, by the word in front of them, or because they are private keys.
// What shows only by its place in a Kubernetes object is in structure.ts.
import { announcedEdits, headerPairEdits, holdsAnnouncement } from './announced.ts';
import type { Edit } from './mask.ts';
import { privateKeyEdits } from './private-keys.ts';
import { formEdits } from './token-forms.ts';

/** Edits for everything that shows by its form or by the word before it. */
export function credentialEdits(text: string): readonly Edit[] {
  const isNamed = holdsAnnouncement(text);
  return [
    ...privateKeyEdits(text),
    ...formEdits(text, isNamed),
    ...announcedEdits(text, isNamed),
    ...(text.includes('value') ? headerPairEdits(text) : []),
  ];
}
