// Asks one authorisation rule about a pair of ends, as the destination's proxy would on a new TCP connection. Identities
// are only known over mutual TLS; what a proxy can judge on a request alone leaves the rule open.
import { coverOf, parseAddressRange } from '../../base/address.ts';
import { matchesStars } from '../../base/stars.ts';
import type { Endpoint, PortRange, RuleMatch, Truth } from '../compiled.ts';
import { intersectPorts, mergePorts, subtractPorts, allPortsOf } from '../port-set.ts';
import type { MeshContext } from './context.ts';
import { isMember } from './mesh-membership.ts';
import type { AuthorizationRule, Condition } from './read.ts';

type Ports = readonly PortRange[];

/** For which ports something holds: surely, or perhaps. */
interface Answer {
  readonly sure: Ports;
  readonly perhaps: Ports;
  readonly field?: string;
  readonly text: string;
}

/** What is asked of a rule. */
export interface AskedRule {
  readonly context: MeshContext;
  readonly subject: Endpoint;
  readonly peer: Endpoint;
  /** What holds of conditions on a request where nothing reads requests. */
  readonly unread: Truth;
}

const TCP: Ports = [allPortsOf('TCP')];

/** Whether a rule may hold surely for some ports and perhaps for others. */
export function isMixed(rule: AuthorizationRule): boolean {
  const all = [...(rule.from ?? []).flat(), ...(rule.to ?? []).flat(), ...rule.when];
  return (rule.to ?? []).length > 1 || all.some(condition => condition.attribute === 'request');
}

/** Asks a rule about the ports for which it holds surely, or about those for which it holds perhaps. */
export function matchAuthorization(
  rule: AuthorizationRule,
  asked: AskedRule,
  which: 'sure' | 'perhaps',
): RuleMatch {
  const { text, field, ...ports } = allOf([
    ...(rule.from === undefined ? [] : [anyOf(rule.from, asked)]),
    ...(rule.to === undefined ? [] : [anyOf(rule.to, asked)]),
    ...rule.when.map(condition => ask(condition, asked)),
  ]);
  const held = ports[which].length > 0 ? (which === 'sure' ? 'yes' : 'unknown') : 'no';
  return { truth: held, ports: ports[which], text, ...(field === undefined ? {} : { field }) };
}

function allOf(parts: readonly Answer[]): Answer {
  const failing = parts.find(part => part.sure.length + part.perhaps.length === 0);
  if (failing !== undefined) return failing;
  const first = parts[0];
  if (first === undefined) return { sure: TCP, perhaps: [], text: 'the rule asks for nothing: any matches' };
  const sure = parts.reduce((rest, part) => intersectPorts(rest, part.sure), TCP);
  const possible = parts.reduce((rest, part) => intersectPorts(rest, possibleOf(part)), TCP);
  const open = parts.find(part => part.perhaps.length > 0);
  return {
    ...(open ?? first),
    sure,
    perhaps: subtractPorts(possible, sure),
    text: open?.text ?? parts.map(part => part.text).join('; '),
  };
}

function anyOf(items: readonly (readonly Condition[])[], asked: AskedRule): Answer {
  const answers = items.map(item => allOf(item.map(condition => ask(condition, asked))));
  const sure = mergePorts(answers.flatMap(answer => answer.sure));
  const perhaps = subtractPorts(mergePorts(answers.flatMap(answer => answer.perhaps)), sure);
  const first =
    answers.find(answer => answer.perhaps.length > 0 && perhaps.length > 0) ??
    answers.find(answer => answer.sure.length > 0);
  if (first !== undefined) return { ...first, sure, perhaps };
  const field = answers.length === 1 ? answers[0]?.field : undefined;
  const text = answers.map(answer => answer.text).join('; ');
  return { sure, perhaps, text, ...(field === undefined ? {} : { field }) };
}

function possibleOf({ sure, perhaps }: Answer): Ports {
  return mergePorts([...sure, ...perhaps]);
}

