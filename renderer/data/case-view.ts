// What the worker tells the window about a case: plain values, made from the core's results. The window draws these
// and never computes a fact of its own.
import type { EvidenceRequest } from '../../shared/engagement/requests/request.ts';
import type { ClusterId, Digest } from '../../shared/base/brand.ts';
import type { SourceSpan } from '../../shared/base/source.ts';
import type { CheckResult } from '../../shared/checks/check.ts';
import type { AccountDataHit, ClusterExport, Diagnostic, IntakeFile } from '../../shared/intake/intake.ts';
import type { ClusterSnapshot, Workload } from '../../shared/model/snapshot.ts';
import type { EngineProfile } from '../../shared/policy/compiled.ts';
import type { ScopeMap } from '../../shared/scope/scope.ts';
import type { Replay } from '../../shared/verdict/replay-types.ts';
import type { Verdict } from '../../shared/verdict/verdict.ts';

/** Whether policies isolate all, some or none of a workload's pods in a direction. */
export type Isolated = 'yes' | 'no' | 'partly' | 'unknown' | 'no-pods';

/** A workload with what policies do to it. */
export interface WorkloadView extends Workload {
  readonly ingress: Isolated;
  readonly egress: Isolated;
  readonly policies: readonly { readonly id: string; readonly source: SourceSpan }[];
  readonly services: readonly string[];
  readonly nodes: readonly string[];
}

/** A policy-like object as a line. */
export interface PolicyView {
  readonly id: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly namespace?: string;
  readonly name: string;
  readonly state: 'enforced' | 'staged' | 'not-understood' | 'refused' | 'supporting';
  readonly reason?: string;
  readonly source: SourceSpan;
}

/** One cluster as the window shows it. */
export interface ClusterView {
  readonly cluster: ClusterId;
  readonly snapshot: Omit<ClusterSnapshot, 'objects' | 'policies'>;
  readonly objects: number;
  readonly profile: EngineProfile;
  readonly workloads: readonly WorkloadView[];
  readonly policies: readonly PolicyView[];
  readonly replay?: Replay;
  readonly flows?: { readonly rows: number; readonly lost: number; readonly nodes: readonly string[] };
  readonly auditEvents: number;
  readonly benchmarkResults: number;
}

/** What judgement depends on: computed again after every decision. */
export interface Judgement {
  readonly scope: ScopeMap;
  readonly checks: readonly CheckResult[];
  /** What is still to be asked of the customer, as people noted it. */
  readonly requests: readonly EvidenceRequest[];
}

/** The case as imported and modelled. */
export interface CaseView {
  readonly files: readonly IntakeFile[];
  readonly diagnostics: readonly Diagnostic[];
  readonly accountData: readonly AccountDataHit[];
  /** Exports of every cluster, earlier before later. */
  readonly exports: readonly ClusterExport[];
  readonly clusters: readonly ClusterView[];
  /** Digest of the stored copy by path. */
  readonly digests: ReadonlyMap<string, Digest>;
}

/** A question of the simulate room. */
export interface SimulateQuestion {
  readonly cluster: string;
  readonly from: string;
  readonly to: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP' | 'ICMP';
  readonly port?: number;
  /** A log record whose ends are asked about, exactly as the replay did. */
  readonly record?: SourceSpan;
}

/** The verdicts of a question: one per different explanation among the pairs of pods. */
export interface SimulateAnswer {
  readonly question: SimulateQuestion;
  readonly verdicts: readonly {
    readonly src: string;
    readonly dst: string;
    /** Pairs of pods with this very explanation. */
    readonly pairs: number;
    readonly verdict: Verdict;
  }[];
  /** Pairs of pods behind the two names, and how many of them were asked. */
  readonly pairs: number;
  readonly asked: number;
  /** What is only half known about the ends of a log record. */
  readonly doubts: readonly string[];
  readonly profile: EngineProfile;
}
