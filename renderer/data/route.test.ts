// Whatever can be selected has an address that leads back to it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRoute, printRoute, ROOMS } from './route.ts';

describe('a route', () => {
  it('is read as it was written, with any selection and query', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ROOMS),
        fc.string({ minLength: 1 }),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.string()),
        (room, selection, query) => {
          expect(parseRoute(printRoute({ room, selection, query }))).toEqual({
            room,
            selection,
            query: { ...query },
          });
        },
      ),
    );
  });
  it('leads to the engagement when it names no room', () => {
    expect(parseRoute('#/nowhere').room).toBe('engagement');
    expect(parseRoute('').room).toBe('engagement');
    expect(parseRoute('#/scope/%E0%A4%A').selection).toBe('%E0%A4%A');
  });
});
