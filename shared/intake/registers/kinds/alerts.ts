// Alerts of detection and log review, and what became of them: 10.4.1-10.4.3, 11.5.1, 12.10.5.
import { column, type RegisterDefinition } from '../definition.ts';

/** The alert records. */
export const ALERTS: RegisterDefinition<'alerts'> = {
  kind: 'alerts',
  title: 'Alerts and their follow-up',
  requirements: ['10.4.3', '11.5.1', '12.10.5'],
  columns: {
    id: column(
      'text',
      'Alert',
      'Number of the alert',
      'id, alert id, alert number, incident, incident id, incident number, case, case id, number, key, event id, ticket id, nr, alarm, vorfall, alerte, numero',
    ),
    raisedAt: column(
      'date',
      'Raised on',
      'When it came up, best with time and zone',
      'raised, raised at, time, timestamp, date, date time, datetime, detected, detected at, detection time, alert time, event time, first seen, opened, opened at, created, created at, reported, reported at, occurred, occurred at, gemeldet am, datum, zeit, zeitpunkt, horodatage, date de detection',
    ),
    title: column(
      'text',
      'Title',
      'What was detected',
      'alert name, name, summary, short description, description, rule, rule name, signature, event, message, subject, titel, beschreibung, titre, resume',
    ),
    tool: column(
      'text',
      'Source',
      'System that raised it',
      'tool, sensor, product, detector, data source, log source, source system, detection source, detected by, system source, quelle, outil',
    ),
    severity: column(
      'text',
      'Severity',
      'How grave',
      'priority, criticality, level, risk, urgency, schweregrad, prioritat, prioritaet, severite, gravite, priorite',
    ),
    component: column(
      'text',
      'Component',
      'What it is about',
      'asset, host, hostname, affected system, affected asset, affected host, system, workload, pod, namespace, target, komponente, composant, systeme',
    ),
    status: column(
      'text',
      'Status',
      'Open, in work, closed',
      'state, alert status, disposition status, stand, zustand, statut, etat',
    ),
    owner: column(
      'text',
      'Owner',
      'Who follows it up',
      'assignee, assigned to, analyst, handler, handled by, responsible, investigated by, assigned, bearbeiter, zustandig, zustaendig, responsable, assigne a',
    ),
    acknowledgedAt: column(
      'date',
      'Acknowledged on',
      'When somebody took it up',
      'acknowledged, acknowledged at, ack time, triaged, triaged at, triage date, triaged on, responded at, response time, first response, bestatigt am, bestaetigt am, acquitte le',
    ),
    closedAt: column(
      'date',
      'Closed on',
      'When it was settled',
      'closed, closed at, resolved, resolved at, resolved on, resolution date, close date, date closed, closed date, completed, geschlossen am, erledigt am, clos le, resolu le',
    ),
    outcome: column(
      'text',
      'Outcome',
      'What it was, and what was done',
      'resolution, disposition, verdict, classification, root cause, conclusion, action, action taken, actions taken, follow up, response, notes, comment, comments, false positive, ergebnis, massnahme, resultat, mesure',
    ),
    ticket: column(
      'text',
      'Ticket',
      'Incident or ticket it led to',
      'incident ticket, incident reference, reference, case reference, ticket, vorgang',
    ),
  },
  needs: [
    ['raisedAt'],
    ['id', 'title', 'tool', 'severity'],
    ['status', 'owner', 'acknowledgedAt', 'closedAt', 'outcome'],
    ['severity', 'tool', 'acknowledgedAt', 'title'],
  ],
  words: ['alert', 'incident', 'alarm', 'vorfall', 'vorfalle', 'alerte'],
};
