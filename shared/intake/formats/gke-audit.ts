// Requests to a GKE API server as Cloud Audit Logs record them: no event of audit.k8s.io, but the same facts under other
// names. The method tells resource and verb, the resource name group and object, the status a gRPC code.
import type { JsonObject, JsonValue } from '../../base/json.ts';
import { itemsOf, membersOf } from '../document.ts';
import { object, text } from './values.ts';

/** Whether a log entry is a request to a Kubernetes API server. */
export function isGkeEntry(entry: JsonObject): boolean {
  const payload = object(entry['protoPayload']);
  const method = text(payload['methodName']);
  if (methodParts(method) === undefined) return false;
  const service = text(payload['serviceName']);
  return service === 'k8s.io' || (service === '' && method.startsWith('io.k8s.'));
}

/** The entry as an event of audit.k8s.io. */
export function readGkeEntry(entry: JsonObject): JsonObject {
  const payload = object(entry['protoPayload']);
  const method = methodParts(text(payload['methodName'])) ?? { resource: '', subresource: '', verb: '' };
  const target = targetOf(text(payload['resourceName']), method);
  const operation = object(entry['operation']);
  const metadata = object(payload['requestMetadata']);
  const isOpen = operation['first'] === true && operation['last'] !== true;
  const request = payload['request'];
  return {
    kind: 'Event',
    auditID: text(operation['id']) || text(entry['insertId']),
    level: levelOf(request, payload['response']),
    stage: isOpen ? 'ResponseStarted' : 'ResponseComplete',
    verb: method.verb,
    requestURI: '',
    user: { username: text(object(payload['authenticationInfo'])['principalEmail']) },
    sourceIPs: [metadata['callerIp'] ?? ''].filter(ip => ip !== ''),
    userAgent: metadata['callerSuppliedUserAgent'] ?? '',
    objectRef: target,
    responseStatus: statusOf(payload['status']),
    requestReceivedTimestamp: text(entry['timestamp']),
    annotations: annotationsOf(entry, payload),
    ...(request === undefined ? {} : { requestObject: request }),
  };
}

/** The entry does not tell its level; what it holds does. */
function levelOf(request: JsonValue | undefined, response: JsonValue | undefined): string {
  if (response !== undefined) return 'RequestResponse';
  return request === undefined ? 'Metadata' : 'Request';
}

interface Method {
  readonly resource: string;
  readonly subresource: string;
  readonly verb: string;
}

/** `io.k8s.core.v1.pods.exec.create`: what follows the version is resource, subresource and verb. */
function methodParts(method: string): Method | undefined {
  const parts = method.split('.');
  const version = parts.findIndex(part => /^v\d+(?:(?:alpha|beta)\d+)?$/.test(part));
  const [resource = '', ...rest] = version < 1 ? [] : parts.slice(version + 1);
  const verb = rest.at(-1);
  return verb === undefined ? undefined : { resource, subresource: rest.slice(0, -1).join('/'), verb };
}

/** `networking.k8s.io/v1/namespaces/pay/networkpolicies/deny`; the core group is written `core`. */
function targetOf(name: string, { resource, subresource }: Method): JsonObject {
  const [group = '', apiVersion = '', ...path] = name.split('/');
  const isInside = path[0] === 'namespaces' && resource !== 'namespaces';
  const rest = isInside ? path.slice(2) : path;
  return {
    apiGroup: group === 'core' ? '' : group,
    apiVersion,
    resource,
    ...(isInside ? { namespace: path[1] ?? '' } : {}),
    name: rest[1] ?? '',
    ...(subresource === '' ? {} : { subresource }),
  };
}

/** HTTP status of a gRPC code; an empty status is success, a missing one is not known. */
const HTTP: Readonly<Record<number, number>> = {
  0: 200,
  1: 499,
  3: 400,
  4: 504,
  5: 404,
  6: 409,
  7: 403,
  8: 429,
  9: 400,
  10: 409,
  11: 400,
  12: 501,
  13: 500,
  14: 503,
  16: 401,
};

function statusOf(status: JsonValue | undefined): JsonObject {
  if (typeof status !== 'object' || status === null || Array.isArray(status)) return {};
  const { code = 0, message } = membersOf(status);
  const http = typeof code === 'number' ? (code >= 100 ? code : (HTTP[code] ?? 500)) : undefined;
  return { ...(http === undefined ? {} : { code: http }), ...(message === undefined ? {} : { message }) };
}

/** The decision as the API server gave it, else as it was granted. */
function annotationsOf(entry: JsonObject, payload: JsonObject): JsonObject {
  const labels = object(entry['labels']);
  if (text(labels['authorization.k8s.io/decision']) !== '') return labels;
  const asked = itemsOf(payload['authorizationInfo']).map(item => membersOf(item)['granted'] === true);
  if (asked.length === 0) return labels;
  return { ...labels, 'authorization.k8s.io/decision': asked.every(granted => granted) ? 'allow' : 'forbid' };
}
