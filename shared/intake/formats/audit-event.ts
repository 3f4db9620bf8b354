// One Kubernetes audit event as checks read it. Shippers and tables rename its keys (`AuditID`, `RequestUri`, objects as
// text); what is meant is the same. Bodies are kept of writes on policies, scope and permissions alone, masked before.
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { parseInstant } from '../../base/instant.ts';
import { compareText } from '../../base/order.ts';
import type { Instant } from '../../base/brand.ts';
import type { AuditEvent } from '../../model/audit.ts';
import type { RecordPlace } from './format.ts';
import { object, text, texts } from './values.ts';

/** An event before its cluster is known. */
export type UnplacedEvent = Omit<AuditEvent, 'cluster'> & {
  /** The cluster that the log names. */
  readonly named?: string;
};

/** Whether an object is an audit event, whatever case its keys are in. */
export function isAuditEvent(value: JsonObject): boolean {
  if (value['kind'] === 'Event' && text(value['apiVersion']).startsWith('audit.k8s.io/')) return true;
  const has = (key: string): boolean => typeof value[key] === 'string' && value[key] !== '';
  return (
    (has('auditID') && has('stage') && (has('verb') || has('requestURI'))) ||
    ((has('AuditID') || has('AuditId')) && has('Stage') && has('Verb'))
  );
}

/** One event; undefined when it says neither what was done nor which event it is. */
export function readAuditEvent(
  value: JsonObject,
  { file, line, reporter, cluster }: RecordPlace,
): UnplacedEvent | undefined {
  const event = withOwnKeys(value);
  const user = object(event['user']);
  const acted = object(event['impersonatedUser']);
  const target = object(event['objectRef']);
  const status = object(event['responseStatus']);
  const verb = text(event['verb']);
  const id = text(event['auditID']);
  if (verb === '' && id === '') return undefined;
  const received = instantIn(event['requestReceivedTimestamp']);
  const answered = instantIn(event['stageTimestamp']);
  const time = received ?? answered ?? instantIn(event['timestamp']);
  const body = bodyOf(event, verb, target);
  const requestUri = text(event['requestURI']);
  return {
    id,
    level: text(event['level']),
    stage: text(event['stage']),
    verb,
    groups: texts(user['groups']),
    sourceIps: texts(event['sourceIPs']),
    ...given({
      user: text(user['username']),
      impersonated: text(acted['username']),
      userAgent: text(event['userAgent']),
      resource: text(target['resource']),
      subresource: text(target['subresource']),
      group: text(target['apiGroup']),
      namespace: text(target['namespace']),
      name: text(target['name']) || nameIn(body),
      uid: text(target['uid']),
      decision: text(object(event['annotations'])['authorization.k8s.io/decision']),
      reason: text(status['reason']),
      message: text(status['message']),
      requestUri,
      apiserver: reporter ?? (text(event['host']) || text(event['hostname'])),
      named: cluster ?? text(event['cluster']),
    }),
    ...list('impersonatedGroups', texts(acted['groups'])),
    ...map('extra', sessionOf(user['extra'])),
    ...map('annotations', annotationsOf(object(event['annotations']))),
    ...statusOf(status),
    ...(time === undefined ? {} : { time }),
    ...(answered === undefined ? {} : { stageTime: answered }),
    ...(isDryRun(requestUri, event['requestObject']) ? { dryRun: true as const } : {}),
    ...(object(event['annotations'])['audit.k8s.io/truncated'] === 'true'
      ? { truncated: true as const }
      : {}),
    ...(body === undefined ? {} : { body }),
    source: { file, line },
  };
}

/** Keys of an event, found in any case; tables shorten two of them. */
const KEYS: ReadonlyMap<string, string> = new Map(
  [
    ...'apiVersion,kind,level,auditID,stage,requestURI,verb,user,impersonatedUser,sourceIPs,userAgent'.split(
      ',',
    ),
    ...'objectRef,responseStatus,requestObject,responseObject,requestReceivedTimestamp'.split(','),
    ...'stageTimestamp,timestamp,annotations,host,hostname'.split(','),
    ...'username,uid,groups,extra,resource,namespace,name,apiGroup,resourceVersion,subresource'.split(','),
    ...'code,status,reason,message'.split(','),
  ].map(key => [key.toLowerCase(), key]),
);
const RENAMED: Readonly<Record<string, string>> = {
  requestreceivedtime: 'requestReceivedTimestamp',
  stagereceivedtime: 'stageTimestamp',
  stagetime: 'stageTimestamp',
};
const NESTED = new Set([
  'user',
  'impersonatedUser',
  'objectRef',
  'responseStatus',
  'annotations',
  'sourceIPs',
]);

