// Reads the parts of one Calico rule: protocols, ICMP, HTTP, and the two EntityRules with their effective selectors
// (calico.md 3.5 and 3.6). Selectors match addresses of known endpoints and network sets only.
import { parseAddressRange, type AddressRange } from '../../base/address.ts';
import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { listAt, numberAt, objectAt, onlyKnown, refuse, textAt, textsAt } from './fields.ts';
import type { Direction } from '../compiled.ts';
import { readDomain } from './domain.ts';
import type { CalicoRule, EntityRule, PortMatch, ProtocolMatch } from './policy-object.ts';
import {
  ACCOUNT_PREFIX,
  inNamespaces,
  NAMESPACE_LABEL,
  NAMESPACE_PREFIX,
  prefixed,
  selectorAt,
} from './effective-selector.ts';
import { allOf, type Selector } from './selector.ts';

/** What an EntityRule must know of its rule. */
export interface EntityContext {
  readonly direction: Direction;
  readonly action: CalicoRule['action'];
  /** Namespace of the policy; absent for global ones. */
  readonly namespace: string | undefined;
  readonly protocol: ProtocolMatch | undefined;
  readonly rulePointer: string;
}

/** Reads `source` or `destination`; a missing one matches anything. */
export function readEntity(
  rule: JsonObject,
  side: 'source' | 'destination',
  context: EntityContext,
): EntityRule {
  const pointer = `${context.rulePointer}/${side}`;
  const entity = objectAt(rule, side, context.rulePointer) ?? {};
  onlyKnown(entity, ENTITY_FIELDS, pointer);
  const selector = readEffectiveSelector(entity, context.namespace, pointer);
  const notSelector = selectorAt(entity, 'notSelector', pointer);
  const service = readService(entity, side, context, pointer);
  return {
    ...(selector === undefined ? {} : { selector }),
    ...(notSelector === undefined ? {} : { notSelector }),
    nets: readNets(entity, 'nets', pointer),
    notNets: readNets(entity, 'notNets', pointer),
    ports: readPorts(entity, 'ports', context, pointer),
    notPorts: readPorts(entity, 'notPorts', context, pointer),
    ...(service === undefined ? {} : { service }),
    domains: readDomains(entity, side, context, pointer),
    hasNamespaceSelector: textAt(entity, 'namespaceSelector', pointer) !== undefined,
  };
}

/** Reads a protocol name (any case) or number. */
export function readProtocol(rule: JsonObject, key: string, pointer: string): ProtocolMatch | undefined {
  const value = rule[key];
  if (value === undefined || value === null || value === '') return undefined;
  const text = scalarText(value);
  const known = PROTOCOL_NAMES.get(text.toLowerCase());
  if (known !== undefined) return known;
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 255) return { text: `protocol ${number}` };
  return refuse(`${pointer}/${key}`, `${JSON.stringify(text)} is no protocol`);
}

