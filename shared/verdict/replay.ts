// Replays a flow log against the policies: what was reported beside what the model says, one row per edge.
// A contradiction is claimed only when both are definite; what a log or an export leaves open stays indeterminate, with why.
import type { Instant } from '../base/brand.ts';
import { instantOf, millisecondsOf } from '../base/instant.ts';
import { compareBy } from '../base/order.ts';
import { checkCancelled, type Cancellation, type OnProgress } from '../base/progress.ts';
import { printSpan } from '../base/source.ts';
import { EDGE_REPORTED } from '../model/edge-group.ts';
import { deriveEdges, type EdgeTable } from '../model/edge-table.ts';
import type { FlowTable } from '../model/flow-table.ts';
import type { Protocol } from '../model/snapshot.ts';
import type { Endpoint } from '../policy/compiled.ts';
import { flowEnds, type FlowEnd } from './flow-end.ts';
import type { Replay, ReplayRow } from './replay-types.ts';
import type { FlowQuery, Outcome, SideVerdict, Simulator, Step } from './verdict.ts';

/** What a replay may be given beside simulator and flows. */
export interface ReplayOptions {
  /** The cluster with staged policies in force: each row then also says what would change. */
  readonly staged?: Simulator;
  readonly cancellation?: Cancellation;
  readonly onProgress?: OnProgress;
}

/** Replays a log. Pods of one workload that fare alike share a row; rows are in a total order; work is done per edge. */
export function replay(simulator: Simulator, flows: FlowTable, options: ReplayOptions = {}): Replay {
  const edges = deriveEdges(flows, options);
  const resolve = flowEnds(simulator);
  const rows: ReplayRow[] = [];
  for (let at = 0; at < edges.edges; at++) {
    if (at % 256 === 0) {
      checkCancelled(options.cancellation);
      options.onProgress?.({ phase: 'replay', done: at, total: edges.edges, unit: 'pairs' });
    }
    const [src, dst] = endsAt(edges, at, resolve);
    rows.push(rowOf(edges, at, src, dst, simulator, options.staged));
  }
  options.onProgress?.({ phase: 'replay', done: edges.edges, total: edges.edges, unit: 'pairs' });
  const merged = mergeRows(rows.sort(ROW_ORDER));
  return { summary: summarise(edges, merged), rows: merged };
}

/** Whether a row's reported and recomputed verdicts are both definite, and equal. */
export function agreementOf(row: ReplayRow): 'agree' | 'contradict' | 'indeterminate' {
  if (row.reported === 'unknown' || row.recomputed === 'indeterminate') return 'indeterminate';
  return row.reported === row.recomputed ? 'agree' : 'contradict';
}

const ROW_ORDER = compareBy<ReplayRow>(
  row => row.src,
  row => row.dst,
  row => row.protocol,
  row => row.port ?? -1,
  row => row.reported,
  row => row.cloud ?? '',
  row => row.recomputed,
  row => row.staged ?? '',
  row => millisecondsOf(row.first as Instant),
  row => row.source.file,
  row => row.source.line,
);
const REPORTED = new Map<number, ReplayRow['reported']>([
  [EDGE_REPORTED.allow, 'allow'],
  [EDGE_REPORTED.deny, 'deny'],
]);
const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([
  ['TCP', 'TCP'],
  ['6', 'TCP'],
  ['UDP', 'UDP'],
  ['17', 'UDP'],
  ['SCTP', 'SCTP'],
  ['132', 'SCTP'],
  ['ICMP', 'ICMP'],
  ['1', 'ICMP'],
  ['ICMP6', 'ICMP'],
  ['ICMPV6', 'ICMP'],
  ['58', 'ICMP'],
]);

function endsAt(edges: EdgeTable, at: number, resolve: ReturnType<typeof flowEnds>): [FlowEnd, FlowEnd] {
  const text = (column: Uint32Array): string => edges.strings[column[at] ?? 0] ?? '';
  const src = resolve({
    kind: edges.srcKind[at] ?? 0,
    namespace: text(edges.srcNamespace),
    name: text(edges.srcName),
    ip: text(edges.srcIp),
    labels: text(edges.srcLabels),
  });
  const dst = resolve({
    kind: edges.dstKind[at] ?? 0,
    namespace: text(edges.dstNamespace),
    name: text(edges.dstName),
    ip: text(edges.dstIp),
    labels: text(edges.dstLabels),
    domains: text(edges.dstDomains),
  });
  return [src, dst];
}

