// Every question that the policies of a cluster ask about single ends, each once, with a number. Policies and rules that do
// not say what they depend on get questions that depend on everything, so that nothing is ever taken as alike by mistake.
import type {
  CompiledGate,
  CompiledPolicy,
  CompiledPolicySet,
  CompiledRule,
  Endpoint,
  EndTest,
  Truth,
  UnsupportedPolicy,
} from '../../policy/compiled.ts';
import { answerOf } from '../../policy/end-test.ts';

/** The questions of a policy set. */
export interface EndTests {
  readonly tests: readonly EndTest[];
  /** Number of the question whom a policy selects. */
  targetOf(policy: CompiledPolicy): number;
  /** The same of a policy that was not understood; undefined when it may touch any end. */
  openTargetOf(policy: UnsupportedPolicy): number | undefined;
  /** Groups of questions that a rule's match depends on, at either end. */
  factorOf(rule: CompiledRule): RuleTests;
}

/** A rule's groups of questions, by number. */
export interface RuleTests {
  readonly subject: readonly (readonly number[])[];
  readonly peer: readonly (readonly number[])[];
}

/** The gates of a policy set in the order in which they are passed: the network plugin's own stages first. */
export function gatesOf(policies: CompiledPolicySet): readonly CompiledGate[] {
  return [{ ...policies, id: 'network policies' }, ...(policies.gates ?? [])];
}

/** Collects the questions; `wholeEnd` asks for everything there is to an end. Questions of `before` keep their numbers. */
export function collectTests(
  policies: CompiledPolicySet,
  wholeEnd: EndTest,
  before?: Collected,
): EndTests & Collected {
  const tests: EndTest[] = [...(before?.tests ?? [])];
  const byKey = new Map(before?.byKey);
  const targets = new Map(before?.targets);
  const factors = new Map(before?.factors);
  const note = (test: EndTest): number => {
    const known = byKey.get(test.key);
    if (known !== undefined) return known;
    byKey.set(test.key, tests.length);
    return tests.push(test) - 1;
  };
  const noteRule = (rule: CompiledRule): void => {
    if (factors.has(rule)) return;
    const { subject, peer } = rule.factor ?? { subject: [[wholeEnd]], peer: [[wholeEnd]] };
    factors.set(rule, {
      subject: subject.map(group => group.map(note)),
      peer: peer.map(group => group.map(note)),
    });
  };
  const noteTarget = (policy: Target, isNamed: boolean): void => {
    const { namespace } = policy;
    if (targets.has(policy)) return;
    const selects = (end: Endpoint): Truth => policy.selects?.(end) ?? 'unknown';
    if (policy.selects !== undefined)
      targets.set(policy, note(policy.target ?? unsaidTarget({ selects }, targets.size)));
    else if (isNamed && namespace !== undefined) targets.set(policy, note(placeTest(namespace)));
  };
  for (const gate of gatesOf(policies)) {
    for (const direction of ['ingress', 'egress'] as const) {
      for (const policy of gate[direction].flatMap(stage => stage.policies)) {
        if (policy.staged || before?.targets.has(policy) === true) continue;
        noteTarget(policy, false);
        (direction === 'ingress' ? policy.ingressRules : policy.egressRules).forEach(noteRule);
      }
    }
  }
  for (const policy of [...policies.unsupported, ...policies.refused]) noteTarget(policy, true);
  return {
    tests,
    byKey,
    targets,
    factors,
    targetOf: policy => known(targets, policy),
    openTargetOf: policy => targets.get(policy),
    factorOf: rule => known(factors, rule),
  };
}

type Target = CompiledPolicy | UnsupportedPolicy;

/** What was collected, to go on from. */
export interface Collected {
  readonly tests: readonly EndTest[];
  readonly byKey: ReadonlyMap<string, number>;
  readonly targets: ReadonlyMap<Target, number>;
  readonly factors: ReadonlyMap<CompiledRule, RuleTests>;
}

function known<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const found = map.get(key);
  if (found === undefined) throw new Error('Invariant broken: a policy of another set');
  return found;
}

function unsaidTarget(policy: Pick<CompiledPolicy, 'selects'>, number: number): EndTest {
  return { key: `target ${number}`, needs: [], ask: end => answerOf(policy.selects(end)) };
}

function placeTest(namespace: string): EndTest {
  return {
    key: `namespace ${namespace}`,
    labels: [],
    needs: [{ kind: 'namespace', name: namespace }],
    ask: end => answerOf(end.namespace === namespace ? 'yes' : 'no'),
  };
}
