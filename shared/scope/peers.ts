// What stands at the other end of a connection of the CDE, as far as scope is concerned. A workload that is in scope only
// because it can connect counts as out of scope here until a label, a mark, the platform or its rights say otherwise:
// else a path into the CDE would bring its owner into scope and hide itself.
import { coverOf, parseAddressRange, type AddressRange } from '../base/address.ts';
import type { ClusterId } from '../base/brand.ts';
import type { ScopeBasis, ScopeDecision, ScopeMap } from './scope.ts';

/** Classes of peers; `external` = addresses outside the cluster, the Internet among them. */
export type PeerClass = 'in-scope' | 'out-of-scope' | 'external' | 'host' | 'entry' | 'unknown';

/** The class of a peer by its workload id or the name of a reach or replay end. */
export function peerClassOf(scope: ScopeMap, cluster: ClusterId, peer: string): PeerClass {
  if (isExternalName(peer)) return 'external';
  if (peer.startsWith('host:')) return 'host';
  if (peer.startsWith('{')) return 'entry';
  const decision = decisionOf(scope, cluster, peer);
  if (decision === undefined) return 'unknown';
  return isOutside(decision) ? 'out-of-scope' : 'in-scope';
}

/** Whether a connection between the CDE and this peer crosses to what nobody has placed in scope, inside or outside the cluster. */
export function isOutOfScopePeer(scope: ScopeMap, cluster: ClusterId, peer: string): boolean {
  const kind = peerClassOf(scope, cluster, peer);
  return kind === 'out-of-scope' || kind === 'external' || kind === 'unknown';
}

/** The decision about a workload, by its id or the name of a group of its pods. */
export function decisionOf(scope: ScopeMap, cluster: ClusterId, name: string): ScopeDecision | undefined {
  const index = indexOf(scope);
  return index.get(`${cluster} ${name}`) ?? index.get(`${cluster} ${name.replace(/ \(.*\)$/, '')}`);
}

/** Whether a range is so wide, and public, that it means the Internet and not a named network. */
export function isInternetRange(range: AddressRange): boolean {
  const size = range.to - range.from + 1n;
  const limit = range.family === 4 ? 1n << BigInt(32 - NAMED_V4_PREFIX) : 1n << BigInt(128 - NAMED_V6_PREFIX);
  return size > limit && !PRIVATE.some(block => coverOf(block, range) === 'all');
}

/** Whether addresses are private, loopback, link-local or otherwise not of the Internet (RFC 6890). */
export function isPrivateRange(range: AddressRange): boolean {
  return PRIVATE.some(block => coverOf(block, range) === 'all');
}

/** The range in the name of an external end; undefined when it is none (`pub`, `pvt`, names of network sets). */
export function externalRange(name: string): AddressRange | undefined {
  return parseAddressRange(name.replace(/\[External\]$/, ''));
}

/** A block longer than these prefixes names a network; a shorter one is the Internet at large. */
const NAMED_V4_PREFIX = 8;
const NAMED_V6_PREFIX = 20;

const PRIVATE: readonly AddressRange[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '0.0.0.0/8',
  '224.0.0.0/3',
  '::/127',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
].flatMap(text => parseAddressRange(text) ?? []);

function isExternalName(peer: string): boolean {
  return (
    peer === 'pub' || peer === 'pvt' || peer.endsWith('[External]') || parseAddressRange(peer) !== undefined
  );
}

/** Grounds that do not rest on the connection itself. */
const OWN_GROUNDS: readonly ScopeBasis['kind'][] = ['label', 'platform', 'rbac'];

function isOutside(decision: ScopeDecision): boolean {
  if (decision.decidedBy === 'person')
    return decision.category === 'out-of-scope' || decision.category === 'undetermined';
  return !decision.basis.some(basis => OWN_GROUNDS.includes(basis.kind));
}

const indexes = new WeakMap<ScopeMap, ReadonlyMap<string, ScopeDecision>>();

function indexOf(scope: ScopeMap): ReadonlyMap<string, ScopeDecision> {
  const known = indexes.get(scope);
  if (known !== undefined) return known;
  const index = new Map(scope.decisions.map(one => [`${one.cluster} ${one.workload}`, one]));
  indexes.set(scope, index);
  return index;
}
