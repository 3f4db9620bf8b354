// Bytes all over a sealed package, flipped: none may go unnoticed (the quick run looks at fewer). And an entry
// above 4 GiB, where zip changes its form.
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nodeDigests as digests } from '../../../test/fixtures/digests.ts';
import { has, tool } from '../../../test/fixtures/keys.ts';
import {
  AT,
  custodyOf,
  draftSigner,
  entriesOf,
  seal,
  SECRET,
  value,
} from '../../../test/fixtures/packages.ts';
import { verifyFile } from '../verify-file.ts';
import { readPackageZip } from './package-zip.ts';
import { writePackage } from './write-package.ts';

it('A flipped bit anywhere in a package breaks its verification', async () => {
  const signer = await draftSigner();
  const sealed = await seal(signer, await entriesOf(signer));
  expect((await verifyFile(sealed, { digests, at: AT })).ok).toBe(true);
  const accepted: number[] = [];
  for (let at = 0; at < sealed.length; at += 17) {
    const copy = sealed.slice();
    copy[at] = copy[at]! ^ (1 << ((at * 5) % 8));
    if ((await verifyFile(copy, { digests, at: AT })).ok) accepted.push(at);
  }
  expect(accepted).toEqual([]);
});

it('An entry above 4 GiB is written and verified without being held', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vouch-large-'));
  const path = join(folder, 'case.asice');
  try {
    const chunk = new Uint8Array(8 * 1024 * 1024);
    async function* zeros() {
      for (let i = 0; i < 513; i++) yield await Promise.resolve(chunk);
    }
    const signer = await draftSigner();
    const large = { path: 'data/flows/a-large.log', role: 'flows', open: zeros };
    const input = {
      caseId: 'case-7',
      title: 'T',
      at: AT,
      version: '1',
      custody: custodyOf(2),
      signer,
      digests,
    };
    const entries = [...(await entriesOf(signer)), large];
    const made = value(await writePackage({ ...input, entries, secret: SECRET }));
    const out = openSync(path, 'w');
    for await (const part of made.bytes()) writeSync(out, part);
    closeSync(out);
    const source = openSync(path, 'r');
    const read = (offset: number, length: number) => {
      const bytes = new Uint8Array(length);
      expect(readSync(source, bytes, 0, length, offset)).toBe(length);
      return Promise.resolve(bytes);
    };
    const access = { size: statSync(path).size, read };
    const listed = value(await readPackageZip(access)).find(one => one.path === large.path);
    expect(listed?.size).toBe(513 * chunk.length);
    const report = await verifyFile(access, { digests, at: AT });
    closeSync(source);
    expect(report.checks.filter(check => !check.ok)).toEqual([]);
    if (has('unzip')) expect(tool('unzip', ['-l', path]).text).toContain(String(513 * chunk.length));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
