// Secrets that show by where they stand in a Kubernetes object: Secret values, env, arguments, annotations that hold
// whole earlier objects, audit bodies. Works on parsed documents with places and answers with edits on the text.
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { itemsOf, membersOf, type Document } from '../document.ts';
import type { RedactionKind } from '../intake.ts';
import { isMasked, type Edit } from './mask.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** base64 of "<n> bytes long": what must-gather leaves in place of a value. */
const REPLACED = /^[0-9]+ bytes long$/;
const LONG_NAME =
  /pass(?:word|wd|phrase)|secret|token|credential|api[_-]?key|private[_-]?key|access[_-]?key|connection[_-]?string/i;
const SHORT_NAMES = new Set(['pass', 'pwd', 'key', 'cred', 'creds', 'dsn', 'conn', 'auth', 'sas', 'pat']);
const ARGUMENT = /^(--?[\w-]*(?:pass(?:word|wd)?|pwd|secret|token|api-?key|credential)[\w-]*[= ])(.+)$/is;
const ARGUMENT_NAME = /^--?[\w-]*(?:pass(?:word|wd)?|pwd|secret|token|api-?key|credential)[\w-]*$/i;

/** Whether a name (of an environment variable, a key, an annotation) says that its value is a secret. */
export function namesSecret(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return LONG_NAME.test(name) || words.some(word => SHORT_NAMES.has(word));
}

/** Edits for one document: the object itself, the items of a list, the bodies of audit events. */
export function structureEdits(document: Document, text: string): readonly Edit[] {
  const edits: Edit[] = [];
  const mask = (container: object, key: string | number, kind: RedactionKind): void => {
    const range = document.places.of(container, key);
    if (range === undefined || isMasked(unquoted(text.slice(range.start, range.end)))) return;
    edits.push({ ...range, kind, quoted: true });
  };
  objectsOf(document.value).forEach(object => {
    maskObject(object, mask);
  });
  return edits;
}

type Mask = (container: object, key: string | number, kind: RedactionKind) => void;

function objectsOf(value: JsonValue): readonly JsonObject[] {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(objectsOf);
  if (!isObject(value)) return [];
  const items = itemsOf(value['items']);
  if (items.length === 0) return [value];
  const kind = typeof value['kind'] === 'string' ? value['kind'] : '';
  const itemKind = kind.endsWith('List') && kind !== 'List' ? kind.slice(0, -4) : undefined;
  return [
    value,
    ...items
      .filter(isObject)
      .map(item =>
        item['kind'] === undefined && itemKind !== undefined
          ? { ...item, kind: itemKind, [ORIGINAL]: item }
          : item,
      ),
  ];
}

/** A typed list's items have no kind: a copy carries it, places belong to the original. */
const ORIGINAL = Symbol('original');

function maskObject(object: JsonObject, mask: Mask): void {
  const original = (object as { [ORIGINAL]?: JsonObject })[ORIGINAL] ?? object;
  maskAnnotations(membersOf(original['metadata']), mask);
  switch (object['kind']) {
    case 'Secret':
      maskSecret(original, mask);
      break;
    case 'ConfigMap':
      maskConfigMap(original, mask);
      break;
    case 'Event':
      maskAuditEvent(original, mask);
      break;
    case 'CertificateSigningRequest':
      if (membersOf(original['spec'])['request'] !== undefined)
        mask(membersOf(original['spec']), 'request', 'token');
      break;
    default:
  }
  maskContainers(original, mask, 0);
}

function maskSecret(secret: JsonObject, mask: Mask): void {
  for (const field of ['data', 'stringData'])
    for (const [key, value] of Object.entries(membersOf(secret[field])))
      if (typeof value === 'string' && value !== '' && !REPLACED.test(plain(value)))
        mask(membersOf(secret[field]), key, key.endsWith('.key') ? 'private-key' : 'secret-value');
}

function maskConfigMap(map: JsonObject, mask: Mask): void {
  const data = membersOf(map['data']);
  for (const [key, value] of Object.entries(data)) {
    if (typeof value !== 'string' || value === '') continue;
    const holdsConfig =
      /(^|[.-])(kubeconfig|dockerconfigjson|dockercfg)$/i.test(key) || /^\s*kind: Config$/m.test(value);
    if (holdsConfig || (namesSecret(key) && !value.includes('\n'))) mask(data, key, 'credential');
  }
}

function maskAnnotations(metadata: JsonObject, mask: Mask): void {
  const annotations = membersOf(metadata['annotations']);
  for (const [key, value] of Object.entries(annotations)) {
    if (typeof value !== 'string' || value === '') continue;
    if (key === LAST_APPLIED) mask(annotations, key, 'last-applied');
    else if (
      /(secret|token|password|workspace|account|access|sas)[-_.]?key|\bsecret\b|password|sas-token/i.test(
        key,
      ) &&
      !/secret-?name/i.test(key)
    )
      mask(annotations, key, 'credential');
  }
}

/** Bodies of secrets, configmaps and token requests say more than the event itself needs. */
function maskAuditEvent(event: JsonObject, mask: Mask): void {
  const target = membersOf(event['objectRef']);
  const resource = typeof target['resource'] === 'string' ? target['resource'] : '';
  const isToken = resource === 'serviceaccounts' && target['subresource'] === 'token';
  const isSecretive = ['secrets', 'configmaps', 'tokenreviews'].includes(resource) || isToken;
  for (const body of ['requestObject', 'responseObject'])
    if (isObject(event[body])) {
      if (isSecretive) mask(event, body, 'secret-value');
      else maskObject(event[body], mask);
    }
}

/** Env and arguments wherever containers stand: pods, templates, custom resources. */
function maskContainers(value: JsonValue | undefined, mask: Mask, depth: number): void {
  if (depth > 40 || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) maskContainers(item, mask, depth + 1);
    return;
  }
  for (const [key, member] of Object.entries(value)) {
    if (key === 'env' && Array.isArray(member)) maskEnv(member as readonly JsonValue[], mask);
    else if ((key === 'args' || key === 'command') && Array.isArray(member))
      maskArguments(member as readonly JsonValue[], mask);
    else if (key === 'httpHeaders' && Array.isArray(member))
      maskHeaders(member as readonly JsonValue[], mask);
    else if (key !== 'managedFields') maskContainers(member, mask, depth + 1);
  }
}

function maskEnv(env: readonly JsonValue[], mask: Mask): void {
  for (const variable of env.filter(isObject)) {
    const { name, value } = variable;
    if (typeof name === 'string' && typeof value === 'string' && value !== '' && namesSecret(name))
      mask(variable, 'value', 'credential');
  }
}

function maskArguments(words: readonly JsonValue[], mask: Mask): void {
  words.forEach((word, index) => {
    if (typeof word !== 'string') return;
    const before = words[index - 1];
    if (
      ARGUMENT.test(word) ||
      (typeof before === 'string' && ARGUMENT_NAME.test(before) && !word.startsWith('-'))
    )
      mask(words, index, 'credential');
  });
}

function maskHeaders(headers: readonly JsonValue[], mask: Mask): void {
  for (const header of headers.filter(isObject))
    if (
      typeof header['name'] === 'string' &&
      /authorization|cookie|token|secret|api-?key/i.test(header['name'])
    )
      mask(header, 'value', 'token');
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

function unquoted(text: string): string {
  return text.trim().replace(/^["']|["']$/g, '');
}
