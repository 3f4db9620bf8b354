// Compiles one Calico rule to the common rule form: both sides, protocol and ports, asked per IP family (calico.md 3.5).
// An ingress rule's destination must match the pod itself, an egress rule's source likewise: both sides always matter.
import type { CompiledRule, Direction, Endpoint, PortRange, RuleMatch, Truth } from '../compiled.ts';
import { ALL_PORTS, allPortsOf, intersectPorts, mergePorts, subtractPorts } from '../port-set.ts';
import { compileEntity, type EndAnswer, type RuleContext } from './entity.ts';
import { ruleFactor } from './factor.ts';
import type { CalicoRule, PortMatch, ProtocolMatch } from './policy-object.ts';

/** Compiles a rule. */
export function compileRule(rule: CalicoRule, direction: Direction, context: RuleContext): CompiledRule {
  const source = compileEntity(rule.source, 'source', context);
  const destination = compileEntity(rule.destination, 'destination', context);
  const portsAt = (end: Endpoint): string => JSON.stringify(destinationPorts(rule, end, context));
  return {
    factor: ruleFactor(
      rule,
      { source: source.truths, destination: destination.truths, portsAt },
      direction,
      context,
    ),
    index: rule.index,
    action: rule.action,
    source: rule.span,
    match: (subject: Endpoint, peer: Endpoint, way: Direction) => {
      const [src, dst] = way === 'ingress' ? [peer, subject] : [subject, peer];
      const answers = pairs(source.answers(src), destination.answers(dst)).map(([from, to]) =>
        matchFamily(rule, from, to, dst, context),
      );
      return merge(answers, `${src.id} and ${dst.id} share no IP family`);
    },
  };
}

function pairs(
  from: readonly EndAnswer[],
  to: readonly EndAnswer[],
): readonly (readonly [EndAnswer, EndAnswer])[] {
  return from.flatMap(one =>
    to.filter(other => other.family === one.family).map(other => [one, other] as const),
  );
}

function matchFamily(
  rule: CalicoRule,
  from: EndAnswer,
  to: EndAnswer,
  dst: Endpoint,
  context: RuleContext,
): RuleMatch {
  const { family } = from;
  if (rule.ipVersion !== undefined && rule.ipVersion !== family)
    return { truth: 'no', text: `the rule is for IPv${rule.ipVersion}`, field: 'ipVersion' };
  for (const side of [from, to]) if (side.truth === 'no') return fieldOf(side);
  const ports = portsOf(rule, family, dst, context);
  if (ports !== undefined && ports.ranges.length === 0)
    return { truth: 'no', text: ports.text, field: 'destination.ports' };
  const open =
    [from, to].find(side => side.truth === 'unknown') ?? openQuestion(rule, ports?.isKnown ?? true);
  const words = [from.text, to.text, ports?.text ?? ''].filter(text => text !== '');
  const match: RuleMatch =
    open === undefined
      ? { truth: 'yes', text: words.length === 0 ? 'matches everything' : `matches ${words.join('; ')}` }
      : fieldOf(open);
  return ports === undefined ? match : { ...match, ports: ports.ranges };
}

function fieldOf(answer: { truth: Truth; text: string; field?: string }): RuleMatch {
  return {
    truth: answer.truth,
    text: answer.text,
    ...(answer.field === undefined ? {} : { field: answer.field }),
  };
}

// What a connection does not carry: the rule may match some of it and not the rest.
function openQuestion(rule: CalicoRule, isKnown: boolean): RuleMatch | undefined {
  const { http, icmp } = rule;
  if (http !== undefined)
    return { truth: 'unknown', text: `depends on the HTTP request: ${http}`, field: 'http' };
  if (icmp !== undefined)
    return { truth: 'unknown', text: `depends on the ICMP message: ${icmp}`, field: 'icmp' };
  if (rule.source.ports.length + rule.source.notPorts.length > 0)
    return { truth: 'unknown', text: 'depends on the source port', field: 'source.ports' };
  if (!isKnown)
    return {
      truth: 'unknown',
      text: 'the ports of the service are not in the export',
      field: 'destination.services',
    };
  return undefined;
}

function portsOf(
  rule: CalicoRule,
  family: 4 | 6,
  dst: Endpoint,
  context: RuleContext,
): { ranges: readonly PortRange[]; text: string; isKnown: boolean } | undefined {
  const { protocol, notProtocol, destination } = rule;
  let ranges = protocol === undefined ? ALL_PORTS : protocolPorts(protocol, family);
  const words = [protocol?.text ?? 'any protocol'];
  if (notProtocol !== undefined) {
    ranges = subtractPorts(ranges, protocolPorts(notProtocol, family));
    words.push(`not ${notProtocol.text}`);
  }
  if (destination.ports.length > 0) {
    ranges = intersectPorts(
      ranges,
      destination.ports.flatMap(port => portRanges(port, dst, context)),
    );
    words.push(destination.ports.map(printPort).join(', '));
  }
  if (destination.notPorts.length > 0) {
    ranges = subtractPorts(
      ranges,
      destination.notPorts.flatMap(port => portRanges(port, dst, context)),
    );
    words.push(`not ${destination.notPorts.map(printPort).join(', ')}`);
  }
  let isKnown = true;
  if (destination.service !== undefined) {
    const ports = context.services.ports(destination.service, dst);
    isKnown = ports !== undefined;
    if (ports !== undefined) ranges = intersectPorts(ranges, ports);
  } else if (words.length === 1 && protocol === undefined) return undefined;
  return { ranges, text: words.join(' '), isKnown };
}

// All that the ports of a match take from the destination.
function destinationPorts(rule: CalicoRule, dst: Endpoint, context: RuleContext): readonly unknown[] {
  const { ports, notPorts, service } = rule.destination;
  const behind = service === undefined ? undefined : context.services.ports(service, dst);
  return [...[ports, notPorts].map(list => list.flatMap(port => portRanges(port, dst, context))), behind];
}

function protocolPorts(match: ProtocolMatch, family: 4 | 6): readonly PortRange[] {
  if (match.protocol === undefined) return [];
  return match.family !== undefined && match.family !== family ? [] : [allPortsOf(match.protocol)];
}

function portRanges(port: PortMatch, dst: Endpoint, context: RuleContext): readonly PortRange[] {
  if (port.kind === 'name')
    return [...dst.ports, ...context.hosts.portsOf(dst)]
      .filter(named => named.name === port.name)
      .map(named => ({ protocol: named.protocol, from: named.port, to: named.port }));
  return (['TCP', 'UDP', 'SCTP'] as const).map(protocol => ({ protocol, from: port.from, to: port.to }));
}

function printPort(port: PortMatch): string {
  if (port.kind === 'name') return port.name;
  return port.from === port.to ? String(port.from) : `${port.from}:${port.to}`;
}

// Two families that answer differently leave the question open, since the connection may use either.
function merge(answers: readonly RuleMatch[], none: string): RuleMatch {
  const [first, ...rest] = answers;
  if (first === undefined) return { truth: 'no', text: none };
  const isSame = rest.every(
    other => other.truth === first.truth && JSON.stringify(other.ports) === JSON.stringify(first.ports),
  );
  if (isSame) return first;
  const ports = answers.filter(answer => answer.truth !== 'no').map(answer => answer.ports);
  const text = 'differs between IPv4 and IPv6, and the connection may use either';
  return ports.includes(undefined)
    ? { truth: 'unknown', text }
    : { truth: 'unknown', text, ports: mergePorts(ports.flatMap(some => some ?? [])) };
}
