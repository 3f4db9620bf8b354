// What is worth a second look in the policies themselves: those that select nothing, rules that match nothing or never
// decide, blocks of addresses that hold pods, and the common slips of policy-semantics 2.8. It judges the text against
// this export only: a rule without a match today may have one tomorrow. Nothing here changes a verdict.
import { coverOf, parseAddressRange, printAddressRange, type AddressRange } from '../base/address.ts';
import { isObject, type JsonObject } from '../base/json.ts';
import { compareBy } from '../base/order.ts';
import type { SourceSpan } from '../base/source.ts';
import { listAt } from '../model/read.ts';
import { spanOf, type KubernetesObject } from '../model/object.ts';
import type { CompiledPolicy, CompiledRule, CompiledStage, Direction, Endpoint } from '../policy/compiled.ts';
import { isNetworkPolicy } from '../policy/kubernetes/compile.ts';
import { intersectPorts, subtractPorts } from '../policy/port-set.ts';
import type { Cluster } from './compiled-cluster.ts';
import { rulesInTurn, type Ports } from './side-walk.ts';

/** Something about one policy, or one rule of it. */
export interface PolicyProblem {
  readonly code:
    | 'policy.selects-nothing'
    | 'policy.splits-workload'
    | 'rule.matches-nothing'
    | 'rule.never-decides'
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

/** All problems of a cluster's enforced policies, sorted by policy, direction and rule. */
export function findPolicyProblems(cluster: Cluster): readonly PolicyProblem[] {
  const ends = endsOf(cluster);
  const found = [
    ...unselecting(cluster, ends),
    ...splitting(cluster, ends),
    ...DIRECTIONS.flatMap(direction =>
      cluster.policies[direction].flatMap(stage => rulesOfStage(cluster, stage, direction, ends)),
    ),
    ...DIRECTIONS.flatMap(direction => blocksWithPods(cluster, direction)),
    ...withoutDns(cluster, ends),
    ...cluster.snapshot.policies.filter(isNetworkPolicy).flatMap(orWhereAnd),
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

function enforced(stages: readonly CompiledStage[]): readonly CompiledPolicy[] {
  return stages.flatMap(stage => stage.policies).filter(policy => !policy.staged);
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
    .filter(policy => !policy.staged)
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

/** Blocks that are written for addresses outside, and hold addresses of pods, Services or nodes. */
function blocksWithPods(cluster: Cluster, direction: Direction): readonly PolicyProblem[] {
  const { snapshot, profile } = cluster;
  const inside = [
    ...snapshot.pods
      .filter(pod => pod.live && !pod.hostNetwork)
      .flatMap(pod => pod.ips.map(ip => [ip, pod.id] as const)),
    ...snapshot.services.flatMap(one =>
      one.clusterIps.map(ip => [ip, `Service ${one.namespace}/${one.name}`] as const),
    ),
  ].flatMap(([ip, name]) => {
    const range = parseAddressRange(ip);
    return range === undefined ? [] : [{ range, name }];
  });
  return enforced(cluster.policies[direction])
    .filter(policy => policy.kind === 'NetworkPolicy' && !policy.id.includes('.projectcalico.org '))
    .flatMap(policy =>
      (policy.addresses ?? []).flatMap(block => {
        const held = inside.filter(({ range }) => coverOf(block, range) === 'all');
        const first = held[0];
        if (first === undefined) return [];
        return [blockProblem(policy, direction, block, first.name, held.length, profile.ipBlockMatchesPods)];
      }),
    );
}

function blockProblem(
  policy: CompiledPolicy,
  direction: Direction,
  block: AddressRange,
  first: string,
  count: number,
  matchesPods: boolean,
): PolicyProblem {
  const effect = matchesPods
    ? 'this engine lets the block match pods too'
    : 'this engine never matches pods by a block, other engines do';
  const others = count === 1 ? '' : ` and ${count - 1} more inside the cluster`;
  return {
    code: 'block.holds-pods',
    policy: policy.id,
    direction,
    text: `block ${printAddressRange(block)} holds ${first}${others}: ${effect}`,
    source: policy.source,
  };
}

/** Pods whose egress is closed and that can reach no cluster DNS: what they name they cannot find. */
function withoutDns(cluster: Cluster, ends: readonly Endpoint[]): readonly PolicyProblem[] {
  const servers = dnsServers(cluster);
  if (servers.length === 0) return [];
  const found = new Map<string, PolicyProblem>();
  for (const subject of ends.filter(end => end.kind === 'pod')) {
    const selecting = cluster.decider.selecting(subject, 'egress');
    const first = selecting[0]?.policy;
    if (first === undefined || servers.some(server => server.id === subject.id)) continue;
    const opens = servers.some(server => {
      const sets = cluster.table.setsOf(subject, server, 'egress');
      return intersectPorts([...sets.allow, ...sets.indeterminate], DNS).length > 0;
    });
    if (opens || found.has(first.id)) continue;
    found.set(first.id, {
      code: 'egress.no-dns',
      policy: first.id,
      direction: 'egress',
      text: `${subject.id} may reach no cluster DNS on UDP or TCP 53`,
      source: first.source,
    });
  }
  return [...found.values()];
}

const DNS: Ports = [
  { protocol: 'TCP', from: 53, to: 53 },
  { protocol: 'UDP', from: 53, to: 53 },
];

function dnsServers(cluster: Cluster): readonly Endpoint[] {
  const names = new Set(['kube-dns', 'coredns', 'rke2-coredns-rke2-coredns', 'dns-default']);
  return cluster.snapshot.services
    .filter(
      service => names.has(service.name) && ['kube-system', 'openshift-dns'].includes(service.namespace),
    )
    .flatMap(service => service.pods.flatMap(id => cluster.endpoints.pods.get(id) ?? []));
}

/** A list item with only a namespaceSelector beside one with only a podSelector: "or", where "and" is usually meant. */
function orWhereAnd(object: KubernetesObject): readonly PolicyProblem[] {
  return DIRECTIONS.flatMap(direction =>
    listAt(object.body, 'spec', direction).flatMap((rule, index) => {
      const peers = listAt(rule, direction === 'ingress' ? 'from' : 'to');
      const only = (key: string, other: string): boolean =>
        peers.some(peer => isObject(peer) && hasField(peer, key) && !hasField(peer, other));
      if (!only('namespaceSelector', 'podSelector') || !only('podSelector', 'namespaceSelector')) return [];
      return [
        {
          code: 'rule.or-where-and' as const,
          policy: `NetworkPolicy ${object.meta.namespace ?? 'default'}/${object.meta.name}`,
          direction,
          rule: index,
          text: 'one peer names namespaces and another names pods of its own namespace: either is enough; both together need one list item',
          source: spanOf(object, `/spec/${direction}/${index}`),
        },
      ];
    }),
  );
}

function hasField(peer: JsonObject, key: string): boolean {
  return peer[key] !== undefined && peer[key] !== null;
}
