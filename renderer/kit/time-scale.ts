// A scale over time, in UTC: where an instant stands, and which instants an axis names. No view, no clock, no locale.

/** A stretch of time, in milliseconds. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** A named instant of an axis. */
export interface Tick {
  readonly at: number;
  readonly text: string;
  /** Begins a day among hours, a year among days or months: its text names the date or the year. */
  readonly isMajor: boolean;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map(count => count * MINUTE),
  ...[1, 2, 3, 6, 12].map(count => count * HOUR),
  ...[1, 2, 7, 14].map(count => count * DAY),
];
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120] as const;

/** The span that holds all of these, a little wider; undefined where there are none. */
export function spanOf(spans: readonly TimeSpan[], margin = 0.02): TimeSpan | undefined {
  let from = Infinity;
  let to = -Infinity;
  for (const span of spans) {
    if (span.from < from) from = span.from;
    if (span.to > to) to = span.to;
  }
  if (from > to) return undefined;
  const room = Math.max((to - from) * margin, MINUTE);
  return { from: from - room, to: to + room };
}

/** Where an instant stands between 0 and `width`; outside the span it is beyond them. */
export function placeAt(at: number, span: TimeSpan, width: number): number {
  return ((at - span.from) / (span.to - span.from)) * width;
}

/** Instants that an axis of this width names, at least so many pixels apart. */
export function timeTicks(span: TimeSpan, width: number, apart = 84): readonly Tick[] {
  const most = Math.max(1, Math.floor(width / apart));
  const step = STEPS.find(one => (span.to - span.from) / one <= most);
  if (step === undefined) return monthTicks(span, most);
  const ticks: Tick[] = [];
  for (let at = Math.ceil(span.from / step) * step; at <= span.to; at += step)
    ticks.push(tickAt(at, step, ticks.length === 0));
  return ticks;
}

/** `2026-03-01 08:00:00`, in UTC. */
export function printInstant(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

function tickAt(at: number, step: number, isFirst: boolean): Tick {
  const text = new Date(at).toISOString();
  if (step < DAY) {
    const isMajor = isFirst || at % DAY === 0;
    return { at, isMajor, text: isMajor ? `${text.slice(5, 10)} ${text.slice(11, 16)}` : text.slice(11, 16) };
  }
  const isMajor = isFirst || text.slice(5, 10) === '01-01';
  return { at, isMajor, text: isMajor ? text.slice(0, 10) : text.slice(5, 10) };
}

function monthTicks(span: TimeSpan, most: number): readonly Tick[] {
  const first = new Date(span.from);
  const months = (span.to - span.from) / (30 * DAY);
  const step = MONTH_STEPS.find(one => months / one <= most) ?? 240;
  const ticks: Tick[] = [];
  const start = Math.floor((first.getUTCFullYear() * 12 + first.getUTCMonth()) / step) * step;
  for (let month = start; ; month += step) {
    const at = Date.UTC(Math.floor(month / 12), month % 12);
    if (at > span.to) return ticks;
    if (at >= span.from)
      ticks.push({ at, text: new Date(at).toISOString().slice(0, 7), isMajor: month % 12 === 0 });
  }
}
