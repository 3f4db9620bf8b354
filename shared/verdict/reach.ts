// The matrix of who reaches whom on which ports: workloads (split where their pods differ), nodes, external pieces,
// and ways in through an unseen ingress controller. A pair of groups counts as reached when some pair of its ends is.
import { compareText } from '../base/order.ts';
import type { Direction, Endpoint, PortRange } from '../policy/compiled.ts';
import { intersectPorts, mergePorts, subtractPorts } from '../policy/port-set.ts';
import type { Cluster } from './compiled-cluster.ts';
import { hasKnownController } from './entry-ports.ts';
import { exemptionOf, isNeverUnderPolicies, isUnderPolicies } from './exemptions.ts';
import { groupEnds, type Group } from './groups.ts';
import { waysBetween, whereHidden } from './hidden-source.ts';
import type { ReachMatrix, ReachRow, Step } from './verdict.ts';

type Ports = readonly PortRange[];

/** Builds the matrix. */
export function buildReach(cluster: Cluster): ReachMatrix {
  const groups = groupEnds(cluster);
  const meet = createMeeting();
  const rows: ReachRow[] = [];
  for (const src of groups) {
    for (const dst of groups) {
      if (src === dst || (src.workload !== undefined && src.workload === dst.workload)) continue;
      if (src.external && dst.external) continue;
      const row = rowOf(cluster, meet, src, dst);
      if (row !== undefined) rows.push(row);
    }
  }
  rows.push(...entryRows(cluster, meet, groups));
  const workloads = groups.flatMap(group => group.workload ?? []);
  return {
    rows: rows.sort((a, b) => compareText(a.src, b.src) || compareText(a.dst, b.dst)),
    workloads: [...new Set(workloads)].sort(compareText),
    externals: groups.filter(group => group.external).map(group => group.name),
  };
}

interface Side {
  readonly allow: Ports;
  readonly indeterminate: Ports;
  /** Walked only when somebody asks: most rows of a matrix are never explained. */
  readonly because: () => readonly Step[];
}

function rowOf(cluster: Cluster, meet: Meeting, src: Group, dst: Group): ReachRow | undefined {
  const egress = sideOf(cluster, src, dst, 'egress');
  if (egress.allow.length === 0 && egress.indeterminate.length === 0) return undefined;
  const ingress = sideOf(cluster, dst, src, 'ingress');
  return makeRow(meet, src, dst, egress, ingress);
}

type Meeting = (egress: Side, ingress: Side) => Pick<ReachRow, 'allow' | 'indeterminate'> | undefined;

/** What both sides let through; equal lists of ports are the same objects, so that few pairs are ever worked out. */
function createMeeting(): Meeting {
  const numbers = new Map<Ports, Map<Ports, number>>();
  let sides = 0;
  const numberOf = ({ allow, indeterminate }: Side): number => {
    const some = numbers.get(allow) ?? new Map<Ports, number>();
    numbers.set(allow, some);
    const number = some.get(indeterminate) ?? sides++;
    some.set(indeterminate, number);
    return number;
  };
  const kept = new Map<number, ReturnType<Meeting>>();
  return (egress, ingress) => {
    const key = numberOf(egress) * MOST_SIDES + numberOf(ingress);
    const before = kept.get(key);
    if (before !== undefined || kept.has(key)) return before;
    const both = meetSides(egress, ingress);
    kept.set(key, both);
    return both;
  };
}

/** More different sides than any matrix has; keeps a pair of them one exact number. */
const MOST_SIDES = 2 ** 26;

function meetSides(egress: Side, ingress: Side): ReturnType<Meeting> {
  const allow = common(egress.allow, ingress.allow);
  const isSure = egress.indeterminate.length === 0 && ingress.indeterminate.length === 0;
  const possible = isSure ? allow : common(possibleOf(egress), possibleOf(ingress));
  if (possible.length === 0) return undefined;
  return { allow, indeterminate: isSure ? [] : subtractPorts(possible, allow) };
}

