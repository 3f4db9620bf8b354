// Which policies have a say about an end, and the decision of its side over a set of ports.
// The walk through the stages is in side-walk.ts.
import type { CompiledPolicySet, Direction, Endpoint, UnsupportedPolicy } from '../policy/compiled.ts';
import {
  walkSide,
  type Ports,
  type RecordStep,
  type Selection,
  type SelectingPolicy,
  type SideSets,
} from './side-walk.ts';

/** Decides sides under one policy set. */
export interface Decider {
  decide(
    subject: Endpoint,
    peer: Endpoint,
    direction: Direction,
    question: Ports,
    record?: RecordStep,
  ): SideSets;
  /** Enforced policies that select an end in a direction (or may). */
  selecting(subject: Endpoint, direction: Direction): readonly SelectingPolicy[];
  /** Staged policies that would select an end in a direction (or may): shown, never enforced. */
  staged(subject: Endpoint, direction: Direction): readonly SelectingPolicy[];
  /** Policies that could touch an end but were not understood. */
  open(subject: Endpoint, direction: Direction): readonly UnsupportedPolicy[];
}

/** Makes a decider; which policies select an end is remembered per endpoint object. */
export function createDecider(policies: CompiledPolicySet): Decider {
  const known = { ingress: new WeakMap<Endpoint, Selection>(), egress: new WeakMap<Endpoint, Selection>() };
  const selectionOf = (subject: Endpoint, direction: Direction): Selection => {
    const before = known[direction].get(subject);
    if (before !== undefined) return before;
    const selection = select(policies, subject, direction);
    known[direction].set(subject, selection);
    return selection;
  };
  return {
    decide: (subject, peer, direction, question, record) =>
      walkSide(
        { subject, peer, direction, question, ...(record === undefined ? {} : { record }) },
        selectionOf(subject, direction),
        policies.otherwise,
      ),
    selecting: (subject, direction) => selectionOf(subject, direction).policies,
    staged: (subject, direction) => selectionOf(subject, direction).staged,
    open: (subject, direction) => selectionOf(subject, direction).open,
  };
}

function select(policies: CompiledPolicySet, subject: Endpoint, direction: Direction): Selection {
  const stages = policies[direction].map(stage => ({
    stage,
    policies: stage.policies.flatMap(policy => {
      const truth = policy[direction] ? policy.selects(subject) : 'no';
      return truth === 'no' ? [] : [{ stage, policy, truth }];
    }),
  }));
  const selecting = stages.flatMap(stage => stage.policies);
  return {
    stages: stages.filter(stage => stage.policies.length > 0),
    policies: selecting.filter(({ policy }) => !policy.staged),
    staged: selecting.filter(({ policy }) => policy.staged),
    open: [...policies.unsupported, ...policies.refused].filter(policy =>
      mayTouch(policy, subject, direction),
    ),
  };
}

function mayTouch(policy: UnsupportedPolicy, subject: Endpoint, direction: Direction): boolean {
  if (policy.directions?.includes(direction) === false) return false;
  if (policy.selects !== undefined) return policy.selects(subject) !== 'no';
  return policy.namespace === undefined || policy.namespace === subject.namespace;
}
