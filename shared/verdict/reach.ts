// The matrix of who reaches whom on which ports: workloads (split where their pods differ), nodes, external pieces,
// and ways in through an unseen ingress controller. A pair of groups counts as reached when some pair of its ends is.
import { compareText } from '../base/order.ts';
import type { Direction, Endpoint, PortRange } from '../policy/compiled.ts';
import { intersectPorts, mergePorts, subtractPorts } from '../policy/port-set.ts';
import type { Cluster } from './compiled-cluster.ts';
import { entryPorts, hasKnownController } from './entry-ports.ts';
import { exemptionOf } from './exemptions.ts';
import { groupEnds, type Group } from './groups.ts';
import type { ReachMatrix, ReachRow, Step } from './verdict.ts';

type Ports = readonly PortRange[];

/** Builds the matrix. */
export function buildReach(cluster: Cluster): ReachMatrix {
  const groups = groupEnds(cluster);
  const rows: ReachRow[] = [];
  for (const src of groups) {
    for (const dst of groups) {
      if (src === dst || (src.workload !== undefined && src.workload === dst.workload)) continue;
      if (src.external && dst.external) continue;
      const row = rowOf(cluster, src, dst);
      if (row !== undefined) rows.push(row);
    }
  }
  rows.push(...entryRows(cluster, groups));
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
  readonly because: readonly Step[];
}

function rowOf(cluster: Cluster, src: Group, dst: Group): ReachRow | undefined {
  const egress = sideOf(cluster, src, dst, 'egress');
  if (egress.allow.length === 0 && egress.indeterminate.length === 0) return undefined;
  const ingress = sideOf(cluster, dst, src, 'ingress');
  return makeRow(src, dst, egress, ingress);
}

function makeRow(
  src: Pick<Group, 'name' | 'workload'>,
  dst: Pick<Group, 'name' | 'workload'>,
  egress: Side,
  ingress: Side,
): ReachRow | undefined {
  const allow = common(egress.allow, ingress.allow);
  const isSure = egress.indeterminate.length === 0 && ingress.indeterminate.length === 0;
  const possible = isSure ? allow : common(possibleOf(egress), possibleOf(ingress));
  if (possible.length === 0) return undefined;
  return {
    src: src.name,
    dst: dst.name,
    ...(src.workload === undefined ? {} : { srcWorkload: src.workload }),
    ...(dst.workload === undefined ? {} : { dstWorkload: dst.workload }),
    allow,
    indeterminate: isSure ? [] : subtractPorts(possible, allow),
    because: egress.because.length === 0 ? ingress.because : [...egress.because, ...ingress.because],
  };
}

function sideOf(cluster: Cluster, subject: Group, peer: Group, direction: Direction): Side {
  const [one, other] = [subject.ends[0], peer.ends[0]] as readonly [Endpoint, Endpoint];
  const decided = (): Side => {
    const { classOf, side } = cluster.classes;
    return side(classOf(one), classOf(other), direction);
  };
  const exemption = groupExemption(cluster, subject, peer, direction);
  if (exemption === undefined) return decided();
  if (exemption.verdict === 'allow')
    return { allow: cluster.universe, indeterminate: [], because: [exemption.step] };
  if (exemption.verdict === 'not-applicable')
    return { allow: cluster.universe, indeterminate: [], because: [] };
  const { allow, because } = decided();
  return {
    allow,
    indeterminate: subtractPorts(cluster.universe, allow),
    because: [...because, exemption.step],
  };
}

/** Of all pairs of ends the most open exemption counts; only nodes and their pods differ within a pair of groups. */
function groupExemption(
  cluster: Cluster,
  subject: Group,
  peer: Group,
  direction: Direction,
): ReturnType<typeof exemptionOf> {
  const [one, other] = [subject.ends[0], peer.ends[0]] as readonly [Endpoint, Endpoint];
  const first = exemptionOf(cluster.profile, one, other, direction);
  if (direction === 'egress' || one.kind !== 'pod' || other.kind !== 'host') return first;
  let open: ReturnType<typeof exemptionOf>;
  for (const pod of subject.ends) {
    for (const host of peer.ends) {
      const exemption = exemptionOf(cluster.profile, pod, host, direction);
      if (exemption?.verdict === 'allow') return exemption;
      open ??= exemption;
    }
  }
  return open;
}

/** Rows of Ingress, Route and Gateway backends, where the controller itself is not among the pods. */
function entryRows(cluster: Cluster, groups: readonly Group[]): readonly ReachRow[] {
  if (hasKnownController(cluster.snapshot, cluster.profile)) return [];
  const ports = entryPorts(cluster.snapshot, cluster.profile);
  const controller = { name: cluster.controller.id, external: false, ends: [cluster.controller] };
  return groups.flatMap(group => {
    const entered = mergePorts(group.ends.flatMap(end => ports.get(end.id) ?? []));
    if (entered.length === 0) return [];
    const ingress = sideOf(cluster, group, controller, 'ingress');
    const through: Side = { allow: entered, indeterminate: [], because: [] };
    return makeRow(controller, group, through, ingress) ?? [];
  });
}

function possibleOf(side: Side): Ports {
  return side.indeterminate.length === 0 ? side.allow : mergePorts([...side.allow, ...side.indeterminate]);
}

function common(a: Ports, b: Ports): Ports {
  if (a === b || b.length === 0) return b;
  return a.length === 0 ? a : intersectPorts(a, b);
}
