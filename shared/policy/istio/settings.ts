// The few settings of a mesh that change what its policies mean, read from its configuration.
import { textAt } from '../../model/read.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';

/** The namespace whose policies hold everywhere. */
export function rootNamespace(snapshot: ClusterSnapshot): string {
  return meshConfig(snapshot, 'rootNamespace') ?? 'istio-system';
}

/** One plain setting of the mesh configuration, which is YAML inside a ConfigMap. */
export function meshConfig(snapshot: ClusterSnapshot, key: string): string | undefined {
  const map = snapshot.objects.find(
    object =>
      object.kind === 'ConfigMap' && object.meta.name === 'istio' && object.meta.namespace === 'istio-system',
  );
  const text = map === undefined ? undefined : textAt(map.body, 'data', 'mesh');
  return text === undefined ? undefined : new RegExp(`^${key}:\\s*["']?([\\w.-]+)`, 'm').exec(text)?.[1];
}
