// Which cluster each file belongs to. Clusters never merge: a cluster is the UID of its kube-system namespace, else
// the name it was given with, else `default`. A file that could belong to two is left out, and that is said.
import type { ClusterId } from '../base/brand.ts';
import { compareText, sortedUnique } from '../base/order.ts';
import type { Diagnostic, FormatName, Intake } from './intake.ts';
import { anchorsOf } from './cluster-anchors.ts';
import type { Leaf } from './leaf.ts';

/** A file that was read, before it has a cluster. */
export interface ReadFile {
  readonly path: string;
  /** Name given with `-c NAME=PATH`, '' for none. */
  readonly given: string;
  readonly leaf: Leaf;
  /** Clusters that its flow records and audit events name; '' where they name none. */
  readonly named: ReadonlySet<string>;
}

/** Clusters, and the cluster of every file that has one. */
export interface Placement {
  readonly clusters: Intake['clusters'];
  readonly of: ReadonlyMap<string, ClusterId>;
  /** The cluster of flow records that were given with one name and name a cluster themselves. */
  readonly ofRecords: (given: string, named: string) => ClusterId;
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether a file says something about what a cluster holds, or of its collection. */
export function isOfExport({ leaf }: ReadFile): boolean {
  return leaf.objects.length > 0 || leaf.gaps.length > 0 || leaf.collections.length > 0;
}

/** Places every file. */
export function placeFiles(files: readonly ReadFile[]): Placement {
  const of = new Map<string, ClusterId>();
  const basis: Bases = new Map();
  const groups = new Map<string, ClusterId>();
  const diagnostics: Diagnostic[] = [];
  const exports = files.filter(isOfExport);
  for (const given of sortedUnique(exports.map(file => file.given))) {
    const group = exports.filter(file => file.given === given);
    const only = placeGroup(group, given, of, basis, diagnostics);
    if (only !== undefined) groups.set(given, only);
  }
  const exported = [...basis.keys()].sort(compareText);
  const strangers = strangersIn(files, groups, exported);
  const ofRecords = (given: string, named: string): ClusterId =>
    strangers.has(`${given}\n${named}`)
      ? (named as ClusterId)
      : clusterOfRecords(given, named, groups, exported);
  diagnostics.push(...saidOfStrangers(files, strangers));
  placeLogs(files, exported, of, basis, ofRecords, diagnostics);
  return {
    clusters: [...basis.entries()]
      .map(([id, how]) => ({ id, basis: how }))
      .sort((a, b) => compareText(a.id, b.id)),
    of,
    ofRecords,
    diagnostics,
  };
}

/**
 * Names that logs of one format use for several clusters of which no export is known by that name: they cannot all be
 * the one that was given, so each is kept by itself. One name alone is another name of the only export.
 */
function strangersIn(
  files: readonly ReadFile[],
  groups: ReadonlyMap<string, ClusterId>,
  exported: readonly ClusterId[],
): ReadonlySet<string> {
  const byFormat = new Map<string, Set<string>>();
  for (const { given, leaf, named } of files)
    for (const name of named) {
      if (name === '' || groups.has(name) || exported.some(id => id === name)) continue;
      const key = `${given}\n${leaf.format}`;
      const names = byFormat.get(key) ?? new Set();
      byFormat.set(key, names.add(`${given}\n${name}`));
    }
  return new Set([...byFormat.values()].filter(names => names.size > 1).flatMap(names => [...names]));
}

function saidOfStrangers(files: readonly ReadFile[], strangers: ReadonlySet<string>): readonly Diagnostic[] {
  return files.flatMap(({ path, given, named }) => {
    const names = [...named].filter(name => strangers.has(`${given}\n${name}`)).sort(compareText);
    if (names.length === 0) return [];
    const message = `Names clusters of which no export was given by that name: ${names.join(', ')}; kept apart. Name an export with -c NAME=PATH`;
    return [{ code: 'intake.cluster.log-names', severity: 'warning' as const, message, file: path }];
  });
}

/** What a record says of itself, else the cluster it was given with, else the only one there is. */
function clusterOfRecords(
  given: string,
  named: string,
  groups: ReadonlyMap<string, ClusterId>,
  exported: readonly ClusterId[],
): ClusterId {
  const own = exported.find(id => id === named) ?? (named === '' ? undefined : groups.get(named));
  if (own !== undefined) return own;
  const group = groups.get(given);
  if (group !== undefined) return group;
  if (given !== '') return given as ClusterId;
  const [only, ...others] = exported;
  return only !== undefined && others.length === 0 ? only : ('default' as ClusterId);
}

type Bases = Map<ClusterId, Intake['clusters'][number]['basis']>;

function placeGroup(
  group: readonly ReadFile[],
  given: string,
  of: Map<string, ClusterId>,
  basis: Bases,
  diagnostics: Diagnostic[],
): ClusterId | undefined {
  const unnamed = given === '' ? 'default' : given;
  const anchors = anchorsOf(group, unnamed);
  const [only = unnamed, ...others] = anchors.ids;
  for (const id of anchors.ids)
    basis.set(id as ClusterId, basisOf(id, unnamed, given, anchors.apart.has(id)));
  diagnostics.push(...saidOf(anchors, unnamed, given, group));
  if (others.length === 0) {
    for (const file of group) of.set(file.path, only as ClusterId);
    return only as ClusterId;
  }
  for (const file of group) {
    const id = nearestId(file.path, anchors.of);
    if (id !== undefined) of.set(file.path, id as ClusterId);
    else
      diagnostics.push({
        code: 'intake.cluster.ambiguous',
        severity: 'error',
        message: `${anchors.ids.length} clusters were given together and this file says of none that it is its own; it is left out. Name them with -c NAME=PATH`,
        file: file.path,
      });
  }
  return undefined;
}

function basisOf(
  id: string,
  unnamed: string,
  given: string,
  isApart: boolean,
): Intake['clusters'][number]['basis'] {
  if (id !== unnamed && !isApart) return 'kube-system-uid';
  return given === '' ? 'default' : 'given-name';
}

function saidOf(
  { ids, apart }: ReturnType<typeof anchorsOf>,
  unnamed: string,
  given: string,
  group: readonly ReadFile[],
): readonly Diagnostic[] {
  const [first] = group;
  const isUnnamed = given === '' && ids.includes(unnamed) && first !== undefined;
  return [
    ...(isUnnamed
      ? [
          {
            code: 'intake.cluster.unnamed',
            severity: 'info',
            message:
              'The export has no kube-system namespace and was given no name; its cluster is called default',
            file: first.path,
          } as const,
        ]
      : []),
    ...[...apart].map(([id, { file, mark }]) => ({
      code: 'intake.cluster.apart',
      severity: 'warning' as const,
      message: `${mark} has another UID here than in the other files: another cluster, kept apart as ${id}. Name it with -c NAME=PATH`,
      file,
    })),
  ];
}

/** The one cluster that the file proves itself, else in the nearest folder above it that holds exactly one. */
function nearestId(path: string, idsOf: ReadonlyMap<string, readonly string[]>): string | undefined {
  const own = idsOf.get(path) ?? [];
  if (own.length > 0) return own.length === 1 ? own[0] : undefined;
  const folders = path.split(/!?\//);
  for (let depth = folders.length - 1; depth > 0; depth--) {
    const folder = folders.slice(0, depth).join('/');
    const inside = sortedUnique(
      [...idsOf].flatMap(([other, ids]) =>
        other.split(/!?\//).join('/').startsWith(`${folder}/`) ? ids : [],
      ),
    );
    if (inside.length === 1) return inside[0];
    if (inside.length > 1) return undefined;
  }
  return undefined;
}

/** What was placed already, and what is the customer's or the assessor's as a whole. */
const OF_NO_CLUSTER: readonly FormatName[] = ['kubernetes', 'engagement', 'register', 'collection-manifest'];

/** Logs and scans: a file gets a cluster when all its records belong to one. */
function placeLogs(
  files: readonly ReadFile[],
  exported: readonly ClusterId[],
  of: Map<string, ClusterId>,
  basis: Bases,
  ofRecords: Placement['ofRecords'],
  diagnostics: Diagnostic[],
): void {
  for (const file of files) {
    if (of.has(file.path) || file.leaf.objects.length > 0 || file.leaf.records === 0) continue;
    if (OF_NO_CLUSTER.includes(file.leaf.format)) continue;
    const named = file.named.size === 0 ? [''] : [...file.named];
    const ids = sortedUnique(named.map(name => ofRecords(file.given, name))) as ClusterId[];
    for (const id of ids) if (!basis.has(id)) basis.set(id, id === 'default' ? 'default' : 'given-name');
    const [only, ...others] = ids;
    if (only !== undefined && others.length === 0) of.set(file.path, only);
    if (ids.some(id => id === 'default' && !exported.includes(id)))
      diagnostics.push({
        code: 'intake.cluster.unattributed',
        severity: exported.length > 1 ? 'warning' : 'info',
        message:
          exported.length === 0
            ? 'No cluster export came with it; its cluster is called default'
            : `${exported.length} clusters were given and the file names none of them; it is kept apart as default`,
        file: file.path,
      });
  }
}
