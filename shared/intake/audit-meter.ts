// Measures audit logs by the API server that wrote them: one that is silent or missing hides what was asked of it. Its
// clock is judged by its own events: an answer before its request shows a clock that was set back.
import { instantOf, millisecondsOf } from '../base/instant.ts';
import { compareText } from '../base/order.ts';
import type { UnplacedEvent } from './formats/audit-event.ts';
import type { ApiserverSpan, Diagnostic, SourceCoverage } from './intake.ts';

/** Takes measure of audit events. */
export interface AuditMeter {
  event(event: UnplacedEvent): void;
  leavesOut(what: string): void;
  finish(): Pick<SourceCoverage, 'apiservers' | 'leavesOut'> & {
    readonly diagnostics: readonly Diagnostic[];
  };
}

const MINUTE = 60_000;

interface Span {
  events: number;
  readonly minutes: Map<number, { first: number; last: number }>;
}

/** A meter at zero. */
export function makeAuditMeter(file: string): AuditMeter {
  const servers = new Map<string, Span>();
  const omitted = new Set<string>();
  const backwards = { events: 0, worst: 0, line: 0 };
  return {
    event({ time, stageTime, apiserver = '', source }) {
      if (time === undefined) return;
      const at = millisecondsOf(time);
      const skew = stageTime === undefined ? 0 : at - millisecondsOf(stageTime);
      if (skew > 0) {
        backwards.events++;
        if (skew > backwards.worst) Object.assign(backwards, { worst: skew, line: source.line });
      }
      const span: Span = servers.get(apiserver) ?? { events: 0, minutes: new Map() };
      if (span.events === 0) servers.set(apiserver, span);
      span.events++;
      const minute = span.minutes.get(Math.floor(at / MINUTE));
      if (minute === undefined) span.minutes.set(Math.floor(at / MINUTE), { first: at, last: at });
      else if (at < minute.first) minute.first = at;
      else if (at > minute.last) minute.last = at;
    },
    leavesOut: what => void omitted.add(what),
    finish() {
      const leavesOut = [...omitted].sort(compareText);
      const apiservers = [...servers]
        .sort((a, b) => compareText(a[0], b[0]))
        .map(([name, span]) => spanOf(name, span));
      return {
        ...(apiservers.length === 0 ? {} : { apiservers }),
        ...(leavesOut.length === 0 ? {} : { leavesOut }),
        diagnostics: [...setBack(file, backwards), ...incomplete(file, leavesOut)],
      };
    },
  };
}

function spanOf(name: string, { events, minutes }: Span): ApiserverSpan {
  const ordered = [...minutes.values()].sort((a, b) => a.first - b.first);
  const from = ordered[0]?.first ?? 0;
  let until = from;
  let silence = { from, to: from };
  for (const { first, last } of ordered) {
    if (first - until > silence.to - silence.from) silence = { from: until, to: first };
    until = Math.max(until, last);
  }
  return {
    name,
    events,
    from: instantOf(from),
    to: instantOf(until),
    ...(silence.to > silence.from
      ? { longestSilence: { from: instantOf(silence.from), to: instantOf(silence.to) } }
      : {}),
  };
}

function setBack(
  file: string,
  { events, worst, line }: { readonly events: number; readonly worst: number; readonly line: number },
): readonly Diagnostic[] {
  if (events === 0) return [];
  return [
    {
      code: 'intake.audit.clock',
      severity: 'warning',
      message: `${events} events were answered before they were received, by up to ${worst} ms: the clock of the API server was set back`,
      file,
      line,
    },
  ];
}

function incomplete(file: string, omitted: readonly string[]): readonly Diagnostic[] {
  return omitted.map(what => ({
    code: 'intake.audit.leaves-out',
    severity: 'info',
    message: `This kind of log leaves out ${what}: that nobody read something cannot be told from it`,
    file,
  }));
}
