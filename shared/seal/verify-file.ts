// Verifies a file that left Vouch: a sealed package or a signed PDF, told apart by content. Integrity and signer are
// reported apart: without certificates to trust, an intact file is "intact; signer unproven".
import type { Instant } from '../base/brand.ts';
import type { Digests } from '../base/digest.ts';
import type { Cancellation, OnProgress } from '../base/progress.ts';
import { printProblem } from '../base/result.ts';
import type { RandomAccess } from '../base/source.ts';
import { THROWAWAY_NAME } from './identity.ts';
import { futureFault } from './package/package-signatures.ts';
import { verifyPackage } from './package/verify-package.ts';
import { verifyPdf } from './pdf-signature/verify-pdf.ts';
import { findTrust } from './trust.ts';
import { startChecklist, type Checklist, type VerificationReport } from './verification-report.ts';
import type { CertificateFacts } from './x509.ts';

/** How to verify. */
export interface VerifyOptions {
  readonly digests: Digests;
  /** Certificates that the user trusts (see readCertificates); absent = the signer stays unproven. */
  readonly trust?: readonly CertificateFacts[];
  /** Now: nothing may claim to be signed later. */
  readonly at: Instant;
  readonly onProgress?: OnProgress;
  readonly cancellation?: Cancellation;
}

/** Verifies a package or a signed PDF. */
export async function verifyFile(
  file: Uint8Array | RandomAccess,
  options: VerifyOptions,
): Promise<VerificationReport> {
  const source = file instanceof Uint8Array ? accessTo(file) : file;
  const list = startChecklist();
  const head = await source.read(0, Math.min(5, source.size));
  const isPdf = new TextDecoder().decode(head) === '%PDF-';
  const signed = isPdf ? await checkPdf(source, options, list) : await checkPackage(source, options, list);
  const trust = await trustOf(signed, options.trust, list);
  const [first] = signed;
  return {
    schema: 'vouch.verify/1',
    ok: list.checks.every(check => check.ok),
    trust,
    checks: list.checks,
    ...(first === undefined
      ? {}
      : {
          signer: {
            subject: first.signer.subject,
            fingerprint: first.signer.fingerprint,
            throwaway: first.throwaway,
            at: first.at,
          },
        }),
  };
}

/** Bytes in memory as a file that can be read at any place. */
export function accessTo(bytes: Uint8Array): RandomAccess {
  return {
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
}

interface Signed {
  readonly signer: CertificateFacts;
  readonly certificates: readonly CertificateFacts[];
  readonly at: Instant;
  readonly throwaway: boolean;
}

async function checkPdf(
  source: RandomAccess,
  options: VerifyOptions,
  list: Checklist,
): Promise<readonly Signed[]> {
  const verified = await verifyPdf(await source.read(0, source.size));
  if (!verified.ok) {
    list.add('pdf', '', [printProblem(verified.problem)]);
    return [];
  }
  list.add('pdf', `${verified.value.length} signature(s), the last one covers the whole file`);
  for (const [index, one] of verified.value.entries()) {
    const detail = `${one.name}, ${one.reason}, ${one.at}: ${one.signer.subject}, ${one.signer.fingerprint}`;
    list.add(`signature-${index + 1}`, detail, futureFault(one.at, options.at));
  }
  return verified.value.map(one => ({ ...one, throwaway: isThrowaway(one.signer) }));
}

function isThrowaway(signer: CertificateFacts): boolean {
  return signer.subjectKey === signer.issuerKey && signer.subject.startsWith(`CN=${THROWAWAY_NAME}`);
}

async function checkPackage(
  source: RandomAccess,
  options: VerifyOptions,
  list: Checklist,
): Promise<readonly Signed[]> {
  const { signer, at, throwaway } = await verifyPackage(source, options, list);
  if (signer === undefined || at === undefined) return [];
  const { certificate, certificates } = signer;
  return [{ signer: certificate, certificates, at, throwaway: throwaway || isThrowaway(certificate) }];
}

/** Every signer must lead to a trusted certificate, when there are any. */
async function trustOf(
  signed: readonly Signed[],
  anchors: readonly CertificateFacts[] | undefined,
  list: Checklist,
): Promise<VerificationReport['trust']> {
  if (anchors === undefined) {
    const draft = signed.some(one => one.throwaway) ? ' (a throw-away draft identity)' : '';
    list.add('trust', `Signer unproven: no certificate to trust was given${draft}`);
    return 'not-checked';
  }
  const faults: string[] = signed.length === 0 ? ['Nobody could be told to have signed'] : [];
  const names: string[] = [];
  for (const { signer, certificates, at } of signed) {
    const state = await findTrust(signer, certificates, anchors, at);
    if (state.kind === 'trusted') names.push(`${signer.subject} by ${state.anchor.subject}`);
    else faults.push(`The signer is not trusted: ${state.reason}`);
  }
  list.add('trust', `Trusted: ${names.join('; ')}`, faults);
  return faults.length === 0 ? 'trusted' : 'untrusted';
}
