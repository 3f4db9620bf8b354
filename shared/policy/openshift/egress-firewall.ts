// OpenShift's egress firewalls (EgressFirewall of OVN-Kubernetes, EgressNetworkPolicy of the older SDN): an ordered list per
// namespace about traffic that leaves the cluster, behind the network policies; what no rule matches leaves freely.
import { coverOf, parseAddressRange, type AddressRange } from '../../base/address.ts';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { matchesLabels, parseLabelSelector, type LabelSelector } from '../../base/label-selector.ts';
import { compareBy } from '../../base/order.ts';
import { failed, ok, type Result } from '../../base/result.ts';
import { nameOf, spanOf, type KubernetesObject } from '../../model/object.ts';
import type { ClusterSnapshot, Labels } from '../../model/snapshot.ts';
import type {
  CompiledGate,
  EngineProfile,
  CompiledPolicy,
  Endpoint,
  PortRange,
  RuleMatch,
  Truth,
  UnsupportedPolicy,
} from '../compiled.ts';
import { mergePorts } from '../port-set.ts';

/** The gate, absent where no firewall is present. */
export interface FirewallGate {
  readonly gate?: CompiledGate;
  readonly refused: readonly UnsupportedPolicy[];
}

/** Whether an object is one of the two kinds. */
export function isEgressFirewall(object: KubernetesObject): boolean {
  return KINDS.has(`${object.apiVersion.replace(/\/.*/, '')} ${object.kind}`);
}

const KINDS = new Set(['k8s.ovn.org EgressFirewall', 'network.openshift.io EgressNetworkPolicy']);

/** Whether the engine is known to enforce them; elsewhere the kinds may be left-overs without effect. */
export function enforcesFirewalls(profile: EngineProfile): boolean {
  return (profile.engines ?? []).some(engine => engine === 'ovn-kubernetes' || engine === 'openshift-sdn');
}

/** Compiles the firewalls of a snapshot. */
export function egressFirewalls(snapshot: Pick<ClusterSnapshot, 'policies' | 'nodes'>): FirewallGate {
  const nodes = new Map(snapshot.nodes.map(node => [node.name, node.labels]));
  const refused: UnsupportedPolicy[] = [];
  const policies: CompiledPolicy[] = [];
  for (const object of [...snapshot.policies.filter(isEgressFirewall)].sort(compareBy(one => nameOf(one)))) {
    const rules = readRules(object);
    if (rules.ok) policies.push(compileFirewall(object, rules.value, nodes));
    else refused.push(refusedFirewall(object, rules.problem.message));
  }
  if (policies.length === 0) return { refused };
  const stage = { id: 'egress firewall', mode: 'ordered', whenSelected: 'next', policies } as const;
  return { gate: { id: 'egress firewall', ingress: [], egress: [stage], otherwise: 'allow' }, refused };
}

interface FirewallRule {
  readonly action: 'allow' | 'deny';
  readonly to:
    | { readonly kind: 'block'; readonly range: AddressRange; readonly text: string }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'nodes'; readonly nodes: LabelSelector };
  readonly ports?: readonly PortRange[];
}

function readRules(object: KubernetesObject): Result<readonly FirewallRule[]> {
  if (object.kind === 'EgressFirewall' && object.meta.name !== 'default')
    return refuse('an EgressFirewall must be named default');
  const spec = object.body['spec'];
  const given = isObject(spec) ? (spec['egress'] ?? []) : undefined;
  if (!Array.isArray(given)) return refuse('spec.egress must be a list');
  const rules: FirewallRule[] = [];
  for (const [index, item] of (given as readonly JsonValue[]).entries()) {
    const rule = readRule(item, `spec.egress[${index}]`);
    if (!rule.ok) return rule;
    rules.push(rule.value);
  }
  return ok(rules);
}

function readRule(item: JsonValue, place: string): Result<FirewallRule> {
  if (!isObject(item)) return refuse(`${place} must be an object`);
  const type = item['type'];
  if (type !== 'Allow' && type !== 'Deny') return refuse(`${place}.type must be Allow or Deny`);
  const to = isObject(item['to']) ? readTarget(item['to'], place) : refuse(`${place}.to must be given`);
  if (!to.ok) return to;
  const ports = readPorts(item, place);
  if (!ports.ok) return ports;
  const action = type === 'Allow' ? 'allow' : 'deny';
  return ok({ action, to: to.value, ...(ports.value.length === 0 ? {} : { ports: ports.value }) });
}

