// What is worth a second look in the policies themselves: those that select nothing, rules that match nothing or never
// decide, blocks of addresses that hold pods, and the common slips of policy-semantics 2.8. It judges the text against
// this export only: a rule without a match today may have one tomorrow. Nothing here changes a verdict.
import { compareBy } from '../base/order.ts';
import type { CompiledPolicy, CompiledRule, CompiledStage, Direction, Endpoint } from '../policy/compiled.ts';
import { intersectPorts, subtractPorts } from '../policy/port-set.ts';
import type { Cluster } from './compiled-cluster.ts';
import { enforced, type PolicyProblem } from './policy-problem.ts';
import { equalOrders } from './equal-orders.ts';
import { policySlips } from './policy-slips.ts';
import { policyFaults } from './policy-faults.ts';
import { rulesInTurn, type Ports } from './side-walk.ts';

/** All problems of a cluster's enforced policies, sorted by policy, direction and rule. */
export function findPolicyProblems(cluster: Cluster): readonly PolicyProblem[] {
  const ends = endsOf(cluster);
  const found = [
    ...policyFaults(cluster.policies),
    ...unselecting(cluster, ends),
    ...splitting(cluster, ends),
    ...DIRECTIONS.flatMap(direction =>
      cluster.policies[direction].flatMap(stage => rulesOfStage(cluster, stage, direction, ends)),
    ),
    ...policySlips(cluster, ends),
    ...equalOrders(cluster, ends),
  ];
  return found.sort(
    compareBy(
      item => item.policy,
      item => item.direction ?? '',
      item => String(item.rule ?? -1).padStart(6),
      item => item.code,
      item => item.text,
    ),
  );
}

const DIRECTIONS = ['ingress', 'egress'] as const satisfies readonly Direction[];

/** One end per class: ends that no policy can tell apart. */
function endsOf(cluster: Cluster): readonly Endpoint[] {
  const byClass = new Map<number, Endpoint>();
  for (const end of [...cluster.endpoints.pods.values(), ...cluster.endpoints.nodes, ...cluster.externals]) {
    const name = cluster.classes.classOf(end);
    if (!byClass.has(name)) byClass.set(name, end);
  }
  return [...byClass.values()];
}

function unselecting(cluster: Cluster, ends: readonly Endpoint[]): readonly PolicyProblem[] {
  const policies = new Set([...enforced(cluster.policies.ingress), ...enforced(cluster.policies.egress)]);
  return [...policies]
    .filter(policy => ends.every(end => policy.selects(end) === 'no'))
    .map(policy => ({
      code: 'policy.selects-nothing' as const,
      policy: policy.id,
      text: 'selects no pod of this export',
      source: policy.source,
    }));
}

/** Policies that tell pods of one workload apart: a hand-set label, or a rollout half done. */
function splitting(cluster: Cluster, ends: readonly Endpoint[]): readonly PolicyProblem[] {
  const policies = [
    ...new Set([...enforced(cluster.policies.ingress), ...enforced(cluster.policies.egress)]),
  ];
  return cluster.snapshot.workloads.flatMap(workload => {
    const pods = workload.pods.flatMap(id => cluster.endpoints.pods.get(id) ?? []);
    const unlike = pods.filter(
      pod => cluster.classes.classOf(pod) !== cluster.classes.classOf(pods[0] ?? pod),
    );
    if (unlike.length === 0) return [];
    return policies
      .filter(policy => unlike.some(pod => tellsApart(policy, pods[0] ?? pod, pod, ends)))
      .map(policy => ({
        code: 'policy.splits-workload' as const,
        policy: policy.id,
        text: `treats the pods of ${workload.id} differently: their labels are not the same`,
        source: policy.source,
      }));
  });
}

function tellsApart(
  policy: CompiledPolicy,
  one: Endpoint,
  other: Endpoint,
  ends: readonly Endpoint[],
): boolean {
  if (policy.selects(one) !== policy.selects(other)) return true;
  const subject = ends.find(end => policy.selects(end) !== 'no');
  if (subject === undefined) return false;
  return DIRECTIONS.some(direction =>
    (direction === 'ingress' ? policy.ingressRules : policy.egressRules).some(
      rule => rule.match(subject, one, direction).truth !== rule.match(subject, other, direction).truth,
    ),
  );
}

