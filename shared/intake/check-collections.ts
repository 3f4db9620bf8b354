// Holds files against the manifest of the collection they came in: all as they were made, changed, missing, or beside it.
// Compared are the bytes as they came in, before masking. Moving a whole collection changes nothing; a file that was
// moved within an import is known by its digest.
import type { Digest } from '../base/brand.ts';
import type { CollectionFile, CollectionManifest } from './formats/collection-manifest.ts';
import type { Diagnostic, IntakeFile } from './intake.ts';
import type { Gap } from './leaf.ts';
import type { ReadNode } from './read-source.ts';

/** Files with what is said of them, and what was lost with missing ones. */
export function checkCollections(nodes: readonly ReadNode[]): readonly ReadNode[] {
  const all = nodes.flatMap(flatten);
  const remarks = all.flatMap(node =>
    (node.leaf?.collections ?? []).flatMap(manifest => remarksOf(node.file.path, manifest, all)),
  );
  if (remarks.length === 0) return nodes;
  const byPath = new Map<string, Remark[]>();
  for (const remark of remarks) {
    const { file } = remark.diagnostic;
    byPath.set(file, [...(byPath.get(file) ?? []), remark]);
  }
  return nodes.map(node => withRemarks(node, byPath));
}

interface Remark {
  readonly diagnostic: Diagnostic;
  readonly gaps: readonly Gap[];
}

function flatten(node: ReadNode): readonly ReadNode[] {
  return [node, ...node.members.flatMap(flatten)];
}

function remarksOf(path: string, manifest: CollectionManifest, all: readonly ReadNode[]): readonly Remark[] {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const beside = new Map(
    all
      .filter(({ file }) => file.path !== path && file.path.startsWith(folder))
      .filter(({ file }) => !file.path.slice(folder.length).includes('!/'))
      .map(node => [node.file.path.slice(folder.length), node]),
  );
  const digests = new Set(all.map(node => node.original));
  const listed = new Set(manifest.files.map(file => file.path));
  const faults = [
    ...manifest.files.flatMap(file => remarkOn(file, path, beside.get(file.path), digests, manifest)),
    ...(folder === ''
      ? []
      : [...beside].filter(([name]) => !listed.has(name)).map(([, node]) => extra(node))),
  ];
  if (faults.length > 0) return faults;
  return [
    remark(
      path,
      'verified',
      'info',
      `All ${manifest.files.length} files are as the collection script wrote them`,
    ),
  ];
}

function remarkOn(
  { path, sha256, line }: CollectionFile,
  manifest: string,
  node: ReadNode | undefined,
  digests: ReadonlySet<Digest | undefined>,
  { reads }: CollectionManifest,
): readonly Remark[] {
  const wanted = `sha256:${sha256}` as Digest;
  if (node?.original === wanted || (node === undefined && digests.has(wanted))) return [];
  if (node === undefined) {
    const source = { file: manifest, line };
    const gaps = reads
      .filter(read => read.file === path)
      .map(({ kind, group }): Gap => ({ state: 'error', what: kind, group, source }));
    return [{ ...remark(manifest, 'missing', 'error', `${path} of this collection is missing`, line), gaps }];
  }
  if (node.leaf?.holdsMasks === true)
    return [
      remark(
        node.file.path,
        'masked',
        'info',
        'Was masked by an earlier import: what the manifest says of its bytes cannot be checked any more',
      ),
    ];
  return [
    remark(
      node.file.path,
      'differs',
      'error',
      `Is not the file that was collected: the manifest says SHA-256 ${sha256}`,
    ),
  ];
}

function extra({ file }: ReadNode): Remark {
  return remark(file.path, 'extra', 'warning', 'Lies in a collection, but its manifest does not name it');
}

function remark(
  file: string,
  code: string,
  severity: Diagnostic['severity'],
  message: string,
  line?: number,
): Remark {
  const diagnostic = { code: `intake.collection.${code}`, severity, message, file };
  return { diagnostic: line === undefined ? diagnostic : { ...diagnostic, line }, gaps: [] };
}

function withRemarks(node: ReadNode, byPath: ReadonlyMap<string, readonly Remark[]>): ReadNode {
  const members = node.members.map(member => withRemarks(member, byPath));
  const own = byPath.get(node.file.path) ?? [];
  const gaps = own.flatMap(item => item.gaps);
  const file: IntakeFile = {
    ...node.file,
    diagnostics: [...node.file.diagnostics, ...own.map(item => item.diagnostic)],
    ...(node.file.members === undefined ? {} : { members: members.map(member => member.file) }),
  };
  return {
    ...node,
    file,
    members,
    ...(node.leaf === undefined ? {} : { leaf: { ...node.leaf, gaps: [...node.leaf.gaps, ...gaps] } }),
  };
}
