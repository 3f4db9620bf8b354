// What is said of time: nothing too early, nothing that was not measured.
import { describe, expect, it } from 'vitest';
import { paceOf, printTimeLeft, withSample, type Sample } from './pace.ts';

const seen = (...samples: readonly (readonly [at: number, done: number])[]): readonly Sample[] =>
  samples.reduce<readonly Sample[]>((all, [at, done]) => withSample(all, { at, done }), []);

describe('a pace', () => {
  it('is not told within the first second', () => {
    expect(paceOf(seen([0, 0], [900, 50]), 100)).toBeUndefined();
  });
  it('is what was done lately, and the time left follows from it', () => {
    expect(paceOf(seen([0, 0], [2000, 50]), 100)).toEqual({ perSecond: 25, secondsLeft: 2 });
    expect(paceOf(seen([0, 0], [20_000, 20], [28_000, 100]), 200)).toEqual({
      perSecond: 10,
      secondsLeft: 10,
    });
  });
  it('leaves the time out where the end is not known, or was passed', () => {
    expect(paceOf(seen([0, 0], [2000, 50]), undefined)).toEqual({ perSecond: 25 });
    expect(paceOf(seen([0, 0], [2000, 50]), 40)).toEqual({ perSecond: 25 });
  });
  it('starts anew when the work does', () => {
    expect(paceOf(seen([0, 0], [5000, 100], [5100, 1]), 100)).toBeUndefined();
  });
  it('is not told of what stands still', () => {
    expect(paceOf(seen([0, 7], [3000, 7]), 100)).toBeUndefined();
  });
});

describe('the time left', () => {
  it.each([
    [2, 'a few seconds left'],
    [17, 'about 20 s left'],
    [130, 'about 3 min left'],
    [5400, 'about 1.5 h left'],
  ])('of %d seconds reads %s', (seconds, text) => {
    expect(printTimeLeft(seconds)).toBe(text);
  });
});
