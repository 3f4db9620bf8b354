// Dump folders found on disk as one row each, their files as members, the way archives of the same files are shown.
// Only how files are listed changes: what is stored and what they hold stays with each file.
import type { Digest, Instant } from '../base/brand.ts';
import { compareBy, compareText } from '../base/order.ts';
import type { FormatName, IntakeFile, RedactionKind } from './intake.ts';
import { layoutOf, type Layout } from './layouts.ts';

/** The rows with every dump folder as one; `digest` names a folder by the digests of its files. */
export function gatherDumpFolders(
  files: readonly IntakeFile[],
  digest: (text: string) => Digest,
): readonly IntakeFile[] {
  const { folders, rest } = dumpFoldersOf(files);
  const rows = folders.map(({ layout, inside }) => rowOf(layout, inside, digest));
  return [...rows, ...rest].sort(compareBy(file => file.path));
}

/** The dump folders among files, and the files that are in none. */
export function dumpFoldersOf(files: readonly IntakeFile[]): {
  readonly folders: readonly { readonly layout: Layout; readonly inside: readonly IntakeFile[] }[];
  readonly rest: readonly IntakeFile[];
} {
  const folders: { readonly layout: Layout; readonly inside: readonly IntakeFile[] }[] = [];
  let rest = files;
  for (;;) {
    const layout = layoutOf(rest.filter(file => file.members === undefined).map(file => file.path));
    if (layout === undefined || layout.folder === '') return { folders, rest };
    const inside = rest.filter(file => file.path.startsWith(`${layout.folder}/`));
    rest = rest.filter(file => !inside.includes(file));
    folders.push({ layout, inside });
  }
}

function rowOf(
  { name, folder, reason }: Layout,
  members: readonly IntakeFile[],
  digest: (text: string) => Digest,
): IntakeFile {
  const sum = (of: (file: IntakeFile) => number): number =>
    members.reduce((total, file) => total + of(file), 0);
  const period = periodOf(members);
  return {
    path: folder,
    sha256: digest(members.map(file => `${file.sha256}  ${file.path.slice(folder.length + 1)}\n`).join('')),
    bytes: sum(file => file.bytes),
    format: mainFormat(members),
    container: name,
    records: sum(file => file.records),
    ...(period === undefined ? {} : { period }),
    redactions: sum(file => file.redactions),
    redactionsByKind: sumKinds(members),
    reason: `folder of ${members.length} files: ${reason}`,
    diagnostics: [],
    members,
    role: members[0]?.role ?? 'any',
  };
}

/** The first and last instant that members speak of. */
export function periodOf(
  members: readonly IntakeFile[],
): { readonly from: Instant; readonly to: Instant } | undefined {
  const [from] = members.flatMap(member => member.period?.from ?? []).sort(compareText);
  const to = members
    .flatMap(member => member.period?.to ?? [])
    .sort(compareText)
    .at(-1);
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** The format with most records; among equals the first by name. */
export function mainFormat(members: readonly IntakeFile[]): FormatName {
  const counts = new Map<FormatName, number>();
  for (const { format, records } of members) counts.set(format, (counts.get(format) ?? 0) + records);
  const [main] = [...counts].sort((a, b) => b[1] - a[1] || compareText(a[0], b[0]));
  return main?.[0] ?? 'unrecognised';
}

/** Masked values of all members, by kind. */
export function sumKinds(members: readonly IntakeFile[]): Partial<Record<RedactionKind, number>> {
  const sums: Partial<Record<RedactionKind, number>> = {};
  for (const member of members)
    for (const [kind, count] of Object.entries(member.redactionsByKind))
      sums[kind as RedactionKind] = (sums[kind as RedactionKind] ?? 0) + count;
  return sums;
}
