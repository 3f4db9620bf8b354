// S1-04: can the CDE and what is out of scope connect at all, by simulation, both directions, IPv4 and IPv6 (1.3.1, 1.3.2).
// The only check that may say "cannot", and only over a complete rule set with its assumptions (PCI notes section 6, point 5).
import { printAddressRange } from '../base/address.ts';
import type { CheckId } from '../base/brand.ts';
import { peerClassOf } from '../scope/peers.ts';
import { agreementOf } from '../verdict/replay.ts';
import { cdePaths, externalReach, isByRule, pathWitness, portsOf, type CdePath } from './cde-paths.ts';
import {
  claimedCde,
  clustersOf,
  isJustified,
  isPublicService,
  nameIn,
  podlessGaps,
  sayOf,
  workloadsOf,
  type CaseWorkload,
} from './case-view.ts';
import type { CaseFacts, CheckAnswer, ClusterFacts, ControlCheck, Witness } from './check.ts';
import { otherIsolation, segmentationAssumptions, segmentationGaps } from './completeness.ts';
import { count, leftToAssessor } from '../scope/words.ts';
import { settle } from './settle.ts';

/** The check S1-04. */
export const outOfScopeReachability: ControlCheck = {
  id: 'S1-04' as CheckId,
  version: 1,
  title: 'No path between the CDE and what is out of scope, by simulation',
  seedRow: 'S1',
  requirements: ['1.3.1', '1.3.2'],
  procedures: ['1.3.1.b', '1.3.2.b'],
  run,
};

function run(facts: CaseFacts): CheckAnswer {
  const inside = claimedCde(facts);
  const found = clustersOf(facts).map(cluster =>
    askCluster(
      facts,
      cluster,
      inside.filter(item => item.facts === cluster),
    ),
  );
  const failures = found.flatMap(part => part.failures);
  const doubts = found.flatMap(part => part.doubts);
  const outside = workloadsOf(
    facts,
    decision => peerClassOf(facts.scope, decision.cluster, decision.workload) === 'out-of-scope',
  );
  const externals = clustersOf(facts).flatMap(cluster =>
    cluster.reach.externals.map(name => nameIn(facts, cluster, name)),
  );
  return settle(
    {
      failures,
      doubts,
      gaps: [
        ...segmentationGaps(facts),
        ...contradictions(facts),
        ...undetermined(facts),
        ...podlessGaps(inside),
        ...accountData(facts),
      ],
      population:
        inside.length === 0
          ? []
          : [...inside.map(item => item.name), ...outside.map(item => item.name), ...externals],
      assumptions: [...segmentationAssumptions(facts), ...families(facts)],
    },
    {
      pass: `No connection is allowed, in either direction, between ${count(inside.length, 'CDE workload')} and ${count(outside.length, 'workload')} out of scope or ${count(externals.length, 'external address range')}.`,
      fail: `${count(failures.length, 'path')} between the CDE and what nobody has placed in scope ${failures.length === 1 ? 'is' : 'are'} allowed.`,
      assess: `No path between the CDE and out-of-scope workloads or the Internet was found.${leftToAssessor(doubts.length, 'path')}`,
      empty: 'No workload of the case is in the CDE: there is nothing to examine.',
    },
    ['cluster', 'flows'],
  );
}

interface Part {
  readonly failures: readonly Witness[];
  readonly doubts: readonly Witness[];
}

function askCluster(facts: CaseFacts, cluster: ClusterFacts, inside: readonly CaseWorkload[]): Part {
  const byId = new Map<string, CaseWorkload>(inside.map(item => [item.workload.id, item]));
  const paths = cdePaths(cluster, new Set(byId.keys()));
  const failures: Witness[] = [];
  const doubts: Witness[] = [];
  for (const path of paths) {
    const item = byId.get(path.cde);
    if (item === undefined) continue;
    const kind = peerClassOf(facts.scope, cluster.simulator.snapshot.cluster, path.peer);
    if (kind === 'entry') doubts.push(witness(facts, item, path, 'allow'));
    if (
      kind === 'host' &&
      path.direction === 'ingress' &&
      isForeignNode(item, path.peer) &&
      path.row.allow.length > 0
    )
      doubts.push(witness(facts, item, path, 'allow'));
    if (kind !== 'out-of-scope') continue;
    if (path.row.allow.length > 0)
      (isolatedOtherwise(item, path) ? doubts : failures).push(witness(facts, item, path, 'allow'));
    else doubts.push(witness(facts, item, path, 'indeterminate'));
  }
  return joinExternals(facts, paths, byId, { failures, doubts });
}

