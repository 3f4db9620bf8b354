// Audit events as clouds and shippers hand them on: Azure diagnostics, Google's own record of a request, Elastic's
// field. Each is turned into the event it holds; what the wrapper tells about itself goes with it.
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { isAuditEvent } from './audit-event.ts';
import { isGkeEntry, readGkeEntry } from './gke-audit.ts';
import { object, text } from './values.ts';

/** An event with what its wrapper says. */
export interface WrappedEvent {
  readonly event: JsonObject;
  /** How it is wrapped, for people. */
  readonly shape: string;
  /** The API server that wrote it, where the wrapper tells. */
  readonly reporter?: string;
  /** The cluster that the wrapper names. */
  readonly cluster?: string;
  /** What the wrapper's kind of record never holds. */
  readonly leavesOut?: string;
}

/** The event of a record; `other` for a record of the same log that is no event. */
export function auditEventIn(record: JsonObject): WrappedEvent | 'other' | undefined {
  if (isAuditEvent(record))
    return {
      event: record,
      shape: 'records of kind Event in audit.k8s.io',
      ...(record['Type'] === 'AKSAuditAdmin' ? { leavesOut: READS } : {}),
    };
  if (isGkeEntry(record)) {
    const cluster = text(object(object(record['resource'])['labels'])['cluster_name']);
    return {
      event: readGkeEntry(record),
      shape: 'Cloud Audit entries of Kubernetes requests',
      ...(cluster === '' ? {} : { cluster }),
    };
  }
  const elastic = object(object(record['kubernetes'])['audit']);
  if (isAuditEvent(elastic)) return { event: elastic, shape: 'records with an event in kubernetes.audit' };
  return azureEvent(record);
}

const READS = 'get and list (category kube-audit-admin)';
const CATEGORY = /^(?:kube-audit|kube-audit-admin|guard)$/;

/** Azure diagnostics: `properties.log`, or a row of a workspace with `log_s`. */
function azureEvent(record: JsonObject): ReturnType<typeof auditEventIn> {
  const category = text(record['category']) || text(record['Category']);
  if (!CATEGORY.test(category)) return undefined;
  const properties = object(parsed(record['properties']));
  const log = parsed(properties['log'] ?? record['log_s']);
  if (!isObject(log) || !isAuditEvent(log)) return category === 'guard' ? 'other' : undefined;
  const reporter = text(properties['pod']) || text(record['pod_s']);
  const resource = text(record['resourceId']) || text(record['_ResourceId']) || text(record['ResourceId']);
  const cluster = /\/managedclusters\/([^/]+)$/i.exec(resource)?.[1]?.toLowerCase() ?? '';
  return {
    event: log,
    shape: `Azure diagnostics of category ${category}`,
    ...(reporter === '' ? {} : { reporter }),
    ...(cluster === '' ? {} : { cluster }),
    ...(category === 'kube-audit-admin' ? { leavesOut: READS } : {}),
  };
}

function parsed(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== 'string' || value.includes('"__proto__"')) return value;
  try {
    return JSON.parse(value) as JsonValue;
  } catch {
    return value;
  }
}
