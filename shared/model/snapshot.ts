// The processed form of one cluster at one time: versioned, frozen, every item pointing back to its source.
// It holds facts only; what policies mean is the business of `policy` and `verdict`, judgement that of `records`.
import type { ClusterId, PodId, WorkloadId } from '../base/brand.ts';
import type { SourceSpan } from '../base/source.ts';
import type { KubernetesObject } from './object.ts';

/** Labels by key. */
export type Labels = Readonly<Record<string, string>>;
/** Transport protocols that policies speak of. */
export type Protocol = 'TCP' | 'UDP' | 'SCTP' | 'ICMP';

/** A namespace; `synthetic` when only mentioned by objects and not exported itself. */
export interface Namespace {
  readonly name: string;
  /** With `kubernetes.io/metadata.name` filled in. */
  readonly labels: Labels;
  readonly synthetic: boolean;
  readonly source?: SourceSpan;
}

/** A cluster node. */
export interface Node {
  readonly name: string;
  readonly labels: Labels;
  readonly addresses: readonly string[];
  readonly podCidrs: readonly string[];
  readonly kubeletVersion?: string;
  readonly osImage?: string;
  readonly source: SourceSpan;
}

/** A port that a container declares. */
export interface ContainerPort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly hostPort?: number;
}

/** A container of a pod or pod template; `role` tells plain init containers (no endpoint) from native sidecars. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly role: 'main' | 'sidecar' | 'init';
  readonly ports: readonly ContainerPort[];
}

/** A pod, live or (for manifests without pods) one synthesised from the template. */
export interface Pod {
  readonly id: PodId;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly workload: WorkloadId;
  readonly node?: string;
  readonly hostNetwork: boolean;
  readonly serviceAccount: string;
  readonly phase?: string;
  readonly ips: readonly string[];
  readonly hostIp?: string;
  readonly containers: readonly Container[];
  /** False for finished or unscheduled pods: they are no endpoints, only inventory. */
  readonly live: boolean;
  /** True when made from a workload's template because no pod of it was exported. */
  readonly synthetic: boolean;
  readonly annotations: Labels;
  readonly source: SourceSpan;
}

/** A workload: the topmost controller of pods, or a bare pod. */
export interface Workload {
  readonly id: WorkloadId;
  readonly cluster: ClusterId;
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
  /** Labels common to all its pods (of the template when there is none). */
  readonly labels: Labels;
  /** Labels of the pod template, when the controller was exported: pods may differ. */
  readonly templateLabels?: Labels;
  readonly pods: readonly PodId[];
  readonly serviceAccount: string;
  readonly hostNetwork: boolean;
  readonly replicas?: number;
  readonly source: SourceSpan;
}

/** One port of a Service. */
export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** Number or container port name; absent = `port`. */
  readonly targetPort?: number | string;
  readonly nodePort?: number;
  /** What is spoken there, as `appProtocol` declares. */
  readonly appProtocol?: string;
}

/** A Service and the pods it leads to (EndpointSlices where exported, else its selector). */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly selector?: Labels;
  readonly ports: readonly ServicePort[];
  readonly clusterIps: readonly string[];
  readonly externalIps: readonly string[];
  readonly loadBalancer: readonly string[];
  readonly externalTrafficPolicy?: string;
  readonly pods: readonly PodId[];
  readonly source: SourceSpan;
}

/** A way in from outside: Ingress, Route or Gateway route, resolved to Services. */
export interface Entry {
  readonly kind: 'Ingress' | 'Route' | 'HTTPRoute' | 'GRPCRoute' | 'TLSRoute' | 'TCPRoute';
  readonly namespace: string;
  readonly name: string;
  readonly hosts: readonly string[];
  readonly backends: readonly EntryBackend[];
  readonly source: SourceSpan;
}

/** One backend of an Entry: a Service port by number or name; no port = all ports of the Service. */
export interface EntryBackend {
  readonly service: string;
  readonly namespace: string;
  readonly port?: number | string;
  /** True where `port` names the target port (Routes), not the Service port. */
  readonly targetPort?: boolean;
}

/** A ServiceAccount with the labels that Calico policies may select. */
export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly source: SourceSpan;
}

/** How completely one kind was collected. "Asked, none", "forbidden" and "not collected" are different facts. */
export interface KindCollection {
  readonly group: string;
  readonly kind: string;
  readonly state: 'present' | 'asked-none' | 'forbidden' | 'not-collected';
  readonly objects: number;
  readonly sources: readonly SourceSpan[];
  /** Namespaces that were not asked, of a kind that was asked for in single namespaces only; absent when all were. */
  readonly notAskedIn?: readonly string[];
}

/** A name that something mentions although the export does not hold it. */
export interface MissingName {
  readonly kind: 'Namespace' | 'Pod' | 'ServiceAccount' | 'Node';
  readonly name: string;
  readonly mentionedBy: 'flow' | 'audit' | 'rbac' | 'object';
  readonly source: SourceSpan;
}

/** What was and was not collected; every statement about absence quotes this. */
export interface Collection {
  readonly kinds: readonly KindCollection[];
  /** True when CustomResourceDefinitions (or api-resources) were exported, so that the served policy kinds are known. */
  readonly servedKindsKnown: boolean;
  readonly missing: readonly MissingName[];
  /** Texts such as `Error from server (Forbidden)` found in place of objects. */
  readonly forbidden: readonly { readonly what: string; readonly source: SourceSpan }[];
  /** Documents of policy kinds that could not be read: what they say is not known. Absent when there are none. */
  readonly lost?: readonly {
    readonly kind: string;
    readonly group: string;
    readonly namespace?: string;
    readonly source: SourceSpan;
  }[];
  /** Whether the export is manifests (intent) rather than live state. */
  readonly fromManifests: boolean;
}

/** One cluster, processed. */
export interface ClusterSnapshot {
  readonly snapshotVersion: 1;
  readonly cluster: ClusterId;
  /** How the cluster got its id. */
  readonly clusterBasis: 'kube-system-uid' | 'given-name' | 'default';
  readonly namespaces: readonly Namespace[];
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
  readonly workloads: readonly Workload[];
  readonly services: readonly Service[];
  readonly entries: readonly Entry[];
  readonly serviceAccounts: readonly ServiceAccount[];
  /** Policy-like objects of every dialect, understood or not: policies, tiers, network sets, host endpoints. */
  readonly policies: readonly KubernetesObject[];
  /** Everything, sorted by apiVersion, kind, namespace, name. */
  readonly objects: readonly KubernetesObject[];
  readonly collection: Collection;
}
