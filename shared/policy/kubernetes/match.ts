// Asks one NetworkPolicy rule about a pair of endpoints (policy-semantics sections 2.2-2.6).
// Peers are ORed, ports are ORed, peers AND ports; named ports resolve at the destination pod.
import { coverOf, parseAddressRange, type AddressRange } from '../../base/address.ts';
import {
  matchesLabels,
  mismatchOf,
  printLabelSelector,
  type LabelSelector,
} from '../../base/label-selector.ts';
import type {
  Direction,
  Endpoint,
  EngineProfile,
  PodPattern,
  PortRange,
  RuleMatch,
  Truth,
} from '../compiled.ts';
import { impliedTruth, NAMESPACE_NAME, namespaceNamed, printPattern, sameTruth } from '../pod-pattern.ts';
import { mergePorts } from '../port-set.ts';
import type { PeerFacts, PortFacts, RuleFacts } from './parse.ts';

interface PeerMatch {
  readonly truth: Truth;
  /** Words are made only where somebody reads them. */
  readonly text: () => string;
  readonly field?: string;
}

/** Makes the question of one rule; answers about peers are remembered per endpoint. */
export function compileMatch(
  rule: RuleFacts,
  namespace: string,
  profile: EngineProfile,
): (subject: Endpoint, peer: Endpoint, direction: Direction) => RuleMatch {
  const known = new WeakMap<Endpoint, RuleMatch>();
  const numbered = numberedPorts(rule.ports);
  return (subject, peer, direction) => {
    let match = known.get(peer);
    if (match === undefined) {
      const found = matchPeers(rule.peers, namespace, peer, profile);
      match = { ...found, text: found.text() };
      known.set(peer, match);
    }
    if (match.truth === 'no' || rule.ports === undefined) return match;
    const destination = direction === 'ingress' ? subject : peer;
    const ports = numbered ?? resolvePorts(rule.ports, destination);
    if (ports.length > 0) return { ...match, ports };
    const names = rule.ports.map(port => (port.kind === 'named' ? `${port.name}/${port.protocol}` : ''));
    return {
      truth: 'no',
      text: `${destination.id} declares no port ${names.join(', ')}`,
      field: 'ports',
    };
  };
}

const ANY_PEER: PeerMatch = { truth: 'yes', text: () => 'the rule names no peer: any matches' };

/** Whether a rule's peers mean an end; no list means any end. */
export function matchPeers(
  peers: readonly PeerFacts[] | undefined,
  namespace: string,
  peer: Endpoint,
  profile: EngineProfile,
): PeerMatch {
  if (peers === undefined) return ANY_PEER;
  const tried: PeerMatch[] = [];
  for (const facts of peers) {
    const match =
      facts.kind === 'pods' ? matchPods(facts, namespace, peer, profile) : matchBlock(facts, peer, profile);
    if (match.truth === 'yes') return match;
    tried.push(match);
  }
  const unsure = tried.find(match => match.truth === 'unknown');
  if (unsure !== undefined) return unsure;
  const field = tried.length === 1 ? tried[0]?.field : undefined;
  return {
    truth: 'no',
    text: () => tried.map(match => match.text()).join('; '),
    ...(field === undefined ? {} : { field }),
  };
}

function matchPods(
  facts: PeerFacts & { kind: 'pods' },
  namespace: string,
  peer: Endpoint,
  profile: EngineProfile,
): PeerMatch {
  const field = `${facts.field}.${facts.pods === undefined ? 'namespaceSelector' : 'podSelector'}`;
  const no = (text: () => string, where = field): PeerMatch => ({ truth: 'no', text, field: where });
  if (peer.kind !== 'pod' && peer.kind !== 'entry-controller')
    return no(
      () =>
        `${peer.id} is ${peer.kind === 'external' ? 'outside the cluster' : 'on the host network'}: selectors do not match it`,
    );
  if (peer.pattern !== undefined) return { ...matchPattern(facts, namespace, peer.pattern, profile), field };
  if (peer.kind === 'entry-controller' && profile.name !== 'np-guard' && !meansEveryPod(facts))
    return {
      truth: 'unknown',
      text: () => `${peer.id} is not in the export: whether selectors match it is open`,
      field,
    };
  if (facts.namespaces === undefined && peer.namespace !== namespace)
    return no(() => `only pods of namespace ${namespace} are meant, ${peer.id} is elsewhere`);
  const { pods, namespaces } = facts;
  if (pods !== undefined && !matchesLabels(pods, peer.labels))
    return no(() => `podSelector ${mismatchOf(pods, peer.labels) ?? ''}`, `${facts.field}.podSelector`);
  const inNamespace = namespaces === undefined ? undefined : matchNamespace(namespaces, peer);
  if (inNamespace !== undefined) return { ...inNamespace, field: `${facts.field}.namespaceSelector` };
  const text = (): string => {
    const parts = [
      namespaces === undefined
        ? `namespace ${namespace}`
        : `namespaceSelector ${printLabelSelector(namespaces)}`,
      ...(pods === undefined ? [] : [`podSelector ${printLabelSelector(pods)}`]),
    ];
    return `${parts.join(' and ')} matches ${peer.id}`;
  };
  return { truth: 'yes', text, field };
}

