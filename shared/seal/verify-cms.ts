// Verifies a detached CMS signature strictly: one signer, content digest, signature over the signed attributes,
// signingCertificateV2 naming the very certificate. Says nothing about whom to trust (trust.ts).
import * as asn1js from 'asn1js';
import { concat, hex } from '../base/digest.ts';
import { failed, ok, type Result } from '../base/result.ts';
import { isTagged, membersOf, octetsOf, oidOf, rawBytes, readDer, type Asn1 } from './asn1.ts';
import { encodeSignedData, OID } from './cms.ts';
import { HASH_OIDS, verifySignature } from './signature-algorithm.ts';
import { readCertificate, type CertificateFacts } from './x509.ts';

/** What a right signature says. */
export interface CmsFacts {
  readonly signer: CertificateFacts;
  readonly certificates: readonly CertificateFacts[];
  /** Object identifiers of the signed attributes, in their order. */
  readonly signedAttributes: readonly string[];
  /** Exactly the bytes that Vouch's own writer would have made of the same parts. */
  readonly canonical: boolean;
}

/** Verifies `cms` (exactly one DER value, nothing behind it) over the content given in parts. */
export async function verifyDetached(
  cms: Uint8Array,
  content: readonly Uint8Array[],
): Promise<Result<CmsFacts>> {
  const parts = readSignedData(cms);
  if (!parts.ok) return parts;
  const { signerInfo, certificateBytes } = parts.value;
  const certificates: CertificateFacts[] = [];
  for (const bytes of certificateBytes) {
    const certificate = await readCertificate(bytes);
    if (!certificate.ok) return certificate;
    certificates.push(certificate.value);
  }
  const signer = certificates.find(
    one => hex(one.issuerDer) === hex(signerInfo.issuer) && hex(one.serialDer) === hex(signerInfo.serial),
  );
  if (signer === undefined) return refuse('signer', 'The signature holds no certificate of its signer');
  const attributes = readAttributes(signerInfo.signedAttributes);
  if (!attributes.ok) return attributes;
  const problem =
    (await checkContent(attributes.value, signerInfo.digestOid, content)) ??
    (await checkCertificateAttribute(attributes.value, signer)) ??
    (await checkSignature(signerInfo, signer));
  if (problem !== undefined) return problem;
  return ok({
    signer,
    certificates,
    signedAttributes: [...attributes.value.keys()],
    canonical: isCanonical(cms, signerInfo, certificateBytes),
  });
}

function refuse(code: string, message: string): Result<never> {
  return failed(`seal.cms.${code}`, message);
}

interface SignerInfoParts {
  readonly issuer: Uint8Array;
  readonly serial: Uint8Array;
  readonly digestOid: string;
  readonly signedAttributes: Uint8Array;
  readonly signatureOid: string;
  readonly signature: Uint8Array;
  readonly unsignedAttributes?: Uint8Array;
}

function readSignedData(
  cms: Uint8Array,
): Result<{ readonly signerInfo: SignerInfoParts; readonly certificateBytes: readonly Uint8Array[] }> {
  const parsed = readDer(cms);
  if (parsed === undefined) return refuse('asn1', 'The signature is no ASN.1 structure');
  if (parsed.length !== cms.length) return refuse('trailing', 'Bytes follow the signature structure');
  const [type, wrapped] = membersOf(parsed.value);
  if (oidOf(type) !== OID.signedData || !isTagged(wrapped, 0))
    return refuse('type', 'The signature is no CMS SignedData');
  const members = membersOf(membersOf(wrapped)[0]);
  const [content, extra] = membersOf(members[2]);
  if (oidOf(content) !== OID.data || extra !== undefined)
    return refuse('content', 'The signature is not detached from its content');
  const certificates = members.find(member => isTagged(member, 0));
  const signerInfos = membersOf(members.at(-1));
  const [first, second] = signerInfos;
  if (!(members.at(-1) instanceof asn1js.Set) || first === undefined || second !== undefined)
    return refuse('signers', 'The signature must have exactly one signer');
  const signerInfo = readSignerInfo(first);
  if (signerInfo === undefined) return refuse('signer-info', 'The signer information is malformed');
  return ok({ signerInfo, certificateBytes: membersOf(certificates).map(rawBytes) });
}

