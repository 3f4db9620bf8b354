// Who held an address at a time: pods as long as they lived, nodes, services, network sets. Addresses of pods are used
// again within minutes, so a pod is named only for the time it is known to have lived; where two may have held the
// address, or none is known to, the answer is that the files do not tell.
import { coverOf, parseAddressRange, type AddressRange } from '../base/address.ts';
import type { Instant } from '../base/brand.ts';
import { compareBy, compareText } from '../base/order.ts';
import type { AuditEvent } from './audit.ts';
import { networksOfSet } from './network-set.ts';
import type { KubernetesObject } from './object.ts';
import { at, listAt, textAt } from './read.ts';
import type { ClusterSnapshot } from './snapshot.ts';

/** The holder of an address. `assumed`: it held it when exported, and nobody else is known to have held it then. */
export type Holder =
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string; readonly assumed: boolean }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'service'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'network-set'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'outside' }
  /** An address of the pod network, or one that several may have held. */
  | { readonly kind: 'unclear' };

/** Looks addresses up; times in milliseconds since 1970, 0 for none. */
export interface AddressBook {
  holderOf(address: string, time: number): Holder;
}

/** Objects of one export, and the latest time it speaks of. */
export interface DatedObjects {
  readonly objects: readonly KubernetesObject[];
  readonly notBefore?: Instant;
}

/** What a book is made from. */
export interface AddressSources {
  /** The export that is judged. */
  readonly snapshot: ClusterSnapshot;
  /** That export and earlier ones of the same cluster. */
  readonly exports: readonly DatedObjects[];
  readonly audit: readonly AuditEvent[];
}

/** Makes the book of one cluster. */
export function makeAddressBook(sources: AddressSources): AddressBook {
  const pods = podsByAddress(sources);
  const fixed = fixedHolders(sources.snapshot);
  const sets = networkSets(sources.snapshot);
  const podNetworks = sources.snapshot.nodes.flatMap(node => node.podCidrs.flatMap(rangeOf));
  const elsewhere = new Map<string, Holder>();
  const lookUp = (address: string): Holder => {
    const range = parseAddressRange(address);
    if (range === undefined) return { kind: 'unclear' };
    if (podNetworks.some(network => coverOf(network, range) === 'all')) return { kind: 'unclear' };
    return sets.find(set => coverOf(set.range, range) === 'all')?.holder ?? { kind: 'outside' };
  };
  return {
    holderOf(address, time) {
      const lives = pods.get(address);
      if (lives !== undefined) return podAt(lives, time);
      const known = fixed.get(address) ?? elsewhere.get(address);
      if (known !== undefined) return known;
      const found = lookUp(address);
      elsewhere.set(address, found);
      return found;
    },
  };
}

/** The life of one pod with one address. */
interface Life {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly from?: number;
  /** When it ended, where that is known. */
  to?: number;
  /** It lived then, as an export shows. */
  seen?: number;
}

function podAt(lives: readonly Life[], time: number): Holder {
  const possible =
    time > 0 ? lives.filter(life => (life.from ?? 0) <= time && time <= (life.to ?? Infinity)) : lives;
  const sure = possible.filter(
    life => time > 0 && life.from !== undefined && time <= (life.to ?? life.seen ?? -Infinity),
  );
  const [one, ...others] = sure.length > 0 ? sure : possible;
  if (one === undefined || others.length > 0) return { kind: 'unclear' };
  return { kind: 'pod', namespace: one.namespace, name: one.name, assumed: sure.length === 0 };
}

function podsByAddress({ exports, audit }: AddressSources): ReadonlyMap<string, readonly Life[]> {
  const lives = new Map<string, Life>();
  const byAddress = new Map<string, Life[]>();
  for (const { objects, notBefore } of exports)
    for (const object of objects) {
      if (object.kind !== 'Pod' || at(object.body, 'spec', 'hostNetwork') === true) continue;
      for (const address of addressesOf(object)) {
        const key = `${object.meta.uid ?? `${object.meta.namespace ?? ''}/${object.meta.name}`} ${address}`;
        const known = lives.get(key);
        const life = joined(known, lifeOf(object, notBefore));
        lives.set(key, life);
        const others = (byAddress.get(address) ?? []).filter(other => other !== known);
        byAddress.set(address, [...others, life]);
      }
    }
  endByAudit([...lives.values()], audit);
  for (const list of byAddress.values())
    list.sort(
      compareBy(
        life => life.from ?? 0,
        life => life.uid,
      ),
    );
  return byAddress;
}

