// What happens on host endpoints (calico.md 3.8): their own traffic meets untracked, pre-DNAT and normal policies, then
// profiles; traffic that is only forwarded to or from pods of the node meets a gate of its own.
//   outside -> process of the node   local? | failsafe | untracked | pre-DNAT | tiers | profiles | deny
//   outside -> pod of the node       untracked | pre-DNAT | applyOnForward in tiers | let through; then the pod's policies
import { groupOf } from '../../model/object.ts';
import { listedGroup } from '../../model/policy-kinds.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type {
  CompiledGate,
  CompiledPolicy,
  CompiledRule,
  CompiledStage,
  Direction,
  Endpoint,
  Truth,
  UnsupportedPolicy,
} from '../compiled.ts';
import { compilePolicy } from './compile-policy.ts';
import { isWorkload, type RuleContext } from './entity.ts';
import { readHostSettings, type HostSettings } from './failsafe.ts';
import type { HostEndpoint } from './host-endpoints.ts';
import { DEFAULT_ALLOW, readProfiles } from './host-labels.ts';
import {
  beforeTranslation,
  failsafeNets,
  failsafeRules,
  impliedPolicy,
  isOnNodeOf,
  localRules,
  profileRules,
} from './host-rules.ts';
import type { CalicoPolicy, HostStage } from './policy-object.ts';
import { compileRule } from './rule.ts';
import { tierStages, type Tier } from './tier.ts';

type ByDirection<T> = Readonly<Record<Direction, T>>;

/** What host endpoints add to the stages of a cluster. */
export interface HostStages {
  /** Stages before the tiers. */
  readonly before: ByDirection<readonly CompiledStage[]>;
  /** Stages after the tiers. */
  readonly after: ByDirection<readonly CompiledStage[]>;
  /** Decides about traffic that nodes forward for their pods. */
  readonly gate?: CompiledGate;
  decidesHost(host: Endpoint): boolean;
  readonly assumptions: readonly string[];
}

/** The stages of host endpoints; undefined when no node is guarded in a way that could stop anything. */
export function hostStages(
  snapshot: ClusterSnapshot,
  context: RuleContext,
  policies: readonly CalicoPolicy[],
  open: readonly UnsupportedPolicy[],
  tiers: ReadonlyMap<string, Tier>,
): HostStages | undefined {
  const { all } = context.hosts;
  const guarded = all.filter(host => isGuarded(host, context, policies, open));
  if (guarded.length === 0 || context.profile.hostNetworkAsPod) return undefined;
  const settings = readHostSettings(snapshot);
  const site: Site = { context, settings, tiers, guarded, policies };
  const gate = gateOf(site);
  return {
    before: { ingress: stagesBefore(site, 'ingress'), egress: stagesBefore(site, 'egress') },
    after: profileStages(site, snapshot),
    ...(gate === undefined ? {} : { gate }),
    decidesHost: host => guarded.some(one => context.hosts.at(host).includes(one)),
    assumptions: settings.isConfigured
      ? []
      : ['failsafe ports of host endpoints are the defaults (no FelixConfiguration default in the export)'],
  };
}

interface Site {
  readonly context: RuleContext;
  readonly settings: HostSettings;
  readonly tiers: ReadonlyMap<string, Tier>;
  readonly guarded: readonly HostEndpoint[];
  readonly policies: readonly CalicoPolicy[];
}

/** An automatic host endpoint that no policy selects lets everything through: it changes nothing. */
function isGuarded(
  host: HostEndpoint,
  context: RuleContext,
  policies: readonly CalicoPolicy[],
  open: readonly UnsupportedPolicy[],
): boolean {
  if (host.profiles[0] !== DEFAULT_ALLOW) return true;
  const end = nodeEnd(host.node);
  const selected = policies.some(
    policy => policy.stagedAction === undefined && context.hosts.selects(policy.selector, end) !== 'no',
  );
  return selected || open.some(policy => policy.directions?.length !== 0 && policy.selects?.(end) !== 'no');
}

function nodeEnd(node: string): Endpoint {
  const nothing = { labels: {}, namespaceLabels: {}, serviceAccountLabels: {}, ips: [], ports: [] };
  return { id: `host:${node}`, kind: 'host', node, hostNetwork: true, ...nothing };
}

/** Whether an end is a process of the node that a host endpoint guards; `unknown` when it guards only part of it. */
function guardsNode({ context }: Site, host: HostEndpoint): (end: Endpoint) => Truth {
  return end => (end.kind === 'host' ? guardTruth(context, host, end) : 'no');
}

function guardTruth(context: RuleContext, host: HostEndpoint, end: Endpoint): Truth {
  const there = context.hosts.at(end);
  if (!there.includes(host)) return 'no';
  return there.length === 1 && host.isWhole && end.node !== undefined ? 'yes' : 'unknown';
}

function stagesBefore(site: Site, direction: Direction): readonly CompiledStage[] {
  const { guarded, settings } = site;
  const local = guarded.map(host =>
    impliedPolicy(host, 'same node', localRules(host, settings), guardsNode(site, host)),
  );
  const failsafe = guarded.map(host => ({
    ...impliedPolicy(host, 'failsafe ports', failsafes(site, host, 'allow'), guardsNode(site, host)),
    addresses: failsafeNets(host, settings),
  }));
  return [
    passing('host endpoints: same node', local),
    passing('host endpoints: failsafe ports', failsafe),
    ...early(site, 'untracked', direction, 'hosts'),
    ...mayBeUntracked(site, direction),
    ...(direction === 'ingress' ? early(site, 'pre-dnat', direction, 'hosts') : []),
  ];
}

