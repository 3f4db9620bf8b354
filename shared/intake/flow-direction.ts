// Which end of a record opened the connection, where the log only says where packets went. Flags tell it; else another
// record of the same log that shows one end listening; else port numbers, which is a guess and is marked as one:
//   10.0.1.5:51000 -> 10.0.2.7:443   and the row back   10.0.2.7:443 -> 10.0.1.5:51000   are one connection to port 443
import { FLOW_ACTION, FLOW_OPENER, type FlowPart, type FlowTable } from '../model/flow-table.ts';

/** What a record of packets in one direction shows. */
export interface OneWay {
  readonly protocol: string;
  /** -1 = not in the log. */
  readonly srcPort: number;
  readonly dstPort: number;
  /** Bits of all packets of the window; 0 where none was logged. */
  readonly tcpFlags: number;
  /** The packets were refused on their way. */
  readonly isRefused: boolean;
}

const SYN = 2;
const ACK = 16;
/** The lowest port that Linux hands out for connections that it opens (net.ipv4.ip_local_port_range). */
const FIRST_EPHEMERAL = 32_768;
const FIRST_UNPRIVILEGED = 1024;

/** Whether the packets answer a connection that the other end opened, and how that is known (FLOW_OPENER). */
export function openerOf(row: OneWay): { readonly isReply: boolean; readonly basis: number } {
  const { protocol, srcPort, dstPort, tcpFlags } = row;
  if (protocol === 'TCP' && (tcpFlags & SYN) !== 0)
    return { isReply: (tcpFlags & ACK) !== 0, basis: FLOW_OPENER.told };
  if (srcPort < 0 || dstPort < 0 || srcPort === dstPort) return { isReply: false, basis: FLOW_OPENER.ports };
  for (const bound of [FIRST_EPHEMERAL, FIRST_UNPRIVILEGED])
    if (srcPort < bound !== dstPort < bound) return { isReply: srcPort < bound, basis: FLOW_OPENER.ports };
  if (row.isRefused) return { isReply: false, basis: FLOW_OPENER.ports };
  return { isReply: srcPort < dstPort, basis: FLOW_OPENER.ports };
}

/** Turns guessed records round where others of the table show that the source listens and the destination does not. */
export function settleOpeners(flows: FlowTable): void {
  const isGuessed = (part: FlowPart, row: number): boolean => part.opener[row] === FLOW_OPENER.ports;
  if (!flows.parts.some(part => part.opener.includes(FLOW_OPENER.ports))) return;
  const listening = listenersOf(flows);
  const listens = (protocol = 0, ip = 0, port = -1): boolean =>
    port >= 0 && listening.get(protocol)?.has(ip * PORTS + port) === true;
  for (const part of flows.parts)
    for (let row = 0; row < part.rows; row++) {
      if (!isGuessed(part, row)) continue;
      const bySource = listens(part.protocol[row], part.srcIp[row], part.srcPort[row]);
      const byDestination = listens(part.protocol[row], part.dstIp[row], part.dstPort[row]);
      if (bySource === byDestination) continue;
      if (bySource) turn(part, row);
      part.opener[row] = FLOW_OPENER.listens;
    }
}

const PORTS = 65_536;

/** Addresses and ports that let a connection in, where the log tells who opened it; by protocol. */
function listenersOf(flows: FlowTable): ReadonlyMap<number, ReadonlySet<number>> {
  const listening = new Map<number, Set<number>>();
  for (const part of flows.parts)
    for (let row = 0; row < part.rows; row++) {
      const ip = part.dstIp[row] ?? 0;
      const port = part.dstPort[row] ?? -1;
      if (part.opener[row] !== FLOW_OPENER.told || part.action[row] !== FLOW_ACTION.allow) continue;
      if (ip === 0 || port < 0) continue;
      const protocol = part.protocol[row] ?? 0;
      const known = listening.get(protocol);
      if (known === undefined) listening.set(protocol, new Set([ip * PORTS + port]));
      else known.add(ip * PORTS + port);
    }
  return listening;
}

const PAIRS = [
  ['srcNamespace', 'dstNamespace'],
  ['srcName', 'dstName'],
  ['srcIp', 'dstIp'],
  ['srcLabels', 'dstLabels'],
  ['srcKind', 'dstKind'],
  ['srcPort', 'dstPort'],
  ['bytesOut', 'bytesIn'],
  ['packetsOut', 'packetsIn'],
] as const;

function turn(part: FlowPart, row: number): void {
  for (const [a, b] of PAIRS) {
    const kept = part[a][row] ?? 0;
    part[a][row] = part[b][row] ?? 0;
    part[b][row] = kept;
  }
}
