// Inventory of trusted keys and certificates that protect account data on its way: 4.2.1.1.
import { column, type RegisterDefinition } from '../definition.ts';

/** The inventory of keys and certificates. */
export const CERTIFICATES: RegisterDefinition<'certificates'> = {
  kind: 'certificates',
  title: 'Inventory of trusted keys and certificates',
  requirements: ['4.2.1.1'],
  columns: {
    name: column(
      'text',
      'Subject',
      'Subject or common name, or the name of the key',
      'name, common name, cn, subject dn, subject name, certificate, certificate name, cert, cert name, key name, key id, key, domain, domain name, zertifikat, schlussel, schluessel, certificat, cle, nom',
    ),
    alternativeNames: column(
      'list',
      'Alternative names',
      'Other names in it, several with ;',
      'san, sans, subject alternative name, subject alternative names, dns names, alternative name',
    ),
    kind: column(
      'text',
      'Kind',
      'Server, client or CA certificate, public key',
      'type, certificate type, key type, cert type, art, typ',
    ),
    issuer: column(
      'text',
      'Issuer',
      'Who issued it',
      'issued by, ca, certificate authority, issuer name, issuing ca, issuer dn, signed by, aussteller, ausgestellt von, emetteur, delivre par, autorite',
    ),
    serial: column(
      'text',
      'Serial number',
      'Serial number',
      'serial, serial no, seriennummer, numero de serie',
    ),
    fingerprint: column(
      'text',
      'Fingerprint',
      'SHA-256 of it',
      'thumbprint, sha 256, sha256, sha256 fingerprint, sha 256 fingerprint, sha1, sha 1 fingerprint, hash, fingerabdruck, empreinte',
    ),
    algorithm: column(
      'text',
      'Algorithm',
      'Of the key, or of the signature',
      'key algorithm, signature algorithm, public key algorithm, alg, algorithmus, algorithme',
    ),
    keySize: column(
      'number',
      'Key size',
      'Bits',
      'key length, bits, size, strength, key strength, key size bits, schlussellange, schluessellaenge, taille de cle, longueur de cle',
    ),
    validFrom: column(
      'date',
      'Valid from',
      'First day',
      'not before, issued, issued on, issue date, start date, created, gultig ab, gueltig ab, gultig von, valable du, emis le',
    ),
    validUntil: column(
      'date',
      'Valid until',
      'Last day',
      'valid to, not after, expires, expires on, expiry, expiry date, expiration, expiration date, end date, valid till, ablauf, ablaufdatum, gultig bis, gueltig bis, expire le, date d expiration, valable jusqu au',
    ),
    purpose: column(
      'text',
      'Purpose',
      'What it protects',
      'use, used for, usage, key usage, description, zweck, verwendung, utilisation',
    ),
    location: column(
      'text',
      'Location',
      'Where it is used or kept',
      'used by, used in, host, hostname, server, system, endpoint, store, keystore, secret name, namespace, application, service, device, ort, ablageort, emplacement',
    ),
    owner: column(
      'text',
      'Owner',
      'Who is responsible for it',
      'custodian, key custodian, responsible, team, contact, verantwortlich, verantwortlicher, responsable, proprietaire',
    ),
    status: column('text', 'Status', 'In use, revoked, replaced', 'state, revoked, stand, statut, etat'),
  },
  needs: [
    ['name', 'fingerprint', 'serial'],
    ['validUntil', 'issuer', 'fingerprint', 'serial'],
    ['validUntil', 'algorithm', 'keySize', 'issuer'],
  ],
  words: ['certificate', 'keys', 'zertifikat', 'schluessel', 'certificat'],
};
