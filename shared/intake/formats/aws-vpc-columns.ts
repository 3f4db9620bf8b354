// The columns of AWS VPC flow logs (user guide, "Available fields", versions 2 to 10): which line names them, and what a
// line without names may be. Any subset in any order is allowed, so a header is trusted, never the version number.
import { csvCells } from './csv-cells.ts';

/** Columns of one file: the place of each field we read (-1 = not logged), and how its lines are cut. */
export interface Columns {
  readonly count: number;
  readonly separator: ' ' | ',' | '\t';
  readonly at: Readonly<Record<Field, number>>;
}

const FIELDS = [
  'srcaddr',
  'dstaddr',
  'pktsrcaddr',
  'pktdstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'logstatus',
  'tcpflags',
  'message',
] as const;

/** A field that is read. */
export type Field = (typeof FIELDS)[number];

/** The default format, and what each later version adds, in the order of the user guide. */
const V2 =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const V3 = 'vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr';
const V4 = 'region az-id sublocation-type sublocation-id';
const V5 = 'pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path';

/** The columns that a line names; undefined when the line is no header. Names may be written as Athena and Logs Insights do. */
export function columnsNamedBy(line: string): Columns | undefined {
  const separator = line.includes(',') ? ',' : line.includes('\t') ? '\t' : ' ';
  const names = cut(line, separator);
  if (names.length < 2 || !names.every(name => /^@?[A-Za-z][A-Za-z_-]*$/.test(name))) return undefined;
  const plain = names.map(name => name.replace(/[@_-]/g, '').toLowerCase());
  const isHeader =
    names.includes('@message') ||
    (plain.includes('srcaddr') && plain.includes('dstaddr')) ||
    (plain.includes('pktsrcaddr') && plain.includes('pktdstaddr')) ||
    (plain[0] === 'version' && plain.includes('logstatus'));
  return isHeader ? columnsOf(plain, separator) : undefined;
}

/** The columns of a line without names before it: 14 are the default format, 29 all fields of versions 2 to 5. */
export function columnsShownBy(line: string): Columns | undefined {
  const cells = cut(withoutTime(line), ' ');
  const isRecord =
    /^\d{1,2}$/.test(cells[0] ?? '') &&
    /^(?:\d{12}|unknown)$/.test(cells[1] ?? '') &&
    /^(?:ACCEPT|REJECT|-)$/.test(cells[12] ?? '') &&
    /^(?:OK|NODATA|SKIPDATA)$/.test(cells[13] ?? '');
  if (!isRecord) return undefined;
  if (cells.length === 14) return columnsOf(plainNames(V2), ' ');
  return cells.length === 29 ? columnsOf(plainNames(`${V2} ${V3} ${V4} ${V5}`), ' ') : undefined;
}

/** Whether a line is a flow record whose columns must be named to be read. */
export function needsNames(line: string): boolean {
  const cells = cut(withoutTime(line), ' ');
  const has = (form: RegExp): boolean => cells.some(cell => form.test(cell));
  return (
    cells.length >= 4 &&
    (has(/^(?:ACCEPT|REJECT)$/) || has(/^(?:NODATA|SKIPDATA)$/) || has(/^TransitGateway$/)) &&
    (has(/^tgw-[0-9a-f]+$/) ||
      has(/^eni-[0-9a-f]{8,17}$/) ||
      (has(/^\d{10}$/) && cells.filter(cell => ADDRESS.test(cell)).length >= 2))
  );
}

const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]+)$/;

/** Export tasks write a time before each line, `aws logs tail` a time and the name of the stream. */
export function withoutTime(line: string): string {
  if (line.charCodeAt(4) !== DASH || line.charCodeAt(10) !== TEE) return line;
  return line.replace(TIME, '');
}

const DASH = 45;
const TEE = 84;
const TIME = /^\d{4}-\d\d-\d\dT\S+ +(?:eni-[0-9a-f]+-(?:all|accept|reject) +)?/;

/** The cells of a line. */
export function cut(line: string, separator: Columns['separator']): readonly string[] {
  if (separator !== ' ') return separator === ',' ? csvCells(line) : line.split(separator);
  return line.includes('  ') || line.startsWith(' ') || line.endsWith(' ')
    ? line.trim().split(/ +/)
    : line.split(' ');
}

function plainNames(names: string): readonly string[] {
  return names.split(' ').map(name => name.replaceAll('-', ''));
}

function columnsOf(names: readonly string[], separator: Columns['separator']): Columns {
  const at = Object.fromEntries(FIELDS.map(field => [field, names.indexOf(field)])) as Record<Field, number>;
  return { count: names.length, separator, at };
}
