// What each source covers of its time, as values to be drawn and listed. Silences are cut out of a period, and where a
// source lists only the first of its silences the rest of its period is unknown, not covered. No view here.
import type { ClusterExport, IntakeFile, SourceCoverage } from '../../../shared/intake/intake.ts';
import type { EngagementHeader } from '../../../shared/records/engagement.ts';
import type { Stretch } from '../../kit/time-lanes.tsx';
import type { TimeSpan } from '../../kit/time-scale.ts';

/** A file whose records have times, or an export of a cluster. */
export type CoveredSource =
  | {
      readonly kind: 'file';
      readonly id: string;
      readonly file: IntakeFile;
      readonly period: TimeSpan;
      readonly coverage: SourceCoverage | undefined;
    }
  | {
      readonly kind: 'export';
      readonly id: string;
      readonly export: ClusterExport;
      readonly at: number;
    };

/** Sources with times, exports first, then files by path; and what holds no time at all. */
export interface CoverageOf {
  readonly sources: readonly CoveredSource[];
  readonly undatedExports: number;
  readonly untimedFiles: number;
}

/** The sources of a case and what they cover. */
export function coverageOf(files: readonly IntakeFile[], exports: readonly ClusterExport[]): CoverageOf {
  const plain = files.flatMap(leavesOf);
  const timed = plain.flatMap((file): CoveredSource[] => {
    if (file.period === undefined) return [];
    const period = { from: Date.parse(file.period.from), to: Date.parse(file.period.to) };
    return [{ kind: 'file', id: file.path, file, period, coverage: file.coverage }];
  });
  const dated = exports.flatMap((one, index): CoveredSource[] => {
    if (one.notBefore === undefined) return [];
    return [{ kind: 'export', id: `export ${index}`, export: one, at: Date.parse(one.notBefore) }];
  });
  const inExports = new Set(exports.flatMap(one => one.files));
  return {
    sources: [...dated, ...timed],
    undatedExports: exports.length - dated.length,
    untimedFiles: plain.filter(file => file.period === undefined && !inExports.has(file.path)).length,
  };
}

/** The stretches of a period: there, silent, and not known after the last silence that is listed. */
export function stretchesOf(period: TimeSpan, coverage: SourceCoverage | undefined): readonly Stretch[] {
  if (coverage === undefined) return [{ ...period, kind: 'there' }];
  const stretches: Stretch[] = [];
  let from = period.from;
  for (const silence of coverage.silences) {
    const gap = { from: Date.parse(silence.from), to: Date.parse(silence.to) };
    if (gap.from > from || stretches.length === 0) stretches.push({ from, to: gap.from, kind: 'there' });
    stretches.push({ ...gap, kind: 'gap' });
    from = gap.to;
  }
  const isListed = coverage.silenceCount <= coverage.silences.length;
  stretches.push({ from, to: period.to, kind: isListed ? 'there' : 'unknown' });
  return stretches;
}

/** What is missing in a source, in words. */
export function lossesOf(coverage: SourceCoverage | undefined): readonly string[] {
  if (coverage === undefined) return [];
  const { silenceCount, lost, sampledOneIn, untimed } = coverage;
  return [
    ...(silenceCount > 0 ? [`${silenceCount} ${silenceCount === 1 ? 'silence' : 'silences'}`] : []),
    ...(lost > 0 ? [`${lost} lost`] : []),
    ...(sampledOneIn === undefined ? [] : [`1 in ${sampledOneIn} kept`]),
    ...(untimed > 0 ? [`${untimed} without a time`] : []),
  ];
}

/** The longest listed silence of a source, in milliseconds. */
export function longestSilence(coverage: SourceCoverage | undefined): number {
  const lengths = (coverage?.silences ?? []).map(({ from, to }) => Date.parse(to) - Date.parse(from));
  return lengths.reduce((longest, length) => Math.max(longest, length), 0);
}

/** `2 h 05 min`, `6 min`. */
export function printLength(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** From the first to the last day on which evidence was gathered, where the engagement says both. */
export function gatheringOf(header: EngagementHeader | undefined): TimeSpan | undefined {
  if (header?.began === undefined || header.ended === undefined) return undefined;
  const span = { from: Date.parse(header.began), to: Date.parse(header.ended) + 86_400_000 };
  return span.to > span.from ? span : undefined;
}

function leavesOf(file: IntakeFile): readonly IntakeFile[] {
  return file.members === undefined ? [file] : file.members.flatMap(leavesOf);
}
