// Rows while files come in: queued, being read, read; what was there before stays, what is replaced waits.
import { describe, expect, it } from 'vitest';
import type { Digest, Instant } from '../../../shared/base/brand.ts';
import type { IntakeFile } from '../../../shared/intake/intake.ts';
import type { Work } from '../../data/app-state.ts';
import { linesOf } from '../../data/selectors.ts';
import { intakeRows, kindOf, printPeriod, type IntakeRow } from './intake-rows.ts';
import { keptRows, quickFilters } from './quick-filters.ts';

const file = (path: string, more: Partial<IntakeFile> = {}): IntakeFile => ({
  path,
  sha256: 'sha256:00' as Digest,
  bytes: 10,
  format: 'kubernetes',
  records: 1,
  redactions: 0,
  redactionsByKind: {},
  reason: 'drawn',
  diagnostics: [],
  role: 'any',
  ...more,
});
const tar = (path: string, ...members: readonly string[]) =>
  file(path, { format: 'text', container: 'tar', members: members.map(name => file(`${path}!/${name}`)) });
const work = (
  files: readonly string[],
  read: readonly IntakeFile[],
  reading?: string,
  isNew = true,
): Work => ({
  title: 'Importing',
  cancel: () => undefined,
  progress: reading === undefined ? undefined : { phase: 'Reading', done: 1, unit: 'bytes', detail: reading },
  arriving: {
    isNew,
    files: files.map(path => ({ path, bytes: 10 })),
    read: new Map(read.map(item => [item.path, item])),
  },
});
const told = (rows: readonly IntakeRow[]): readonly string[] => rows.map(row => `${row.path} ${row.state}`);

describe('rows of the intake', () => {
  it('are queued, then read, one after the other', () => {
    expect(told(intakeRows([], work(['a', 'b', 'c'], [file('a')], 'b')))).toEqual([
      'a read',
      'b reading',
      'c queued',
    ]);
  });
  it('of the case stay while others come in; what is given again waits with its members', () => {
    const lines = linesOf([file('old'), tar('t.tar', 'x')], undefined);
    expect(told(intakeRows(lines, work(['new', 't.tar'], [])))).toEqual([
      'new queued',
      'old read',
      't.tar queued',
    ]);
    expect(told(intakeRows(lines, work(['t.tar'], [tar('t.tar', 'y')])))).toEqual([
      'old read',
      't.tar read',
      't.tar!/y read',
    ]);
  });
  it('show stored files that are read again only where nothing else is known of them', () => {
    expect(told(intakeRows([], work(['a'], [], 'a', false)))).toEqual(['a reading']);
    expect(told(intakeRows(linesOf([file('a')], undefined), work(['a'], [], 'a', false)))).toEqual([
      'a read',
    ]);
  });
  it('of members lie in their archive under their own name', () => {
    const [archive, member] = intakeRows(linesOf([tar('t.tar', 'dir/x')], undefined), undefined);
    expect(archive?.parent).toBeUndefined();
    expect([member?.parent, member?.name]).toEqual(['t.tar', 'dir/x']);
    expect([archive, member].map(row => row && kindOf(row))).toEqual([undefined, 'cluster']);
  });
});

describe('members of an archive that is stored as members', () => {
  it('keep their place below it, though only they are read again', () => {
    const lines = linesOf([file('t.tar!/a'), file('t.tar!/in.zip!/b')], undefined);
    const rows = intakeRows(lines, undefined).map(row => [row.path, row.parent, row.line !== undefined]);
    expect(rows).toEqual([
      ['t.tar', undefined, false],
      ['t.tar!/a', 't.tar', true],
      ['t.tar!/in.zip', 't.tar', false],
      ['t.tar!/in.zip!/b', 't.tar!/in.zip', true],
    ]);
  });
});

describe('quick filters', () => {
  const rows = intakeRows(
    linesOf(
      [
        file('a'),
        file('b', { format: 'hubble', redactions: 2 }),
        file('c', {
          format: 'unrecognised',
          diagnostics: [{ code: 'x', severity: 'warning', message: 'x', file: 'c' }],
        }),
      ],
      undefined,
    ),
    undefined,
  );
  const paths = (...chosen: readonly string[]) => keptRows(rows, new Set(chosen)).map(row => row.path);
  it('count what they would keep and leave out what would keep nothing', () => {
    const chips = quickFilters(rows, new Set(['audit'])).map(chip => `${chip.id} ${chip.count}`);
    expect(chips).toEqual([
      'cluster 1',
      'flows 1',
      'audit 0',
      'other 1',
      'problems 1',
      'masked 1',
      'unrecognised 1',
    ]);
  });
  it('widen within a kind and narrow between kinds', () => {
    expect(paths()).toEqual(['a', 'b', 'c']);
    expect(paths('cluster', 'flows')).toEqual(['a', 'b']);
    expect(paths('cluster', 'flows', 'masked')).toEqual(['b']);
    expect(paths('problems', 'masked')).toEqual(['b', 'c']);
  });
});

describe('a period', () => {
  it('names its day once where it is one day', () => {
    const at = (from: string, to: string) => printPeriod({ from: from as Instant, to: to as Instant });
    expect(at('2026-03-01T08:00:00Z', '2026-03-01T09:15:20Z')).toBe('2026-03-01 08:00 – 09:15');
    expect(at('2026-03-01T08:00:00Z', '2026-03-02T09:15:20Z')).toBe('2026-03-01 08:00 – 2026-03-02 09:15');
  });
});
