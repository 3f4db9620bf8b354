// The text notation of port sets: `All Connections`, or `SCTP 1-65535,TCP 1-79,81-65535,UDP 53`.
// Only the notation; the arithmetic of port sets belongs to policy (port-set.ts).

/** Ports of one protocol, both ends included. */
interface NotedPorts<P extends string> {
  readonly protocol: P;
  readonly from: number;
  readonly to: number;
}

/** The word for every port of every protocol. */
export const ALL_CONNECTIONS = 'All Connections';
/** The word for none, printed only where two states are compared. */
export const NO_CONNECTIONS = 'No Connections';

const LAST_PORT = 65_535;
const PORTED = ['SCTP', 'TCP', 'UDP'] as const;

/**
 * Prints merged ranges, protocols in alphabetical order. Every port of SCTP, TCP and UDP prints as `All Connections`;
 * with `icmp` that also needs ICMP, and ICMP alone is named.
 */
export function printConnections(
  ranges: readonly NotedPorts<string>[],
  options: { readonly icmp: boolean } = { icmp: false },
): string {
  const ported = ranges.filter(range => range.protocol !== 'ICMP');
  const icmp = options.icmp && ranges.some(range => range.protocol === 'ICMP');
  const complete = PORTED.every(protocol =>
    ported.some(range => range.protocol === protocol && range.from <= 1 && range.to >= LAST_PORT),
  );
  if (complete && (icmp || !options.icmp)) return ALL_CONNECTIONS;
  const words = new Map<string, string[]>();
  for (const range of ported) {
    const list = words.get(range.protocol) ?? [];
    list.push(range.from === range.to ? String(range.from) : `${range.from}-${range.to}`);
    words.set(range.protocol, list);
  }
  const parts = PORTED.filter(protocol => words.has(protocol)).map(
    protocol => `${protocol} ${(words.get(protocol) ?? []).join(',')}`,
  );
  if (icmp) parts.unshift('ICMP');
  return parts.length === 0 ? NO_CONNECTIONS : parts.join(',');
}

/** Reads the notation back; undefined when it is not in it. A token without a protocol belongs to the last one named. */
export function parseConnections(
  text: string,
): readonly NotedPorts<'ICMP' | 'SCTP' | 'TCP' | 'UDP'>[] | undefined {
  if (text === ALL_CONNECTIONS) return PORTED.map(protocol => ({ protocol, from: 1, to: LAST_PORT }));
  if (text === NO_CONNECTIONS) return [];
  const ranges: NotedPorts<'ICMP' | 'SCTP' | 'TCP' | 'UDP'>[] = [];
  let protocol: (typeof PORTED)[number] | undefined;
  for (const token of text.split(',')) {
    const parts = /^(?:(ICMP)|(?:(SCTP|TCP|UDP) )?(\d{1,5})(?:-(\d{1,5}))?)$/.exec(token.trim());
    if (parts === null) return undefined;
    protocol = PORTED.find(known => known === parts[2]) ?? protocol;
    if (parts[1] !== undefined) ranges.push({ protocol: 'ICMP', from: 0, to: 0 });
    else if (protocol === undefined) return undefined;
    else ranges.push({ protocol, from: Number(parts[3]), to: Number(parts[4] ?? parts[3]) });
  }
  return ranges;
}