/** What the rules of one stage come to over every pair: matched at all, matched everything, decided something. */
interface RuleRecord {
  matches: boolean;
  decides: boolean;
  matchesAll: boolean;
}

function rulesOfStage(
  cluster: Cluster,
  stage: CompiledStage,
  direction: Direction,
  ends: readonly Endpoint[],
): readonly PolicyProblem[] {
  const records = new Map<CompiledRule, RuleRecord>();
  for (const subject of ends.filter(end => end.kind === 'pod' || end.kind === 'host-endpoint')) {
    const selecting = stage.policies.flatMap(policy => {
      const truth = policy[direction] && !policy.staged ? policy.selects(subject) : 'no';
      return truth === 'no' ? [] : [{ stage, policy, truth }];
    });
    if (selecting.length === 0) continue;
    const rules = rulesInTurn(selecting, direction, stage.mode);
    for (const peer of ends)
      if (peer !== subject) recordPair(cluster, rules, subject, peer, direction, records);
  }
  return stage.policies
    .filter(policy => !policy.staged && policy.implied !== true)
    .flatMap(policy =>
      wholeRules(direction === 'ingress' ? policy.ingressRules : policy.egressRules).flatMap(parts => {
        const [rule] = parts;
        const record = mergeRecords(parts.flatMap(part => records.get(part) ?? []));
        return rule === undefined || record === undefined
          ? []
          : judgeRule(policy, rule, direction, stage, record);
      }),
    );
}

/** Rules as written: parts of one that were compiled apart share index and name. */
function wholeRules(rules: readonly CompiledRule[]): readonly (readonly CompiledRule[])[] {
  const whole = new Map<string, CompiledRule[]>();
  for (const rule of rules) {
    const key = `${rule.index} ${rule.name ?? ''}`;
    const parts = whole.get(key);
    if (parts === undefined) whole.set(key, [rule]);
    else parts.push(rule);
  }
  return [...whole.values()];
}

function mergeRecords(records: readonly RuleRecord[]): RuleRecord | undefined {
  if (records.length === 0) return undefined;
  const some = (key: keyof RuleRecord): boolean => records.some(record => record[key]);
  return { matches: some('matches'), decides: some('decides'), matchesAll: some('matchesAll') };
}

function recordPair(
  cluster: Cluster,
  rules: ReturnType<typeof rulesInTurn>,
  subject: Endpoint,
  peer: Endpoint,
  direction: Direction,
  records: Map<CompiledRule, RuleRecord>,
): void {
  let rest: Ports = cluster.universe;
  for (const { rule, truth } of rules) {
    const record = records.get(rule) ?? { matches: false, decides: false, matchesAll: true };
    records.set(rule, record);
    const match = rule.match(subject, peer, direction);
    const ports =
      match.truth === 'no' ? [] : intersectPorts(cluster.universe, match.ports ?? cluster.universe);
    if (ports.length === 0) {
      record.matchesAll = false;
      continue;
    }
    record.matches = true;
    if (match.ports !== undefined) record.matchesAll = false;
    if (rule.action === 'log' || intersectPorts(rest, ports).length > 0) record.decides = true;
    if (rule.action !== 'log' && match.truth === 'yes' && truth === 'yes') rest = subtractPorts(rest, ports);
  }
}

const NEVER_DECIDES = {
  ordered: 'rules before it decide everything that it matches',
  union: 'other rules of the same pods already allow everything that it allows',
  pool: 'other rules of the same pods already allow or deny everything that it allows',
  deny: 'other rules of the same pods already deny everything that it denies',
} as const;

function judgeRule(
  policy: CompiledPolicy,
  rule: CompiledRule,
  direction: Direction,
  stage: CompiledStage,
  record: RuleRecord,
): readonly PolicyProblem[] {
  const about = (code: PolicyProblem['code'], text: string): readonly PolicyProblem[] => [
    { code, policy: policy.id, direction, rule: rule.index, text, source: rule.source },
  ];
  if (!record.matches) return about('rule.matches-nothing', 'matches no end of this export on any port');
  if (!record.decides)
    return about(
      'rule.never-decides',
      NEVER_DECIDES[stage.mode === 'pool' && rule.action === 'deny' ? 'deny' : stage.mode],
    );
  if (record.matchesAll && rule.action === 'allow')
    return about(
      'rule.allows-everything',
      `allows every ${direction === 'ingress' ? 'source' : 'target'} on every port`,
    );
  return [];
}
