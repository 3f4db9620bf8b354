// Where audit events hold what they were about: bodies of requests and answers, secrets in the query of a URI. Events are
// found wherever they stand in a document, as clouds and shippers put them into records of their own.
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { membersOf } from '../document.ts';

/** Whether a text may hold an audit event with something to mask; cheap, asked before anything is parsed. */
export const MAY_HOLD_BODIES =
  /[rR](?:equest|esponse)Object|protoPayload|u0026(?:\w*token|sig|signature|api_?key|key|password|pwd|\w*secret)=/i;

/** A member of an event that may hold a secret. */
export interface AuditPart {
  readonly holder: JsonObject;
  readonly key: string;
  /** What to mask inside it; absent for the whole of it. */
  readonly part?: string;
  /** Nothing of it may be kept, whatever its form. */
  readonly isSecret: boolean;
}

/** Bodies and query secrets of every event in a document. */
export function auditPartsIn(value: JsonValue | undefined): readonly AuditPart[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(auditPartsIn);
  const own = isObject(value) ? [...bodiesOf(value), ...querySecrets(value)] : [];
  return [...own, ...Object.values(value).flatMap(auditPartsIn)];
}

const BODIES = ['requestObject', 'responseObject', 'RequestObject', 'ResponseObject'];

function bodiesOf(event: JsonObject): readonly AuditPart[] {
  const isCloud = typeof event['methodName'] === 'string';
  const keys = [...BODIES, ...(isCloud ? ['request', 'response'] : [])].filter(key =>
    Object.hasOwn(event, key),
  );
  if (keys.length === 0) return [];
  const isSecret = isSecretTarget(event);
  return keys.map(key => ({ holder: event, key, isSecret }));
}

/** Resources whose bodies are secrets, or hold them under any name. */
const SECRET_RESOURCES =
  /(?:^|\/)(?:secrets|configmaps|tokenreviews|tokenrequests|oauthclients|(?:user)?oauth(?:access|authorize)tokens|certificatesigningrequests)(?:\/|$)|(?:^|\/)serviceaccounts\/(?:[^/]+\/)?token$/i;

/** The target by the event's own word, else by its path. */
function isSecretTarget(event: JsonObject): boolean {
  const target = membersOf(event['objectRef'] ?? event['ObjectRef']);
  const word = (key: string): string => {
    const value = target[key] ?? target[key.charAt(0).toUpperCase() + key.slice(1)];
    return typeof value === 'string' ? value : '';
  };
  const paths = [event['requestURI'], event['RequestURI'], event['resourceName']];
  return [
    `${word('resource')}/${word('subresource')}`.replace(/\/$/, ''),
    ...paths.flatMap(path => (typeof path === 'string' ? [path.replace(/[?#].*$/s, '')] : [])),
  ].some(path => SECRET_RESOURCES.test(path));
}

const QUERY_SECRET = /[?&](?:\w*token|sig|signature|api_?key|key|password|pwd|\w*secret)=([^&#\s]{4,})/gi;

function querySecrets(event: JsonObject): readonly AuditPart[] {
  return ['requestURI', 'RequestURI'].flatMap(key => {
    const uri = event[key];
    if (typeof uri !== 'string') return [];
    return [...uri.matchAll(QUERY_SECRET)].map(match => ({
      holder: event,
      key,
      part: match[1] ?? '',
      isSecret: true,
    }));
  });
}
