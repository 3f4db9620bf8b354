// The report of a case: the engagement brought up to date with what was imported, the tree, the printed PDF.
// Everything but the signature, so that equal cases give equal bytes.
import { digestOfText, type Digests } from '../base/digest.ts';
import type { Instant } from '../base/brand.ts';
import { canonicalJson } from '../base/json.ts';
import type { Cancellation, OnProgress } from '../base/progress.ts';
import { ok, type Result } from '../base/result.ts';
import { catalogueOf } from '../catalogue/catalogue.ts';
import { openItems, requirementStates } from '../evidence/requirement-states.ts';
import { decide } from '../records/decide.ts';
import type { Engagement, ImportRecord } from '../records/engagement.ts';
import { buildReport } from '../report/build-report.ts';
import type { ReportFonts } from '../report/pdf/jspdf-internals.ts';
import { printPdf, type PrintedReport } from '../report/pdf/print-pdf.ts';
import type { ReportInput } from '../report/report-input.ts';
import { storedFiles, type Case } from './run-case.ts';

/** What a report is made for. */
export interface ReportQuestion {
  readonly found: Case;
  readonly engagement: Engagement;
  readonly now: Instant;
  readonly version: string;
  readonly fonts: ReportFonts;
  readonly signer: { readonly subject: string; readonly throwaway: boolean };
  readonly digests: Digests;
  readonly onProgress?: OnProgress;
  readonly cancellation?: Cancellation;
  readonly yield?: () => Promise<void>;
}

/** A printed report and the engagement as it stood when it was printed. */
export interface MadeReport {
  readonly printed: PrintedReport;
  readonly engagement: Engagement;
  readonly input: ReportInput;
  /** Why it is a draft; empty = final. */
  readonly draft: readonly string[];
}

/** Makes the report. A throw-away signer makes every report a draft. */
export async function makeReport(question: ReportQuestion): Promise<Result<MadeReport>> {
  const { found, now, digests, version } = question;
  const recorded = recordWork(question);
  if (!recorded.ok) return recorded;
  const engagement = recorded.value;
  const catalogue = catalogueOf(engagement.header.standard);
  const draft = draftReasons(engagement, found, question.signer.throwaway);
  const head = engagement.custody.at(-1)?.hash.slice(0, 16);
  const input: ReportInput = {
    engagement,
    catalogue,
    clusters: found.facts.clusters,
    scope: found.facts.scope,
    checks: found.checks,
    files: found.intake.files,
    gaps: found.intake.gaps,
    version,
    now,
    draft,
    ...(head === undefined ? {} : { checkpoint: head }),
    signerName: question.signer.subject,
    throwaway: question.signer.throwaway,
  };
  const printed = await printPdf(buildReport(input), {
    fonts: question.fonts,
    fileId: caseDigest(question).slice(7, 39),
    createdAt: now,
    ...(draft.length === 0 ? {} : { watermark: 'DRAFT' }),
    ...(question.onProgress === undefined ? {} : { onProgress: question.onProgress }),
    ...(question.cancellation === undefined ? {} : { cancellation: question.cancellation }),
    ...(question.yield === undefined ? {} : { yield: question.yield }),
  });
  return ok({ printed, engagement, input, draft });

  function caseDigest(asked: ReportQuestion): string {
    const files = storedFiles(asked.found.intake.files).map(file => [file.path, file.sha256]);
    return digestOfText(digests, canonicalJson({ id: asked.engagement.header.id, now, version, files }));
  }
}

/** Why a report would be a draft now; the window shows the same list before printing. */
export function draftReasons(
  engagement: Engagement,
  found: Case | undefined,
  throwaway: boolean,
): readonly string[] {
  const catalogue = catalogueOf(engagement.header.standard);
  const states = requirementStates(engagement, catalogue, found?.checks ?? []);
  const items = openItems(engagement, states).map(item => item.text);
  return throwaway
    ? ['Signed by a throw-away identity, which proves integrity and not who signed', ...items]
    : items;
}

/** Imports that the record does not hold yet, and the issue of the report, become custody entries. */
function recordWork({ found, engagement, now, digests }: ReportQuestion): Result<Engagement> {
  const actor = engagement.header.leadQsa ?? 'assessor';
  const context = { digests, at: now, actor };
  const known = new Map(engagement.imports.map(item => [item.path, item.sha256]));
  const fresh = importRecords(found).filter(item => known.get(item.path) !== item.sha256);
  const imported =
    fresh.length === 0
      ? ok(engagement)
      : decide(engagement, { kind: 'record-import', imports: fresh }, context);
  if (!imported.ok) return imported;
  const draft = draftReasons(imported.value, found, false).length > 0;
  return decide(imported.value, { kind: 'issue-report', report: 'report.pdf', draft }, context);
}

/** The imported files as the record keeps them. */
export function importRecords(found: Pick<Case, 'intake'>): readonly Omit<ImportRecord, 'at'>[] {
  return found.intake.files.map(file => ({
    path: file.path,
    sha256: file.sha256,
    bytes: file.bytes,
    format: file.format,
    role: file.role,
    records: file.records,
    redactions: file.redactions,
    ...(file.diagnostics.some(item => item.code === 'intake.attachment.needs-confirmation')
      ? { needsConfirmation: true as const }
      : {}),
  }));
}
