// Which cluster a file proves to be of. The UID of kube-system names one for sure. Without it, things that every cluster
// has once (the first namespaces, the API server's service, nodes by name) can still show that a file is of another one.
import { compareBy, compareText, sortedUnique } from '../base/order.ts';
import { groupOf } from '../model/object.ts';
import type { ReadFile } from './clusters.ts';
import type { UnplacedObject } from './read-object.ts';

/** Names of clusters by path, for the files that prove one, and all names. */
interface Anchors {
  readonly of: ReadonlyMap<string, readonly string[]>;
  readonly ids: readonly string[];
  /** Names that were made up, since their files contradict all others; each with a file and what shows it. */
  readonly apart: ReadonlyMap<string, { readonly file: string; readonly mark: string }>;
}

/** The clusters that the files of a group prove; `unnamed` is what the group is called without any proof. */
export function anchorsOf(group: readonly ReadFile[], unnamed: string): Anchors {
  const of = new Map<string, readonly string[]>(group.map(file => [file.path, kubeSystemUids(file)]));
  const uids = sortedUnique([...of.values()].flat());
  if (uids.length > 1) return { of, ids: uids, apart: new Map() };
  const apart = new Map<string, { readonly file: string; readonly mark: string }>();
  const [base = unnamed] = uids;
  const known = new Map<string, Map<string, string>>([[base, new Map()]]);
  const units = unitsOf(group).sort(
    compareBy(
      unit => (unit.files.some(file => (of.get(file.path) ?? []).length > 0) ? 0 : 1),
      unit => -unit.marks.size,
      unit => unit.path,
    ),
  );
  for (const { files, marks } of units) {
    if (marks.size === 0) continue;
    const home = [...known].find(([, seen]) => contradiction(seen, marks) === undefined)?.[0];
    const id = home ?? nameOf(unnamed, marks);
    const mark = contradiction(known.get(base) ?? new Map(), marks);
    const [file] = files;
    if (home === undefined && mark !== undefined && file !== undefined)
      apart.set(id, { file: file.path, mark });
    const seen = known.get(id) ?? new Map<string, string>();
    for (const [mark, uid] of marks) seen.set(mark, uid);
    known.set(id, seen);
    for (const file of files) of.set(file.path, [id]);
  }
  return { of, ids: [...known.keys()].sort(compareText), apart };
}

/** Files that were surely collected together: one archive or workbook of members, else the file alone. */
function unitsOf(group: readonly ReadFile[]): {
  readonly path: string;
  readonly files: readonly ReadFile[];
  readonly marks: ReadonlyMap<string, string>;
}[] {
  const units = new Map<string, ReadFile[]>();
  for (const file of group) {
    const [path = ''] = file.path.split('!/');
    const known = units.get(path);
    if (known === undefined) units.set(path, [file]);
    else known.push(file);
  }
  return [...units].map(([path, files]) => ({
    path,
    files,
    marks: new Map(
      files
        .flatMap(file => file.leaf.objects.flatMap(markOf))
        .sort((a, b) => compareText(a[0], b[0]) || compareText(a[1], b[1])),
    ),
  }));
}

/** A thing that a cluster has once, with its UID. */
function markOf({ apiVersion, kind, meta }: UnplacedObject): readonly (readonly [string, string])[] {
  if (meta.uid === undefined || groupOf(apiVersion) !== '') return [];
  const isMark =
    (kind === 'Namespace' && FIRST_NAMESPACES.includes(meta.name)) ||
    (kind === 'Service' && meta.namespace === 'default' && meta.name === 'kubernetes') ||
    kind === 'Node';
  return isMark ? [[`${kind} ${meta.name}`, meta.uid]] : [];
}

const FIRST_NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** Something that has another UID there. */
function contradiction(
  seen: ReadonlyMap<string, string>,
  marks: ReadonlyMap<string, string>,
): string | undefined {
  return [...marks].find(([mark, uid]) => (seen.get(mark) ?? uid) !== uid)?.[0];
}

/** Named after what tells it apart, so that it is the same whatever its files are called. */
function nameOf(unnamed: string, marks: ReadonlyMap<string, string>): string {
  const [uid = ''] = [...marks.values()];
  return `${unnamed}-${uid.slice(0, 8)}`;
}

function kubeSystemUids(file: ReadFile): readonly string[] {
  return sortedUnique(
    file.leaf.objects
      .filter(
        ({ kind, apiVersion, meta }) =>
          kind === 'Namespace' && groupOf(apiVersion) === '' && meta.name === 'kube-system',
      )
      .flatMap(object => object.meta.uid ?? []),
  );
}
