// What a Cilium policy and its rules depend on, as data for tables: the labels their selectors name, and what an end must
// have for them to mean it at all. The answers are those of selector-truth.ts and peers.ts; nothing is decided here.
import type { CompiledRule, Direction, Endpoint, EndNeed, EndTest, RuleFactor, Truth } from '../compiled.ts';
import { answerOf, testByText } from '../end-test.ts';
import type { CiliumContext } from './context.ts';
import { directionOf, type PeerFacts, type PortPart, type RuleFacts } from './facts.ts';
import { hasScope, type CiliumSelector } from './selector.ts';
import type { SelectorPlace } from './selector-truth.ts';

/** The question whom a policy selects. */
export function targetTest(
  key: string,
  selector: CiliumSelector,
  { namespace }: SelectorPlace,
  selects: (endpoint: Endpoint) => Truth,
): EndTest {
  const home: readonly EndNeed[] = namespace === undefined ? [] : [{ kind: 'namespace', name: namespace }];
  return {
    key: `cilium target ${key}`,
    labels: labelsOf(selector),
    needs: [...home, ...labelNeeds(selector)],
    ask: end => answerOf(selects(end)),
  };
}

/** How a rule answers about one end. */
export interface SingleAnswers {
  /** Whether the end is meant as a peer; of a node, by a rule that tells nodes apart, only together with the subject. */
  peer(end: Endpoint): Truth;
  /** The policy's own question whom it selects, where the node of the subject matters. */
  readonly subject?: EndTest;
  /** Named ports of a part at a destination, in any exact wording. */
  ports(part: PortPart, destination: Endpoint): string;
}

/** What the match of one part of a rule depends on. */
export function partFactor(
  key: string,
  rule: RuleFacts,
  part: PortPart,
  place: SelectorPlace,
  context: CiliumContext,
  answers: SingleAnswers,
): RuleFactor {
  const peers: EndTest = {
    key: `cilium peers ${key}`,
    labels: typeof rule.peers === 'string' ? [] : rule.peers.flatMap(peer => labelsRead(peer, context)),
    needs: needsOf(rule.peers, place),
    ask: end => answerOf(answers.peer(end)),
  };
  const nodes = answers.subject === undefined ? undefined : nodeTests(answers.subject);
  const named = part.ports?.some(port => port.kind === 'named') === true;
  const ports = named
    ? [
        testByText({ key: `cilium ports ${key} ${JSON.stringify(part.ports)}`, labels: [], needs: [] }, end =>
          answers.ports(part, end),
        ),
      ]
    : undefined;
  const groups = ports === undefined ? [] : [ports];
  const direction: Direction = directionOf(rule.section);
  const subject = nodes === undefined ? [] : [[nodes.subject]];
  const peer = nodes === undefined ? [[peers]] : [[peers], [nodes.peer]];
  return direction === 'ingress'
    ? { subject: [...subject, ...groups], peer }
    : { subject, peer: [...peer, ...groups] };
}

/** The node of an end, asked of those pods that a policy selects, and of nodes as peers. */
function nodeTests(target: EndTest): { readonly subject: EndTest; readonly peer: EndTest } {
  const placed = (end: Endpoint): string => `on ${end.node ?? ''}`;
  return {
    subject: testByText({ ...target, key: `${target.key} by node` }, end =>
      target.ask(end) === 0 ? '' : placed(end),
    ),
    peer: testByText({ key: 'cilium nodes', labels: [], needs: [] }, end =>
      end.kind === 'host' ? placed(end) : '',
    ),
  };
}

/** A rule whose match now depends on more: it says no longer on what. */
export function withoutFactor(rule: CompiledRule): CompiledRule {
  const { factor: _dropped, ...rest } = rule;
  return rest;
}

function labelsOf(selector: CiliumSelector): readonly string[] {
  return selector.requirements.filter(item => item.scope === 'label').map(item => item.key);
}

function labelsRead(peer: PeerFacts, context: CiliumContext): readonly string[] {
  if (peer.kind === 'endpoints') return labelsOf(peer.selector);
  if (peer.kind !== 'service') return [];
  return context.services(peer.service).flatMap(service => Object.keys(service.selector ?? {}));
}

/** A label that must have one of some values is needed, whatever else is asked. */
function labelNeeds(selector: CiliumSelector): readonly EndNeed[] {
  return selector.requirements.flatMap((item): EndNeed[] =>
    item.scope === 'label' && item.operator === 'In'
      ? [{ kind: 'label', key: item.key, values: item.values }]
      : [],
  );
}

/** Only pods are told by their needs; a rule about other ends, or with several items, is asked of everyone. */
function needsOf(peers: RuleFacts['peers'], { namespace }: SelectorPlace): readonly EndNeed[] {
  if (typeof peers === 'string') return [];
  const [only, ...more] = peers;
  if (only?.kind !== 'endpoints' || more.length > 0) return [];
  const { selector } = only;
  const isOwn =
    namespace !== undefined &&
    !(['namespace', 'namespace-label', 'reserved'] as const).some(scope => hasScope(selector, scope));
  return [...(isOwn ? [{ kind: 'namespace' as const, name: namespace }] : []), ...labelNeeds(selector)];
}
