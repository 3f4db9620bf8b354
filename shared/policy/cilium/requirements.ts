// `fromRequires` and `toRequires`: what every peer that is let in by its labels must satisfy beside, over all rules that
// select the same pod. Deprecated in Cilium 1.17 and gone in 1.19 (policy-semantics section 4).
import type { CompiledPolicy, CompiledRule, Direction, Endpoint, RuleMatch, Truth } from '../compiled.ts';
import type { CiliumContext } from './context.ts';
import { withoutFactor } from './factor.ts';
import { directionOf, isDeny, type SpecFacts } from './facts.ts';
import type { CiliumSelector } from './selector.ts';
import { selectsPeer, type SelectorPlace } from './selector-truth.ts';

/** A compiled policy with the rules it was made from. */
export interface CiliumPolicy extends CompiledPolicy {
  readonly facts: SpecFacts;
  readonly place: SelectorPlace;
}

/** What one policy requires of the peers of its subjects. */
export interface Requirements {
  readonly id: string;
  readonly direction: Direction;
  readonly denies: boolean;
  readonly selectors: readonly CiliumSelector[];
  readonly place: SelectorPlace;
  selects(endpoint: Endpoint): Truth;
}

/** The requirements of all policies. */
export function requirementsOf(policies: readonly CiliumPolicy[]): readonly Requirements[] {
  return policies.flatMap(policy =>
    policy.facts.rules
      .filter(rule => rule.requires.length > 0)
      .map(rule => ({
        id: policy.id,
        direction: directionOf(rule.section),
        denies: isDeny(rule.section),
        selectors: rule.requires,
        place: policy.place,
        selects: endpoint => policy.selects(endpoint),
      })),
  );
}

/** Policies whose rules also ask the requirements; where the version of Cilium is not known, failing one leaves it open. */
export function withRequirements(
  policies: readonly CompiledPolicy[],
  requirements: readonly Requirements[],
  { settings }: CiliumContext,
): readonly CompiledPolicy[] {
  const isGone = settings.minor !== undefined && settings.minor >= FIRST_WITHOUT;
  if (requirements.length === 0 || isGone) return policies;
  const failing: Truth = settings.minor === undefined ? 'unknown' : 'no';
  return policies.map(policy => ({
    ...policy,
    ingressRules: policy.ingressRules.map(rule => requiring(rule, requirements, failing)),
    egressRules: policy.egressRules.map(rule => requiring(rule, requirements, failing)),
  }));
}

const FIRST_WITHOUT = 19;

function requiring(rule: CompiledRule, requirements: readonly Requirements[], failing: Truth): CompiledRule {
  const asked = requirements.filter(item => item.denies === (rule.action === 'deny'));
  return {
    ...withoutFactor(rule),
    match: (subject, peer, direction) => {
      const match = rule.match(subject, peer, direction);
      if (match.truth === 'no' || peer.kind !== 'pod' || !isByLabels(match)) return match;
      for (const item of asked) {
        if (item.direction !== direction) continue;
        const holds = fulfils(item, subject, peer);
        if (holds === 'yes') continue;
        const truth = holds === 'no' && item.selects(subject) === 'yes' ? failing : 'unknown';
        return { ...match, truth, text: `${match.text}, but ${item.id} requires more of peers` };
      }
      return match;
    },
  };
}

/** Requirements narrow what was chosen by labels, not entities and rules without peers. */
function isByLabels(match: RuleMatch): boolean {
  return match.field !== undefined && /Endpoints|Selector/.test(match.field);
}

function fulfils(item: Requirements, subject: Endpoint, peer: Endpoint): Truth {
  if (item.selects(subject) === 'no') return 'yes';
  const truths = item.selectors.map(selector => selectsPeer(selector, peer, item.place));
  if (truths.includes('no')) return 'no';
  return truths.includes('unknown') ? 'unknown' : 'yes';
}