/** The event under the keys of audit.k8s.io; what tables hold as text is parsed. */
function withOwnKeys(event: JsonObject): JsonObject {
  if ('auditID' in event || 'verb' in event) return event;
  return renamed(event, true);
}

function renamed(value: JsonObject, isTop: boolean): JsonObject {
  const made: Record<string, JsonValue | undefined> = {};
  for (const [key, member] of Object.entries(value)) {
    const folded = key.toLowerCase();
    const own = KEYS.get(folded) ?? RENAMED[folded] ?? key;
    const parsed = NESTED.has(own) || own === 'requestObject' ? parsedText(member) : member;
    made[own] =
      isTop && NESTED.has(own) && own !== 'annotations' && isObject(parsed) ? renamed(parsed, false) : parsed;
  }
  return made;
}

function parsedText(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value) || value.includes('"__proto__"')) return value;
  try {
    return JSON.parse(value) as JsonValue;
  } catch {
    return value;
  }
}

/** A time with its zone; one without would mean another moment on another machine. */
function instantIn(value: JsonValue | undefined): Instant | undefined {
  const written = text(value);
  return /(?:[Zz]|[+-]\d\d:?\d\d)$/.test(written) ? parseInstant(written) : undefined;
}

/** HTTP status; older events leave the code out and tell success or failure in a word. */
function statusOf(status: JsonObject): { readonly status?: number } {
  const { code } = status;
  if (typeof code === 'number') return { status: code };
  return typeof code === 'string' && /^\d{3}$/.test(code) ? { status: Number(code) } : {};
}

function isDryRun(uri: string, body: JsonValue | undefined): boolean {
  return /[?&]dryRun=(?!&|$)/.test(uri) || texts(object(body)['dryRun']).length > 0;
}

/** Annotations that tell about permission: of authorisation, of pod security, of OpenShift. */
function annotationsOf(annotations: JsonObject): Readonly<Record<string, string>> {
  const kept = Object.entries(annotations).flatMap(([key, value]) =>
    typeof value === 'string' &&
    /^(?:authorization\.|authentication\.|pod-security\.)|openshift\.io\//.test(key)
      ? [[key, value] as const]
      : [],
  );
  return Object.fromEntries(kept.sort((a, b) => compareText(a[0], b[0])));
}

/** What ties a shared user to a person or a pod: the role session of a cloud, the pod of a service account. */
function sessionOf(extra: JsonValue | undefined): Readonly<Record<string, string>> {
  const kept = Object.entries(object(extra)).flatMap(([key, value]) => {
    if (
      !/^(?:arn|canonicalArn|sessionName|principalId|authentication\.kubernetes\.io\/(?:pod|node)-name)$/.test(
        key,
      )
    )
      return [];
    const said = typeof value === 'string' ? value : texts(value).join(',');
    return said === '' ? [] : [[key, said] as const];
  });
  return Object.fromEntries(kept.sort((a, b) => compareText(a[0], b[0])));
}

/** Groups whose objects decide on traffic or permissions, and those of the core group that do. */
const KEPT_GROUPS =
  /^(?:networking\.k8s\.io|policy\.networking\.k8s\.io|gateway\.networking\.k8s\.io|rbac\.authorization\.k8s\.io|extensions|(?:crd\.)?projectcalico\.org|cilium\.io|security\.istio\.io|networking\.istio\.io|k8s\.ovn\.org|crd\.antrea\.io|authorization\.openshift\.io|route\.openshift\.io)$/;
const KEPT_CORE = new Set(['namespaces', 'services']);
const WRITES = new Set(['create', 'update', 'patch']);

/** What was asked to be written. */
function bodyOf(
  event: JsonObject,
  verb: string,
  target: JsonObject,
): JsonObject | readonly JsonValue[] | undefined {
  const group = text(target['apiGroup']);
  const isKept = group === '' ? KEPT_CORE.has(text(target['resource'])) : KEPT_GROUPS.test(group);
  if (!isKept || !WRITES.has(verb) || text(target['subresource']) === 'token') return undefined;
  const body = event['requestObject'];
  if (Array.isArray(body)) return body as readonly JsonValue[];
  if (!isObject(body)) return undefined;
  const metadata = body['metadata'];
  if (!isObject(metadata) || !('managedFields' in metadata)) return body;
  return { ...body, metadata: { ...metadata, managedFields: undefined } };
}

function nameIn(body: ReturnType<typeof bodyOf>): string {
  return isObject(body) ? text(object(body['metadata'])['name']) : '';
}

function given(entries: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== ''));
}

function list(key: string, values: readonly string[]): Record<string, readonly string[]> {
  return values.length === 0 ? {} : { [key]: values };
}

function map(
  key: string,
  values: Readonly<Record<string, string>>,
): Record<string, Readonly<Record<string, string>>> {
  return Object.keys(values).length === 0 ? {} : { [key]: values };
}
