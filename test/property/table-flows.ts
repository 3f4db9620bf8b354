// Asks the tables and the rule-by-rule walk the same questions on one random cluster; both must say the same, to the rule
// that decided and to whatever stays open.
import { makeRandom } from '../generate/random.ts';
import type { Direction, Endpoint } from '../../shared/policy/compiled.ts';
import { PROFILES } from '../../shared/policy/profile.ts';
import type { Protocol } from '../../shared/model/snapshot.ts';
import { compileFor, type Cluster } from '../../shared/verdict/compiled-cluster.ts';
import { externalEndpoint } from '../../shared/verdict/endpoints.ts';
import { DECIDED, portKey } from '../../shared/verdict/table/port-tables.ts';
import type { Step } from '../../shared/verdict/verdict.ts';
import { OUTSIDE, randomBodies, snapshotOf } from '../fixtures/random-cluster.ts';

/** What came of asking. */
export interface Compared {
  readonly flows: number;
  readonly open: number;
  readonly denied: number;
  readonly byRule: number;
  /** Each difference as text. */
  readonly differences: readonly string[];
}

/** Asks `flows` questions of the cluster of a seed. */
export function compareTables(seed: number, flows: number): Compared {
  const random = makeRandom(seed * 7 + 1);
  const profile = seed % 4 === 0 ? PROFILES.kubernetes : PROFILES.calico;
  const cluster = compileFor(snapshotOf(randomBodies(seed)), profile);
  const ends = [
    ...cluster.endpoints.pods.values(),
    ...cluster.endpoints.nodes,
    cluster.controller,
    ...OUTSIDE.map(address => externalEndpoint(address, [address])),
  ];
  const pods = ends.filter(end => end.kind === 'pod');
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const counts = { flows: 0, open: 0, denied: 0, byRule: 0, differences: [] as string[] };
  for (; counts.flows < flows; counts.flows++) {
    const direction = pick(['ingress', 'egress'] as const);
    const protocol = pick(['TCP', 'TCP', 'UDP', 'SCTP', 'ICMP'] as const);
    const port = protocol === 'ICMP' ? 0 : pick([1, 49, 50, 53, 80, 90, 91, 8000, 8080, 8091, 65_535]);
    const subject = pick(random() < 0.9 && pods.length > 0 ? pods : ends);
    const asked = { subject, peer: pick(ends), direction, protocol, port };
    const slow = askSlowly(cluster, asked);
    const fast = askTable(cluster, asked);
    if (slow.startsWith('indeterminate')) counts.open++;
    if (slow.startsWith('deny')) counts.denied++;
    if (/ rule \d/.test(slow)) counts.byRule++;
    if (slow !== fast) {
      const { peer } = asked;
      const question = `seed ${seed}: ${direction} of ${subject.id} with ${peer.id} ${protocol} ${port}`;
      counts.differences.push(`${question}: ${fast} instead of ${slow}`);
    }
  }
  return counts;
}

interface Asked {
  readonly subject: Endpoint;
  readonly peer: Endpoint;
  readonly direction: Direction;
  readonly protocol: Protocol;
  readonly port: number;
}

function askSlowly(cluster: Cluster, { subject, peer, direction, protocol, port }: Asked): string {
  const steps: Step[] = [];
  const question = [{ protocol, from: port, to: port }];
  const sets = cluster.decider.decide(subject, peer, direction, question, step => steps.push(step));
  const first = steps.find(step => step.decisive);
  const outcome = sets.allow.length > 0 ? 'allow' : sets.indeterminate.length > 0 ? 'indeterminate' : 'deny';
  const end = sets.undecided.length > 0 ? ' undecided' : '';
  if (first === undefined) return `${outcome} by nobody${end}`;
  const rule = first.rule === undefined ? '' : ` ${first.policy ?? ''} rule ${first.rule}`;
  return `${outcome} by ${first.stage}${rule}${end}`;
}

function askTable(cluster: Cluster, { subject, peer, direction, protocol, port }: Asked): string {
  const { table } = cluster;
  const [one, other] = [table.classOf(subject), table.classOf(peer)];
  if (one === undefined || other === undefined) return 'an end has no class';
  const value = table.tables.valueAt(table.side(one, other, direction), portKey(protocol, port));
  const decider = table.deciders.at(value >> 3);
  const outcome =
    (value & DECIDED.allow) !== 0
      ? 'allow'
      : (value & DECIDED.indeterminate) !== 0
        ? 'indeterminate'
        : 'deny';
  const end = (value & DECIDED.undecided) !== 0 ? ' undecided' : '';
  if (decider === undefined) return `${outcome} by nobody${end}`;
  const rule = decider.rule === undefined ? '' : ` ${decider.policy ?? ''} rule ${decider.rule}`;
  return `${outcome} by ${decider.stage}${rule}${end}`;
}
