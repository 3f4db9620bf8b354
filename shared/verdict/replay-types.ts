// Rows of a replay: what the log reported beside what the policies say.
import type { Outcome } from './verdict.ts';

/** One edge of the flow log, replayed. */
export interface ReplayRow {
  readonly cluster: string;
  /** Workload id, address, `pub`, `pvt`, network set or aggregate name. */
  readonly src: string;
  readonly dst: string;
  readonly protocol: string;
  readonly port?: number;
  readonly records: number;
  readonly bytes: number;
  /** Instants of the first and last record. */
  readonly first: string;
  readonly last: string;
  readonly reported: 'allow' | 'deny' | 'unknown';
  /** What a security group or network ACL of a cloud did: no verdict of a policy, so `reported` stays unknown. */
  readonly cloud?: 'passed' | 'refused';
  readonly recomputed: Outcome;
  readonly staged?: Outcome;
  readonly because: string;
  /** File and line of the first record of this edge. */
  readonly source: { readonly file: string; readonly line: number };
}

/** The whole replay. `contradict`: reported allow where the model denies, or the reverse. */
export interface Replay {
  readonly summary: {
    readonly records: number;
    readonly edges: number;
    readonly agree: number;
    readonly contradict: number;
    readonly indeterminate: number;
    readonly changed: number;
  };
  readonly rows: readonly ReplayRow[];
}
