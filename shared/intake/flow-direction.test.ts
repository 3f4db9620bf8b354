// Who opened a connection, of records that only say where packets went: by flags, by listeners, by port numbers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLOW_ACTION, FLOW_END, FLOW_OPENER, FLOW_REPORTER, type FlowTable } from '../model/flow-table.ts';
import type { ClusterId } from '../base/brand.ts';
import { makeFlowBuilder } from './flow-builder.ts';
import { openerOf, settleOpeners, type OneWay } from './flow-direction.ts';

const TCP: OneWay = { protocol: 'TCP', srcPort: 51_000, dstPort: 443, tcpFlags: 0, isRefused: false };

describe('the end that opened a connection', () => {
  it('is the sender of a SYN, and not of a SYN-ACK, whatever the ports', () => {
    for (const flags of [2, 3, 6, 7])
      expect(openerOf({ ...TCP, srcPort: 22, tcpFlags: flags })).toEqual({
        isReply: false,
        basis: FLOW_OPENER.told,
      });
    for (const flags of [18, 19, 22])
      expect(openerOf({ ...TCP, tcpFlags: flags })).toEqual({ isReply: true, basis: FLOW_OPENER.told });
  });

  it('is guessed from ports where no flag tells: an ephemeral port opens, then an unprivileged one, then the higher', () => {
    const reply = (srcPort: number, dstPort: number): boolean =>
      openerOf({ ...TCP, srcPort, dstPort }).isReply;
    expect(reply(51_000, 8443)).toBe(false);
    expect(reply(8443, 51_000)).toBe(true);
    expect(reply(443, 2000)).toBe(true);
    expect(reply(33_000, 44_000)).toBe(true);
    expect(reply(53, 53)).toBe(false);
    expect(openerOf({ ...TCP, srcPort: 443, dstPort: 2000 }).basis).toBe(FLOW_OPENER.ports);
  });

  it('is the sender of refused packets where both ports look alike', () => {
    expect(openerOf({ ...TCP, srcPort: 33_000, dstPort: 44_000, isRefused: true }).isReply).toBe(false);
  });

  it('is the same end for a row and its mirror, so that both are one connection', () => {
    const port = fc.integer({ min: 0, max: 65_535 });
    fc.assert(
      fc.property(port, port, fc.constantFrom('TCP', 'UDP'), (a, b, protocol) => {
        fc.pre(a !== b);
        const there = openerOf({ ...TCP, protocol, srcPort: a, dstPort: b });
        const back = openerOf({ ...TCP, protocol, srcPort: b, dstPort: a });
        expect(there.isReply).toBe(!back.isReply);
      }),
    );
  });
});

describe('a guess', () => {
  const SERVER = '10.0.2.7';
  const CLIENT = '10.0.1.5';

  it('gives way to a record that shows which end listens, before it or after it', () => {
    const told = { from: CLIENT, srcPort: 20_000, to: SERVER, dstPort: 50_000, opener: FLOW_OPENER.told };
    const guessed = { from: SERVER, srcPort: 50_000, to: CLIENT, dstPort: 20_001, opener: FLOW_OPENER.ports };
    for (const rows of [
      [told, guessed],
      [guessed, told],
    ]) {
      const flows = tableOf(rows);
      settleOpeners(flows);
      expect([...printed(flows)].sort()).toEqual([
        `${CLIENT}:20000 -> ${SERVER}:50000 out=7 in=0 ${FLOW_OPENER.told}`,
        `${CLIENT}:20001 -> ${SERVER}:50000 out=0 in=7 ${FLOW_OPENER.listens}`,
      ]);
    }
  });

  it('stays a guess where both ends listen, where none does, and where the knock was refused', () => {
    const guess = { from: SERVER, srcPort: 50_000, to: CLIENT, dstPort: 20_000, opener: FLOW_OPENER.ports };
    const listens = (to: string, dstPort: number, action: number = FLOW_ACTION.allow): Row => ({
      from: '10.9.9.9',
      srcPort: 40_000,
      to,
      dstPort,
      opener: FLOW_OPENER.told,
      action,
    });
    for (const others of [
      [],
      [listens(SERVER, 50_000), listens(CLIENT, 20_000)],
      [listens(SERVER, 50_000, FLOW_ACTION.deny)],
      [listens(SERVER, 50_001)],
    ]) {
      const flows = tableOf([guess, ...others]);
      settleOpeners(flows);
      expect(printed(flows)[0]).toBe(`${SERVER}:50000 -> ${CLIENT}:20000 out=7 in=0 ${FLOW_OPENER.ports}`);
    }
  });
});

interface Row {
  readonly from: string;
  readonly srcPort: number;
  readonly to: string;
  readonly dstPort: number;
  readonly opener: number;
  readonly action?: number;
}

function tableOf(rows: readonly Row[]): FlowTable {
  const builder = makeFlowBuilder();
  rows.forEach(({ from, srcPort, to, dstPort, opener, action = FLOW_ACTION.allow }, index) => {
    const empty = {
      srcNamespace: '',
      srcName: '',
      dstNamespace: '',
      dstName: '',
      srcLabels: '',
      dstLabels: '',
    };
    const more = { dstService: '', dstDomains: '', policies: '', pendingPolicies: '', node: '', cluster: '' };
    const counts = { connections: 0, bytesOut: 7, bytesIn: 0, packetsOut: 1, packetsIn: 0, start: 0, end: 0 };
    const kinds = { srcKind: FLOW_END.network, dstKind: FLOW_END.network, reporter: FLOW_REPORTER.cloud };
    const ends = { srcIp: from, dstIp: to, srcPort, dstPort, protocol: 'TCP', action, opener };
    builder.add({ ...empty, ...more, ...counts, ...kinds, ...ends }, 'vpc.log', index + 1);
  });
  return builder.finish('drawn' as ClusterId);
}

function printed({ parts, strings }: FlowTable): readonly string[] {
  return parts.flatMap(part =>
    Array.from({ length: part.rows }, (_, row) => {
      const ip = (column: Uint32Array): string => strings[column[row]!]!;
      const counts = `out=${part.bytesOut[row]} in=${part.bytesIn[row]} ${part.opener[row]}`;
      return `${ip(part.srcIp)}:${part.srcPort[row]} -> ${ip(part.dstIp)}:${part.dstPort[row]} ${counts}`;
    }),
  );
}
