// Asks one admin rule about a pair of ends (policy-semantics sections 3.1-3.3): peers are ORed, ports are ORed; a named
// port is looked up by name alone at the destination; a rule of a newer schema fails closed.
import { matchesLabels, mismatchOf, printLabelSelector } from '../../base/label-selector.ts';
import type { ClusterSnapshot, Labels } from '../../model/snapshot.ts';
import type {
  CompiledRule,
  Direction,
  Endpoint,
  EngineProfile,
  PortRange,
  RuleMatch,
  Truth,
} from '../compiled.ts';
import { matchPeers } from '../kubernetes/match.ts';
import { mergePorts } from '../port-set.ts';
import type { AdminPeer, AdminPort, AdminRuleFacts, AdminSubject } from './read.ts';

/** What rules look up beside the two ends. */
export interface AdminContext {
  readonly profile: EngineProfile;
  readonly nodes: ReadonlyMap<string, Labels>;
}

/** The context of a snapshot. */
export function adminContext(snapshot: Pick<ClusterSnapshot, 'nodes'>, profile: EngineProfile): AdminContext {
  return { profile, nodes: new Map(snapshot.nodes.map(node => [node.name, node.labels])) };
}

/** Whether a policy is about an end; host-network pods are excluded by definition. */
export function selectsSubject(subject: AdminSubject, end: Endpoint): Truth {
  if (end.kind !== 'pod') return 'no';
  if (subject.pods !== undefined && !matchesLabels(subject.pods, end.labels)) return 'no';
  if (end.namespaceExported !== false)
    return matchesLabels(subject.namespaces, end.namespaceLabels) ? 'yes' : 'no';
  const match = matchPeers(
    [{ kind: 'pods', field: 'subject', namespaces: subject.namespaces }],
    '',
    end,
    BY_TEXT,
  );
  return match.truth;
}

/** Only selectors are asked here, for which every engine gives the same answer. */
const BY_TEXT = { name: 'kubernetes', ipBlockMatchesPods: true } as EngineProfile;

/** How a rule acts: of a newer schema, what it would deny or pass is denied and what it would allow is not. */
export function actionOf(rule: AdminRuleFacts): CompiledRule['action'] {
  return rule.unknownField === undefined || rule.action === 'allow' ? rule.action : 'deny';
}

/** Asks a rule. */
export function matchAdminRule(
  rule: AdminRuleFacts,
  context: AdminContext,
  subject: Endpoint,
  peer: Endpoint,
  direction: Direction,
): RuleMatch {
  if (rule.unknownField !== undefined) {
    const text = `${rule.unknownField} is of a newer schema: the rule fails closed`;
    return { truth: rule.action === 'allow' ? 'no' : 'yes', text, field: rule.unknownField };
  }
  const match = matchAny(rule.peers, context, subject, peer);
  if (match.truth === 'no' || rule.ports === undefined) return match;
  const destination = direction === 'ingress' ? subject : peer;
  const ports = portsAt(rule.ports, destination);
  if (ports.length > 0) return { ...match, ports };
  const names = rule.ports.map(port => (port.kind === 'named' ? port.name : '')).join(', ');
  return { truth: 'no', text: `${destination.id} declares no port ${names}`, field: 'ports' };
}

function matchAny(
  peers: readonly AdminPeer[],
  context: AdminContext,
  subject: Endpoint,
  peer: Endpoint,
): RuleMatch {
  const tried: RuleMatch[] = [];
  for (const facts of peers) {
    const match = matchPeer(facts, context, subject, peer);
    if (match.truth === 'yes') return match;
    tried.push(match);
  }
  const unsure = tried.find(match => match.truth === 'unknown');
  if (unsure !== undefined) return unsure;
  const field = tried.length === 1 ? tried[0]?.field : undefined;
  return {
    truth: 'no',
    text: tried.map(match => match.text).join('; '),
    ...(field === undefined ? {} : { field }),
  };
}

