// What a verdict is: an outcome and the steps that led to it, each with its source line.
// Types and the simulator's interface; simulator.ts makes one from a snapshot.
import type { SourceSpan } from '../base/source.ts';
import type { PodId, WorkloadId } from '../base/brand.ts';
import type { ExposureRow } from './exposure.ts';
import type { PolicyProblem } from './policy-problem.ts';
import type { CompiledPolicySet, Direction, Endpoint, EngineProfile, PortRange } from '../policy/compiled.ts';
import type { KubernetesObject } from '../model/object.ts';
import type { ClusterSnapshot, Protocol } from '../model/snapshot.ts';

/** `indeterminate` = the files cannot tell; it is never rounded to allow or deny. */
export type Outcome = 'allow' | 'deny' | 'indeterminate';

/** One stage, policy or rule that was asked on the way to a verdict. */
export interface Step {
  readonly direction: Direction;
  readonly stage: string;
  readonly policy?: string;
  /** Rule index within the direction, and its name where it has one. */
  readonly rule?: number;
  readonly ruleName?: string;
  readonly field?: string;
  readonly action: 'allow' | 'deny' | 'pass' | 'log' | 'none' | 'indeterminate';
  /** True for the step that settled the direction. */
  readonly decisive: boolean;
  readonly text: string;
  /** What an allow still asks of each request: the connection opens, not every request passes. */
  readonly restriction?: string;
  readonly source?: SourceSpan;
}

/** The decision of one side. `not-applicable`: that end is not under policy (external, host). */
export interface SideVerdict {
  readonly verdict: Outcome | 'not-applicable';
  readonly steps: readonly Step[];
}

/** The decision about one connection. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly egress: SideVerdict;
  readonly ingress: SideVerdict;
  /** Of the ports that were asked about, those that both sides allow and those that stay open. */
  readonly ports: { readonly allow: readonly PortRange[]; readonly indeterminate: readonly PortRange[] };
  /** Profile, unknown controllers, missing namespaces ... that the verdict rests on. */
  readonly assumptions: readonly string[];
}

/** A question about one new connection; the port is the destination port after Service translation. */
export interface FlowQuery {
  readonly src: Endpoint;
  readonly dst: Endpoint;
  /** Absent = any protocol. */
  readonly protocol?: Protocol;
  /** Absent for ICMP, and where any port is meant: then `allow` says that some port is. */
  readonly port?: number;
  /** True when the source is known as the destination saw it (a flow log): then no node stands between them unseen. */
  readonly asSeen?: boolean;
}

/** Ports by outcome for an ordered pair of groups (workloads, split where pods differ; address ranges). */
export interface ReachRow {
  /** Workload id, `a.b.c.d-e.f.g.h[External]`, `{ingress-controller}`, or `host:<node>`. */
  readonly src: string;
  readonly dst: string;
  /** The workloads behind both names; several rows share one where its pods differ. */
  readonly srcWorkload?: WorkloadId;
  readonly dstWorkload?: WorkloadId;
  readonly allow: readonly PortRange[];
  readonly indeterminate: readonly PortRange[];
  /** Rules that allowed (or why no rule was needed), for witnesses; sorted, without duplicates. */
  readonly because: readonly Step[];
}

/** All pairs that have any allowed or indeterminate port; pairs without are left out. */
export interface ReachMatrix {
  readonly rows: readonly ReachRow[];
  /** Every workload id that took part. */
  readonly workloads: readonly WorkloadId[];
  /** All address ranges the policies distinguish. */
  readonly externals: readonly string[];
}

/** Whether policies isolate a pod in a direction; `unknown` when an unreadable policy might. */
export interface Isolation {
  readonly isolated: 'yes' | 'no' | 'unknown';
  /** Enforced policies that select the pod in this direction. */
  readonly policies: readonly { readonly id: string; readonly source: SourceSpan }[];
  /** Staged policies that would select it, were they enforced; absent when there are none. */
  readonly staged?: readonly { readonly id: string; readonly source: SourceSpan }[];
  /** Whether what no rule allows ends in deny (terminal tier deny or a Kubernetes policy), not in a pass to the default allow. */
  readonly terminalDeny: 'yes' | 'no' | 'unknown';
}

/** A secondary network, asked like a cluster of its own. */
export interface NetworkSimulator {
  readonly name: string;
  readonly simulator: Simulator;
}

/** Answers questions about one cluster under one profile. Pure: equal snapshots give equal answers. */
export interface Simulator {
  readonly snapshot: ClusterSnapshot;
  readonly profile: EngineProfile;
  readonly policies: CompiledPolicySet;
  /** Live endpoints by pod id. */
  endpoint(pod: PodId): Endpoint | undefined;
  /** Endpoint of a text: `ns/pod`, `ns/name[Kind]` (all its pods), or an address. */
  resolve(text: string): readonly Endpoint[];
  evaluate(query: FlowQuery): Verdict;
  /** Without explanations, memoised: for replay and matrices. */
  outcome(query: FlowQuery): {
    readonly outcome: Outcome;
    readonly egress: SideVerdict['verdict'];
    readonly ingress: SideVerdict['verdict'];
  };
  isolation(pod: PodId, direction: Direction): Isolation;
  reach(): ReachMatrix;
  /** The same cluster with other objects as its policies; cheap when few of them differ from those of the snapshot. */
  withPolicies(policies: readonly KubernetesObject[]): Simulator;
  /** Secondary networks that pods are attached to beside the one that all other answers are about. */
  networks(): readonly NetworkSimulator[];
  /** Peers that policies describe and the export does not hold: what may connect tomorrow. */
  exposure(): readonly ExposureRow[];
  /** What is worth a second look in the policies themselves; judged against this export. */
  policyProblems(): readonly PolicyProblem[];
}
