// Opens PKCS#12 key files (RFC 7292) as OpenSSL 3 writes them: PBES2 with PBKDF2, and a MAC, which is required.
// Older forms are refused with the command that exports the file anew. Costs are bounded before they are paid.
import * as asn1js from 'asn1js';
import {
  CertBag,
  Certificate,
  ContentInfo,
  EncryptedData,
  PBES2Params,
  PBKDF2Params,
  PFX,
  PKCS8ShroudedKeyBag,
  PrivateKeyInfo,
  type AlgorithmIdentifier,
  type SafeBag,
} from 'pkijs';
import { failed, ok, type Result } from '../base/result.ts';
import { embedded, encode, readDer, type Asn1 } from './asn1.ts';
import { combinedOid, ecdsaToDer, verifySignature } from './signature-algorithm.ts';
import type { Signer, SigningAlgorithm } from './signer.ts';
import { isIssuedBy, readCertificate, signingObstacle, type CertificateFacts } from './x509.ts';

/** The commands that turn an older or unusual file into one that can be opened; KEY.pem holds the bare key meanwhile. */
export const REEXPORT_COMMAND =
  'openssl pkcs12 -legacy -in OLD.p12 -nodes -out KEY.pem && openssl pkcs12 -export -in KEY.pem -out NEW.p12; rm KEY.pem';
const MOST_BYTES = 1024 * 1024;
const MOST_ITERATIONS = 10_000_000;
const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const PBMAC1 = '1.2.840.113549.1.5.14';

/** Opens a PKCS#12 file with its passphrase (UTF-8 bytes, which the caller may overwrite afterwards). */
export async function openPkcs12(bytes: Uint8Array, passphrase: Uint8Array): Promise<Result<Signer>> {
  if (bytes.length > MOST_BYTES) return refuse('size', 'The key file is larger than 1 MiB');
  const pfx = readPfx(bytes);
  if (!pfx.ok) return pfx;
  const password = passphrase.slice().buffer;
  try {
    await pfx.value.parseInternalValues({ password, checkIntegrity: true });
  } catch {
    return refuse('passphrase', 'Wrong passphrase, or the key file is damaged');
  }
  const bags = await openBags(pfx.value, password);
  if (!bags.ok) return bags;
  return chooseSigner(bags.value.keys, bags.value.certificates);
}

function refuse(code: string, message: string): Result<never> {
  return failed(`seal.pkcs12.${code}`, message);
}

function refuseForm(what: string): Result<never> {
  return refuse('form', `The key file uses ${what}. Export it anew: ${REEXPORT_COMMAND}`);
}

function readPfx(bytes: Uint8Array): Result<PFX> {
  const parsed = readDer(bytes);
  if (parsed === undefined || parsed.length !== bytes.length)
    return refuse('unreadable', 'The file is no PKCS#12 key file');
  let pfx: PFX;
  try {
    pfx = new PFX({ schema: parsed.value });
  } catch {
    return refuse('unreadable', 'The file is no PKCS#12 key file');
  }
  if (pfx.authSafe.contentType !== ContentInfo.DATA) return refuseForm('a public-key signature as its seal');
  if (pfx.macData === undefined) return refuseForm('no MAC, so damage and a wrong passphrase go unnoticed');
  if (pfx.macData.mac.digestAlgorithm.algorithmId === PBMAC1) return refuseForm('a PBMAC1 seal');
  if ((pfx.macData.iterations ?? 1) > MOST_ITERATIONS)
    return refuse('iterations', 'The key file asks for more than 10 million iterations');
  return ok(pfx);
}

interface Bags {
  readonly keys: readonly PrivateKeyInfo[];
  readonly certificates: readonly CertificateFacts[];
}

async function openBags(pfx: PFX, password: ArrayBuffer): Promise<Result<Bags>> {
  const safe = pfx.parsedValue?.authenticatedSafe;
  if (safe === undefined) return refuse('unreadable', 'The key file is empty');
  for (const content of safe.safeContents) {
    if (content.contentType !== ContentInfo.ENCRYPTED_DATA) continue;
    const encrypted = new EncryptedData({ schema: copyOf(content.content) });
    const obstacle = encryptionObstacle(encrypted.encryptedContentInfo.contentEncryptionAlgorithm);
    if (obstacle !== undefined) return obstacle;
  }
  try {
    await safe.parseInternalValues({ safeContents: safe.safeContents.map(() => ({ password })) });
  } catch {
    return refuse('passphrase', 'The contents of the key file cannot be decrypted with this passphrase');
  }
  const parsed: unknown = safe.parsedValue;
  const contents = (
    parsed as { readonly safeContents?: readonly { readonly value: { safeBags: SafeBag[] } }[] }
  ).safeContents;
  return sortBags(
    (contents ?? []).flatMap(content => content.value.safeBags),
    password,
  );
}

