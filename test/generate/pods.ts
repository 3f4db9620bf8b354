// Where every pod of the sample runs, what it is called and which address it has: shared by export and logs.
import { NODES, PARTS, type Part } from './platform.ts';
import { suffixOf } from './random.ts';

/** A running pod. */
export interface RunningPod {
  readonly part: Part;
  readonly name: string;
  /** `generateName` with a star, as flow logs aggregate. */
  readonly aggregate: string;
  readonly node: string;
  readonly ip: string;
  /** The ReplicaSet of a Deployment's pods. */
  readonly replicaSet?: string;
}

/** Every pod, in the order of the parts. */
export const PODS: readonly RunningPod[] = PARTS.flatMap((part, index) => podsOf(part, index));

/** Address of a node. */
export function nodeIp(node: string): string {
  return `10.20.0.${11 + NODES.indexOf(node as (typeof NODES)[number])}`;
}

function podsOf(part: Part, index: number): readonly RunningPod[] {
  return Array.from({ length: part.replicas }, (_item, replica) => {
    const node = NODES[(index * 2 + replica) % (part.kind === 'DaemonSet' ? NODES.length : 5)] ?? 'worker-1';
    const placed = part.kind === 'DaemonSet' ? (NODES[replica % NODES.length] ?? node) : node;
    const ip =
      part.hostNetwork === true
        ? nodeIp(placed)
        : `10.48.${NODES.indexOf(placed)}.${10 + index * 2 + replica}`;
    return { part, node: placed, ip, ...namesOf(part, placed, replica) };
  });
}

function namesOf(
  part: Part,
  node: string,
  replica: number,
): Pick<RunningPod, 'name' | 'aggregate' | 'replicaSet'> {
  const base = `${part.namespace}/${part.name}`;
  switch (part.kind) {
    case 'Deployment': {
      const replicaSet = `${part.name}-${suffixOf(base, 10)}`;
      return {
        replicaSet,
        name: `${replicaSet}-${suffixOf(`${base}${replica}`, 5)}`,
        aggregate: `${replicaSet}-*`,
      };
    }
    case 'StatefulSet':
      return { name: `${part.name}-${replica}`, aggregate: `${part.name}-*` };
    case 'DaemonSet':
      return { name: `${part.name}-${suffixOf(`${base}${node}`, 5)}`, aggregate: `${part.name}-*` };
    case 'CronJob': {
      const job = `${part.name}-29384640`;
      return { name: `${job}-${suffixOf(base, 5)}`, aggregate: `${job}-*` };
    }
    case 'Pod': {
      const name = part.namespace === 'kube-system' ? `${part.name}-${node}` : part.name;
      return { name, aggregate: name };
    }
  }
}
