// Reads `toPorts` and `icmps` of a rule: parts of a rule that differ in what they ask beside the port number
// (policy-semantics section 4). L7 rules, server names and listeners restrict; they never widen.
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { failed, ok, type Result } from '../../base/result.ts';
import type { Protocol } from '../../model/snapshot.ts';
import { directionOf, isDeny, type PortFacts, type PortPart, type Section } from './facts.ts';
import { parseL7 } from './parse-l7.ts';

/** The parts of a rule; undefined when it says nothing about ports. */
export function parsePortParts(
  rule: JsonObject,
  section: Section,
  place: string,
): Result<readonly PortPart[] | undefined> {
  const toPorts = rule['toPorts'] ?? [];
  const icmps = rule['icmps'] ?? [];
  if (!Array.isArray(toPorts)) return refuse(`${place}.toPorts must be a list`);
  if (!Array.isArray(icmps)) return refuse(`${place}.icmps must be a list`);
  if (toPorts.length > 0 && icmps.length > 0)
    return refuse(`${place}: toPorts and icmps exclude each other in one rule`);
  if (icmps.length > 0) return parseIcmps(icmps, section, place);
  if (toPorts.length === 0) return ok(undefined);
  const parts: PortPart[] = [];
  for (const [index, item] of (toPorts as readonly JsonValue[]).entries()) {
    const where = `${place}.toPorts[${index}]`;
    if (!isObject(item)) return refuse(`${where} must be an object`);
    const part = parseEntry(item, section, where);
    if (!part.ok) return part;
    parts.push(...part.value);
  }
  return ok(parts);
}

const KNOWN = new Set(['ports', 'rules', 'serverNames', 'listener', 'originatingTLS', 'terminatingTLS']);
const MOST_PORTS = 40;

function parseEntry(entry: JsonObject, section: Section, where: string): Result<readonly PortPart[]> {
  const given = entry['ports'] ?? [];
  if (!Array.isArray(given)) return refuse(`${where}.ports must be a list`);
  if (given.length > MOST_PORTS) return refuse(`${where}: more than ${MOST_PORTS} ports`);
  const ports: PortFacts[] = [];
  for (const [index, item] of (given as readonly JsonValue[]).entries()) {
    const port = parsePort(item, `${where}.ports[${index}]`);
    if (!port.ok) return port;
    ports.push(...port.value);
  }
  const restriction = parseRestriction(entry, section, ports, where);
  if (!restriction.ok) return restriction;
  const unknown = Object.keys(entry).filter(key => !KNOWN.has(key));
  const asked = restriction.value === undefined ? {} : { restriction: restriction.value };
  if (unknown.length > 0) return ok([{ ...asked, open: `field ${unknown.join(', ')} is not understood` }]);
  if (given.length === 0) return ok([{ ...asked, open: 'an entry of toPorts names no port' }]);
  return ok(split(ports).map(part => ({ ...part, ...asked })));
}

/** Named ports stand apart, because each is resolved by itself; whether all ports include ICMP is open. */
function split(ports: readonly PortFacts[]): readonly PortPart[] {
  const ranges = ports.filter(port => port.kind === 'range');
  const named = ports.filter(port => port.kind === 'named').map(port => ({ ports: [port] }));
  const everything = ranges.find(port => port.from === 1 && port.to === 65_535 && port.protocols.length > 1);
  return [
    ...(ranges.length === 0 ? [] : [{ ports: ranges }]),
    ...named,
    ...(everything === undefined
      ? []
      : [{ ports: [ICMP], open: 'whether port 0 of ANY includes ICMP is open' }]),
  ];
}

const ICMP: PortFacts = { kind: 'range', protocols: ['ICMP'], from: 0, to: 0 };
const ANY: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

function parsePort(item: JsonValue, where: string): Result<readonly PortFacts[]> {
  if (!isObject(item)) return refuse(`${where} must be an object`);
  const protocols = parseProtocol(item['protocol'] ?? 'ANY');
  if (protocols === undefined)
    return refuse(`${where}: unknown protocol ${JSON.stringify(item['protocol'] ?? null)}`);
  const port = item['port'] ?? '0';
  const endPort = item['endPort'] ?? 0;
  if (typeof port !== 'string') return refuse(`${where}: port must be a text, not ${JSON.stringify(port)}`);
  if (typeof endPort !== 'number' || !Number.isInteger(endPort) || endPort < 0 || endPort > 65_535)
    return refuse(`${where}: endPort lies between 1 and 65535`);
  if (protocols.length === 0) return ok([]);
  if (!/^\d+$/.test(port)) {
    if (!isPortName(port))
      return refuse(`${where}: ${JSON.stringify(port)} is neither a port nor a port name`);
    return ok([{ kind: 'named', protocols, name: port.toLowerCase() }]);
  }
  const from = Number(port);
  if (from > 65_535) return refuse(`${where}: a port lies between 0 and 65535`);
  if (endPort > 0 && endPort < from) return refuse(`${where}: endPort ${endPort} is below port ${from}`);
  if (from === 0)
    return endPort > 0
      ? refuse(`${where}: endPort needs a port`)
      : ok([{ kind: 'range', protocols, from: 1, to: 65_535 }]);
  return ok([{ kind: 'range', protocols, from, to: endPort === 0 ? from : endPort }]);
}

