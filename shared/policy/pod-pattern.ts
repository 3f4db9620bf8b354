// Pods that need not exist, told by selectors alone: whether all, none or some of them satisfy another selector, and how
// they are written. The np-guard peer knows only "asks for nothing" and "asks for the very same": its notation follows it.
import { compareText } from '../base/order.ts';
import type { LabelRequirement, LabelSelector } from '../base/label-selector.ts';
import type { PodPattern, Truth } from './compiled.ts';

/** Any pod in any namespace. */
export const ANY_POD: PodPattern = { namespaces: { requirements: [] }, pods: { requirements: [] } };

/** The label that every namespace has, with its name. */
export const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/** The namespaces of one name. */
export function namespaceNamed(name: string): LabelSelector {
  return { requirements: [{ key: NAMESPACE_NAME, operator: 'In', values: [name] }] };
}

/** Whether labels of which only `known` is told satisfy a selector: all such labels, none of them, or some. */
export function impliedTruth(known: LabelSelector, asked: LabelSelector): Truth {
  const truths = asked.requirements.map(item => impliedRequirement(known, item));
  if (truths.includes('no')) return 'no';
  return truths.includes('unknown') ? 'unknown' : 'yes';
}

/** The same question as the np-guard peer answers it: a selector that asks for nothing, or for the very same, holds. */
export function sameTruth(known: LabelSelector, asked: LabelSelector): Truth {
  if (asked.requirements.length === 0) return 'yes';
  return selectorKey(known) === selectorKey(asked) ? 'yes' : 'no';
}

/** Whether any labels at all can satisfy a selector. */
export function isPossible(selector: LabelSelector): boolean {
  return selector.requirements.every(item => impliedRequirement(selector, item) !== 'no');
}

/** Equal for patterns that describe the same pods in the same requirements. */
export function patternKey({ namespaces, pods }: PodPattern): string {
  return `${selectorKey(namespaces)}/${selectorKey(pods)}`;
}

/** The pattern as the np-guard peer writes it. */
export function printPattern({ namespaces, pods }: PodPattern): string {
  const isAnywhere = namespaces.requirements.length === 0;
  if (isAnywhere && pods.requirements.length === 0) return 'entire-cluster';
  const [first, second] = namespaces.requirements;
  const isNamed =
    first?.key === NAMESPACE_NAME && second === undefined && first.values.length === 1 && !first.expression;
  const where = isAnywhere
    ? '[all namespaces]'
    : isNamed
      ? first.values.join('')
      : `[namespace with ${printRequirements(namespaces)}]`;
  const who = pods.requirements.length === 0 ? '[all pods]' : `[pod with ${printRequirements(pods)}]`;
  return `${where}/${who}`;
}

function printRequirements({ requirements }: LabelSelector): string {
  const labels = requirements.filter(item => item.expression !== true);
  const expressions = requirements.filter(item => item.expression === true);
  const words = [
    ...labels.map(item => `${item.key}=${item.values.join('')}`).sort(compareText),
    ...expressions
      .map(item => `{Key:${item.key},Operator:${item.operator},Values:[${item.values.join(' ')}],}`)
      .sort(compareText),
  ];
  return `{${words.join(',')}}`;
}

function selectorKey({ requirements }: LabelSelector): string {
  const words = requirements.map(item =>
    JSON.stringify([item.key, item.operator, [...new Set(item.values)].sort(compareText)]),
  );
  return [...new Set(words)].sort(compareText).join(' ');
}

/** What is told of the value of one label. */
interface KnownLabel {
  readonly exists: Truth;
  /** The values it may have, where they are told. */
  readonly values?: readonly string[];
  readonly not: ReadonlySet<string>;
}

function impliedRequirement(known: LabelSelector, asked: LabelRequirement): Truth {
  const label = knownLabel(known.requirements.filter(item => item.key === asked.key));
  switch (asked.operator) {
    case 'Exists':
      return label.exists;
    case 'DoesNotExist':
      return opposite(label.exists);
    case 'In':
      return label.exists === 'no' ? 'no' : valueTruth(label, asked.values);
    case 'NotIn':
      return label.exists === 'no' ? 'yes' : opposite(valueTruth(label, asked.values));
  }
}

/** Whether the label has one of some values; it may be absent too, unless values are told. */
function valueTruth(label: KnownLabel, wanted: readonly string[]): Truth {
  const possible = wanted.filter(
    value => !label.not.has(value) && (label.values === undefined || label.values.includes(value)),
  );
  if (possible.length === 0) return 'no';
  const { values } = label;
  return values?.every(value => possible.includes(value)) === true ? 'yes' : 'unknown';
}

function knownLabel(told: readonly LabelRequirement[]): KnownLabel {
  const not = new Set(told.flatMap(item => (item.operator === 'NotIn' ? item.values : [])));
  const lists = told.flatMap(item => (item.operator === 'In' ? [item.values] : []));
  const [first, ...others] = lists;
  const values = first?.filter(value => !not.has(value) && others.every(list => list.includes(value)));
  const isThere = lists.length > 0 || told.some(item => item.operator === 'Exists');
  const isAbsent = told.some(item => item.operator === 'DoesNotExist') || values?.length === 0;
  return {
    exists: isAbsent ? 'no' : isThere ? 'yes' : 'unknown',
    ...(values === undefined || isAbsent ? {} : { values }),
    not,
  };
}

function opposite(truth: Truth): Truth {
  if (truth === 'unknown') return truth;
  return truth === 'yes' ? 'no' : 'yes';
}
