// Edges derived from flow records: one row per pair of ends, port, protocol and outcome, in columns, whatever the order of
// the records. Reports of both sides are paired (edge-group.ts), never added up.
import type { ClusterId } from '../base/brand.ts';
import { compareText } from '../base/order.ts';
import { checkCancelled, type Cancellation, type OnProgress } from '../base/progress.ts';
import { addRecord, isNamedPod, pairReports, type Edge, type Group, type Tally } from './edge-group.ts';
import type { FlowPart, FlowTable } from './flow-table.ts';

/** Edges in columns, in a total order. Numbers index `strings` and `files`; index 0 of `strings` is the empty text. */
export interface EdgeTable {
  readonly edgeTableVersion: 1;
  readonly cluster: ClusterId;
  readonly edges: number;
  /** Log records behind all edges. */
  readonly records: number;
  readonly strings: readonly string[];
  readonly files: readonly string[];
  /** FLOW_END codes. */
  readonly srcKind: Uint8Array;
  readonly dstKind: Uint8Array;
  readonly srcNamespace: Uint32Array;
  readonly srcName: Uint32Array;
  readonly dstNamespace: Uint32Array;
  readonly dstName: Uint32Array;
  /** Addresses of ends that are not pods, where the log has them. */
  readonly srcIp: Uint32Array;
  readonly dstIp: Uint32Array;
  /** Labels common to all records, `k=v` joined by `,`. */
  readonly srcLabels: Uint32Array;
  readonly dstLabels: Uint32Array;
  readonly dstDomains: Uint32Array;
  readonly protocol: Uint32Array;
  /** -1 = not in the log. */
  readonly dstPort: Int32Array;
  /** EDGE_REPORTED codes. */
  readonly reported: Uint8Array;
  /** 1 where the destination's side reported: without it an allow is the source's word only. */
  readonly byDestination: Uint8Array;
  /** 1 where the source's side denied. */
  readonly deniedAtSource: Uint8Array;
  /** 1 where port numbers alone tell which end opened the connections. */
  readonly directionGuessed: Uint8Array;
  readonly recordCount: Float64Array;
  readonly connections: Float64Array;
  /** Bytes both ways, of one reporter. */
  readonly bytes: Float64Array;
  /** Milliseconds since 1970. */
  readonly first: Float64Array;
  readonly last: Float64Array;
  /** The first record that tells the outcome: file and line. */
  readonly file: Uint32Array;
  readonly line: Uint32Array;
  /** Policy hits of the first record that named any, as in the flow table. */
  readonly policies: Uint32Array;
}

/** Options of a long derivation. */
export interface EdgeOptions {
  readonly cancellation?: Cancellation;
  readonly onProgress?: OnProgress;
}

/** Derives the edges of a flow table. */
export function deriveEdges(flows: FlowTable, options: EdgeOptions = {}): EdgeTable {
  const groups = new Map<string, Group>();
  let done = 0;
  for (const part of flows.parts) {
    checkCancelled(options.cancellation);
    for (let row = 0; row < part.rows; row++) addRecord(groups, flows, part, row);
    done += part.rows;
    options.onProgress?.({ phase: 'edges', done, total: flows.rows, unit: 'records' });
  }
  const texts = internTable(flows.strings);
  const edges = [...groups.values()].flatMap(group => pairReports(flows, group)).sort(compareEdges(flows));
  return columnsOf(flows, edges, texts);
}

function compareEdges(flows: FlowTable): (a: Edge, b: Edge) => number {
  const text = (edge: Edge, column: keyof FlowPart): string =>
    flows.strings[(edge.group.part[column] as Uint32Array)[edge.group.row] ?? 0] ?? '';
  const number = (edge: Edge, column: 'srcKind' | 'dstKind' | 'dstPort'): number =>
    edge.group.part[column][edge.group.row] ?? 0;
  const columns = [
    'srcNamespace',
    'srcName',
    'srcIp',
    'dstNamespace',
    'dstName',
    'dstIp',
    'protocol',
  ] as const;
  return (a, b) => {
    for (const column of columns) {
      const order = compareText(text(a, column), text(b, column));
      if (order !== 0) return order;
    }
    for (const column of ['dstPort', 'srcKind', 'dstKind'] as const) {
      const order = number(a, column) - number(b, column);
      if (order !== 0) return order;
    }
    return a.reported - b.reported;
  };
}

interface Texts {
  readonly strings: string[];
  indexOf(text: string): number;
}

function internTable(strings: readonly string[]): Texts {
  const all = [...strings];
  const index = new Map(all.map((text, at) => [text, at]));
  return {
    strings: all,
    indexOf: text => {
      const known = index.get(text);
      if (known !== undefined) return known;
      index.set(text, all.length);
      return all.push(text) - 1;
    },
  };
}

function columnsOf(flows: FlowTable, edges: readonly Edge[], texts: Texts): EdgeTable {
  const from = (column: (part: FlowPart) => ArrayLike<number>): number[] =>
    edges.map(({ group }) => column(group.part)[group.row] ?? 0);
  const text = (of: (group: Group) => string): Uint32Array =>
    Uint32Array.from(edges, edge => texts.indexOf(of(edge.group)));
  const tally = (of: (tally: Tally) => number): number[] => edges.map(edge => of(edge.tally));
  const address = (kind: number[], name: number[], ip: number[]): Uint32Array =>
    Uint32Array.from(ip, (value, at) => (isNamedPod(kind[at] ?? 0, name[at]) ? 0 : value));
  const ends = { srcKind: from(part => part.srcKind), dstKind: from(part => part.dstKind) };
  const names = { srcName: from(part => part.srcName), dstName: from(part => part.dstName) };
  return {
    edgeTableVersion: 1,
    cluster: flows.cluster,
    edges: edges.length,
    records: flows.rows,
    srcKind: Uint8Array.from(ends.srcKind),
    dstKind: Uint8Array.from(ends.dstKind),
    srcNamespace: Uint32Array.from(from(part => part.srcNamespace)),
    srcName: Uint32Array.from(names.srcName),
    dstNamespace: Uint32Array.from(from(part => part.dstNamespace)),
    dstName: Uint32Array.from(names.dstName),
    srcIp: address(
      ends.srcKind,
      names.srcName,
      from(part => part.srcIp),
    ),
    dstIp: address(
      ends.dstKind,
      names.dstName,
      from(part => part.dstIp),
    ),
    srcLabels: text(group => group.srcLabels),
    dstLabels: text(group => group.dstLabels),
    dstDomains: text(group => group.dstDomains),
    protocol: Uint32Array.from(from(part => part.protocol)),
    dstPort: Int32Array.from(from(part => part.dstPort)),
    reported: Uint8Array.from(edges, edge => edge.reported),
    byDestination: Uint8Array.from(edges, edge => Number(edge.byDestination)),
    deniedAtSource: Uint8Array.from(edges, edge => Number(edge.deniedAtSource)),
    directionGuessed: Uint8Array.from(tally(some => Number(some.guessed === some.records))),
    recordCount: Float64Array.from(tally(some => some.records)),
    connections: Float64Array.from(tally(some => some.connections)),
    bytes: Float64Array.from(tally(some => some.bytes)),
    first: Float64Array.from(tally(some => some.first)),
    last: Float64Array.from(tally(some => some.last)),
    file: Uint32Array.from(tally(some => some.place.file)),
    line: Uint32Array.from(tally(some => some.place.line)),
    policies: Uint32Array.from(tally(some => some.hit.policies)),
    strings: texts.strings,
    files: flows.files,
  };
}
