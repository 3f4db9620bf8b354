// Whether an end has the labels that a Cilium selector asks for. A label that Cilium may not take into an identity, or a
// namespace that was not exported, leaves the answer open; nodes and addresses have reserved labels only.
import type { Endpoint, Truth } from '../compiled.ts';
import { hasScope, type CiliumSelector, type Requirement } from './selector.ts';
import type { CiliumSettings } from './settings.ts';

/** In whose name a selector is read. */
export interface SelectorPlace {
  /** Namespace of a CiliumNetworkPolicy; absent for a clusterwide one. */
  readonly namespace?: string | undefined;
  readonly settings: CiliumSettings;
}

/** Whether a pod is a subject: in a CiliumNetworkPolicy only pods of its own namespace are, whatever labels say. */
export function selectsSubject(selector: CiliumSelector, pod: Endpoint, place: SelectorPlace): Truth {
  if (place.namespace === undefined) return allOf(selector.requirements, pod, place);
  if (pod.namespace !== place.namespace) return 'no';
  const rest = selector.requirements.filter(item => !item.isReplaceable);
  const others = rest.filter(item => item.scope !== 'namespace');
  // A namespace in another spelling is not replaced on import, although it is said to have no say.
  const spelled = rest.length === others.length ? 'yes' : allOf(rest, pod, place);
  const plain = withoutNamespaceLabels(others, pod, place);
  return spelled === 'yes' ? plain : plain === 'no' ? 'no' : 'unknown';
}

/** Whether a pod is a peer: an unqualified selector of a CiliumNetworkPolicy means pods of its own namespace. */
export function selectsPeer(selector: CiliumSelector, pod: Endpoint, place: SelectorPlace): Truth {
  const { requirements } = selector;
  const isQualified = hasScope(selector, 'namespace') || hasScope(selector, 'reserved');
  if (place.namespace === undefined || isQualified) {
    if (place.namespace === undefined) return allOf(requirements, pod, place);
    return withoutNamespaceLabels(requirements, pod, place);
  }
  const inOwn = pod.namespace === place.namespace;
  if (!hasScope(selector, 'namespace-label')) return inOwn ? allOf(requirements, pod, place) : 'no';
  const ignored = inOwn
    ? allOf(
        requirements.filter(item => item.scope !== 'namespace-label'),
        pod,
        place,
      )
    : 'no';
  return agree(ignored, allOf(requirements, pod, place));
}

/** Labels of namespaces have no say in a CiliumNetworkPolicy by the book, yet agents read them: where that matters it is open. */
function withoutNamespaceLabels(
  requirements: readonly Requirement[],
  pod: Endpoint,
  place: SelectorPlace,
): Truth {
  const rest = requirements.filter(item => item.scope !== 'namespace-label');
  const ignored = allOf(rest, pod, place);
  return rest.length === requirements.length ? ignored : agree(ignored, allOf(requirements, pod, place));
}

function allOf(requirements: readonly Requirement[], pod: Endpoint, place: SelectorPlace): Truth {
  let truth: Truth = 'yes';
  for (const item of requirements) {
    const one = holdsForPod(item, pod, place);
    if (one === 'no') return 'no';
    if (one === 'unknown') truth = 'unknown';
  }
  return truth;
}

function agree(a: Truth, b: Truth): Truth {
  return a === b ? a : 'unknown';
}

function holdsForPod(item: Requirement, pod: Endpoint, { settings }: SelectorPlace): Truth {
  switch (item.scope) {
    case 'namespace':
      return holds(item, pod.namespace);
    case 'account':
      return holds(item, pod.serviceAccount);
    case 'cluster':
      if (settings.clusterName !== undefined) return holds(item, settings.clusterName);
      return item.values.length > 0 ? 'unknown' : holds(item, 'some');
    case 'namespace-label':
      if (pod.namespaceExported === false && item.key !== 'kubernetes.io/metadata.name') return 'unknown';
      return holds(item, own(pod.namespaceLabels, item.key));
    case 'reserved':
    case 'foreign':
      return holds(item, undefined);
    case 'label': {
      const value = own(pod.labels, item.key);
      const isPart = settings.customLabels || NOT_IN_IDENTITY.test(item.key) ? undefined : value;
      return agree(holds(item, value), isPart === value ? holds(item, value) : holds(item, undefined));
    }
  }
}

// Labels that Cilium leaves out of identities unless it is told otherwise; a namespace's and app.kubernetes.io's stay in.
const NOT_IN_IDENTITY =
  /^(?:io\.kubernetes|kubernetes\.io|statefulset\.kubernetes\.io\/pod-name|apps\.kubernetes\.io\/pod-index|batch\.kubernetes\.io\/job-completion-index|.*beta\.kubernetes\.io|k8s\.io|pod-template-generation|pod-template-hash|controller-revision-hash|annotation|etcd_node)/;

/** Whether a requirement holds for a label's value; undefined = no such label. */
export function holds({ operator, values }: Requirement, value: string | undefined): Truth {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value) ? 'yes' : 'no';
    case 'NotIn':
      return value === undefined || !values.includes(value) ? 'yes' : 'no';
    case 'Exists':
      return value === undefined ? 'no' : 'yes';
    case 'DoesNotExist':
      return value === undefined ? 'yes' : 'no';
  }
}

function own(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
