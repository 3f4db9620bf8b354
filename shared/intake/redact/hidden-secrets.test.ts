// Secrets hidden by a generator that knows nothing of how they are looked for are found again in every place of an
// export, a log or a file; what only looks like them stays. The slow run hides ten times as many.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawSecrets } from '../../../test/generate/secrets/drawn-secrets.ts';
import { importing } from '../../../test/fixtures/importing.ts';
import { printSearch, searchStored } from '../../../test/fixtures/secret-search.ts';

describe('hidden secrets', () => {
  it('are masked in every place, and look-alikes are left', async () => {
    const drawn = drawSecrets(1, 500, 1_200);
    const { stored, intake } = await importing(drawn.files);
    const searched = searchStored(drawn, stored);
    expect(searched.recall, printSearch(searched)).toBeGreaterThanOrEqual(0.995);
    expect(searched.falseAlarmRate, printSearch(searched)).toBeLessThanOrEqual(0.002);
    for (const { path, content } of drawn.files)
      expect(stored.get(path)?.split('\n').length, path).toBe(content.split('\n').length);
    expect(intake.files.every(file => file.redactions === 0 || file.originalHmac !== undefined)).toBe(true);
  });

  it('are drawn by code that imports nothing of the product', () => {
    const folder = new URL('../../../test/generate/secrets/', import.meta.url);
    const imports = readdirSync(folder).flatMap(name =>
      [...readFileSync(new URL(name, folder), 'utf8').matchAll(/from '([^']+)'/g)].map(match => match[1]),
    );
    expect(imports.length).toBeGreaterThan(8);
    expect(imports.filter(path => !/^(?:yaml|\.\.\/random\.ts|\.\/[a-z-]+\.ts)$/.test(path ?? ''))).toEqual(
      [],
    );
  });
});