function makeRow(
  meet: Meeting,
  src: Pick<Group, 'name' | 'workload'>,
  dst: Pick<Group, 'name' | 'workload'>,
  egress: Side,
  ingress: Side,
): ReachRow | undefined {
  const both = meet(egress, ingress);
  if (both === undefined) return undefined;
  let because: readonly Step[] | undefined;
  return {
    src: src.name,
    dst: dst.name,
    ...(src.workload === undefined ? {} : { srcWorkload: src.workload }),
    ...(dst.workload === undefined ? {} : { dstWorkload: dst.workload }),
    allow: both.allow,
    indeterminate: both.indeterminate,
    get because() {
      return (because ??= joined(egress.because(), ingress.because()));
    },
  };
}

function joined(a: readonly Step[], b: readonly Step[]): readonly Step[] {
  return a.length === 0 ? b : [...a, ...b];
}

function sideOf(cluster: Cluster, subject: Group, peer: Group, direction: Direction): Side {
  const [one, other] = [subject.ends[0], peer.ends[0]] as readonly [Endpoint, Endpoint];
  const free: Side = { allow: cluster.universe, indeterminate: NOTHING, because: nothing };
  if (isNeverUnderPolicies(cluster.policies, one)) return free;
  const exemption = groupExemption(cluster, subject, peer, direction);
  if (exemption?.verdict === 'allow')
    return { allow: cluster.universe, indeterminate: NOTHING, because: () => [exemption.step] };
  if (exemption?.verdict === 'not-applicable') return free;
  const explained = (): readonly Step[] => {
    const { classOf, side } = cluster.classes;
    return side(classOf(one), classOf(other), direction).because;
  };
  const seen = cluster.table.setsOf(one, other, direction);
  const ways =
    other.kind === 'external' ? subject.ends.flatMap(end => waysBetween(cluster, end, other, direction)) : [];
  const { allow, indeterminate } = whereHidden(cluster, one, seen, ways);
  if (exemption === undefined) return { allow, indeterminate, because: explained };
  return {
    allow,
    indeterminate: subtractPorts(cluster.universe, allow),
    because: () => [...explained(), exemption.step],
  };
}

const NOTHING: readonly never[] = [];

function nothing(): readonly never[] {
  return NOTHING;
}

/** Of all pairs of ends the most open exemption counts; only nodes and their pods differ within a pair of groups. */
function groupExemption(
  cluster: Cluster,
  subject: Group,
  peer: Group,
  direction: Direction,
): ReturnType<typeof exemptionOf> {
  const [one, other] = [subject.ends[0], peer.ends[0]] as readonly [Endpoint, Endpoint];
  if (isUnderPolicies(cluster.profile, one, other, direction)) return undefined;
  const first = exemptionOf(cluster.policies, one, other, direction);
  if (direction === 'egress' || one.kind !== 'pod' || other.kind !== 'host') return first;
  let open: ReturnType<typeof exemptionOf>;
  for (const pod of subject.ends) {
    for (const host of peer.ends) {
      const exemption = exemptionOf(cluster.policies, pod, host, direction);
      if (exemption?.verdict === 'allow') return exemption;
      open ??= exemption;
    }
  }
  return open;
}

/** Rows of Ingress, Route and Gateway backends, where the controller itself is not among the pods. */
function entryRows(cluster: Cluster, meet: Meeting, groups: readonly Group[]): readonly ReachRow[] {
  if (hasKnownController(cluster.snapshot, cluster.profile)) return [];
  const ways = cluster.entryWays();
  const controller = { name: cluster.controller.id, external: false, ends: [cluster.controller] };
  return groups.flatMap(group => {
    const entered = mergePorts(group.ends.flatMap(end => (ways.get(end.id) ?? []).flatMap(way => way.ports)));
    if (entered.length === 0) return [];
    const ingress = sideOf(cluster, group, controller, 'ingress');
    const through: Side = { allow: entered, indeterminate: [], because: () => NOTHING };
    return makeRow(meet, controller, group, through, ingress) ?? [];
  });
}

function possibleOf(side: Side): Ports {
  return side.indeterminate.length === 0 ? side.allow : mergePorts([...side.allow, ...side.indeterminate]);
}

function common(a: Ports, b: Ports): Ports {
  if (a === b || b.length === 0) return b;
  return a.length === 0 ? a : intersectPorts(a, b);
}
