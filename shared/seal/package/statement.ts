// `META-INF/vouch.dsse.json`: an in-toto Statement v1 in a DSSE envelope, the signature that needs no ASN.1. It covers
// the two manifests, which cover everything else. Signed by the same key as the CMS signatures.
import { fromBase64, toBase64 } from '../../base/base64.ts';
import type { Digest } from '../../base/brand.ts';
import { concat } from '../../base/digest.ts';
import { canonicalJson, isObject } from '../../base/json.ts';
import { failed, ok, type Result } from '../../base/result.ts';
import { combinedOid, verifySignature } from '../signature-algorithm.ts';
import type { Signer } from '../signer.ts';
import type { CertificateFacts } from '../x509.ts';
import type { ListedFile } from './layout.ts';

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** What the statement says. */
export interface PackageStatement {
  readonly case: string;
  readonly at: string;
  readonly version: string;
  readonly subjects: readonly ListedFile[];
}

/** Text of the signed envelope. */
export async function signStatement(statement: PackageStatement, signer: Signer): Promise<string> {
  const payload = new TextEncoder().encode(printStatement(statement));
  const signature = await signer.sign(preAuthentication(payload));
  return printEnvelope(payload, signer.fingerprint, signature);
}

/** Whether the envelope states exactly this and is signed by the holder of the certificate. */
export async function verifyStatement(
  text: string,
  statement: PackageStatement,
  signer: CertificateFacts,
): Promise<Result<undefined>> {
  const value = parse(text);
  const signatures = isObject(value) && Array.isArray(value['signatures']) ? value['signatures'] : [];
  const first: unknown = signatures[0];
  const payload = isObject(value) ? bytesOf(value['payload']) : undefined;
  const signature = isObject(first) ? bytesOf(first['sig']) : undefined;
  const malformed = failed('seal.statement.invalid', 'The in-toto statement is malformed');
  if (payload === undefined || signature === undefined) return malformed;
  if (printEnvelope(payload, signer.fingerprint, signature) !== text) return malformed;
  if (new TextDecoder().decode(payload) !== printStatement(statement))
    return failed('seal.statement.other', 'The in-toto statement is about something else than this package');
  const { publicKey } = signer;
  const right = await verifySignature(signer.spki, publicKey, {
    algorithm: combinedOid(publicKey),
    signature,
    data: preAuthentication(payload),
  });
  if (!right.ok) return right;
  return right.value
    ? ok(undefined)
    : failed('seal.statement.signature', 'The signature of the in-toto statement is wrong');
}

function printStatement(statement: PackageStatement): string {
  const digestOf = (digest: Digest) => digest.slice('sha256:'.length);
  return canonicalJson({
    _type: 'https://in-toto.io/Statement/v1',
    subject: statement.subjects.map(({ path, sha256 }) => ({
      name: path,
      digest: { sha256: digestOf(sha256) },
    })),
    predicateType: 'urn:vouch:package:1',
    predicate: { case: statement.case, at: statement.at, version: statement.version },
  });
}

function printEnvelope(payload: Uint8Array, keyid: string, signature: Uint8Array): string {
  const envelope = {
    payloadType: PAYLOAD_TYPE,
    payload: toBase64(payload),
    signatures: [{ keyid, sig: toBase64(signature) }],
  };
  return `${canonicalJson(envelope)}\n`;
}

/** `DSSEv1 <length> <type> <length> <body>`: what is signed. */
function preAuthentication(payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `;
  return concat([new TextEncoder().encode(head), payload]);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function bytesOf(value: unknown): Uint8Array | undefined {
  return typeof value === 'string' ? fromBase64(value) : undefined;
}