function readTarget(to: JsonObject, place: string): Result<FirewallRule['to']> {
  const { cidrSelector, dnsName, nodeSelector } = to;
  const given = [cidrSelector, dnsName, nodeSelector].filter(value => value !== undefined && value !== null);
  if (given.length !== 1)
    return refuse(`${place}.to must have exactly one of cidrSelector, dnsName and nodeSelector`);
  if (typeof cidrSelector === 'string') {
    const range = parseAddressRange(cidrSelector);
    return range === undefined
      ? refuse(`${place}.to.cidrSelector: ${cidrSelector} is not a CIDR`)
      : ok({ kind: 'block', range, text: cidrSelector });
  }
  if (typeof dnsName === 'string') return ok({ kind: 'name', name: dnsName });
  const nodes = parseLabelSelector(nodeSelector);
  return nodes.ok
    ? ok({ kind: 'nodes', nodes: nodes.value })
    : refuse(`${place}.to.nodeSelector: ${nodes.problem.message}`);
}

function readPorts(item: JsonObject, place: string): Result<readonly PortRange[]> {
  const given = item['ports'] ?? [];
  if (!Array.isArray(given)) return refuse(`${place}.ports must be a list`);
  const ports: PortRange[] = [];
  for (const port of given as readonly JsonValue[]) {
    const number = isObject(port) ? port['port'] : undefined;
    const protocol = isObject(port) ? (port['protocol'] ?? 'TCP') : undefined;
    if (typeof number !== 'number' || number < 1 || number > 65535 || !isProtocol(protocol))
      return refuse(`${place}.ports: a port has a number and TCP, UDP or SCTP`);
    ports.push({ protocol, from: number, to: number });
  }
  return ok(mergePorts(ports));
}

function isProtocol(value: JsonValue | undefined): value is 'TCP' | 'UDP' | 'SCTP' {
  return value === 'TCP' || value === 'UDP' || value === 'SCTP';
}

function compileFirewall(
  object: KubernetesObject,
  rules: readonly FirewallRule[],
  nodes: ReadonlyMap<string, Labels>,
): CompiledPolicy {
  const { namespace, name } = object.meta;
  return {
    id: nameOf(object),
    kind: object.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    staged: false,
    ingress: false,
    egress: true,
    ingressRules: [],
    egressRules: rules.map((rule, index) => ({
      index,
      action: rule.action,
      source: spanOf(object, `/spec/egress/${index}`),
      match: (_subject, peer) => matchRule(rule, peer, nodes),
    })),
    addresses: rules.flatMap(rule => (rule.to.kind === 'block' ? [rule.to.range] : [])),
    source: object.source,
    selects: end => (end.kind === 'pod' && end.namespace === namespace ? 'yes' : 'no'),
  };
}

/** Only what leaves the cluster is asked: pods are never meant, nodes are. */
function matchRule(rule: FirewallRule, peer: Endpoint, nodes: ReadonlyMap<string, Labels>): RuleMatch {
  const ports = rule.ports === undefined ? {} : { ports: rule.ports };
  if (peer.kind !== 'external' && peer.kind !== 'host')
    return {
      truth: 'no',
      text: `${peer.id} is inside the cluster: an egress firewall is about what leaves it`,
    };
  const { to } = rule;
  switch (to.kind) {
    case 'block': {
      const truth = coverTruth(to.range, peer);
      const word = truth === 'yes' ? 'covers' : truth === 'no' ? 'does not cover' : 'may cover';
      return {
        truth,
        ...ports,
        text: `cidrSelector ${to.text} ${word} ${peer.id}`,
        field: 'to.cidrSelector',
      };
    }
    case 'name':
      return {
        truth: 'unknown',
        ...ports,
        text: `depends on the addresses that ${to.name} resolves to`,
        field: 'to.dnsName',
      };
    case 'nodes': {
      const labels = peer.kind === 'host' && peer.node !== undefined ? nodes.get(peer.node) : undefined;
      const truth =
        peer.kind !== 'host'
          ? 'no'
          : labels === undefined
            ? 'unknown'
            : matchesLabels(to.nodes, labels)
              ? 'yes'
              : 'no';
      return {
        truth,
        ...ports,
        text: `nodeSelector ${truth === 'yes' ? 'matches' : 'does not match'} ${peer.id}`,
        field: 'to.nodeSelector',
      };
    }
  }
}

function coverTruth(range: AddressRange, peer: Endpoint): Truth {
  const covers = peer.ips.flatMap(ip => parseAddressRange(ip) ?? []).map(own => coverOf(range, own));
  if (covers.length === 0) return 'unknown';
  if (covers.every(cover => cover === 'all')) return 'yes';
  return covers.every(cover => cover === 'none') ? 'no' : 'unknown';
}

function refusedFirewall(object: KubernetesObject, reason: string): UnsupportedPolicy {
  const { namespace, name } = object.meta;
  return {
    id: nameOf(object),
    kind: object.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    reason: `${reason}; it is not applied`,
    source: object.source,
    directions: ['egress'],
    restrictsOnly: true,
  };
}

function refuse(message: string): Result<never> {
  return failed('policy.kubernetes.invalid', message);
}
