// Asks the L3 part of a Cilium rule about the other end (policy-semantics section 4): endpoints are managed pods,
// entities are kinds of ends, address blocks are about ends without an identity and so never about pods.
import { coverOf, parseAddressRange, type AddressRange } from '../../base/address.ts';
import type { Direction, Endpoint, Truth } from '../compiled.ts';
import type { CiliumContext, NamedAddresses } from './context.ts';
import type { Entity, PeerFacts, RuleFacts, ServiceReference } from './facts.ts';
import { matchesName, matchesPattern } from './name.ts';
import { hasScope, type CiliumSelector } from './selector.ts';
import { holds, selectsPeer, type SelectorPlace } from './selector-truth.ts';

/** What is asked: a pair, seen from a policy. */
export interface PeerQuestion extends SelectorPlace {
  readonly subject: Endpoint;
  readonly peer: Endpoint;
  readonly direction: Direction;
  readonly context: CiliumContext;
  readonly denies: boolean;
}

/** The answer. */
export interface PeerMatch {
  readonly truth: Truth;
  /** Words are made only where somebody reads them. */
  readonly text: () => string;
  readonly field?: string;
}

/** Matches the L3 part as a whole: any item will do. */
export function matchPeers(peers: RuleFacts['peers'], asked: PeerQuestion): PeerMatch {
  if (peers === 'any') return { truth: 'yes', text: () => 'the rule names no peer: any matches' };
  if (peers === 'none') return { truth: 'no', text: () => 'an empty rule matches no peer' };
  const tried: PeerMatch[] = [];
  for (const facts of peers) {
    const truth = matchPeer(facts, asked);
    const match = { truth, text: () => printMatch(facts, truth, asked.peer), field: facts.field };
    if (truth === 'yes') return match;
    tried.push(match);
  }
  const unsure = tried.find(match => match.truth === 'unknown');
  if (unsure !== undefined) return unsure;
  const field = tried.length === 1 ? tried[0]?.field : undefined;
  const text = (): string =>
    tried.length === 0 ? 'an empty list matches no peer' : tried.map(match => match.text()).join('; ');
  return { truth: 'no', text, ...(field === undefined ? {} : { field }) };
}

const VERBS: Readonly<Record<Truth, string>> = { yes: 'matches', no: 'does not match', unknown: 'may match' };

function printMatch(facts: PeerFacts, truth: Truth, peer: Endpoint): string {
  return `${facts.text} ${VERBS[truth]} ${peer.id}`;
}

function matchPeer(facts: PeerFacts, asked: PeerQuestion): Truth {
  const { peer, context } = asked;
  switch (facts.kind) {
    case 'endpoints':
      return matchEndpoints(facts.selector, asked);
    case 'entity':
      return matchEntity(facts.entity, asked);
    case 'block':
      return matchAddresses({ ranges: facts.ranges, complete: true }, asked);
    case 'cidr-group':
      return matchAddresses(context.group(facts.group, facts.except), asked);
    case 'service':
      return matchService(facts.service, asked);
    case 'name':
      return matchName(facts, peer);
    case 'outside':
      return peer.kind === 'external' ? 'unknown' : 'no';
    case 'nodes':
      return peer.kind === 'host' ? 'unknown' : 'no';
  }
}

function matchEndpoints(selector: CiliumSelector, asked: PeerQuestion): Truth {
  const { peer } = asked;
  if (peer.kind === 'pod') return selectsPeer(selector, peer, asked);
  const isReserved = hasScope(selector, 'reserved');
  if (peer.kind === 'entry-controller') return 'unknown';
  if (!isReserved && !hasScope(selector, 'namespace')) return 'no';
  let truth: Truth = 'yes';
  for (const item of selector.requirements) {
    const one =
      item.scope === 'reserved'
        ? reservedHolds(item, matchReserved(item.key, asked))
        : item.scope === 'foreign'
          ? 'unknown'
          : holds(item, undefined);
    if (one === 'no') return 'no';
    if (one === 'unknown') truth = 'unknown';
  }
  return truth;
}

function reservedHolds(item: Parameters<typeof holds>[0], isPresent: Truth): Truth {
  if (isPresent === 'unknown')
    return holds(item, '') === holds(item, undefined) ? holds(item, '') : 'unknown';
  return holds(item, isPresent === 'yes' ? '' : undefined);
}

function matchEntity(entity: Entity, asked: PeerQuestion): Truth {
  const { kind } = asked.peer;
  switch (entity) {
    case 'all':
      return 'yes';
    case 'none':
      return 'no';
    case 'cluster':
      return kind === 'external' ? 'no' : 'yes';
    default:
      return matchReserved(entity, asked);
  }
}

