// Two admin policies of one priority: the standard leaves open which comes first. Where every order gives the same answer
// nothing changes; where they differ, a policy that stands before them all leaves exactly those ports open.
import type { CompiledPolicy, CompiledRule, Direction, Endpoint, RuleMatch } from '../compiled.ts';
import { ALL_PORTS, intersectPorts, mergePorts, subtractPorts } from '../port-set.ts';

type Ports = NonNullable<RuleMatch['ports']>;
type Action = 'allow' | 'deny' | 'pass';
const ACTIONS: readonly Action[] = ['allow', 'deny', 'pass'];

/** The policies in order of priority, each group of equals headed by the one that keeps their conflicts open. */
export function withTies(policies: readonly CompiledPolicy[]): readonly CompiledPolicy[] {
  const groups = new Map<number, CompiledPolicy[]>();
  for (const policy of policies) {
    const order = policy.order ?? 0;
    groups.set(order, [...(groups.get(order) ?? []), policy]);
  }
  return [...groups.values()].flatMap(equals => (equals.length < 2 ? equals : [tieOf(equals), ...equals]));
}

function tieOf(equals: readonly CompiledPolicy[]): CompiledPolicy {
  const [first] = equals;
  const names = equals.map(policy => policy.name).join(', ');
  const order = first?.order ?? 0;
  const rules = (direction: Direction): readonly CompiledRule[] =>
    ACTIONS.map((action, index) => ({
      index,
      action,
      source: first?.source ?? { file: '', line: 0 },
      match: (subject, peer) => conflict(equals, subject, peer, direction, action, names, order),
    }));
  return {
    id: `equal priority ${order} (${names})`,
    kind: first?.kind ?? '',
    name: `equal priority ${order}`,
    ...(first?.tier === undefined ? {} : { tier: first.tier }),
    order,
    staged: false,
    ingress: equals.filter(policy => policy.ingress).length > 1,
    egress: equals.filter(policy => policy.egress).length > 1,
    ingressRules: rules('ingress'),
    egressRules: rules('egress'),
    source: first?.source ?? { file: '', line: 0 },
    selects: end => (equals.filter(policy => policy.selects(end) !== 'no').length > 1 ? 'yes' : 'no'),
  };
}

/** Ports that one of the equals decides by `action` and another one otherwise. */
function conflict(
  equals: readonly CompiledPolicy[],
  subject: Endpoint,
  peer: Endpoint,
  direction: Direction,
  action: Action,
  names: string,
  order: number,
): RuleMatch {
  const decisions = equals
    .filter(policy => policy[direction] && policy.selects(subject) !== 'no')
    .map(policy => decisionsOf(policy, subject, peer, direction));
  const ports = decisions.flatMap((one, at) =>
    decisions.flatMap((other, index) =>
      at === index
        ? []
        : ACTIONS.filter(word => word !== action).flatMap(word => intersectPorts(one[action], other[word])),
    ),
  );
  if (ports.length === 0) return { truth: 'no', text: `${names} do not disagree here`, ports: [] };
  const text = `${names} have the same priority ${order} and disagree: which comes first is not defined`;
  return { truth: 'unknown', text, field: 'priority', ports: mergePorts(ports) };
}

/** What the first matching rule of one policy alone decides for each port. */
function decisionsOf(
  policy: CompiledPolicy,
  subject: Endpoint,
  peer: Endpoint,
  direction: Direction,
): Readonly<Record<Action, Ports>> {
  const found: Record<Action, Ports> = { allow: [], deny: [], pass: [] };
  let rest: Ports = ALL_PORTS;
  for (const rule of direction === 'ingress' ? policy.ingressRules : policy.egressRules) {
    if (rule.action === 'log') continue;
    const match = rule.match(subject, peer, direction);
    if (match.truth === 'no') continue;
    const ports = match.ports === undefined ? rest : intersectPorts(rest, match.ports);
    found[rule.action] = mergePorts([...found[rule.action], ...ports]);
    if (match.truth === 'yes') rest = subtractPorts(rest, ports);
  }
  return found;
}
