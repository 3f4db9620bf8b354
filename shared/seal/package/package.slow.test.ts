// Every third byte of a sealed package, flipped: none may go unnoticed. The quick run looks at fewer.
import { expect, it } from 'vitest';
import { nodeDigests as digests } from '../../../test/fixtures/digests.ts';
import { AT, draftSigner, entriesOf, seal } from '../../../test/fixtures/packages.ts';
import { verifyFile } from '../verify-file.ts';

it('A flipped bit anywhere in a package breaks its verification', async () => {
  const signer = await draftSigner();
  const sealed = await seal(signer, await entriesOf(signer));
  expect((await verifyFile(sealed, { digests, at: AT })).ok).toBe(true);
  const accepted: number[] = [];
  for (let at = 0; at < sealed.length; at += 3) {
    const copy = sealed.slice();
    copy[at] = copy[at]! ^ (1 << ((at * 5) % 8));
    if ((await verifyFile(copy, { digests, at: AT })).ok) accepted.push(at);
  }
  expect(accepted).toEqual([]);
});