function readSignerInfo(value: Asn1): SignerInfoParts | undefined {
  const [, sid, digest, attributes, algorithm, signature, unsigned, extra] = membersOf(value);
  const [issuer, serial] = membersOf(sid);
  const digestOid = oidOf(membersOf(digest)[0]);
  const signatureOid = oidOf(membersOf(algorithm)[0]);
  const signatureBytes = octetsOf(signature);
  if (issuer === undefined || serial === undefined) return undefined;
  if (digestOid === undefined || signatureOid === undefined || signatureBytes === undefined) return undefined;
  if (attributes === undefined || !isTagged(attributes, 0) || extra !== undefined) return undefined;
  if (unsigned !== undefined && !isTagged(unsigned, 1)) return undefined;
  const signedAttributes = rawBytes(attributes);
  signedAttributes[0] = 0x31;
  return {
    issuer: rawBytes(issuer),
    serial: rawBytes(serial),
    digestOid,
    signedAttributes,
    signatureOid,
    signature: signatureBytes,
    ...(unsigned === undefined ? {} : { unsignedAttributes: rawBytes(unsigned) }),
  };
}

function readAttributes(encoded: Uint8Array): Result<ReadonlyMap<string, Asn1>> {
  const attributes = new Map<string, Asn1>();
  for (const attribute of membersOf(readDer(encoded)?.value)) {
    const [type, values] = membersOf(attribute);
    const [value, second] = membersOf(values);
    const name = oidOf(type);
    if (name === undefined || value === undefined || second !== undefined || attributes.has(name))
      return refuse('attributes', 'The signed attributes are malformed');
    attributes.set(name, value);
  }
  return ok(attributes);
}

async function checkContent(
  attributes: ReadonlyMap<string, Asn1>,
  digestOid: string,
  content: readonly Uint8Array[],
): Promise<Result<never> | undefined> {
  if (oidOf(attributes.get(OID.contentType)) !== OID.data)
    return refuse('content-type', 'The signed content type is not plain data');
  const claimed = octetsOf(attributes.get(OID.messageDigest));
  const hash = HASH_OIDS[digestOid];
  if (claimed === undefined || hash === undefined)
    return refuse('digest-algorithm', 'The signature states no digest that is accepted');
  const digest = new Uint8Array(await crypto.subtle.digest(hash, concat(content)));
  if (hex(digest) !== hex(claimed)) return refuse('digest', 'The signed content was changed after signing');
  return undefined;
}

async function checkCertificateAttribute(
  attributes: ReadonlyMap<string, Asn1>,
  signer: CertificateFacts,
): Promise<Result<never> | undefined> {
  const [essCertificates] = membersOf(attributes.get(OID.signingCertificateV2));
  const [first] = membersOf(essCertificates);
  const members = membersOf(first);
  const stated = oidOf(membersOf(members[0])[0]);
  const hash = stated === undefined ? 'SHA-256' : HASH_OIDS[stated];
  const claimed = octetsOf(members[stated === undefined ? 0 : 1]);
  if (hash === undefined || claimed === undefined)
    return refuse('certificate-attribute', 'The signature does not name its certificate (not CAdES)');
  const digest = new Uint8Array(await crypto.subtle.digest(hash, signer.der));
  if (hex(digest) !== hex(claimed))
    return refuse('certificate-attribute', 'The signature was made with another certificate than it holds');
  return undefined;
}

async function checkSignature(
  signerInfo: SignerInfoParts,
  signer: CertificateFacts,
): Promise<Result<never> | undefined> {
  const right = await verifySignature(signer.spki, signer.publicKey, {
    algorithm: signerInfo.signatureOid,
    hash: signerInfo.digestOid,
    signature: signerInfo.signature,
    data: signerInfo.signedAttributes,
  });
  if (!right.ok) return right;
  return right.value ? undefined : refuse('signature', 'The signature value is wrong');
}

function isCanonical(
  cms: Uint8Array,
  signerInfo: SignerInfoParts,
  certificates: readonly Uint8Array[],
): boolean {
  return hex(encodeSignedData({ ...signerInfo, certificates })) === hex(cms);
}