/** Empty for protocols that are not modelled. */
function parseProtocol(value: JsonValue): readonly Protocol[] | undefined {
  switch (typeof value === 'string' ? value.toUpperCase() : undefined) {
    case 'ANY':
      return ANY;
    case 'TCP':
      return ['TCP'];
    case 'UDP':
      return ['UDP'];
    case 'SCTP':
      return ['SCTP'];
    case 'ICMP':
    case 'ICMPV6':
      return ['ICMP'];
    case 'VRRP':
    case 'IGMP':
      return [];
    default:
      return undefined;
  }
}

/** IANA service name: up to 15 letters, digits and single inner dashes, at least one letter. */
function isPortName(text: string): boolean {
  return text.length <= 15 && /^[a-z0-9]+(?:-[a-z0-9]+)*$/i.test(text) && /[a-z]/i.test(text);
}

function parseRestriction(
  entry: JsonObject,
  section: Section,
  ports: readonly PortFacts[],
  where: string,
): Result<string | undefined> {
  const texts: string[] = [];
  const l7 = parseL7(entry['rules'] ?? {}, where);
  if (!l7.ok) return l7;
  const names = entry['serverNames'] ?? [];
  const listener = entry['listener'] ?? undefined;
  if (!Array.isArray(names) || !names.every(name => typeof name === 'string' && name !== ''))
    return refuse(`${where}.serverNames must be a list of names`);
  const isRestricted = l7.value !== undefined || names.length > 0 || listener !== undefined;
  if (isRestricted && isDeny(section)) return refuse(`${where}: deny rules take addresses and ports only`);
  if (l7.value !== undefined) {
    const { protocol, text } = l7.value;
    if (protocol === 'dns' && directionOf(section) === 'ingress')
      return refuse(`${where}.rules.dns: DNS rules are for egress only`);
    const wrong = protocol !== 'dns' && ports.some(port => port.protocols.join() !== 'TCP');
    if (wrong) return refuse(`${where}.rules: L7 rules other than DNS need protocol TCP`);
    if (ports.some(port => port.kind === 'range' && port.to - port.from === 65_534))
      return refuse(`${where}.rules: L7 rules need a port`);
    texts.push(`L7 restricted: ${text}`);
  }
  if (names.length > 0) texts.push(`only TLS server names ${(names as readonly string[]).join(', ')}`);
  if (listener !== undefined) texts.push('handed to a listener of the proxy, which decides further');
  return ok(texts.length === 0 ? undefined : texts.join('; '));
}

function parseIcmps(
  icmps: readonly JsonValue[],
  section: Section,
  place: string,
): Result<readonly PortPart[]> {
  const texts: string[] = [];
  for (const [index, item] of icmps.entries()) {
    const fields = isObject(item) ? (item['fields'] ?? []) : undefined;
    if (!Array.isArray(fields) || fields.length > MOST_PORTS)
      return refuse(`${place}.icmps[${index}].fields must be a list of at most ${MOST_PORTS}`);
    for (const field of fields as readonly JsonValue[]) {
      const family = isObject(field) ? (field['family'] ?? 'IPv4') : undefined;
      const type = isObject(field) ? field['type'] : undefined;
      if (family !== 'IPv4' && family !== 'IPv6')
        return refuse(`${place}.icmps[${index}]: wrong family ${JSON.stringify(family ?? null)}`);
      if (typeof type !== 'string' && typeof type !== 'number')
        return refuse(`${place}.icmps[${index}]: a field needs a type`);
      texts.push(`${family} type ${type}`);
    }
  }
  if (texts.length === 0) return ok([{ ports: [] }]);
  const text = `only ICMP of ${texts.join(', ')}`;
  return ok([
    { ports: [ICMP], ...(isDeny(section) ? { open: `denied is ${text}` } : { restriction: text }) },
  ]);
}

function refuse(message: string): Result<never> {
  return failed('policy.cilium.invalid', message);
}
