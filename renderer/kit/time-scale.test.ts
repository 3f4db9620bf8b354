// A scale over time: ticks on round instants in UTC, far enough apart, in order, whatever the span.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeAt, printInstant, spanOf, timeTicks } from './time-scale.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const texts = (from: string, to: string, width: number) =>
  timeTicks({ from: at(from), to: at(to) }, width).map(tick => tick.text);

describe('ticks', () => {
  it('of an hour are minutes, and the first names its day', () => {
    expect(texts('2026-03-01T08:00', '2026-03-01T09:00', 400)).toEqual([
      '03-01 08:00',
      '08:15',
      '08:30',
      '08:45',
      '09:00',
    ]);
  });
  it('of two days name the day where it begins, in UTC', () => {
    expect(texts('2026-03-01T06:00', '2026-03-03T00:00', 420)).toEqual([
      '03-01 12:00',
      '03-02 00:00',
      '12:00',
      '03-03 00:00',
    ]);
  });
  it('of days name the year first and where it turns; of years, months', () => {
    expect(texts('2026-12-30T00:00', '2027-01-02T00:00', 400)).toEqual([
      '2026-12-30',
      '12-31',
      '2027-01-01',
      '01-02',
    ]);
    expect(texts('2025-01-01T00:00', '2026-12-31T00:00', 500)).toEqual([
      '2025-01',
      '2025-07',
      '2026-01',
      '2026-07',
    ]);
  });
  it('are in order, within the span, and never closer than asked', () => {
    const span = fc.record({
      from: fc.integer({ min: at('1990-01-01T00:00'), max: at('2060-01-01T00:00') }),
      length: fc.integer({ min: 120_000, max: 40 * 366 * 86_400_000 }),
      width: fc.integer({ min: 200, max: 3000 }),
    });
    fc.assert(
      fc.property(span, ({ from, length, width }) => {
        const to = from + length;
        const ticks = timeTicks({ from, to }, width, 80);
        let before = -Infinity;
        for (const tick of ticks) {
          const place = placeAt(tick.at, { from, to }, width);
          expect(place).toBeGreaterThanOrEqual(0);
          expect(place).toBeLessThanOrEqual(width);
          // Months differ in length: a February may stand a tenth closer.
          expect(place - before).toBeGreaterThan(80 * 0.88);
          before = place;
        }
      }),
    );
  });
});

describe('a span', () => {
  it('holds everything with some room, and one instant alone too', () => {
    expect(spanOf([])).toBeUndefined();
    const alone = spanOf([{ from: 1e12, to: 1e12 }]);
    expect(alone && placeAt(1e12, alone, 100)).toBe(50);
    expect(
      spanOf(
        [
          { from: 0, to: 1e9 },
          { from: 5e8, to: 2e9 },
        ],
        0.1,
      ),
    ).toEqual({ from: -2e8, to: 2.2e9 });
  });
});

describe('an instant', () => {
  it('is printed in UTC', () => {
    expect(printInstant(at('2026-03-01T08:00:05'))).toBe('2026-03-01 08:00:05');
  });
});