function ask(condition: Condition, asked: AskedRule): Answer {
  const { field, attribute, not, values } = condition;
  const words = `${attribute} ${not ? 'not ' : ''}${values.join(', ')}`;
  if (attribute === 'request') return askRequest(field, asked);
  if (attribute === 'connection')
    return { sure: [], perhaps: TCP, text: `depends on the connection: ${field}`, field };
  if (attribute === 'port') {
    const named = values.map(value => ({ protocol: 'TCP' as const, from: Number(value), to: Number(value) }));
    const sure = not ? subtractPorts(TCP, named) : mergePorts(named);
    return { sure, perhaps: [], text: `port ${words}`, field };
  }
  const held = heldBy(condition, asked);
  const truth = not ? OPPOSITE[held] : held;
  const end = attribute === 'destination.ip' ? asked.subject.id : asked.peer.id;
  const text =
    truth === 'unknown'
      ? `whether ${end} is ${words} cannot be told`
      : `${end} ${truth === 'yes' ? 'is' : 'is not'} ${words}`;
  return { sure: truth === 'yes' ? TCP : [], perhaps: truth === 'unknown' ? TCP : [], text, field };
}

/** Ports behind which nothing reads requests are decided without one; the others depend on it. */
function askRequest(field: string, { context, subject, unread }: AskedRule): Answer {
  const plain = context.plainPorts(subject);
  const perhaps = subtractPorts(TCP, plain);
  return {
    sure: unread === 'yes' ? plain : [],
    perhaps: unread === 'unknown' ? TCP : perhaps,
    text:
      perhaps.length === 0 && unread !== 'unknown'
        ? `nothing reads requests there: ${field}`
        : `depends on the request${plain.length === 0 ? '' : ', where one is read'}: ${field}`,
    field,
  };
}

const OPPOSITE: Readonly<Record<Truth, Truth>> = { yes: 'no', no: 'yes', unknown: 'unknown' };

/** A waypoint stands before its workloads with an identity and an address of its own. */
function heldBy(condition: Condition, { context, subject, peer }: AskedRule): Truth {
  if (condition.attribute === 'destination.ip') return addressTruth(condition, subject);
  if (context.behindWaypoint(subject)) return 'unknown';
  return condition.attribute === 'source.ip'
    ? addressTruth(condition, peer)
    : identityTruth(condition, context, peer);
}

function addressTruth({ ranges }: Condition, end: Endpoint): Truth {
  if (end.ips.length === 0) return 'unknown';
  const own = end.ips.flatMap(ip => parseAddressRange(ip) ?? []);
  const covers = own.map(range => ranges.map(block => coverOf(block, range)));
  const inside = covers.map(list =>
    list.includes('all') ? 'yes' : list.includes('some') ? 'unknown' : 'no',
  );
  if (inside.every(truth => truth === 'yes')) return 'yes';
  return inside.every(truth => truth === 'no') ? 'no' : 'unknown';
}

/** Without mutual TLS a source has no identity: nothing positive holds of it. */
function identityTruth(condition: Condition, context: MeshContext, peer: Endpoint): Truth {
  const member = isMember(peer);
  if (member === 'no') return 'no';
  const truth = namedTruth(condition, context, peer);
  if (truth !== 'yes') return truth;
  return member === 'unknown' || context.mayBePlain || peer.mesh?.mayLeaveAround === true ? 'unknown' : 'yes';
}

/** Whether the identity that an end has in the mesh is one of those named. */
function namedTruth({ attribute, values }: Condition, context: MeshContext, peer: Endpoint): Truth {
  const namespace = peer.namespace ?? '';
  const account = peer.serviceAccount ?? 'default';
  if (attribute === 'namespace') return values.some(value => matchesStars(value, namespace)) ? 'yes' : 'no';
  if (attribute === 'serviceAccount') {
    if (values.includes(`${namespace}/${account}`)) return 'yes';
    return values.some(value => value.includes('*')) ? 'unknown' : 'no';
  }
  const principal = `${context.trustDomain}/ns/${namespace}/sa/${account}`;
  if (values.some(value => matchesText(value, principal))) return 'yes';
  const isForeign = values.some(value => matchesText(value.replace(/^[^/*]+/, '*'), principal));
  return isForeign ? 'unknown' : 'no';
}

/** Exact, `abc*`, `*abc`, and `*` for anything that is there. */
function matchesText(pattern: string, text: string): boolean {
  if (pattern === '*') return text !== '';
  if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
