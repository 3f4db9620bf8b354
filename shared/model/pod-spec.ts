// What a pod or a pod template says about itself: containers, declared ports, host network, service account.
import type { JsonValue } from '../base/json.ts';
import { listAt, numberAt, textAt, at } from './read.ts';
import type { Container, ContainerPort, Protocol } from './snapshot.ts';

/** The part of a PodSpec that the model keeps. */
export interface PodSpecFacts {
  readonly containers: readonly Container[];
  readonly hostNetwork: boolean;
  readonly serviceAccount: string;
  readonly node?: string;
}

/** Reads a PodSpec. */
export function readPodSpec(spec: JsonValue | undefined): PodSpecFacts {
  const node = textAt(spec, 'nodeName');
  return {
    containers: [
      ...listAt(spec, 'containers').map(item => readContainer(item, 'main')),
      ...listAt(spec, 'initContainers').map(item =>
        readContainer(item, textAt(item, 'restartPolicy') === 'Always' ? 'sidecar' : 'init'),
      ),
    ],
    hostNetwork: at(spec, 'hostNetwork') === true,
    serviceAccount: textAt(spec, 'serviceAccountName') ?? textAt(spec, 'serviceAccount') ?? 'default',
    ...(node === undefined || node === '' ? {} : { node }),
  };
}

/** The protocol a field names; absent is TCP, anything else than TCP, UDP or SCTP is undefined. */
export function readProtocol(value: JsonValue | undefined): Protocol | undefined {
  if (value === undefined || value === null) return 'TCP';
  return value === 'TCP' || value === 'UDP' || value === 'SCTP' ? value : undefined;
}

function readContainer(item: JsonValue, role: Container['role']): Container {
  const ports: ContainerPort[] = [];
  for (const port of listAt(item, 'ports')) {
    const number = numberAt(port, 'containerPort');
    const protocol = readProtocol(at(port, 'protocol'));
    if (number === undefined || protocol === undefined) continue;
    const name = textAt(port, 'name');
    const hostPort = numberAt(port, 'hostPort');
    ports.push({
      port: number,
      protocol,
      ...(name === undefined ? {} : { name }),
      ...(hostPort === undefined ? {} : { hostPort }),
    });
  }
  return { name: textAt(item, 'name') ?? '', image: textAt(item, 'image') ?? '', role, ports };
}
