// Groups of flow records that speak of the same connections, and the pairing of what both sides said (calico.md 2.1):
//   source allow + destination deny = deny       source allow + destination allow = one allowed connection
// What a cloud's interface passed or refused stays apart: neither a policy's allow nor a policy's deny.
import { compareText } from '../base/order.ts';
import {
  FLOW_ACTION,
  FLOW_END,
  FLOW_OPENER,
  FLOW_REPORTER,
  isPodEnd,
  type FlowPart,
  type FlowTable,
} from './flow-table.ts';

/**
 * What the log says became of the connections of an edge, both sides taken together; `passed` and `refused` are the word
 * of a security group or network ACL, which knows no policy of the cluster.
 */
export const EDGE_REPORTED = { allow: 0, deny: 1, unknown: 2, passed: 3, refused: 4 } as const;

/** What one side said of one outcome. */
export interface Tally {
  records: number;
  connections: number;
  bytes: number;
  /** Records in which port numbers alone tell which end opened the connection. */
  guessed: number;
  first: number;
  last: number;
  /** The first record, and the first one that names policies. */
  place: Place;
  hit: Place & { readonly policies: number };
}

/** Where a record is; ordered by time, then file, then line. */
export interface Place {
  readonly at: number;
  readonly file: number;
  readonly line: number;
}

/** All records of one pair of ends, protocol and port; `part` and `row` are any one of them. */
export interface Group {
  readonly part: FlowPart;
  readonly row: number;
  srcLabels: string;
  dstLabels: string;
  dstDomains: string;
  /** Tallies by reporter and action. */
  readonly tallies: Map<number, Tally>;
}

/** One edge: a group's records of one outcome. */
export interface Edge {
  readonly group: Group;
  readonly reported: number;
  readonly byDestination: boolean;
  readonly deniedAtSource: boolean;
  readonly tally: Tally;
}

/** Adds one record to its group. */
export function addRecord(groups: Map<string, Group>, flows: FlowTable, part: FlowPart, row: number): void {
  const key = keyOf(part, row);
  let group = groups.get(key);
  const label = (column: Uint32Array): string => flows.strings[column[row] ?? 0] ?? '';
  if (group === undefined) {
    group = {
      part,
      row,
      srcLabels: label(part.srcLabels),
      dstLabels: label(part.dstLabels),
      dstDomains: label(part.dstDomains),
      tallies: new Map(),
    };
    groups.set(key, group);
  } else {
    group.srcLabels = common(group.srcLabels, label(part.srcLabels));
    group.dstLabels = common(group.dstLabels, label(part.dstLabels));
    group.dstDomains = union(group.dstDomains, label(part.dstDomains));
  }
  const slot = slotOf(part.reporter[row] ?? FLOW_REPORTER.unknown, part.action[row] ?? FLOW_ACTION.unknown);
  const tally = group.tallies.get(slot);
  const record = tallyOf(part, row);
  group.tallies.set(slot, tally === undefined ? record : add(flows, tally, record));
}

// A pod is known by its name; every other end also by its address, where the log kept it.
function keyOf(part: FlowPart, row: number): string {
  const srcKind = part.srcKind[row] ?? FLOW_END.unknown;
  const dstKind = part.dstKind[row] ?? FLOW_END.unknown;
  const { srcNamespace, srcName, srcIp, dstNamespace, dstName, dstIp, protocol, dstPort } = part;
  const from = isNamedPod(srcKind, srcName[row]) ? 0 : srcIp[row];
  const to = isNamedPod(dstKind, dstName[row]) ? 0 : dstIp[row];
  const source = `${srcKind},${srcNamespace[row]},${srcName[row]},${from}`;
  return `${source},${dstKind},${dstNamespace[row]},${dstName[row]},${to},${protocol[row]},${dstPort[row]}`;
}

/** Whether an end is known by its name. */
export function isNamedPod(kind: number, name: number | undefined): boolean {
  return isPodEnd(kind) && name !== 0;
}

const SLOTS = 8;

function slotOf(reporter: number, action: number): number {
  return reporter * SLOTS + action;
}

function tallyOf(part: FlowPart, row: number): Tally {
  const start = part.start[row] ?? 0;
  const place = { at: start, file: part.file[row] ?? 0, line: part.line[row] ?? 0 };
  return {
    records: 1,
    connections: part.connections[row] ?? 0,
    bytes: (part.bytesIn[row] ?? 0) + (part.bytesOut[row] ?? 0),
    guessed: part.opener[row] === FLOW_OPENER.ports ? 1 : 0,
    first: start,
    last: part.end[row] ?? start,
    place,
    hit: { ...place, policies: part.policies[row] ?? 0 },
  };
}

function add(flows: FlowTable, a: Tally, b: Tally): Tally {
  return {
    records: a.records + b.records,
    connections: a.connections + b.connections,
    bytes: a.bytes + b.bytes,
    guessed: a.guessed + b.guessed,
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    place: isEarlier(flows, b.place, a.place) ? b.place : a.place,
    hit: firstHit(flows, a.hit, b.hit),
  };
}

function firstHit(flows: FlowTable, a: Tally['hit'], b: Tally['hit']): Tally['hit'] {
  if (a.policies === 0) return b;
  return b.policies !== 0 && isEarlier(flows, b, a) ? b : a;
}

