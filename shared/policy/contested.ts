// Policies that an export holds twice with different content, and nothing says which is in force (two manifests of one
// name). Neither is applied: each is compiled alone to learn whom it could touch, and there every answer stays open.
import { compareText } from '../base/order.ts';
import { printSpan } from '../base/source.ts';
import { groupOf, type KubernetesObject } from '../model/object.ts';
import { listedGroup, policyKindOf } from '../model/policy-kinds.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type {
  CompiledPolicy,
  CompiledPolicySet,
  Direction,
  Endpoint,
  Truth,
  UnsupportedPolicy,
} from './compiled.ts';

/** One name, and every text given under it. */
export type Contested = readonly [KubernetesObject, KubernetesObject, ...KubernetesObject[]];

/** The policies that decide, apart from those that are contested. */
export function settlePolicies(snapshot: ClusterSnapshot): {
  readonly settled: ClusterSnapshot;
  readonly contested: readonly Contested[];
} {
  const byName = new Map<string, KubernetesObject[]>();
  for (const object of snapshot.policies) {
    if (policyKindOf(object)?.decides !== true) continue;
    const key = keyOf(object);
    const before = byName.get(key);
    if (before === undefined) byName.set(key, [object]);
    else before.push(object);
  }
  const contested = [...byName.entries()]
    .sort((a, b) => compareText(a[0], b[0]))
    .flatMap(([, objects]) => (isContested(objects) ? [objects] : []));
  if (contested.length === 0) return { settled: snapshot, contested };
  const out = new Set<KubernetesObject>(contested.flat());
  const settled = { ...snapshot, policies: snapshot.policies.filter(object => !out.has(object)) };
  return { settled, contested };
}

/** What a contested policy leaves open; `compile` compiles the cluster with one of its texts as its only policy. */
export function leftOpen(
  variants: Contested,
  compile: (object: KubernetesObject) => CompiledPolicySet,
): UnsupportedPolicy {
  const [object, other] = variants;
  const { name, namespace } = object.meta;
  const touched = variants.map(variant => touchOf(compile(variant)));
  const all = touched.flatMap(touch => touch ?? []);
  const known = touched.includes(undefined)
    ? {}
    : {
        directions: DIRECTIONS.filter(direction => all.some(policy => policy[direction])),
        selects: (end: Endpoint): Truth =>
          all.some(policy => policy.selects(end) !== 'no') ? 'unknown' : 'no',
      };
  return {
    id: idOf(object),
    kind: object.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    reason: `given twice with different content, also at ${printSpan(other.source)}: which one is in force cannot be told`,
    source: object.source,
    ...known,
  };
}

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

function isContested(objects: readonly KubernetesObject[]): objects is Contested {
  return objects.length > 1;
}

/** The policies one text comes to; undefined when it was not understood whole, so that it may touch anything. */
function touchOf(set: CompiledPolicySet): readonly CompiledPolicy[] | undefined {
  if (set.unsupported.length + set.refused.length > 0) return undefined;
  const stages = [set, ...(set.gates ?? [])].flatMap(gate => [...gate.ingress, ...gate.egress]);
  return stages.flatMap(stage => stage.policies).filter(policy => !policy.staged);
}

function keyOf(object: KubernetesObject): string {
  const group = listedGroup(groupOf(object.apiVersion), object.kind);
  return [group, object.kind, object.meta.namespace ?? '', object.meta.name].join('|');
}

/** Calico's NetworkPolicy carries its group, to tell it from the Kubernetes one. */
function idOf(object: KubernetesObject): string {
  const group = listedGroup(groupOf(object.apiVersion), object.kind);
  const isOther = object.kind === 'NetworkPolicy' && group !== 'networking.k8s.io';
  const { name, namespace } = object.meta;
  const kind = isOther ? `NetworkPolicy.${group}` : object.kind;
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}
