// The networks of a Calico network set by the name that flow logs give it: `name` for a GlobalNetworkSet, `namespace/name`
// for a NetworkSet. Domains of a set are not addresses and are not read here.
import { parseAddressRange, type AddressRange } from '../base/address.ts';
import { listAt } from './read.ts';
import type { ClusterSnapshot } from './snapshot.ts';

/** The networks of a set as its object writes them; empty when the export has no such set. */
export function netsOfSet(snapshot: ClusterSnapshot, name: string): readonly string[] {
  const [first = '', second] = name.split('/');
  const set = snapshot.policies.find(
    object =>
      object.kind === (second === undefined ? 'GlobalNetworkSet' : 'NetworkSet') &&
      object.meta.name === (second ?? first) &&
      (second === undefined || object.meta.namespace === first),
  );
  return listAt(set?.body, 'spec', 'nets').filter(net => typeof net === 'string');
}

/** The same as ranges; what is no network is left out. */
export function networksOfSet(snapshot: ClusterSnapshot, name: string): readonly AddressRange[] {
  return netsOfSet(snapshot, name).flatMap(net => parseAddressRange(net) ?? []);
}
