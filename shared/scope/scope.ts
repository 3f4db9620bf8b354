// Scope of the assessment: for every workload a proposed category with its basis and witness.
// Labels are claims, marks are decisions; a machine proposes, the assessor confirms or overrides.
import type { ClusterId, WorkloadId } from '../base/brand.ts';
import type { SourceSpan } from '../base/source.ts';
import type { ScopeCategory } from '../records/scope-category.ts';

/** One reason for a category, with what shows it. */
export interface ScopeBasis {
  readonly kind:
    | 'label'
    | 'mark'
    | 'same-segment'
    | 'hosts-cde'
    | 'platform'
    | 'reachable'
    | 'observed'
    | 'rbac'
    | 'no-path'
    | 'uncertain';
  readonly text: string;
  readonly source?: SourceSpan;
  /** The other workload or address of a connection. */
  readonly peer?: string;
}

/** The decision about one workload. `decidedBy: person` only from a record of the assessor. */
export interface ScopeDecision {
  readonly cluster: ClusterId;
  readonly workload: WorkloadId;
  readonly category: ScopeCategory;
  /** What the rules alone would say, when a person decided otherwise. */
  readonly proposed: ScopeCategory;
  readonly decidedBy: 'rule' | 'person';
  readonly basis: readonly ScopeBasis[];
}

/** Something that needs a person's scope decision: account data found in a log, a label on pods but not on the template ... */
export interface ScopeItem {
  readonly id: string;
  readonly kind:
    | 'account-data'
    | 'label-drift'
    | 'label-conflict'
    | 'host-network'
    | 'shared-node'
    | 'assumed-label'
    | 'missing-name';
  readonly text: string;
  readonly source?: SourceSpan;
}

/** Scope of all clusters. */
export interface ScopeMap {
  /** Label selectors that claim the CDE, and whether they were assumed rather than given. */
  readonly claims: readonly string[];
  readonly claimsAssumed: boolean;
  readonly decisions: readonly ScopeDecision[];
  readonly items: readonly ScopeItem[];
}
