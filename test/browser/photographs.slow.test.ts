// Every room photographed at a laptop's two sizes in both themes, into build/photographs, for people to look at.
// What a machine can hold of a picture is held: it is not empty, and its two themes differ.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWindow, type OpenWindow } from './browser.ts';
import { windowExport } from '../fixtures/window-export.ts';
import { sampleFiles } from './sample-files.ts';
import { beginEngagement, importFiles, settled } from './steps.ts';

const OUT = fileURLToPath(new URL('../../build/photographs/', import.meta.url));
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1100, height: 700 },
] as const;
const ROOMS: Readonly<Record<string, string>> = {
  engagement: 'engagement',
  intake: 'intake',
  inventory: 'inventory/vault%2Fvault-db%5BStatefulSet%5D',
  scope: 'scope?show=diagram',
  flows: 'flows',
  simulate:
    'simulate?from=storefront%2Fsearch%5BDeployment%5D&to=vault%2Fvault-api%5BDeployment%5D&port=8443',
  'what-if': 'simulate?show=what-if&policy=NetworkPolicy+storefront%2Fdefault-deny',
  compare: 'simulate?show=compare',
  problems: 'simulate?show=problems',
  controls: 'controls/1.3.1',
  evidence: 'evidence',
  report: 'report',
};

let opened: OpenWindow;

beforeAll(async () => {
  await mkdir(OUT, { recursive: true });
  opened = await openWindow();
  await beginEngagement(opened.page);
  await importFiles(opened.page, await sampleFiles());
});
afterAll(() => opened.close());

describe.each(Object.entries(ROOMS))('the room %s', (room, address) => {
  it.each(SIZES)('is photographed at $width x $height', async size => {
    const { page, url } = opened;
    await page.setViewportSize(size);
    await page.goto(`${url}#/${address}`);
    await settled(page);
    if (room === 'what-if') {
      await page.getByRole('button', { name: /^Try/ }).click();
      await page.getByRole('grid').first().waitFor();
    }
    if (room === 'compare') {
      await page.locator('[data-pick=later]').setInputFiles(
        windowExport().map(({ name, text }) => ({
          name,
          mimeType: 'text/plain',
          buffer: Buffer.from(text),
        })),
      );
      await page.getByRole('grid').first().waitFor();
    }
    const pictures: Buffer[] = [];
    for (const theme of ['light', 'dark']) {
      await page.evaluate(name => {
        document.documentElement.dataset['theme'] = name;
      }, theme);
      await page.evaluate(() => Promise.all(document.getAnimations().map(animation => animation.finished)));
      const picture = await page.screenshot();
      pictures.push(picture);
      await writeFile(`${OUT}${room}-${size.width}-${theme}.png`, picture);
    }
    expect(pictures.every(picture => picture.byteLength > 10_000)).toBe(true);
    expect(pictures[0]?.equals(pictures[1] ?? Buffer.alloc(0))).toBe(false);
  });
});
