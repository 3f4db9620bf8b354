// Parts the files of one cluster into exports: a cluster exported today and a week ago gives two snapshots, never one
// mixture. An export is told by the kube-system namespace that it holds; two of them are different exports where they
// disagree about the same objects. The later one is judged, earlier ones are kept for what was before.
import type { ClusterId, Instant } from '../base/brand.ts';
import { instantOf, millisecondsOf, parseInstant } from '../base/instant.ts';
import { compareBy, compareText, sortedUnique } from '../base/order.ts';
import { isOfExport, type Placement, type ReadFile } from './clusters.ts';
import { itemsOf, membersOf } from './document.ts';
import { text } from './formats/values.ts';
import type { ClusterExport, Diagnostic } from './intake.ts';
import type { UnplacedObject } from './read-object.ts';

/** Exports, which of them every file belongs to, and what is to be said. */
export interface Exports {
  readonly exports: readonly ClusterExport[];
  /** Files of a cluster with several exports that say of none that they belong to it. */
  readonly unplaced: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parts the files of every cluster. */
export function partExports(files: readonly ReadFile[], placement: Placement): Exports {
  const exports: ClusterExport[] = [];
  const unplaced = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const { id } of placement.clusters) {
    const own = files.filter(file => placement.of.get(file.path) === id && isOfExport(file));
    const groups = groupsOf(own);
    for (const path of groups.unplaced) unplaced.add(path);
    for (const [index, group] of groups.groups.entries())
      exports.push({
        cluster: id,
        ...(group.time === undefined ? {} : { notBefore: group.time }),
        files: group.files.map(file => file.path).sort(compareText),
        isLatest: index === groups.groups.length - 1,
      });
    diagnostics.push(...remarks(id, groups.groups, groups.unplaced));
  }
  return { exports, unplaced, diagnostics };
}

/** Files around one kube-system namespace, or several that agree. */
interface Group {
  readonly files: readonly ReadFile[];
  readonly time?: Instant;
  readonly version: string;
}

function groupsOf(files: readonly ReadFile[]): {
  readonly groups: readonly Group[];
  readonly unplaced: readonly string[];
} {
  const roots = rootsOf(files);
  if (roots.length < 2) return { groups: files.length === 0 ? [] : [groupOfFiles(files)], unplaced: [] };
  const byRoot = new Map<string, ReadFile[]>(roots.map(root => [root, []]));
  const unplaced: string[] = [];
  for (const file of files) {
    const root = rootOf(file, roots);
    if (root === undefined) unplaced.push(file.path);
    else byRoot.get(root)?.push(file);
  }
  const merged: ReadFile[][] = [];
  for (const own of byRoot.values()) {
    const friend = merged.find(group => !disagree(group, own));
    if (friend === undefined) merged.push([...own]);
    else friend.push(...own);
  }
  // One export in several folders has no doubtful files: they belong to the only one there is.
  if (merged.length === 1) return { groups: [groupOfFiles(files)], unplaced: [] };
  return { groups: merged.map(groupOfFiles).sort(compareGroups), unplaced };
}

/** Versions of one cluster only grow; where they cannot be compared, times tell. */
const compareGroups = compareBy<Group>(
  group => group.version.length,
  group => group.version,
  group => group.time ?? '',
  group => group.files[0]?.path ?? '',
);

function groupOfFiles(files: readonly ReadFile[]): Group {
  let time = Number.NEGATIVE_INFINITY;
  let version = '';
  for (const { leaf } of files) {
    for (const { started } of leaf.collections) time = Math.max(time, millisecondsOf(started));
    for (const object of leaf.objects) {
      for (const said of timesOf(object)) time = Math.max(time, said);
      const own = object.meta.resourceVersion ?? '';
      if (/^\d+$/.test(own) && (own.length - version.length || compareText(own, version)) > 0) version = own;
    }
  }
  return { files, version, ...(Number.isFinite(time) ? { time: instantOf(time) } : {}) };
}

