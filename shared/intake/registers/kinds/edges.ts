// Edges of the customer's own network or data-flow diagram: 1.2.3, 1.2.4.
import { column, type RegisterDefinition } from '../definition.ts';

/** The edges of a diagram. */
export const EDGES: RegisterDefinition<'edges'> = {
  kind: 'edges',
  title: 'Edges of the network and data-flow diagram',
  requirements: ['1.2.3', '1.2.4'],
  columns: {
    id: column(
      'text',
      'Id',
      'Number of the edge',
      'no, nr, number, flow, flow id, flow number, flow name, edge, edge id, step, datenfluss, flux',
    ),
    source: column(
      'text',
      'Source',
      'Where it starts: workload, group, network or party',
      'src, from, source component, source system, source node, source zone, source network, source ip, source address, sender, initiator, client, quelle, von, depuis, origine',
    ),
    destination: column(
      'text',
      'Destination',
      'Where it ends',
      'dst, dest, to, target, target system, destination component, destination system, destination node, destination zone, destination network, destination ip, destination address, receiver, server, ziel, nach, vers, cible',
    ),
    direction: column('text', 'Direction', 'One way or both', 'traffic direction, richtung, sens'),
    service: column(
      'text',
      'Service',
      'Service or application protocol',
      'service name, application, app protocol, interface, dienst, schnittstelle, anwendung',
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
    purpose: column(
      'text',
      'Purpose',
      'What it is for',
      'description, label, flow description, use, comment, zweck, beschreibung, but, objet',
    ),
    data: column(
      'text',
      'Data',
      'What is sent',
      'data elements, data type, data types, data sent, payload, information, data classification, classification, daten, datenart, donnees, type de donnees',
    ),
    accountData: column(
      'yes-no',
      'Account data',
      'Yes where account data is sent',
      'carries account data, cardholder data, chd, pan, contains pan, contains chd, sad, card data, account data yes no, kartendaten, donnees de carte, donnees de titulaire',
    ),
    stage: column(
      'text',
      'Stage',
      'Authorisation, capture, settlement, chargeback, refund',
      'payment stage, process, process step, payment process, transaction type, zahlungsschritt, etape',
    ),
    encryption: column(
      'text',
      'Encryption',
      'How it is protected on its way',
      'encrypted, encryption in transit, tls, tls version, transport security, security protocol, verschlusselung, verschluesselung, verschlusselt, chiffrement, chiffre',
    ),
    control: column(
      'text',
      'Control',
      'Network security control in between',
      'nsc, network security control, firewall, security control, control point, ids, waf, kontrollpunkt, pare feu',
    ),
    diagram: column(
      'text',
      'Diagram',
      'Drawing it stands in',
      'diagram name, drawing, page, figure, sheet, diagramm, zeichnung, schema',
    ),
    updatedAt: column(
      'date',
      'Last updated',
      'When the edge was last confirmed',
      'updated, last update, date updated, last reviewed, reviewed, review date, reviewed on, version date, aktualisiert am, stand, mis a jour le',
    ),
  },
  needs: [
    ['source'],
    ['destination'],
    [
      'ports',
      'protocols',
      'service',
      'data',
      'accountData',
      'encryption',
      'stage',
      'purpose',
      'control',
      'direction',
      'diagram',
    ],
  ],
  words: ['diagram', 'flow', 'flows', 'edge', 'edges', 'data flow', 'dataflow', 'datenfluss', 'flux'],
};
