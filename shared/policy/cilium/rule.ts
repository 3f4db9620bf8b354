// Turns one rule of a Cilium policy into rules of the common form: one per part, because parts of a rule differ in what
// they ask beside the port number. Named ports resolve at the subject (ingress) or over the whole cluster (egress).
import { spanOf, type KubernetesObject } from '../../model/object.ts';
import type { Protocol } from '../../model/snapshot.ts';
import type { CompiledRule, Direction, Endpoint, EndTest, PortRange, RuleMatch, Truth } from '../compiled.ts';
import { mergePorts } from '../port-set.ts';
import type { CiliumContext } from './context.ts';
import { partFactor, type SingleAnswers } from './factor.ts';
import { directionOf, isDeny, type PortFacts, type PortPart, type RuleFacts } from './facts.ts';
import { matchPeers, type PeerMatch } from './peers.ts';
import type { SelectorPlace } from './selector-truth.ts';

/** Compiles a rule. */
export function compileCiliumRule(
  rule: RuleFacts,
  object: KubernetesObject,
  pointer: string,
  place: SelectorPlace,
  context: CiliumContext,
  target: EndTest,
): readonly CompiledRule[] {
  const source = spanOf(object, `${pointer}/${rule.section}/${rule.index}`);
  const ask = askPeers(rule, place, context);
  const words = withWords(ask, tellsNodesApart(rule));
  const { file, line } = object.source;
  const key = `${file}:${line} ${object.kind} ${place.namespace ?? ''}/${object.meta.name} ${pointer} ${rule.section} ${rule.index}`;
  const answers: SingleAnswers = {
    ...singleAnswers(ask, rule, context),
    ...(tellsNodesApart(rule) ? { subject: target } : {}),
  };
  return rule.parts.map(part => {
    const ranges = fixedRanges(part.ports);
    return {
      index: rule.index,
      name: `${rule.section}[${rule.index}]`,
      action: isDeny(rule.section) ? 'deny' : 'allow',
      source,
      ...(part.restriction === undefined ? {} : { restricts: true }),
      factor: partFactor(key, rule, part, place, context, answers),
      match: (subject, peer, direction) => {
        const match = words(subject, peer, direction);
        if (match.truth === 'no') return match;
        return withPorts(match, part, ranges, { subject, peer, direction, context });
      },
    };
  });
}

/** Whether a rule tells the node of the subject from the others, so that the pair of nodes matters. */
export function tellsNodesApart(rule: RuleFacts): boolean {
  if (typeof rule.peers === 'string') return false;
  const names = new Set(
    rule.peers.flatMap(peer => {
      if (peer.kind === 'entity') return [peer.entity];
      if (peer.kind !== 'endpoints') return [];
      return peer.selector.requirements.filter(item => item.scope === 'reserved').map(item => item.key);
    }),
  );
  return names.has('host') !== names.has('remote-node') || (names.has('host') && !isPlain(rule));
}

/** Entities only, so that `host` and `remote-node` together mean every node. */
function isPlain(rule: RuleFacts): boolean {
  return typeof rule.peers !== 'string' && rule.peers.every(peer => peer.kind !== 'endpoints');
}

function singleAnswers(ask: AskPeers, rule: RuleFacts, context: CiliumContext): SingleAnswers {
  const direction = directionOf(rule.section);
  return {
    peer: end => ask(end, end, direction).truth,
    ports: (part, end) => {
      const pair = { subject: end, peer: end, direction, context };
      const { ranges, isSure } = resolveNames(part.ports ?? [], pair);
      return ranges.length === 0 ? '' : JSON.stringify([ranges, isSure]);
    },
  };
}

type AskPeers = (subject: Endpoint, peer: Endpoint, direction: Direction) => PeerMatch;

function askPeers(rule: RuleFacts, place: SelectorPlace, context: CiliumContext): AskPeers {
  const denies = isDeny(rule.section);
  const anyNode = hasBothNodes(rule);
  const { namespace, settings } = place;
  return (subject, peer, direction) => {
    const match = matchPeers(rule.peers, { namespace, settings, subject, peer, direction, context, denies });
    return anyNode && peer.kind === 'host' && match.truth === 'unknown' ? { ...match, truth: 'yes' } : match;
  };
}