function rowOf(
  edges: EdgeTable,
  at: number,
  src: FlowEnd,
  dst: FlowEnd,
  simulator: Simulator,
  staged: Simulator | undefined,
): ReplayRow {
  const protocol = edges.strings[edges.protocol[at] ?? 0] ?? '';
  const port = edges.dstPort[at] ?? -1;
  const question = { src, dst, protocol, port };
  const weighed = weigh(edges, at, question, recompute(simulator, question));
  const cloud = CLOUD.get(edges.reported[at] ?? -1);
  const answer = {
    ...weighed,
    because: `${provisos(cloud, edges.directionGuessed[at] === 1)}${weighed.because}`,
  };
  const preview = staged === undefined ? undefined : recompute(staged, question).outcome;
  return {
    cluster: edges.cluster,
    src: src.id,
    dst: dst.id,
    protocol,
    ...(port < 0 ? {} : { port }),
    records: edges.recordCount[at] ?? 0,
    bytes: edges.bytes[at] ?? 0,
    first: instantOf(edges.first[at] ?? 0),
    last: instantOf(edges.last[at] ?? 0),
    reported: answer.reported,
    ...(cloud === undefined ? {} : { cloud }),
    recomputed: answer.recomputed,
    ...(preview === undefined ? {} : { staged: preview }),
    because: answer.because,
    source: { file: edges.files[edges.file[at] ?? 0] ?? '', line: edges.line[at] ?? 0 },
  };
}

const CLOUD = new Map<number, NonNullable<ReplayRow['cloud']>>([
  [EDGE_REPORTED.passed, 'passed'],
  [EDGE_REPORTED.refused, 'refused'],
]);

// A security group or network ACL knows no policy: its word agrees with none and contradicts none.
function provisos(cloud: ReplayRow['cloud'], isGuessed: boolean): string {
  const words = [
    ...(cloud === undefined ? [] : [`${cloud} by security groups and network ACLs, no verdict of a policy`]),
    ...(isGuessed ? ['which end opened it is told from port numbers alone'] : []),
  ];
  return words.map(word => `${word}; `).join('');
}

// Rows that say the same of the same workloads are one; the earliest record is its witness.
function mergeRows(rows: readonly ReplayRow[]): readonly ReplayRow[] {
  const merged = new Map<string, ReplayRow>();
  for (const row of rows) {
    const { src, dst, protocol, port, reported, cloud, recomputed, staged } = row;
    const said = [reported, cloud ?? '', recomputed, staged ?? ''];
    const key = JSON.stringify([src, dst, protocol, port ?? -1, ...said]);
    const before = merged.get(key);
    merged.set(key, before === undefined ? row : joinRows(before, row));
  }
  return [...merged.values()];
}

function joinRows(a: ReplayRow, b: ReplayRow): ReplayRow {
  return {
    ...a,
    records: a.records + b.records,
    bytes: a.bytes + b.bytes,
    last: millisecondsOf(a.last as Instant) >= millisecondsOf(b.last as Instant) ? a.last : b.last,
  };
}

interface Question {
  readonly src: FlowEnd;
  readonly dst: FlowEnd;
  readonly protocol: string;
  readonly port: number;
}

interface Recomputed {
  readonly outcome: Outcome;
  readonly egress: SideVerdict['verdict'];
  readonly because: string;
}

