// Reads a test plan: a JSON array of objects, or CSV with the header `src,dst,protocol,port[,expected]`.
import { isObject, type JsonValue } from '../base/json.ts';
import { failed, ok, type Result } from '../base/result.ts';
import type { Protocol } from '../model/snapshot.ts';
import type { PlannedProbe } from './probe.ts';
import type { Outcome } from './verdict.ts';

/** Reads a plan; the first line that cannot be read is the problem. */
export function parsePlan(text: string, file: string): Result<readonly PlannedProbe[]> {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  return trimmed.startsWith('[')
    ? parseJsonPlan(trimmed, file)
    : parseCsvPlan(text.replace(/^\uFEFF/, ''), file);
}

type Fields = Readonly<Record<string, JsonValue | undefined>>;

function parseJsonPlan(text: string, file: string): Result<readonly PlannedProbe[]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'not JSON';
    return failed('verdict.plan.syntax', `the plan is not JSON: ${reason}`, { file });
  }
  const probes: PlannedProbe[] = [];
  for (const [index, item] of (value as readonly unknown[]).entries()) {
    if (!isObject(item)) return failed('verdict.plan.row', `probe ${index} is not an object`, { file });
    const probe = readProbe(item);
    if (typeof probe === 'string') return failed('verdict.plan.row', `probe ${index}: ${probe}`, { file });
    probes.push(probe);
  }
  return ok(probes);
}

function parseCsvPlan(text: string, file: string): Result<readonly PlannedProbe[]> {
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex(line => line.trim() !== '');
  const header = splitCsv(lines[first] ?? '').map(cell => cell.toLowerCase());
  const missing = ['src', 'dst', 'protocol', 'port'].filter(name => !header.includes(name));
  if (missing.length > 0)
    return failed('verdict.plan.header', `the plan's header lacks ${missing.join(', ')}`, {
      file,
      line: first + 1,
    });
  const probes: PlannedProbe[] = [];
  for (const [index, line] of lines.entries()) {
    if (index <= first || line.trim() === '') continue;
    const cells = splitCsv(line);
    const probe = readProbe(Object.fromEntries(header.map((name, column) => [name, cells[column]])));
    if (typeof probe === 'string') return failed('verdict.plan.row', probe, { file, line: index + 1 });
    probes.push(probe);
  }
  return ok(probes);
}

/** Cells of a line; quotes are honoured, blanks around cells are dropped. */
function splitCsv(line: string): readonly string[] {
  return [...line.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g)]
    .slice(0, line.endsWith(',') ? undefined : -1)
    .map(match => (match[1] === undefined ? (match[2] ?? '') : match[1].replace(/""/g, '"')).trim());
}

/** The probe, or why it is none. */
function readProbe(fields: Fields): PlannedProbe | string {
  const { src, dst } = fields;
  if (typeof src !== 'string' || src === '') return 'src is missing';
  if (typeof dst !== 'string' || dst === '') return 'dst is missing';
  const word = textOf(fields['protocol'] ?? fields['proto']).toUpperCase();
  const protocol = PROTOCOLS.find(known => known === (word === '' ? 'TCP' : word));
  if (protocol === undefined) return `unknown protocol ${JSON.stringify(word)}`;
  const given = textOf(fields['port']);
  const port = given === '' ? undefined : Number(given);
  if (port !== undefined && (!Number.isInteger(port) || port < 1 || port > 65_535))
    return `${JSON.stringify(given)} is not a port`;
  if (port === undefined && protocol !== 'ICMP') return 'port is missing';
  const said = textOf(fields['expected']).toLowerCase();
  const expected = said === '' ? undefined : EXPECTED.get(said);
  if (said !== '' && expected === undefined) return `unknown expectation ${JSON.stringify(said)}`;
  return {
    src,
    dst,
    protocol,
    ...(port === undefined || protocol === 'ICMP' ? {} : { port }),
    ...(expected === undefined ? {} : { expected }),
  };
}

const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP', 'ICMP'];

const EXPECTED: ReadonlyMap<string, Outcome> = new Map([
  ['allow', 'allow'],
  ['allowed', 'allow'],
  ['true', 'allow'],
  ['deny', 'deny'],
  ['denied', 'deny'],
  ['false', 'deny'],
  ['indeterminate', 'indeterminate'],
]);

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value).trim()
    : '';
}
