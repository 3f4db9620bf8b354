// X.509 certificates as facts: parsed once from DER or PEM, strictly, into plain fields. Building chains is
// trust.ts; what a key may be used for is decided by those who read these facts.
import * as asn1js from 'asn1js';
import { Certificate } from 'pkijs';
import { fromBase64 } from '../base/base64.ts';
import type { Digest, Instant } from '../base/brand.ts';
import { hex } from '../base/digest.ts';
import { instantOf } from '../base/instant.ts';
import { failed, ok, type Result } from '../base/result.ts';
import { publicKeyKind, verifySignature, type PublicKeyKind } from './signature-algorithm.ts';

/** What Vouch needs to know of a certificate. */
export interface CertificateFacts {
  readonly der: Uint8Array;
  readonly fingerprint: Digest;
  readonly subject: string;
  readonly issuer: string;
  /** Hex of the encoded names, for exact comparison. */
  readonly subjectKey: string;
  readonly issuerKey: string;
  readonly issuerDer: Uint8Array;
  readonly serialDer: Uint8Array;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  readonly spki: Uint8Array;
  readonly publicKey: PublicKeyKind;
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  /** Absent when the certificate does not restrict its use. */
  readonly keyUsage?: readonly KeyUsageName[];
  readonly authority: boolean;
  readonly pathLength?: number;
  /** Critical extensions that are not evaluated here: reason enough not to trust. */
  readonly unknownCritical: readonly string[];
}

/** The key usages that matter here. */
export type KeyUsageName = 'digitalSignature' | 'nonRepudiation' | 'keyCertSign';

const USAGE_BITS: readonly (readonly [number, KeyUsageName])[] = [
  [0x80, 'digitalSignature'],
  [0x40, 'nonRepudiation'],
  [0x04, 'keyCertSign'],
];
const KEY_USAGE = '2.5.29.15';
const BASIC_CONSTRAINTS = '2.5.29.19';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const ATTRIBUTE_NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

/** Reads one certificate from DER. */
export async function readCertificate(der: Uint8Array): Promise<Result<CertificateFacts>> {
  let parsed: Certificate;
  try {
    const { offset, result } = asn1js.fromBER(der);
    if (offset !== der.length) return unreadable('it has bytes after its end');
    parsed = new Certificate({ schema: result });
  } catch {
    return unreadable('it is no X.509 structure');
  }
  const print = new Uint8Array(await crypto.subtle.digest('SHA-256', der));
  try {
    return ok({ ...factsOf(parsed), der, fingerprint: `sha256:${hex(print)}` as Digest });
  } catch {
    return unreadable('one of its fields is malformed');
  }
}

function unreadable(why: string): Result<never> {
  return failed('seal.certificate.unreadable', `A certificate cannot be read: ${why}`);
}

function factsOf(certificate: Certificate): Omit<CertificateFacts, 'der' | 'fingerprint'> {
  const issuerDer = new Uint8Array(certificate.issuer.toSchema().toBER(false));
  const subjectDer = new Uint8Array(certificate.subject.toSchema().toBER(false));
  const keyAlgorithm = certificate.subjectPublicKeyInfo.algorithm;
  const curve: unknown = keyAlgorithm.algorithmParams;
  return {
    subject: printName(certificate.subject),
    issuer: printName(certificate.issuer),
    subjectKey: hex(subjectDer),
    issuerKey: hex(issuerDer),
    issuerDer,
    serialDer: new Uint8Array(certificate.serialNumber.toBER(false)),
    notBefore: instantOf(certificate.notBefore.value.getTime()),
    notAfter: instantOf(certificate.notAfter.value.getTime()),
    spki: new Uint8Array(certificate.subjectPublicKeyInfo.toSchema().toBER(false)),
    publicKey: publicKeyKind(
      keyAlgorithm.algorithmId,
      curve instanceof asn1js.ObjectIdentifier ? curve.valueBlock.toString() : undefined,
    ),
    tbs: certificate.tbsView.slice(),
    signatureAlgorithm: certificate.signatureAlgorithm.algorithmId,
    signature: certificate.signatureValue.valueBlock.valueHexView.slice(),
    ...extensionsOf(certificate),
  };
}

