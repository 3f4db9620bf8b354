// Which policies have a say about an end, and the decision of its side over a set of ports.
// The walk through the stages is in side-walk.ts.
import type {
  CompiledGate,
  CompiledPolicySet,
  Direction,
  Endpoint,
  UnsupportedPolicy,
} from '../policy/compiled.ts';
import { intersectPorts, subtractPorts } from '../policy/port-set.ts';
import {
  rulesInTurn,
  walkSide,
  type Ports,
  type Question,
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
  const own = createGate({ ...policies, id: 'network policies' }, [
    ...policies.unsupported,
    ...policies.refused,
  ]);
  const further = (policies.gates ?? []).map(gate => createGate(gate, []));
  return {
    decide: (subject, peer, direction, question, record) => {
      const asked = { subject, peer, direction, question, ...(record === undefined ? {} : { record }) };
      return further.reduce((sets, gate) => throughBoth(sets, gate.decide(asked)), own.decide(asked));
    },
    selecting: (subject, direction) => own.selectionOf(subject, direction).policies,
    staged: (subject, direction) => own.selectionOf(subject, direction).staged,
    open: (subject, direction) => own.selectionOf(subject, direction).open,
  };
}

interface Gate {
  selectionOf(subject: Endpoint, direction: Direction): Selection;
  decide(asked: Question): SideSets;
}

function createGate(gate: CompiledGate, openPolicies: readonly UnsupportedPolicy[]): Gate {
  const known = { ingress: new WeakMap<Endpoint, Selection>(), egress: new WeakMap<Endpoint, Selection>() };
  const selectionOf = (subject: Endpoint, direction: Direction): Selection => {
    const before = known[direction].get(subject);
    if (before !== undefined) return before;
    const selection = select(gate, openPolicies, subject, direction);
    known[direction].set(subject, selection);
    return selection;
  };
  return {
    selectionOf,
    decide: asked => walkSide(asked, selectionOf(asked.subject, asked.direction), gate.otherwise),
  };
}

/** Two gates in a row: only what both let through gets through. */
function throughBoth(a: SideSets, b: SideSets): SideSets {
  const allow = intersectPorts(a.allow, b.allow);
  const possible = intersectPorts([...a.allow, ...a.indeterminate], [...b.allow, ...b.indeterminate]);
  return {
    allow,
    indeterminate: subtractPorts(possible, allow),
    undecided: intersectPorts(a.undecided, b.undecided),
    because: [...a.because, ...b.because],
  };
}

function select(
  gate: CompiledGate,
  openPolicies: readonly UnsupportedPolicy[],
  subject: Endpoint,
  direction: Direction,
): Selection {
  const stages = gate[direction].map(stage => ({
    stage,
    policies: stage.policies.flatMap(policy => {
      const truth = policy[direction] ? policy.selects(subject) : 'no';
      return truth === 'no' ? [] : [{ stage, policy, truth }];
    }),
  }));
  const selecting = stages.flatMap(stage => stage.policies);
  return {
    stages: stages
      .filter(stage => stage.policies.length > 0)
      .map(({ stage, policies }) => ({
        stage,
        policies,
        rules: rulesInTurn(policies, direction, stage.mode),
      })),
    policies: selecting.filter(({ policy }) => !policy.staged),
    staged: selecting.filter(({ policy }) => policy.staged),
    open: openPolicies.filter(policy => mayTouch(policy, subject, direction)),
  };
}

function mayTouch(policy: UnsupportedPolicy, subject: Endpoint, direction: Direction): boolean {
  if (policy.directions?.includes(direction) === false) return false;
  if (policy.selects !== undefined) return policy.selects(subject) !== 'no';
  return policy.namespace === undefined || policy.namespace === subject.namespace;
}