/** The Internet contradicts, unless the workload is authorised to serve the public; named networks are the assessor's. */
function joinExternals(
  facts: CaseFacts,
  paths: readonly CdePath[],
  byId: ReadonlyMap<string, CaseWorkload>,
  part: Part,
): Part {
  const failures = [...part.failures];
  const doubts = [...part.doubts];
  for (const reach of externalReach(paths)) {
    const item = byId.get(reach.cde);
    if (item === undefined) continue;
    const serves = reach.direction === 'ingress' && isPublicService(facts, item);
    for (const [kind, reaches] of [
      ['internet', reach.internet],
      ['named', reach.named],
    ] as const) {
      for (const { range, rows } of reaches) {
        const name = printAddressRange(range);
        const way = reach.direction === 'egress' ? 'may connect to' : 'may be reached from';
        const record = isJustified(facts, name, `${reach.cde} -> ${name}`)
          ? ' (a justification is on record)'
          : '';
        const found = pathWitness(
          item.name,
          `${item.name} ${way} ${name} on ${portsOf(rows)}${record}`,
          rows,
          reach.direction,
          item.workload.source,
        );
        const isSure = kind === 'internet' && !serves && (isByRule(rows) || otherOf(item).length === 0);
        (isSure ? failures : doubts).push(found);
      }
    }
    for (const path of reach.open) doubts.push(witness(facts, item, path, 'indeterminate'));
  }
  return { failures, doubts };
}

function witness(
  facts: CaseFacts,
  item: CaseWorkload,
  path: CdePath,
  which: 'allow' | 'indeterminate',
): Witness {
  const peer = nameIn(facts, item.facts, path.peer);
  const ends = path.direction === 'egress' ? `${item.name} to ${peer}` : `${peer} to ${item.name}`;
  const ports = portsOf([path.row], path.row[which].length > 0 ? which : 'indeterminate');
  const word = which === 'allow' ? 'allowed' : 'cannot be told';
  return pathWitness(
    item.name,
    `${ends} on ${ports} ${word}`,
    [path.row],
    path.direction,
    item.workload.source,
  );
}

/** A path that passes for want of a policy may still be closed by what the export does not show. */
function isolatedOtherwise(item: CaseWorkload, path: CdePath): boolean {
  return !isByRule([path.row]) && otherOf(item).length > 0;
}

/** Asked once per workload: paths are many. */
const others = new WeakMap<CaseWorkload, readonly string[]>();

function otherOf(item: CaseWorkload): readonly string[] {
  const known = others.get(item) ?? item.pods.flatMap(pod => otherIsolation(item.facts, pod));
  others.set(item, known);
  return known;
}

function isForeignNode(item: CaseWorkload, peer: string): boolean {
  return !item.pods.some(pod => `host:${pod.node ?? ''}` === peer);
}

/** Section 5, S2-08: a log that contradicts the model blocks the statement. */
function contradictions(facts: CaseFacts): readonly string[] {
  return clustersOf(facts).flatMap(cluster => {
    const rows = (cluster.replay?.rows ?? []).filter(row => agreementOf(row) === 'contradict');
    if (rows.length === 0) return [];
    return [
      sayOf(
        facts,
        cluster,
        `${count(rows.length, 'edge')} of the flow log contradict the simulation (S2-08)`,
      ),
    ];
  });
}

function undetermined(facts: CaseFacts): readonly string[] {
  return clustersOf(facts).flatMap(cluster => {
    const open = facts.scope.decisions.filter(
      one => one.cluster === cluster.simulator.snapshot.cluster && one.category === 'undetermined',
    );
    if (open.length === 0) return [];
    return [sayOf(facts, cluster, `the scope of ${count(open.length, 'workload')} is undetermined`)];
  });
}

/** Account data outside the CDE would move the edge itself. */
function accountData(facts: CaseFacts): readonly string[] {
  const places = facts.scope.items.filter(item => item.kind === 'account-data').length;
  if (places === 0) return [];
  return [
    `account data was found in ${count(places, 'place')}; whether its owners are in the CDE is not settled`,
  ];
}

function families(facts: CaseFacts): readonly string[] {
  return clustersOf(facts).flatMap(cluster =>
    cluster.reach.externals.some(name => name.includes(':'))
      ? []
      : [sayOf(facts, cluster, 'IPv6 takes no part: neither pods nor policies have IPv6 addresses')],
  );
}
