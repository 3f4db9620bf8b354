// Kubernetes audit events (audit.k8s.io): one per request, the stage ResponseComplete where it was logged.
import type { ClusterId } from '../../base/brand.ts';
import type { JsonObject } from '../../base/json.ts';
import { parseInstant } from '../../base/instant.ts';
import { compareBy } from '../../base/order.ts';
import type { AuditEvent } from '../../model/audit.ts';
import { itemsOf, membersOf } from '../document.ts';
import type { DocumentFormat, RecordFormat } from './format.ts';
import { object, text, texts } from './values.ts';

/** Audit events by themselves. */
export const K8S_AUDIT: RecordFormat = {
  name: 'k8s-audit',
  recognise: record => (isAuditEvent(record) ? 'records of kind Event in audit.k8s.io' : undefined),
  read: (record, { file, line }, into) => {
    const event = readAuditEvent(record, file, line);
    if (event.verb === '' && event.id === '') return 0;
    into.audit(event);
    return 1;
  },
};

/** Lists of audit events, as the webhook backend sends them. */
export const K8S_AUDIT_LISTS: DocumentFormat = {
  name: 'k8s-audit',
  recognise: value => {
    const { apiVersion, kind } = membersOf(value);
    return text(apiVersion).startsWith('audit.k8s.io/') && text(kind).endsWith('List')
      ? `kind ${text(kind)} in ${text(apiVersion)}`
      : undefined;
  },
  read: (document, { file, lineAt }, into) => {
    const items = itemsOf(membersOf(document.value)['items']);
    items.forEach((item, index) => {
      const start = document.places.of(items, index)?.start ?? document.range.start;
      into.audit(readAuditEvent(membersOf(item), file, lineAt(start)));
    });
    return items.length;
  },
};

function isAuditEvent(value: JsonObject): boolean {
  return value['kind'] === 'Event' && text(value['apiVersion']).startsWith('audit.k8s.io/');
}

/** An event before its cluster is known. */
export type UnplacedEvent = Omit<AuditEvent, 'cluster'>;

/** One event as checks read it. */
function readAuditEvent(event: JsonObject, file: string, line: number): UnplacedEvent {
  const user = object(event['user']);
  const target = object(event['objectRef']);
  const status = object(event['responseStatus'])['code'];
  const time = parseInstant(
    text(event['requestReceivedTimestamp']) || text(event['stageTimestamp']) || text(event['timestamp']),
  );
  const given = (entries: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== ''));
  return {
    id: text(event['auditID']),
    level: text(event['level']),
    stage: text(event['stage']),
    verb: text(event['verb']),
    groups: texts(user['groups']),
    sourceIps: texts(event['sourceIPs']),
    ...given({
      user: text(user['username']),
      impersonated: text(object(event['impersonatedUser'])['username']),
      userAgent: text(event['userAgent']),
      resource: text(target['resource']),
      subresource: text(target['subresource']),
      group: text(target['apiGroup']),
      namespace: text(target['namespace']),
      name: text(target['name']),
      decision: text(object(event['annotations'])['authorization.k8s.io/decision']),
      requestUri: text(event['requestURI']),
    }),
    ...(typeof status === 'number' ? { status } : {}),
    ...(time === undefined ? {} : { time }),
    source: { file, line },
  };
}

/** One event per request: of several stages the last one, in time order. */
export function settleEvents(events: readonly UnplacedEvent[], cluster: ClusterId): readonly AuditEvent[] {
  const rank = (stage: string): number =>
    ['RequestReceived', 'ResponseStarted', 'Panic', 'ResponseComplete'].indexOf(stage);
  const byId = new Map<string, UnplacedEvent>();
  const settled: UnplacedEvent[] = [];
  for (const event of events) {
    if (event.id === '') {
      settled.push(event);
      continue;
    }
    const known = byId.get(event.id);
    if (known === undefined || rank(event.stage) > rank(known.stage)) byId.set(event.id, event);
  }
  return [...settled, ...byId.values()]
    .map(event => ({ cluster, ...event }))
    .sort(
      compareBy(
        event => event.time ?? '',
        event => event.source.file,
        event => event.source.line,
      ),
    );
}
