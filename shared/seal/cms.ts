// Detached CAdES signatures (CMS SignedData v1, RFC 5652) with exactly three signed attributes: contentType,
// messageDigest, signingCertificateV2. No signingTime: a PDF states the time in /M, a package in its manifest.
// `encodeSignedData` is the one form we write; verify-cms.ts compares against it.
import * as asn1js from 'asn1js';
import { ensure } from '../base/assert.ts';
import { concat, fromHex } from '../base/digest.ts';
import { ok, type Result } from '../base/result.ts';
import { embedded, encode, octets, oid, sequence, setOf, sortedByBytes, tagged, type Asn1 } from './asn1.ts';
import { RSA_PLAIN } from './signature-algorithm.ts';
import { hashOf, type Signer, type SigningAlgorithm } from './signer.ts';
import { readCertificate, type CertificateFacts } from './x509.ts';

/** Object identifiers of CMS. */
export const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

const HASH_OID = { 'SHA-256': '2.16.840.1.101.3.4.2.1', 'SHA-384': '2.16.840.1.101.3.4.2.2' } as const;

/** Signs content (given in parts) and returns the DER of the detached signature. */
export async function signDetached(
  content: readonly Uint8Array[],
  signer: Signer,
): Promise<Result<Uint8Array>> {
  const own = ensure(signer.certificateChain[0], 'a Signer holds its own certificate first');
  const certificate = await readCertificate(own);
  if (!certificate.ok) return certificate;
  const hash = hashOf(signer.algorithm);
  const digest = new Uint8Array(await crypto.subtle.digest(hash, concat(content)));
  const attributes = signedAttributes(digest, certificate.value);
  const signature = await signer.sign(attributes);
  return ok(
    encodeSignedData({
      digestOid: HASH_OID[hash],
      signatureOid: SIGNATURE_OID[signer.algorithm],
      certificates: signer.certificateChain,
      issuer: certificate.value.issuerDer,
      serial: certificate.value.serialDer,
      signedAttributes: attributes,
      signature,
    }),
  );
}

/** The attributes that are signed, as DER SET OF (tag 0x31). */
function signedAttributes(digest: Uint8Array, certificate: CertificateFacts): Uint8Array {
  const fingerprint = fromHex(certificate.fingerprint.slice('sha256:'.length));
  const issuerName = tagged(4, [embedded(certificate.issuerDer)]);
  const issuerSerial = sequence(sequence(issuerName), embedded(certificate.serialDer));
  const essCertificate = sequence(octets(fingerprint), issuerSerial);
  const attribute = (type: string, value: Asn1) => sequence(oid(type), new asn1js.Set({ value: [value] }));
  return encode(
    setOf([
      attribute(OID.contentType, oid(OID.data)),
      attribute(OID.messageDigest, octets(digest)),
      attribute(OID.signingCertificateV2, sequence(sequence(essCertificate))),
    ]),
  );
}

const SIGNATURE_OID: Readonly<Record<SigningAlgorithm, string>> = {
  'ecdsa-p256-sha256': '1.2.840.10045.4.3.2',
  'ecdsa-p384-sha384': '1.2.840.10045.4.3.3',
  'rsa-pkcs1-sha256': RSA_PLAIN,
};

/** An algorithm identifier as we write it: NULL parameters for plain RSA, none otherwise. */
function algorithmIdentifier(algorithm: string): Asn1 {
  return algorithm === RSA_PLAIN ? sequence(oid(algorithm), new asn1js.Null()) : sequence(oid(algorithm));
}

/** The variable parts of a SignedData: object identifiers as text, the rest as DER. */
export interface SignedDataParts {
  readonly digestOid: string;
  readonly signatureOid: string;
  readonly certificates: readonly Uint8Array[];
  readonly issuer: Uint8Array;
  readonly serial: Uint8Array;
  /** With the tag of a SET (0x31), as it is signed. */
  readonly signedAttributes: Uint8Array;
  readonly signature: Uint8Array;
  /** With the tag [1] (0xA1); timestamps live there. */
  readonly unsignedAttributes?: Uint8Array;
}

/** The one DER form of a SignedData with a single signer and detached content. */
export function encodeSignedData(parts: SignedDataParts): Uint8Array {
  const attributes = parts.signedAttributes.slice();
  attributes[0] = 0xa0;
  const signerInfo = sequence(
    new asn1js.Integer({ value: 1 }),
    sequence(embedded(parts.issuer), embedded(parts.serial)),
    algorithmIdentifier(parts.digestOid),
    embedded(attributes),
    algorithmIdentifier(parts.signatureOid),
    octets(parts.signature),
    ...(parts.unsignedAttributes === undefined ? [] : [embedded(parts.unsignedAttributes)]),
  );
  const signedData = sequence(
    new asn1js.Integer({ value: 1 }),
    setOf([algorithmIdentifier(parts.digestOid)]),
    sequence(oid(OID.data)),
    tagged(0, sortedByBytes(parts.certificates.map(embedded))),
    setOf([signerInfo]),
  );
  return encode(sequence(oid(OID.signedData), tagged(0, [signedData])));
}
