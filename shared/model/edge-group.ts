// Groups of flow records that speak of the same connections, and the pairing of what both sides said (calico.md 2.1):
//   source allow + destination deny = deny       source allow + destination allow = one allowed connection
import { compareText } from '../base/order.ts';
import { FLOW_ACTION, FLOW_END, FLOW_REPORTER, type FlowPart, type FlowTable } from './flow-table.ts';

/** What the log says became of the connections of an edge, both sides taken together. */
export const EDGE_REPORTED = { allow: 0, deny: 1, unknown: 2 } as const;

/** What one side said of one outcome. */
export interface Tally {
  records: number;
  connections: number;
  bytes: number;
  first: number;
  last: number;
  /** The first record, by time, then file, then line. */
  file: number;
  line: number;
  at: number;
  policies: number;
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
  return kind === FLOW_END.pod && name !== 0;
}

const SLOTS = 8;

function slotOf(reporter: number, action: number): number {
  return reporter * SLOTS + action;
}

function tallyOf(part: FlowPart, row: number): Tally {
  const start = part.start[row] ?? 0;
  return {
    records: 1,
    connections: part.connections[row] ?? 0,
    bytes: (part.bytesIn[row] ?? 0) + (part.bytesOut[row] ?? 0),
    first: start,
    last: part.end[row] ?? start,
    at: start,
    file: part.file[row] ?? 0,
    line: part.line[row] ?? 0,
    policies: part.policies[row] ?? 0,
  };
}

function add(flows: FlowTable, a: Tally, b: Tally): Tally {
  const files = flows.files;
  const order = a.at - b.at || compareText(files[a.file] ?? '', files[b.file] ?? '') || a.line - b.line;
  const [early, late] = order <= 0 ? [a, b] : [b, a];
  return {
    records: a.records + b.records,
    connections: a.connections + b.connections,
    bytes: a.bytes + b.bytes,
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    at: early.at,
    file: early.file,
    line: early.line,
    policies: early.policies === 0 ? late.policies : early.policies,
  };
}

/**
 * Splits a group by outcome. Where the destination's side reported, the source's allows are the other half of the same
 * connections and only lend their records; where it did not, they stand alone. A source's denies never reach the other side.
 */
export function pairReports(group: Group): readonly Edge[] {
  const of = (reporter: number, action: number): Tally | undefined =>
    group.tallies.get(slotOf(reporter, action));
  const { source, destination, forward, unknown } = FLOW_REPORTER;
  const sourceAllow = of(source, FLOW_ACTION.allow);
  const sourceDeny = of(source, FLOW_ACTION.deny);
  const allowed = either(of(destination, FLOW_ACTION.allow), of(unknown, FLOW_ACTION.allow));
  const denied = either(of(destination, FLOW_ACTION.deny), of(unknown, FLOW_ACTION.deny));
  const isHalfOfDeny = allowed === undefined && denied !== undefined;
  const open = [...group.tallies.entries()]
    .filter(([slot]) => isOpen(slot, forward))
    .map(([, tally]) => tally);
  const edges: Edge[] = [];
  const edge = (
    reported: number,
    counted: readonly (Tally | undefined)[],
    halves: readonly (Tally | undefined)[],
    flags: { readonly byDestination: boolean; readonly deniedAtSource: boolean },
  ): void => {
    const tally = join(counted.filter(isThere), halves.filter(isThere));
    if (tally !== undefined) edges.push({ group, reported, ...flags, tally });
  };
  const isByDestination = allowed !== undefined;
  edge(
    EDGE_REPORTED.allow,
    isByDestination ? [allowed] : isHalfOfDeny ? [] : [sourceAllow],
    isByDestination ? [sourceAllow] : [],
    {
      byDestination: isByDestination,
      deniedAtSource: false,
    },
  );
  edge(EDGE_REPORTED.deny, [denied, sourceDeny], isHalfOfDeny ? [sourceAllow] : [], {
    byDestination: denied !== undefined,
    deniedAtSource: sourceDeny !== undefined,
  });
  edge(EDGE_REPORTED.unknown, open, [], { byDestination: false, deniedAtSource: false });
  return edges;
}

function either(a: Tally | undefined, b: Tally | undefined): Tally | undefined {
  return a === undefined ? b : b === undefined ? a : { ...a, ...sums([a, b]) };
}

function isOpen(slot: number, forward: number): boolean {
  const action = slot % SLOTS;
  return (
    Math.floor(slot / SLOTS) === forward || (action !== FLOW_ACTION.allow && action !== FLOW_ACTION.deny)
  );
}

function isThere(tally: Tally | undefined): tally is Tally {
  return tally !== undefined;
}

// Counts, place and policies of the reports that tell the outcome; records and times of every report about it.
function join(counted: readonly Tally[], halves: readonly Tally[]): Tally | undefined {
  const all = [...counted, ...halves];
  const first = counted[0];
  if (first === undefined) return undefined;
  const earliest = counted.reduce((a, b) => (b.at < a.at ? b : a), first);
  const named = all.find(tally => tally.policies !== 0) ?? first;
  const { connections, bytes } = sums(counted);
  return {
    ...sums(all),
    connections,
    bytes,
    at: earliest.at,
    file: earliest.file,
    line: earliest.line,
    policies: named.policies,
  };
}

function sums(
  tallies: readonly Tally[],
): Pick<Tally, 'records' | 'connections' | 'bytes' | 'first' | 'last'> {
  const sum = (of: (tally: Tally) => number): number =>
    tallies.reduce((total, tally) => total + of(tally), 0);
  return {
    records: sum(tally => tally.records),
    connections: sum(tally => tally.connections),
    bytes: sum(tally => tally.bytes),
    first: Math.min(...tallies.map(tally => tally.first)),
    last: Math.max(...tallies.map(tally => tally.last)),
  };
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
