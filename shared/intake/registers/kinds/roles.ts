// People and accounts with role, duties and privileges: 1.1.2, 7.2.x, 8.2.x, 12.x.
import { column, type RegisterDefinition } from '../definition.ts';

/** The list of roles and people. */
export const ROLES: RegisterDefinition<'roles'> = {
  kind: 'roles',
  title: 'Roles, people and accounts',
  requirements: ['1.1.2', '7.2.4', '7.2.5', '8.2.2'],
  columns: {
    person: column(
      'text',
      'Name',
      'Person who holds it',
      'person, full name, display name, employee, employee name, user, staff, holder, first and last name, mitarbeiter, benutzer, vorname name, person name, nom, personne, utilisateur, collaborateur, nom et prenom',
    ),
    account: column(
      'text',
      'Account',
      'Identity in the systems: user, group or service account',
      'user id, userid, username, login, login name, logon, account name, user account, identity, principal, upn, e mail, email, mail, service account, subject, konto, benutzerkonto, kennung, compte, identifiant, adresse mail',
    ),
    accountType: column(
      'text',
      'Account type',
      'Person, application, system, shared, break-glass',
      'type, type of account, user type, identity type, kontotyp, type de compte',
    ),
    role: column(
      'text',
      'Role',
      'Role it gives',
      'roles, role name, job role, position, job title, title, function, job function, profile, cluster role, clusterrole, rolle, funktion, stelle, fonction, poste, profil',
    ),
    groups: column(
      'list',
      'Groups',
      'Groups it belongs to, several with ;',
      'group, group membership, member of, memberof, team, teams, ad group, ad groups, gruppe, gruppen, groupe, groupes',
    ),
    duties: column(
      'text',
      'Duties',
      'What the role is responsible for',
      'responsibilities, responsibility, duty, tasks, responsible for, pci responsibilities, requirements, aufgaben, verantwortung, zustandigkeit, zustaendigkeit, responsabilites, taches, missions',
    ),
    privileges: column(
      'text',
      'Privileges',
      'What it may do',
      'privilege, permissions, permission, rights, access, access rights, access level, entitlement, entitlements, privilege level, rechte, berechtigung, berechtigungen, droits, privileges, habilitations',
    ),
    system: column(
      'text',
      'System',
      'Cluster, namespace or system it holds in',
      'cluster, namespace, application, resource, target system, environment, scope, anwendung, systeme, perimetre',
    ),
    company: column(
      'text',
      'Company',
      'Employer, where it is not yours',
      'employer, organisation, organization, vendor, third party, firma, unternehmen, societe, entreprise',
    ),
    department: column(
      'text',
      'Department',
      'Where the person works',
      'dept, business unit, unit, division, cost center, abteilung, bereich, departement, service',
    ),
    approvedBy: column(
      'text',
      'Approved by',
      'Who approved the access',
      'approver, approved, approval, authorised by, authorized by, granted by, genehmigt von, freigegeben von, approuve par',
    ),
    approvedAt: column(
      'date',
      'Approved on',
      'When it was approved or assigned',
      'approval date, approved at, date approved, granted, granted on, granted at, date granted, assigned on, start date, since, genehmigt am, seit, approuve le',
    ),
    reviewedBy: column(
      'text',
      'Reviewed by',
      'Who last reviewed it',
      'reviewer, access reviewer, gepruft von, geprueft von, revu par',
    ),
    reviewedAt: column(
      'date',
      'Last reviewed',
      'When the access was last reviewed',
      'reviewed, review date, last review, access review, access review date, last access review, recertified, last certified, date reviewed, reviewed on, letzte prufung, gepruft am, geprueft am, derniere revue',
    ),
    trainedAt: column(
      'date',
      'Trained on',
      'Last training for the role',
      'training, training date, last training, trained, security training, awareness training, schulung, geschult am, formation, formation le',
    ),
    endsAt: column(
      'date',
      'Ends on',
      'Day the access ends or ended',
      'end date, expires, expiry, expiry date, expiration date, leaving date, termination date, revoked on, valid until, ende, gultig bis, gueltig bis, fin, expire le',
    ),
    status: column(
      'text',
      'Status',
      'Active, disabled',
      'state, enabled, active, account status, aktiv, statut, actif, etat',
    ),
  },
  needs: [
    ['person', 'account', 'role'],
    ['role', 'duties', 'privileges', 'groups', 'accountType'],
    ['person', 'account', 'duties', 'privileges'],
  ],
  words: [
    'role',
    'roles',
    'people',
    'user',
    'users',
    'access',
    'account',
    'raci',
    'rollen',
    'berechtigung',
    'benutzer',
    'utilisateur',
  ],
};
