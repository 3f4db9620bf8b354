// Ends that differ in nothing a policy can ask about, as one group with its first end standing for all. Labels that no
// selector names (a template hash, a pod's own name) never part two pods. Which groups a question means is found through
// an index of label values, so that a selector is only asked where it can hold.
import { parseAddressRange } from '../../base/address.ts';
import { compareText, sortedUnique } from '../../base/order.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { CompiledPolicySet, EndNeed, Endpoint, EndTest } from '../../policy/compiled.ts';
import type { ExternalSpace } from '../external-space.ts';

/** Groups of like ends. */
export interface EndGroups {
  /** The first end of each group. */
  readonly ends: readonly Endpoint[];
  readonly groupOf: ReadonlyMap<Endpoint, number>;
  /** Groups that a question answers with anything but 0, ascending, and the answers. */
  ask(test: EndTest): Answers;
}

/** Who was answered with something else than 0. */
export interface Answers {
  readonly at: readonly number[];
  readonly answers: readonly number[];
}

/** Groups ends; `labels` are the keys that policies read, absent = every key; `byNode` who is told apart by node too. */
export function groupLikeEnds(
  ends: readonly Endpoint[],
  snapshot: ClusterSnapshot,
  space: ExternalSpace,
  labels: readonly string[] | undefined,
  byNode?: CompiledPolicySet['byNode'],
): EndGroups {
  const likeKey = keyMaker(snapshot, space, labels);
  const keyOf = (end: Endpoint): string =>
    byNode === 'all' || (byNode === 'hosts' && end.kind === 'host')
      ? `${end.node ?? ''}\n${likeKey(end)}`
      : likeKey(end);
  const byKey = new Map<string, number>();
  const groupOf = new Map<Endpoint, number>();
  const first: Endpoint[] = [];
  for (const end of ends) {
    const key = keyOf(end);
    let group = byKey.get(key);
    if (group === undefined) {
      group = first.push(end) - 1;
      byKey.set(key, group);
    }
    groupOf.set(end, group);
  }
  return { ends: first, groupOf, ask: askWhereNeeded(first) };
}

/** The label keys that questions read; undefined when one of them may read any. */
export function labelsRead(tests: readonly EndTest[]): readonly string[] | undefined {
  const keys = new Set<string>();
  for (const test of tests) {
    if (test.labels === undefined) return undefined;
    for (const key of test.labels) keys.add(key);
  }
  return sortedUnique(keys);
}

function keyMaker(
  snapshot: ClusterSnapshot,
  space: ExternalSpace,
  labels: readonly string[] | undefined,
): (end: Endpoint) => string {
  const services = servicesByPod(snapshot);
  const piecesOf = (end: Endpoint): string =>
    end.ips
      .map(ip => {
        const range = parseAddressRange(ip);
        return (range === undefined ? undefined : space.pieceOf(range)) ?? ip;
      })
      .join(',');
  return end => {
    if (end.kind !== 'pod') return `${end.kind}\n${end.namespace ?? ''}\n${piecesOf(end)}`;
    const keys = labels ?? Object.keys(end.labels).sort(compareText);
    let own = '';
    for (const key of keys) {
      const value = Object.hasOwn(end.labels, key) ? end.labels[key] : undefined;
      // Labels cannot hold line ends or tabs, so that the parts stay apart.
      if (value !== undefined) own += `${key}\t${value}\n`;
    }
    const ports = end.ports.map(port => `${port.name}:${port.port}/${port.protocol}`).sort(compareText);
    const place = `${end.namespace ?? ''}\n${end.namespaceExported === false ? 'unknown' : ''}`;
    const behind = services.get(end.id) ?? '';
    const mesh = end.mesh === undefined ? '' : JSON.stringify(end.mesh);
    return `pod\n${place}\n${end.serviceAccount ?? ''}\n${own}\n${ports.join(',')}\n${piecesOf(end)}\n${behind}\n${mesh}`;
  };
}

function servicesByPod(snapshot: ClusterSnapshot): ReadonlyMap<string, string> {
  const groups = new Map<string, string>();
  for (const service of snapshot.services)
    for (const pod of service.pods)
      groups.set(pod, `${groups.get(pod) ?? ''}${service.namespace}/${service.name},`);
  return groups;
}

function askWhereNeeded(ends: readonly Endpoint[]): EndGroups['ask'] {
  const index = indexEnds(ends);
  const everyone = ends.map((_, at) => at);
  return test => {
    let fewest = everyone;
    for (const need of test.needs) {
      const some = index.having(need);
      if (some.length < fewest.length) fewest = some;
    }
    const candidates = fewest === everyone ? everyone : inOrder(fewest, index.always);
    const at: number[] = [];
    const answers: number[] = [];
    for (const group of candidates) {
      const end = ends[group];
      const answer = end === undefined ? 0 : test.ask(end);
      if (answer === 0) continue;
      at.push(group);
      answers.push(answer);
    }
    return { at, answers };
  };
}

interface EndIndex {
  /** Ends that needs say nothing about: no pods, or pods of whose namespace the labels are not known. */
  readonly always: readonly number[];
  /** Other ends that meet a need. */
  having(need: EndNeed): number[];
}

function indexEnds(ends: readonly Endpoint[]): EndIndex {
  const always: number[] = [];
  const places = new Map<string, number[]>();
  const note = (key: string, at: number): void => {
    const some = places.get(key);
    if (some === undefined) places.set(key, [at]);
    else some.push(at);
  };
  ends.forEach((end, at) => {
    if (end.kind !== 'pod' || end.namespaceExported === false || hidesInherited(end)) {
      always.push(at);
      return;
    }
    note(`namespace\n${end.namespace ?? ''}`, at);
    for (const [key, value] of Object.entries(end.labels)) note(`label\n${key}\n${value}`, at);
    for (const [key, value] of Object.entries(end.namespaceLabels))
      note(`namespace-label\n${key}\n${value}`, at);
  });
  return {
    always,
    having: need => {
      if (need.kind === 'namespace') return places.get(`namespace\n${need.name}`) ?? [];
      const lists = [...new Set(need.values)].map(
        value => places.get(`${need.kind}\n${need.key}\n${value}`) ?? [],
      );
      return lists.length === 1 ? (lists[0] ?? []) : lists.flat().sort((a, b) => a - b);
    },
  };
}

// A pod's own label may stand where an inherited one would.
function hidesInherited(end: Endpoint): boolean {
  return Object.keys(end.labels).some(key => key.startsWith('pcns.') || key.startsWith('pcsa.'));
}

function inOrder(a: readonly number[], b: readonly number[]): readonly number[] {
  return b.length === 0 ? a : [...a, ...b].sort((x, y) => x - y);
}
