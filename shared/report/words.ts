// How the report says things: outcomes in words, dates, counts, ports, people, sources. One place, so that the same
// fact reads the same everywhere. No locale: separators and month names are fixed.
import type { Digest, Instant } from '../base/brand.ts';
import { compareText, sortedUnique } from '../base/order.ts';
import { printSpan, type SourceSpan } from '../base/source.ts';
import type { CheckOutcome, CheckResult } from '../checks/check.ts';
import { allPortsOf, PROTOCOLS } from '../policy/port-set.ts';
import type { PortRange } from '../policy/compiled.ts';
import type { Engagement, FindingWord } from '../records/engagement.ts';
import type { ScopeCategory } from '../records/scope-category.ts';
import { storedFiles, type ReportInput } from './report-input.ts';
import type { Block, MarkTone, Run } from './tree.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** Categories in the order of reports. */
export const CATEGORIES: readonly ScopeCategory[] = [
  'cde',
  'connected',
  'security-impacting',
  'undetermined',
  'out-of-scope',
];

/** A check outcome in words; a check never says more than this. */
export function outcomeWords(outcome: CheckOutcome): { readonly text: string; readonly mark: MarkTone } {
  switch (outcome) {
    case 'pass':
      return { text: 'Consistent with', mark: 'consistent' };
    case 'fail':
      return { text: 'Contradicts', mark: 'contradicts' };
    case 'assess':
      return { text: 'For assessor', mark: 'assess' };
    case 'no-data':
      return { text: 'No data', mark: 'no-data' };
  }
}

/** The outcome as a marked run. */
export function outcomeRun(outcome: CheckOutcome): Run {
  return outcomeWords(outcome);
}

/** The mark of a person's finding. */
export function findingMark(word: FindingWord | undefined): MarkTone {
  return word === undefined ? 'open' : word === 'Not in Place' ? 'contradicts' : 'person';
}

/** A category in words. */
export function categoryWords(category: ScopeCategory): string {
  switch (category) {
    case 'cde':
      return 'CDE';
    case 'connected':
      return 'Connected-to';
    case 'security-impacting':
      return 'Security-impacting';
    case 'undetermined':
      return 'Undetermined';
    case 'out-of-scope':
      return 'Out-of-scope candidate';
  }
}

/** `12,345`. */
export function count(value: number): string {
  return String(Math.trunc(value)).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `1 file`, `12 files`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `10 February 2026` of a day or instant. */
export function longDate(day: string): string {
  const [year, month, date] = day.slice(0, 10).split('-');
  return `${Number(date)} ${MONTHS[Number(month) - 1] ?? ''} ${year ?? ''}`;
}

/** `2026-02-10 14:05 UTC`. */
export function shortTime(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}

/** `2026-02-10 00:00 to 23:59 UTC`. */
export function periodWords(period: { readonly from: string; readonly to: string }): string {
  if (period.from === period.to) return shortTime(period.from);
  const to =
    period.from.slice(0, 10) === period.to.slice(0, 10)
      ? `${period.to.slice(11, 16)} UTC`
      : shortTime(period.to);
  return `${period.from.slice(0, 10)} ${period.from.slice(11, 16)} to ${to}`;
}

/** Name and role of a person, or the id where no person has it. */
export function personWords(engagement: Engagement, id: string | undefined): string {
  if (id === undefined) return 'not named';
  const person = engagement.people.find(item => item.id === id);
  return person === undefined ? id : `${person.name}, ${person.role}`;
}

/** Name alone. */
export function personName(engagement: Engagement, id: string): string {
  return engagement.people.find(item => item.id === id)?.name ?? id;
}

/** `file:line` in mono, or `none`. */
export function sourceRun(source: SourceSpan | undefined): Run {
  return source === undefined ? { text: 'none', style: 'muted' } : { text: printSpan(source), style: 'mono' };
}

/** The first 12 hex digits of a digest: enough to find it in the register. */
export function shortDigest(digest: Digest): string {
  return digest.replace('sha256:', '').slice(0, 12);
}

/** Ports in words: `TCP 443, 8000-8010; UDP every port`. */
export function portsWords(ranges: readonly PortRange[]): string {
  if (ranges.length === 0) return 'none';
  const parts = PROTOCOLS.toReversed().flatMap(protocol => {
    const mine = ranges.filter(range => range.protocol === protocol);
    if (mine.length === 0) return [];
    const all = allPortsOf(protocol);
    if (mine.some(range => range.from <= all.from && range.to >= all.to))
      return [protocol === 'ICMP' ? 'ICMP' : `${protocol} every port`];
    const texts = mine.map(range =>
      range.from === range.to ? `${range.from}` : `${range.from}-${range.to}`,
    );
    return [`${protocol} ${texts.join(', ')}`];
  });
  return parts.length === PROTOCOLS.length && parts.every(part => /every port|ICMP/.test(part))
    ? 'every port and protocol'
    : parts.join('; ');
}

/** `Check S1-04 version 1, on data of ...`: what a machine's sentence stands on. */
export function standsOn(input: ReportInput, check: CheckResult): string {
  return `Check ${check.id} version ${check.version}, ${dataWords(input, check)}`;
}

/** The date of the data a check used: its logs' period, else the period or import date of its files. */
export function dataWords(input: ReportInput, check: CheckResult): string {
  if (check.coverage.period !== undefined) return `on data of ${periodWords(check.coverage.period)}`;
  return datesOfFiles(input, check.inputs);
}

/** The same for a set of digests; without digests for everything imported. */
export function datesOfFiles(input: ReportInput, digests?: readonly Digest[]): string {
  const wanted = digests === undefined ? undefined : new Set<string>(digests);
  if (wanted?.size === 0) return 'no file used';
  const files = storedFiles(input.files).filter(file => wanted?.has(file.sha256) ?? true);
  if (files.length === 0) return 'on no data';
  const periods = files.flatMap(file => (file.period === undefined ? [] : [file.period]));
  const from = periods.map(period => period.from).sort(compareText)[0];
  const to = periods
    .map(period => period.to)
    .sort(compareText)
    .at(-1);
  const known = new Set<string>(files.map(file => file.sha256));
  const imported = sortedUnique(
    input.engagement.imports.filter(item => known.has(item.sha256)).map(item => item.at.slice(0, 10)),
  );
  const importedWords =
    imported.length === 0
      ? 'of which no date was recorded'
      : `imported ${imported.length === 1 ? (imported[0] ?? '') : `${imported[0] ?? ''} to ${imported.at(-1) ?? ''}`}`;
  if (from === undefined || to === undefined) return `on data ${importedWords}`;
  return `on data of ${periodWords({ from, to })}, ${importedWords}`;
}

/** An instant as day. */
export function dayOf(instant: Instant): string {
  return instant.slice(0, 10);
}

/** Said where facts of a cluster would stand and none was imported. */
export const NO_CLUSTER: Block = {
  kind: 'paragraph',
  runs: [{ text: 'No cluster was imported: nothing is said here.', style: 'em' }],
};
