// The intake room with a folder of five hundred files: rows advance while it is read; stopped half way, or killed with its
// window, it leaves nothing in the browser's store and can be started again; then filters, members, details and coverage,
// by keyboard alone.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeLargeFolder } from '../fixtures/large-folder.ts';
import { openWindow, type OpenWindow } from './browser.ts';
import { axeFindings, beginEngagement, settled, tabTo } from './steps.ts';

const folder = mkdtempSync(join(tmpdir(), 'vouch-intake-'));
let opened: OpenWindow;
let root = '';

beforeAll(async () => {
  root = writeLargeFolder(folder);
  opened = await openWindow({ width: 1280, height: 800 });
  await beginEngagement(opened.page);
});
afterAll(async () => {
  await opened.close();
  rmSync(folder, { recursive: true });
});

/** Gives the folder and waits until the worker is this far in this phase. */
async function importUntil(phase: string, share: number): Promise<void> {
  const { page } = opened;
  await page.locator('[data-pick=folder]').setInputFiles(root);
  await page.waitForFunction(
    ([name, part]) => {
      const bar = document.querySelector(`.v-import [role=progressbar][aria-label="${name}"]`);
      const [now, max] = ['aria-valuenow', 'aria-valuemax'].map(key => Number(bar?.getAttribute(key)));
      return bar !== null && (now ?? 0) / (max ?? 1) >= part;
    },
    [phase, share] as const,
    { polling: 20 },
  );
}

/** What the browser keeps of files, counted over its stores. */
async function kept(page: Page): Promise<Readonly<Record<string, number>>> {
  return page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('vouch');
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(new Error('The store does not open'));
    });
    const count = (name: string) =>
      new Promise<number>(resolve => {
        const asked = database.transaction(name).objectStore(name).count();
        asked.onsuccess = () => resolve(asked.result);
      });
    const counts = {
      paths: await count('paths'),
      copies: await count('copies'),
      chunks: await count('chunks'),
    };
    database.close();
    return counts;
  });
}

/** The stores are tidied a moment after the window says so. */
async function isEmpty(page: Page): Promise<void> {
  const nothing = { paths: 0, copies: 0, chunks: 0 };
  await expect.poll(() => kept(page), { timeout: 20_000 }).toEqual(nothing);
}

describe('a folder of five hundred files', () => {
  it('is shown while it is read: what was read, what is read now, what waits', async () => {
    const { page } = opened;
    await importUntil('Reading', 0.2);
    const files = page.getByRole('region', { name: 'Intake' });
    await files.getByText(/^\d+ of 500 files read$/).waitFor();
    await files
      .getByRole('row', { name: /calico-flow/ })
      .first()
      .waitFor();
    await files
      .getByRole('row', { name: /queued/ })
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    await isEmpty(page);
  });

  it('stopped by Escape half way leaves nothing, and says so', async () => {
    const { page } = opened;
    await importUntil('Reading', 0.5);
    await page.keyboard.press('Escape');
    await page.getByText('Stopped; nothing was kept').waitFor();
    await page.getByRole('heading', { name: 'Drop the cluster’s export here' }).waitFor();
    await isEmpty(page);
    expect(await page.getByText(/stored files/).count()).toBe(0);
  });

  it('stopped while it is stored leaves nothing', async () => {
    const { page } = opened;
    await importUntil('Storing', 0.5);
    await page.keyboard.press('Escape');
    await page.getByText('Stopped; nothing was kept').waitFor();
    await isEmpty(page);
  });

  it('killed with its window while it is stored leaves nothing, and the engagement is whole', async () => {
    const { page } = opened;
    await importUntil('Storing', 0.5);
    expect((await kept(page))['chunks']).toBeGreaterThan(0);
    await page.reload();
    await page.getByRole('heading', { name: 'Drop the cluster’s export here' }).waitFor();
    await page.getByText('Northwind card platform 2026').waitFor();
    await isEmpty(page);
  });

  it('started again comes in whole', async () => {
    const { page } = opened;
    await page.locator('[data-pick=folder]').setInputFiles(root);
    await page.getByRole('button', { name: '539 stored files' }).waitFor({ timeout: 120_000 });
    await settled(page);
    await page.getByRole('tab', { name: 'Files 540' }).waitFor();
    expect((await kept(page))['paths']).toBe(539);
    expect(await axeFindings(page)).toEqual([]);
    await page.reload();
    await page.getByRole('tab', { name: 'Files 540' }).waitFor({ timeout: 120_000 });
    await settled(page);
  });
});

describe('by keyboard alone, an assessor', () => {
  it('narrows the files by quick filters', async () => {
    const { page } = opened;
    const filters = page.getByRole('toolbar', { name: 'Quick filters' });
    await tabTo(page, filters.getByRole('button', { name: /^Cluster/ }));
    for (let presses = 0; presses < 4; presses++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    expect(await filters.getByRole('button', { pressed: true }).innerText()).toMatch(/^Problems/);
    await page.getByRole('row', { name: /image-7\.bin unrecognised/ }).waitFor();
    expect(await page.getByRole('row', { name: /kubernetes/ }).count()).toBe(0);
    await page.keyboard.press('Enter');
  });

  it('opens an archive to its members and reads why one was recognised', async () => {
    const { page } = opened;
    await page.keyboard.press('/');
    await page.keyboard.type('bundle.tar -dump');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('heading', { level: 2, name: 'handover/bundle.tar' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    await page.getByRole('status').getByText('540', { exact: true }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('heading', { level: 2, name: 'handover/bundle.tar!/dump/pod-00.yaml' }).waitFor();
    await page.getByText('1 credential').waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator('[aria-level="2"]').count()).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
  });

  it('sees what a source covers and where it is silent', async () => {
    const { page } = opened;
    await tabTo(page, page.getByRole('tab', { selected: true }));
    await page.keyboard.press('ArrowRight');
    const lanes = page.getByRole('listbox', { name: 'Time covered by each source' });
    await tabTo(page, lanes);
    await page.keyboard.press('End');
    const last = lanes.getByRole('option', { selected: true });
    expect(await last.getAttribute('aria-label')).toMatch(/flows-59\.log: 2026-03-03 .* UTC, 1 silence$/);
    await page.getByRole('grid', { name: 'Coverage' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'handover/logs/flows-59.log' }).waitFor();
    await page.getByText('10 min without a record').waitFor();
  });

  it('notes how far a request has come, and finds it after a reload', async () => {
    const { page } = opened;
    await tabTo(page, page.getByRole('tab', { selected: true }));
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('grid', { name: 'Requests' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.press('ArrowDown');
    await tabTo(page, page.getByLabel('Owner'));
    await page.keyboard.type('Bo Lindqvist');
    await tabTo(page, page.getByRole('button', { name: 'Note', exact: true }));
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: /Bo Lindqvist/ }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await settled(page);
    await page.reload();
    await page.getByRole('row', { name: /Bo Lindqvist/ }).waitFor({ timeout: 120_000 });
  });

  it('saw no console error, no policy violation and no foreign request', () => {
    expect(opened.troubles).toEqual([]);
  });
});
