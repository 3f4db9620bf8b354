// Who may talk to whom, as rows of text in the np-guard notation: external ranges merged where nothing differs,
// pairs without any connection left out. Drawn from the reach matrix, nothing is decided here.
import { compareRanges, parseAddressRange, type AddressRange } from '../base/address.ts';
import { primaryNetworkOf } from '../policy/networks/primary.ts';
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
  /** The secondary network that the row is about; absent = the primary networks. */
  readonly network?: string;
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

/** The rows of a cluster, sorted by src and dst; those of secondary networks follow, network by network. */
export function connectivity(simulator: Simulator): readonly ConnectivityRow[] {
  const named = simulator.profile.name === 'np-guard' ? markUserNetworks(simulator) : undefined;
  const rows = rowsOf(simulator);
  return [
    ...(named === undefined ? rows : rows.map(row => ({ ...row, src: named(row.src), dst: named(row.dst) }))),
    ...simulator.networks().flatMap(({ name, simulator: network }) =>
      rowsOf(network)
        .filter(row => ![row.src, row.dst].some(end => end.endsWith('[External]')))
        .map(row => ({ ...row, network: name })),
    ),
  ];
}

/** The np-guard peer marks the namespaces that have a network of their own. */
function markUserNetworks({ snapshot }: Simulator): ((name: string) => string) | undefined {
  const networkOf = primaryNetworkOf(snapshot);
  const own = new Set(
    snapshot.namespaces.flatMap(({ name }) => (networkOf(name)?.kind === 'UserDefinedNetwork' ? [name] : [])),
  );
  if (own.size === 0) return undefined;
  return name => {
    const [namespace = '', ...rest] = name.split('/');
    return rest.length > 0 && own.has(namespace) ? `${namespace}[udn]/${rest.join('/')}` : name;
  };
}

function rowsOf(simulator: Simulator): readonly ConnectivityRow[] {
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
