// How all rules of a selection answer about one pair, as one text: pairs with equal texts come to equal decisions, so that
// a matrix decides a few patterns instead of every pair.
import type { CompiledRule, Direction, Endpoint, RuleMatch } from '../policy/compiled.ts';
import { rulesOf, type Ports, type Selection } from './side-walk.ts';

/** How every rule that is asked answers about a pair, as one text: equal texts lead to equal sets. */
export function patternOf(
  selection: Selection,
  subject: Endpoint,
  peer: Endpoint,
  direction: Direction,
): string {
  let pattern = '';
  for (const { stage, policies } of selection.stages) {
    let isDecided = false;
    for (const { policy, truth } of policies) {
      if (policy.staged || isDecided) continue;
      for (const rule of rulesOf(policy, direction, stage.mode)) {
        const match = rule.match(subject, peer, direction);
        pattern += letterOf(match);
        isDecided = truth === 'yes' && match.truth === 'yes' && match.ports === undefined && isFinal(rule);
        if (isDecided && stage.mode === 'ordered') break;
      }
    }
    if (isDecided && stage.mode === 'ordered') return pattern;
    pattern += '|';
  }
  return pattern;
}

/** Allow and deny end the walk; pass only ends the stage, and log nothing, so what follows still counts. */
function isFinal(rule: CompiledRule): boolean {
  return rule.action === 'allow' || rule.action === 'deny';
}

const portsText = new WeakMap<Ports, string>();

function letterOf(match: RuleMatch): string {
  if (match.truth === 'no') return '-';
  const letter = match.truth === 'yes' ? '+' : `?${match.text};`;
  if (match.ports === undefined) return letter;
  const known = portsText.get(match.ports);
  if (known !== undefined) return letter + known;
  const text = `(${match.ports.map(range => `${range.protocol}${range.from}-${range.to}`).join(',')})`;
  portsText.set(match.ports, text);
  return letter + text;
}
