// Sets of destination ports as sorted, merged ranges per protocol (policy-semantics section 0: "port sets, not single ports").
// ICMP has no ports; it stands as the single range 0-0. Other protocols are not modelled.
import type { Protocol } from '../model/snapshot.ts';
import type { PortRange } from './compiled.ts';

/** The protocols that are modelled, in the order in which port sets are sorted. */
export const PROTOCOLS: readonly Protocol[] = ['ICMP', 'SCTP', 'TCP', 'UDP'];

/** Every port of a protocol. */
export function allPortsOf(protocol: Protocol): PortRange {
  return protocol === 'ICMP' ? { protocol, from: 0, to: 0 } : { protocol, from: 1, to: 65_535 };
}

/** Every port of every protocol. */
export const ALL_PORTS: readonly PortRange[] = PROTOCOLS.map(allPortsOf);

/** The same ports, sorted by protocol and number, as few ranges as possible. */
export function mergePorts(ranges: readonly PortRange[]): readonly PortRange[] {
  const merged: PortRange[] = [];
  for (const range of [...ranges].sort(comparePorts)) {
    const last = merged.at(-1);
    if (last?.protocol === range.protocol && range.from <= last.to + 1)
      merged[merged.length - 1] = { ...last, to: Math.max(last.to, range.to) };
    else merged.push(range);
  }
  return merged;
}

/** Ports in both sets. */
export function intersectPorts(a: readonly PortRange[], b: readonly PortRange[]): readonly PortRange[] {
  const common: PortRange[] = [];
  for (const x of a) {
    for (const y of b) {
      const from = Math.max(x.from, y.from);
      const to = Math.min(x.to, y.to);
      if (x.protocol === y.protocol && from <= to) common.push({ protocol: x.protocol, from, to });
    }
  }
  return mergePorts(common);
}

/** Ports of `a` that are not in `b`. */
export function subtractPorts(a: readonly PortRange[], b: readonly PortRange[]): readonly PortRange[] {
  let rest = mergePorts(a);
  for (const hole of b) {
    rest = rest.flatMap(range => {
      if (range.protocol !== hole.protocol || hole.to < range.from || range.to < hole.from) return [range];
      const parts: PortRange[] = [];
      if (range.from < hole.from) parts.push({ ...range, to: hole.from - 1 });
      if (hole.to < range.to) parts.push({ ...range, from: hole.to + 1 });
      return parts;
    });
  }
  return rest;
}

/** Whether a set holds a port; ICMP is asked with port 0. */
export function holdsPort(ranges: readonly PortRange[], protocol: Protocol, port: number): boolean {
  return ranges.some(range => range.protocol === protocol && range.from <= port && port <= range.to);
}

function comparePorts(a: PortRange, b: PortRange): number {
  return PROTOCOLS.indexOf(a.protocol) - PROTOCOLS.indexOf(b.protocol) || a.from - b.from || a.to - b.to;
}