/** Whether an end has the reserved label of a name. */
function matchReserved(name: string, asked: PeerQuestion): Truth {
  const { peer, context } = asked;
  if (peer.kind === 'pod' || peer.kind === 'host-endpoint') return 'no';
  if (peer.kind === 'entry-controller')
    return ['ingress', 'host', 'remote-node', 'unmanaged'].includes(name) ? 'unknown' : 'no';
  switch (name) {
    case 'host':
    case 'remote-node':
      return peer.kind === 'host' ? matchNode(name, asked) : 'no';
    case 'kube-apiserver':
      return coverage(context.apiServer, peer);
    case 'world':
      return peer.kind === 'external' ? 'yes' : 'no';
    case 'world-ipv4':
    case 'world-ipv6':
      return peer.kind === 'external' ? ofFamily(name === 'world-ipv4' ? 4 : 6, peer) : 'no';
    default:
      return 'no';
  }
}

/** The own node is let in before any rule allows, unless the agents are set up otherwise; a rule may yet deny it. */
function matchNode(name: 'host' | 'remote-node', asked: PeerQuestion): Truth {
  const { subject, peer, direction, settings, denies } = asked;
  if (direction === 'ingress' && !denies && settings.admitsLocalHost === 'yes')
    return name === 'host' ? 'no' : 'yes';
  if (subject.node === undefined || peer.node === undefined) return 'unknown';
  return (subject.node === peer.node) === (name === 'host') ? 'yes' : 'no';
}

function ofFamily(family: 4 | 6, peer: Endpoint): Truth {
  const families = rangesOf(peer).map(range => range.family === family);
  if (families.length === 0 || new Set(families).size > 1) return 'unknown';
  return families[0] === true ? 'yes' : 'no';
}

/** A log ties names to an address; which others it has is not written anywhere. */
function matchName(
  { name, pattern }: { readonly name: string; readonly pattern: boolean },
  peer: Endpoint,
): Truth {
  if (peer.kind !== 'external') return 'no';
  const matches = pattern ? matchesPattern : matchesName;
  return (peer.names ?? []).some(known => matches(name, known)) ? 'yes' : 'unknown';
}

/** Blocks never match pods, and nodes only where the agents are told so. */
function matchAddresses(addresses: NamedAddresses, asked: PeerQuestion): Truth {
  const { peer, context } = asked;
  const matchesNodes = context.profile.ipBlockMatchesNodes ?? 'yes';
  if (peer.kind === 'external') return coverage(addresses, peer);
  if (peer.kind !== 'host' || matchesNodes === 'no') return 'no';
  const truth = coverage(addresses, peer);
  return matchesNodes === 'yes' || truth === 'no' ? truth : 'unknown';
}

/** Services with a selector stand for the pods it selects, others for addresses outside the cluster. */
function matchService(reference: ServiceReference, asked: PeerQuestion): Truth {
  const { peer, context } = asked;
  if (peer.kind === 'host') return 'no';
  if (peer.kind === 'entry-controller') return 'unknown';
  const services = context.services(reference).filter(service => !isApiServer(service));
  const isNamed =
    reference.kind === 'name' && !isApiServer({ ...reference, namespace: reference.namespace ?? '' });
  let truth: Truth = services.length === 0 && isNamed ? 'unknown' : 'no';
  for (const service of services) {
    const { selector } = service;
    const one: Truth =
      selector === undefined || Object.keys(selector).length === 0
        ? matchAddresses(context.backing(service), asked)
        : peer.kind === 'pod' && peer.namespace === service.namespace && hasAll(peer, selector)
          ? 'yes'
          : 'no';
    if (one === 'yes') return 'yes';
    if (one === 'unknown') truth = 'unknown';
  }
  return truth;
}

/** The one Service that `toServices` does not cover. */
function isApiServer(service: { readonly namespace: string; readonly name: string }): boolean {
  return service.namespace === 'default' && service.name === 'kubernetes';
}

function hasAll(peer: Endpoint, selector: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(
    ([key, value]) => Object.hasOwn(peer.labels, key) && peer.labels[key] === value,
  );
}

function coverage(addresses: NamedAddresses, peer: Endpoint): Truth {
  const covers = rangesOf(peer).map(range => coverOfRanges(addresses.ranges, range));
  const isAll = covers.length > 0 && covers.every(cover => cover === 'all');
  if (isAll || (peer.kind === 'host' && covers.includes('all'))) return 'yes';
  if (!addresses.complete || covers.length === 0) return 'unknown';
  return covers.every(cover => cover === 'none') ? 'no' : 'unknown';
}

const parsed = new WeakMap<Endpoint, readonly AddressRange[]>();

/** Addresses of an end as ranges; parsed once per endpoint object. */
function rangesOf(end: Endpoint): readonly AddressRange[] {
  const known = parsed.get(end);
  if (known !== undefined) return known;
  const ranges = end.ips.flatMap(ip => parseAddressRange(ip) ?? []);
  parsed.set(end, ranges);
  return ranges;
}

function coverOfRanges(block: readonly AddressRange[], inner: AddressRange): 'all' | 'some' | 'none' {
  let touched = false;
  for (const range of block) {
    const cover = coverOf(range, inner);
    if (cover === 'all') return 'all';
    if (cover === 'some') touched = true;
  }
  return touched ? 'some' : 'none';
}
