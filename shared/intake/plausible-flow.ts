// What no flow can be: times outside the calendar, ports beyond 65,535, counters below nothing or beyond what a number
// holds. Such a value is left out, as if the source had not given it; the record stays.
import { LAST_INSTANT } from '../base/instant.ts';
import type { FlowRecord } from './flow-builder.ts';

const COUNTERS = ['connections', 'bytesOut', 'bytesIn', 'packetsOut', 'packetsIn'] as const;
const PORTS = ['srcPort', 'dstPort'] as const;

/** The record itself where everything in it can be; else one without what cannot. */
export function plausibleFlow(record: FlowRecord): FlowRecord {
  const wrong: Record<string, number> = {};
  const { start, end } = record;
  if (!isTime(start)) wrong['start'] = 0;
  if (!isTime(end)) wrong['end'] = isTime(start) ? start : 0;
  else if (end > 0 && isTime(start) && end < start) wrong['end'] = start;
  for (const name of PORTS) if (!isPort(record[name])) wrong[name] = -1;
  for (const name of COUNTERS) if (!isCounter(record[name])) wrong[name] = 0;
  for (const _wrong in wrong) return { ...record, ...wrong };
  return record;
}

function isTime(milliseconds: number): boolean {
  return milliseconds >= 0 && milliseconds <= LAST_INSTANT;
}

function isPort(port: number): boolean {
  return port === -1 || (port >= 0 && port <= 65_535 && Number.isInteger(port));
}

function isCounter(count: number): boolean {
  return count >= 0 && count <= Number.MAX_SAFE_INTEGER;
}
