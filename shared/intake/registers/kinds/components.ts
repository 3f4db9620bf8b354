// Inventory of system components in scope: 12.5.1 (2.4 of v3.2.1), and the component table of the ROC (4.7).
import { column, type RegisterDefinition } from '../definition.ts';

/** The component inventory. */
export const COMPONENTS: RegisterDefinition<'components'> = {
  kind: 'components',
  title: 'Inventory of system components',
  requirements: ['12.5.1'],
  columns: {
    name: column(
      'text',
      'Name',
      'What it is called; for workloads namespace/name',
      'component, component name, system component, asset, asset name, system, system name, host, hostname, host name, server, server name, device, device name, workload, deployment, ci name, fqdn, bezeichnung, komponente, systemname, rechnername, nom, composant, nom du composant, actif, serveur',
    ),
    id: column(
      'text',
      'Id',
      'Its number in your inventory',
      'asset id, component id, ci, ci id, asset number, asset tag, inventory number, inventory id, inventarnummer, numero d inventaire',
    ),
    type: column(
      'text',
      'Type',
      'Workload, node, database, firewall, service ...',
      'component type, asset type, asset class, class, ci type, kind, category, kategorie, typ, art, categorie',
    ),
    function: column(
      'text',
      'Function',
      'What it does or is used for',
      'use, function use, function or use, function and use, usage, purpose, role, description, business function, funktion, zweck, verwendung, beschreibung, fonction, utilisation, usage prevu',
    ),
    owner: column(
      'text',
      'Owner',
      'Who is responsible for it',
      'asset owner, system owner, responsible, responsible person, team, contact, owned by, maintainer, administrator, besitzer, eigentumer, eigentuemer, verantwortlich, verantwortlicher, proprietaire, responsable',
    ),
    cluster: column('text', 'Cluster', 'Cluster it runs in', 'cluster name, kubernetes cluster, k8s cluster'),
    namespace: column(
      'text',
      'Namespace',
      'Namespace it runs in',
      'ns, kubernetes namespace, k8s namespace, project, namensraum, espace de noms',
    ),
    location: column(
      'text',
      'Location',
      'Site, region or environment',
      'site, region, data center, datacenter, environment, env, zone, standort, umgebung, emplacement, environnement',
    ),
    addresses: column(
      'list',
      'Addresses',
      'IP addresses, several with ;',
      'address, ip, ips, ip address, ip addresses, ipv4, ipv4 address, network address, ip adresse, ip adressen, adresse ip, adresses ip',
    ),
    image: column(
      'text',
      'Image',
      'Container image, best with its digest',
      'container image, image name, docker image, image digest',
    ),
    vendor: column(
      'text',
      'Vendor',
      'Who makes it',
      'manufacturer, supplier, make, hersteller, lieferant, fabricant, fournisseur, editeur',
    ),
    product: column(
      'text',
      'Product',
      'Product or model',
      'product name, model, software, software name, application, operating system, os, produkt, modell, produit, logiciel',
    ),
    version: column(
      'text',
      'Version',
      'Version in use',
      'product version, software version, release, os version, firmware, firmware version, version en service',
    ),
    count: column(
      'number',
      'Count',
      'How many of them',
      'number, quantity, qty, total, replicas, anzahl, menge, nombre, quantite',
    ),
    scope: column(
      'text',
      'Scope',
      'CDE, connected-to or out of scope',
      'pci, pci scope, in scope, pci dss scope, scope category, cde, pci category, geltungsbereich, perimetre',
    ),
    antiMalware: column(
      'text',
      'Anti-malware',
      'Solution that protects it, or why it is not at risk',
      'antimalware, anti virus, antivirus, av, edr, endpoint protection, malware protection, virenschutz',
    ),
    supportedUntil: column(
      'date',
      'Supported until',
      'Last day of vendor support',
      'end of life, eol, end of support, eos, support until, support ends, support end date, ende des supports, fin de support',
    ),
    reviewedAt: column(
      'date',
      'Last reviewed',
      'When this entry was last confirmed',
      'reviewed, review date, last review, last verified, verified, last updated, updated, last seen, date reviewed, letzte prufung, geprueft am, gepruft am, derniere revue',
    ),
  },
  needs: [
    ['name', 'id', 'addresses'],
    ['function', 'type', 'product', 'vendor', 'image', 'version'],
  ],
  words: ['inventory', 'asset', 'component', 'inventar', 'inventaire', 'cmdb'],
};
