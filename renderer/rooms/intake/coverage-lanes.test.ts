// What is drawn of a source's time: silences are cut out, and what is not known is not shown as covered.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instant } from '../../../shared/base/brand.ts';
import type { SourceCoverage } from '../../../shared/intake/intake.ts';
import { gatheringOf, lossesOf, printLength, stretchesOf } from './coverage-lanes.ts';

const HOUR = 3_600_000;
const at = (hours: number) => new Date(hours * HOUR).toISOString() as Instant;
const coverage = (silences: readonly (readonly [number, number])[], more = 0): SourceCoverage => ({
  records: 10,
  untimed: 0,
  silences: silences.map(([from, to]) => ({ from: at(from), to: at(to) })),
  silenceCount: silences.length + more,
  nodes: [],
  lost: 0,
  aggregated: 0,
  portless: 0,
});
const told = (...given: Parameters<typeof stretchesOf>) =>
  stretchesOf(...given).map(({ from, to, kind }) => `${from / HOUR}-${to / HOUR} ${kind}`);

describe('the stretches of a source', () => {
  const period = { from: 0, to: 10 * HOUR };
  it('are its whole period where it was never silent', () => {
    expect(told(period, coverage([]))).toEqual(['0-10 there']);
  });
  it('are parted by its silences', () => {
    expect(
      told(
        period,
        coverage([
          [2, 3],
          [7, 9],
        ]),
      ),
    ).toEqual(['0-2 there', '2-3 gap', '3-7 there', '7-9 gap', '9-10 there']);
  });
  it('are unknown after the last silence that is listed, where there are more', () => {
    expect(told(period, coverage([[2, 3]], 4)).at(-1)).toBe('3-10 unknown');
  });
  it('join without a hole and never cover a silence', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(cuts, given => {
        const sorted = given.toSorted((a, b) => a - b);
        const pairs = sorted.flatMap((from, index) =>
          index % 2 === 0 && sorted[index + 1] !== undefined ? [[from, sorted[index + 1]!] as const] : [],
        );
        const found = stretchesOf({ from: 0, to: 100 * HOUR }, coverage(pairs));
        expect(found.map(item => item.from).slice(1)).toEqual(found.map(item => item.to).slice(0, -1));
        for (const item of found.filter(one => one.kind === 'there'))
          for (const [from, to] of pairs) expect(item.to <= from * HOUR || item.from >= to * HOUR).toBe(true);
      }),
    );
  });
});

describe('what a source misses', () => {
  it('is said in words', () => {
    expect(lossesOf({ ...coverage([[1, 2]]), lost: 12, sampledOneIn: 10, untimed: 3 })).toEqual([
      '1 silence',
      '12 lost',
      '1 in 10 kept',
      '3 without a time',
    ]);
    expect([6, 125, 50 * 60].map(minutes => printLength(minutes * 60_000))).toEqual([
      '6 min',
      '2 h 05 min',
      '2 d 2 h',
    ]);
  });
});

describe('the time of gathering', () => {
  it('lasts to the end of its last day, and is not guessed from one date', () => {
    const header = {
      id: 'x',
      title: '',
      entity: { name: '', kind: 'merchant' },
      firstAssessment: true,
      extent: 'full',
      clusters: [],
      thirdPartyServiceProviders: [],
      standard: '4.0.1',
      began: '2026-03-01',
    } as const;
    expect(gatheringOf(header)).toBeUndefined();
    expect(gatheringOf({ ...header, ended: '2026-03-01' })).toEqual({
      from: Date.parse('2026-03-01'),
      to: Date.parse('2026-03-02'),
    });
  });
});