/** A fresh copy of a parsed structure: reading a schema empties it. */
function copyOf(value: unknown): unknown {
  return value instanceof asn1js.BaseBlock ? embedded(encode(value as Asn1)) : value;
}

/** Why contents are not decrypted; undefined when they can be. */
function encryptionObstacle(algorithm: AlgorithmIdentifier): Result<never> | undefined {
  if (algorithm.algorithmId !== PBES2)
    return refuseForm(`an old encryption (${algorithm.algorithmId}) that is not opened here`);
  try {
    const derivation = new PBES2Params({ schema: copyOf(algorithm.algorithmParams) }).keyDerivationFunc;
    if (derivation.algorithmId !== PBKDF2) return refuseForm(`key derivation ${derivation.algorithmId}`);
    const { iterationCount } = new PBKDF2Params({ schema: copyOf(derivation.algorithmParams) });
    return iterationCount > MOST_ITERATIONS
      ? refuse('iterations', 'The key file asks for more than 10 million iterations')
      : undefined;
  } catch {
    return refuse('unreadable', 'The encryption of the key file is malformed');
  }
}

async function sortBags(bags: readonly SafeBag[], password: ArrayBuffer): Promise<Result<Bags>> {
  const keys: PrivateKeyInfo[] = [];
  const certificates: CertificateFacts[] = [];
  for (const { bagValue } of bags) {
    if (bagValue instanceof PrivateKeyInfo) keys.push(bagValue);
    if (bagValue instanceof PKCS8ShroudedKeyBag) {
      const key = await openKey(bagValue, password);
      if (!key.ok) return key;
      keys.push(key.value);
    }
    if (bagValue instanceof CertBag && bagValue.parsedValue instanceof Certificate) {
      const certificate = await readCertificate(certificateBytes(bagValue));
      if (!certificate.ok) return certificate;
      certificates.push(certificate.value);
    }
  }
  return ok({ keys, certificates });
}

function certificateBytes(bag: CertBag): Uint8Array {
  const value: unknown = bag.certValue;
  return value instanceof asn1js.OctetString ? new Uint8Array(value.getValue()) : new Uint8Array();
}

async function openKey(bag: PKCS8ShroudedKeyBag, password: ArrayBuffer): Promise<Result<PrivateKeyInfo>> {
  const obstacle = encryptionObstacle(bag.encryptionAlgorithm);
  if (obstacle !== undefined) return obstacle;
  try {
    // The typings call this protected; it is the one way to the key inside.
    const opened = bag as unknown as { parseInternalValues(given: { password: ArrayBuffer }): Promise<void> };
    await opened.parseInternalValues({ password });
  } catch {
    return refuse('passphrase', 'The key in the file cannot be decrypted with this passphrase');
  }
  return bag.parsedValue === undefined ? refuse('unreadable', 'The key is malformed') : ok(bag.parsedValue);
}

async function chooseSigner(
  keys: readonly PrivateKeyInfo[],
  certificates: readonly CertificateFacts[],
): Promise<Result<Signer>> {
  if (keys.length === 0) return refuse('no-key', 'The key file holds no private key');
  const signers: Signer[] = [];
  let problem: Result<never> | undefined;
  for (const key of keys) {
    const signer = await signerOf(key, certificates);
    if (signer.ok) signers.push(signer.value);
    else problem ??= signer;
  }
  const [first, second] = signers;
  if (first !== undefined && second !== undefined)
    return refuse(
      'several-keys',
      `The key file holds several signing keys (${signers.map(one => one.subject).join('; ')}); export one of them`,
    );
  return first === undefined ? (problem ?? refuse('no-key', 'The key file holds no usable key')) : ok(first);
}

interface ImportedKey {
  readonly algorithm: SigningAlgorithm;
  readonly sign: Signer['sign'];
}