function printName(name: Certificate['subject']): string {
  return name.typesAndValues
    .map(part => {
      const value: unknown = part.value.valueBlock.value;
      return `${ATTRIBUTE_NAMES[part.type] ?? part.type}=${typeof value === 'string' ? value : '?'}`;
    })
    .join(', ');
}

function extensionsOf(
  certificate: Certificate,
): Pick<CertificateFacts, 'keyUsage' | 'authority' | 'pathLength' | 'unknownCritical'> {
  let keyUsage: readonly KeyUsageName[] | undefined;
  let authority = false;
  let pathLength: number | undefined;
  const unknownCritical: string[] = [];
  for (const extension of certificate.extensions ?? []) {
    const value = asn1js.fromBER(extension.extnValue.valueBlock.valueHexView).result;
    if (extension.extnID === KEY_USAGE && value instanceof asn1js.BitString) {
      const bits = value.valueBlock.valueHexView[0] ?? 0;
      keyUsage = USAGE_BITS.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name);
    } else if (extension.extnID === BASIC_CONSTRAINTS && value instanceof asn1js.Sequence) {
      for (const part of value.valueBlock.value) {
        if (part instanceof asn1js.Boolean) authority = part.getValue();
        if (part instanceof asn1js.Integer) pathLength = part.valueBlock.valueDec;
      }
    } else if (extension.critical && extension.extnID !== EXTENDED_KEY_USAGE)
      unknownCritical.push(extension.extnID);
  }
  return {
    ...(keyUsage === undefined ? {} : { keyUsage }),
    ...(pathLength === undefined ? {} : { pathLength }),
    authority,
    unknownCritical,
  };
}

/** Whether `issuer` signed `certificate`. */
export async function isIssuedBy(certificate: CertificateFacts, issuer: CertificateFacts): Promise<boolean> {
  if (certificate.issuerKey !== issuer.subjectKey) return false;
  const right = await verifySignature(issuer.spki, issuer.publicKey, {
    algorithm: certificate.signatureAlgorithm,
    signature: certificate.signature,
    data: certificate.tbs,
  });
  return right.ok && right.value;
}

/** Why a certificate may not sign documents at an instant; undefined when it may. */
export function signingObstacle(certificate: CertificateFacts, at: Instant): string | undefined {
  if (!isValidAt(certificate, at))
    return `the certificate is valid from ${certificate.notBefore} to ${certificate.notAfter}, not at ${at}`;
  const usage = certificate.keyUsage;
  if (usage !== undefined && !usage.includes('digitalSignature') && !usage.includes('nonRepudiation'))
    return 'the certificate is not made for signatures (key usage has neither digitalSignature nor nonRepudiation)';
  return undefined;
}

/** Whether an instant lies within the validity. */
export function isValidAt(certificate: CertificateFacts, at: Instant): boolean {
  const time = Date.parse(at);
  return Date.parse(certificate.notBefore) <= time && time <= Date.parse(certificate.notAfter);
}

/** Reads all certificates of a PEM text, or the one of a DER file. */
export async function readCertificates(bytes: Uint8Array): Promise<Result<readonly CertificateFacts[]>> {
  const blocks = bytes[0] === 0x30 ? [bytes] : pemBlocks(new TextDecoder().decode(bytes));
  if (blocks.length === 0) return unreadable('the file is neither PEM nor DER');
  const certificates: CertificateFacts[] = [];
  for (const block of blocks) {
    const certificate = await readCertificate(block);
    if (!certificate.ok) return certificate;
    certificates.push(certificate.value);
  }
  return ok(certificates);
}

function pemBlocks(text: string): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (const match of text.matchAll(
    /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g,
  )) {
    const bytes = fromBase64((match[1] ?? '').replace(/\s/g, ''));
    if (bytes !== undefined) blocks.push(bytes);
  }
  return blocks;
}