// Sets the model's answer beside the log's, and steps back where one of them is only half an answer.
function weigh(
  edges: EdgeTable,
  at: number,
  { src, dst }: Question,
  answer: Recomputed,
): Pick<ReplayRow, 'reported' | 'recomputed' | 'because'> {
  const reported = REPORTED.get(edges.reported[at] ?? -1) ?? 'unknown';
  const recomputed = answer.outcome;
  const differs = reported !== 'unknown' && recomputed !== 'indeterminate' && reported !== recomputed;
  const half = [src, dst].find(end => end.isHalfKnown);
  if (differs && half !== undefined)
    return {
      reported,
      recomputed: 'indeterminate',
      because: `${half.doubt ?? ''}: they would give ${recomputed}, ${answer.because}`,
    };
  const isSourceOnly = reported === 'allow' && edges.byDestination[at] !== 1 && answer.egress !== 'deny';
  if (differs && isSourceOnly)
    return {
      reported: 'unknown',
      recomputed,
      because: `the source let it out, the destination's own report is not in the log; ${answer.because}`,
    };
  return { reported, recomputed, because: answer.because };
}

function recompute(simulator: Simulator, question: Question): Recomputed {
  const open = (because: string): Recomputed => ({
    outcome: 'indeterminate',
    egress: 'indeterminate',
    because,
  });
  const { src, dst } = question;
  for (const end of [src, dst])
    if (end.endpoints.length === 0) return open(end.doubt ?? `${end.id} is not known`);
  const protocol = PROTOCOLS.get(question.protocol);
  if (protocol === undefined) return open(`protocol ${question.protocol || 'unknown'} is not modelled`);
  if (protocol !== 'ICMP' && question.port <= 0) return open('the destination port is not in the log');
  const query = (from: Endpoint, to: Endpoint): FlowQuery => ({
    src: from,
    dst: to,
    protocol,
    asSeen: true,
    ...(protocol === 'ICMP' ? {} : { port: question.port }),
  });
  return ask(simulator, src, dst, query);
}

// Every pair that the names may stand for must give the same answer.
function ask(
  simulator: Simulator,
  src: FlowEnd,
  dst: FlowEnd,
  query: (from: Endpoint, to: Endpoint) => FlowQuery,
): Recomputed {
  let first: { readonly from: Endpoint; readonly to: Endpoint; readonly outcome: Outcome } | undefined;
  let egress: SideVerdict['verdict'] | undefined;
  for (const from of src.endpoints) {
    for (const to of dst.endpoints) {
      const answer = simulator.outcome(query(from, to));
      first ??= { from, to, outcome: answer.outcome };
      if (answer.outcome !== first.outcome) {
        const pairs = `${first.outcome} for ${first.from.id} to ${first.to.id}, ${answer.outcome} for ${from.id} to ${to.id}`;
        return {
          outcome: 'indeterminate',
          egress: 'indeterminate',
          because: `the pods behind ${src.id} and ${dst.id} differ: ${pairs}`,
        };
      }
      egress = egress === undefined || egress === answer.egress ? answer.egress : 'indeterminate';
    }
  }
  if (first === undefined)
    return { outcome: 'indeterminate', egress: 'indeterminate', because: 'no such pair' };
  const verdict = simulator.evaluate(query(first.from, first.to));
  const steps = [...verdict.egress.steps, ...verdict.ingress.steps].filter(step => step.decisive);
  const telling = steps.filter(step => verdict.outcome !== 'deny' || step.action === 'deny');
  const because = (telling.length > 0 ? telling : steps).map(printStep).join('; ');
  const fallback =
    verdict.assumptions.length > 0 ? verdict.assumptions.join('; ') : 'no policy selects either end';
  return {
    outcome: first.outcome,
    egress: egress ?? 'indeterminate',
    because: because === '' ? fallback : because,
  };
}

function printStep(step: Step): string {
  const policy = step.policy === undefined ? step.stage : step.policy;
  const rule = step.rule === undefined ? '' : ` rule ${step.rule}`;
  const place = step.source === undefined ? '' : ` (${printSpan(step.source)})`;
  return `${step.direction} ${step.action} by ${policy}${rule}${place}: ${step.text}`;
}

function summarise(edges: EdgeTable, rows: readonly ReplayRow[]): Replay['summary'] {
  const counts = { agree: 0, contradict: 0, indeterminate: 0 };
  for (const row of rows) counts[agreementOf(row)]++;
  const changed = rows.filter(row => row.staged !== undefined && row.staged !== row.recomputed).length;
  return { records: edges.records, edges: rows.length, ...counts, changed };
}
