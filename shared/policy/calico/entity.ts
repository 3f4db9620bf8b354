// Asks one side of a rule about one end of a connection, per IP family (calico.md 3.5). All conditions must hold;
// a condition the export cannot answer is `unknown` and stays so unless another one fails.
import { mergeRanges, type AddressRange } from '../../base/address.ts';
import type { Endpoint, EngineProfile, Truth } from '../compiled.ts';
import { addressesOf, inside, type AddressSet, type FamilyAddresses } from './address-set.ts';
import {
  both,
  either,
  not,
  podLabels,
  selectorTruth,
  somePodLabels,
  ownLabels,
  type KnownOwners,
} from './labels.ts';
import { matchesDomain } from './domain.ts';
import type { HostEndpoints } from './host-endpoints.ts';
import type { EntityRule } from './policy-object.ts';
import { printSelector, type Selector } from './selector.ts';
import type { ServiceTargets } from './service-targets.ts';

/** What rules are compiled against. */
export interface RuleContext {
  readonly profile: EngineProfile;
  readonly known: KnownOwners;
  readonly sets: readonly AddressSet[];
  readonly services: ServiceTargets;
  readonly hosts: HostEndpoints;
}

/** The answer for one IP family. */
export interface EndAnswer {
  readonly family: 4 | 6;
  readonly truth: Truth;
  readonly text: string;
  /** The condition that decided, e.g. `source.selector`. */
  readonly field?: string;
}

/** One side of a rule, ready to be asked. */
export interface AskedEntity {
  /** Answers in words, kept per endpoint object. */
  readonly answers: (end: Endpoint) => readonly EndAnswer[];
  /** The same without words, and not kept. */
  readonly truths: (end: Endpoint) => readonly Pick<EndAnswer, 'family' | 'truth'>[];
}

/** Compiles one side of a rule. */
export function compileEntity(
  entity: EntityRule,
  side: 'source' | 'destination',
  context: RuleContext,
): AskedEntity {
  const conditions = conditionsOf(entity, side, context);
  const kept = new WeakMap<Endpoint, readonly EndAnswer[]>();
  return {
    answers: end => {
      const before = kept.get(end);
      if (before !== undefined) return before;
      const answers = addressesOf(end).map(addresses => answer(conditions, side, end, addresses));
      kept.set(end, answers);
      return answers;
    },
    truths: end =>
      addressesOf(end).map(addresses => ({
        family: addresses.family,
        truth: truthOfAll(conditions, end, addresses),
      })),
  };
}

function truthOfAll(conditions: readonly Condition[], end: Endpoint, addresses: FamilyAddresses): Truth {
  let truth: Truth = 'yes';
  for (const condition of conditions) {
    truth = both(truth, condition.ask(end, addresses));
    if (truth === 'no') return truth;
  }
  return truth;
}

/** Whether an end is a workload that pod policies know: host-network pods are not, they have the node's address. */
export function isWorkload(end: Endpoint, profile: EngineProfile): boolean {
  return end.kind === 'pod' && (!end.hostNetwork || profile.hostNetworkAsPod);
}

/** Whether a selector picks an end by its own labels (not by its address). */
export function selectsEnd(selector: Selector, end: Endpoint, context: RuleContext): Truth {
  if (isWorkload(end, context.profile)) return selectorTruth(selector, podLabels(end, context.known));
  if (end.kind === 'host-endpoint') return selectorTruth(selector, ownLabels(end.labels));
  return end.kind === 'entry-controller' ? selectorTruth(selector, somePodLabels()) : 'no';
}

interface Condition {
  readonly field: string;
  /** What it asks, in words; undefined when it says nothing worth repeating. */
  readonly words: string;
  ask(end: Endpoint, addresses: FamilyAddresses): Truth;
}

