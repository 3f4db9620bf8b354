// The addresses outside the cluster, cut where any policy cuts them: inside one piece every address is treated alike.
import { compareRanges, coverOf, parseAddressRange, type AddressRange } from '../base/address.ts';
import { listAt, textAt, textsAt } from '../model/read.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { CompiledPolicySet } from '../policy/compiled.ts';

/** The pieces, in order, and which piece an address lies in. */
export interface ExternalSpace {
  readonly pieces: readonly AddressRange[];
  /** Index of the piece that holds the whole range; undefined when it spans several or none. */
  pieceOf(range: AddressRange): number | undefined;
}

const EVERYTHING: readonly AddressRange[] = ['0.0.0.0/0', '::/0'].flatMap(
  text => parseAddressRange(text) ?? [],
);

/** Cuts the address space; IPv6 takes part only where the cluster or its policies speak of it. */
export function cutExternalSpace(snapshot: ClusterSnapshot, policies: CompiledPolicySet): ExternalSpace {
  const gates = [policies, ...(policies.gates ?? [])];
  const named = gates
    .flatMap(gate => [...gate.ingress, ...gate.egress])
    .flatMap(stage => stage.policies.flatMap(policy => policy.addresses ?? []));
  const backing = policies.profile.calicoPolicies ? slicesOutside(snapshot) : [];
  const pieces = EVERYTHING.filter(
    family => family.family === 4 || speaksV6(snapshot, named, policies),
  ).flatMap(family => cut(family, [...named, ...backing]));
  return { pieces, pieceOf: range => findPiece(pieces, range) };
}

/** Addresses that EndpointSlices and Endpoints name although no pod has them: Calico rules may name those Services. */
function slicesOutside(snapshot: ClusterSnapshot): readonly AddressRange[] {
  const named = snapshot.objects.flatMap(object => {
    if (object.kind === 'EndpointSlice')
      return listAt(object.body, 'endpoints').flatMap(item => textsAt(item, 'addresses'));
    if (object.kind !== 'Endpoints') return [];
    return listAt(object.body, 'subsets').flatMap(subset =>
      listAt(subset, 'addresses').map(item => textAt(item, 'ip') ?? ''),
    );
  });
  if (named.length === 0) return [];
  const ofPods = new Set(snapshot.pods.flatMap(pod => pod.ips));
  return named.filter(ip => !ofPods.has(ip)).flatMap(ip => parseAddressRange(ip) ?? []);
}

function speaksV6(
  snapshot: ClusterSnapshot,
  named: readonly AddressRange[],
  policies: CompiledPolicySet,
): boolean {
  if (policies.profile.name === 'np-guard') return false;
  const isV6 = (ip: string): boolean => ip.includes(':');
  return (
    named.some(range => range.family === 6) ||
    snapshot.pods.some(pod => pod.ips.some(isV6)) ||
    snapshot.services.some(service => service.clusterIps.some(isV6)) ||
    snapshot.nodes.some(node => node.addresses.some(isV6) || node.podCidrs.some(isV6))
  );
}

function cut(family: AddressRange, ranges: readonly AddressRange[]): readonly AddressRange[] {
  const starts = new Set<bigint>([family.from]);
  for (const range of ranges) {
    if (range.family !== family.family) continue;
    starts.add(range.from);
    if (range.to < family.to) starts.add(range.to + 1n);
  }
  const sorted = [...starts].sort((a, b) => (a < b ? -1 : 1));
  return sorted.map((from, at) => {
    const next = sorted[at + 1];
    return { family: family.family, from, to: next === undefined ? family.to : next - 1n };
  });
}

function findPiece(pieces: readonly AddressRange[], range: AddressRange): number | undefined {
  let low = 0;
  let high = pieces.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const piece = pieces[middle];
    if (piece === undefined) return undefined;
    if (coverOf(piece, range) === 'all') return middle;
    if (compareRanges(piece, range) < 0) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}
