// Asks one authorisation rule about a pair of ends, as the destination's proxy would on a new TCP connection. Identities
// are only known over mutual TLS; what a proxy can judge on a request alone leaves the rule open.
import { coverOf, parseAddressRange } from '../../base/address.ts';
import type { Endpoint, PortRange, RuleMatch, Truth } from '../compiled.ts';
import { intersectPorts, mergePorts, subtractPorts, allPortsOf } from '../port-set.ts';
import { isMember } from './mesh-membership.ts';
import type { AuthorizationRule, Condition } from './read.ts';

/** What the rules of a mesh look up. */
export interface MeshContext {
  readonly trustDomain: string;
  /** A DestinationRule or a DISABLE mode may take mutual TLS away: identities are then in doubt. */
  readonly mayBePlain: boolean;
  /** Ports of a workload whose traffic is declared as something else than HTTP: plain bytes, without requests. */
  plainPorts(subject: Endpoint): readonly PortRange[];
}

type Ports = readonly PortRange[];

/** An answer that may hold for some ports only. */
interface Answer {
  readonly truth: Truth;
  readonly ports: Ports;
  readonly field?: string;
  readonly text: string;
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
  peer: Endpoint,
  request: Truth = 'unknown',
): RuleMatch {
  const parts = [
    ...(rule.from === undefined ? [] : [anyOf(rule.from, context, peer, request)]),
    ...(rule.to === undefined ? [] : [anyOf(rule.to, context, peer, request)]),
    ...rule.when.map(condition => ask(condition, context, peer, request)),
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

function anyOf(
  items: readonly (readonly Condition[])[],
  context: MeshContext,
  peer: Endpoint,
  request: Truth,
): Answer {
  const answers = items.map(item => allOf(item.map(condition => ask(condition, context, peer, request))));
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

function ask(condition: Condition, context: MeshContext, peer: Endpoint, request: Truth): Answer {
  const { field, attribute, not, values } = condition;
  const words = `${attribute} ${not ? 'not ' : ''}${values.join(', ')}`;
  const answer = (truth: Truth, text: string, ports = TCP): Answer => ({ truth, ports, text, field });
  if (attribute === 'request') {
    const text =
      request === 'unknown'
        ? `depends on the request: ${field}`
        : `plain TCP has no request to ask: ${field}`;
    return answer(request, text);
  }
  if (attribute === 'port') {
    const named = values.map(value => ({ protocol: 'TCP' as const, from: Number(value), to: Number(value) }));
    return answer('yes', `port ${words}`, not ? subtractPorts(TCP, named) : mergePorts(named));
  }
  const held =
    attribute === 'source.ip' ? addressTruth(condition, peer) : identityTruth(condition, context, peer);
  const truth = not ? OPPOSITE[held] : held;
  if (truth === 'unknown') return answer(truth, `whether ${peer.id} is ${words} cannot be told`);
  return answer(truth, `${peer.id} ${truth === 'yes' ? 'is' : 'is not'} ${words}`);
}

const OPPOSITE: Readonly<Record<Truth, Truth>> = { yes: 'no', no: 'yes', unknown: 'unknown' };

function addressTruth({ ranges }: Condition, peer: Endpoint): Truth {
  if (peer.ips.length === 0) return 'unknown';
  const own = peer.ips.flatMap(ip => parseAddressRange(ip) ?? []);
  const covers = own.map(range => ranges.map(block => coverOf(block, range)));
  const inside = covers.map(list =>
    list.includes('all') ? 'yes' : list.includes('some') ? 'unknown' : 'no',
  );
  if (inside.every(truth => truth === 'yes')) return 'yes';
  return inside.every(truth => truth === 'no') ? 'no' : 'unknown';
}

/** Without mutual TLS a source has no identity: nothing positive holds of it. */
function identityTruth({ attribute, values }: Condition, context: MeshContext, peer: Endpoint): Truth {
  const member = isMember(peer);
  if (member === 'no') return 'no';
  const namespace = peer.namespace ?? '';
  const account = peer.serviceAccount ?? 'default';
  const text =
    attribute === 'namespace'
      ? namespace
      : attribute === 'principal'
        ? `${context.trustDomain}/ns/${namespace}/sa/${account}`
        : `${namespace}/${account}`;
  const holds = values.some(value =>
    matchesText(attribute === 'serviceAccount' && !value.includes('/') ? `*/${value}` : value, text),
  );
  const isForeign =
    attribute === 'principal' && values.some(value => matchesText(value.replace(/^[^/*]+/, '*'), text));
  if (!holds) return isForeign ? 'unknown' : 'no';
  return member === 'unknown' || context.mayBePlain ? 'unknown' : 'yes';
}

/** Exact, `abc*`, `*abc`, and `*` for anything that is there. */
function matchesText(pattern: string, text: string): boolean {
  if (pattern === '*') return text !== '';
  if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
