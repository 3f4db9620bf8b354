// What nothing knows is listed with its first characters or bytes, masked, and kept.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountNumber, importing } from '../../test/fixtures/importing.ts';

describe('a file of no known format', () => {
  it.each([
    ['a text', 'meeting notes\nsecond line\n', 'meeting notes second line'],
    ['a document', '{"some": "thing"}', '{"some": "thing"}'],
  ])('shows the beginning of %s', async (_what, content, head) => {
    const { intake, stored } = await importing([{ path: 'a.bin', content }]);
    expect(intake.files[0]).toMatchObject({ format: 'text', head });
    expect([...stored.keys()]).toEqual(['a.bin']);
  });

  it('shows no more than 120 characters, and none that steers a terminal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 400 }), async body => {
        const { intake } = await importing([{ path: 'x', content: `note ${body}\u001b[31m\n` }]);
        const head = intake.files[0]?.head ?? '';
        expect(Array.from(head).length).toBeLessThanOrEqual(120);
        expect(head).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 40 },
    );
  });

  it('never shows an account number', async () => {
    for (const content of [`card ${accountNumber()} of a guest`, `{"note": "${accountNumber()}"}`]) {
      const { intake } = await importing([{ path: 'x', content }]);
      expect(intake.files[0]?.head).not.toContain(accountNumber());
      expect(intake.files[0]?.head).toBeDefined();
    }
  });

  it('shows the bytes of what is no text', async () => {
    const { intake } = await importing([{ path: 'x', content: new Uint8Array([0, 1, 2, 255, 254, 0]) }]);
    expect(intake.files[0]).toMatchObject({ format: 'unrecognised', head: '00 01 02 ff fe 00' });
  });
});
