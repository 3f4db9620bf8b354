// What a control check is. A check proposes evidence for requirements; it never sets a finding.
// `fail` means: contradicts the requirement on the data given. What cannot be told is `assess` or `no-data`.
import type { CheckId, Digest } from '../base/brand.ts';
import type { SourceSpan } from '../base/source.ts';
import type { AuditEvent, BenchmarkResult } from '../model/audit.ts';
import type { FlowTable } from '../model/flow-table.ts';
import type { Engagement } from '../records/engagement.ts';
import type { ScopeMap } from '../scope/scope.ts';
import type { Replay } from '../verdict/replay-types.ts';
import type { ReachMatrix, Simulator } from '../verdict/verdict.ts';

/** Outcomes of a check, by the table of section 5 of the PCI notes. */
export type CheckOutcome = 'pass' | 'fail' | 'assess' | 'no-data';

/** Something that shows the outcome: a rule, a flow, an object. */
export interface Witness {
  readonly kind: 'rule' | 'flow' | 'object' | 'audit-event' | 'scan' | 'record';
  readonly text: string;
  /** What this witness alone says: a result that fails also lists what is for the assessor and what is in order. */
  readonly outcome?: Exclude<CheckOutcome, 'no-data'>;
  readonly subject?: string;
  readonly source?: SourceSpan;
  /** Digest of the stored file the source points into, when there is one. */
  readonly digest?: Digest;
}

/** What was and was not examined. */
export interface CheckCoverage {
  /** Number and list of objects examined (the population). */
  readonly examined: number;
  readonly population: readonly string[];
  /** Why the answer is not complete; empty when it is. */
  readonly gaps: readonly string[];
  /** Period of the logs used. */
  readonly period?: { readonly from: string; readonly to: string };
  readonly assumptions: readonly string[];
}

/** The result of one check. */
export interface CheckResult {
  readonly id: CheckId;
  readonly version: number;
  readonly title: string;
  readonly seedRow: string;
  /** v4.0.1 numbers, e.g. `1.3.1`. */
  readonly requirements: readonly string[];
  readonly procedures: readonly string[];
  readonly outcome: CheckOutcome;
  /** The sentence the assessor may edit. */
  readonly sentence: string;
  readonly witnesses: readonly Witness[];
  readonly coverage: CheckCoverage;
  /** Digests of the stored files the result rests on, sorted. */
  readonly inputs: readonly Digest[];
}

/** The facts of one cluster as checks see them. */
export interface ClusterFacts {
  readonly simulator: Simulator;
  readonly reach: ReachMatrix;
  readonly flows?: FlowTable;
  readonly replay?: Replay;
  readonly audit: readonly AuditEvent[];
  readonly benchmarks: readonly BenchmarkResult[];
}

/** Everything a check may look at. */
export interface CaseFacts {
  readonly clusters: readonly ClusterFacts[];
  readonly scope: ScopeMap;
  readonly engagement: Engagement;
  /** Digest of the stored copy by intake path. */
  readonly digests: ReadonlyMap<string, Digest>;
  /** Stored paths by what they held, for `inputs`. */
  readonly inputs: {
    readonly cluster: readonly string[];
    readonly flows: readonly string[];
    readonly audit: readonly string[];
    readonly scans: readonly string[];
  };
}

/** What a check says before ids, digests and order are filled in by the registry. */
export interface CheckAnswer {
  readonly outcome: CheckOutcome;
  readonly sentence: string;
  readonly witnesses: readonly Witness[];
  readonly coverage: CheckCoverage;
  readonly uses: readonly ('cluster' | 'flows' | 'audit' | 'scans')[];
}

/** One control check; one file each, named by its id. */
export interface ControlCheck {
  readonly id: CheckId;
  readonly version: number;
  readonly title: string;
  readonly seedRow: string;
  readonly requirements: readonly string[];
  readonly procedures: readonly string[];
  run(facts: CaseFacts): CheckAnswer;
}
