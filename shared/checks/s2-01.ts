// S2-01: is every connection across the edge of the CDE on the drawing (1.2.3). The drawing is made from what the policies
// allow; a connection that was seen and is not among those is missing on it.
import { coverOf, mergeRanges, type AddressRange } from '../base/address.ts';
import type { CheckId } from '../base/brand.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { networksOfSet } from '../model/network-set.ts';
import { externalRange, isPrivateRange } from '../scope/peers.ts';
import type { ReplayRow } from '../verdict/replay-types.ts';
import { cdePaths, type CdePath } from './cde-paths.ts';
import { cdeWorkloads, clustersOf, nameIn, sayOf } from './case-view.ts';
import type { CaseFacts, CheckAnswer, ClusterFacts, ControlCheck } from './check.ts';
import { segmentationGaps } from './completeness.ts';
import { allGaps, periodOfFlows } from './flow-facts.ts';
import { flowWitness } from './s1-05.ts';
import { count } from '../scope/words.ts';
import { settle } from './settle.ts';
import { flowCoverageOf } from '../scope/flow-coverage.ts';

/** The check S2-01. */
export const boundaryEdgesDrawn: ControlCheck = {
  id: 'S2-01' as CheckId,
  version: 1,
  title: 'Every connection across the edge of the CDE is on the drawing',
  seedRow: 'S2',
  requirements: ['1.2.3'],
  procedures: ['1.2.3.a'],
  run,
};

function run(facts: CaseFacts): CheckAnswer {
  const inside = cdeWorkloads(facts);
  const parts = clustersOf(facts).map(cluster =>
    compareCluster(
      cluster,
      new Set(inside.filter(item => item.facts === cluster).map(item => item.workload.id)),
    ),
  );
  const drawn = parts.flatMap(part => part.drawn.map(path => edgeName(facts, part.cluster, path)));
  const seen = parts.reduce((sum, part) => sum + part.seen, 0);
  const failures = parts.flatMap(part => part.missing.map(row => flowWitness(facts, part.cluster, row)));
  const doubts = parts.flatMap(part => part.partly.map(row => flowWitness(facts, part.cluster, row)));
  const coverages = clustersOf(facts).map(cluster => ({
    cluster,
    coverage:
      cluster.flows === undefined ? undefined : flowCoverageOf(cluster.flows, cluster.simulator.snapshot),
  }));
  const period = periodOfFlows(coverages.map(part => part.coverage));
  const gaps = coverages.flatMap(part =>
    allGaps(part.coverage).map(text => sayOf(facts, part.cluster, text)),
  );
  const seenText =
    seen === 0
      ? 'no log shows one that was seen'
      : `${doubts.length === 0 ? 'all' : `${seen - doubts.length} of`} ${count(seen, 'connection')} seen are among them`;
  return settle(
    {
      failures,
      doubts,
      gaps: [...segmentationGaps(facts), ...gaps],
      population: inside.length === 0 ? [] : [...inside.map(item => item.name), ...drawn],
      assumptions: [
        'The drawing shows the connections that policies allow or leave open, by workload and address range',
      ],
      ...(period === undefined ? {} : { period }),
    },
    {
      pass: `All ${count(seen, 'connection')} seen across the edge of the CDE ${seen === 1 ? 'is' : 'are'} among the ${drawn.length} drawn.`,
      fail: `${count(failures.length, 'connection')} seen across the edge of the CDE ${failures.length === 1 ? 'is' : 'are'} not among the ${drawn.length} that the drawing shows.`,
      assess: `${count(drawn.length, 'connection')} across the edge of the CDE ${drawn.length === 1 ? 'is' : 'are'} drawn; ${seenText}.`,
      empty: 'No workload of the case is in the CDE: there is no edge to draw.',
    },
    ['cluster', 'flows'],
  );
}

interface Compared {
  readonly cluster: ClusterFacts;
  readonly drawn: readonly CdePath[];
  readonly seen: number;
  readonly missing: readonly ReplayRow[];
  /** Connections with a network set of which only some networks are drawn. */
  readonly partly: readonly ReplayRow[];
}

function compareCluster(cluster: ClusterFacts, cde: ReadonlySet<string>): Compared {
  const drawn = cdePaths(cluster, cde);
  const byCde = new Map<string, CdePath[]>();
  for (const path of drawn) {
    const paths = byCde.get(path.cde);
    if (paths === undefined) byCde.set(path.cde, [path]);
    else paths.push(path);
  }
  const seen = (cluster.replay?.rows ?? []).filter(
    row => row.reported === 'allow' && cde.has(row.src) !== cde.has(row.dst),
  );
  const missing: ReplayRow[] = [];
  const partly: ReplayRow[] = [];
  for (const row of seen) {
    const outward = cde.has(row.src);
    const peers = (byCde.get(outward ? row.src : row.dst) ?? [])
      .filter(path => path.direction === (outward ? 'egress' : 'ingress'))
      .map(path => path.peer);
    const state = drawnState(cluster.simulator.snapshot, peers, outward ? row.dst : row.src);
    if (state === 'none') missing.push(row);
    if (state === 'some') partly.push(row);
  }
  return { cluster, drawn, seen: seen.length, missing, partly };
}

/** How much of what a log names is among the peers that are drawn. A log names a network set without saying which of its networks. */
function drawnState(
  snapshot: ClusterSnapshot,
  drawn: readonly string[],
  seen: string,
): 'all' | 'some' | 'none' {
  if (drawn.includes(seen)) return 'all';
  const ranges = mergeRanges(drawn.flatMap(peer => externalRange(peer) ?? []));
  if (seen === 'pub') return ranges.some(range => !isPrivateRange(range)) ? 'all' : 'none';
  if (seen === 'pvt') return ranges.length > 0 ? 'all' : 'none';
  const own = externalRange(seen);
  const networks = own === undefined ? networksOfSet(snapshot, seen) : [own];
  const covers = networks.map(network => coverIn(ranges, network));
  if (covers.length > 0 && covers.every(cover => cover === 'all')) return 'all';
  return covers.every(cover => cover === 'none') ? 'none' : 'some';
}

function coverIn(ranges: readonly AddressRange[], inner: AddressRange): 'all' | 'some' | 'none' {
  const covers = ranges.map(range => coverOf(range, inner));
  return covers.includes('all') ? 'all' : covers.includes('some') ? 'some' : 'none';
}

function edgeName(facts: CaseFacts, cluster: ClusterFacts, path: CdePath): string {
  const ends = path.direction === 'egress' ? [path.cde, path.peer] : [path.peer, path.cde];
  return ends.map(end => nameIn(facts, cluster, end)).join(' -> ');
}
