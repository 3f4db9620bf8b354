// Asks one authorisation rule about a pair of ends, as the destination's proxy would on a new TCP connection. Identities
// are only known over mutual TLS; what a proxy can judge on a request alone leaves the rule open.
import { coverOf, parseAddressRange } from '../../base/address.ts';
import type { Endpoint, PortRange, RuleMatch, Truth } from '../compiled.ts';
import { intersectPorts, mergePorts, subtractPorts, allPortsOf } from '../port-set.ts';
import type { MeshContext } from './context.ts';
import { isMember } from './mesh-membership.ts';
import type { AuthorizationRule, Condition } from './read.ts';

type Ports = readonly PortRange[];

/** An answer that may hold for some ports only. */
interface Answer {
  readonly truth: Truth;
  readonly ports: Ports;
  readonly field?: string;
  readonly text: string;
}

/** Both ends, and what holds of conditions on a request. */
interface Asked {
  readonly context: MeshContext;
  readonly subject: Endpoint;
  readonly peer: Endpoint;
  readonly request: Truth;
}

const TCP: Ports = [allPortsOf('TCP')];

/** Whether a rule asks for something that only a request of HTTP tells. */
export function asksRequest(rule: AuthorizationRule): boolean {
  const all = [...(rule.from ?? []).flat(), ...(rule.to ?? []).flat(), ...rule.when];
  return all.some(condition => condition.attribute === 'request');
}

/** Asks a rule; `request` is what holds of conditions on the request: on plain TCP nothing is there to be asked. */
export function matchAuthorization(
  rule: AuthorizationRule,
  context: MeshContext,
  subject: Endpoint,
  peer: Endpoint,
  request: Truth = 'unknown',
): RuleMatch {
  const asked: Asked = { context, subject, peer, request };
  const parts = [
    ...(rule.from === undefined ? [] : [anyOf(rule.from, asked)]),
    ...(rule.to === undefined ? [] : [anyOf(rule.to, asked)]),
    ...rule.when.map(condition => ask(condition, asked)),
  ];
  const { truth, ports, text, field } = allOf(parts);
  return { truth, ports, text, ...(field === undefined ? {} : { field }) };
}

function allOf(parts: readonly Answer[]): Answer {
  const failing = parts.find(part => part.truth === 'no');
  if (failing !== undefined) return failing;
  const ports = parts.reduce((rest, part) => intersectPorts(rest, part.ports), TCP);
  const open = parts.find(part => part.truth === 'unknown');
  const first = open ?? parts[0];
  if (first === undefined)
    return { truth: 'yes', ports: TCP, text: 'the rule asks for nothing: any matches' };
  if (ports.length === 0) return { ...first, truth: 'no', ports };
  return { ...first, ports, text: open?.text ?? parts.map(part => part.text).join('; ') };
}

function anyOf(items: readonly (readonly Condition[])[], asked: Asked): Answer {
  const answers = items.map(item => allOf(item.map(condition => ask(condition, asked))));
  const sure = answers.filter(answer => answer.truth === 'yes');
  const open = answers.filter(answer => answer.truth === 'unknown');
  const first = sure[0] ?? open[0];
  if (first === undefined) {
    const field = answers.length === 1 ? answers[0]?.field : undefined;
    return {
      truth: 'no',
      ports: [],
      text: answers.map(answer => answer.text).join('; '),
      ...(field === undefined ? {} : { field }),
    };
  }
  // Ports that only an open item covers keep the whole item open: nothing is rounded.
  const surely = mergePorts(sure.flatMap(answer => answer.ports));
  const perhaps = subtractPorts(mergePorts(open.flatMap(answer => answer.ports)), surely);
  if (sure.length > 0 && perhaps.length === 0) return { ...first, ports: surely };
  return { ...(open[0] ?? first), truth: 'unknown', ports: mergePorts([...surely, ...perhaps]) };
}

function ask(condition: Condition, asked: Asked): Answer {
  const { field, attribute, not, values } = condition;
  const { peer, request } = asked;
  const words = `${attribute} ${not ? 'not ' : ''}${values.join(', ')}`;
  const answer = (truth: Truth, text: string, ports = TCP): Answer => ({ truth, ports, text, field });
  if (attribute === 'request') {
    const text = request === 'unknown' ? 'depends on the request' : 'nothing reads requests there';
    return answer(request, `${text}: ${field}`);
  }
  if (attribute === 'connection') return answer('unknown', `depends on the connection: ${field}`);
  if (attribute === 'port') {
    const named = values.map(value => ({ protocol: 'TCP' as const, from: Number(value), to: Number(value) }));
    return answer('yes', `port ${words}`, not ? subtractPorts(TCP, named) : mergePorts(named));
  }
  const held = heldBy(condition, asked);
  const truth = not ? OPPOSITE[held] : held;
  const end = attribute === 'destination.ip' ? asked.subject.id : peer.id;
  if (truth === 'unknown') return answer(truth, `whether ${end} is ${words} cannot be told`);
  return answer(truth, `${end} ${truth === 'yes' ? 'is' : 'is not'} ${words}`);
}

const OPPOSITE: Readonly<Record<Truth, Truth>> = { yes: 'no', no: 'yes', unknown: 'unknown' };

/** A waypoint stands before its workloads with an identity and an address of its own. */
function heldBy(condition: Condition, { context, subject, peer }: Asked): Truth {
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
  if (attribute === 'namespace')
    return values.some(value => matchesAnywhere(value, namespace)) ? 'yes' : 'no';
  if (attribute === 'serviceAccount') {
    if (values.includes(`${namespace}/${account}`)) return 'yes';
    return values.some(value => value.includes('*')) ? 'unknown' : 'no';
  }
  const principal = `${context.trustDomain}/ns/${namespace}/sa/${account}`;
  if (values.some(value => matchesText(value, principal))) return 'yes';
  const isForeign = values.some(value => matchesText(value.replace(/^[^/*]+/, '*'), principal));
  return isForeign ? 'unknown' : 'no';
}

/** Any `*` stands for any letters. */
function matchesAnywhere(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** Exact, `abc*`, `*abc`, and `*` for anything that is there. */
function matchesText(pattern: string, text: string): boolean {
  if (pattern === '*') return text !== '';
  if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
