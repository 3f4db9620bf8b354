// What the door found in the bytes as they came, kept beside the stored copy: a masked copy no longer shows what was
// masked in it, and a file that was withheld has no copy at all. Read again, both still say what was found.
import { compareBy } from '../../shared/base/order.ts';
import type { AccountDataHit, Diagnostic, IntakeFile } from '../../shared/intake/intake.ts';
import type { Case } from '../../shared/engagement/run-case.ts';
import type { FirstReading, PathRow } from '../data/database.ts';

type Imported = Pick<Case, 'intake' | 'clusters' | 'diagnostics'>;

/** What was found in a file at its first reading. */
export function firstReading({ intake }: Pick<Case, 'intake'>, file: IntakeFile): FirstReading {
  const { members, ...alone } = file;
  return { file: alone, accountData: intake.accountData.filter(hit => hit.source.file === file.path) };
}

/** Files that were withheld, at any depth. */
export function withheldFiles(files: readonly IntakeFile[]): readonly IntakeFile[] {
  return files.flatMap(file => [
    ...(file.withheld === true ? [file] : []),
    ...withheldFiles(file.members ?? []),
  ]);
}

/** An import with what was found when its stored files first came. */
export function withFirstReadings(imported: Imported, stored: readonly PathRow[]): Imported {
  const kept = new Map(stored.map(row => [row.path, row.first]));
  const withheld = stored.filter(row => row.first.file.withheld === true).map(row => row.first.file);
  const files = [...imported.intake.files.map(file => merge(file, kept)), ...withheld];
  files.sort(compareBy(file => file.path));
  const hits = unique(
    [...imported.intake.accountData, ...stored.flatMap(row => row.first.accountData)],
    hit => `${hit.source.file}:${hit.source.line} ${hit.kind}`,
  );
  const found = stored.flatMap(row => row.first.file.diagnostics);
  return {
    ...imported,
    intake: {
      ...imported.intake,
      files,
      accountData: hits.sort(compareHits),
      diagnostics: ordered([...imported.intake.diagnostics, ...found]),
    },
    diagnostics: ordered([...imported.diagnostics, ...found]),
  };
}

const compareHits = compareBy<AccountDataHit>(
  hit => hit.source.file,
  hit => hit.source.line,
  hit => hit.kind,
);

function merge(file: IntakeFile, kept: ReadonlyMap<string, FirstReading>): IntakeFile {
  const first = kept.get(file.path)?.file;
  const members = file.members?.map(member => merge(member, kept));
  const whole = members === undefined ? file : { ...file, members };
  if (first === undefined) return whole;
  return {
    ...whole,
    redactions: first.redactions,
    redactionsByKind: first.redactionsByKind,
    ...(first.originalHmac === undefined ? {} : { originalHmac: first.originalHmac }),
    diagnostics: ordered([...whole.diagnostics, ...first.diagnostics]),
  };
}

function ordered(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const single = unique(diagnostics, item => `${item.file}:${item.line ?? 0} ${item.code} ${item.message}`);
  return single.sort(
    compareBy(
      item => item.file,
      item => item.line ?? 0,
      item => item.code,
      item => item.message,
    ),
  );
}

function unique<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map(items.map(item => [keyOf(item), item])).values()];
}
