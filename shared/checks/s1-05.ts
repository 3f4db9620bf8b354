// S1-05: connections seen, and let through, between the CDE and what is out of scope (1.3.1, 1.3.2). What was seen
// contradicts; that nothing was seen counts only where the log covers nodes and period.
import { coverOf, parseAddressRange } from '../base/address.ts';
import type { CheckId } from '../base/brand.ts';
import type { KubernetesObject } from '../model/object.ts';
import { isInternetRange, isPrivateRange, peerClassOf } from '../scope/peers.ts';
import { flowCoverageOf } from '../scope/flow-coverage.ts';
import type { ReplayRow } from '../verdict/replay-types.ts';
import { claimedCde, clustersOf, isPublicService, nameIn, sayOf, type CaseWorkload } from './case-view.ts';
import type { CaseFacts, CheckAnswer, ClusterFacts, ControlCheck, Witness } from './check.ts';
import { allGaps, periodOfFlows, seriousGaps } from './flow-facts.ts';
import { count, leftToAssessor } from '../scope/words.ts';
import { settle } from './settle.ts';

/** The check S1-05. */
export const observedOutOfScope: ControlCheck = {
  id: 'S1-05' as CheckId,
  version: 1,
  title: 'No allowed connection seen between the CDE and what is out of scope',
  seedRow: 'S1',
  requirements: ['1.3.1', '1.3.2'],
  procedures: ['1.3.1.b', '1.3.2.b'],
  run,
};

function run(facts: CaseFacts): CheckAnswer {
  const inside = claimedCde(facts);
  const found = clustersOf(facts).flatMap(cluster =>
    askCluster(
      facts,
      cluster,
      inside.filter(item => item.facts === cluster),
    ),
  );
  const failures = found.filter(one => one.sure).map(one => one.witness);
  const doubts = found.filter(one => !one.sure).map(one => one.witness);
  const coverage = clustersOf(facts).map(cluster => ({
    cluster,
    coverage:
      cluster.flows === undefined ? undefined : flowCoverageOf(cluster.flows, cluster.simulator.snapshot),
  }));
  const serious = coverage.flatMap(part =>
    seriousGaps(part.coverage).map(text => sayOf(facts, part.cluster, text)),
  );
  const records = coverage.reduce((sum, part) => sum + (part.coverage?.records ?? 0), 0);
  const period = periodOfFlows(coverage.map(part => part.coverage));
  const span = period === undefined ? '' : ` from ${period.from} to ${period.to}`;
  return settle(
    {
      failures,
      doubts,
      gaps: [
        ...coverage.flatMap(part => allGaps(part.coverage).map(text => sayOf(facts, part.cluster, text))),
        ...unreplayed(facts),
        ...unknownEnds(facts),
      ],
      ...(serious.length === 0 ? {} : { noData: serious.join('; ') }),
      population: inside.map(item => item.name),
      assumptions: [
        'A connection that was not logged is not shown: no flow in the log is no proof of no path',
      ],
      ...(period === undefined ? {} : { period }),
    },
    {
      pass: `None of ${count(records, 'flow record')}${span} shows an allowed connection between ${count(inside.length, 'CDE workload')} and what is out of scope.`,
      fail: `${count(failures.length, 'edge')} of the flow log${span} ${failures.length === 1 ? 'shows an allowed connection' : 'show allowed connections'} between the CDE and what nobody has placed in scope.`,
      assess: `No connection between the CDE and out-of-scope workloads was found in ${count(records, 'flow record')}${span}.${leftToAssessor(doubts.length, 'edge')}`,
      empty: 'No workload of the case is in the CDE: there is nothing to examine.',
    },
    ['cluster', 'flows'],
  );
}

function unreplayed(facts: CaseFacts): readonly string[] {
  return clustersOf(facts)
    .filter(cluster => cluster.flows !== undefined && cluster.replay === undefined)
    .map(cluster => sayOf(facts, cluster, 'the flow log was not replayed'));
}

