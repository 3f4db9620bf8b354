// AWS VPC flow logs: what passed a network interface in a window of one or ten minutes, as a security group or network ACL
// decided. No policy of the cluster had a word, no pod is named, traffic inside a node is never seen. A header names the
// columns; without one only the default format and the full version 5 are known.
import { FLOW_ACTION, FLOW_END, FLOW_REPORTER } from '../../model/flow-table.ts';
import { openerOf } from '../flow-direction.ts';
import type { FlowRecord } from '../flow-builder.ts';
import type { Diagnostic } from '../intake.ts';
import {
  columnsNamedBy,
  columnsShownBy,
  cut,
  withoutTime,
  type Columns,
  type Field,
} from './aws-vpc-columns.ts';
import type { LineFormat, LineReader, RecordPlace } from './format.ts';
import { known, protocolName } from './values.ts';

/** Flow records of AWS VPC interfaces and transit gateways. */
export const AWS_VPC_FLOW: LineFormat = {
  name: 'aws-vpc-flow',
  begin: lines => {
    const [first = '', second = ''] = lines;
    const named = columnsNamedBy(first);
    if (named !== undefined && named.at.message >= 0) {
      const inner = columnsShownBy(cut(second, named.separator)[named.at.message] ?? '');
      return inner === undefined
        ? undefined
        : { reason: 'a table with @message that holds VPC flow records', reader: tableReader(named, inner) };
    }
    if (named !== undefined)
      return { reason: `a header of ${named.count} VPC flow fields`, reader: readerOf(named) };
    const shown = lines.map(columnsShownBy).find(columns => columns !== undefined);
    return shown === undefined
      ? undefined
      : {
          reason: `lines of ${shown.count} columns with account, action and log status, no header`,
          reader: readerOf(shown),
        };
  },
};

/** Reads lines; a header anywhere names the columns of the lines after it. */
function readerOf(begun: Columns): LineReader {
  let columns = begun;
  let isSaid = false;
  return (text, place, into) => {
    const line = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (isLetter(line.charCodeAt(0)) || line.startsWith('"')) {
      const named = columnsNamedBy(line);
      if (named !== undefined && named.at.message < 0) {
        columns = named;
        return 'remark';
      }
    }
    const cells = cut(withoutTime(line), columns.separator);
    if (cells.length !== columns.count) return 0;
    if (!isSaid && !hasAddresses(columns)) {
      isSaid = true;
      into.diagnostic(noAddresses(place));
    }
    return readCells(cells, columns, place.line, into);
  };
}

function hasAddresses({ at }: Columns): boolean {
  return (at.srcaddr >= 0 || at.pktsrcaddr >= 0) && (at.dstaddr >= 0 || at.pktdstaddr >= 0);
}

function noAddresses(place: RecordPlace): Diagnostic {
  return {
    code: 'intake.aws-vpc-flow.no-addresses',
    severity: 'warning',
    message:
      'The flow log was set up without addresses: its records are counted, but tell of no connection; log srcaddr and dstaddr',
    ...place,
  };
}

/** Reads a table whose column `@message` holds the lines. */
function tableReader(outer: Columns, inner: Columns): LineReader {
  const reader = readerOf(inner);
  return (text, place, into) => {
    const line = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (columnsNamedBy(line) !== undefined) return 'remark';
    const cells = cut(line, outer.separator);
    return cells.length === outer.count ? reader(cells[outer.at.message] ?? '', place, into) : 0;
  };
}

type Sink = Parameters<LineReader>[2];

/** One record: a flow, a window in which nothing passed, or one whose records AWS lost. */
function readCells(cells: readonly string[], { at }: Columns, line: number, into: Sink): number {
  const cell = (field: Field): string => {
    const found = cells[at[field]];
    return found === undefined || found === '-' ? '' : found;
  };
  const start = secondsOf(cell('start'));
  const end = secondsOf(cell('end'));
  if (Number.isNaN(start) || Number.isNaN(end)) return 0;
  const status = cell('logstatus');
  if (status === 'SKIPDATA') {
    into.lost(1);
    return 1;
  }
  const src = cell('pktsrcaddr') || cell('srcaddr');
  const dst = cell('pktdstaddr') || cell('dstaddr');
  if (status === 'NODATA' || (src === '' && dst === '')) {
    into.spanned(start, end);
    return 1;
  }
  if (!isAddress(src) || !isAddress(dst)) return 0;
  into.flow(flowOf(cell, src, dst, start, end), line);
  return 1;
}

function flowOf(
  cell: (field: Field) => string,
  src: string,
  dst: string,
  start: number,
  end: number,
): FlowRecord {
  const protocol = protocolName(cell('protocol'));
  const isPorted = protocol === 'TCP' || protocol === 'UDP' || protocol === 'SCTP';
  const srcPort = isPorted ? countOf(cell('srcport'), -1) : -1;
  const dstPort = isPorted ? countOf(cell('dstport'), -1) : -1;
  const action = known(ACTIONS, cell('action')) ?? FLOW_ACTION.unknown;
  const opener = openerOf({
    protocol,
    srcPort,
    dstPort,
    tcpFlags: countOf(cell('tcpflags'), 0),
    isRefused: action === FLOW_ACTION.deny,
  });
  const bytes = countOf(cell('bytes'), 0);
  const packets = countOf(cell('packets'), 0);
  const { isReply } = opener;
  return {
    start,
    end,
    srcNamespace: '',
    srcName: '',
    dstNamespace: '',
    dstName: '',
    srcIp: isReply ? dst : src,
    dstIp: isReply ? src : dst,
    srcLabels: '',
    dstLabels: '',
    dstService: '',
    dstDomains: '',
    policies: '',
    pendingPolicies: '',
    protocol,
    // Both ends are known by address alone; who had it then, the cluster's own data must tell.
    srcKind: FLOW_END.unknown,
    dstKind: FLOW_END.unknown,
    action,
    reporter: FLOW_REPORTER.cloud,
    srcPort: isReply ? dstPort : srcPort,
    dstPort: isReply ? srcPort : dstPort,
    connections: 0,
    bytesOut: isReply ? 0 : bytes,
    bytesIn: isReply ? bytes : 0,
    packetsOut: isReply ? 0 : packets,
    packetsIn: isReply ? packets : 0,
    node: '',
    cluster: '',
    opener: opener.basis,
  };
}

const ACTIONS: Readonly<Record<string, number>> = { ACCEPT: FLOW_ACTION.allow, REJECT: FLOW_ACTION.deny };

/** Milliseconds of a time in seconds; 0 where it is not logged, NaN where it is none. */
function secondsOf(text: string): number {
  if (text === '') return 0;
  return /^\d{9,11}$/.test(text) ? Number(text) * 1000 : Number.NaN;
}

function countOf(text: string, otherwise: number): number {
  const count = text === '' ? Number.NaN : Number(text);
  return count >= 0 ? count : otherwise;
}

/** Cheap, for a million lines: digits and dots, or hexadecimal digits with colons. */
function isAddress(text: string): boolean {
  return (
    text === '' || (text.includes('.') ? /^[\d.]+$/.test(text) : /^[\da-fA-F:]*:[\da-fA-F:]*$/.test(text))
  );
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 64;
}