function addressesOf({ body }: KubernetesObject): readonly string[] {
  const listed = listAt(body, 'status', 'podIPs').flatMap(item => textAt(item, 'ip') ?? []);
  const single = textAt(body, 'status', 'podIP');
  return listed.length > 0 || single === undefined ? listed : [single];
}

function lifeOf({ meta, body }: KubernetesObject, notBefore: Instant | undefined): Life {
  const from = timeOf(textAt(body, 'status', 'startTime')) ?? timeOf(meta.created);
  const isFinished = ['Succeeded', 'Failed'].includes(textAt(body, 'status', 'phase') ?? '');
  const ends = listAt(body, 'status', 'containerStatuses').flatMap(
    status => timeOf(textAt(status, 'state', 'terminated', 'finishedAt')) ?? [],
  );
  const seen = isFinished ? undefined : timeOf(notBefore);
  return {
    uid: meta.uid ?? '',
    namespace: meta.namespace ?? 'default',
    name: meta.name,
    ...(from === undefined ? {} : { from }),
    ...(isFinished && ends.length > 0 ? { to: Math.max(...ends) } : {}),
    ...(seen === undefined ? {} : { seen }),
  };
}

/** One pod in several exports: it lived as long as the last one shows. */
function joined(known: Life | undefined, life: Life): Life {
  if (known === undefined) return life;
  const seen = Math.max(known.seen ?? -Infinity, life.seen ?? -Infinity);
  const to = life.to ?? known.to;
  return {
    ...known,
    ...life,
    ...(Number.isFinite(seen) ? { seen } : {}),
    ...(to === undefined ? {} : { to }),
  };
}

/** A pod ends when its deletion was answered with success; one of the same name may live after it. */
function endByAudit(lives: readonly Life[], audit: readonly AuditEvent[]): void {
  const byName = new Map<string, Life[]>();
  for (const life of lives) {
    const key = `${life.namespace}/${life.name}`;
    byName.set(key, [...(byName.get(key) ?? []), life]);
  }
  for (const event of audit) {
    if (event.verb !== 'delete' || event.resource !== 'pods' || event.subresource !== undefined) continue;
    const time = timeOf(event.time);
    if (time === undefined || (event.status ?? 200) >= 300) continue;
    for (const life of byName.get(`${event.namespace ?? ''}/${event.name ?? ''}`) ?? []) {
      const lived = (life.from ?? 0) <= time && (life.seen ?? -Infinity) <= time;
      if (lived && (life.to === undefined || time < life.to)) life.to = time;
    }
  }
}

/** Addresses that stay where they are. */
function fixedHolders(snapshot: ClusterSnapshot): ReadonlyMap<string, Holder> {
  const holders = new Map<string, Holder>();
  for (const { namespace, name, clusterIps, externalIps, loadBalancer } of snapshot.services)
    for (const address of [...clusterIps, ...externalIps, ...loadBalancer])
      holders.set(address, { kind: 'service', namespace, name });
  for (const node of snapshot.nodes)
    for (const address of node.addresses) holders.set(address, { kind: 'node', name: node.name });
  return holders;
}

interface NetworkSetRange {
  readonly range: AddressRange;
  readonly holder: Holder;
}

/** The narrowest network first; of equals a global set, then by name (calico.md 2.1). */
function networkSets(snapshot: ClusterSnapshot): readonly NetworkSetRange[] {
  return snapshot.policies
    .filter(object => object.kind === 'GlobalNetworkSet' || object.kind === 'NetworkSet')
    .flatMap(({ kind, meta }) => {
      const namespace = kind === 'GlobalNetworkSet' ? '' : (meta.namespace ?? 'default');
      const id = namespace === '' ? meta.name : `${namespace}/${meta.name}`;
      const holder = { kind: 'network-set', namespace, name: meta.name } as const;
      return networksOfSet(snapshot, id).map(range => ({ range, holder, id, isGlobal: namespace === '' }));
    })
    .sort(
      (a, b) =>
        compareSizes(a.range, b.range) || Number(b.isGlobal) - Number(a.isGlobal) || compareText(a.id, b.id),
    );
}

function compareSizes(a: AddressRange, b: AddressRange): number {
  const difference = a.to - a.from - (b.to - b.from);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function rangeOf(text: string): readonly AddressRange[] {
  const range = parseAddressRange(text);
  return range === undefined ? [] : [range];
}

function timeOf(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