function matchPeer(facts: AdminPeer, context: AdminContext, subject: Endpoint, peer: Endpoint): RuleMatch {
  switch (facts.kind) {
    case 'pods':
    case 'block':
      return inWords(matchPeers([facts], '', peer, context.profile));
    case 'relative':
      return matchRelative(facts, subject, peer);
    case 'nodes':
      return matchNodes(facts, context, peer);
    case 'domains':
      return matchDomains(facts, peer);
  }
}

function inWords({ text, ...match }: ReturnType<typeof matchPeers>): RuleMatch {
  return { ...match, text: text() };
}

function matchRelative(
  facts: AdminPeer & { kind: 'relative' },
  subject: Endpoint,
  peer: Endpoint,
): RuleMatch {
  const { field, keys, same, pods } = facts;
  const no = (text: string): RuleMatch => ({ truth: 'no', text, field });
  if (peer.kind === 'entry-controller')
    return { truth: 'unknown', text: `${peer.id} is not in the export: its namespace is not known`, field };
  if (peer.kind !== 'pod') return no(`${peer.id} is no pod: selectors do not match it`);
  const wrongPod = pods === undefined ? undefined : mismatchOf(pods, peer.labels);
  if (wrongPod !== undefined) return no(`podSelector ${wrongPod}`);
  const hidden = [subject, peer].find(end => end.namespaceExported === false);
  if (hidden !== undefined)
    return {
      truth: 'unknown',
      text: `namespace ${hidden.namespace ?? ''} was not exported: its labels are unknown`,
      field,
    };
  const own = subject.namespaceLabels;
  const theirs = peer.namespaceLabels;
  const missing = keys.find(key => !Object.hasOwn(own, key) || !Object.hasOwn(theirs, key));
  if (missing !== undefined) return no(`label ${missing} is not on both namespaces`);
  const differing = keys.find(key => own[key] !== theirs[key]);
  const words = keys.join(', ');
  if (same === (differing === undefined))
    return { truth: 'yes', text: `the namespaces ${same ? 'agree' : 'differ'} in ${words}`, field };
  return no(same ? `the namespaces differ in ${differing ?? words}` : `the namespaces agree in ${words}`);
}

function matchNodes(facts: AdminPeer & { kind: 'nodes' }, context: AdminContext, peer: Endpoint): RuleMatch {
  const { field } = facts;
  const asked = printLabelSelector(facts.nodes);
  if (peer.kind !== 'host') return { truth: 'no', text: `${peer.id} is no node`, field };
  const labels = peer.node === undefined ? undefined : context.nodes.get(peer.node);
  if (labels === undefined)
    return {
      truth: 'unknown',
      text: `the node of ${peer.id} was not exported: whether ${asked} holds is open`,
      field,
    };
  const wrong = mismatchOf(facts.nodes, labels);
  return wrong === undefined
    ? { truth: 'yes', text: `nodes ${asked} matches ${peer.id}`, field }
    : { truth: 'no', text: `nodes ${wrong}`, field };
}

/** Answers of the cluster's resolver are not in the export; pods have names only below the cluster's own domain. */
function matchDomains(facts: AdminPeer & { kind: 'domains' }, peer: Endpoint): RuleMatch {
  const names = facts.names.join(', ');
  const canBePod = facts.names.some(name => name.endsWith('.local'));
  if (peer.kind === 'pod' && !canBePod)
    return { truth: 'no', text: `${names} are names outside the cluster`, field: facts.field };
  return { truth: 'unknown', text: `depends on the addresses that ${names} resolve to`, field: facts.field };
}

function portsAt(ports: readonly AdminPort[], destination: Endpoint): readonly PortRange[] {
  return mergePorts(
    ports.flatMap(port => {
      if (port.kind === 'range') return [{ protocol: port.protocol, from: port.from, to: port.to }];
      if (destination.kind !== 'pod' && destination.pattern === undefined) return [];
      return destination.ports
        .filter(declared => declared.name === port.name)
        .map(declared => ({ protocol: declared.protocol, from: declared.port, to: declared.port }));
    }),
  );
}
