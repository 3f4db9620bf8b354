// One NetworkPolicy read and validated: types defaulted, peers and ports as plain data (policy-semantics sections 2.1-2.4).
// Anything the API server would refuse is a problem here; a policy is taken whole or not at all.
import { coverOf, parseAddressRange, subtractRanges, type AddressRange } from '../../base/address.ts';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { parseLabelSelector, type LabelSelector } from '../../base/label-selector.ts';
import { failed, ok, type Result } from '../../base/result.ts';
import type { KubernetesObject } from '../../model/object.ts';
import { readProtocol } from '../../model/pod-spec.ts';
import type { Protocol } from '../../model/snapshot.ts';
import type { Direction } from '../compiled.ts';

/** A NetworkPolicy as written, made explicit. */
export interface NetworkPolicyFacts {
  readonly podSelector: LabelSelector;
  readonly types: readonly Direction[];
  readonly ingress: readonly RuleFacts[];
  readonly egress: readonly RuleFacts[];
}

/** One rule; an absent list means any peer or any port. */
export interface RuleFacts {
  readonly peers?: readonly PeerFacts[];
  readonly ports?: readonly PortFacts[];
}

/** One peer; an absent namespace selector means the policy's own namespace. */
export type PeerFacts =
  | {
      readonly kind: 'pods';
      readonly field: string;
      readonly namespaces?: LabelSelector;
      readonly pods?: LabelSelector;
    }
  | {
      readonly kind: 'block';
      readonly field: string;
      /** The block without its exceptions. */
      readonly ranges: readonly AddressRange[];
      readonly text: string;
    };

/** Ports of one protocol: a range, or a name to be resolved at each destination. */
export type PortFacts =
  | { readonly kind: 'range'; readonly protocol: Protocol; readonly from: number; readonly to: number }
  | { readonly kind: 'named'; readonly protocol: Protocol; readonly name: string };

/** Reads a NetworkPolicy. */
export function parseNetworkPolicy(object: KubernetesObject): Result<NetworkPolicyFacts> {
  const spec = object.body['spec'] ?? {};
  if (!isObject(spec)) return refuse('spec must be an object');
  const podSelector = parseLabelSelector(spec['podSelector']);
  if (!podSelector.ok) return refuse(`spec.podSelector: ${podSelector.problem.message}`);
  const ingress = parseRules(spec, 'ingress', 'from');
  if (!ingress.ok) return ingress;
  const egress = parseRules(spec, 'egress', 'to');
  if (!egress.ok) return egress;
  const types = parseTypes(spec, egress.value.length > 0);
  if (!types.ok) return types;
  return ok({
    podSelector: podSelector.value,
    types: types.value,
    ingress: ingress.value,
    egress: egress.value,
  });
}

/** The directions a spec isolates: as given, else Ingress, and Egress when it has an egress rule. */
function parseTypes(spec: JsonObject, hasEgressRule: boolean): Result<readonly Direction[]> {
  const given = spec['policyTypes'] ?? [];
  if (!Array.isArray(given)) return refuse('spec.policyTypes must be a list');
  const words = given as readonly JsonValue[];
  if (words.length === 0) return ok(hasEgressRule ? ['ingress', 'egress'] : ['ingress']);
  const unknown = words.find(word => word !== 'Ingress' && word !== 'Egress');
  if (unknown !== undefined) return refuse(`spec.policyTypes: unknown type ${JSON.stringify(unknown)}`);
  const types: Direction[] = [];
  if (words.includes('Ingress')) types.push('ingress');
  if (words.includes('Egress')) types.push('egress');
  return ok(types);
}

function parseRules(
  spec: JsonObject,
  direction: Direction,
  peerKey: 'from' | 'to',
): Result<readonly RuleFacts[]> {
  const given = spec[direction] ?? [];
  if (!Array.isArray(given)) return refuse(`spec.${direction} must be a list`);
  const rules: RuleFacts[] = [];
  for (const [index, item] of (given as readonly JsonValue[]).entries()) {
    const place = `spec.${direction}[${index}]`;
    const rule: JsonValue = item ?? {};
    if (!isObject(rule)) return refuse(`${place} must be an object`);
    const peers = parseList(rule, peerKey, place, (peer, field) => parsePeer(peer, field, place));
    if (!peers.ok) return peers;
    const ports = parseList(rule, 'ports', place, (port, field) => parsePort(port, `${place}.${field}`));
    if (!ports.ok) return ports;
    rules.push({
      ...(peers.value.length === 0 ? {} : { peers: peers.value }),
      ...(ports.value.length === 0 ? {} : { ports: ports.value }),
    });
  }
  return ok(rules);
}

