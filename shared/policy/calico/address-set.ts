// Named groups of addresses that selectors match beside pods: NetworkSet, GlobalNetworkSet and the addresses a HostEndpoint
// expects (calico.md 3.5, 3.6, 3.8). Also which addresses an end of a connection can have.
import { coverOf, parseAddressRange, type AddressRange } from '../../base/address.ts';
import { ProblemError } from '../../base/result.ts';
import { nameOf, type KubernetesObject } from '../../model/object.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { Endpoint, Truth } from '../compiled.ts';
import { listAt, objectAt, textsAt } from './fields.ts';
import { readHostLabels } from './host-labels.ts';
import { either, networkSetLabels, ownLabels, type KnownOwners, type LabelView } from './labels.ts';

/** Some addresses under labels. */
export interface AddressSet {
  /** `Kind ns/name`. */
  readonly id: string;
  readonly object: KubernetesObject;
  readonly labels: LabelView;
  readonly ranges: readonly AddressRange[];
  /** Host names it also stands for (`allowedEgressDomains`); their addresses are not known. */
  readonly domains: readonly string[];
  /** Some of its entries could not be read: what lies outside the others cannot be told. */
  readonly isPartial: boolean;
}

/** Every address set of a cluster; a set with entries that are no address is partial and named as a fault. */
export function readAddressSets(
  snapshot: ClusterSnapshot,
  known: KnownOwners,
): {
  readonly sets: readonly AddressSet[];
  readonly faults: readonly { object: KubernetesObject; reason: string }[];
} {
  const sets: AddressSet[] = [];
  const faults: { object: KubernetesObject; reason: string }[] = [];
  const hostLabels = readHostLabels(snapshot);
  for (const object of snapshot.policies) {
    const field = FIELDS.get(object.kind);
    if (field === undefined || !isCalico(object)) continue;
    try {
      const spec = objectAt(object.body, 'spec', '') ?? {};
      const texts = listAt(spec, field, '/spec').map(String);
      const ranges = texts.map(parseAddressRange).filter(range => range !== undefined);
      const domains = object.kind === 'HostEndpoint' ? [] : textsAt(spec, 'allowedEgressDomains', '/spec');
      const isPartial = ranges.length < texts.length;
      const labels = object.kind === 'HostEndpoint' ? hostLabels(object) : labelsOf(object, snapshot, known);
      sets.push({ id: nameOf(object), object, labels, ranges, domains, isPartial });
      if (isPartial) faults.push({ object, reason: `spec.${field} holds what is no address` });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const labels = ownLabels(object.meta.labels);
      sets.push({ id: nameOf(object), object, labels, ranges: [], domains: [], isPartial: true });
      faults.push({ object, reason: error.problem.message });
    }
  }
  return { sets: withContested(sets, faults), faults };
}

/** Sets of one name with different content: all that either holds may be meant, and nothing is sure. */
function withContested(
  sets: readonly AddressSet[],
  faults: { object: KubernetesObject; reason: string }[],
): readonly AddressSet[] {
  const counts = new Map<string, number>();
  for (const { id, object } of sets)
    if (object.kind !== 'HostEndpoint') counts.set(id, (counts.get(id) ?? 0) + 1);
  return sets.map(set => {
    if ((counts.get(set.id) ?? 0) < 2) return set;
    faults.push({ object: set.object, reason: 'given twice with different content' });
    return { ...set, ranges: [], domains: [], isPartial: true };
  });
}

/** Whether an object is of Calico, in either of its groups. */
export function isCalico(object: KubernetesObject): boolean {
  return /^(crd\.)?projectcalico\.org\//.test(object.apiVersion);
}

/** The addresses of one IP family that an end can have. */
export interface FamilyAddresses {
  readonly family: 4 | 6;
  /** Empty = the export does not say (a pod from a manifest). */
  readonly ranges: readonly AddressRange[];
}

/** The IP families an end speaks. A pod without an address is taken as IPv4. */
export function addressesOf(end: Endpoint): readonly FamilyAddresses[] {
  const before = parsed.get(end);
  if (before !== undefined) return before;
  const families = readAddresses(end);
  parsed.set(end, families);
  return families;
}

const parsed = new WeakMap<Endpoint, readonly FamilyAddresses[]>();

function readAddresses(end: Endpoint): readonly FamilyAddresses[] {
  const ranges = end.ips.map(parseAddressRange).filter(range => range !== undefined);
  if (ranges.length === 0) return [{ family: 4, ranges: [] }];
  const families: FamilyAddresses[] = [];
  for (const family of [4, 6] as const) {
    const some = ranges.filter(range => range.family === family);
    if (some.length > 0) families.push({ family, ranges: some });
  }
  return families;
}

/** Whether an end of a family lies inside some ranges; `unknown` when only part of it does, or its address is not known. */
export function inside(end: FamilyAddresses, ranges: readonly AddressRange[]): Truth {
  const same = ranges.filter(range => range.family === end.family);
  if (end.ranges.length === 0) return unaddressed(same);
  const truths = end.ranges.map(part => same.map(range => COVER[coverOf(range, part)]).reduce(either, 'no'));
  return truths.every(truth => truth === truths[0]) ? (truths[0] ?? 'no') : 'unknown';
}

const FIELDS: ReadonlyMap<string, string> = new Map([
  ['NetworkSet', 'nets'],
  ['GlobalNetworkSet', 'nets'],
  ['HostEndpoint', 'expectedIPs'],
]);
const COVER = { all: 'yes', some: 'unknown', none: 'no' } as const;
const EVERYTHING = ['0.0.0.0/0', '::/0'].map(parseAddressRange).filter(range => range !== undefined);
// Where pod networks are drawn from. A pod whose address is not exported is not looked for in public ranges.
const POD_SPACE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10']
  .map(parseAddressRange)
  .filter(range => range !== undefined);

function unaddressed(ranges: readonly AddressRange[]): Truth {
  if (ranges.some(range => EVERYTHING.some(all => coverOf(range, all) === 'all'))) return 'yes';
  const couldHold = ranges.some(range => POD_SPACE.some(space => coverOf(range, space) !== 'none'));
  return couldHold ? 'unknown' : 'no';
}

function labelsOf(object: KubernetesObject, snapshot: ClusterSnapshot, known: KnownOwners): LabelView {
  if (object.kind !== 'NetworkSet') return ownLabels(object.meta.labels);
  const name = object.meta.namespace ?? 'default';
  const labels = snapshot.namespaces.find(namespace => namespace.name === name)?.labels ?? {};
  return networkSetLabels(object.meta.labels, { name, labels }, known);
}
