// Messages between window and worker: one request, any progress, one response, by id. Types only; both sides are
// our own code, so nothing is validated here.
import type { Digest, Instant } from '../../shared/base/brand.ts';
import type { Progress } from '../../shared/base/progress.ts';
import type { Problem, Result } from '../../shared/base/result.ts';
import type { Diagnostic, IntakeFile } from '../../shared/intake/intake.ts';
import type { Drawing } from '../../shared/report/diagram/drawing.ts';
import type { Engagement } from '../../shared/records/engagement.ts';
import type { WhatIf } from '../../shared/engagement/what-if.ts';
import type { Diff } from '../../shared/verdict/diff.ts';
import type { PolicyProblem } from '../../shared/verdict/policy-problem.ts';
import type { CaseView, Judgement, SimulateAnswer, SimulateQuestion } from './case-view.ts';
import type { PathRow } from './database.ts';
import type { LineWindow } from './stored-copies.ts';

/** A file that a person handed over. */
export interface AddedFile {
  readonly path: string;
  readonly file: File;
  /** Name of its cluster, where the files do not say. */
  readonly cluster?: string;
}

/** A PKCS#12 file and its passphrase, for one request. */
export interface SigningKey {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly passphrase: string;
}

/** Whose key it is. */
export interface SignerFacts {
  readonly subject: string;
  readonly fingerprint: Digest;
  readonly algorithm: string;
  readonly throwaway: boolean;
}

/** A file that was made, with its digest. */
export interface MadeFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sha256: Digest;
}

/** A difference, with what was wrong with the files that were compared. */
export interface Comparison extends Diff {
  readonly before: string;
  readonly after: string;
  /** False when the two are different clusters by their identity. */
  readonly sameCluster: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** The operations of the core worker. */
export interface CoreOperations {
  /** Imports stored and added files, models, simulates, scopes and checks. */
  readonly openCase: {
    readonly request: {
      readonly engagement: Engagement;
      readonly stored: readonly PathRow[];
      readonly added: readonly AddedFile[];
    };
    readonly response: Result<{
      readonly view: CaseView;
      readonly judgement: Judgement;
      /** Paths stored by this run, for the engagement's records. */
      readonly paths: readonly PathRow[];
    }>;
  };
  /** Scopes and checks again after a decision. */
  readonly judge: {
    readonly request: { readonly engagement: Engagement };
    readonly response: Result<Judgement>;
  };
  readonly simulate: {
    readonly request: SimulateQuestion;
    readonly response: Result<SimulateAnswer>;
  };
  /** A policy of the export as YAML, to be changed. */
  readonly policyText: {
    readonly request: { readonly cluster: string; readonly policy: string };
    readonly response: Result<{ readonly text: string }>;
  };
  /** What is wrong with policies while they are written. */
  readonly checkPolicies: {
    readonly request: { readonly engagement: Engagement; readonly cluster: string; readonly text: string };
    readonly response: Result<Pick<WhatIf, 'diagnostics' | 'faults'>>;
  };
  /** What policies that somebody writes would change in a cluster. */
  readonly whatIf: {
    readonly request: { readonly engagement: Engagement; readonly cluster: string; readonly text: string };
    readonly response: Result<WhatIf>;
  };
  /** What became possible or impossible between a cluster of the case and another export of it, or another cluster. */
  readonly compare: {
    readonly request: {
      readonly engagement: Engagement;
      readonly before: string;
      readonly after: { readonly cluster: string } | { readonly files: readonly AddedFile[] };
    };
    readonly response: Result<Comparison>;
  };
  /** What is worth a second look in the policies of a cluster. */
  readonly policyProblems: {
    readonly request: { readonly cluster: string };
    readonly response: Result<readonly PolicyProblem[]>;
  };
  /** The CDE diagram of a cluster. */
  readonly diagram: {
    readonly request: { readonly cluster: string };
    readonly response: Result<Drawing>;
  };
  /** Opens a key file and says whose it is. */
  readonly readKey: {
    readonly request: { readonly key: SigningKey };
    readonly response: Result<SignerFacts>;
  };
  /** Makes the report, signs it and packs it; without a key a throw-away identity signs a draft. */
  readonly seal: {
    readonly request: {
      readonly engagement: Engagement;
      readonly stored: readonly PathRow[];
      readonly now: Instant;
      readonly version: string;
      readonly key?: SigningKey;
    };
    readonly response: Result<{
      /** With the custody entry of this issue. */
      readonly engagement: Engagement;
      /** Why it is a draft; empty = final. */
      readonly draft: readonly string[];
      readonly report: MadeFile;
      readonly package: MadeFile;
      readonly signer: SignerFacts;
    }>;
  };
  /** Lines of a file inside a stored archive. */
  readonly readMember: {
    readonly request: { readonly stored: PathRow; readonly file: string; readonly around: number };
    readonly response: Result<LineWindow>;
  };
}

/** Name of a worker operation. */
export type CoreOperation = keyof CoreOperations;

/** Window to worker. */
export type ToWorker =
  | {
      readonly kind: 'request';
      readonly id: number;
      readonly operation: CoreOperation;
      readonly request: unknown;
    }
  | { readonly kind: 'cancel'; readonly id: number };

/** Worker to window. */
export type FromWorker =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  /** Files that were read since the last such message. */
  | { readonly kind: 'files'; readonly id: number; readonly files: readonly IntakeFile[] }
  | { readonly kind: 'response'; readonly id: number; readonly response: unknown }
  | { readonly kind: 'cancelled'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly problem: Problem };
