// Who is claimed to be in the CDE by labels on pods, templates or namespaces, and where those labels disagree.
// Claims only: what the assessor marked is applied later and wins.
import type { WorkloadId } from '../base/brand.ts';
import type { ClusterSnapshot, Namespace, Pod, Workload } from '../model/snapshot.ts';
import type { LabelClaim, ReadClaim } from './scope-selector.ts';
import type { ScopeBasis, ScopeItem } from './scope.ts';
import { count } from './words.ts';

/** The claims of one cluster. */
export interface Claims {
  /** Workloads claimed by a label, with what shows it. */
  readonly workloads: ReadonlyMap<WorkloadId, readonly ScopeBasis[]>;
  /** Label drift and label conflicts. */
  readonly items: readonly ScopeItem[];
  /** Labels that claimed, `key=value`. */
  readonly seen: readonly string[];
}

/** Reads the claims of a cluster. */
export function readClaims(snapshot: ClusterSnapshot, read: ReadClaim): Claims {
  const pods = new Map(snapshot.pods.map(pod => [pod.id, pod]));
  const namespaces = new Map(snapshot.namespaces.map(namespace => [namespace.name, namespace]));
  const workloads = new Map<WorkloadId, readonly ScopeBasis[]>();
  const items: ScopeItem[] = [];
  const seen = new Set<string>();
  for (const workload of snapshot.workloads) {
    const claims = claimsOf(
      workload,
      workload.pods.flatMap(id => pods.get(id) ?? []),
      namespaces.get(workload.namespace),
      read,
    );
    const basis = basisOf(claims);
    for (const text of claims.flatMap(part => part.claim.yes)) seen.add(text);
    if (basis.length > 0) workloads.set(workload.id, basis);
    items.push(...driftOf(workload, claims), ...conflictOf(workload, claims));
  }
  return { workloads, items, seen: [...seen] };
}

interface ClaimPart {
  readonly on: 'pod' | 'template' | 'namespace';
  readonly name: string;
  readonly claim: LabelClaim;
  readonly source: ScopeBasis['source'];
}

function claimsOf(
  workload: Workload,
  pods: readonly Pod[],
  namespace: Namespace | undefined,
  read: ReadClaim,
): readonly ClaimPart[] {
  const template: readonly ClaimPart[] =
    workload.templateLabels === undefined
      ? []
      : [
          {
            on: 'template',
            name: workload.id,
            claim: read(workload.templateLabels),
            source: workload.source,
          },
        ];
  return [
    ...pods
      .filter(pod => !pod.synthetic || workload.templateLabels === undefined)
      .map(pod => ({ on: 'pod' as const, name: pod.id, claim: read(pod.labels), source: pod.source })),
    ...template,
    ...(namespace === undefined
      ? []
      : [
          {
            on: 'namespace' as const,
            name: namespace.name,
            claim: read(namespace.labels),
            source: namespace.source ?? workload.source,
          },
        ]),
  ];
}

function basisOf(claims: readonly ClaimPart[]): readonly ScopeBasis[] {
  const pods = claims.filter(part => part.on === 'pod');
  const claiming = pods.filter(part => part.claim.yes.length > 0);
  const first = claiming[0];
  const bases: ScopeBasis[] = [];
  if (first !== undefined)
    bases.push(
      labelBasis(
        `Label ${first.claim.yes.join(', ')} on ${claiming.length} of ${count(pods.length, 'pod')}`,
        first,
      ),
    );
  for (const part of claims) {
    if (part.on === 'pod' || part.claim.yes.length === 0) continue;
    const where = part.on === 'template' ? 'the pod template' : `namespace ${part.name}`;
    bases.push(labelBasis(`Label ${part.claim.yes.join(', ')} on ${where}`, part));
  }
  return bases;
}

function labelBasis(text: string, part: ClaimPart): ScopeBasis {
  return { kind: 'label', text, ...(part.source === undefined ? {} : { source: part.source }) };
}

/** New pods are made from the template: a label that only pods carry is lost with the next rollout, and the reverse. */
function driftOf(workload: Workload, claims: readonly ClaimPart[]): readonly ScopeItem[] {
  const pods = claims.filter(part => part.on === 'pod');
  const claiming = pods.filter(part => part.claim.yes.length > 0);
  const silent = pods.filter(part => part.claim.yes.length === 0);
  const template = claims.find(part => part.on === 'template');
  const label = [...claiming, ...(template === undefined ? [] : [template])]
    .flatMap(part => part.claim.yes)
    .at(0);
  if (label === undefined || pods.length === 0) return [];
  const isOnTemplate = (template?.claim.yes.length ?? 0) > 0;
  if (template !== undefined && !isOnTemplate)
    return [
      drift(
        workload,
        `Label ${label} is on ${claiming.length} of ${pods.length} pods of ${workload.id} but not on its template: pods made from it later do not carry it`,
        claiming[0],
      ),
    ];
  if (silent.length === 0) return [];
  const where = isOnTemplate ? 'on the template' : `on ${claiming.length} of ${pods.length} pods`;
  return [
    drift(
      workload,
      `Label ${label} is ${where} of ${workload.id} but not on ${silent.length} of its ${pods.length} pods, such as ${silent[0]?.name ?? ''}`,
      silent[0],
    ),
  ];
}

function drift(workload: Workload, text: string, part: ClaimPart | undefined): ScopeItem {
  return {
    id: `label-drift:${workload.cluster}:${workload.id}`,
    kind: 'label-drift',
    text,
    source: part?.source ?? workload.source,
  };
}

function conflictOf(workload: Workload, claims: readonly ClaimPart[]): readonly ScopeItem[] {
  const yes = claims.find(part => part.claim.yes.length > 0);
  const no = claims.find(part => part.claim.no.length > 0);
  if (yes === undefined || no === undefined) return [];
  return [
    {
      id: `label-conflict:${workload.cluster}:${workload.id}`,
      kind: 'label-conflict',
      text: `${workload.id}: ${yes.claim.yes.join(', ')} on ${yes.on} ${yes.name} and ${no.claim.no.join(', ')} on ${no.on} ${no.name} disagree; it counts as claimed until the assessor decides`,
      source: no.source ?? workload.source,
    },
  ];
}
