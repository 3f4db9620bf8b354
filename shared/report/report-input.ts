// Everything a report is made from, given in: facts of clusters, decisions of people, results of checks, stored
// files. The report computes no verdict and no scope of its own; it counts, orders and says where things stand.
import type { ClusterId, Digest, Instant } from '../base/brand.ts';
import type { SourceSpan } from '../base/source.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { CheckResult } from '../checks/check.ts';
import type { Engagement } from '../records/engagement.ts';
import type { ScopeMap } from '../scope/scope.ts';
import type { Replay } from '../verdict/replay-types.ts';
import type { ReachMatrix, Simulator } from '../verdict/verdict.ts';

/** One cluster as the report sees it (the facts that checks get have this form). */
export interface ReportCluster {
  readonly simulator: Simulator;
  readonly reach: ReachMatrix;
  readonly replay?: Replay;
}

/** A stored file (what the door hands on has this form). */
export interface ReportFile {
  readonly path: string;
  readonly sha256: Digest;
  readonly bytes: number;
  readonly format: string;
  readonly records: number;
  readonly redactions: number;
  readonly redactionsByKind?: Readonly<Partial<Record<string, number>>>;
  readonly period?: { readonly from: Instant; readonly to: Instant };
  readonly members?: readonly ReportFile[];
  readonly diagnostics?: readonly {
    readonly code: string;
    readonly severity: 'info' | 'warning' | 'error';
    readonly message: string;
    readonly line?: number;
  }[];
}

/** A place in the files that says a kind was refused, empty or failed. */
export interface ReportGap {
  readonly state: 'forbidden' | 'asked-none' | 'error';
  readonly what: string;
  readonly group: string;
  readonly cluster: ClusterId;
  readonly source: SourceSpan;
}

/** Input of `buildReport`. */
export interface ReportInput {
  readonly engagement: Engagement;
  readonly catalogue: Catalogue;
  readonly clusters: readonly ReportCluster[];
  readonly scope: ScopeMap;
  readonly checks: readonly CheckResult[];
  readonly files: readonly ReportFile[];
  readonly gaps: readonly ReportGap[];
  /** Version of Vouch that made the results. */
  readonly version: string;
  readonly now: Instant;
  /** What is still open; empty = a final report. */
  readonly draft: readonly string[];
  /** First 16 hex digits of the signed custody checkpoint. */
  readonly checkpoint?: string;
  /** Who will sign, as the certificate names them. */
  readonly signerName?: string;
  /** A throw-away identity signs: it proves integrity only, and the report says so. */
  readonly throwaway: boolean;
}

/** Stored files, members of archives in place of the archives. */
export function storedFiles(files: readonly ReportFile[]): readonly ReportFile[] {
  return files.flatMap(file =>
    file.members === undefined || file.members.length === 0 ? [file] : storedFiles(file.members),
  );
}