function isEarlier(flows: FlowTable, a: Place, b: Place): boolean {
  const file = (place: Place): string => flows.files[place.file] ?? '';
  return (a.at - b.at || compareText(file(a), file(b)) || a.line - b.line) < 0;
}

/**
 * Splits a group by outcome. Where the destination's side reported, the source's allows are the other half of the same
 * connections and only lend their records; where it did not, they stand alone. A source's denies never reach the other side.
 * Records that saw the connections on their way and decided nothing lend their records to the one outcome there is.
 */
export function pairReports(flows: FlowTable, group: Group): readonly Edge[] {
  const of = (reporter: number, action: number): Tally | undefined =>
    group.tallies.get(slotOf(reporter, action));
  const { source, destination, unknown, cloud } = FLOW_REPORTER;
  const sourceAllow = of(source, FLOW_ACTION.allow);
  const sourceDeny = of(source, FLOW_ACTION.deny);
  const allowed = either(flows, of(destination, FLOW_ACTION.allow), of(unknown, FLOW_ACTION.allow));
  const denied = either(flows, of(destination, FLOW_ACTION.deny), of(unknown, FLOW_ACTION.deny));
  const isHalfOfDeny = allowed === undefined && denied !== undefined;
  const isByDestination = allowed !== undefined;
  const isAllowed = isByDestination || (!isHalfOfDeny && sourceAllow !== undefined);
  const isDenied = denied !== undefined || sourceDeny !== undefined;
  const isOneOutcome = isAllowed !== isDenied;
  const open = (which: (slot: number) => boolean): readonly Tally[] =>
    [...group.tallies].filter(([slot]) => isOpen(slot) && which(slot)).map(([, tally]) => tally);
  const seen = isOneOutcome ? open(isSeen) : [];
  const edges: Edge[] = [];
  const edge = (
    reported: number,
    counted: readonly (Tally | undefined)[],
    halves: readonly (Tally | undefined)[],
    flags: { readonly byDestination: boolean; readonly deniedAtSource: boolean },
  ): void => {
    const tally = join(flows, counted.filter(isThere), halves.filter(isThere));
    if (tally !== undefined) edges.push({ group, reported, ...flags, tally });
  };
  edge(
    EDGE_REPORTED.allow,
    isByDestination ? [allowed] : isHalfOfDeny ? [] : [sourceAllow],
    isByDestination ? [sourceAllow, ...seen] : seen,
    {
      byDestination: isByDestination,
      deniedAtSource: false,
    },
  );
  edge(EDGE_REPORTED.deny, [denied, sourceDeny], isHalfOfDeny ? [sourceAllow, ...seen] : seen, {
    byDestination: denied !== undefined,
    deniedAtSource: sourceDeny !== undefined,
  });
  const nobody = { byDestination: false, deniedAtSource: false };
  edge(
    EDGE_REPORTED.unknown,
    open(slot => !isOneOutcome || !isSeen(slot)),
    [],
    nobody,
  );
  edge(EDGE_REPORTED.passed, [of(cloud, FLOW_ACTION.allow)], [], nobody);
  edge(EDGE_REPORTED.refused, [of(cloud, FLOW_ACTION.deny)], [], nobody);
  return edges;
}

function either(flows: FlowTable, a: Tally | undefined, b: Tally | undefined): Tally | undefined {
  return a === undefined || b === undefined ? (a ?? b) : add(flows, a, b);
}

/** Records that decided nothing: passed on by a host, or seen at a point where nothing is decided. */
function isSeen(slot: number): boolean {
  const [reporter, action] = [Math.floor(slot / SLOTS), slot % SLOTS];
  if (reporter === FLOW_REPORTER.cloud) return false;
  return (
    action === FLOW_ACTION.unknown || (reporter === FLOW_REPORTER.forward && action === FLOW_ACTION.allow)
  );
}

function isOpen(slot: number): boolean {
  const action = slot % SLOTS;
  return (
    Math.floor(slot / SLOTS) === FLOW_REPORTER.forward ||
    (action !== FLOW_ACTION.allow && action !== FLOW_ACTION.deny)
  );
}

function isThere(tally: Tally | undefined): tally is Tally {
  return tally !== undefined;
}

// Counts and place of the reports that tell the outcome; records, times and policies of every report about it.
function join(flows: FlowTable, counted: readonly Tally[], halves: readonly Tally[]): Tally | undefined {
  const [first, ...rest] = counted;
  if (first === undefined) return undefined;
  const outcome = rest.reduce((a, b) => add(flows, a, b), first);
  const all = halves.reduce((a, b) => add(flows, a, b), outcome);
  const hit = outcome.hit.policies === 0 ? all.hit : outcome.hit;
  return { ...all, connections: outcome.connections, bytes: outcome.bytes, place: outcome.place, hit };
}

function common(a: string, b: string): string {
  if (a === b) return a;
  const others = new Set(b.split(','));
  return a
    .split(',')
    .filter(label => others.has(label))
    .join(',');
}

function union(a: string, b: string): string {
  if (a === b || b === '') return a;
  if (a === '') return b;
  return [...new Set([...a.split(','), ...b.split(',')])].sort(compareText).join(',');
}
