// From a signer's certificate to one that the user trusts: names, signatures, validity, basic constraints, key
// usage, path length. No revocation (offline) and no name constraints: a critical extension unknown here ends
// the path. Trust is only ever what the user handed in.
import type { Instant } from '../base/brand.ts';
import { isIssuedBy, isValidAt, type CertificateFacts } from './x509.ts';

const MOST_LINKS = 8;

/** What is known of the way to a trusted certificate. */
export type TrustState =
  | { readonly kind: 'trusted'; readonly anchor: CertificateFacts }
  | { readonly kind: 'untrusted'; readonly reason: string };

/** Looks for a path from `signer` through `known` to one of `anchors`, valid at `at`. */
export async function findTrust(
  signer: CertificateFacts,
  known: readonly CertificateFacts[],
  anchors: readonly CertificateFacts[],
  at: Instant,
): Promise<TrustState> {
  if (!isValidAt(signer, at))
    return untrusted(
      `${signer.subject} is valid from ${signer.notBefore} to ${signer.notAfter}, not at ${at}`,
    );
  let current = signer;
  for (let link = 0; link < MOST_LINKS; link++) {
    const anchor = anchors.find(one => one.fingerprint === current.fingerprint);
    if (anchor !== undefined) return { kind: 'trusted', anchor };
    if (current.unknownCritical.length > 0)
      return untrusted(`${current.subject} has a critical extension that is not evaluated`);
    const issuer = await issuerOf(current, [...anchors, ...known], link, at);
    if (issuer === undefined) return untrusted(`no trusted certificate issued ${current.subject}`);
    current = issuer;
  }
  return untrusted('the certificate chain is too long');
}

function untrusted(reason: string): TrustState {
  return { kind: 'untrusted', reason };
}

async function issuerOf(
  certificate: CertificateFacts,
  candidates: readonly CertificateFacts[],
  below: number,
  at: Instant,
): Promise<CertificateFacts | undefined> {
  for (const candidate of candidates) {
    const mayIssue =
      candidate.authority &&
      (candidate.keyUsage === undefined || candidate.keyUsage.includes('keyCertSign')) &&
      (candidate.pathLength === undefined || candidate.pathLength >= below) &&
      isValidAt(candidate, at) &&
      candidate.fingerprint !== certificate.fingerprint;
    if (mayIssue && (await isIssuedBy(certificate, candidate))) return candidate;
  }
  return undefined;
}
