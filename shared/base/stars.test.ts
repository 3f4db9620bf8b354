// Stars in patterns, against the plain definition and on patterns that are made to take long.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesStars } from './stars.ts';

/** The definition: a star is nothing, or one letter and the star again. */
function slowly(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*'))
    return slowly(pattern.slice(1), text) || (text !== '' && slowly(pattern, text.slice(1)));
  return pattern[0] === text[0] && slowly(pattern.slice(1), text.slice(1));
}

describe('a star', () => {
  it('stands for any letters, as the definition says', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 6 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 7 });
    fc.assert(
      fc.property(pattern, text, (one, other) => {
        expect(matchesStars(one, other)).toBe(slowly(one, other));
      }),
      { numRuns: 500 },
    );
  });

  it('may stand many times in a long pattern', () => {
    expect(matchesStars(`${'*a'.repeat(2000)}b`, 'a'.repeat(4000))).toBe(false);
    expect(matchesStars(`${'*a'.repeat(2000)}*`, 'a'.repeat(4000))).toBe(true);
  });
});
