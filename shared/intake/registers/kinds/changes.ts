// Change tickets: 6.5.1 with its elements (reason, impact, approval, test, fail-back), and 1.2.2 for network changes.
import { column, type RegisterDefinition } from '../definition.ts';

/** The change records. */
export const CHANGES: RegisterDefinition<'changes'> = {
  kind: 'changes',
  title: 'Change records',
  requirements: ['6.5.1', '1.2.2'],
  columns: {
    id: column(
      'text',
      'Change',
      'Number of the change',
      'id, change id, change number, change no, ticket, ticket id, ticket number, issue key, key, number, rfc, rfc number, cr, reference, change request, nr, anderung, aenderung, anderungsnummer, numero, changement',
    ),
    title: column(
      'text',
      'Title',
      'What is changed, in a line',
      'summary, short description, subject, name, change title, titel, betreff, kurzbeschreibung, titre, resume, objet',
    ),
    description: column(
      'text',
      'Description',
      'What is changed, in detail',
      'details, change description, long description, beschreibung, details du changement',
    ),
    reason: column(
      'text',
      'Reason',
      'Why it is changed',
      'justification, business justification, reason for change, change reason, business reason, grund, begrundung, begruendung, raison, motif',
    ),
    impact: column(
      'text',
      'Security impact',
      'What it means for security',
      'impact, impact analysis, risk, risk and impact, impact assessment, documentation of impact, auswirkung, auswirkungen, incidence, risque',
    ),
    object: column(
      'text',
      'Object',
      'Policy, namespace or component that is changed',
      'policy, component, configuration item, ci, affected ci, affected component, affected system, affected systems, system, service, resource, namespace, komponente, composant',
    ),
    requestedBy: column(
      'text',
      'Requested by',
      'Who asked for it',
      'requester, requestor, reporter, opened by, created by, author, raised by, submitter, antragsteller, ersteller, demandeur, auteur',
    ),
    requestedAt: column(
      'date',
      'Requested on',
      'When it was asked for',
      'created, created at, created on, opened, opened at, date opened, date raised, request date, submitted, erstellt, erstellt am, cree le, date de creation',
    ),
    approvedBy: column(
      'text',
      'Approved by',
      'Who approved it: another person',
      'approver, approval, approved, approvers, authorised by, authorized by, cab approval, sign off, genehmigt von, freigegeben von, freigabe, approuve par, approbateur',
    ),
    approvedAt: column(
      'date',
      'Approved on',
      'When it was approved',
      'approval date, approved at, date approved, approved date, cab date, genehmigt am, freigegeben am, approuve le, date d approbation',
    ),
    tested: column(
      'text',
      'Test',
      'What was tested, with the result',
      'testing, tests, test result, test results, tested, test evidence, functionality testing, security testing, verification, validation, getestet, testergebnis, teste, resultat des tests',
    ),
    testedBy: column('text', 'Tested by', 'Who tested it', 'tester, verified by, getestet von, teste par'),
    rollback: column(
      'text',
      'Fail-back',
      'How to go back to a secure state',
      'rollback, roll back, rollback plan, roll back plan, backout, back out, backout plan, back out plan, back out procedure, back out procedures, fallback, fallback plan, fall back, fail back, ruckfallplan, rueckfallplan, retour arriere, plan de retour',
    ),
    implementedBy: column(
      'text',
      'Implemented by',
      'Who made the change',
      'implementer, assignee, assigned to, deployed by, executed by, change owner, owner, umgesetzt von, durchgefuhrt von, realise par, mis en oeuvre par',
    ),
    implementedAt: column(
      'date',
      'Implemented on',
      'When it was made, best with time and zone',
      'implemented, implemented at, implementation date, date implemented, deployed, deployed at, deployment date, actual start, change date, executed at, start date, planned start, umgesetzt am, durchgefuhrt am, mis en oeuvre le, date de mise en oeuvre',
    ),
    closedAt: column(
      'date',
      'Closed on',
      'When it was closed',
      'closed, closed at, closed date, close date, date closed, resolved, resolved at, resolution date, completed, completed at, actual end, end date, geschlossen am, abgeschlossen am, clos le, cloture',
    ),
    commit: column(
      'text',
      'Commit',
      'Commit or pull request it was made with',
      'commit id, commit hash, sha, git commit, revision, pull request, merge request, pr, mr',
    ),
    status: column(
      'text',
      'Status',
      'State of the change',
      'state, change status, stand, zustand, statut, etat',
    ),
  },
  needs: [
    ['id'],
    ['title', 'description', 'reason', 'object'],
    ['approvedBy', 'rollback', 'impact', 'tested', 'implementedAt', 'commit'],
  ],
  words: ['change', 'ticket', 'rfc', 'anderung', 'aenderung', 'changement'],
};
