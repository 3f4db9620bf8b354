// Connections drawn over a drawn cluster, as facts for the plain evaluators and as numbers for tables; and the check that
// both name the same outcome and the same rule.
import type { PodId } from '../../shared/base/brand.ts';
import type { Endpoint } from '../../shared/policy/compiled.ts';
import type { Cluster } from '../../shared/verdict/compiled-cluster.ts';
import { externalEndpoint } from '../../shared/verdict/endpoints.ts';
import { DECIDED, portKey } from '../../shared/verdict/table/port-tables.ts';
import { makeRandom } from '../generate/random.ts';
import { outsideEnd, type PlainCluster, type PlainEnd } from './drawn-facts.ts';
import { indexedEvaluator, naiveEvaluator, type PlainFlow } from './naive-evaluator.ts';

/** Flows as numbers: what a replay holds after its ends were looked up. */
export interface Flows {
  readonly src: Int32Array;
  readonly dst: Int32Array;
  readonly key: Int32Array;
}

/** How many connections, and their seed. */
export interface FlowSize {
  readonly flows: number;
  readonly seed: number;
}

/** Connections over some ends. */
export interface DrawnFlows {
  readonly plain: (at: number) => PlainFlow;
  readonly ends: readonly PlainEnd[];
  readonly flows: Flows;
}

const PORTS = [443, 5432, 6379, 8080, 8443, 9092, 3306, 8050, 22] as const;
const OUTSIDE = [
  '203.0.113.7',
  '198.51.100.9',
  '192.0.2.20',
  '8.8.8.8',
  '1.1.1.1',
  '198.51.100.200',
] as const;

/** Draws connections: one in ten to or from outside, never from a pod to itself. */
export function drawFlows(facts: PlainCluster, size: FlowSize): DrawnFlows {
  const random = makeRandom(size.seed + 77);
  const below = (bound: number): number => Math.floor(random() * bound);
  const ends = [...facts.pods, ...OUTSIDE.map(outsideEnd)];
  const pods = facts.pods.length;
  const flows = {
    src: new Int32Array(size.flows),
    dst: new Int32Array(size.flows),
    key: new Int32Array(size.flows),
  };
  for (let at = 0; at < size.flows; at++) {
    const outside = random();
    flows.src[at] = outside < 0.05 ? pods + below(OUTSIDE.length) : below(pods);
    do flows.dst[at] = outside > 0.95 ? pods + below(OUTSIDE.length) : below(pods);
    while (flows.dst[at] === flows.src[at]);
    flows.key[at] = random() < 0.1 ? portKey('UDP', 53) : portKey('TCP', PORTS[below(PORTS.length)] ?? 22);
  }
  const udp = portKey('UDP', 0);
  return {
    ends,
    flows,
    plain: at => ({
      src: ends[flows.src[at] ?? 0]!,
      dst: ends[flows.dst[at] ?? 0]!,
      protocol: (flows.key[at] ?? 0) >= udp ? 'UDP' : 'TCP',
      port: (flows.key[at] ?? 0) & 65_535,
    }),
  };
}

/** The same number of connections, over few edges that repeat. */
export function edgeShaped({ src, dst, key }: Flows, size: FlowSize): Flows {
  const random = makeRandom(size.seed + 99);
  const shaped = { src: src.slice(), dst: dst.slice(), key: key.slice() };
  for (let at = 0; at < key.length; at++) {
    const edge = Math.floor(Math.min(20_000, key.length) * random() * random());
    shaped.src[at] = src[edge] ?? 0;
    shaped.dst[at] = dst[edge] ?? 0;
    shaped.key[at] = key[edge] ?? 0;
  }
  return shaped;
}

/** How many of the first `count` connections a plain evaluator decides otherwise, or by another rule. */
export function countDifferences(
  cluster: Cluster,
  facts: PlainCluster,
  asked: DrawnFlows,
  count: number,
): number {
  const evaluators = [naiveEvaluator(facts), indexedEvaluator(facts)];
  const classes = classesOf(cluster, asked.ends);
  let differ = 0;
  for (let at = 0; at < count; at++) {
    const { src, dst, key } = asked.flows;
    const value = cluster.pairs.valueAt(classes[src[at] ?? 0]!, classes[dst[at] ?? 0]!, key[at] ?? 0);
    const ours = printValue(cluster, value);
    for (const evaluate of evaluators) {
      const { isAllowed, by } = evaluate(asked.plain(at));
      if (ours !== `${isAllowed ? 'allow' : 'deny'} by ${by}`) differ++;
    }
  }
  return differ;
}

const TIERS: ReadonlyMap<string, string> = new Map([
  ['tier first', 'tier 0'],
  ['tier second', 'tier 1'],
  ['tier default', 'tier 2'],
]);

/** A value of the tables in the words of the plain evaluators. */
function printValue(cluster: Cluster, value: number): string {
  const decider = cluster.table.deciders.at(value >> 3);
  const outcome =
    (value & DECIDED.allow) !== 0 ? 'allow' : (value & DECIDED.indeterminate) !== 0 ? 'open' : 'deny';
  if (decider?.rule !== undefined) return `${outcome} by ${decider.policy ?? ''} ${decider.rule}`;
  return `${outcome} by ${TIERS.get(decider?.stage ?? '') ?? 'default'}`;
}

function endpointsOf(cluster: Cluster, ends: readonly PlainEnd[]): readonly Endpoint[] {
  return ends.map(end =>
    end.namespace === undefined
      ? externalEndpoint(end.id, [end.id])
      : cluster.endpoints.pods.get(end.id as PodId)!,
  );
}

/** Classes of ends in a cluster. */
export function classesOf(cluster: Cluster, ends: readonly PlainEnd[]): Int32Array {
  return Int32Array.from(endpointsOf(cluster, ends), end => cluster.table.classOf(end) ?? -1);
}
