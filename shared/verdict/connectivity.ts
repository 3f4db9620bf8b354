// Who may talk to whom, as rows of text in the np-guard notation: external ranges merged where nothing differs,
// pairs without any connection left out. Drawn from the reach matrix, nothing is decided here.
import { compareRanges, parseAddressRange, type AddressRange } from '../base/address.ts';
import { compareText } from '../base/order.ts';
import { printConnections } from '../base/ports.ts';
import { externalName } from './endpoints.ts';
import type { ReachRow, Simulator } from './verdict.ts';

/** One row; `indeterminate` names connections that the files cannot tell, beside those that are allowed. */
export interface ConnectivityRow {
  readonly src: string;
  readonly dst: string;
  readonly conns: string;
  readonly indeterminate?: string;
  /** The side of the workload, where the other end is a peer that the export does not hold. */
  readonly exposure?: 'ingress' | 'egress';
  /** Of an exposure: no policy selects the workload on that side. */
  readonly unprotected?: true;
}

/** What may connect tomorrow, as rows of the same form. */
export function exposureRows(simulator: Simulator): readonly ConnectivityRow[] {
  return simulator.exposure().map(({ direction, name, peer, conns, indeterminate, unprotected }) => ({
    ...(direction === 'egress' ? { src: name, dst: peer } : { src: peer, dst: name }),
    conns,
    ...(indeterminate === undefined ? {} : { indeterminate }),
    exposure: direction,
    ...(unprotected ? { unprotected } : {}),
  }));
}

/** The rows of a cluster, sorted by src and dst. */
export function connectivity(simulator: Simulator): readonly ConnectivityRow[] {
  const { icmp } = simulator.profile;
  const plain: ConnectivityRow[] = [];
  const external = new Map<string, ExternalRow[]>();
  for (const row of simulator.reach().rows) {
    const side = externalSide(row);
    if (side === undefined) {
      plain.push({ src: row.src, dst: row.dst, ...connectionsOf(row, icmp) });
      continue;
    }
    const inner = side.end === 'src' ? row.dst : row.src;
    const key = `${side.end} ${inner}`;
    const list = external.get(key) ?? [];
    list.push({ end: side.end, inner, range: side.range, ...connectionsOf(row, icmp) });
    external.set(key, list);
  }
  const merged = [...external.values()].flatMap(mergeNeighbours);
  return [...plain, ...merged].sort((a, b) => compareText(a.src, b.src) || compareText(a.dst, b.dst));
}

interface ExternalRow {
  readonly end: 'src' | 'dst';
  readonly inner: string;
  readonly range: AddressRange;
  readonly conns: string;
  readonly indeterminate?: string;
}

function connectionsOf(row: ReachRow, icmp: boolean): Pick<ConnectivityRow, 'conns' | 'indeterminate'> {
  const conns = printConnections(row.allow, { icmp });
  if (row.indeterminate.length === 0) return { conns };
  return { conns, indeterminate: printConnections(row.indeterminate, { icmp }) };
}

function externalSide(
  row: ReachRow,
): { readonly end: 'src' | 'dst'; readonly range: AddressRange } | undefined {
  for (const end of ['src', 'dst'] as const) {
    if (!row[end].endsWith('[External]')) continue;
    const range = parseAddressRange(row[end].slice(0, -'[External]'.length));
    if (range !== undefined) return { end, range };
  }
  return undefined;
}

function mergeNeighbours(rows: readonly ExternalRow[]): readonly ConnectivityRow[] {
  const merged: ExternalRow[] = [];
  for (const row of [...rows].sort((a, b) => compareRanges(a.range, b.range))) {
    const last = merged.at(-1);
    const joins =
      last?.range.family === row.range.family &&
      last.range.to + 1n === row.range.from &&
      last.conns === row.conns &&
      last.indeterminate === row.indeterminate;
    if (joins) merged[merged.length - 1] = { ...last, range: { ...last.range, to: row.range.to } };
    else merged.push(row);
  }
  return merged.map(({ end, inner, range, conns, indeterminate }) => {
    const name = externalName(range);
    const rest = { conns, ...(indeterminate === undefined ? {} : { indeterminate }) };
    return end === 'src' ? { src: name, dst: inner, ...rest } : { src: inner, dst: name, ...rest };
  });
}