async function signerOf(
  key: PrivateKeyInfo,
  certificates: readonly CertificateFacts[],
): Promise<Result<Signer>> {
  const imported = await importKey(key);
  if (!imported.ok) return imported;
  const { algorithm, sign } = imported.value;
  const own = await matching(certificates, imported.value);
  if (own === undefined)
    return refuse('no-certificate', 'No certificate in the key file belongs to its private key');
  const obstacle = signingObstacle(own, own.notBefore);
  if (obstacle !== undefined) return refuse('usage', `The key may not sign: ${obstacle}`);
  const chain = await chainFrom(own, certificates);
  return ok({
    certificateChain: chain.map(one => one.der),
    algorithm,
    subject: own.subject,
    fingerprint: own.fingerprint,
    throwaway: false,
    sign,
  });
}

async function importKey(key: PrivateKeyInfo): Promise<Result<ImportedKey>> {
  const kind = keyKind(key);
  if (!kind.ok) return kind;
  const { algorithm, parameters } = kind.value;
  const pkcs8 = new Uint8Array(key.toSchema().toBER());
  let imported: CryptoKey;
  try {
    imported = await crypto.subtle.importKey('pkcs8', pkcs8, parameters, false, ['sign']);
  } catch {
    return refuse('unreadable', 'The private key is malformed');
  } finally {
    pkcs8.fill(0);
  }
  const bits = imported.algorithm['modulusLength'];
  if (typeof bits === 'number' && bits < 2048)
    return refuse('weak', `The RSA key has ${bits} bits; at least 2048 are needed`);
  const sign = async (bytes: Uint8Array) => {
    const value = new Uint8Array(await crypto.subtle.sign(parameters, imported, bytes));
    return algorithm === 'rsa-pkcs1-sha256' ? value : ecdsaToDer(value);
  };
  return ok({ algorithm, sign });
}

function keyKind(
  key: PrivateKeyInfo,
): Result<{ readonly algorithm: SigningAlgorithm; readonly parameters: { readonly name: string } }> {
  const { algorithmId } = key.privateKeyAlgorithm;
  const stated: unknown = key.privateKeyAlgorithm.algorithmParams;
  const curve = stated instanceof asn1js.ObjectIdentifier ? stated.valueBlock.toString() : undefined;
  if (algorithmId === '1.2.840.113549.1.1.1') {
    const parameters = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    return ok({ algorithm: 'rsa-pkcs1-sha256', parameters });
  }
  if (algorithmId === '1.2.840.10045.2.1' && curve === '1.2.840.10045.3.1.7') {
    const parameters = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
    return ok({ algorithm: 'ecdsa-p256-sha256', parameters });
  }
  if (algorithmId === '1.2.840.10045.2.1' && curve === '1.3.132.0.34') {
    const parameters = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' };
    return ok({ algorithm: 'ecdsa-p384-sha384', parameters });
  }
  const named = algorithmId === '1.3.101.112' ? 'Ed25519' : `of kind ${curve ?? algorithmId}`;
  return refuse(
    'key-kind',
    `The key is ${named}, which PDF readers do not accept; use ECDSA P-256, P-384 or RSA of at least 2048 bits`,
  );
}

/** The certificate whose public key verifies what the private key signs. */
async function matching(
  certificates: readonly CertificateFacts[],
  key: ImportedKey,
): Promise<CertificateFacts | undefined> {
  const data = new TextEncoder().encode('Vouch asks whether this key belongs to this certificate');
  const signature = await key.sign(data);
  for (const certificate of certificates) {
    const signed = { algorithm: combinedOid(certificate.publicKey), signature, data };
    const right = await verifySignature(certificate.spki, certificate.publicKey, signed);
    if (right.ok && right.value) return certificate;
  }
  return undefined;
}

/** Signer first, then issuers in order; a root is left to those who trust it. */
async function chainFrom(
  own: CertificateFacts,
  certificates: readonly CertificateFacts[],
): Promise<readonly CertificateFacts[]> {
  const chain = [own];
  for (let current = own; chain.length < certificates.length;) {
    let issuer: CertificateFacts | undefined;
    for (const candidate of certificates)
      if (!chain.includes(candidate) && (await isIssuedBy(current, candidate))) issuer ??= candidate;
    if (issuer === undefined || issuer.subjectKey === issuer.issuerKey) break;
    chain.push(issuer);
    current = issuer;
  }
  return chain;
}
