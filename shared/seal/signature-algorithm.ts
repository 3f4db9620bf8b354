// Signature algorithms by object identifier: verifying with WebCrypto, and the two spellings of an ECDSA value
// (DER SEQUENCE(r, s) in X.509 and CMS, r‖s in WebCrypto). What is not listed here is refused, never guessed.
import * as asn1js from 'asn1js';
import { ensure } from '../base/assert.ts';
import { failed, ok, type Result } from '../base/result.ts';

type Hash = 'SHA-256' | 'SHA-384' | 'SHA-512';

/** Object identifiers of the hashes. */
export const HASH_OIDS: Readonly<Record<string, Hash>> = {
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
};
const ECDSA: Readonly<Record<string, Hash>> = {
  '1.2.840.10045.4.3.2': 'SHA-256',
  '1.2.840.10045.4.3.3': 'SHA-384',
  '1.2.840.10045.4.3.4': 'SHA-512',
};
const RSA: Readonly<Record<string, Hash>> = {
  '1.2.840.113549.1.1.11': 'SHA-256',
  '1.2.840.113549.1.1.12': 'SHA-384',
  '1.2.840.113549.1.1.13': 'SHA-512',
};
/** rsaEncryption: PKCS#1 v1.5 with the hash stated beside it. */
export const RSA_PLAIN = '1.2.840.113549.1.1.1';
const CURVES: Readonly<Record<string, { readonly name: string; readonly size: number }>> = {
  '1.2.840.10045.3.1.7': { name: 'P-256', size: 32 },
  '1.3.132.0.34': { name: 'P-384', size: 48 },
  '1.3.132.0.35': { name: 'P-521', size: 66 },
};

/** A public key as its certificate states it. */
export type PublicKeyKind =
  | { readonly kind: 'ec'; readonly curve: string; readonly size: number }
  | { readonly kind: 'rsa' }
  | { readonly kind: 'other'; readonly oid: string };

/** Names the key by its algorithm identifier and curve. */
export function publicKeyKind(algorithm: string, curve: string | undefined): PublicKeyKind {
  if (algorithm === RSA_PLAIN) return { kind: 'rsa' };
  const known = curve === undefined ? undefined : CURVES[curve];
  if (algorithm === '1.2.840.10045.2.1' && known !== undefined)
    return { kind: 'ec', curve: known.name, size: known.size };
  return { kind: 'other', oid: algorithm };
}

/** Identifier of the algorithm, hash included, that a Signer uses with such a key. */
export function combinedOid(key: PublicKeyKind): string {
  if (key.kind === 'rsa') return '1.2.840.113549.1.1.11';
  return key.kind === 'ec' && key.curve === 'P-384' ? '1.2.840.10045.4.3.3' : '1.2.840.10045.4.3.2';
}

/** What is to be checked: algorithm and, for plain rsaEncryption, the hash stated beside it. */
export interface SignedBytes {
  readonly algorithm: string;
  readonly hash?: string;
  readonly signature: Uint8Array;
  readonly data: Uint8Array;
}

/** Whether the signature is right under the key; a failure when the algorithm is none of ours. */
export async function verifySignature(
  spki: Uint8Array,
  key: PublicKeyKind,
  signed: SignedBytes,
): Promise<Result<boolean>> {
  if (key.kind === 'ec') {
    const hash = ECDSA[signed.algorithm];
    const raw = ecdsaToRaw(signed.signature, key.size);
    if (hash === undefined) return unsupported(signed.algorithm);
    if (raw === undefined) return ok(false);
    return check({ name: 'ECDSA', namedCurve: key.curve, hash }, spki, raw, signed.data);
  }
  if (key.kind === 'rsa') {
    const stated = signed.algorithm === RSA_PLAIN ? HASH_OIDS[signed.hash ?? ''] : RSA[signed.algorithm];
    if (stated === undefined) return unsupported(signed.algorithm);
    return check({ name: 'RSASSA-PKCS1-v1_5', hash: stated }, spki, signed.signature, signed.data);
  }
  return unsupported(key.oid);
}

async function check(
  algorithm: unknown,
  spki: Uint8Array,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<Result<boolean>> {
  try {
    const key = await crypto.subtle.importKey('spki', spki, algorithm, false, ['verify']);
    return ok(await crypto.subtle.verify(algorithm, key, signature, data));
  } catch {
    return failed('seal.key.unreadable', 'The public key of the certificate cannot be read');
  }
}

function unsupported(oid: string): Result<never> {
  return failed('seal.algorithm.unsupported', `Signature algorithm ${oid} is not accepted`);
}

/** DER SEQUENCE(r, s) of WebCrypto's r‖s. */
export function ecdsaToDer(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  const parts = [raw.subarray(0, half), raw.subarray(half)].map(bytes => {
    let start = 0;
    while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
    const trimmed = bytes.subarray(start);
    const signed = (trimmed[0] ?? 0) >= 0x80 ? Uint8Array.of(0, ...trimmed) : trimmed.slice();
    return new asn1js.Integer({ valueHex: signed.buffer });
  });
  return new Uint8Array(new asn1js.Sequence({ value: parts }).toBER());
}

/** r‖s of a DER value; undefined when it is not the one DER form. */
export function ecdsaToRaw(der: Uint8Array, size: number): Uint8Array | undefined {
  if (der[0] !== 0x30) return undefined;
  const long = der[1] === 0x81;
  const length = long ? der[2] : der[1];
  let at = long ? 3 : 2;
  if (length === undefined || at + length !== der.length || (long && length < 0x80)) return undefined;
  const raw = new Uint8Array(size * 2);
  for (const offset of [0, size]) {
    const count = der[at + 1] ?? 0;
    const value = der.subarray(at + 2, at + 2 + count);
    if (der[at] !== 2 || count === 0 || value.length !== count) return undefined;
    const first = ensure(value[0], 'its length was just seen to be above zero');
    const padded = first === 0;
    if (first >= 0x80 || (padded && count > 1 && (value[1] ?? 0) < 0x80)) return undefined;
    const digits = padded ? value.subarray(1) : value;
    if (digits.length > size) return undefined;
    raw.set(digits, offset + size - digits.length);
    at += 2 + count;
  }
  return at === der.length ? raw : undefined;
}