/** Whether all, none or some of the pods that only a description tells of are meant. */
function matchPattern(
  facts: PeerFacts & { kind: 'pods' },
  namespace: string,
  pattern: PodPattern,
  profile: EngineProfile,
): PeerMatch {
  const holds = profile.name === 'np-guard' ? sameTruth : impliedTruth;
  const truths = [
    holds(pattern.namespaces, facts.namespaces ?? namespaceNamed(namespace)),
    facts.pods === undefined ? 'yes' : holds(pattern.pods, facts.pods),
  ];
  const truth = truths.includes('no') ? 'no' : truths.includes('unknown') ? 'unknown' : 'yes';
  const words = { yes: 'all', no: 'none', unknown: 'some' };
  return { truth, text: () => `${words[truth]} of ${printPattern(pattern)} are meant` };
}

/** `namespaceSelector: {}` without a pod selector that asks for anything. */
function meansEveryPod(facts: PeerFacts & { kind: 'pods' }): boolean {
  const asked = facts.pods?.requirements.length ?? 0;
  return facts.namespaces?.requirements.length === 0 && asked === 0;
}

/** Undefined when the namespace matches; labels of a namespace that was not exported are unknown, its name is not. */
function matchNamespace(selector: LabelSelector, peer: Endpoint): PeerMatch | undefined {
  const isOpen = (key: string): boolean => peer.namespaceExported === false && key !== NAMESPACE_NAME;
  const isUnsure = selector.requirements.some(item => isOpen(item.key));
  const known = isUnsure
    ? { requirements: selector.requirements.filter(item => !isOpen(item.key)) }
    : selector;
  if (!matchesLabels(known, peer.namespaceLabels))
    return {
      truth: 'no',
      text: () => `namespaceSelector ${mismatchOf(known, peer.namespaceLabels) ?? ''}`,
    };
  if (!isUnsure) return undefined;
  const text = (): string =>
    `namespace ${peer.namespace ?? ''} was not exported: whether ${printLabelSelector(selector)} holds there is open`;
  return { truth: 'unknown', text };
}

function matchBlock(facts: PeerFacts & { kind: 'block' }, peer: Endpoint, profile: EngineProfile): PeerMatch {
  const { field } = facts;
  if (peer.kind === 'pod' && !profile.ipBlockMatchesPods)
    return { truth: 'no', text: () => `ipBlock ${facts.text} is about addresses outside the cluster`, field };
  if (peer.kind === 'entry-controller') {
    return profile.ipBlockMatchesPods
      ? { truth: 'unknown', text: () => `the address of ${peer.id} is not known`, field }
      : { truth: 'no', text: () => `ipBlock ${facts.text} does not match a pod`, field };
  }
  const matchesNodes = profile.ipBlockMatchesNodes ?? 'yes';
  if (peer.kind === 'host' && matchesNodes === 'no')
    return { truth: 'no', text: () => `ipBlock ${facts.text} does not match nodes`, field };
  const covered = coverOfBlock(facts.ranges, peer);
  const cover = peer.kind === 'host' && matchesNodes === 'unknown' && covered === 'yes' ? 'unknown' : covered;
  const addresses = (): string => (peer.ips.length === 0 ? 'no known address' : peer.ips.join(', '));
  switch (cover) {
    case 'yes':
      return { truth: 'yes', text: () => `ipBlock ${facts.text} covers ${peer.id} (${addresses()})`, field };
    case 'no':
      return {
        truth: 'no',
        text: () => `ipBlock ${facts.text} does not cover ${peer.id} (${addresses()})`,
        field,
      };
    case 'unknown':
      return {
        truth: 'unknown',
        text: () => `whether ipBlock ${facts.text} covers ${peer.id} (${addresses()}) is open`,
        field,
      };
  }
}

/** Where pods and nodes without a recorded address are taken to live (RFC 1918, 6598, 4193); an assumption says so. */
export const PRIVATE_RANGES: readonly AddressRange[] = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.168.0.0/16',
].flatMap(text => parseAddressRange(text) ?? []);

function coverOfBlock(block: readonly AddressRange[], peer: Endpoint): Truth {
  const ranges = rangesOf(peer);
  if (ranges.length === 0) {
    const covers = PRIVATE_RANGES.map(range => coverOfRanges(block, range));
    if (covers.every(cover => cover === 'all')) return 'yes';
    return covers.every(cover => cover === 'none') ? 'no' : 'unknown';
  }
  const covers = ranges.map(range => coverOfRanges(block, range));
  if (peer.kind === 'external') {
    if (covers.every(cover => cover === 'all')) return 'yes';
    return covers.every(cover => cover === 'none') ? 'no' : 'unknown';
  }
  if (covers.includes('all')) return 'yes';
  return covers.includes('some') ? 'unknown' : 'no';
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

function numberedPorts(ports: readonly PortFacts[] | undefined): readonly PortRange[] | undefined {
  if (ports === undefined || ports.some(port => port.kind === 'named')) return undefined;
  return resolvePorts(ports, undefined);
}

/** The numbers behind ports at a destination; a range is the same at any. */
export function resolvePorts(
  ports: readonly PortFacts[],
  destination: Endpoint | undefined,
): readonly PortRange[] {
  return mergePorts(
    ports.flatMap(port => {
      if (port.kind === 'range') return [{ protocol: port.protocol, from: port.from, to: port.to }];
      if (destination?.kind !== 'pod' && destination?.pattern === undefined) return [];
      return destination.ports
        .filter(declared => declared.name === port.name && declared.protocol === port.protocol)
        .map(declared => ({ protocol: declared.protocol, from: declared.port, to: declared.port }));
    }),
  );
}
