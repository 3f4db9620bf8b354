// Where a Signer comes from without a card: a throw-away identity for drafts. It is self-signed, says so in its
// own name, and proves integrity only. Keys from PKCS#12 files are opened in pkcs12.ts.
import * as asn1js from 'asn1js';
import type { Instant } from '../base/brand.ts';
import { ensure } from '../base/assert.ts';
import { millisecondsOf } from '../base/instant.ts';
import { embedded, encode, octets, oid, sequence, setOf, tagged, type Asn1 } from './asn1.ts';
import { ecdsaToDer } from './signature-algorithm.ts';
import type { Signer } from './signer.ts';
import { readCertificate } from './x509.ts';

/** Randomness as a port: that many unpredictable bytes. */
export type Randomness = (length: number) => Uint8Array;

/** What every throw-away identity is called, whoever it stands for. */
export const THROWAWAY_NAME = 'Vouch throw-away draft identity';
const VALID_DAYS = 1100;

/** Makes a self-signed P-256 identity that lives as long as the returned object. */
export async function makeThrowawayIdentity(input: {
  readonly name: string;
  readonly at: Instant;
  readonly random: Randomness;
}): Promise<Signer> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const pair = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey));
  const sign = async (bytes: Uint8Array) =>
    ecdsaToDer(new Uint8Array(await crypto.subtle.sign(algorithm, pair.privateKey, bytes)));
  const der = await selfSigned(input.name, input.at, input.random(16), spki, sign);
  const certificate = await readCertificate(der);
  if (!certificate.ok) throw new Error(`Invariant broken: ${certificate.problem.message}`);
  return {
    certificateChain: [der],
    algorithm: 'ecdsa-p256-sha256',
    subject: certificate.value.subject,
    fingerprint: certificate.value.fingerprint,
    throwaway: true,
    sign,
  };
}

async function selfSigned(
  name: string,
  at: Instant,
  serial: Uint8Array,
  spki: Uint8Array,
  sign: Signer['sign'],
): Promise<Uint8Array> {
  const positive = serial.slice(0, 16);
  positive[0] = (ensure(positive[0], 'a serial number has sixteen bytes') & 0x3f) | 0x40;
  const subject = sequence(
    setOf([sequence(oid('2.5.4.3'), utf8(THROWAWAY_NAME))]),
    ...(name === '' ? [] : [setOf([sequence(oid('2.5.4.11'), utf8(`Draft for ${name}`.slice(0, 64)))])]),
  );
  const start = millisecondsOf(at) - 1000;
  const time = (milliseconds: number) => new asn1js.UTCTime({ valueDate: new Date(milliseconds) });
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const tbs = sequence(
    tagged(0, [new asn1js.Integer({ value: 2 })]),
    new asn1js.Integer({ valueHex: positive.buffer }),
    algorithm,
    subject,
    sequence(time(start), time(start + VALID_DAYS * 86_400_000)),
    subject,
    embedded(spki),
    tagged(3, [sequence(keyUsage(), notAuthority())]),
  );
  const signature = await sign(encode(tbs));
  return encode(
    sequence(embedded(encode(tbs)), algorithm, new asn1js.BitString({ valueHex: signature.slice().buffer })),
  );
}

function utf8(value: string): Asn1 {
  return new asn1js.Utf8String({ value });
}

/** Critical: digitalSignature and nonRepudiation, nothing else. */
function keyUsage(): Asn1 {
  const bits = new asn1js.BitString({ valueHex: Uint8Array.of(0xc0).buffer, unusedBits: 6 });
  return sequence(oid('2.5.29.15'), new asn1js.Boolean({ value: true }), octets(encode(bits)));
}

function notAuthority(): Asn1 {
  return sequence(oid('2.5.29.19'), new asn1js.Boolean({ value: true }), octets(encode(sequence())));
}
