// S5-01: the inventory of in-scope components with what 12.5.1 asks for: controller, image digest, version, node,
// function or use, category, owner. Function and owner are words of people; a blank one is for the assessor.
import type { CheckId } from '../base/brand.ts';
import type { KubernetesObject } from '../model/object.ts';
import { listAt, textAt } from '../model/read.ts';
import { isInScope } from '../scope/category.ts';
import { clustersOf, workloadsOf, type CaseWorkload } from './case-view.ts';
import type { CaseFacts, CheckAnswer, ControlCheck, Witness } from './check.ts';
import { listingGaps } from './completeness.ts';
import { count } from '../scope/words.ts';
import { settle } from './settle.ts';

/** The check S5-01. */
export const inventoryFilled: ControlCheck = {
  id: 'S5-01' as CheckId,
  version: 1,
  title: 'The inventory of in-scope components is filled',
  seedRow: 'S5',
  requirements: ['12.5.1'],
  procedures: ['12.5.1.a'],
  run,
};

function run(facts: CaseFacts): CheckAnswer {
  const inScope = workloadsOf(facts, decision => isInScope(decision.category));
  const isDecided = inScope.some(item => item.decision.category !== 'undetermined');
  const objects = new Map(
    clustersOf(facts).map(cluster => [cluster, byName(cluster.simulator.snapshot.objects)]),
  );
  const lacking = inScope
    .map(item => ({
      item,
      blanks: blanksOf(facts, item, objects.get(item.facts) ?? new Map<string, KubernetesObject>()),
    }))
    .filter(one => one.blanks.length > 0);
  const filled = inScope.length - lacking.length;
  return settle(
    {
      failures: [],
      doubts: lacking.map(one => witness(one.item, one.blanks)),
      gaps: listingGaps(facts),
      population: isDecided ? inScope.map(item => item.name) : [],
      assumptions: ['Components outside the cluster are not in this inventory'],
    },
    {
      pass: `All ${count(inScope.length, 'in-scope workload')} show controller, image digest, version, node, function, category and owner.`,
      assess: `${filled} of ${count(inScope.length, 'in-scope workload')} are filled in; ${lacking.length} ${lacking.length === 1 ? 'has' : 'have'} blanks.`,
      empty: 'No workload of the case is known to be in scope: there is nothing to list.',
    },
    ['cluster'],
  );
}

function witness(item: CaseWorkload, blanks: readonly string[]): Witness {
  return {
    kind: 'object',
    text: `${item.name} shows no ${blanks.join(', ')}`,
    subject: item.name,
    source: item.workload.source,
  };
}

type ObjectsByName = ReadonlyMap<string, KubernetesObject>;

function byName(objects: readonly KubernetesObject[]): ObjectsByName {
  return new Map(
    objects.map(one => [`${one.kind} ${one.meta.namespace ?? 'default'}/${one.meta.name}`, one]),
  );
}

function blanksOf(facts: CaseFacts, item: CaseWorkload, objects: ObjectsByName): readonly string[] {
  const images = item.pods.flatMap(pod => pod.containers.map(container => container.image));
  const words = wordsOf(item, objects);
  const record = facts.engagement.justifications.find(one => one.subject.trim() === item.workload.id);
  const mark = facts.engagement.scopeMarks.find(
    one => one.workload === item.workload.id && one.role !== undefined,
  );
  const digests = item.pods.every(pod =>
    hasDigests(
      objects.get(`Pod ${pod.id}`),
      pod.containers.map(one => one.image),
    ),
  );
  const facets: readonly (readonly [name: string, known: boolean])[] = [
    ['controller', item.workload.kind !== ''],
    ['image digest', images.length > 0 && digests],
    ['version', images.length > 0 && images.every(isVersioned)],
    ['node', item.pods.length > 0 && item.pods.every(pod => pod.node !== undefined)],
    [
      'function or use',
      record !== undefined || mark !== undefined || FUNCTION_KEYS.some(key => words.has(key)),
    ],
    ['category', item.decision.category !== 'undetermined'],
    ['owner', record?.approvedBy !== undefined || OWNER_KEYS.some(key => words.has(key))],
  ];
  return facets.filter(([, known]) => !known).map(([name]) => name);
}

const FUNCTION_KEYS = ['description', 'function', 'purpose', 'component'];
const OWNER_KEYS = ['owner', 'team', 'contact'];

/** Keys, without their prefix, of the labels and annotations that say something. */
function wordsOf({ workload }: CaseWorkload, objects: ObjectsByName): ReadonlySet<string> {
  const object = objects.get(`${workload.kind} ${workload.namespace}/${workload.name}`);
  const all = [workload.labels, object?.meta.labels ?? {}, object?.meta.annotations ?? {}];
  return new Set(
    all
      .flatMap(labels => Object.entries(labels))
      .filter(([, value]) => value.trim() !== '')
      .map(([key]) => key.slice(key.lastIndexOf('/') + 1).toLowerCase()),
  );
}

/** A digest is in the image's own name or in what the node reported for the running container. */
function hasDigests(pod: KubernetesObject | undefined, images: readonly string[]): boolean {
  if (images.every(image => image.includes('@sha256:'))) return true;
  const reported = ['containerStatuses', 'initContainerStatuses'].flatMap(list =>
    listAt(pod?.body, 'status', list).map(status => textAt(status, 'imageID') ?? ''),
  );
  return reported.filter(text => text.includes('sha256:')).length >= images.length;
}

/** A tag other than `latest`, or a digest. */
function isVersioned(image: string): boolean {
  if (image.includes('@sha256:')) return true;
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag !== undefined && tag !== 'latest';
}
