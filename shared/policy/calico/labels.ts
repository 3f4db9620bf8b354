// The labels an endpoint carries for Calico: its own, those that name its place, and those inherited from namespace and
// service account (calico.md 3.6). Labels of namespaces and accounts that were not exported are unknown, not absent.
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { Endpoint, Truth } from '../compiled.ts';
import { ACCOUNT_PREFIX, NAMESPACE_LABEL, NAMESPACE_PREFIX } from './effective-selector.ts';
import { matchesSelector, type Selector } from './selector.ts';

const ACCOUNT_LABEL = 'projectcalico.org/serviceaccount';
/** A label that may or may not be there. */
const UNKNOWN = Symbol('unknown');
/** A label that is there with a value that is not known. */
const PRESENT = Symbol('present');
/** Looks one label up. */
export type LabelView = (label: string) => string | undefined | typeof UNKNOWN | typeof PRESENT;

/** Which namespaces and service accounts were exported, so that a missing label is really missing. */
export interface KnownOwners {
  readonly namespaces: ReadonlySet<string>;
  readonly accounts: ReadonlySet<string>;
}

/** Who was exported. The account `default` of manifests is made by the cluster without labels, so it is known too. */
export function knownOwners(snapshot: ClusterSnapshot): KnownOwners {
  const accounts = new Set(snapshot.serviceAccounts.map(account => `${account.namespace}/${account.name}`));
  if (snapshot.collection.fromManifests)
    for (const namespace of snapshot.namespaces) accounts.add(`${namespace.name}/default`);
  const exported = snapshot.namespaces.filter(namespace => !namespace.synthetic);
  return { namespaces: new Set(exported.map(namespace => namespace.name)), accounts };
}

/** Whether a selector holds, three-valued: an unknown label makes only those matches unknown that ask for it. */
export function selectorTruth(selector: Selector, view: LabelView): Truth {
  switch (selector.kind) {
    case 'all':
    case 'global':
      return 'yes';
    case 'not':
      return not(selectorTruth(selector.operand, view));
    case 'and':
      return selector.operands.map(operand => selectorTruth(operand, view)).reduce(both, 'yes');
    case 'or':
      return selector.operands.map(operand => selectorTruth(operand, view)).reduce(either, 'no');
    case 'has':
    case 'compare':
    case 'set': {
      const value = view(selector.label);
      if (value === UNKNOWN) return 'unknown';
      if (value === PRESENT) return selector.kind === 'has' ? 'yes' : 'unknown';
      return matchesSelector(selector, () => value) ? 'yes' : 'no';
    }
  }
}

/** Labels of a pod. What it carries itself stands before what it inherits; what names its place stands before both. */
export function podLabels(pod: Endpoint, known: KnownOwners): LabelView {
  const { namespace = '', serviceAccount } = pod;
  return label => {
    if (label === NAMESPACE_LABEL) return namespace;
    if (label === 'projectcalico.org/orchestrator') return 'k8s';
    if (label === ACCOUNT_LABEL && serviceAccount !== undefined) return serviceAccount;
    if (Object.hasOwn(pod.labels, label)) return pod.labels[label];
    if (label === ACCOUNT_LABEL) return PRESENT;
    if (label.startsWith(NAMESPACE_PREFIX)) {
      const value = inheritedLabel(label.slice(NAMESPACE_PREFIX.length), pod.namespaceLabels, namespace);
      return value ?? (known.namespaces.has(namespace) ? undefined : UNKNOWN);
    }
    if (!label.startsWith(ACCOUNT_PREFIX)) return undefined;
    const key = label.slice(ACCOUNT_PREFIX.length);
    const value =
      serviceAccount === undefined
        ? undefined
        : inheritedLabel(key, pod.serviceAccountLabels, serviceAccount);
    const isKnown = known.accounts.has(`${namespace}/${serviceAccount ?? ''}`);
    return value ?? (isKnown ? undefined : UNKNOWN);
  };
}

function inheritedLabel(
  key: string,
  labels: Readonly<Record<string, string>>,
  name: string,
): string | undefined {
  if (key === 'projectcalico.org/name') return name;
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** Labels of some pod of which nothing is known but that it is one. */
export function somePodLabels(): LabelView {
  return label => (label === NAMESPACE_LABEL ? PRESENT : UNKNOWN);
}

/** Labels of a namespaced network set: own, its namespace's name and inherited labels. */
export function networkSetLabels(
  own: Readonly<Record<string, string>>,
  namespace: { readonly name: string; readonly labels: Readonly<Record<string, string>> },
  known: KnownOwners,
): LabelView {
  const labels = new Map<string, string>([
    ...inherited(NAMESPACE_PREFIX, namespace.labels, namespace.name),
    ...Object.entries(own),
    [NAMESPACE_LABEL, namespace.name],
  ]);
  const isKnown = known.namespaces.has(namespace.name);
  return label => labels.get(label) ?? (!isKnown && label.startsWith(NAMESPACE_PREFIX) ? UNKNOWN : undefined);
}

/** Labels of a GlobalNetworkSet or HostEndpoint: its own. */
export function ownLabels(own: Readonly<Record<string, string>>): LabelView {
  return label => (Object.hasOwn(own, label) ? own[label] : undefined);
}

/** Labels of a HostEndpoint: its own, then those of its profiles; a profile that was not exported may lend any. */
export function hostLabels(
  own: Readonly<Record<string, string>>,
  inheritedOnes: readonly (Readonly<Record<string, string>> | undefined)[],
): LabelView {
  return label => {
    for (const labels of [own, ...inheritedOnes]) {
      if (labels === undefined) return UNKNOWN;
      if (Object.hasOwn(labels, label)) return labels[label];
    }
    return undefined;
  };
}

/** Kleene's and. */
export function both(a: Truth, b: Truth): Truth {
  if (a === 'no' || b === 'no') return 'no';
  return a === 'yes' && b === 'yes' ? 'yes' : 'unknown';
}

/** Kleene's or. */
export function either(a: Truth, b: Truth): Truth {
  if (a === 'yes' || b === 'yes') return 'yes';
  return a === 'no' && b === 'no' ? 'no' : 'unknown';
}

/** Kleene's not. */
export function not(a: Truth): Truth {
  return a === 'yes' ? 'no' : a === 'no' ? 'yes' : 'unknown';
}

function inherited(
  prefix: string,
  labels: Readonly<Record<string, string>>,
  name: string,
): readonly (readonly [string, string])[] {
  const entries = Object.entries(labels).map(([key, value]) => [`${prefix}${key}`, value] as const);
  return [...entries, [`${prefix}projectcalico.org/name`, name]];
}
