// What verifying says: schema `vouch.verify/1`. Integrity and signer apart: `ok` is about the file and, only when the
// user handed in certificates, about trust. Each check has a stable id; each failure names the file inside.
import type { Instant } from '../base/brand.ts';

/** One thing that was looked at. */
export interface VerificationCheck {
  readonly id: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** The outcome for one file. */
export interface VerificationReport {
  readonly schema: 'vouch.verify/1';
  readonly ok: boolean;
  readonly trust: 'trusted' | 'not-checked' | 'untrusted';
  readonly checks: readonly VerificationCheck[];
  /** Who signed, as far as the file says. */
  readonly signer?: {
    readonly subject: string;
    readonly fingerprint: string;
    readonly throwaway: boolean;
    readonly at: Instant;
  };
}

/** Collects checks in the order in which they are made. */
export interface Checklist {
  readonly checks: readonly VerificationCheck[];
  /** Adds a check: passed with `detail` when `faults` is empty, else failed and listing them. */
  add(id: string, detail: string, faults?: readonly string[]): void;
}

const MOST_LISTED = 20;

/** An empty checklist. */
export function startChecklist(): Checklist {
  const checks: VerificationCheck[] = [];
  return {
    checks,
    add(id, detail, faults = []) {
      const listed = faults.slice(0, MOST_LISTED).join('; ');
      const more = faults.length > MOST_LISTED ? `; and ${faults.length - MOST_LISTED} more` : '';
      checks.push({ id, ok: faults.length === 0, detail: faults.length === 0 ? detail : `${listed}${more}` });
    },
  };
}
