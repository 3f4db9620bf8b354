// S10-03: does every audit event tell the six things of 10.2.2: user, kind of event, time, outcome, origin, object.
// Every event is examined, none is sampled; events that lack a thing are listed with what they lack.
import type { CheckId } from '../base/brand.ts';
import { compareBy, compareText } from '../base/order.ts';
import type { AuditEvent } from '../model/audit.ts';
import { clustersOf, sayOf } from './case-view.ts';
import type { CaseFacts, CheckAnswer, ControlCheck, Witness } from './check.ts';
import { count } from '../scope/words.ts';
import { settle } from './settle.ts';

/** The check S10-03. */
export const auditEventFields: ControlCheck = {
  id: 'S10-03' as CheckId,
  version: 1,
  title: 'Audit events hold the six required fields',
  seedRow: 'S10',
  requirements: ['10.2.2'],
  procedures: ['10.2.2'],
  run,
};

function run(facts: CaseFacts): CheckAnswer {
  const events = clustersOf(facts).flatMap(cluster => cluster.audit);
  const lacking = events.filter(event => missingFields(event).length > 0);
  const silent = clustersOf(facts).filter(cluster => cluster.audit.length === 0);
  const times = events.flatMap(event => event.time ?? []).sort(compareText);
  const [from, to] = [times[0], times.at(-1)];
  return settle(
    {
      failures: lacking.map(witness),
      doubts: hiddenOrigin(events),
      gaps: silent.map(cluster => sayOf(facts, cluster, 'no audit log was imported')),
      population: populationOf(events),
      examined: events.length,
      assumptions: [
        `All ${count(events.length, 'event')} were examined; none was sampled`,
        'Events of applications and databases are not in the audit log of the API server',
      ],
      ...(from === undefined || to === undefined ? {} : { period: { from, to } }),
    },
    {
      pass: `All ${count(events.length, 'audit event')} tell user, kind, time, outcome, origin and object.`,
      fail: `${count(lacking.length, 'audit event')} of ${events.length} ${lacking.length === 1 ? 'lacks' : 'lack'} at least one of user, kind, time, outcome, origin and object.`,
      assess: `${count(events.length, 'audit event')} tell all six fields, but not everything about their origin.`,
      empty: 'No audit log was imported.',
    },
    ['audit'],
  );
}

const FIELDS: readonly (readonly [name: string, has: (event: AuditEvent) => boolean])[] = [
  ['user', event => (event.user ?? '') !== ''],
  ['kind of event', event => event.verb !== ''],
  ['time', event => event.time !== undefined],
  ['outcome', event => event.status !== undefined],
  ['origin', event => event.sourceIps.some(ip => ip !== '')],
  ['object', event => (event.resource ?? '') !== '' || (event.requestUri ?? '') !== ''],
];

function missingFields(event: AuditEvent): readonly string[] {
  return FIELDS.filter(([, has]) => !has(event)).map(([name]) => name);
}

function witness(event: AuditEvent): Witness {
  return {
    kind: 'audit-event',
    text: `Event ${event.id} (${event.verb === '' ? 'no verb' : event.verb} ${event.resource ?? event.requestUri ?? 'no object'}) lacks ${missingFields(event).join(', ')}`,
    subject: event.id,
    source: event.source,
  };
}

/** Several people behind one address: a proxy hides where they came from. */
function hiddenOrigin(events: readonly AuditEvent[]): readonly Witness[] {
  const people = events.filter(event => event.user !== undefined && !event.user.startsWith('system:'));
  const users = new Set(people.map(event => event.user));
  const origins = new Set(people.map(event => event.sourceIps[0] ?? ''));
  const [origin] = origins;
  const first = [...people].sort(
    compareBy(
      event => event.source.file,
      event => event.source.line,
    ),
  )[0];
  if (users.size < 2 || origins.size !== 1 || first === undefined || origin === undefined || origin === '')
    return [];
  return [
    {
      kind: 'audit-event',
      text: `All ${people.length} events of ${users.size} users come from ${origin}: a proxy may hide their origin`,
      subject: origin,
      source: first.source,
    },
  ];
}

/** Events by the file they stand in, with the lines they span: every one of them was examined. */
function populationOf(events: readonly AuditEvent[]): readonly string[] {
  const files = new Map<string, { first: number; last: number; events: number }>();
  for (const { source } of events) {
    const known = files.get(source.file) ?? { first: source.line, last: source.line, events: 0 };
    known.first = Math.min(known.first, source.line);
    known.last = Math.max(known.last, source.line);
    known.events++;
    files.set(source.file, known);
  }
  return [...files].map(
    ([file, span]) => `${file}:${span.first}-${span.last} (${count(span.events, 'event')})`,
  );
}
