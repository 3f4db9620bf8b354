// Measures the simulator on a large drawn cluster beside named peers in the same run (goals J2a, J2b, J2c and J3):
// a naive evaluator, one indexed by namespace, a bit matrix of pods. What every peer did is checked against ours.
import type { KubernetesObject } from '../../shared/model/object.ts';
import { changeFor, compileFor, type Cluster } from '../../shared/verdict/compiled-cluster.ts';
import type { Endpoint } from '../../shared/policy/compiled.ts';
import { PROFILES } from '../../shared/policy/profile.ts';
import { makeRandom } from '../generate/random.ts';
import { buildBitMatrix } from './bit-matrix.ts';
import { drawFacts, type ClusterSize, type PlainCluster } from './drawn-facts.ts';
import {
  classesOf,
  countDifferences,
  drawFlows,
  edgeShaped,
  type DrawnFlows,
  type Flows,
} from './drawn-flows.ts';
import { drawnSnapshot } from './drawn-objects.ts';
import { indexedEvaluator, naiveEvaluator } from './naive-evaluator.ts';
import { printTimings, race, ratio, type Contender, type Timing } from './rounds.ts';

/** Where lines go. */
export type Print = (text: string) => void;

/** How much is measured. */
export interface BenchSize extends ClusterSize {
  readonly flows: number;
  readonly rounds: number;
}

const PROFILE = PROFILES.calico;

/** Runs all measurements. */
export function benchSimulator(size: BenchSize, print: Print): void {
  const facts = drawFacts(size);
  const snapshot = drawnSnapshot(facts);
  print(
    `cluster: ${facts.pods.length} pods, ${facts.namespaces.length} namespaces, ${facts.policies.length} policies, seed ${size.seed}\n`,
  );
  const cluster = compileFor(snapshot, PROFILE);
  const pairs = allPairs(cluster);
  print(
    `classes ${cluster.table.classes}, rows ${cluster.table.rows.egress.count()} egress and ${cluster.table.rows.ingress.count()} ingress, tables ${cluster.table.tables.count()}, pairs of classes that reach ${pairs}\n`,
  );
  const asked = drawFlows(facts, size);
  const checked = Math.min(3000, size.flows);
  const differ = countDifferences(cluster, facts, asked, checked);
  print(`verdict and deciding rule of ${checked} flows against both evaluators: ${differ} differ\n`);
  if (differ > 0) throw new Error('A peer says otherwise: nothing was measured');
  racePairs(facts, size, print, () => allPairs(compileFor(snapshot, PROFILE)));
  raceReplay(cluster, facts, asked, size, print);
  raceChange(cluster, asked, size, print);
  raceExplain(snapshot, cluster, size, print);
  print(`\npeak memory of the whole run: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB\n`);
}

/** Every ordered pair of classes, by whether any port is allowed; tables with ports and deciders are there for each. */
function allPairs(cluster: Cluster): number {
  const { classes } = cluster.table;
  let reached = 0;
  for (let src = 0; src < classes; src++)
    for (const reach of cluster.pairs.reachOf(src)) if (reach === 2) reached++;
  return reached;
}

function racePairs(facts: PlainCluster, size: BenchSize, print: Print, ours: () => unknown): void {
  const contenders: Contender[] = [
    { name: 'compile from the snapshot and all pairs, ports and rule', run: ours },
    { name: 'bit matrix of pods (facts given; no ports, no rule)', run: () => buildBitMatrix(facts) },
  ];
  const timings = race(contenders, size.rounds);
  print(`\nJ3 all pairs\n${printTimings(contenders, timings)}`);
  const [own, matrix] = timings as readonly [Timing, Timing];
  print(`  ours takes ${ratio(own, matrix)} the time of the bit matrix (goal <= 1.5x, stretch <= 0.5x)\n`);
}

