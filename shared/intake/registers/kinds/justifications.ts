// Allowed services, ports and rules with their business reason: 1.2.5, 1.2.6 (1.1.6 of v3.2.1).
import { column, type RegisterDefinition } from '../definition.ts';

/** The register of justified services, ports and rules. */
export const JUSTIFICATIONS: RegisterDefinition<'justifications'> = {
  kind: 'justifications',
  title: 'Allowed services, protocols and ports with business reason',
  requirements: ['1.2.5', '1.2.6'],
  columns: {
    id: column(
      'text',
      'Id',
      'Number of the entry',
      'no, nr, number, entry, justification id, rule id, rule number, regel nr',
    ),
    source: column(
      'text',
      'Source',
      'Who connects: workload, group, network or address',
      'src, from, source zone, source network, source group, source address, source ip, client, initiator, quelle, von, depuis, origine, source reseau',
    ),
    destination: column(
      'text',
      'Destination',
      'What is connected to',
      'dst, dest, to, target, destination zone, destination network, destination group, destination address, destination ip, server, ziel, nach, vers, cible',
    ),
    direction: column(
      'text',
      'Direction',
      'In or out',
      'traffic direction, inbound outbound, ingress egress, richtung, sens',
    ),
    service: column(
      'text',
      'Service',
      'Service or application protocol',
      'service name, application, app protocol, dienst, anwendung',
    ),
    protocols: column(
      'protocols',
      'Protocol',
      'TCP, UDP, SCTP, ICMP or any; several with ;',
      'protocols, proto, transport, transport protocol, ip protocol, l4 protocol, protokoll, protocole',
    ),
    ports: column(
      'ports',
      'Ports',
      '443, 8000-8010 or any; several with ;',
      'port, dst port, dest port, destination port, destination ports, port range, port number, service port, port s, zielport, port de destination',
    ),
    policy: column(
      'text',
      'Rule',
      'Policy or rule that allows it',
      'policy, policy name, network policy, rule name, firewall rule, security group, nsc, regel, regelwerk, regle, politique',
    ),
    reason: column(
      'text',
      'Business reason',
      'Why the business needs it',
      'reason, justification, business justification, business need, business purpose, purpose, rationale, why, need, description, begrundung, begruendung, geschaftsgrund, zweck, raison, motif, justification metier, besoin metier',
    ),
    requestedBy: column(
      'text',
      'Requested by',
      'Who asked for it',
      'requester, requestor, requested, requested from, antragsteller, demandeur',
    ),
    approvedBy: column(
      'text',
      'Approved by',
      'Who approved it',
      'approver, approved, approval, approval by, authorised by, authorized by, sign off, signed off by, genehmigt von, freigegeben von, genehmigt durch, freigabe, approuve par, approbateur',
    ),
    approvedAt: column(
      'date',
      'Approved on',
      'Date of approval',
      'approval date, date approved, approved at, approved date, date of approval, authorisation date, authorization date, genehmigt am, freigegeben am, datum der genehmigung, approuve le, date d approbation',
    ),
    insecure: column(
      'yes-no',
      'Insecure',
      'Yes where the protocol is insecure',
      'insecure service, insecure protocol, is insecure, insecure yes no, unsicher, non securise',
    ),
    mitigation: column(
      'text',
      'Mitigation',
      'Security features that protect an insecure one',
      'security features, security feature, mitigations, compensating measures, additional security, protection, controls, mitigating controls, massnahmen, schutzmassnahmen, mesures, mesures de protection',
    ),
    owner: column(
      'text',
      'Owner',
      'Who is responsible for it',
      'rule owner, service owner, responsible, team, contact, verantwortlich, responsable, proprietaire',
    ),
    ticket: column(
      'text',
      'Ticket',
      'Change or request it came with',
      'change, change id, change ticket, ticket id, request, request id, cr, reference, vorgang, demande',
    ),
    validUntil: column(
      'date',
      'Valid until',
      'Day it ends',
      'expires, expiry, expiry date, expiration, expiration date, end date, gultig bis, gueltig bis, valable jusqu au, expire le',
    ),
    reviewedAt: column(
      'date',
      'Last reviewed',
      'When it was last reviewed',
      'reviewed, review date, last review, date reviewed, last reviewed on, letzte prufung, derniere revue',
    ),
  },
  needs: [
    ['source', 'destination', 'service', 'ports', 'policy'],
    ['reason', 'approvedBy', 'mitigation'],
    ['ports', 'protocols', 'service', 'policy'],
  ],
  words: ['justif', 'allowed services', 'ports', 'business need', 'begruendung', 'begrundung', 'firewall'],
};
