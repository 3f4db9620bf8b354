// What a Service named in a rule stands for: the addresses and ports behind it (calico.md 3.5 "services").
// EndpointSlices and Endpoints are the truth where exported; else the pods the Service leads to; else it is unknown.
import { parseAddressRange, type AddressRange } from '../../base/address.ts';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import type { KubernetesObject } from '../../model/object.ts';
import type { ClusterSnapshot, Protocol, Service } from '../../model/snapshot.ts';
import type { Endpoint, PortRange, Truth } from '../compiled.ts';
import { addressesOf, inside, type FamilyAddresses } from './address-set.ts';
import { either } from './labels.ts';
import { allPortsOf, mergePorts } from '../port-set.ts';

/** Name of a Service. */
export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

/** Questions about Services. */
export interface ServiceTargets {
  /** Whether an end is behind a Service. */
  holds(service: ServiceName, end: Endpoint, addresses: FamilyAddresses): Truth;
  /** Ports of a Service at an end; undefined when the export does not say. */
  ports(service: ServiceName, end: Endpoint): readonly PortRange[] | undefined;
}

/** Reads Services and slices of a cluster. */
export function serviceTargets(snapshot: ClusterSnapshot): ServiceTargets {
  const services = new Map(snapshot.services.map(service => [keyOf(service), service]));
  const slices = readSlices(snapshot.objects);
  return {
    holds: (name, end, addresses) => {
      const own = slices.get(keyOf(name));
      const service = services.get(keyOf(name));
      if (service !== undefined && end.kind === 'pod' && service.pods.some(pod => pod === end.id))
        return 'yes';
      if (own !== undefined) return own.map(slice => inside(addresses, slice.ranges)).reduce(either, 'no');
      return service?.selector === undefined ? 'unknown' : 'no';
    },
    ports: (name, end) => {
      const own = slices.get(keyOf(name));
      if (own !== undefined) return portsBehind(own, end);
      const service = services.get(keyOf(name));
      return service?.selector === undefined ? undefined : targetPorts(service, end);
    },
  };
}

// Each slice has ports of its own: an address of one is not reached on the ports of another.
function portsBehind(slices: readonly Slice[], end: Endpoint): readonly PortRange[] {
  const holding = slices.filter(slice =>
    addressesOf(end).some(addresses => inside(addresses, slice.ranges) !== 'no'),
  );
  return mergePorts(holding.flatMap(slice => slice.ports));
}

interface Slice {
  readonly ranges: readonly AddressRange[];
  readonly ports: readonly PortRange[];
}

function keyOf(name: ServiceName): string {
  return `${name.namespace}/${name.name}`;
}

function targetPorts(service: Service, end: Endpoint): readonly PortRange[] {
  return mergePorts(
    service.ports.flatMap(port => {
      const target = port.targetPort ?? port.port;
      if (typeof target === 'number') return [{ protocol: port.protocol, from: target, to: target }];
      return end.ports
        .filter(named => named.name === target && named.protocol === port.protocol)
        .map(named => ({ protocol: named.protocol, from: named.port, to: named.port }));
    }),
  );
}

function readSlices(objects: readonly KubernetesObject[]): ReadonlyMap<string, readonly Slice[]> {
  const slices = new Map<string, Slice[]>();
  const add = (key: string, more: Slice): void => {
    const before = slices.get(key);
    if (before === undefined) slices.set(key, [more]);
    else before.push(more);
  };
  for (const object of objects) {
    const namespace = object.meta.namespace ?? 'default';
    const service = object.meta.labels['kubernetes.io/service-name'];
    if (object.kind === 'EndpointSlice' && service !== undefined)
      add(
        `${namespace}/${service}`,
        sliceOf(object.body, 'addresses', text => text),
      );
    if (object.kind === 'Endpoints')
      for (const subset of objectsOf(object.body['subsets']))
        add(`${namespace}/${object.meta.name}`, subsetOf(subset));
  }
  return slices;
}

function sliceOf(body: JsonObject, key: string, textOf: (item: JsonValue) => JsonValue | undefined): Slice {
  const texts = objectsOf(body['endpoints']).flatMap(end => itemsOf(end[key]).map(textOf));
  return { ranges: rangesOf(texts), ports: objectsOf(body['ports']).map(portOf) };
}

function subsetOf(subset: JsonObject): Slice {
  const addresses = ['addresses', 'notReadyAddresses'].flatMap(key => objectsOf(subset[key]));
  return {
    ranges: rangesOf(addresses.map(address => address['ip'])),
    ports: objectsOf(subset['ports']).map(portOf),
  };
}

function portOf(port: JsonObject): PortRange {
  const protocol: Protocol =
    port['protocol'] === 'UDP' || port['protocol'] === 'SCTP' ? port['protocol'] : 'TCP';
  const number = port['port'];
  return typeof number === 'number' ? { protocol, from: number, to: number } : allPortsOf(protocol);
}

function rangesOf(texts: readonly (JsonValue | undefined)[]): readonly AddressRange[] {
  return texts
    .map(text => (typeof text === 'string' ? parseAddressRange(text) : undefined))
    .filter(range => range !== undefined);
}

function itemsOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return itemsOf(value).filter(isObject);
}