function parseList<T>(
  rule: JsonObject,
  key: string,
  place: string,
  parse: (item: JsonValue, field: string) => Result<T>,
): Result<readonly T[]> {
  const given = rule[key] ?? [];
  if (!Array.isArray(given)) return refuse(`${place}.${key} must be a list`);
  const items: T[] = [];
  for (const [index, item] of (given as readonly JsonValue[]).entries()) {
    const parsed = parse(item, `${key}[${index}]`);
    if (!parsed.ok) return parsed;
    items.push(parsed.value);
  }
  return ok(items);
}

function parsePeer(item: JsonValue, field: string, place: string): Result<PeerFacts> {
  const where = `${place}.${field}`;
  if (!isObject(item)) return refuse(`${where} must be an object`);
  const block = item['ipBlock'] ?? undefined;
  const hasPods = (item['podSelector'] ?? undefined) !== undefined;
  const hasNamespaces = (item['namespaceSelector'] ?? undefined) !== undefined;
  if (block !== undefined) {
    if (hasPods || hasNamespaces) return refuse(`${where}: ipBlock cannot be combined with selectors`);
    return parseBlock(block, `${field}.ipBlock`, where);
  }
  if (!hasPods && !hasNamespaces) return refuse(`${where}: a peer must name pods, namespaces or an ipBlock`);
  const pods = parseLabelSelector(item['podSelector']);
  if (!pods.ok) return refuse(`${where}.podSelector: ${pods.problem.message}`);
  const namespaces = parseLabelSelector(item['namespaceSelector']);
  if (!namespaces.ok) return refuse(`${where}.namespaceSelector: ${namespaces.problem.message}`);
  return ok({
    kind: 'pods',
    field,
    ...(hasNamespaces ? { namespaces: namespaces.value } : {}),
    ...(hasPods ? { pods: pods.value } : {}),
  });
}

function parseBlock(block: JsonValue, field: string, where: string): Result<PeerFacts> {
  const cidr = isObject(block) ? block['cidr'] : undefined;
  const except = isObject(block) ? (block['except'] ?? []) : [];
  const range = typeof cidr === 'string' && cidr.includes('/') ? parseAddressRange(cidr) : undefined;
  if (range === undefined || typeof cidr !== 'string')
    return refuse(`${where}.ipBlock: ${JSON.stringify(cidr ?? null)} is not a CIDR`);
  if (!Array.isArray(except)) return refuse(`${where}.ipBlock.except must be a list`);
  const holes: AddressRange[] = [];
  for (const item of except as readonly JsonValue[]) {
    const hole = typeof item === 'string' && item.includes('/') ? parseAddressRange(item) : undefined;
    if (hole === undefined) return refuse(`${where}.ipBlock.except: ${JSON.stringify(item)} is not a CIDR`);
    if (coverOf(range, hole) !== 'all')
      return refuse(`${where}.ipBlock.except: ${JSON.stringify(item)} does not lie inside ${cidr}`);
    holes.push(hole);
  }
  const text = holes.length === 0 ? cidr : `${cidr} except ${(except as readonly string[]).join(', ')}`;
  return ok({ kind: 'block', field, ranges: subtractRanges([range], holes), text });
}

function parsePort(item: JsonValue, where: string): Result<PortFacts> {
  if (!isObject(item)) return refuse(`${where} must be an object`);
  const protocol = readProtocol(item['protocol']);
  if (protocol === undefined)
    return refuse(`${where}: unknown protocol ${JSON.stringify(item['protocol'] ?? null)}`);
  const port = item['port'] ?? undefined;
  const endPort = item['endPort'] ?? undefined;
  if (port === undefined && endPort === undefined)
    return ok({ kind: 'range', protocol, from: 1, to: 65_535 });
  if (typeof port === 'string') {
    if (endPort !== undefined) return refuse(`${where}: endPort needs a numeric port`);
    if (!isPortName(port)) return refuse(`${where}: ${JSON.stringify(port)} is not a port name`);
    return ok({ kind: 'named', protocol, name: port });
  }
  const to = endPort ?? port;
  if (!isPort(port) || !isPort(to)) return refuse(`${where}: a port lies between 1 and 65535`);
  if (to < port) return refuse(`${where}: endPort ${to} is below port ${port}`);
  return ok({ kind: 'range', protocol, from: port, to });
}

function isPort(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;
}

/** IANA service name: up to 15 of a-z, 0-9 and single inner dashes, at least one letter. */
function isPortName(text: string): boolean {
  return text.length <= 15 && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text) && /[a-z]/.test(text);
}

function refuse(message: string): Result<never> {
  return failed('policy.kubernetes.invalid', message);
}
