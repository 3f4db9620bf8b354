// What was and was not collected, kind by kind, and which names are mentioned but missing.
// "Asked, none", "forbidden" and "not collected" stay apart: only the first is evidence of absence.
import { compareBy, compareText } from '../base/order.ts';
import type { SourceSpan } from '../base/source.ts';
import { askedNamespace } from './asked-namespace.ts';
import { groupOf, type KubernetesObject } from './object.ts';
import { listedGroup, POLICY_KINDS } from './policy-kinds.ts';
import { at, listAt, textAt } from './read.ts';
import type { Collection, KindCollection, MissingName, Namespace, Pod } from './snapshot.ts';

/** A place in a file that says "Forbidden", "No resources found" and the like. */
export interface CollectionGap {
  readonly state: 'forbidden' | 'asked-none' | 'error';
  readonly what: string;
  readonly group: string;
  readonly source: SourceSpan;
  /** A document of this kind could not be read; in which namespace, where that could be told. */
  readonly lost?: { readonly namespace?: string };
}

/** What the collection is told from. */
export interface CollectionInput {
  readonly objects: readonly KubernetesObject[];
  readonly gaps: readonly CollectionGap[];
  readonly mentioned: readonly MissingName[];
  readonly namespaces: readonly Namespace[];
  readonly pods: readonly Pod[];
}

/** Builds the collection. */
export function buildCollection(input: CollectionInput): Collection {
  const kinds = collectKinds(input);
  return {
    kinds,
    servedKindsKnown: kinds.some(
      entry =>
        entry.kind === 'CustomResourceDefinition' &&
        (entry.state === 'present' || entry.state === 'asked-none'),
    ),
    missing: missingNames(input),
    forbidden: input.gaps
      .filter(gap => gap.state !== 'asked-none')
      .map(gap => ({ what: gap.group === '' ? gap.what : `${gap.what}.${gap.group}`, source: gap.source }))
      .sort(
        compareBy(
          gap => gap.what,
          gap => gap.source.file,
          gap => gap.source.line,
        ),
      ),
    ...lostDocuments(input.gaps),
    fromManifests: input.objects.length > 0 && input.objects.every(object => object.fromManifest),
  };
}

function lostDocuments(gaps: readonly CollectionGap[]): Pick<Collection, 'lost'> {
  const lost = gaps
    .flatMap(({ lost: found, what, group, source }) =>
      found === undefined ? [] : [{ kind: what, group, source, ...found }],
    )
    .sort(
      compareBy(
        item => item.source.file,
        item => item.source.line,
        item => item.kind,
      ),
    );
  return lost.length === 0 ? {} : { lost };
}

interface KindTally {
  readonly group: string;
  readonly kind: string;
  objects: number;
  askedNone: boolean;
  forbidden: boolean;
  readonly sources: Map<string, SourceSpan>;
  /** Namespaces that were asked one by one, and whether it was asked without naming one. */
  readonly askedIn: Set<string>;
  askedWide: boolean;
}

function collectKinds(input: CollectionInput): readonly KindCollection[] {
  const tallies = new Map<string, KindTally>();
  const tally = (group: string, kind: string): KindTally => {
    const key = `${group}/${kind}`;
    const found = tallies.get(key) ?? emptyTally(group, kind);
    tallies.set(key, found);
    return found;
  };
  const known = new Set(input.namespaces.map(namespace => namespace.name));
  const noteAsked = (entry: KindTally, file: string): void => {
    const namespace = askedNamespace(file, known);
    if (namespace === undefined) entry.askedWide = true;
    else entry.askedIn.add(namespace);
  };
  tally('networking.k8s.io', 'NetworkPolicy');
  for (const object of input.objects) {
    const entry = tally(listedGroup(groupOf(object.apiVersion), object.kind), object.kind);
    entry.objects++;
    if (object.meta.namespace === undefined) entry.askedWide = true;
    else noteAsked(entry, object.source.file);
    keepSource(entry, object.source);
    if (object.kind !== 'CustomResourceDefinition') continue;
    const kind =
      textAt(object.body, 'spec', 'names', 'kind') ?? textAt(object.body, 'status', 'acceptedNames', 'kind');
    if (kind !== undefined) tally(listedGroup(textAt(object.body, 'spec', 'group') ?? '', kind), kind);
  }
  for (const gap of input.gaps) {
    const named = kindOfGap(gap, [...tallies.values()]);
    const entry = tally(named.group, named.kind);
    keepSource(entry, gap.source);
    if (gap.state === 'asked-none') {
      entry.askedNone = true;
      noteAsked(entry, gap.source.file);
    } else entry.forbidden = true;
  }
  return [...tallies.values()]
    .map(entry => kindOfTally(entry, known))
    .sort(
      compareBy(
        entry => entry.group,
        entry => entry.kind,
      ),
    );
}

function emptyTally(group: string, kind: string): KindTally {
  return {
    group,
    kind,
    objects: 0,
    askedNone: false,
    forbidden: false,
    sources: new Map(),
    askedIn: new Set(),
    askedWide: false,
  };
}

