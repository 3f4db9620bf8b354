// Kubernetes audit logs (audit.k8s.io) in the shapes they are handed over: a line each, lists of webhooks, records of
// clouds and shippers. One event per request is kept: the stage ResponseComplete where it was logged.
import type { ClusterId } from '../../base/brand.ts';
import { isObject, type JsonObject } from '../../base/json.ts';
import { compareBy } from '../../base/order.ts';
import type { AuditEvent } from '../../model/audit.ts';
import { itemsOf, membersOf } from '../document.ts';
import { readAuditEvent, type UnplacedEvent } from './audit-event.ts';
import { auditEventIn } from './audit-wrappers.ts';
import type { DocumentFormat, RecordFormat, RecordPlace, RecordSink } from './format.ts';
import { text } from './values.ts';

/** Audit events by themselves, in records of clouds and shippers, or in lists on one line. */
export const K8S_AUDIT: RecordFormat = {
  name: 'k8s-audit',
  recognise: record => {
    if (isList(record)) return listReason(record);
    const found = auditEventIn(record);
    if (found === 'other')
      return 'Azure diagnostics of sign-ins (category guard), text that is kept and not read';
    return found?.shape;
  },
  read: (record, place, into) => {
    if (!isList(record)) return readOne(record, place, into);
    const items = itemsOf(record['items']).filter(isObject);
    for (const item of items) readOne(item, place, into);
    return items.length === 0 ? 'remark' : items.length;
  },
};

/** Lists of audit events, as the webhook backend sends them. */
export const K8S_AUDIT_LISTS: DocumentFormat = {
  name: 'k8s-audit',
  recognise: value => (isList(membersOf(value)) ? listReason(membersOf(value)) : undefined),
  read: (document, { file, lineAt }, into) => {
    const items = itemsOf(membersOf(document.value)['items']);
    let count = 0;
    items.forEach((item, index) => {
      const start = document.places.of(items, index)?.start ?? document.range.start;
      const read = readOne(membersOf(item), { file, line: lineAt(start) }, into);
      if (read !== 'remark') count += read;
    });
    return count;
  },
};

function isList(value: JsonObject): boolean {
  return text(value['apiVersion']).startsWith('audit.k8s.io/') && text(value['kind']).endsWith('List');
}

function listReason(value: JsonObject): string {
  return `kind ${text(value['kind'])} in ${text(value['apiVersion'])}`;
}

function readOne(record: JsonObject, place: RecordPlace, into: RecordSink): number | 'remark' {
  const found = auditEventIn(record);
  if (found === 'other') return 'remark';
  // Items of a list may leave out what the list says.
  const { event: value, shape: _shape, leavesOut, ...origin } = found ?? { event: record, shape: '' };
  const event = readAuditEvent(value, { ...place, ...origin });
  if (event === undefined) return 0;
  if (leavesOut !== undefined) into.leavesOut(leavesOut);
  into.audit(event);
  return 1;
}

/** One event per request: of several stages the last one, of several levels the fullest, in time order. */
export function settleEvents(events: readonly UnplacedEvent[], cluster: ClusterId): readonly AuditEvent[] {
  const byId = new Map<string, UnplacedEvent>();
  const settled: UnplacedEvent[] = [];
  for (const event of events) {
    if (event.id === '') {
      settled.push(event);
      continue;
    }
    const known = byId.get(event.id);
    if (known === undefined || tellsMore(event, known)) byId.set(event.id, event);
  }
  return [...settled, ...byId.values()]
    .map(({ named: _named, ...event }) => ({ cluster, ...event }))
    .sort(
      compareBy(
        event => event.time ?? '',
        event => event.source.file,
        event => event.source.line,
      ),
    );
}

const STAGES = ['RequestReceived', 'ResponseStarted', 'Panic', 'ResponseComplete'];
const LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'];

function tellsMore(event: UnplacedEvent, known: UnplacedEvent): boolean {
  const stage = STAGES.indexOf(event.stage) - STAGES.indexOf(known.stage);
  return stage > 0 || (stage === 0 && LEVELS.indexOf(event.level) > LEVELS.indexOf(known.level));
}
