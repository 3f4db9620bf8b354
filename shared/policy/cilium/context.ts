// What Cilium's rules refer to beyond the two ends: settings, CIDR groups, Services, the addresses of the API server.
// What the export does not hold is unknown, never empty (policy-semantics section 4).
import { mergeRanges, parseAddressRange, subtractRanges, type AddressRange } from '../../base/address.ts';
import { matchesLabels, type LabelSelector } from '../../base/label-selector.ts';
import { groupOf, nameOf, type KubernetesObject } from '../../model/object.ts';
import { listAt, textAt, textsAt } from '../../model/read.ts';
import type { ClusterSnapshot, Service } from '../../model/snapshot.ts';
import type { EngineProfile, UnsupportedPolicy } from '../compiled.ts';
import type { ServiceReference } from './facts.ts';
import { readCiliumSettings, type CiliumSettings } from './settings.ts';

/** Addresses of something that rules name; `complete` is false when there may be more than the export says. */
export interface NamedAddresses {
  readonly ranges: readonly AddressRange[];
  readonly complete: boolean;
}

/** Everything that rules of one cluster may ask about. */
export interface CiliumContext {
  readonly profile: EngineProfile;
  readonly settings: CiliumSettings;
  /** Services that a reference means; undefined when the export may lack some. */
  services(reference: ServiceReference): readonly Service[];
  /** Addresses behind a Service without a selector. */
  backing(service: Service): NamedAddresses;
  group(group: string | LabelSelector, except: readonly AddressRange[]): NamedAddresses;
  readonly apiServer: NamedAddresses;
  /** Numbers that any pod of the cluster declares for a port name, for egress rules. */
  readonly portNumbers: ReadonlyMap<string, readonly number[]>;
  readonly faults: readonly UnsupportedPolicy[];
}

/** Reads the context of a cluster. */
export function readContext(snapshot: ClusterSnapshot, profile: EngineProfile): CiliumContext {
  const groups = readGroups(snapshot);
  const backing = readBacking(snapshot.objects);
  const labels = new Map(
    snapshot.objects
      .filter(object => object.kind === 'Service' && groupOf(object.apiVersion) === '')
      .map(object => [`${object.meta.namespace ?? 'default'}/${object.meta.name}`, object.meta.labels]),
  );
  const apiServer = backing.get('default/kubernetes');
  return {
    profile,
    settings: readCiliumSettings(snapshot),
    services: reference =>
      snapshot.services.filter(service => {
        if (reference.namespace !== undefined && reference.namespace !== service.namespace) return false;
        if (reference.kind === 'name') return reference.name === service.name;
        return matchesLabels(reference.selector, labels.get(`${service.namespace}/${service.name}`) ?? {});
      }),
    backing: service => {
      const ranges = backing.get(`${service.namespace}/${service.name}`);
      return { ranges: ranges ?? [], complete: ranges !== undefined };
    },
    group: (group, except) => groupAddresses(groups, group, except),
    apiServer: { ranges: apiServer ?? [], complete: apiServer !== undefined },
    portNumbers: readPortNumbers(snapshot),
    faults: groups.flatMap(group => (group.fault === undefined ? [] : [group.fault])),
  };
}

interface CidrGroup {
  readonly object: KubernetesObject;
  readonly ranges: readonly AddressRange[];
  readonly fault?: UnsupportedPolicy;
}

function readGroups(snapshot: ClusterSnapshot): readonly CidrGroup[] {
  return snapshot.policies
    .filter(object => object.kind === 'CiliumCIDRGroup' && groupOf(object.apiVersion) === 'cilium.io')
    .map(object => {
      const texts = listAt(object.body, 'spec', 'externalCIDRs');
      const ranges = texts.map(text =>
        typeof text === 'string' && !text.includes('-') ? parseAddressRange(text) : undefined,
      );
      const bad = ranges.findIndex(range => range === undefined);
      const read = ranges.filter(range => range !== undefined);
      if (bad < 0) return { object, ranges: read };
      const reason = `spec.externalCIDRs[${bad}]: ${JSON.stringify(texts[bad])} is not a CIDR; rules that name the group stay open`;
      return { object, ranges: read, fault: groupFault(object, reason) };
    });
}

/** A group decides nothing by itself: the rules that name it carry the doubt. */
function groupFault(object: KubernetesObject, reason: string): UnsupportedPolicy {
  return {
    id: nameOf(object),
    kind: object.kind,
    name: object.meta.name,
    reason,
    source: object.source,
    selects: () => 'no',
  };
}

function groupAddresses(
  groups: readonly CidrGroup[],
  wanted: string | LabelSelector,
  except: readonly AddressRange[],
): NamedAddresses {
  const found = groups.filter(({ object }) =>
    typeof wanted === 'string' ? object.meta.name === wanted : matchesLabels(wanted, object.meta.labels),
  );
  return {
    ranges: subtractRanges(
      found.flatMap(group => group.ranges),
      except,
    ),
    complete: found.length > 0 && found.every(group => group.fault === undefined),
  };
}

/** Addresses of EndpointSlices and Endpoints by `namespace/service`. */
function readBacking(objects: readonly KubernetesObject[]): ReadonlyMap<string, readonly AddressRange[]> {
  const found = new Map<string, readonly AddressRange[]>();
  for (const object of objects) {
    const namespace = object.meta.namespace ?? 'default';
    const service =
      object.kind === 'Endpoints' && groupOf(object.apiVersion) === ''
        ? object.meta.name
        : object.kind === 'EndpointSlice'
          ? object.meta.labels['kubernetes.io/service-name']
          : undefined;
    if (service === undefined) continue;
    const key = `${namespace}/${service}`;
    const ranges = addressesIn(object).flatMap(text => parseAddressRange(text) ?? []);
    found.set(key, mergeRanges([...(found.get(key) ?? []), ...ranges]));
  }
  return found;
}

function addressesIn(object: KubernetesObject): readonly string[] {
  if (object.kind === 'EndpointSlice')
    return listAt(object.body, 'endpoints').flatMap(item => textsAt(item, 'addresses'));
  return listAt(object.body, 'subsets').flatMap(subset =>
    [...listAt(subset, 'addresses'), ...listAt(subset, 'notReadyAddresses')].map(
      item => textAt(item, 'ip') ?? '',
    ),
  );
}

function readPortNumbers(snapshot: ClusterSnapshot): ReadonlyMap<string, readonly number[]> {
  const numbers = new Map<string, Set<number>>();
  for (const pod of snapshot.pods) {
    if (!pod.live || pod.hostNetwork) continue;
    for (const { name, port, protocol } of pod.containers.flatMap(container => container.ports)) {
      if (name === undefined) continue;
      const key = `${name.toLowerCase()}/${protocol}`;
      const known = numbers.get(key) ?? new Set<number>();
      known.add(port);
      numbers.set(key, known);
    }
  }
  return new Map([...numbers].map(([key, found]) => [key, [...found].sort((a, b) => a - b)]));
}
