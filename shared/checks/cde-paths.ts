// Paths across the edge of the CDE as the simulation has them: who stands at the other end, which rule lets it pass.
// Address ranges are joined before they are judged, so that many narrow pieces cannot hide the Internet.
import { coverOf, mergeRanges, type AddressRange } from '../base/address.ts';
import { printConnections } from '../base/ports.ts';
import type { WorkloadId } from '../base/brand.ts';
import type { Direction, PortRange } from '../policy/compiled.ts';
import { mergePorts } from '../policy/port-set.ts';
import { externalRange, isInternetRange } from '../scope/peers.ts';
import { workloadNames } from '../scope/connections.ts';
import type { ReachRow, Step } from '../verdict/verdict.ts';
import type { ClusterFacts, Witness } from './check.ts';

/** One row of the matrix that touches a CDE workload from outside it. */
export interface CdePath {
  readonly cde: WorkloadId;
  /** Workload id where the other end is one, else its name in the matrix. */
  readonly peer: string;
  /** `egress`: from the CDE; `ingress`: to it. */
  readonly direction: Direction;
  readonly row: ReachRow;
}

/** All rows of a cluster with exactly one end in the CDE. */
export function cdePaths(cluster: ClusterFacts, cde: ReadonlySet<string>): readonly CdePath[] {
  const nameOf = workloadNames(cluster.simulator.snapshot);
  return cluster.reach.rows.flatMap((row): readonly CdePath[] => {
    const src = row.srcWorkload ?? nameOf(row.src) ?? row.src;
    const dst = row.dstWorkload ?? nameOf(row.dst) ?? row.dst;
    if (cde.has(src) === cde.has(dst)) return [];
    return cde.has(src)
      ? [{ cde: src as WorkloadId, peer: dst, direction: 'egress', row }]
      : [{ cde: dst as WorkloadId, peer: src, direction: 'ingress', row }];
  });
}

/** Addresses outside the cluster that one CDE workload may connect with in one direction. */
export interface ExternalReach {
  readonly cde: WorkloadId;
  readonly direction: Direction;
  /** Joined ranges that stand for the Internet at large, each with the rows behind it. */
  readonly internet: readonly RangeReach[];
  /** Joined ranges narrow enough to be named networks, or private. */
  readonly named: readonly RangeReach[];
  /** Rows that the files cannot decide. */
  readonly open: readonly CdePath[];
}

/** A joined range and the rows that allow it. */
export interface RangeReach {
  readonly range: AddressRange;
  readonly rows: readonly ReachRow[];
}

/** Joins the external rows of some paths per CDE workload and direction. */
export function externalReach(paths: readonly CdePath[]): readonly ExternalReach[] {
  const groups = new Map<string, CdePath[]>();
  for (const path of paths) {
    if (externalRange(path.peer) === undefined) continue;
    const key = `${path.cde} ${path.direction}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [path]);
    else group.push(path);
  }
  return [...groups.values()].flatMap(group => {
    const [first] = group;
    if (first === undefined) return [];
    const allowed = group.filter(path => path.row.allow.length > 0);
    const ranges = mergeRanges(allowed.flatMap(path => externalRange(path.peer) ?? []));
    const reaches = ranges.map(range => ({
      range,
      rows: allowed.filter(path => isWithin(range, path.peer)).map(path => path.row),
    }));
    return [
      {
        cde: first.cde,
        direction: first.direction,
        internet: reaches.filter(reach => isInternetRange(reach.range)),
        named: reaches.filter(reach => !isInternetRange(reach.range)),
        open: group.filter(path => path.row.indeterminate.length > 0),
      },
    ];
  });
}

/** What lets rows pass: the rule of the CDE's side, or why it needs none, then the rule of the other side if it has one. */
function decidingSteps(rows: readonly ReachRow[], side: Direction): readonly Step[] {
  const steps = rows.flatMap(row => row.because);
  const own = decidingStep(steps.filter(step => step.direction === side));
  const other = decidingStep(steps.filter(step => step.direction !== side));
  if (own === undefined) return other === undefined ? [] : [other];
  return other?.policy === undefined ? [own] : [own, other];
}

function decidingStep(steps: readonly Step[]): Step | undefined {
  return (
    steps.find(step => step.action === 'allow' && step.source !== undefined) ??
    steps.find(step => step.source !== undefined) ??
    steps[0]
  );
}

/** Whether a rule expressly allows a row; else it passes because nothing isolates its ends. */
export function isByRule(rows: readonly ReachRow[]): boolean {
  return rows.some(row => row.because.some(step => step.action === 'allow' && step.policy !== undefined));
}

/** A witness for an allowed path; `side` is the direction of the subject's end, `fallback` where the subject stands when no rule was needed. */
export function pathWitness(
  subject: string,
  text: string,
  rows: readonly ReachRow[],
  side: Direction,
  fallback: Witness['source'],
): Witness {
  const steps = decidingSteps(rows, side);
  const source = steps.find(step => step.source !== undefined)?.source ?? fallback;
  const why = steps.length === 0 ? 'no policy isolates either end' : steps.map(printStep).join('; ');
  return {
    kind: steps.some(step => step.policy !== undefined) ? 'rule' : 'object',
    text: `${text}: ${why}`,
    subject,
    ...(source === undefined ? {} : { source }),
  };
}

function printStep({ policy, rule, direction, text }: Step): string {
  if (policy === undefined) return text;
  return rule === undefined ? policy : `${policy} ${direction} rule ${rule}`;
}

/** Ports of some rows, in words. */
export function portsOf(rows: readonly ReachRow[], which: 'allow' | 'indeterminate' = 'allow'): string {
  return printConnections(mergePorts(rows.flatMap((row): readonly PortRange[] => row[which])));
}

function isWithin(range: AddressRange, peer: string): boolean {
  const own = externalRange(peer);
  return own !== undefined && coverOf(range, own) === 'all';
}
