// The main path of the acceptance journey without a mouse: every step is a key or typed text, focus is never set
// by the test. A field is reached by Tab, a room by its two keys, a row by the arrow keys.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { windowExport } from '../fixtures/window-export.ts';
import { openWindow, type OpenWindow } from './browser.ts';
import { settled, tabTo } from './steps.ts';

let opened: OpenWindow;

beforeAll(async () => {
  opened = await openWindow();
});
afterAll(() => opened.close());

describe('an assessor who uses the keyboard alone', () => {
  it('begins an engagement', async () => {
    const { page } = opened;
    await tabTo(page, page.getByRole('button', { name: 'New engagement' }));
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'New engagement' });
    for (const [label, text] of [
      ['Title', 'Northwind 2026'],
      ['Assessed entity', 'Northwind Payments Ltd'],
      ['Your name', 'Ada Okafor'],
    ] as const) {
      await tabTo(page, dialog.getByLabel(label));
      await page.keyboard.type(text);
    }
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('heading', { level: 1, name: 'Intake' }).waitFor();
    await page.locator('[data-pick=files]').waitFor({ state: 'attached' });
    await settled(page);
  });

  it('chooses files', async () => {
    const { page } = opened;
    await settled(page);
    const choosing = page.waitForEvent('filechooser');
    await page.keyboard.press('a');
    const chooser = await choosing;
    await chooser.setFiles(
      windowExport().map(({ name, text }) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })),
    );
    await page.getByRole('grid', { name: 'Files' }).waitFor();
    await settled(page);
  });

  it.each([
    ['w', 'Inventory'],
    ['s', 'Scope'],
    ['f', 'Flows'],
  ])('goes by g %s to %s and opens a row of it', async (key, room) => {
    const { page } = opened;
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await page.getByRole('heading', { level: 1, name: room }).waitFor();
    await pickFirst(page, '');
  });

  it('explains the flow, tags it to a procedure and finds the tag at the requirement', async () => {
    const { page } = opened;
    await page.keyboard.press('e');
    const verdict = page.getByRole('region', { name: 'Verdict', exact: true });
    await verdict.getByRole('heading', { level: 2 }).first().waitFor();
    await page.keyboard.press('t');
    await page.getByRole('combobox', { name: 'Requirement or procedure' }).waitFor();
    await page.keyboard.type('1.3.1.b');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Seen by keyboard');
    await page.keyboard.press('Enter');
    await page.getByText(/^Tagged to 1\.3\.1\.b/).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.getByRole('heading', { level: 1, name: 'Controls' }).waitFor();
    await pickFirst(page, 'number:1.3.1');
    await page.getByText('Seen by keyboard').waitFor();
  });

  it('sets a finding', async () => {
    const { page } = opened;
    await tabTo(page, page.getByRole('radio', { name: 'In Place', exact: true }));
    const finding = page.getByRole('radio', { name: 'Not in Place' });
    for (let presses = 0; presses < 8 && !(await finding.isChecked()); presses++)
      await page.keyboard.press('ArrowDown');
    expect(await finding.isChecked()).toBe(true);
    await tabTo(page, page.getByLabel('Why'));
    await page.keyboard.type('A workload outside the CDE reaches the vault.');
    await tabTo(page, page.getByRole('button', { name: 'Set finding' }));
    await page.keyboard.press('Enter');
    await page.getByText('1.3.1 is Not in Place').waitFor();
  });

  it('makes the report', async () => {
    const { page } = opened;
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await page.getByRole('heading', { level: 1, name: 'Report' }).waitFor();
    await tabTo(page, page.getByRole('button', { name: /^Make and sign/ }));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Save package' }).waitFor({ timeout: 120_000 });
    expect(opened.troubles).toEqual([]);
  });
});

/** Filters the table in view and opens its first row. */
async function pickFirst(page: Page, filter: string): Promise<void> {
  await page.keyboard.press('/');
  await page.keyboard.type(filter);
  await page.keyboard.press('ArrowDown');
  await page.locator('[role=row][aria-selected=true]').first().waitFor();
}
