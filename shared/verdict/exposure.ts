// What may connect tomorrow: peers that policies describe and the export does not hold, beside any pod of the cluster.
// One side alone is asked, that of the workload; the peer does not exist, so nothing of its own stands in the way.
import { compareBy, sortedUnique } from '../base/order.ts';
import { printConnections } from '../base/ports.ts';
import type { WorkloadId } from '../base/brand.ts';
import { matchesLabels } from '../base/label-selector.ts';
import type { CompiledPolicy, Direction, Endpoint, PodPattern } from '../policy/compiled.ts';
import { ANY_POD, isPossible, patternKey, printPattern } from '../policy/pod-pattern.ts';
import { mergePorts } from '../policy/port-set.ts';
import type { Cluster } from './compiled-cluster.ts';
import { entryController } from './endpoints.ts';
import { isNeverUnderPolicies } from './exemptions.ts';
import { groupEnds, type Group } from './groups.ts';
import type { Ports } from './side-walk.ts';

/** One peer that need not exist, and what a workload lets through to it or from it. */
export interface ExposureRow {
  readonly direction: Direction;
  /** As in the connectivity map; workloads whose pods differ are told apart. */
  readonly name: string;
  readonly workload: WorkloadId;
  /** `entire-cluster`, or namespaces and pods by what a policy asks of them. */
  readonly peer: string;
  readonly conns: string;
  /** What the description leaves open: some of those pods, or a policy that is not simulated. */
  readonly indeterminate?: string;
  /** No policy selects the workload in this direction, and none may. */
  readonly unprotected: boolean;
}

/** The exposure of every workload, sorted by direction, workload and peer. */
export function exposureOf(cluster: Cluster): readonly ExposureRow[] {
  const ends = patternEnds(cluster);
  return groupEnds(cluster)
    .flatMap(group => (['egress', 'ingress'] as const).flatMap(way => groupRows(cluster, ends, group, way)))
    .sort(
      compareBy(
        row => row.direction,
        row => row.name,
        row => row.peer,
      ),
    );
}

interface PatternEnds {
  readonly universe: Ports;
  readonly anyPod: Endpoint;
  /** One end per pattern; undefined for those that no pod can have, or that a pod of the export has. */
  endOf(pattern: PodPattern): Endpoint | undefined;
  print(ports: Ports): string;
}

/** Port names that only the unknown peer could resolve stand beyond the last port, each apart from the next. */
function patternEnds(cluster: Cluster): PatternEnds {
  const { policies, profile } = cluster;
  const named = allRules(policies.egress.flatMap(stage => stage.policies)).flatMap(
    rule => rule.portNames ?? [],
  );
  const words = sortedUnique(named.map(port => `${port.protocol} ${port.name}`));
  const ports = words.map((word, index) => {
    const [protocol = '', name = ''] = word.split(' ');
    return { name, port: BEYOND + 2 * index, protocol: protocol as 'TCP' | 'UDP' | 'SCTP' };
  });
  const beyond = ports.map(({ protocol, port }) => ({ protocol, from: port, to: port }));
  const makeEnd = (pattern: PodPattern): Endpoint => ({
    ...entryController(),
    id: printPattern(pattern),
    ports,
    pattern,
  });
  const known = new Map<string, Endpoint | undefined>();
  return {
    universe: mergePorts([...cluster.universe, ...beyond]),
    anyPod: makeEnd(ANY_POD),
    endOf: pattern => {
      const key = patternKey(pattern);
      if (!known.has(key)) known.set(key, isNew(cluster, pattern) ? makeEnd(pattern) : undefined);
      return known.get(key);
    },
    print: sets => printSets(sets, ports, profile.icmp),
  };
}

const BEYOND = 70_000;

function printSets(sets: Ports, ports: Endpoint['ports'], icmp: boolean): string {
  const whole = new Set(sets.filter(range => range.from <= 1 && range.to >= 65_535).map(one => one.protocol));
  const told = sets.filter(range => range.from < BEYOND || !whole.has(range.protocol));
  return printConnections(told, { icmp }).replace(
    /\b7\d{4}\b/g,
    number => ports.find(port => port.port === Number(number))?.name ?? number,
  );
}

/** A description is worth a row while no pod of the export has exactly the labels that it asks for. */
function isNew({ endpoints }: Cluster, pattern: PodPattern): boolean {
  const { namespaces, pods } = pattern;
  if (!isPossible(namespaces) || !isPossible(pods)) return false;
  const all = [...namespaces.requirements, ...pods.requirements];
  const isPlain = namespaces.requirements.length > 0 && pods.requirements.length > 0;
  if (!isPlain || all.some(item => item.expression === true)) return true;
  return ![...endpoints.pods.values()].some(
    end => matchesLabels(pods, end.labels) && matchesLabels(namespaces, end.namespaceLabels),
  );
}

function allRules(policies: readonly CompiledPolicy[]): CompiledPolicy['ingressRules'] {
  return policies.flatMap(policy => [...policy.ingressRules, ...policy.egressRules]);
}

function groupRows(
  cluster: Cluster,
  ends: PatternEnds,
  group: Group,
  direction: Direction,
): readonly ExposureRow[] {
  const [subject] = group.ends;
  const { workload } = group;
  if (workload === undefined || subject === undefined) return [];
  const { decider, policies } = cluster;
  const isFree = isNeverUnderPolicies(policies, subject);
  const selecting = isFree ? [] : decider.selecting(subject, direction);
  const unprotected = isFree || (selecting.length === 0 && decider.open(subject, direction).length === 0);
  const said = (peer: Endpoint): Pick<ExposureRow, 'conns' | 'indeterminate'> => {
    const universe = direction === 'egress' ? ends.universe : cluster.universe;
    if (isFree) return { conns: ends.print(universe) };
    const { allow, indeterminate } = decider.decide(subject, peer, direction, universe);
    const open = indeterminate.length === 0 ? {} : { indeterminate: ends.print(indeterminate) };
    return { conns: ends.print(allow), ...open };
  };
  const row = (peer: Endpoint, found: ReturnType<typeof said>): ExposureRow => ({
    direction,
    name: group.name,
    workload,
    peer: peer.id,
    ...found,
    unprotected,
  });
  const anywhere = said(ends.anyPod);
  const key = (found: ReturnType<typeof said>): string => `${found.conns} ${found.indeterminate ?? ''}`;
  // What is open about any pod is told by the rows of the descriptions, where every rule has them.
  const isTold =
    decider.open(subject, direction).length === 0 &&
    rulesOf(selecting, direction).every(rule => rule.patterns !== undefined);
  const isNothing = anywhere.conns === NOTHING && (anywhere.indeterminate === undefined || isTold);
  const rows = isNothing ? [] : [row(ends.anyPod, anywhere)];
  const seen = new Set<Endpoint>();
  for (const rule of rulesOf(selecting, direction)) {
    for (const pattern of rule.patterns ?? []) {
      const end = ends.endOf(pattern);
      if (end === undefined || seen.has(end)) continue;
      seen.add(end);
      const found = said(end);
      if (key(found) !== key(anywhere)) rows.push(row(end, found));
    }
  }
  return rows;
}

const NOTHING = printConnections([]);

function rulesOf(
  selecting: ReturnType<Cluster['decider']['selecting']>,
  direction: Direction,
): CompiledPolicy['ingressRules'] {
  return selecting.flatMap(({ policy }) =>
    direction === 'ingress' ? policy.ingressRules : policy.egressRules,
  );
}
