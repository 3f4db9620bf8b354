// Reviews of the rule sets of network security controls, at least every six months: 1.2.7 (1.1.7 of v3.2.1).
import { column, type RegisterDefinition } from '../definition.ts';

/** The rule reviews. */
export const RULE_REVIEWS: RegisterDefinition<'rule-reviews'> = {
  kind: 'rule-reviews',
  title: 'Reviews of network security control rule sets',
  requirements: ['1.2.7'],
  columns: {
    id: column('text', 'Id', 'Number of the review', 'review, review id, no, nr, number'),
    reviewedAt: column(
      'date',
      'Reviewed on',
      'Day of the review',
      'date, review date, reviewed, reviewed at, date of review, date reviewed, last review, last reviewed, performed on, datum, pruefdatum, prufdatum, gepruft am, geprueft am, date de revue, revu le',
    ),
    covers: column(
      'text',
      'Covers',
      'Controls looked at: network policies, security groups, firewalls',
      'scope, nsc, nscs, network security control, network security controls, control, rule set, ruleset, rule sets, firewall, device, system, component, cluster, regelwerk, umfang, perimetre, pare feu',
    ),
    rule: column(
      'text',
      'Rule',
      'Rule or policy, where the review goes rule by rule',
      'policy, policy name, rule name, rule id, firewall rule, network policy, regel, regle',
    ),
    reviewer: column(
      'text',
      'Reviewer',
      'Who reviewed',
      'reviewed by, performed by, auditor, prufer, pruefer, gepruft von, geprueft von, revu par, verificateur',
    ),
    approvedBy: column(
      'text',
      'Approved by',
      'Who signed the review',
      'approver, sign off, signed off by, approved, approval, genehmigt von, freigegeben von, approuve par',
    ),
    result: column(
      'text',
      'Result',
      'What was found',
      'outcome, finding, findings, decision, review result, conclusion, still needed, still required, business need, keep or remove, ergebnis, befund, resultat, constat',
    ),
    action: column(
      'text',
      'Action',
      'What follows from it',
      'actions, follow up, remediation, action taken, corrective action, change required, massnahme, massnahmen, mesure',
    ),
    due: column(
      'date',
      'Due',
      'When the action is due',
      'due date, due on, target date, deadline, fallig am, faellig am, echeance',
    ),
    resolvedAt: column(
      'date',
      'Resolved on',
      'When the action was done',
      'resolved, resolved at, closed, closed on, closed at, completed, completed on, done on, date closed, erledigt am, resolu le, clos le',
    ),
    nextReview: column(
      'date',
      'Next review',
      'When the next one is due',
      'next review date, next due, next review due, nachste prufung, naechste pruefung, prochaine revue',
    ),
    ticket: column(
      'text',
      'Ticket',
      'Change that carries it out',
      'change, change id, ticket id, change ticket, reference, cr, vorgang',
    ),
    status: column('text', 'Status', 'Open or done', 'state, stand, statut, etat'),
  },
  needs: [['reviewedAt'], ['reviewer', 'result', 'nextReview'], ['covers', 'rule', 'result', 'action']],
  words: ['review', 'pruefung', 'prufung', 'revue'],
};
