// The row of a file or archive: what it was, what was masked, what is stored of it.
import type { Digest } from '../base/brand.ts';
import { instantOf } from '../base/instant.ts';
import type { Problem } from '../base/result.ts';
import type { Diagnostic, FormatName, IntakeFile, SourceRole } from './intake.ts';
import { mainFormat, periodOf, sumKinds } from './dump-folders.ts';
import { layoutOf } from './layouts.ts';
import type { Leaf } from './leaf.ts';

/** Digest and size of some bytes. */
interface Sized {
  readonly digest: Digest;
  readonly bytes: number;
}

/** The row of a plain file; `hmac` where what is stored differs from the original. */
export function describeLeaf(
  path: string,
  role: SourceRole,
  leaf: Leaf,
  stored: Sized,
  hmac: string | undefined,
  container: string | undefined,
): IntakeFile {
  return {
    path,
    sha256: stored.digest,
    ...(hmac === undefined ? {} : { originalHmac: hmac }),
    bytes: stored.bytes,
    format: leaf.format,
    ...(container === undefined ? {} : { container }),
    records: leaf.records,
    ...(leaf.period === undefined
      ? {}
      : { period: { from: instantOf(leaf.period[0]), to: instantOf(leaf.period[1]) } }),
    ...(leaf.coverage === undefined ? {} : { coverage: leaf.coverage }),
    redactions: Object.values(leaf.redactions).reduce((sum, count) => sum + count, 0),
    redactionsByKind: leaf.redactions,
    reason: leaf.reason,
    diagnostics: [...leaf.diagnostics, ...mismatch(path, role, leaf.format)],
    ...(leaf.withheld === undefined ? {} : { withheld: leaf.withheld }),
    role,
    ...(leaf.head === undefined ? {} : { head: leaf.head }),
  };
}

const EXPECTED: Readonly<Partial<Record<SourceRole, readonly FormatName[]>>> = {
  cluster: ['kubernetes', 'collection-manifest'],
  flows: ['calico-flow', 'hubble', 'aws-vpc-flow', 'calico-flow-oss', 'calico-dns', 'calico-l7'],
  'audit-log': ['k8s-audit', 'calico-report'],
  scan: ['kube-bench', 'calico-report'],
  register: ['register'],
};

function mismatch(file: string, role: SourceRole, format: FormatName): readonly Diagnostic[] {
  const expected = EXPECTED[role];
  if (expected === undefined || expected.includes(format) || format === 'text' || format === 'unrecognised')
    return [];
  return [
    {
      code: 'intake.role.mismatch',
      severity: 'info',
      message: `Given as ${role}, but its content is ${format}; used as what it is`,
      file,
    },
  ];
}

/** The row of a file that was not taken in at all, for one reason. */
export function describeRefused(
  path: string,
  role: SourceRole,
  { code, message, file = path }: Problem,
  original: Sized,
  reason: string,
): IntakeFile {
  return {
    path,
    sha256: original.digest,
    bytes: original.bytes,
    format: 'unrecognised',
    records: 0,
    redactions: 0,
    redactionsByKind: {},
    reason,
    diagnostics: [{ code, severity: 'error', message, file }],
    withheld: true,
    role,
  };
}

/** The row of a link inside an archive: it is listed, and what it points to is not looked for. */
export function describeLink(path: string, role: SourceRole, empty: Sized): IntakeFile {
  return {
    path,
    sha256: empty.digest,
    bytes: 0,
    format: 'unrecognised',
    records: 0,
    redactions: 0,
    redactionsByKind: {},
    reason: 'a link; links are never followed',
    diagnostics: [
      {
        code: 'intake.archive.link',
        severity: 'warning',
        message: 'A link inside an archive is not followed; give the file itself if it matters',
        file: path,
      },
    ],
    withheld: true,
    role,
  };
}

/** How a row of an archive that is stored member by member is named. */
export interface SplitNames {
  readonly hmac: string;
  readonly digest: (text: string) => Digest;
}

/** Whether an archive is stored as its members: one of them is not stored as it came, or the archive is damaged. */
export function isSplit(file: IntakeFile): boolean {
  return file.members !== undefined && file.originalHmac !== undefined;
}

/** The row of an archive. Stored as members it is named by a digest over their digests: its own bytes are not kept. */
export function describeArchive(
  path: string,
  role: SourceRole,
  container: string,
  members: readonly IntakeFile[],
  damage: Problem | undefined,
  original: Sized,
  names: SplitNames,
): IntakeFile {
  const lost = damage !== undefined && members.length === 0;
  const split =
    (damage !== undefined && !lost) ||
    members.some(member => member.originalHmac !== undefined || member.withheld === true);
  const redactionsByKind = sumKinds(members);
  const period = periodOf(members);
  const layout = layoutOf(members.map(member => member.path.slice(path.length + 2)));
  return {
    path,
    sha256: split
      ? names.digest(members.map(member => `${member.sha256}  ${member.path}\n`).join(''))
      : original.digest,
    ...(split ? { originalHmac: names.hmac } : {}),
    bytes: split ? members.reduce((sum, member) => sum + member.bytes, 0) : original.bytes,
    format: mainFormat(members),
    container: layout?.name ?? container,
    records: members.reduce((sum, member) => sum + member.records, 0),
    ...(period === undefined ? {} : { period }),
    redactions: Object.values(redactionsByKind).reduce((sum, count) => sum + count, 0),
    redactionsByKind,
    reason: lost
      ? `damaged ${container} archive`
      : `${container} archive with ${members.length} members${layout === undefined ? '' : `: ${layout.reason}`}`,
    diagnostics: archiveDiagnostics(path, members, damage),
    ...(lost ? { withheld: true as const } : {}),
    members,
    role,
  };
}

function archiveDiagnostics(
  file: string,
  members: readonly IntakeFile[],
  damage: Problem | undefined,
): readonly Diagnostic[] {
  if (damage !== undefined) return [{ code: damage.code, severity: 'error', message: damage.message, file }];
  return members.length === 0
    ? [{ code: 'intake.archive.empty', severity: 'warning', message: 'The archive is empty', file }]
    : [];
}