/** Answers in words; those that do not depend on the pair are remembered per peer. */
function withWords(ask: AskPeers, isPaired: boolean): CompiledRule['match'] {
  const known = new WeakMap<Endpoint, RuleMatch>();
  return (subject, peer, direction) => {
    const before = known.get(peer);
    if (before !== undefined) return before;
    const found = ask(subject, peer, direction);
    const match: RuleMatch = { ...found, text: found.text() };
    if (!isPaired) known.set(peer, match);
    return match;
  };
}

/** `host` and `remote-node` in one rule: whichever the node is, it matches. */
function hasBothNodes(rule: RuleFacts): boolean {
  if (typeof rule.peers === 'string') return false;
  const entities = rule.peers.flatMap(peer => (peer.kind === 'entity' ? [peer.entity] : []));
  return entities.includes('host') && entities.includes('remote-node');
}

interface Pair {
  readonly subject: Endpoint;
  readonly peer: Endpoint;
  readonly direction: Direction;
  readonly context: CiliumContext;
}

function withPorts(
  match: RuleMatch,
  part: PortPart,
  ranges: readonly PortRange[] | undefined,
  pair: Pair,
): RuleMatch {
  const restriction = part.restriction === undefined ? {} : { restriction: part.restriction };
  const doubt =
    part.open === undefined ? {} : { truth: 'unknown' as const, text: `${match.text}; ${part.open}` };
  if (part.ports === undefined) return { ...match, ...restriction, ...doubt };
  if (ranges !== undefined) return { ...match, ports: ranges, ...restriction, ...doubt };
  const named = resolveNames(part.ports, pair);
  if (named.ranges.length === 0) return { truth: 'no', text: named.text, field: 'toPorts' };
  const truth: Truth = named.isSure ? match.truth : 'unknown';
  const text = named.isSure ? match.text : `${match.text}; ${named.text}`;
  return { ...match, truth, text, ports: named.ranges, ...restriction, ...doubt };
}

function fixedRanges(ports: readonly PortFacts[] | undefined): readonly PortRange[] | undefined {
  if (ports?.some(port => port.kind === 'named') !== false) return undefined;
  return mergePorts(
    ports.flatMap(port =>
      port.kind === 'range' ? port.protocols.map(protocol => rangeOf(protocol, port.from, port.to)) : [],
    ),
  );
}

interface NamedRanges {
  readonly ranges: readonly PortRange[];
  readonly isSure: boolean;
  readonly text: string;
}

/** Parts hold ranges or one name, never both. */
function resolveNames(ports: readonly PortFacts[], pair: Pair): NamedRanges {
  const named = ports.flatMap(port => (port.kind === 'named' ? [port] : []));
  const destination = pair.direction === 'ingress' ? pair.subject : pair.peer;
  const names = named.map(port => port.name).join(', ');
  const declared = mergePorts(
    named.flatMap(({ name, protocols }) =>
      destination.ports
        .filter(port => port.name.toLowerCase() === name && protocols.includes(port.protocol))
        .map(port => rangeOf(port.protocol, port.port, port.port)),
    ),
  );
  if (pair.direction === 'ingress')
    return { ranges: declared, isSure: true, text: `${destination.id} declares no port ${names}` };
  const numbers = named.flatMap(({ name, protocols }) =>
    protocols.map(protocol => ({
      protocol,
      found: pair.context.portNumbers.get(`${name}/${protocol}`) ?? [],
    })),
  );
  const isClear = numbers.every(({ found }) => found.length < 2);
  if (isClear && declared.length > 0) return { ranges: declared, isSure: true, text: '' };
  return {
    ranges: mergePorts(
      numbers.flatMap(({ protocol, found }) => found.map(number => rangeOf(protocol, number, number))),
    ),
    isSure: false,
    text: numbers.some(({ found }) => found.length > 0)
      ? `which number port ${names} has at ${destination.id} is open`
      : `no pod declares a port ${names}`,
  };
}

function rangeOf(protocol: Protocol, from: number, to: number): PortRange {
  return { protocol, from, to };
}
