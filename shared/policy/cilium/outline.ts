// Cilium policies that are not applied: refused ones, and host policies, whose subject is a node and not a pod.
// Each is named with as much of its subject as can be read, so that only what it could touch is indeterminate.
import { spanOf, type KubernetesObject } from '../../model/object.ts';
import type { Node } from '../../model/snapshot.ts';
import type { Direction, Endpoint, Truth, UnsupportedPolicy } from '../compiled.ts';
import type { SpecFacts } from './facts.ts';
import { parseSubjects } from './parse.ts';
import type { CiliumSelector } from './selector.ts';
import { holds, selectsSubject, type SelectorPlace } from './selector-truth.ts';

/** A policy that Cilium refuses. */
export function outlineOf(
  object: KubernetesObject,
  reason: string,
  place: SelectorPlace,
  nodes: readonly Node[],
): UnsupportedPolicy {
  const subjects = parseSubjects(object);
  return {
    ...nameParts(object, place),
    reason: `${reason}; Cilium refuses it, so it is not applied`,
    source: object.source,
    ...(subjects === undefined
      ? {}
      : { selects: endpoint => anyOf(subjects.map(subject => touches(subject, endpoint, place, nodes))) }),
  };
}

/** A host policy: what it lets through is not simulated, it can only take away. */
export function compileHostPolicy(
  object: KubernetesObject,
  facts: SpecFacts,
  place: SelectorPlace,
  nodes: readonly Node[],
): UnsupportedPolicy {
  const directions = (['ingress', 'egress'] as const).filter((direction: Direction) => facts.acts[direction]);
  return {
    ...nameParts(object, place),
    reason: 'a host policy decides about this node; host policies are not simulated',
    source: facts.pointer === '/spec' ? object.source : spanOf(object, facts.pointer),
    directions,
    restrictsOnly: true,
    selects: endpoint => touches(facts.subject, endpoint, place, nodes),
  };
}

function nameParts(
  object: KubernetesObject,
  { namespace }: SelectorPlace,
): Pick<UnsupportedPolicy, 'id' | 'kind' | 'namespace' | 'name'> {
  const { name } = object.meta;
  return {
    id: `${object.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`,
    kind: object.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
  };
}

function touches(
  subject: SpecFacts['subject'],
  endpoint: Endpoint,
  place: SelectorPlace,
  nodes: readonly Node[],
): Truth {
  if (subject.kind === 'pods')
    return endpoint.kind === 'pod' ? selectsSubject(subject.selector, endpoint, place) : 'no';
  if (endpoint.kind !== 'host') return 'no';
  const node = nodes.find(one => one.name === endpoint.node);
  return node === undefined ? 'unknown' : selectsNode(subject.selector, node);
}

function selectsNode(selector: CiliumSelector, node: Node): Truth {
  let truth: Truth = 'yes';
  for (const item of selector.requirements) {
    const value = Object.hasOwn(node.labels, item.key) ? node.labels[item.key] : undefined;
    const one = item.scope === 'label' ? holds(item, value) : 'unknown';
    if (one === 'no') return 'no';
    if (one === 'unknown') truth = 'unknown';
  }
  return truth;
}

function anyOf(truths: readonly Truth[]): Truth {
  if (truths.includes('yes')) return 'yes';
  return truths.includes('unknown') ? 'unknown' : 'no';
}