/** Edges of which an end is not in the export: it could be one of the CDE. */
function unknownEnds(facts: CaseFacts): readonly string[] {
  return clustersOf(facts).flatMap(cluster => {
    const { snapshot } = cluster.simulator;
    const sets = new Set(snapshot.policies.filter(object => object.kind.endsWith('NetworkSet')).map(setName));
    const isUnknown = (end: string): boolean =>
      !sets.has(end) && peerClassOf(facts.scope, snapshot.cluster, end) === 'unknown';
    const rows = (cluster.replay?.rows ?? []).filter(
      row => row.reported === 'allow' && (isUnknown(row.src) || isUnknown(row.dst)),
    );
    if (rows.length === 0) return [];
    return [sayOf(facts, cluster, `${count(rows.length, 'edge')} with an end that the export does not hold`)];
  });
}

function setName(object: KubernetesObject): string {
  const { namespace, name } = object.meta;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function askCluster(
  facts: CaseFacts,
  cluster: ClusterFacts,
  inside: readonly CaseWorkload[],
): readonly { readonly sure: boolean; readonly witness: Witness }[] {
  const byId = new Map<string, CaseWorkload>(inside.map(item => [item.workload.id, item]));
  return (cluster.replay?.rows ?? [])
    .filter(row => row.reported === 'allow' && byId.has(row.src) !== byId.has(row.dst))
    .flatMap(row => {
      const outward = byId.has(row.src);
      const item = byId.get(outward ? row.src : row.dst);
      const peer = outward ? row.dst : row.src;
      const kind = item === undefined ? 'leave' : judgePeer(facts, item, peer, outward);
      return kind === 'leave' ? [] : [{ sure: kind === 'fail', witness: flowWitness(facts, cluster, row) }];
    });
}

function judgePeer(
  facts: CaseFacts,
  item: CaseWorkload,
  peer: string,
  outward: boolean,
): 'fail' | 'assess' | 'leave' {
  const { snapshot } = item.facts.simulator;
  switch (peerClassOf(facts.scope, snapshot.cluster, peer)) {
    case 'out-of-scope':
      return 'fail';
    case 'external':
      return judgeAddress(facts, item, peer, outward);
    case 'unknown':
    case 'entry':
      return 'assess';
    case 'host':
    case 'in-scope':
      return 'leave';
  }
}

/** Private and named addresses are the assessor's; the rest of the Internet contradicts, save towards a public service. */
function judgeAddress(
  facts: CaseFacts,
  item: CaseWorkload,
  peer: string,
  outward: boolean,
): 'fail' | 'assess' {
  if (!outward && isPublicService(facts, item)) return 'assess';
  const named = namedRanges(item.facts);
  const range = parseAddressRange(peer);
  if (range === undefined)
    return peer === 'pub' && named.every(one => isPrivateRange(one)) ? 'fail' : 'assess';
  return isPrivateRange(range) || named.some(one => coverOf(one, range) === 'all') ? 'assess' : 'fail';
}

function namedRanges(cluster: ClusterFacts): readonly NonNullable<ReturnType<typeof parseAddressRange>>[] {
  const { ingress, egress } = cluster.simulator.policies;
  return [...ingress, ...egress]
    .flatMap(stage => stage.policies.flatMap(policy => policy.addresses ?? []))
    .filter(range => !isInternetRange(range));
}

/** An observed connection in one line: ends, port, how often, how much, when. */
export function flowWitness(facts: CaseFacts, cluster: ClusterFacts, row: ReplayRow): Witness {
  const port = row.port === undefined ? '' : ` ${row.port}`;
  const ends = `${nameIn(facts, cluster, row.src)} to ${nameIn(facts, cluster, row.dst)}`;
  return {
    kind: 'flow',
    text: `${ends} ${row.protocol}${port}: ${count(row.records, 'record')}, ${row.bytes} bytes, ${row.first} to ${row.last}, reported ${row.reported}, by policy ${row.recomputed}`,
    subject: ends,
    source: row.source,
  };
}
