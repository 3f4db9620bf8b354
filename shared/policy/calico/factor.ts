// What Calico policies and rules depend on, as data for tables: one test per side and one for ports that a destination
// resolves. The answers are those of entity.ts; nothing is decided here.
import { printAddressRange } from '../../base/address.ts';
import type { Direction, Endpoint, EndNeed, EndTest, RuleFactor, Truth } from '../compiled.ts';
import { answerOf, testByText } from '../end-test.ts';
import { ACCOUNT_PREFIX, NAMESPACE_LABEL, NAMESPACE_PREFIX } from './effective-selector.ts';
import type { AskedEntity, RuleContext } from './entity.ts';
import { selectorTruth } from './labels.ts';
import type { CalicoRule, EntityRule } from './policy-object.ts';
import { printSelector, type Selector } from './selector.ts';

/** The question whom a policy selects. */
export function targetTest(selector: Selector, selects: (endpoint: Endpoint) => Truth): EndTest {
  return {
    key: `calico target ${printSelector(selector)}`,
    ...labelsOf(selector),
    needs: needsOf(selector),
    ask: end => answerOf(selects(end)),
  };
}

/** How the two sides of a rule are asked. */
export interface AskedRule {
  readonly source: AskedEntity['truths'];
  readonly destination: AskedEntity['truths'];
  /** Ports that depend on the destination, as text. */
  readonly portsAt: (destination: Endpoint) => string;
}

/** What a rule's match depends on, by direction. */
export function ruleFactor(
  rule: CalicoRule,
  asked: AskedRule,
  direction: Direction,
  context: RuleContext,
): RuleFactor {
  const source = [[entityTest(rule.source, 'source', asked.source, context)]];
  const ports = portsTest(rule, asked);
  const destination = [
    [entityTest(rule.destination, 'destination', asked.destination, context)],
    ...(ports === undefined ? [] : [[ports]]),
  ];
  return direction === 'ingress'
    ? { subject: destination, peer: source }
    : { subject: source, peer: destination };
}

function entityTest(
  entity: EntityRule,
  side: 'source' | 'destination',
  ask: AskedRule['source'],
  context: RuleContext,
): EndTest {
  const { selector, notSelector, nets, notNets, service, domains } = entity;
  const texts = [
    selector === undefined ? '' : printSelector(selector),
    notSelector === undefined ? '' : printSelector(notSelector),
    nets.map(printAddressRange),
    notNets.map(printAddressRange),
    service === undefined ? '' : `${service.namespace}/${service.name}`,
    domains,
  ];
  const isPlain = texts.every(text => text.length === 0);
  return {
    // Without conditions both sides ask the same.
    key: isPlain ? 'calico any' : `calico ${side} ${JSON.stringify(texts)}`,
    ...labelsOf(selector, notSelector),
    needs: selector === undefined || picksSets(selector, context) ? [] : needsOf(selector),
    ask: end => familyAnswer(ask(end)),
  };
}

// An end that is meant in no family never matches, whatever families it speaks: that is 0.
function familyAnswer(answers: ReturnType<AskedEntity['truths']>): number {
  if (answers.every(({ truth }) => truth === 'no')) return 0;
  let code = 0;
  let families = 0;
  for (const { family, truth } of answers) {
    code += family === 4 ? answerOf(truth) : 4 * answerOf(truth);
    families += family === 4 ? 1 : 2;
  }
  return families === 1 ? code : code + 16 * (families + 1);
}

function portsTest(rule: CalicoRule, asked: AskedRule): EndTest | undefined {
  const { ports, notPorts, service } = rule.destination;
  if (service === undefined && ![...ports, ...notPorts].some(port => port.kind === 'name')) return undefined;
  const key = `calico ports ${JSON.stringify([ports, notPorts, service ?? ''])}`;
  return testByText({ key, labels: [], needs: [] }, asked.portsAt);
}

// A pod may also be meant by its address, when the selector picks a set of addresses.
function picksSets(selector: Selector, context: RuleContext): boolean {
  return context.sets.some(set => selectorTruth(selector, set.labels) !== 'no');
}

function labelsOf(...selectors: readonly (Selector | undefined)[]): { readonly labels: readonly string[] } {
  return { labels: selectors.flatMap(selector => (selector === undefined ? [] : labelKeys(selector))) };
}

function labelKeys(selector: Selector): readonly string[] {
  switch (selector.kind) {
    case 'all':
    case 'global':
      return [];
    case 'not':
      return labelKeys(selector.operand);
    case 'and':
    case 'or':
      return selector.operands.flatMap(labelKeys);
    default:
      return [selector.label];
  }
}

/** Every label that must have one of some values for the selector to hold. */
function needsOf(selector: Selector): readonly EndNeed[] {
  if (selector.kind === 'and') return selector.operands.flatMap(needsOf);
  if (selector.kind === 'compare' && selector.operator === '==')
    return needOf(selector.label, [selector.value]);
  return selector.kind === 'set' && selector.operator === 'in' ? needOf(selector.label, selector.values) : [];
}

function needOf(label: string, values: readonly string[]): readonly EndNeed[] {
  const [value] = values;
  if (label === NAMESPACE_LABEL)
    return values.length === 1 && value !== undefined ? [{ kind: 'namespace', name: value }] : [];
  if (label.startsWith('projectcalico.org/') || label.startsWith(ACCOUNT_PREFIX)) return [];
  if (!label.startsWith(NAMESPACE_PREFIX)) return [{ kind: 'label', key: label, values }];
  const key = label.slice(NAMESPACE_PREFIX.length);
  return key === 'projectcalico.org/name' ? [] : [{ kind: 'namespace-label', key, values }];
}