function failsafes(
  site: Site,
  host: HostEndpoint,
  action: 'allow' | 'pass',
): ByDirection<readonly CompiledRule[]> {
  return {
    ingress: failsafeRules(host, site.settings, 'ingress', action),
    egress: failsafeRules(host, site.settings, 'egress', action),
  };
}

function passing(id: string, policies: readonly CompiledPolicy[]): CompiledStage {
  return { id, mode: 'ordered', whenSelected: 'next', policies };
}

/** Untracked or pre-DNAT policies by tier: no tier of theirs ends in deny. */
function early(
  site: Site,
  stage: Exclude<HostStage, 'normal'>,
  direction: Direction,
  subjects: 'hosts' | 'forwarded',
): readonly CompiledStage[] {
  const { context, tiers } = site;
  const compiled = ofStage(site, stage).map(policy =>
    compilePolicy(policy, context, subjects, (rule, way) =>
      subjects === 'hosts' ? compileRule(rule, way, context) : beforeTranslation(rule, way, context),
    ),
  );
  return tierStages(compiled, direction, tiers, context.profile).map(made => ({
    ...made,
    id: `${NAMES[stage]}, ${made.id}`,
    whenSelected: 'next',
  }));
}

const NAMES = { untracked: 'untracked', 'pre-dnat': 'pre-DNAT' } as const;

function ofStage(site: Site, stage: HostStage): readonly CalicoPolicy[] {
  return site.policies.filter(policy => policy.hostStage === stage);
}

/** An untracked allow may spare a pod its own policies too: what those deny then stays open. */
function mayBeUntracked(site: Site, direction: Direction): readonly CompiledStage[] {
  if (direction === 'egress') return [];
  const allows = early(site, 'untracked', direction, 'forwarded').flatMap(stage => stage.policies);
  const policies = allows
    .filter(policy => !policy.staged && policy.ingressRules.some(rule => rule.action === 'allow'))
    .map(policy => ({
      ...policy,
      ingressRules: policy.ingressRules.filter(rule => rule.action === 'allow').map(doubted),
    }));
  return policies.length === 0 ? [] : [passing('host endpoints: untracked traffic to pods', policies)];
}

function doubted(rule: CompiledRule): CompiledRule {
  const { factor: _, ...rest } = rule;
  return {
    ...rest,
    match: (subject, peer, way) => {
      const local = isOnNodeOf(subject, peer);
      const match =
        local === 'yes' ? { truth: 'no' as const, text: 'same node' } : rule.match(subject, peer, way);
      return match.truth === 'no' ? match : { ...match, truth: 'unknown' };
    },
  };
}

function profileStages(site: Site, snapshot: ClusterSnapshot): HostStages['after'] {
  const profiles = readProfiles(snapshot);
  const policies = site.guarded.map(host =>
    impliedPolicy(host, 'profiles', profileRules(host, profiles, site.context), guardsNode(site, host)),
  );
  const stage: CompiledStage = {
    id: 'host endpoints: profiles',
    mode: 'ordered',
    whenSelected: 'deny',
    policies,
  };
  return { ingress: [stage], egress: [stage] };
}

/** The gate of forwarded traffic; undefined when no policy speaks of it. */
function gateOf(site: Site): CompiledGate | undefined {
  const { context, tiers } = site;
  const forwarded = site.policies.filter(policy => policy.forwarded && policy.stagedAction === undefined);
  if (forwarded.length === 0) return undefined;
  const normal = forwarded
    .filter(policy => policy.hostStage === 'normal')
    .map(policy => compilePolicy(policy, context, 'forwarded'));
  const local = passing(
    'host endpoints: same node',
    site.guarded.map(host => localTraffic(site, host)),
  );
  const stages = (direction: Direction): readonly CompiledStage[] => [
    local,
    ...(direction === 'ingress' ? spared(site, early(site, 'untracked', direction, 'forwarded')) : []),
    ...(direction === 'ingress' ? spared(site, early(site, 'pre-dnat', direction, 'forwarded')) : []),
    ...tierStages(normal, direction, tiers, context.profile),
  ];
  return {
    id: 'host endpoints',
    ingress: stages('ingress'),
    egress: stages('egress'),
    otherwise: 'allow',
  };
}

/** Traffic between ends of one node crosses no interface of the node. */
function localTraffic(site: Site, host: HostEndpoint): CompiledPolicy {
  const rule: CompiledRule = {
    index: 0,
    action: 'allow',
    source: host.object.source,
    match: (subject, peer) => {
      const truth = isOnNodeOf(subject, peer);
      return { truth, text: `${peer.id} ${ON_NODE[truth]} the node of ${subject.id}` };
    },
  };
  return impliedPolicy(host, 'same node', { ingress: [rule], egress: [rule] }, guardsPods(site, host));
}

const ON_NODE = { yes: 'is on', unknown: 'may be on', no: 'is not on' } as const;

function guardsPods({ context }: Site, host: HostEndpoint): (end: Endpoint) => Truth {
  return end => (isWorkload(end, context.profile) ? guardTruth(context, host, end) : 'no');
}

/** Failsafe ports pass over untracked and pre-DNAT policies. */
function spared(site: Site, stages: readonly CompiledStage[]): readonly CompiledStage[] {
  return stages.map(stage => ({
    ...stage,
    policies: [
      ...site.guarded.map(host => ({
        ...impliedPolicy(host, 'failsafe ports', failsafes(site, host, 'pass'), guardsPods(site, host)),
        addresses: failsafeNets(host, site.settings),
      })),
      ...stage.policies,
    ],
  }));
}

/** Whether a snapshot holds host endpoints at all. */
export function hasHostEndpoints(snapshot: ClusterSnapshot): boolean {
  return snapshot.policies.some(
    ({ apiVersion, kind }) =>
      kind === 'HostEndpoint' && listedGroup(groupOf(apiVersion), kind) === 'projectcalico.org',
  );
}
