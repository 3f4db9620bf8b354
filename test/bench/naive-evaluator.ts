// The plain way to decide a connection: every policy is asked for every connection, first match wins, tier by tier. Also
// the same with policies indexed by the namespace they can select. Peers of the benchmark, and its oracle.
import type { PlainCluster, PlainEnd, PlainPolicy, PlainRule, PlainSet } from './drawn-facts.ts';

/** A decision: whether it is allowed and who settled it (`<policy> <rule>`, `tier <n>` or `default`). */
export interface PlainVerdict {
  readonly isAllowed: boolean;
  readonly by: string;
}

/** One connection to decide. */
export interface PlainFlow {
  readonly src: PlainEnd;
  readonly dst: PlainEnd;
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
}

/** Decides by asking all policies. */
export function naiveEvaluator(cluster: PlainCluster): (flow: PlainFlow) => PlainVerdict {
  return flow => decideBoth(flow, () => cluster.policies);
}

/** Decides by asking the policies of the subject's namespace and the global ones. */
export function indexedEvaluator(cluster: PlainCluster): (flow: PlainFlow) => PlainVerdict {
  const byNamespace = new Map(
    cluster.namespaces.map(({ name }) => [
      name,
      cluster.policies.filter(({ target }) => target.namespace === undefined || target.namespace === name),
    ]),
  );
  return flow => decideBoth(flow, subject => byNamespace.get(subject.namespace ?? '') ?? []);
}

/** Whether a set means an end. */
export function isMeant(set: PlainSet, end: PlainEnd): boolean {
  if (set.block !== undefined) return set.block.from <= end.address && end.address <= set.block.to;
  if (end.namespace === undefined) return false;
  if (set.namespace !== undefined && set.namespace !== end.namespace) return false;
  for (const [key, value] of set.namespaceLabels ?? []) if (end.namespaceLabels[key] !== value) return false;
  for (const [key, value] of set.labels ?? []) if (end.labels[key] !== value) return false;
  return true;
}

function decideBoth(
  flow: PlainFlow,
  policiesOf: (subject: PlainEnd) => readonly PlainPolicy[],
): PlainVerdict {
  const egress = decideSide(flow, 'egress', policiesOf);
  if (egress?.isAllowed === false) return egress;
  const ingress = decideSide(flow, 'ingress', policiesOf);
  if (ingress?.isAllowed === false) return ingress;
  const settled = ingress === undefined || ingress.by === 'default' ? egress : ingress;
  return settled ?? ingress ?? OPEN;
}

const OPEN: PlainVerdict = { isAllowed: true, by: 'default' };

/** Undefined for an end outside the cluster, which no policy governs. */
function decideSide(
  flow: PlainFlow,
  direction: 'ingress' | 'egress',
  policiesOf: (subject: PlainEnd) => readonly PlainPolicy[],
): PlainVerdict | undefined {
  const [subject, peer] = direction === 'egress' ? [flow.src, flow.dst] : [flow.dst, flow.src];
  if (subject.namespace === undefined) return undefined;
  let tier = -1;
  let isSelected = false;
  let hasPassed = false;
  for (const policy of policiesOf(subject)) {
    const rules = policy[direction];
    if (rules === undefined) continue;
    if (policy.tier !== tier) {
      if (isSelected && !hasPassed) return { isAllowed: false, by: `tier ${tier}` };
      ({ tier } = policy);
      isSelected = false;
      hasPassed = false;
    }
    if (hasPassed || !isMeant(policy.target, subject)) continue;
    isSelected = true;
    const rule = rules.find(one => holdsPort(one, flow) && isPeer(one, peer));
    if (rule === undefined) continue;
    if (rule.action !== 'pass')
      return { isAllowed: rule.action === 'allow', by: `${policy.id} ${rule.index}` };
    hasPassed = true;
  }
  return isSelected && !hasPassed ? { isAllowed: false, by: `tier ${tier}` } : OPEN;
}

function isPeer(rule: PlainRule, peer: PlainEnd): boolean {
  return rule.peers.length === 0 || rule.peers.some(set => isMeant(set, peer));
}

function holdsPort(rule: PlainRule, { protocol, port }: PlainFlow): boolean {
  if (rule.ports.length === 0) return true;
  return rule.ports.some(one => one.protocol === protocol && one.from <= port && port <= one.to);
}