/** ICMP types as written; they need protocol ICMP or ICMPv6. */
export function readIcmp(
  rule: JsonObject,
  protocol: ProtocolMatch | undefined,
  pointer: string,
): string | undefined {
  const parts: string[] = [];
  for (const key of ['icmp', 'notICMP']) {
    const icmp = objectAt(rule, key, pointer);
    if (icmp === undefined || Object.keys(icmp).length === 0) continue;
    if (protocol?.protocol !== 'ICMP') refuse(`${pointer}/${key}`, 'needs protocol ICMP or ICMPv6');
    const type = numberAt(icmp, 'type', `${pointer}/${key}`);
    const code = numberAt(icmp, 'code', `${pointer}/${key}`);
    if (code !== undefined && type === undefined) refuse(`${pointer}/${key}`, 'a code needs a type');
    if (type !== undefined && !isWhole(type, 254)) refuse(`${pointer}/${key}/type`, 'is not from 0 to 254');
    if (code !== undefined && !isWhole(code, 255)) refuse(`${pointer}/${key}/code`, 'is not from 0 to 255');
    parts.push(`${key} type ${type ?? 'any'}${code === undefined ? '' : ` code ${code}`}`);
  }
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** HTTP methods and paths as written; they stand in ingress rules that allow. */
export function readHttp(
  rule: JsonObject,
  { direction, action }: Pick<EntityContext, 'direction' | 'action'>,
  pointer: string,
): string | undefined {
  const http = objectAt(rule, 'http', pointer);
  if (http === undefined || Object.keys(http).length === 0) return undefined;
  if (direction !== 'ingress' || action !== 'allow')
    refuse(`${pointer}/http`, 'may stand in ingress rules that allow only');
  return canonicalJson(http);
}

function isWhole(number: number, most: number): boolean {
  return Number.isInteger(number) && number >= 0 && number <= most;
}

const ENTITY_FIELDS = new Set([
  'nets',
  'notNets',
  'selector',
  'notSelector',
  'namespaceSelector',
  'ports',
  'notPorts',
  'serviceAccounts',
  'services',
  'domains',
]);
const ICMP4: ProtocolMatch = { protocol: 'ICMP', family: 4, text: 'ICMP' };
const ICMP6: ProtocolMatch = { protocol: 'ICMP', family: 6, text: 'ICMPv6' };
const PROTOCOL_NAMES: ReadonlyMap<string, ProtocolMatch> = new Map<string, ProtocolMatch>([
  ['tcp', { protocol: 'TCP', text: 'TCP' }],
  ['6', { protocol: 'TCP', text: 'TCP' }],
  ['udp', { protocol: 'UDP', text: 'UDP' }],
  ['17', { protocol: 'UDP', text: 'UDP' }],
  ['sctp', { protocol: 'SCTP', text: 'SCTP' }],
  ['132', { protocol: 'SCTP', text: 'SCTP' }],
  ['icmp', ICMP4],
  ['1', ICMP4],
  ['icmpv6', ICMP6],
  ['58', ICMP6],
  ['udplite', { text: 'UDPLite' }],
]);
const SERVICE_EXCLUDES = [
  'selector',
  'notSelector',
  'nets',
  'notNets',
  'namespaceSelector',
  'serviceAccounts',
];

function readEffectiveSelector(
  entity: JsonObject,
  namespace: string | undefined,
  pointer: string,
): Selector | undefined {
  const own = selectorAt(entity, 'selector', pointer);
  if (own?.kind === 'global') refuse(`${pointer}/selector`, '`global()` is legal in namespaceSelector only');
  const spaces = selectorAt(entity, 'namespaceSelector', pointer);
  const accounts = readAccounts(entity, pointer);
  const hasNot = textAt(entity, 'notSelector', pointer) !== undefined;
  const parts: Selector[] = [];
  if (spaces !== undefined) parts.push(inNamespaces(prefixed(spaces, NAMESPACE_PREFIX)));
  else if (namespace !== undefined && (own !== undefined || accounts !== undefined || hasNot))
    parts.push({ kind: 'compare', label: NAMESPACE_LABEL, operator: '==', value: namespace });
  if (accounts !== undefined) parts.push(accounts);
  if (own !== undefined) parts.push(own);
  return parts.length === 0 ? undefined : allOf(parts);
}

function readAccounts(entity: JsonObject, pointer: string): Selector | undefined {
  const accounts = objectAt(entity, 'serviceAccounts', pointer);
  if (accounts === undefined) return undefined;
  const place = `${pointer}/serviceAccounts`;
  onlyKnown(accounts, new Set(['names', 'selector']), place);
  const selector = selectorAt(accounts, 'selector', place);
  const names = textsAt(accounts, 'names', place);
  const parts: Selector[] = selector === undefined ? [] : [prefixed(selector, ACCOUNT_PREFIX)];
  if (names.length > 0)
    parts.push({
      kind: 'set',
      label: 'projectcalico.org/serviceaccount',
      operator: 'in',
      values: [...new Set(names)].sort(),
    });
  return parts.length === 0 ? undefined : allOf(parts);
}

function readService(
  entity: JsonObject,
  side: 'source' | 'destination',
  { namespace, direction }: EntityContext,
  pointer: string,
): EntityRule['service'] {
  const service = objectAt(entity, 'services', pointer);
  if (service === undefined || Object.keys(service).length === 0) return undefined;
  const place = `${pointer}/services`;
  onlyKnown(service, new Set(['name', 'namespace']), place);
  const name = textAt(service, 'name', place) ?? refuse(place, 'has no name');
  const space =
    textAt(service, 'namespace', place) ??
    namespace ??
    refuse(place, 'a global policy must name its namespace');
  for (const key of SERVICE_EXCLUDES) {
    const other = entity[key];
    const says = Array.isArray(other)
      ? other.length > 0
      : other !== undefined && other !== null && other !== '';
    if (says) refuse(place, `may not stand beside ${key}`);
  }
  if (side !== (direction === 'ingress' ? 'source' : 'destination'))
    refuse(place, 'may be the source of an ingress rule or the destination of an egress rule only');
  if (direction === 'egress' && ['ports', 'notPorts'].some(key => listAt(entity, key, pointer).length > 0))
    refuse(place, 'may not stand beside ports in an egress rule');
  return { namespace: space, name };
}

/** Domains stand in egress rules that allow, and nothing else of the kind stands beside them. */
function readDomains(
  entity: JsonObject,
  side: 'source' | 'destination',
  { direction, action }: EntityContext,
  pointer: string,
): readonly string[] {
  const place = `${pointer}/domains`;
  const domains = textsAt(entity, 'domains', pointer).map(text => readDomain(text, place));
  if (domains.length === 0) return domains;
  if (direction !== 'egress' || side !== 'destination' || action !== 'allow')
    refuse(place, 'may stand in the destination of egress rules that allow only');
  for (const key of ['nets', 'notNets'])
    if (listAt(entity, key, pointer).length > 0) refuse(place, `may not stand beside ${key}`);
  for (const key of ['selector', 'notSelector', 'namespaceSelector'])
    if (textAt(entity, key, pointer) !== undefined) refuse(place, `may not stand beside ${key}`);
  return domains;
}

function readNets(entity: JsonObject, key: string, pointer: string): readonly AddressRange[] {
  return textsAt(entity, key, pointer).map(
    text =>
      (text.includes('-') ? undefined : parseAddressRange(text)) ??
      refuse(`${pointer}/${key}`, `${JSON.stringify(text)} is no address or CIDR`),
  );
}

function readPorts(
  entity: JsonObject,
  key: string,
  context: EntityContext,
  pointer: string,
): readonly PortMatch[] {
  const ports = listAt(entity, key, pointer).map(port => readPort(port, `${pointer}/${key}`));
  const isNumeric = ports.some(port => port.kind === 'range');
  const protocol = context.protocol?.protocol;
  const hasPorts = protocol === 'TCP' || protocol === 'UDP' || protocol === 'SCTP';
  if (isNumeric && !hasPorts) refuse(`${pointer}/${key}`, 'a port number needs protocol TCP, UDP or SCTP');
  return ports;
}

function readPort(port: JsonValue, pointer: string): PortMatch {
  if (isObject(port)) {
    const from = numberAt(port, 'minPort', pointer);
    const to = numberAt(port, 'maxPort', pointer);
    const name = textAt(port, 'portName', pointer);
    if (name !== undefined) return { kind: 'name', name };
    return rangeOf(from ?? Number.NaN, to ?? from ?? Number.NaN, pointer);
  }
  const text = scalarText(port);
  const range = /^(\d+)(?::(\d+))?$/.exec(text);
  if (range !== null) return rangeOf(Number(range[1]), Number(range[2] ?? range[1]), pointer);
  if (/^[A-Za-z0-9_.-]{1,128}$/.test(text)) return { kind: 'name', name: text };
  return refuse(pointer, `${JSON.stringify(text)} is no port`);
}

// Port 0 is taken for the lower end: ranges such as 0:65535 are met in practice.
function rangeOf(from: number, to: number, pointer: string): PortMatch {
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to > 65_535 || to < from)
    refuse(pointer, `${from}:${to} is no range of ports`);
  return { kind: 'range', from, to };
}

function scalarText(value: JsonValue): string {
  return typeof value === 'string' ? value : canonicalJson(value);
}
