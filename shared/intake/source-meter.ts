// Measures one source while it is read: when its records begin and end, where it is silent, who reported, what it lost,
// sampled or aggregated away, how far its clocks disagree. Counted from the records; only losses and sampling are
// taken from what the source says of itself.
import type { SourceCoverage } from './intake.ts';
import { instantOf, LAST_INSTANT } from '../base/instant.ts';
import { compareText } from '../base/order.ts';
import { FLOW_END } from '../model/flow-table.ts';
import type { FlowRecord } from './flow-builder.ts';
import type { UnplacedEvent } from './formats/audit-event.ts';

/** Takes measure of records. */
export interface SourceMeter {
  flow(record: FlowRecord): void;
  event(event: UnplacedEvent): void;
  spanned(from: number, to: number): void;
  lost(records: number): void;
  node(name: string): void;
  sampled(each: number): void;
  finish(): { readonly period?: readonly [number, number]; readonly coverage?: SourceCoverage };
}

/** The longest silence that does not count as a gap: five minutes. */
const MAX_SILENCE_MS = 5 * 60_000;
const MINUTE = 60_000;
/** Silences listed one by one; the rest is only counted. */
const LISTED = 200;

/** A meter at zero. */
export function makeSourceMeter(): SourceMeter {
  const minutes = new Map<number, { first: number; end: number }>();
  const nodes = new Set<string>();
  const counts = { timed: 0, untimed: 0, lost: 0, aggregated: 0, portless: 0 };
  let each = 1;
  let lastMinute: { at: number; entry: { first: number; end: number } } | undefined;

  const spanned = (from: number, to: number): void => {
    if (!(from > 0 && from <= LAST_INSTANT)) {
      counts.untimed++;
      return;
    }
    counts.timed++;
    const at = Math.floor(from / MINUTE);
    const end = to > from && to <= LAST_INSTANT ? to : from;
    let entry = lastMinute?.at === at ? lastMinute.entry : minutes.get(at);
    if (entry === undefined) minutes.set(at, (entry = { first: from, end }));
    else {
      if (from < entry.first) entry.first = from;
      if (end > entry.end) entry.end = end;
    }
    lastMinute = { at, entry };
  };
  return {
    flow(record) {
      spanned(record.start, record.end);
      if (record.node !== '') nodes.add(record.node);
      if (isAggregate(record.srcKind, record.srcName) || isAggregate(record.dstKind, record.dstName))
        counts.aggregated++;
      if (record.dstPort < 0 && PORTED.has(record.protocol)) counts.portless++;
    },
    event(event) {
      const time = event.time === undefined ? Number.NaN : Date.parse(event.time);
      spanned(time, time);
    },
    spanned,
    lost(records) {
      if (records > 0) counts.lost += records;
    },
    node(name) {
      if (name !== '') nodes.add(name);
    },
    sampled(one) {
      if (one > each) each = one;
    },
    finish() {
      const period = periodOf(minutes);
      if (period === undefined && counts.lost === 0 && nodes.size === 0) return {};
      return {
        ...(period === undefined ? {} : { period: [period.from, period.to] as const }),
        coverage: {
          records: counts.timed + counts.untimed,
          untimed: counts.untimed,
          ...(period === undefined ? NO_SILENCE : silencesOf(minutes)),
          nodes: [...nodes].sort(compareText),
          lost: counts.lost,
          aggregated: counts.aggregated,
          portless: counts.portless,
          ...(each === 1 ? {} : { sampledOneIn: each }),
        },
      };
    },
  };
}

const PORTED = new Set(['TCP', 'UDP', 'SCTP']);
const NO_SILENCE = { silences: [], silenceCount: 0 } as const;

function isAggregate(kind: number, name: string): boolean {
  return kind === FLOW_END.pod && name.endsWith('*');
}

type Minutes = ReadonlyMap<number, { readonly first: number; readonly end: number }>;

function periodOf(minutes: Minutes): { readonly from: number; readonly to: number } | undefined {
  let from = Infinity;
  let to = -Infinity;
  for (const { first, end } of minutes.values()) {
    if (first < from) from = first;
    if (end > to) to = end;
  }
  return from === Infinity ? undefined : { from, to };
}

function silencesOf(minutes: Minutes): Pick<SourceCoverage, 'silences' | 'silenceCount'> {
  const silences: { from: ReturnType<typeof instantOf>; to: ReturnType<typeof instantOf> }[] = [];
  let silenceCount = 0;
  let until = Infinity;
  for (const [, { first, end }] of [...minutes].sort((a, b) => a[0] - b[0])) {
    if (first - until > MAX_SILENCE_MS) {
      silenceCount++;
      if (silences.length < LISTED) silences.push({ from: instantOf(until), to: instantOf(first) });
    }
    until = until === Infinity ? end : Math.max(until, end);
  }
  return { silences, silenceCount };
}
