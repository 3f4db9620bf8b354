// The rules that host endpoints have beside policies (calico.md 3.8): failsafe ports, profiles, what never crosses a host
// interface; and rules of policies that see a connection before its destination is translated.
import type { SourceSpan } from '../../base/source.ts';
import type { CompiledPolicy, CompiledRule, Direction, Endpoint, RuleMatch, Truth } from '../compiled.ts';
import type { RuleContext } from './entity.ts';
import { failsafeMatches, type HostSettings } from './failsafe.ts';
import type { HostEndpoint } from './host-endpoints.ts';
import { DEFAULT_ALLOW } from './host-labels.ts';
import type { KubernetesObject } from '../../model/object.ts';
import type { CalicoRule, EntityRule } from './policy-object.ts';
import { readProfileRules } from './read-policy.ts';
import { compileRule } from './rule.ts';

/** A policy that no object states: what a host endpoint does by itself. */
export function impliedPolicy(
  host: HostEndpoint,
  what: string,
  rules: Readonly<Record<Direction, readonly CompiledRule[]>>,
  selects: (end: Endpoint) => Truth,
): CompiledPolicy {
  const { name, object } = host;
  return {
    id: `HostEndpoint ${name} (${what})`,
    kind: 'HostEndpoint',
    name,
    implied: true,
    staged: false,
    ingress: true,
    egress: true,
    ingressRules: rules.ingress,
    egressRules: rules.egress,
    source: object.source,
    selects,
  };
}

/** Traffic that stays on the node of a host endpoint does not meet its policies as other traffic does. */
export function localRules(
  host: HostEndpoint,
  settings: HostSettings,
): Readonly<Record<Direction, readonly CompiledRule[]>> {
  const { source } = host.object;
  const open = (subject: Endpoint, peer: Endpoint, direction: Direction): Local => {
    const same = isOnNodeOf(subject, peer);
    if (same === 'no' || peer.kind === 'external') return { truth: 'no', action: 'open' };
    if (peer.kind !== 'pod') return { truth: same, action: 'open' };
    if (direction === 'egress') return { truth: same, action: 'allow' };
    const action = settings.podToHost(host.node);
    return { truth: same, action: action === 'unknown' ? 'open' : action === 'Accept' ? 'allow' : 'deny' };
  };
  const rule = (index: number, action: 'allow' | 'deny', direction: Direction): CompiledRule => ({
    index,
    action,
    source,
    match: (subject, peer) => {
      const local = open(subject, peer, direction);
      const isMeant = local.truth !== 'no' && (local.action === 'open' || local.action === action);
      if (!isMeant) return { truth: 'no', text: `${peer.id} is not local to the node in this way` };
      const truth = local.action === 'open' ? 'unknown' : local.truth;
      return { truth, text: `${peer.id} ${WHERE[local.truth]} the node itself: ${WORDS[local.action]}` };
    },
  });
  const both = (direction: Direction): readonly CompiledRule[] => [
    rule(0, 'allow', direction),
    rule(1, 'deny', direction),
  ];
  return { ingress: both('ingress'), egress: both('egress') };
}

interface Local {
  readonly truth: Truth;
  readonly action: 'allow' | 'deny' | 'open';
}

const WHERE = { yes: 'is on', unknown: 'may be on', no: 'is not on' } as const;
const WORDS = {
  allow: 'such traffic is let through',
  deny: 'such traffic is dropped (defaultEndpointToHostAction)',
  open: 'what becomes of such traffic is not in the export',
} as const;

/** Whether two ends are on one node; an external end is on none. */
export function isOnNodeOf(subject: Endpoint, peer: Endpoint): Truth {
  if (peer.kind === 'external') return 'no';
  if (subject.node === undefined || peer.node === undefined) return 'unknown';
  return subject.node === peer.node ? 'yes' : 'no';
}

/** Failsafe ports as rules; `pass` where they only skip the policies of a stage. */
export function failsafeRules(
  host: HostEndpoint,
  settings: HostSettings,
  direction: Direction,
  action: 'allow' | 'pass',
): readonly CompiledRule[] {
  return settings.failsafes(host.node, direction).map((failsafe, index) => ({
    index,
    action,
    source: failsafe.source ?? host.object.source,
    match: (_subject, peer): RuleMatch => ({
      truth: failsafeMatches(failsafe, peer),
      ports: [failsafe.range],
      text: `failsafe port ${failsafe.range.protocol} ${failsafe.range.from}`,
    }),
  }));
}

/** Networks that failsafe ports are limited to. */
export function failsafeNets(
  host: HostEndpoint,
  settings: HostSettings,
): NonNullable<CompiledPolicy['addresses']> {
  return (['ingress', 'egress'] as const).flatMap(direction =>
    settings.failsafes(host.node, direction).flatMap(failsafe => failsafe.net ?? []),
  );
}

/** What a host endpoint falls to when no tier decided: the rules of its profiles in turn. */
export function profileRules(
  host: HostEndpoint,
  profiles: ReadonlyMap<string, KubernetesObject>,
  context: RuleContext,
): Readonly<Record<Direction, readonly CompiledRule[]>> {
  const rulesOf = (direction: Direction): readonly CompiledRule[] =>
    host.profiles.flatMap((name): readonly CompiledRule[] => {
      if (name === DEFAULT_ALLOW) return [always('allow', 'yes', name, host.object.source)];
      const object = profiles.get(name);
      const read = object === undefined ? undefined : readProfileRules(object);
      if (read?.ok !== true) {
        const source = object?.source ?? host.object.source;
        return [always('allow', 'unknown', name, source), always('deny', 'unknown', name, source)];
      }
      return read.value[direction].map(rule => compileRule(rule, direction, context));
    });
  return { ingress: numbered(rulesOf('ingress')), egress: numbered(rulesOf('egress')) };
}

function always(action: 'allow' | 'deny', truth: Truth, profile: string, source: SourceSpan): CompiledRule {
  const text =
    truth === 'yes' ? `profile ${profile}` : `profile ${profile} is not in the export, or not readable`;
  return { index: 0, action, source, match: () => ({ truth, text }), factor: { subject: [], peer: [] } };
}

function numbered(rules: readonly CompiledRule[]): readonly CompiledRule[] {
  return rules.map((rule, index) => ({ ...rule, index }));
}

/**
 * A rule that sees forwarded traffic before its destination is translated: for what comes from outside the cluster it may
 * have seen a port of the node, an external address, or the pod itself, so conditions about the destination stay open.
 */
export function beforeTranslation(
  rule: CalicoRule,
  direction: Direction,
  context: RuleContext,
): CompiledRule {
  const { factor: _, ...exact } = compileRule(rule, direction, context);
  const anywhere = compileRule({ ...rule, destination: ANYWHERE }, direction, context);
  const isPlain = Object.entries(rule.destination).every(
    ([, value]) => value === false || (Array.isArray(value) && value.length === 0),
  );
  return {
    ...exact,
    match: (subject, peer, way) => {
      if (isPlain || peer.kind !== 'external') return exact.match(subject, peer, way);
      const match = anywhere.match(subject, peer, way);
      if (match.truth === 'no') return match;
      const text = `${match.text}; which destination it had before translation is not known`;
      return { ...match, truth: 'unknown', text, field: 'destination' };
    },
  };
}

const ANYWHERE: EntityRule = {
  nets: [],
  notNets: [],
  ports: [],
  notPorts: [],
  domains: [],
  hasNamespaceSelector: false,
};