/** A file with the name it was given under, as folders: files given under different names never share one. */
function foldersOf(file: Pick<ReadFile, 'given' | 'path'>): readonly string[] {
  return [file.given, ...file.path.split(/!?\//)];
}

/** For every file that holds a kube-system namespace the highest folder or archive around it that holds no other. */
function rootsOf(files: readonly ReadFile[]): readonly string[] {
  const anchors = files.filter(file => file.leaf.objects.some(isKubeSystem)).map(foldersOf);
  return sortedUnique(
    anchors.map(own => {
      const others = anchors.filter(other => other !== own);
      let depth = own.length;
      while (depth > 1 && !others.some(other => startsWith(other, own.slice(0, depth - 1)))) depth--;
      return own.slice(0, depth).join('\n');
    }),
  );
}

function rootOf(file: ReadFile, roots: readonly string[]): string | undefined {
  const own = foldersOf(file);
  return roots.find(root => startsWith(own, root.split('\n')));
}

function startsWith(whole: readonly string[], part: readonly string[]): boolean {
  return part.every((name, index) => whole[index] === name);
}

function isKubeSystem(object: UnplacedObject): boolean {
  return object.kind === 'Namespace' && object.apiVersion === 'v1' && object.meta.name === 'kube-system';
}

/** Collecting takes minutes, and what changes in them is no second export. */
const ONE_COLLECTION_MS = 60 * 60_000;

/** Whether two sets of files tell different versions of the same objects, at different times. */
function disagree(a: readonly ReadFile[], b: readonly ReadFile[]): boolean {
  const before = stateOf(a);
  const after = stateOf(b);
  const differs = [...after.versions].some(([key, version]) => {
    const known = before.versions.get(key);
    return known !== undefined && known !== version;
  });
  const replaced = [...after.pods].some(([namespace, pods]) => {
    const known = before.pods.get(namespace);
    return known !== undefined && known.join() !== pods.join();
  });
  if (!differs && !replaced) return false;
  const [one, two] = [groupOfFiles(a).time, groupOfFiles(b).time];
  return (
    one === undefined || two === undefined || Math.abs(Date.parse(one) - Date.parse(two)) > ONE_COLLECTION_MS
  );
}

function stateOf(files: readonly ReadFile[]): {
  readonly versions: ReadonlyMap<string, string>;
  readonly pods: ReadonlyMap<string, readonly string[]>;
} {
  const versions = new Map<string, string>();
  const pods = new Map<string, string[]>();
  for (const { leaf } of files)
    for (const { apiVersion, kind, meta } of leaf.objects) {
      const { uid, resourceVersion, namespace = '' } = meta;
      if (uid === undefined || resourceVersion === undefined) continue;
      versions.set(`${apiVersion} ${kind} ${uid}`, resourceVersion);
      if (kind !== 'Pod') continue;
      const known = pods.get(namespace);
      if (known === undefined) pods.set(namespace, [uid]);
      else known.push(uid);
    }
  for (const uids of pods.values()) uids.sort(compareText);
  return { versions, pods };
}

/** Times that an object speaks of, in milliseconds since 1970. */
function timesOf({ meta, body }: UnplacedObject): readonly number[] {
  const status = membersOf(body['status']);
  const spec = membersOf(body['spec']);
  const said = [
    meta.created ?? '',
    text(status['startTime']),
    text(spec['renewTime']),
    text(body['lastTimestamp']),
    ...itemsOf(status['conditions']).flatMap(condition => {
      const { lastHeartbeatTime, lastTransitionTime, lastUpdateTime } = membersOf(condition);
      return [text(lastHeartbeatTime), text(lastTransitionTime), text(lastUpdateTime)];
    }),
  ];
  return said.flatMap(one => {
    const instant = one === '' ? undefined : parseInstant(one);
    return instant === undefined ? [] : [Date.parse(instant)];
  });
}

function remarks(
  cluster: ClusterId,
  groups: readonly Group[],
  unplaced: readonly string[],
): readonly Diagnostic[] {
  if (groups.length < 2) return [];
  const named = (group: Group): string => group.files[0]?.path ?? '';
  const earlier = groups.slice(0, -1).map((group): Diagnostic => ({
    code: 'intake.export.earlier',
    severity: 'info',
    message: `An earlier export of cluster ${cluster}${group.time === undefined ? '' : ` (not before ${group.time})`}: one of ${groups.length}, kept apart; the latest is judged`,
    file: named(group),
  }));
  const left = unplaced.map((file): Diagnostic => ({
    code: 'intake.export.ambiguous',
    severity: 'error',
    message: `${groups.length} exports of cluster ${cluster} were given and this file says of none that it belongs to it; it is left out. Put it into the folder of its export`,
    file,
  }));
  return [...earlier, ...left];
}
