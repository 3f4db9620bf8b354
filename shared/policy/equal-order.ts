// Policies of one order (or priority) of which nothing tells which comes first. Where every order gives the same answer
// nothing changes; where they differ, a policy that stands before them all leaves exactly those ports open.
import type { CompiledPolicy, CompiledRule, Direction, Endpoint, RuleMatch } from './compiled.ts';
import { ALL_PORTS, intersectPorts, mergePorts, subtractPorts } from './port-set.ts';

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
  return [...groups.values()].flatMap(equals =>
    equals.length < 2 ? equals : [tieOf(equals, 'priority'), ...equals],
  );
}

/** What keeps the conflicts of some policies open: it stands before them. */
export function tieOf(equals: readonly CompiledPolicy[], what: 'priority' | 'order'): CompiledPolicy {
  const [first] = equals;
  const names = namesOf(equals);
  const order = first?.order ?? (what === 'order' ? 'unset' : 0);
  const words = `${names} have the same ${what} ${order} and disagree`;
  const rules = (direction: Direction): readonly CompiledRule[] =>
    ACTIONS.map((action, index) => ({
      index,
      action,
      source: first?.source ?? { file: '', line: 0 },
      match: (subject, peer) => {
        const ports = conflictPorts(equals, subject, peer, direction, action);
        return ports.length === 0
          ? { truth: 'no', text: `${names} do not disagree here`, ports: [] }
          : { truth: 'unknown', text: `${words}: ${OPEN[what]}`, field: what, ports };
      },
    }));
  return {
    id: `equal ${what} ${order} (${names})`,
    kind: first?.kind ?? '',
    name: `equal ${what} ${order}`,
    ...(first?.tier === undefined ? {} : { tier: first.tier }),
    ...(first?.order === undefined ? {} : { order: first.order }),
    implied: true,
    staged: false,
    ingress: equals.filter(policy => policy.ingress).length > 1,
    egress: equals.filter(policy => policy.egress).length > 1,
    ingressRules: rules('ingress'),
    egressRules: rules('egress'),
    source: first?.source ?? { file: '', line: 0 },
    selects: end => (equals.filter(policy => policy.selects(end) !== 'no').length > 1 ? 'yes' : 'no'),
  };
}

const OPEN = {
  priority: 'which comes first is not defined',
  order: 'which comes first depends on the version of Calico, which is not in the export',
} as const;
const MOST_NAMES = 4;

function namesOf(equals: readonly CompiledPolicy[]): string {
  const names = equals.slice(0, MOST_NAMES).map(policy => policy.name);
  const rest = equals.length - names.length;
  return `${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Whether policies can disagree at all: those that only allow never do. */
export function mayDisagree(equals: readonly CompiledPolicy[], direction: Direction): boolean {
  return (
    equals.length > 1 &&
    equals.some(policy =>
      (direction === 'ingress' ? policy.ingressRules : policy.egressRules).some(
        rule => rule.action === 'deny' || rule.action === 'pass',
      ),
    )
  );
}

/** Ports that one of the equals decides by `action` and another one otherwise. */
function conflictPorts(
  equals: readonly CompiledPolicy[],
  subject: Endpoint,
  peer: Endpoint,
  direction: Direction,
  action: Action,
): Ports {
  const decisions = equals
    .filter(policy => policy[direction] && policy.selects(subject) !== 'no')
    .map(policy => decisionsOf(policy, subject, peer, direction));
  return mergePorts(
    decisions.flatMap((one, at) =>
      decisions.flatMap((other, index) =>
        at === index
          ? []
          : ACTIONS.filter(word => word !== action).flatMap(word => intersectPorts(one[action], other[word])),
      ),
    ),
  );
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
