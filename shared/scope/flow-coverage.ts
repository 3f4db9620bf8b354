// How much of the traffic a flow log can have seen: nodes that reported, silences in the period, lost records, what was
// aggregated away (intake notes, section 4). Counted from the records themselves, never from what a log says of itself,
// save the records it admits to have lost.
import type { Instant } from '../base/brand.ts';
import { instantOf } from '../base/instant.ts';
import { sortedUnique } from '../base/order.ts';
import type { FlowTable } from '../model/flow-table.ts';
import { FLOW_END, FLOW_REPORTER } from '../model/flow-table.ts';
import { count, listNames } from './words.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';

/** The longest silence that does not count as a gap: five minutes. */
export const MAX_SILENCE_MS = 5 * 60_000;

/** A stretch without any record. */
export interface Silence {
  readonly from: Instant;
  readonly to: Instant;
  readonly milliseconds: number;
}

/** What a flow log covers. */
export interface FlowCoverage {
  /** Records of the cluster's own network; those of cloud interfaces see nothing inside a node and cover nothing. */
  readonly records: number;
  /** Records of cloud interfaces. */
  readonly outside: number;
  readonly period?: { readonly from: Instant; readonly to: Instant };
  readonly nodesReported: readonly string[];
  readonly nodesMissing: readonly string[];
  /** Number of nodes of the cluster that reported. */
  readonly nodesPresent: number;
  /** Whether both the log and the export name nodes, so that the two can be compared. */
  readonly nodesComparable: boolean;
  readonly silences: readonly Silence[];
  /** Silences as a share of the period, 0 to 1. */
  readonly silentShare: number;
  readonly lost: number;
  /** Records whose pods are named only by the prefix of their controller. */
  readonly aggregated: number;
  /** TCP, UDP and SCTP records without a destination port. */
  readonly portless: number;
  /** Records without a usable time. */
  readonly untimed: number;
  /** Records with an end of which only the address is known, and whose it was then the files do not show. */
  readonly unattributed: number;
}

/** Measures the coverage of a log against the nodes of its cluster: those exported, and those that its pods name. */
export function flowCoverageOf(
  flows: FlowTable,
  snapshot: Pick<ClusterSnapshot, 'nodes' | 'pods'>,
): FlowCoverage {
  const starts = new Map<number, { first: number; end: number }>();
  const aggregates = flows.strings.map(text => text.endsWith('*'));
  const ported = flows.strings.map(text => text === 'TCP' || text === 'UDP' || text === 'SCTP');
  const counts = { aggregated: 0, portless: 0, untimed: 0, unattributed: 0, outside: 0 };
  for (const part of flows.parts) {
    for (let row = 0; row < part.rows; row++) {
      if (part.reporter[row] === FLOW_REPORTER.cloud) {
        counts.outside++;
        continue;
      }
      keepTime(starts, part.start[row] ?? 0, part.end[row] ?? 0, counts);
      const [srcKind, dstKind] = [part.srcKind[row], part.dstKind[row]];
      const isAggregate =
        (srcKind === FLOW_END.pod && aggregates[part.srcName[row] ?? 0] === true) ||
        (dstKind === FLOW_END.pod && aggregates[part.dstName[row] ?? 0] === true);
      if (isUnattributed(srcKind) || isUnattributed(dstKind)) counts.unattributed++;
      if (isAggregate) counts.aggregated++;
      if (ported[part.protocol[row] ?? 0] === true && (part.dstPort[row] ?? -1) < 0) counts.portless++;
    }
  }
  return {
    records: flows.rows - counts.outside,
    lost: flows.lost,
    ...counts,
    ...periodOf(starts),
    ...nodesOf(flows, snapshot),
  };
}

/** What keeps a log from being complete, in sentences: nodes and period (serious), lost or thin records (minor). */
export function gapsOfCoverage(
  coverage: FlowCoverage,
  which: { readonly serious?: boolean; readonly minor?: boolean } = {},
): readonly string[] {
  return [
    ...(which.serious === false ? [] : seriousOf(coverage)),
    ...(which.minor === false ? [] : minorOf(coverage)),
  ];
}

