// Failsafe ports of host endpoints, and what becomes of traffic from a pod to its own node: what FelixConfiguration says,
// or the documented defaults (calico.md 3.8). They apply to host endpoints only, before any policy.
import { coverOf, parseAddressRange, type AddressRange } from '../../base/address.ts';
import { isObject, type JsonValue } from '../../base/json.ts';
import type { SourceSpan } from '../../base/source.ts';
import { spanOf, type KubernetesObject } from '../../model/object.ts';
import type { ClusterSnapshot, Protocol } from '../../model/snapshot.ts';
import type { Direction, Endpoint, PortRange, Truth } from '../compiled.ts';
import { allPortsOf } from '../port-set.ts';
import { isCalico } from './address-set.ts';

/** One failsafe port. */
export interface Failsafe {
  readonly range: PortRange;
  /** Absent = from and to anywhere. */
  readonly net?: AddressRange;
  /** `unknown` where the documentation and the releases differ, or a configuration was not exported. */
  readonly truth: Truth;
  readonly source?: SourceSpan;
}

/** What the nodes are configured to do. */
export interface HostSettings {
  /** Whether any configuration was exported: then a field that it does not set has its default. */
  readonly isConfigured: boolean;
  failsafes(node: string, direction: Direction): readonly Failsafe[];
  /** What becomes of traffic from a pod to a process of its own node. */
  podToHost(node: string): 'Accept' | 'Drop' | 'unknown';
}

/** Reads FelixConfiguration `default` and those of single nodes. */
export function readHostSettings(snapshot: ClusterSnapshot): HostSettings {
  const byName = new Map(
    snapshot.objects
      .filter(object => object.kind === 'FelixConfiguration' && isCalico(object))
      .map(object => [object.meta.name, object]),
  );
  const fieldOf = (node: string, key: string): { object: KubernetesObject; value: unknown } | undefined => {
    for (const name of [`node.${node}`, 'default']) {
      const object = byName.get(name);
      const spec = object?.body['spec'];
      if (object === undefined || !isObject(spec)) continue;
      const value = spec[key];
      if (value !== undefined && value !== null) return { object, value };
    }
    return undefined;
  };
  const isConfigured = byName.has('default');
  return {
    isConfigured,
    failsafes: (node, direction) => {
      const key = direction === 'ingress' ? 'failsafeInboundHostPorts' : 'failsafeOutboundHostPorts';
      const found = fieldOf(node, key);
      if (found !== undefined && Array.isArray(found.value))
        return (found.value as readonly JsonValue[]).flatMap((item, index) =>
          configured(item, spanOf(found.object, `/spec/${key}/${index}`)),
        );
      const known: Truth = isConfigured ? 'yes' : 'unknown';
      return [
        ...DEFAULTS[direction].map(range => ({ range, truth: known })),
        ...ONLY_IN_SOME.map((range): Failsafe => ({ range, truth: 'unknown' })),
      ];
    },
    podToHost: node => {
      const value = fieldOf(node, 'defaultEndpointToHostAction')?.value;
      const text = typeof value === 'string' ? value.toLowerCase() : '';
      return text === 'accept' ? 'Accept' : text === 'drop' ? 'Drop' : 'unknown';
    },
  };
}

/** Whether a failsafe port stands for a peer. */
export function failsafeMatches(failsafe: Failsafe, peer: Endpoint): Truth {
  const { net, truth } = failsafe;
  if (net === undefined) return truth;
  const parts = peer.ips.flatMap(ip => parseAddressRange(ip) ?? []);
  const same = parts.filter(part => part.family === net.family);
  if (parts.length === 0) return 'unknown';
  if (same.every(part => coverOf(net, part) === 'none')) return 'no';
  const isInside = same.length === parts.length && same.every(part => coverOf(net, part) === 'all');
  return isInside ? truth : 'unknown';
}

function one(protocol: Protocol, port: number): PortRange {
  return { protocol, from: port, to: port };
}

const DEFAULTS: Readonly<Record<Direction, readonly PortRange[]>> = {
  ingress: [one('TCP', 22), one('UDP', 68), one('TCP', 179), one('TCP', 6443)],
  egress: [one('UDP', 53), one('UDP', 67), one('TCP', 179), one('TCP', 6443)],
};

// In the program's own defaults, and not in the documentation of the commercial releases.
const ONLY_IN_SOME: readonly PortRange[] = [2379, 2380, 5473, 6666, 6667].map(port => one('TCP', port));

function configured(item: JsonValue, source: SourceSpan): readonly Failsafe[] {
  const entry = isObject(item) ? item : {};
  const written = entry['protocol'] ?? 'tcp';
  const protocol = typeof written === 'string' ? PROTOCOLS.get(written.toLowerCase()) : undefined;
  const port = Number(entry['port']);
  // An entry that cannot be read may stand for any port.
  if (protocol === undefined || !Number.isInteger(port) || port < 0 || port > 65_535)
    return PORTED.map(some => ({ range: allPortsOf(some), truth: 'unknown', source }));
  const net = typeof entry['net'] === 'string' ? parseAddressRange(entry['net']) : undefined;
  return [{ range: one(protocol, port), ...(net === undefined ? {} : { net }), truth: 'yes', source }];
}

const PORTED: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];
const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([
  ['tcp', 'TCP'],
  ['udp', 'UDP'],
  ['sctp', 'SCTP'],
]);
