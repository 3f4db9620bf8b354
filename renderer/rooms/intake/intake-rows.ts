// The rows of the intake table as values: files of the case, and over them those that are on their way in. What was not
// read yet has no format, no records and no remarks: it is queued, and says so. No view here.
import { compareBy } from '../../../shared/base/order.ts';
import type { FormatName, IntakeFile } from '../../../shared/intake/intake.ts';
import type { Work } from '../../data/app-state.ts';
import { linesOf, type FileLine } from '../../data/selectors.ts';

/** A row of the table. An archive that is stored as its members has no line of its own once they are read again. */
export interface IntakeRow {
  readonly path: string;
  /** The path within the archive it lies in, else the whole. */
  readonly name: string;
  readonly parent?: string;
  readonly bytes: number;
  readonly state: 'queued' | 'reading' | 'read';
  /** What is known once it was read. */
  readonly line?: FileLine;
}

/** What a file is a source of. */
export type SourceKind = 'cluster' | 'flows' | 'audit' | 'scan' | 'list' | 'other';

/** Words for kinds of sources, in the order they are shown. */
export const SOURCE_KINDS: Readonly<Record<SourceKind, string>> = {
  cluster: 'Cluster',
  flows: 'Flow logs',
  audit: 'Audit logs',
  scan: 'Scans',
  list: 'Lists',
  other: 'Other',
};

const KIND_OF: Readonly<Partial<Record<FormatName, SourceKind>>> = {
  kubernetes: 'cluster',
  'calico-flow': 'flows',
  hubble: 'flows',
  'aws-vpc-flow': 'flows',
  'calico-flow-oss': 'flows',
  'calico-dns': 'flows',
  'calico-l7': 'flows',
  'k8s-audit': 'audit',
  'kube-bench': 'scan',
  register: 'list',
};

const BY_PATH = compareBy<IntakeRow>(row => row.path);

/** Rows of the case and of what is on its way in, by path. */
export function intakeRows(lines: readonly FileLine[], work: Work | undefined): readonly IntakeRow[] {
  const arriving = work?.arriving;
  // Stored files that are read again, since the worker was started anew, are shown as they are known.
  if (arriving === undefined || (!arriving.isNew && lines.length > 0)) return rowsOf(lines);
  const replaced = new Set(arriving.files.map(file => file.path));
  const known = new Set(lines.map(line => line.file.path));
  const reading = work?.progress?.phase === 'Reading' ? work.progress.detail : undefined;
  const coming = arriving.files
    .filter(file => !arriving.read.has(file.path))
    .map(({ path, bytes }): IntakeRow => {
      const state = path === reading ? 'reading' : 'queued';
      return { path, name: path, bytes, state };
    });
  const read = [...arriving.read.values()].filter(file => replaced.has(file.path) || !known.has(file.path));
  const rows = [
    ...rowsOf(lines.filter(line => !replaced.has(rootOf(line.file.path)))),
    ...rowsOf(linesOf(read, undefined)),
    ...coming,
  ];
  return rows.sort(BY_PATH);
}

/** What a file is a source of; undefined while it was not read, and for archives, whose members are. */
export function kindOf(row: IntakeRow): SourceKind | undefined {
  const file = row.line?.file;
  if (file === undefined || file.members !== undefined) return undefined;
  return KIND_OF[file.format] ?? 'other';
}

/** Values masked in a file, and in the members of an archive. */
export function maskedOf({ line }: IntakeRow): number {
  return line === undefined ? 0 : (line.record?.redactions ?? line.file.redactions);
}

/** Whether a file has remarks that ask for something: errors, warnings, a confirmation that is still open. */
export function isProblem({ line }: IntakeRow): boolean {
  return line !== undefined && (line.worst === 'error' || line.worst === 'warning' || isUnconfirmed(line));
}

/** Whether a person still has to look for account data in it. */
export function isUnconfirmed({ record }: FileLine): boolean {
  return record?.needsConfirmation === true && record.noAccountDataSeenBy === undefined;
}

/** Whether nothing knew what a file is. */
export function isUnrecognised({ line }: IntakeRow): boolean {
  return line?.file.format === 'unrecognised' && line.file.members === undefined;
}

/** `2026-03-01 08:00 – 09:15`: the day once where it is the same. */
export function printPeriod(period: IntakeFile['period']): string {
  if (period === undefined) return '';
  const [from, to] = [period.from, period.to].map(at => `${at.slice(0, 10)} ${at.slice(11, 16)}`);
  if (from === undefined || to === undefined || from === to) return from ?? '';
  return from.slice(0, 10) === to.slice(0, 10) ? `${from} – ${to.slice(11)}` : `${from} – ${to}`;
}

function rowsOf(lines: readonly FileLine[]): IntakeRow[] {
  const rows = lines.map(
    line => ({ ...placeOf(line.file.path), bytes: line.file.bytes, state: 'read', line }) as const,
  );
  const known = new Set(rows.map(row => row.path));
  const groups = new Map<string, IntakeRow>();
  for (const row of rows)
    for (let up = row.parent; up !== undefined && !known.has(up); up = placeOf(up).parent)
      groups.set(up, { ...placeOf(up), bytes: 0, state: 'read' });
  return [...groups.values(), ...rows].sort(BY_PATH);
}

function placeOf(path: string): Pick<IntakeRow, 'path' | 'name' | 'parent'> {
  const cut = path.lastIndexOf('!/');
  return cut < 0 ? { path, name: path } : { path, name: path.slice(cut + 2), parent: path.slice(0, cut) };
}

function rootOf(path: string): string {
  const cut = path.indexOf('!/');
  return cut < 0 ? path : path.slice(0, cut);
}
