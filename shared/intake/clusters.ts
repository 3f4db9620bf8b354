// Which cluster each file belongs to. Clusters never merge: a cluster is the UID of its kube-system namespace, else
// the name it was given with, else `default`. A file that could belong to two is left out, and that is said.
import type { ClusterId } from '../base/brand.ts';
import { compareText, sortedUnique } from '../base/order.ts';
import { groupOf } from '../model/object.ts';
import type { Diagnostic, Intake } from './intake.ts';
import type { Leaf } from './leaf.ts';

/** A file that was read, before it has a cluster. */
export interface ReadFile {
  readonly path: string;
  /** Name given with `-c NAME=PATH`. */
  readonly given: string | undefined;
  readonly leaf: Leaf;
}

/** Clusters, and the cluster of every file that has one. */
export interface Placement {
  readonly clusters: Intake['clusters'];
  readonly of: ReadonlyMap<string, ClusterId>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Places every file. */
export function placeFiles(files: readonly ReadFile[]): Placement {
  const of = new Map<string, ClusterId>();
  const basis = new Map<ClusterId, Intake['clusters'][number]['basis']>();
  const diagnostics: Diagnostic[] = [];
  const exports = files.filter(file => file.leaf.objects.length > 0 || file.leaf.gaps.length > 0);
  for (const given of sortedUnique(exports.map(file => file.given ?? '')))
    placeGroup(
      exports.filter(file => (file.given ?? '') === given),
      given,
      of,
      basis,
      diagnostics,
    );
  const ids = [...basis.keys()].sort(compareText);
  placeLogs(files, ids, of, basis, diagnostics);
  return {
    clusters: [...basis.entries()]
      .map(([id, how]) => ({ id, basis: how }))
      .sort((a, b) => compareText(a.id, b.id)),
    of,
    diagnostics,
  };
}

type Bases = Map<ClusterId, Intake['clusters'][number]['basis']>;

function placeGroup(
  group: readonly ReadFile[],
  given: string,
  of: Map<string, ClusterId>,
  basis: Bases,
  diagnostics: Diagnostic[],
): void {
  const uidsOf = new Map(group.map(file => [file.path, kubeSystemUids(file.leaf)]));
  const uids = sortedUnique([...uidsOf.values()].flat());
  const [only] = uids;
  if (uids.length <= 1) {
    const id = (only ?? (given === '' ? 'default' : given)) as ClusterId;
    basis.set(id, only !== undefined ? 'kube-system-uid' : given === '' ? 'default' : 'given-name');
    for (const file of group) of.set(file.path, id);
    const [first] = group;
    if (id === 'default' && first !== undefined)
      diagnostics.push({
        code: 'intake.cluster.unnamed',
        severity: 'info',
        message:
          'The export has no kube-system namespace and was given no name; its cluster is called default',
        file: first.path,
      });
    return;
  }
  for (const uid of uids) basis.set(uid as ClusterId, 'kube-system-uid');
  for (const file of group) {
    const uid = nearestUid(file.path, uidsOf);
    if (uid !== undefined) of.set(file.path, uid as ClusterId);
    else
      diagnostics.push({
        code: 'intake.cluster.ambiguous',
        severity: 'error',
        message: `${uids.length} clusters were given together and this file says of none that it is its own; it is left out. Name them with -c NAME=PATH`,
        file: file.path,
      });
  }
}

function kubeSystemUids(leaf: Leaf): readonly string[] {
  return sortedUnique(
    leaf.objects
      .filter(
        object =>
          object.kind === 'Namespace' &&
          groupOf(object.apiVersion) === '' &&
          object.meta.name === 'kube-system',
      )
      .flatMap(object => object.meta.uid ?? []),
  );
}

/** The one UID in the file itself, else in the nearest folder above it that holds exactly one. */
function nearestUid(path: string, uidsOf: ReadonlyMap<string, readonly string[]>): string | undefined {
  const own = uidsOf.get(path) ?? [];
  if (own.length > 0) return own.length === 1 ? own[0] : undefined;
  const folders = path.split(/!?\//);
  for (let depth = folders.length - 1; depth > 0; depth--) {
    const folder = folders.slice(0, depth).join('/');
    const inside = sortedUnique(
      [...uidsOf].flatMap(([other, uids]) =>
        other.split(/!?\//).join('/').startsWith(`${folder}/`) ? uids : [],
      ),
    );
    if (inside.length === 1) return inside[0];
    if (inside.length > 1) return undefined;
  }
  return undefined;
}

/** Logs and scans belong to the only cluster; with several, to none that we could name. */
function placeLogs(
  files: readonly ReadFile[],
  ids: readonly ClusterId[],
  of: Map<string, ClusterId>,
  basis: Bases,
  diagnostics: Diagnostic[],
): void {
  for (const file of files) {
    if (of.has(file.path) || file.leaf.objects.length > 0 || file.leaf.records === 0) continue;
    if (file.leaf.format === 'engagement' || file.leaf.format === 'kubernetes') continue;
    const [only, ...others] = ids;
    if (only !== undefined && others.length === 0) of.set(file.path, only);
    else {
      const id = 'default' as ClusterId;
      of.set(file.path, id);
      if (!basis.has(id)) basis.set(id, 'default');
      diagnostics.push({
        code: 'intake.cluster.unattributed',
        severity: 'warning',
        message:
          only === undefined
            ? 'No cluster export came with it; its cluster is called default'
            : `${ids.length} clusters were given and the file names none; it is kept apart as default`,
        file: file.path,
      });
    }
  }
}