function raceReplay(
  cluster: Cluster,
  facts: PlainCluster,
  asked: DrawnFlows,
  size: BenchSize,
  print: Print,
): void {
  const classes = classesOf(cluster, asked.ends);
  const values = new Int32Array(size.flows);
  const replay = (flows: Flows): Int32Array => {
    cluster.pairs.valuesOf(flows, classes, values);
    return values;
  };
  const edges = edgeShaped(asked.flows, size);
  const [naive, indexed] = [naiveEvaluator(facts), indexedEvaluator(facts)];
  const evaluate = (one: typeof naive, count: number) => () => {
    let allowed = 0;
    for (let at = 0; at < count; at++) if (one(asked.plain(at)).isAllowed) allowed++;
    return allowed;
  };
  const few = Math.min(1000, size.flows);
  const more = Math.min(5000, size.flows);
  const work = (amount: number): { amount: number; unit: string } => ({ amount, unit: 'verdicts' });
  const contenders: Contender[] = [
    { name: 'tables, uniform random pairs', work: work(size.flows), run: () => replay(asked.flows) },
    { name: 'tables, traffic over 20,000 edges', work: work(size.flows), run: () => replay(edges) },
    { name: 'naive: every policy per flow', work: work(few), run: evaluate(naive, few) },
    { name: 'policies indexed by namespace', work: work(more), run: evaluate(indexed, more) },
  ];
  const timings = race(contenders, size.rounds);
  print(`\nJ2a replay, verdict and deciding rule\n${printTimings(contenders, timings)}`);
  const [uniform, repeating, plain, byNamespace] = timings as readonly [Timing, Timing, Timing, Timing];
  print(`  uniform: ${ratio(plain, uniform, size.flows / few)} naive (goal >= 500x)\n`);
  print(`  edges:   ${ratio(plain, repeating, size.flows / few)} naive (stretch >= 2,000x)\n`);
  print(`  uniform: ${ratio(byNamespace, uniform, size.flows / more)} indexed by namespace\n`);
}

/** A log of a million flows is some 20,000 edges once it is ingested: these are decided again after each change. */
function raceChange(cluster: Cluster, asked: DrawnFlows, size: BenchSize, print: Print): void {
  const edges = Math.min(20_000, size.flows);
  const log: Flows = {
    src: asked.flows.src.slice(0, edges),
    dst: asked.flows.dst.slice(0, edges),
    key: asked.flows.key.slice(0, edges),
  };
  const values = new Int32Array(edges);
  const decide = (some: Cluster): Int32Array => {
    some.pairs.valuesOf(log, classesOf(some, asked.ends), values);
    return values;
  };
  const { policies } = cluster.snapshot;
  const plain = policies.filter(({ kind }) => kind === 'NetworkPolicy');
  let turn = 0;
  const changed = (): readonly KubernetesObject[] => {
    turn++;
    const [one, model] = [plain[(turn * 7) % plain.length]!, plain[(turn * 11 + 5) % plain.length]!];
    const body = { ...one.body, spec: model.body['spec'] ?? {} };
    return policies.map(object => (object === one ? { ...one, body } : object));
  };
  const contenders: Contender[] = [
    {
      name: 'compile anew, decide the edges of the log',
      run: () => decide(compileFor({ ...cluster.snapshot, policies: changed() }, PROFILE)),
    },
    {
      name: 'change one policy, decide the edges of the log',
      run: () => decide(changeFor(cluster, changed())),
    },
  ];
  const timings = race(contenders, Math.max(size.rounds, 9));
  print(`\nJ2c what-if over ${edges} edges of a log\n${printTimings(contenders, timings)}`);
  const [anew, change] = timings as readonly [Timing, Timing];
  print(
    `  a change takes ${ratio(change, anew)} the time of compiling anew (goal <= 0.05x, stretch <= 0.01x)\n`,
  );
}

function raceExplain(snapshot: Cluster['snapshot'], cluster: Cluster, size: BenchSize, print: Print): void {
  const pods = [...cluster.endpoints.pods.values()];
  const random = makeRandom(size.seed + 5);
  const pick = (): Endpoint => pods[Math.floor(random() * pods.length)]!;
  const contenders: Contender[] = [
    {
      name: 'compile from the snapshot, every row',
      run: () => {
        const { table } = compileFor(snapshot, PROFILE);
        for (const direction of ['ingress', 'egress'] as const)
          for (const row of table.rowsOf(direction, true)) table.rows[direction].row(row);
      },
    },
    {
      name: 'explain one pair that nobody asked about before',
      run: () => {
        const [src, dst] = [{ ...pick() }, { ...pick() }];
        const question = [{ protocol: 'TCP' as const, from: 443, to: 443 }];
        for (const direction of ['egress', 'ingress'] as const) {
          const [subject, peer] = direction === 'egress' ? [src, dst] : [dst, src];
          cluster.decider.decide(subject, peer, direction, question, () => undefined);
        }
      },
    },
  ];
  const timings = race(contenders, Math.max(size.rounds, 5));
  print(`\nExplain one pair\n${printTimings(contenders, timings)}`);
  const [compile, explain] = timings as readonly [Timing, Timing];
  print(`  explaining takes ${ratio(explain, compile)} the time of a full compile (goal <= 0.01x)\n`);
}
