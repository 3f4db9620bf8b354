// Secrets that show by where they stand in a Kubernetes object: Secret values, env, arguments, annotations that hold
// whole earlier objects, audit bodies. Works on parsed documents with places and answers with edits on the text.
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { itemsOf, membersOf, type Document, type Range } from '../document.ts';
import { auditPartsIn, MAY_HOLD_BODIES } from './audit-bodies.ts';
import { isMasked, type Edit, type MaskMember } from './mask.ts';
import { maskFields } from './fields.ts';
import { maskMetadata } from './metadata.ts';
import { isSecretValue, namesSecret } from './secret-names.ts';
import { wrappedEdits } from './wrapped.ts';

/** base64 of "<n> bytes long": what must-gather leaves in place of a value. */
const REPLACED = /^[0-9]+ bytes long$/;

/** Edits for one document: the object itself, the items of a list, the bodies of audit events. */
export function structureEdits(document: Document, text: string): readonly Edit[] {
  const edits: Edit[] = [];
  const mask: MaskMember = (container, key, kind, part) => {
    const value = (container as Readonly<Record<string | number, JsonValue>>)[key];
    const range = document.places.of(container, key);
    if (range === undefined || value === undefined || value === null || value === '') return;
    const raw = text.slice(range.start, range.end);
    if (isMasked(raw)) return;
    const inside = part === undefined ? undefined : partOf(raw, range, part);
    if (inside !== undefined && isMasked(text.slice(inside.start, inside.end))) return;
    const meaning = part ?? (typeof value === 'object' ? undefined : String(value));
    edits.push({
      ...(inside ?? range),
      kind,
      quoted: inside === undefined,
      ...(meaning === undefined ? {} : { value: meaning }),
    });
  };
  for (const { object, kind } of objectsOf(document.value)) maskObject(object, kind, mask);
  if (!MAY_HOLD_BODIES.test(text.slice(document.range.start, document.range.end))) return edits;
  maskAudit(document.value, mask);
  return [...edits, ...wrappedEdits(document, text, structureEdits)];
}

/** The range of a value's last part, when it is written there without escapes. */
function partOf(raw: string, range: Range, part: string): Range | undefined {
  const at = raw.lastIndexOf(part);
  return at < 0 || /[\r\n\\]/.test(part)
    ? undefined
    : { start: range.start + at, end: range.start + at + part.length };
}

interface Found {
  readonly object: JsonObject;
  readonly kind: string;
}

/** Objects of a document; items of a typed list have its kind. */
function objectsOf(value: JsonValue): readonly Found[] {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(objectsOf);
  if (!isObject(value)) return [];
  const kind = typeof value['kind'] === 'string' ? value['kind'] : '';
  const items = itemsOf(value['items']).filter(isObject);
  if (items.length === 0 || !kind.endsWith('List')) return [{ object: value, kind }];
  return items.flatMap(item =>
    typeof item['kind'] === 'string' ? objectsOf(item) : [{ object: item, kind: kind.slice(0, -4) }],
  );
}

function maskObject(object: JsonObject, kind: string, mask: MaskMember): void {
  maskMetadata(membersOf(object['metadata']), kind, mask);
  switch (kind) {
    case 'Secret':
      maskSecret(object, mask);
      break;
    case 'ConfigMap':
      maskConfigMap(object, mask);
      break;
    case 'Config':
      maskKubeconfig(object, mask);
      break;
    case 'CertificateSigningRequest':
      mask(membersOf(object['spec']), 'request', 'token');
      break;
    case 'TokenReview':
      mask(membersOf(object['spec']), 'token', 'token');
      break;
    case 'TokenRequest':
      mask(membersOf(object['status']), 'token', 'token');
      break;
    default:
  }
  maskFields(object, mask);
}

function maskSecret(secret: JsonObject, mask: MaskMember): void {
  for (const field of ['data', 'stringData']) {
    const data = secret[field];
    if (!isObject(data)) mask(secret, field, 'secret-value');
    for (const [key, value] of Object.entries(membersOf(data)))
      if (typeof value !== 'string' || !REPLACED.test(plain(value)))
        mask(membersOf(data), key, key.endsWith('.key') ? 'private-key' : 'secret-value');
  }
}

function maskConfigMap(map: JsonObject, mask: MaskMember): void {
  const data = membersOf(map['data']);
  const owner = Object.values(membersOf(membersOf(map['metadata'])['labels']));
  const isRelease = owner.some(value => value === 'helm' || value === 'TILLER');
  for (const [key, value] of Object.entries(data)) {
    if (typeof value !== 'string') continue;
    const holdsConfig =
      /(^|[.-])(kubeconfig|dockerconfigjson|dockercfg)$/i.test(key) ||
      /^\s*"?kind"?: ?"?Config"?,?\s*$/m.test(value);
    const named = namesSecret(key) && !value.includes('\n') && isSecretValue(key, value);
    if (holdsConfig || named || (isRelease && key === 'release')) mask(data, key, 'credential');
  }
  for (const key of Object.keys(membersOf(map['binaryData'])))
    mask(membersOf(map['binaryData']), key, 'secret-value');
}

/** Users of a kubeconfig; clusters and contexts stay. */
function maskKubeconfig(config: JsonObject, mask: MaskMember): void {
  for (const entry of itemsOf(config['users']).filter(isObject)) {
    const user = membersOf(entry['user']);
    for (const key of ['token', 'password', 'client-key-data', 'auth-provider'])
      mask(user, key, key === 'client-key-data' ? 'private-key' : 'credential');
  }
}

/** Bodies of secrets, configmaps and token requests say more than the event itself needs. */
function maskAudit(value: JsonValue, mask: MaskMember): void {
  for (const { holder, key, part, isSecret } of auditPartsIn(value)) {
    if (part !== undefined) mask(holder, key, 'token', part);
    else if (isSecret) mask(holder, key, 'secret-value');
    else for (const { object, kind } of objectsOf(holder[key] ?? null)) maskObject(object, kind, mask);
  }
}

/** Text of base64, or the value itself when it is none. */
function plain(base64: string): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let bits = 0;
  let buffer = 0;
  let text = '';
  for (const character of base64.replace(/=+$/, '')) {
    const value = digits.indexOf(character);
    if (value < 0) return base64;
    buffer = ((buffer << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      text += String.fromCharCode((buffer >> bits) & 255);
    }
    if (text.length > 32) return base64;
  }
  return text;
}
