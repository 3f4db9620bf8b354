// What the compiled form of every mesh policy has in common: it stands at the way in, and is named by its object.
import { nameOf, type KubernetesObject } from '../../model/object.ts';
import type { CompiledPolicy } from '../compiled.ts';

/** An object with what was read of it. */
export interface ReadPolicy<T> {
  readonly object: KubernetesObject;
  readonly facts: T;
}

/** The common part. */
export function outline(
  object: KubernetesObject,
): Omit<CompiledPolicy, 'ingressRules' | 'selects' | 'staged'> {
  return {
    id: nameOf(object),
    kind: object.kind,
    ...(object.meta.namespace === undefined ? {} : { namespace: object.meta.namespace }),
    name: object.meta.name,
    ingress: true,
    egress: false,
    egressRules: [],
    source: object.source,
  };
}