function answer(
  conditions: readonly Condition[],
  side: string,
  end: Endpoint,
  addresses: FamilyAddresses,
): EndAnswer {
  let open: EndAnswer | undefined;
  for (const condition of conditions) {
    const truth = condition.ask(end, addresses);
    if (truth === 'yes') continue;
    const verb = truth === 'no' ? 'does not match' : 'cannot be told for';
    const text = `${side} ${condition.words} ${verb} ${end.id}`;
    const found = { family: addresses.family, truth, text, field: `${side}.${condition.field}` };
    if (truth === 'no') return found;
    open ??= found;
  }
  const words = conditions.map(condition => condition.words).join(', ');
  return open ?? { family: addresses.family, truth: 'yes', text: words === '' ? '' : `${side} ${words}` };
}

function conditionsOf(
  entity: EntityRule,
  side: 'source' | 'destination',
  context: RuleContext,
): readonly Condition[] {
  const conditions: Condition[] = [];
  const { selector, notSelector, service } = entity;
  if (selector !== undefined)
    conditions.push({
      field: 'selector',
      words: printSelector(selector),
      ask: matchBySelector(selector, side, context),
    });
  if (entity.nets.length > 0) conditions.push(netCondition('nets', entity.nets));
  if (entity.notNets.length > 0) conditions.push(netCondition('notNets', entity.notNets));
  if (notSelector !== undefined) {
    const ask = matchBySelector(notSelector, side, context);
    const words = `not (${printSelector(notSelector)})`;
    conditions.push({ field: 'notSelector', words, ask: (end, addresses) => not(ask(end, addresses)) });
  }
  if (service !== undefined) {
    const words = `service ${service.namespace}/${service.name}`;
    conditions.push({
      field: 'services',
      words,
      ask: (end, addresses) => context.services.holds(service, end, addresses),
    });
  }
  if (entity.domains.length > 0) conditions.push(domainCondition(entity.domains));
  return conditions;
}

// A selector stands for addresses: those of the endpoints it picks, and those of the sets it picks. An address of
// neither never matches, however negative the selector (`pci != 'true'` is no word about the Internet).
function matchBySelector(
  selector: Selector,
  side: 'source' | 'destination',
  context: RuleContext,
): Condition['ask'] {
  const picked = context.sets
    .map(set => ({
      truth: selectorTruth(selector, set.labels),
      ranges: mergeRanges(set.ranges),
      domains: set.domains,
      isPartial: set.isPartial,
    }))
    .filter(set => set.truth !== 'no');
  return (end, addresses) => {
    let truth = selectsEnd(selector, end, context);
    for (const set of picked) {
      if (truth === 'yes') return truth;
      const isInside = inside(addresses, set.ranges);
      const mayBeNamed = side === 'destination' && set.domains.length > 0 && end.kind === 'external';
      const named: Truth = mayBeNamed ? (isNamed(end, set.domains) ? 'yes' : 'unknown') : 'no';
      truth = either(
        truth,
        both(set.truth, either(either(isInside, named), set.isPartial ? 'unknown' : 'no')),
      );
    }
    return truth;
  };
}

// A list that holds no network of the connection's family empties the field, and the rule is dropped for that family.
function netCondition(field: 'nets' | 'notNets', ranges: readonly AddressRange[]): Condition {
  const merged = mergeRanges(ranges);
  const words = `${field === 'nets' ? 'in' : 'outside'} ${ranges.length === 1 ? field : `${ranges.length} ${field}`}`;
  return {
    field,
    words,
    ask: (_end, addresses) => {
      if (!merged.some(range => range.family === addresses.family)) return 'no';
      const truth = inside(addresses, merged);
      return field === 'nets' ? truth : not(truth);
    },
  };
}

// Names are answered by DNS, which no export holds; a flow log may tie some to an address, and then a rule for one of them
// matches. Cluster pods are reached by name only inside the cluster's own zone.
function domainCondition(domains: readonly string[]): Condition {
  const couldBeInside = domains.some(domain => /(^|\.)(local|svc|internal)$/.test(domain));
  return {
    field: 'domains',
    words: `domains ${domains.join(', ')} (DNS answers are not in the export)`,
    ask: end => {
      if (isNamed(end, domains)) return 'yes';
      return end.kind === 'pod' && !couldBeInside ? 'no' : 'unknown';
    },
  };
}

function isNamed(end: Endpoint, domains: readonly string[]): boolean {
  return (end.names ?? []).some(name => domains.some(domain => matchesDomain(domain, name)));
}