/** One source per file is enough to walk back; the earliest line is kept. */
function keepSource(entry: KindTally, source: SourceSpan): void {
  const known = entry.sources.get(source.file);
  if (known === undefined || source.line < known.line) entry.sources.set(source.file, source);
}

function kindOfTally(entry: KindTally, known: ReadonlySet<string>): KindCollection {
  const isNarrow = !entry.forbidden && !entry.askedWide && entry.askedIn.size > 0;
  const notAskedIn = isNarrow ? [...known].filter(name => !entry.askedIn.has(name)).sort(compareText) : [];
  return {
    group: entry.group,
    kind: entry.kind,
    state: stateOf(entry, notAskedIn),
    objects: entry.objects,
    sources: [...entry.sources.values()].sort(compareBy(source => source.file)),
    ...(notAskedIn.length === 0 ? {} : { notAskedIn }),
  };
}

/** None in some namespaces says nothing of the others. */
function stateOf(entry: KindTally, notAskedIn: readonly string[]): KindCollection['state'] {
  if (entry.forbidden) return 'forbidden';
  if (entry.objects > 0) return 'present';
  return entry.askedNone && notAskedIn.length === 0 ? 'asked-none' : 'not-collected';
}

/** A gap may name a kind, a `...List`, or a plural resource such as `networkpolicies`. */
function kindOfGap(
  gap: CollectionGap,
  seen: readonly { readonly group: string; readonly kind: string }[],
): { readonly group: string; readonly kind: string } {
  const what = gap.what.replace(/List$/, '');
  const group = listedGroup(gap.group, what);
  const wanted = what.toLowerCase();
  const found = [...POLICY_KINDS, ...seen].find(
    entry =>
      (group === '' || entry.group === group) &&
      [entry.kind.toLowerCase(), pluralOf(entry.kind)].includes(wanted),
  );
  return found === undefined ? { group, kind: what } : { group: found.group, kind: found.kind };
}

function pluralOf(kind: string): string {
  const word = kind.toLowerCase();
  if (word.endsWith('y')) return `${word.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}

function missingNames(input: CollectionInput): readonly MissingName[] {
  const known = new Set<string>([
    ...input.namespaces
      .filter(namespace => !namespace.synthetic)
      .map(namespace => `Namespace ${namespace.name}`),
    ...input.objects.flatMap(object => knownNames(object)),
  ]);
  const found = new Map<string, MissingName>();
  const all = [
    ...input.mentioned,
    ...input.pods.flatMap(mentionsOfPod),
    ...input.objects.flatMap(mentionsOfBinding),
    ...input.namespaces.flatMap(mentionOfNamespace),
  ].sort(compareMentions);
  for (const mention of all) {
    const key = `${mention.kind} ${mention.name}`;
    if (!known.has(key) && !found.has(`${key} ${mention.mentionedBy}`))
      found.set(`${key} ${mention.mentionedBy}`, mention);
  }
  return [...found.values()];
}

const compareMentions = compareBy<MissingName>(
  mention => mention.kind,
  mention => mention.name,
  mention => mention.mentionedBy,
  mention => mention.source.file,
  mention => mention.source.line,
);

function knownNames(object: KubernetesObject): readonly string[] {
  const name = `${object.meta.namespace ?? 'default'}/${object.meta.name}`;
  if (object.kind === 'Node') return [`Node ${object.meta.name}`];
  if (object.kind === 'Pod' || object.kind === 'ServiceAccount') return [`${object.kind} ${name}`];
  return [];
}

function mentionsOfPod(pod: Pod): readonly MissingName[] {
  const mentions: MissingName[] = [];
  if (pod.node !== undefined)
    mentions.push({ kind: 'Node', name: pod.node, mentionedBy: 'object', source: pod.source });
  if (pod.serviceAccount !== 'default')
    mentions.push({
      kind: 'ServiceAccount',
      name: `${pod.namespace}/${pod.serviceAccount}`,
      mentionedBy: 'object',
      source: pod.source,
    });
  return mentions;
}

function mentionsOfBinding(object: KubernetesObject): readonly MissingName[] {
  if (object.kind !== 'RoleBinding' && object.kind !== 'ClusterRoleBinding') return [];
  return listAt(object.body, 'subjects').flatMap(subject => {
    const name = textAt(subject, 'name');
    if (at(subject, 'kind') !== 'ServiceAccount' || name === undefined || name === 'default') return [];
    const namespace = textAt(subject, 'namespace') ?? object.meta.namespace ?? 'default';
    const by = { mentionedBy: 'rbac', source: object.source } as const;
    return [
      { kind: 'ServiceAccount', name: `${namespace}/${name}`, ...by },
      { kind: 'Namespace', name: namespace, ...by },
    ];
  });
}

function mentionOfNamespace(namespace: Namespace): readonly MissingName[] {
  if (!namespace.synthetic || namespace.source === undefined) return [];
  return [{ kind: 'Namespace', name: namespace.name, mentionedBy: 'object', source: namespace.source }];
}
