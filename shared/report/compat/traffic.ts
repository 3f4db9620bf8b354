// Who talked with an endpoint, as the retired reporter listed it (calico.md 1.3 "Traffic columns"): records of the interval
// grouped by name, action and reporter not looked at, so that denied attempts appear too; exact names hide aggregates.
import { millisecondsOf } from '../../base/instant.ts';
import type { Instant } from '../../base/brand.ts';
import { sortedUnique } from '../../base/order.ts';
import { FLOW_END, isPodEnd, type FlowPart, type FlowTable } from '../../model/flow-table.ts';
import type { CompatEndpoint } from './flags.ts';

/** Traffic of one endpoint. */
export interface CompatTraffic {
  /** The name under which flows were found: exact, or an aggregate ending `-*`; empty without flows. */
  readonly prefix: string;
  /** Sorted, without duplicates. */
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
}

/** Looks up the traffic of endpoints in the records that end within `[from, to)`. */
export function compatTraffic(
  flows: readonly FlowTable[],
  from: Instant,
  to: Instant,
): (endpoint: CompatEndpoint) => CompatTraffic {
  const talks = new Map<string, { sources: Set<string>; destinations: Set<string> }>();
  const at = (key: string): { sources: Set<string>; destinations: Set<string> } => {
    const known = talks.get(key) ?? { sources: new Set<string>(), destinations: new Set<string>() };
    talks.set(key, known);
    return known;
  };
  const [start, end] = [millisecondsOf(from), millisecondsOf(to)];
  for (const table of flows) {
    for (const [src, dst] of pairsOf(table, start, end)) {
      at(src.key).destinations.add(dst.printed);
      at(dst.key).sources.add(src.printed);
    }
  }
  return endpoint => {
    for (const name of [endpoint.name, endpoint.aggregate]) {
      const found =
        name === undefined ? undefined : talks.get(keyOf(endpoint.kind, endpoint.namespace ?? '', name));
      if (name !== undefined && found !== undefined)
        return {
          prefix: name,
          sources: sortedUnique(found.sources),
          destinations: sortedUnique(found.destinations),
        };
    }
    return { prefix: '', sources: [], destinations: [] };
  };
}

interface End {
  readonly key: string;
  readonly printed: string;
}

// Distinct pairs only: a log has few of them beside its records.
function pairsOf(table: FlowTable, start: number, end: number): readonly (readonly [End, End])[] {
  const pairs = new Map<string, readonly [End, End]>();
  for (const part of table.parts) {
    for (let row = 0; row < part.rows; row++) {
      const until = part.end[row] ?? 0;
      if (until < start || until >= end) continue;
      const from = `${part.srcKind[row]},${part.srcNamespace[row]},${part.srcName[row]}`;
      const key = `${from},${part.dstKind[row]},${part.dstNamespace[row]},${part.dstName[row]}`;
      if (!pairs.has(key)) pairs.set(key, [endOf(table, part, row, 'src'), endOf(table, part, row, 'dst')]);
    }
  }
  return [...pairs.values()];
}

function endOf(table: FlowTable, part: FlowPart, row: number, side: 'src' | 'dst'): End {
  const text = (column: Uint32Array): string => table.strings[column[row] ?? 0] ?? '';
  const [kinds, spaces, names] =
    side === 'src'
      ? [part.srcKind, part.srcNamespace, part.srcName]
      : [part.dstKind, part.dstNamespace, part.dstName];
  const [kind, namespace, name] = [kinds[row] ?? FLOW_END.unknown, text(spaces), text(names)];
  if (isPodEnd(kind)) return { key: keyOf('Pod', namespace, name), printed: `Pod.v1(${namespace}/${name})` };
  if (kind === FLOW_END.host)
    return { key: keyOf('HostEndpoint', '', name), printed: `HostEndpoint(${name})` };
  if (kind === FLOW_END.networkSet) {
    const isGlobal = namespace === '' || namespace === '-';
    const printed = isGlobal ? `GlobalNetworkSet(${name})` : `NetworkSet(${namespace}/${name})`;
    return { key: keyOf('NetworkSet', namespace, name), printed };
  }
  const printed = name === 'pvt' ? 'Private' : 'Public';
  return { key: printed, printed };
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}|${namespace}|${name}`;
}
