// The end of the way: report printed, signed, and packed with its evidence. Gives bytes; writing them is the host's.
import type { Instant } from '../base/brand.ts';
import { ok, type Result } from '../base/result.ts';
import { ensure } from '../base/assert.ts';
import { personName } from '../report/words.ts';
import { signPdf } from '../seal/pdf-signature/sign-pdf.ts';
import { writePackage, type SealedPackage } from '../seal/package/write-package.ts';
import type { Signer } from '../seal/signer.ts';
import { makeReport, type MadeReport, type ReportQuestion } from './make-report.ts';
import { packageEntries, type StoredCopy } from './package-entries.ts';

/** What is sealed, and by whom. */
export interface SealQuestion extends Omit<ReportQuestion, 'signer'> {
  readonly signer: Signer;
  /** When it is really signed, by the clock: `now` only dates the results, and a certificate must be valid at this time. */
  readonly signedAt: Instant;
  readonly stored: readonly StoredCopy[];
}

/** A sealed case. */
export interface SealedCase {
  readonly made: MadeReport;
  /** The signed report, also inside the package. */
  readonly report: Uint8Array;
  readonly sealed: SealedPackage;
}

/** Prints and signs the report; a case that cannot be printed or signed gives a problem and nothing else. */
export async function signReport(
  question: Omit<SealQuestion, 'stored'>,
): Promise<Result<{ readonly made: MadeReport; readonly report: Uint8Array }>> {
  const made = await makeReport(question);
  if (!made.ok) return made;
  const { printed, engagement } = made.value;
  const box = ensure(
    printed.signatureBoxes.find(item => item.role === 'qsa'),
    'every report has a box for the QSA',
  );
  const signed = await signPdf(printed.bytes, question.signer, {
    page: box.page,
    rect: box.rect,
    name: personName(engagement, engagement.header.leadQsa ?? question.signer.subject),
    reason: made.value.draft.length === 0 ? 'Assessment workpaper' : 'Draft of an assessment workpaper',
    at: question.signedAt,
  });
  return signed.ok ? ok({ made: made.value, report: signed.value }) : signed;
}

/** The whole seal. */
export async function sealCase(question: SealQuestion): Promise<Result<SealedCase>> {
  const signed = await signReport(question);
  if (!signed.ok) return signed;
  const { made, report } = signed.value;
  const sealed = await writePackage({
    caseId: made.engagement.header.id,
    title: made.engagement.header.title,
    at: question.signedAt,
    version: question.version,
    entries: packageEntries(question.found, made, report, question.stored),
    custody: made.engagement.custody,
    signer: question.signer,
    digests: question.digests,
    secret: made.engagement.secret ?? '00'.repeat(32),
    ...(question.onProgress === undefined ? {} : { onProgress: question.onProgress }),
    ...(question.cancellation === undefined ? {} : { cancellation: question.cancellation }),
  });
  return sealed.ok ? ok({ made, report, sealed: sealed.value }) : sealed;
}
