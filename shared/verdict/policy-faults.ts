// Policies that are not applied as written: refused, not simulated, or in a place where they do nothing. Each with its
// line; what they could touch is indeterminate, so that silence about them would be the only danger left.
import { compareBy } from '../base/order.ts';
import type { CompiledPolicySet, UnsupportedPolicy } from '../policy/compiled.ts';
import type { PolicyProblem } from './policy-problem.ts';

/** All faults of a policy set, sorted by policy. */
export function policyFaults(policies: CompiledPolicySet): readonly PolicyProblem[] {
  const named = (code: PolicyProblem['code'], list: readonly UnsupportedPolicy[]): readonly PolicyProblem[] =>
    list.map(policy => ({ code, policy: policy.id, text: policy.reason, source: policy.source }));
  const found = [
    ...named('policy.refused', policies.refused),
    ...named('policy.not-simulated', policies.unsupported),
    ...named('policy.misplaced', policies.misplaced ?? []),
  ];
  return found.sort(
    compareBy(
      item => item.policy,
      item => item.code,
      item => item.text,
    ),
  );
}
