// Every room, in both themes, at a laptop's two sizes: nothing that axe objects to, nothing wider than the window.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { windowExport } from '../fixtures/window-export.ts';
import { openWindow, type OpenWindow } from './browser.ts';
import { axeFindings, beginEngagement, importFiles, settled } from './steps.ts';

const ADDRESSES = [
  'engagement',
  'engagement/people',
  'engagement/custody',
  'intake/notes.txt',
  'inventory/vault%2Fvault-api%5BDeployment%5D',
  'inventory?show=policies',
  'inventory?show=coverage',
  'scope/vault%2Fvault-api%5BDeployment%5D',
  'scope?show=items',
  'scope?show=diagram',
  'flows',
  'simulate?from=storefront%2Fsearch%5BDeployment%5D&to=vault%2Fvault-api%5BDeployment%5D&port=8443',
  'simulate?show=what-if&policy=NetworkPolicy+vault%2Fvault-api-in',
  'simulate?show=compare',
  'simulate?show=problems',
  'controls/1.3.1',
  'evidence',
  'report',
];

let opened: OpenWindow;

beforeAll(async () => {
  opened = await openWindow();
  const { page } = opened;
  await beginEngagement(page);
  await importFiles(
    page,
    windowExport().map(({ name, text }) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })),
  );
});
afterAll(() => opened.close());

describe.each(['light', 'dark'])('in the %s theme', theme => {
  it.each(ADDRESSES)('%s has nothing that axe objects to', async address => {
    const { page } = opened;
    await page.evaluate(name => {
      document.documentElement.dataset['theme'] = name;
    }, theme);
    await page.goto(`${opened.url}#/${address}`);
    await settled(page);
    expect(await axeFindings(page)).toEqual([]);
  });
});

describe('the dialogs', () => {
  it.each([
    ['palette', 'Control+k'],
    ['help', '?'],
  ])('%s has nothing that axe objects to', async (_name, key) => {
    const { page } = opened;
    await page.keyboard.press(key);
    await page.getByRole('dialog').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  });
});

describe('a small window', () => {
  it.each(ADDRESSES)('holds %s without scrolling the page sideways', async address => {
    const { page } = opened;
    await page.setViewportSize({ width: 1100, height: 700 });
    await page.goto(`${opened.url}#/${address}`);
    await settled(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1100);
  });
});

describe('the whole walk', () => {
  it('raised no console error, no policy violation and no foreign request', () => {
    expect(opened.troubles).toEqual([]);
  });
});