function seriousOf(coverage: FlowCoverage): readonly string[] {
  const gaps: string[] = [];
  const { nodesMissing, silences } = coverage;
  if (coverage.records === 0)
    gaps.push(
      coverage.outside === 0
        ? 'the flow log holds no record'
        : 'the flow log is of cloud interfaces only, which see no traffic inside a node',
    );
  if (!coverage.nodesComparable)
    gaps.push('the nodes that reported flows cannot be compared with the nodes of the cluster');
  if (nodesMissing.length > 0)
    gaps.push(`${count(nodesMissing.length, 'node')} reported no flows: ${listNames(nodesMissing)}`);
  if (silences.length > 0) {
    const spans = listNames(silences.map(silence => `${silence.from} to ${silence.to}`));
    gaps.push(
      `the flow log is silent for more than ${MAX_SILENCE_MS / 60_000} minutes, ${count(silences.length, 'time')}: ${spans}`,
    );
  }
  return gaps;
}

function minorOf(coverage: FlowCoverage): readonly string[] {
  const gaps: string[] = [];
  if (coverage.lost > 0) gaps.push(`the flow log says that it lost ${count(coverage.lost, 'record')}`);
  if (coverage.portless > 0)
    gaps.push(`${count(coverage.portless, 'flow record')} without a destination port`);
  if (coverage.unattributed > 0)
    gaps.push(
      `${count(coverage.unattributed, 'flow record')} with an address of which no file shows whose it was then`,
    );
  if (coverage.untimed > 0) gaps.push(`${count(coverage.untimed, 'flow record')} without a time`);
  return gaps;
}

function isUnattributed(kind: number | undefined): boolean {
  return kind === FLOW_END.unclear || kind === FLOW_END.podAssumed;
}

/** Starts are kept per minute: a silence of minutes shows, and a day's log needs 1,440 places. */
function keepTime(
  starts: Map<number, { first: number; end: number }>,
  start: number,
  end: number,
  counts: { untimed: number },
): void {
  if (!Number.isFinite(start) || start <= 0) {
    counts.untimed++;
    return;
  }
  const minute = Math.floor(start / 60_000);
  const until = Number.isFinite(end) ? Math.max(start, end) : start;
  const known = starts.get(minute);
  if (known === undefined) starts.set(minute, { first: start, end: until });
  else {
    known.first = Math.min(known.first, start);
    known.end = Math.max(known.end, until);
  }
}

function periodOf(
  starts: ReadonlyMap<number, { readonly first: number; readonly end: number }>,
): Pick<FlowCoverage, 'period' | 'silences' | 'silentShare'> {
  const minutes = [...starts.entries()].sort((a, b) => a[0] - b[0]).map(([, minute]) => minute);
  const first = minutes[0];
  if (first === undefined) return { silences: [], silentShare: 0 };
  const silences: Silence[] = [];
  let until = first.end;
  for (const minute of minutes) {
    const milliseconds = minute.first - until;
    if (milliseconds > MAX_SILENCE_MS)
      silences.push({ from: instantOf(until), to: instantOf(minute.first), milliseconds });
    until = Math.max(until, minute.end);
  }
  const whole = until - first.first;
  const silent = silences.reduce((sum, silence) => sum + silence.milliseconds, 0);
  return {
    period: { from: instantOf(first.first), to: instantOf(until) },
    silences,
    silentShare: whole <= 0 ? 0 : silent / whole,
  };
}

function nodesOf(
  flows: FlowTable,
  snapshot: Pick<ClusterSnapshot, 'nodes' | 'pods'>,
): Pick<FlowCoverage, 'nodesReported' | 'nodesMissing' | 'nodesPresent' | 'nodesComparable'> {
  const reported = new Set(flows.nodes.map(name => name.slice(name.lastIndexOf('/') + 1)));
  const names = sortedUnique([
    ...snapshot.nodes.map(node => node.name),
    ...snapshot.pods.flatMap(pod => pod.node ?? []),
  ]);
  const comparable = reported.size > 0 && names.length > 0;
  return {
    nodesReported: sortedUnique(reported),
    nodesMissing: comparable ? names.filter(name => !reported.has(name)) : [],
    nodesPresent: names.filter(name => reported.has(name)).length,
    nodesComparable: comparable,
  };
}
