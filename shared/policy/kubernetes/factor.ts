// What a NetworkPolicy and its rules depend on, as data for tables: the selectors and blocks they name.
// The answers are those of match.ts; nothing is decided here.
import type { LabelSelector } from '../../base/label-selector.ts';
import type { Direction, Endpoint, EndNeed, EndTest, EngineProfile, RuleFactor } from '../compiled.ts';
import { answerOf, testByText } from '../end-test.ts';
import { askBlocks } from './block-index.ts';
import { matchPeers, resolvePorts } from './match.ts';
import type { PeerFacts, RuleFacts } from './parse.ts';

/** The question whom a policy selects. */
export function targetTest(
  namespace: string,
  selector: LabelSelector,
  selects: (endpoint: Endpoint) => 'yes' | 'no',
): EndTest {
  return {
    key: `kubernetes target ${namespace} ${JSON.stringify(selector)}`,
    labels: keysOf(selector),
    needs: [{ kind: 'namespace', name: namespace }, ...labelNeeds(selector, 'label')],
    ask: end => answerOf(selects(end)),
  };
}

/** What a rule's match depends on. */
export function ruleFactor(
  rule: RuleFacts,
  namespace: string,
  direction: Direction,
  profile: EngineProfile,
): RuleFactor {
  const blocks = (rule.peers ?? []).flatMap(peer => (peer.kind === 'block' ? [peer] : []));
  const selectors = (rule.peers ?? []).filter(peer => peer.kind === 'pods' || blocks.length === 1);
  const peers = [
    ...selectors.map(peer => peerTest(peer, namespace, profile)),
    ...(blocks.length > 1 ? [blocksTest(blocks, profile)] : []),
  ];
  const named = namedPorts(rule);
  const ports = named === undefined ? [] : [[named]];
  const groups = peers.length === 0 ? [] : [peers];
  return direction === 'ingress'
    ? { subject: ports, peer: groups }
    : { subject: [], peer: [...groups, ...ports] };
}

/** All blocks of a rule as one question, since what counts is whether any covers the end. */
function blocksTest(
  blocks: readonly (PeerFacts & { readonly kind: 'block' })[],
  profile: EngineProfile,
): EndTest {
  const asked = askBlocks(blocks, profile);
  const key = `kubernetes blocks ${blocks.map(block => block.text).join(' ')}`;
  return { key, labels: [], needs: [], ask: end => answerOf(asked(end)) };
}

function peerTest(peer: PeerFacts, namespace: string, profile: EngineProfile): EndTest {
  const ask = (end: Endpoint): number => answerOf(matchPeers([peer], namespace, end, profile).truth);
  if (peer.kind === 'block') return { key: `kubernetes block ${peer.text}`, labels: [], needs: [], ask };
  const { namespaces, pods } = peer;
  const home: readonly EndNeed[] = namespaces === undefined ? [{ kind: 'namespace', name: namespace }] : [];
  return {
    key: `kubernetes pods ${JSON.stringify([namespaces ?? namespace, pods ?? ''])}`,
    labels: pods === undefined ? [] : keysOf(pods),
    needs: [
      ...home,
      ...(namespaces === undefined ? [] : labelNeeds(namespaces, 'namespace-label')),
      ...(pods === undefined ? [] : labelNeeds(pods, 'label')),
    ],
    ask,
  };
}

// Named ports resolve at the destination: those of a rule that names none are the same everywhere.
function namedPorts(rule: RuleFacts): EndTest | undefined {
  const { ports } = rule;
  if (ports?.some(port => port.kind === 'named') !== true) return undefined;
  return testByText({ key: `kubernetes ports ${JSON.stringify(ports)}`, labels: [], needs: [] }, end =>
    end.kind === 'pod' ? JSON.stringify(resolvePorts(ports, end)) : '',
  );
}

function labelNeeds(selector: LabelSelector, kind: 'label' | 'namespace-label'): readonly EndNeed[] {
  return selector.requirements.flatMap(({ key, operator, values }) =>
    operator === 'In' ? [{ kind, key, values }] : [],
  );
}

function keysOf(selector: LabelSelector): readonly string[] {
  return selector.requirements.map(requirement => requirement.key);
}
