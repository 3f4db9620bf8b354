// From identified objects to the snapshot of one cluster. The result does not depend on the order of the objects.
// Facts only: what policies mean is decided in policy and verdict.
import type { ClusterId } from '../base/brand.ts';
import { compareBy } from '../base/order.ts';
import type { SourceSpan } from '../base/source.ts';
import { buildCollection, type CollectionGap } from './collection.ts';
import { buildEntries } from './entries.ts';
import { identifyObjects, type ModelDiagnostic } from './identity.ts';
import { groupOf, type KubernetesObject } from './object.ts';
import { policyKindOf } from './policy-kinds.ts';
import { at, listAt, textAt, textsAt } from './read.ts';
import { buildServices } from './services.ts';
import type { ClusterSnapshot, MissingName, Namespace, Node, ServiceAccount } from './snapshot.ts';
import { buildWorkloads } from './workloads.ts';

/** What a snapshot is built from: the objects of one cluster and what its files say was not given. */
export interface SnapshotInput {
  readonly cluster: ClusterId;
  readonly basis: ClusterSnapshot['clusterBasis'];
  readonly objects: readonly KubernetesObject[];
  readonly gaps?: readonly CollectionGap[];
  /** Names that flows, audit events or RBAC mention; those that the export holds are dropped. */
  readonly mentioned?: readonly MissingName[];
}

/** Builds the snapshot of one cluster; `directOwner` names workloads as np-guard does. */
export function buildSnapshot(
  input: SnapshotInput,
  options: { readonly directOwner: boolean },
): { readonly snapshot: ClusterSnapshot; readonly diagnostics: readonly ModelDiagnostic[] } {
  const { objects, diagnostics } = identifyObjects(input.objects, input.basis === 'kube-system-uid');
  const mentioned = input.mentioned ?? [];
  const { pods, workloads } = buildWorkloads(input.cluster, objects, options);
  const namespaces = buildNamespaces(objects, mentioned);
  const snapshot: ClusterSnapshot = {
    snapshotVersion: 1,
    cluster: input.cluster,
    clusterBasis: input.basis,
    namespaces,
    nodes: buildNodes(objects),
    pods: Object.freeze(pods),
    workloads: Object.freeze(workloads),
    services: buildServices(objects, pods),
    entries: buildEntries(objects),
    serviceAccounts: buildServiceAccounts(objects),
    policies: objects.filter(object => policyKindOf(object) !== undefined),
    objects: Object.freeze(objects),
    collection: buildCollection({ objects, gaps: input.gaps ?? [], mentioned, namespaces, pods }),
  };
  return { snapshot: Object.freeze(snapshot), diagnostics };
}

function buildNamespaces(
  objects: readonly KubernetesObject[],
  mentioned: readonly MissingName[],
): readonly Namespace[] {
  const found = new Map<string, Namespace>();
  const mention = (name: string, source: SourceSpan): void => {
    const known = found.get(name);
    if (known?.synthetic === false) return;
    if (known?.source !== undefined && compareSpans(known.source, source) <= 0) return;
    found.set(name, { name, labels: { [NAME_LABEL]: name }, synthetic: true, source });
  };
  for (const object of objects) {
    if (object.kind !== 'Namespace' || groupOf(object.apiVersion) !== '') continue;
    const { name, labels } = object.meta;
    found.set(name, {
      name,
      labels: { ...labels, [NAME_LABEL]: name },
      synthetic: false,
      source: object.source,
    });
  }
  for (const object of objects) {
    if (object.meta.namespace !== undefined) mention(object.meta.namespace, object.source);
  }
  for (const name of mentioned) if (name.kind === 'Namespace') mention(name.name, name.source);
  return [...found.values()].sort(compareBy(namespace => namespace.name));
}

const NAME_LABEL = 'kubernetes.io/metadata.name';
const compareSpans = compareBy<SourceSpan>(
  span => span.file,
  span => span.line,
);

function buildNodes(objects: readonly KubernetesObject[]): readonly Node[] {
  return objects
    .filter(object => object.kind === 'Node' && groupOf(object.apiVersion) === '')
    .map(object => {
      const info = at(object.body, 'status', 'nodeInfo');
      const kubelet = textAt(info, 'kubeletVersion');
      const osImage = textAt(info, 'osImage');
      const cidr = textAt(object.body, 'spec', 'podCIDR');
      const cidrs = textsAt(object.body, 'spec', 'podCIDRs');
      return {
        name: object.meta.name,
        labels: object.meta.labels,
        addresses: listAt(object.body, 'status', 'addresses')
          .filter(item => ['InternalIP', 'ExternalIP'].includes(textAt(item, 'type') ?? ''))
          .map(item => textAt(item, 'address') ?? '')
          .filter(address => address !== ''),
        podCidrs: cidrs.length > 0 || cidr === undefined ? cidrs : [cidr],
        ...(kubelet === undefined ? {} : { kubeletVersion: kubelet }),
        ...(osImage === undefined ? {} : { osImage }),
        source: object.source,
      };
    })
    .sort(compareBy(node => node.name));
}

function buildServiceAccounts(objects: readonly KubernetesObject[]): readonly ServiceAccount[] {
  return objects
    .filter(object => object.kind === 'ServiceAccount' && groupOf(object.apiVersion) === '')
    .map(object => ({
      namespace: object.meta.namespace ?? 'default',
      name: object.meta.name,
      labels: object.meta.labels,
      source: object.source,
    }))
    .sort(
      compareBy(
        account => account.namespace,
        account => account.name,
      ),
    );
}
