// What can be said about one policy or one rule of it, beside the verdicts; policy-problems.ts finds them.
import type { SourceSpan } from '../base/source.ts';
import type { CompiledPolicy, CompiledStage, Direction } from '../policy/compiled.ts';

/** Something about one policy, or one rule of it. */
export interface PolicyProblem {
  readonly code:
    | 'policy.refused'
    | 'policy.not-simulated'
    | 'policy.misplaced'
    | 'policy.selects-nothing'
    | 'policy.splits-workload'
    | 'policy.equal-order'
    | 'rule.matches-nothing'
    | 'rule.never-decides'
    | 'port.not-declared'
    | 'rule.allows-everything'
    | 'rule.or-where-and'
    | 'block.holds-pods'
    | 'egress.no-dns';
  readonly policy: string;
  readonly direction?: Direction;
  readonly rule?: number;
  readonly text: string;
  readonly source: SourceSpan;
}

/** The written policies of some stages that decide. */
export function enforced(stages: readonly CompiledStage[]): readonly CompiledPolicy[] {
  return stages.flatMap(stage => stage.policies).filter(policy => !policy.staged && policy.implied !== true);
}
