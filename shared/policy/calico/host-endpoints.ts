// HostEndpoints: the interfaces of nodes that Calico guards, their labels, profiles and named ports, and whom a policy
// selects by them (calico.md 3.4, 3.8). How their traffic is decided is in host-stages.ts.
import { isObject } from '../../base/json.ts';
import { ProblemError } from '../../base/result.ts';
import type { KubernetesObject } from '../../model/object.ts';
import type { ClusterSnapshot, Protocol } from '../../model/snapshot.ts';
import type { Endpoint, Truth } from '../compiled.ts';
import { isCalico } from './address-set.ts';
import { listAt, numberAt, textAt } from './fields.ts';
import { profilesOf, readHostLabels } from './host-labels.ts';
import { selectorTruth, type LabelView } from './labels.ts';
import type { Selector } from './selector.ts';

/** One HostEndpoint. */
export interface HostEndpoint {
  readonly name: string;
  readonly node: string;
  /** Whether it stands for every interface of its node (`interfaceName: "*"`). */
  readonly isWhole: boolean;
  readonly profiles: readonly string[];
  readonly labels: LabelView;
  readonly ports: Endpoint['ports'];
  readonly object: KubernetesObject;
}

/** The host endpoints of a cluster. */
export interface HostEndpoints {
  readonly all: readonly HostEndpoint[];
  /** Those of the node that an end is on; all of them where its node is not known. */
  at(end: Endpoint): readonly HostEndpoint[];
  /** Whether a selector picks what guards the node of an end; `unknown` when only part of the node is guarded by it. */
  selects(selector: Selector, end: Endpoint): Truth;
  /** Ports that the host endpoints of a node name. */
  portsOf(end: Endpoint): Endpoint['ports'];
}

/** Reads the host endpoints of a cluster; those that cannot be read are faults of address-set.ts. */
export function readHostEndpoints(snapshot: ClusterSnapshot): HostEndpoints {
  const labelsOf = readHostLabels(snapshot);
  const all = snapshot.policies
    .filter(object => object.kind === 'HostEndpoint' && isCalico(object))
    .map(object => hostEndpointOf(object, labelsOf(object)));
  const byNode = new Map<string, HostEndpoint[]>();
  for (const one of all) byNode.set(one.node, [...(byNode.get(one.node) ?? []), one]);
  const at = (end: Endpoint): readonly HostEndpoint[] =>
    end.node === undefined ? all : (byNode.get(end.node) ?? []);
  return {
    all,
    at,
    selects: (selector, end) => {
      const [first, ...others] = at(end);
      if (first === undefined) return 'no';
      const truths = [first, ...others].map(one => selectorTruth(selector, one.labels));
      if (truths.every(truth => truth === 'no')) return 'no';
      const isExact = others.length === 0 && first.isWhole && end.node !== undefined;
      return isExact ? (truths[0] ?? 'unknown') : 'unknown';
    },
    portsOf: end => (end.kind === 'host' ? at(end).flatMap(one => one.ports) : []),
  };
}

function hostEndpointOf(object: KubernetesObject, labels: LabelView): HostEndpoint {
  const spec = isObject(object.body['spec']) ? object.body['spec'] : {};
  const read = <T>(take: () => T, otherwise: T): T => {
    try {
      return take();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return otherwise;
    }
  };
  return {
    name: object.meta.name,
    node: read(() => textAt(spec, 'node', '/spec'), undefined) ?? '',
    isWhole: spec['interfaceName'] === '*',
    profiles: profilesOf(object),
    labels,
    ports: read(() => namedPorts(spec), []),
    object,
  };
}

function namedPorts(spec: Parameters<typeof listAt>[0]): Endpoint['ports'] {
  return listAt(spec, 'ports', '/spec').flatMap((item, index) => {
    const pointer = `/spec/ports/${index}`;
    const entry = isObject(item) ? item : {};
    const name = textAt(entry, 'name', pointer);
    const port = numberAt(entry, 'port', pointer);
    const written = textAt(entry, 'protocol', pointer)?.toUpperCase() ?? '';
    const protocol = PROTOCOLS.find(one => one === written);
    return name === undefined || port === undefined || protocol === undefined
      ? []
      : [{ name, port, protocol }];
  });
}

const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];
