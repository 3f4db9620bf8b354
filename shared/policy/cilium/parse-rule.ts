// Reads one rule of a Cilium policy: the L3 part, of which only one member may be given, and what it says about ports.
// Follows policy-semantics section 4 and the validation that Cilium's agent does on import.
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { failed, ok, type Result } from '../../base/result.ts';
import { directionOf, isDeny, type PeerFacts, type PortPart, type RuleFacts, type Section } from './facts.ts';
import { PEER_MEMBERS } from './parse-peers.ts';
import { parsePortParts } from './parse-ports.ts';
import { parseCiliumSelector, type CiliumSelector } from './selector.ts';

/** Reads one item of a section. */
export function parseRule(
  item: JsonValue,
  section: Section,
  index: number,
  place: string,
): Result<RuleFacts> {
  if (!isObject(item)) return refuse(`${place} must be an object`);
  const word = directionOf(section) === 'ingress' ? 'from' : 'to';
  const peers = parsePeers(item, section, place);
  if (!peers.ok) return peers;
  const requires = parseRequires(item, `${word}Requires`, place);
  if (!requires.ok) return requires;
  const parts = parsePortParts(item, section, place);
  if (!parts.ok) return parts;
  const restriction = parseAuthentication(item, section, place);
  if (!restriction.ok) return restriction;
  const unknown = Object.keys(item).filter(key => !isKnown(key, word));
  const given = peers.value;
  const open =
    unknown.length > 0
      ? `field ${unknown.join(', ')} is not understood`
      : given === undefined && requires.value.length > 0 && parts.value !== undefined
        ? `what ${word}Requires means without ${word}Endpoints is open`
        : undefined;
  return ok({
    section,
    index,
    peers: given ?? (parts.value === undefined && open === undefined ? 'none' : 'any'),
    parts: (parts.value ?? [{}]).map(part => withMore(part, restriction.value, open)),
    requires: requires.value,
  });
}

function isKnown(key: string, word: 'from' | 'to'): boolean {
  if (key.startsWith(word) && key.slice(word.length) === 'Requires') return true;
  return PEER_MEMBERS.some(member => member.key === key) || OTHERS.includes(key);
}

const OTHERS = ['toPorts', 'icmps', 'authentication'];

function withMore(part: PortPart, restriction: string | undefined, open: string | undefined): PortPart {
  const texts = [part.restriction, restriction].filter(text => text !== undefined);
  const reasons = [part.open, open].filter(text => text !== undefined);
  return {
    ...(part.ports === undefined ? {} : { ports: part.ports }),
    ...(texts.length === 0 ? {} : { restriction: texts.join('; ') }),
    ...(reasons.length === 0 ? {} : { open: reasons.join('; ') }),
  };
}

/** The one L3 member that is given; undefined when none is. */
function parsePeers(
  rule: JsonObject,
  section: Section,
  place: string,
): Result<readonly PeerFacts[] | undefined> {
  const direction = directionOf(section);
  const members = PEER_MEMBERS.filter(
    member => member.direction === direction && (rule[member.key] ?? undefined) !== undefined,
  );
  const filled: string[] = [];
  const peers: PeerFacts[] = [];
  for (const member of members) {
    const given = rule[member.key];
    if (!Array.isArray(given)) return refuse(`${place}.${member.key} must be a list`);
    const list = given as readonly JsonValue[];
    if (list.length > 0) filled.push(member.key);
    if (list.length > 0 && isDeny(section) && member.key === 'toFQDNs')
      return refuse(`${place}.toFQDNs: deny rules take no names`);
    for (const [index, item] of list.entries()) {
      const field = `${member.key}[${index}]`;
      const peer = member.parse(item, field);
      if (!peer.ok) return refuse(`${place}.${field}: ${peer.problem.message}`);
      peers.push(peer.value);
    }
  }
  if (filled.length > 1) return refuse(`${place}: ${filled.join(' and ')} exclude each other in one rule`);
  return ok(members.length === 0 ? undefined : peers);
}

function parseRequires(rule: JsonObject, key: string, place: string): Result<readonly CiliumSelector[]> {
  const given = rule[key] ?? [];
  if (!Array.isArray(given)) return refuse(`${place}.${key} must be a list`);
  const selectors: CiliumSelector[] = [];
  for (const [index, item] of (given as readonly JsonValue[]).entries()) {
    const selector = parseCiliumSelector(item);
    if (!selector.ok) return refuse(`${place}.${key}[${index}]: ${selector.problem.message}`);
    selectors.push(selector.value);
  }
  return ok(selectors);
}

/** What a rule asks of the connection's ends beside addresses and ports. */
function parseAuthentication(rule: JsonObject, section: Section, place: string): Result<string | undefined> {
  const given = rule['authentication'] ?? undefined;
  if (given === undefined) return ok(undefined);
  const mode = isObject(given) ? given['mode'] : undefined;
  if (isDeny(section)) return refuse(`${place}.authentication: deny rules take no authentication`);
  if (mode === 'disabled') return ok(undefined);
  if (mode === 'required') return ok('mutual authentication required');
  if (mode === 'test-always-fail') return ok('authentication test-always-fail: every connection fails');
  return refuse(`${place}.authentication: unknown mode ${JSON.stringify(mode ?? null)}`);
}

function refuse(message: string): Result<never> {
  return failed('policy.cilium.invalid', message);
}
