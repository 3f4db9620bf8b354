// What objects are joined by is never masked for its look: names, labels and selectors may look like a token, uids and
// versions like an account number. Only what stands in a field for something else can be a secret.
import { isObject, type JsonValue } from '../../base/json.ts';
import type { Document, Range } from '../document.ts';
import { isAccountData, type Edit } from './mask.ts';
import { lastAtOrBefore } from './scalars.ts';

/** Edits for the look of a text, less those in fields that identify. */
export function withoutIdentity(edits: readonly Edit[], documents: readonly Document[]): readonly Edit[] {
  if (edits.length === 0) return edits;
  const fields = documents.filter(isOfKubernetes).flatMap(fieldsOf);
  fields.sort((a, b) => a.start - b.start);
  return edits.filter(edit => {
    const field = lastAtOrBefore(fields, edit.start);
    if (field === undefined || edit.end > field.end) return true;
    return field.mayHoldAccountData && isAccountData(edit);
  });
}

function isOfKubernetes({ value }: Document): boolean {
  return isObject(value) && typeof value['kind'] === 'string';
}

interface Field extends Range {
  readonly mayHoldAccountData: boolean;
}

/** Made by machines: a number in them that passes a check sum is chance. */
const MACHINE =
  /^(?:uid|resourceVersion|generation|observedGeneration|image|imageID|containerID|(?:pod|host|cluster|loadBalancer)IPs?|ip|cidr|port|nodePort|targetPort|containerPort|hostPort|creationTimestamp|machineID|systemUUID|bootID|providerID)$/;
const NAME =
  /^(?:name|generateName|namespace|kind|apiVersion|nodeName|hostname|serviceAccountName|secretName|claimName|storageClassName|[a-z]*[sS]elector)$/;
const LABELS = /^(?:labels|matchLabels|nodeSelector|podSelector|namespaceSelector|selector)$/;
/** Under these anything may stand under any name. */
const FREE = new Set(['data', 'stringData', 'binaryData', 'annotations', 'managedFields']);

function fieldsOf(document: Document): Field[] {
  const fields: Field[] = [];
  const walk = (value: JsonValue | undefined, isLabels: boolean): void => {
    if (typeof value !== 'object' || value === null) return;
    const keys = Array.isArray(value) ? value.map((_item, index) => index) : Object.keys(value);
    for (const key of keys) {
      const member = (value as Readonly<Record<string | number, JsonValue>>)[key];
      if (typeof member === 'object') {
        if (!FREE.has(String(key))) walk(member, isLabels || LABELS.test(String(key)));
      } else if (isLabels || NAME.test(String(key)) || MACHINE.test(String(key))) {
        const range = document.places.of(value, key);
        if (range !== undefined) fields.push({ ...range, mayHoldAccountData: !MACHINE.test(String(key)) });
      }
    }
  };
  walk(document.value, false);
  return fields;
}
