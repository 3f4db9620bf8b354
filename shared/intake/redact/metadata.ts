// Annotations and labels that hold secrets: earlier copies of whole objects, keys of workspaces and storages, and on a
// Secret whatever is not known to be a name. Other labels and names are what rules are joined by, and stay.
import type { JsonObject } from '../../base/json.ts';
import { membersOf } from '../document.ts';
import type { MaskMember } from './mask.ts';
import { announcementOf, isReference, isSecretValue, looksRandom } from './secret-names.ts';

/** Copies of what was applied, with everything in it. */
const EARLIER_COPY =
  /last-applied|last_applied|applied-configuration|objectset\.rio\.cattle\.io\/applied|kapp\.k14s\.io\/original$/;

/** Masks annotations and labels of one object. */
export function maskMetadata(metadata: JsonObject, kind: string, mask: MaskMember): void {
  const annotations = membersOf(metadata['annotations']);
  for (const [key, value] of Object.entries(annotations)) {
    if (typeof value !== 'string') continue;
    if (EARLIER_COPY.test(key)) mask(annotations, key, 'last-applied');
    else if (kind === 'Secret' && !isKnownName(key, value)) mask(annotations, key, 'secret-value');
    else if (isAnnounced(key, value)) mask(annotations, key, 'credential');
  }
  const labels = membersOf(metadata['labels']);
  for (const [key, value] of Object.entries(labels))
    if (typeof value === 'string' && isAnnounced(key, value) && looksRandom(value))
      mask(labels, key, 'credential');
}

const KNOWN =
  /(?:^|\.)(?:kubernetes\.io|k8s\.io|openshift\.io|cert-manager\.io|helm\.sh|cattle\.io|argoproj\.io|fluxcd\.io)\//;

/** Names, dates and switches that controllers write on Secrets; `openshift.io/token-secret.value` is none. */
function isKnownName(key: string, value: string): boolean {
  return KNOWN.test(key) && !/value$/.test(key) && /^[\w.:,/@+ -]{0,253}$/.test(value) && !looksRandom(value);
}

function isAnnounced(key: string, value: string): boolean {
  const name = key.slice(key.lastIndexOf('/') + 1);
  const announced = announcementOf(name);
  if (announced === undefined || isReference(value) || !isSecretValue(name, value)) return false;
  return announced === 'sure' ? !/^[a-z0-9-]+\/[a-z0-9.-]+$/.test(value) : looksRandom(value);
}
