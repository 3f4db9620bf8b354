// The simulate room by keyboard alone: the trace leads to the line, a change is tried and kept, two states are compared,
// and what is worth a second look is listed.
import type { FileChooser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { windowExport } from '../fixtures/window-export.ts';
import { openWindow, type OpenWindow } from './browser.ts';
import { beginEngagement, importFiles, settled, tabTo } from './steps.ts';

let opened: OpenWindow;
const files = (change = (text: string): string => text) =>
  windowExport().map(({ name, text }) => ({
    name,
    mimeType: 'text/plain',
    buffer: Buffer.from(change(text)),
  }));

beforeAll(async () => {
  opened = await openWindow();
  await beginEngagement(opened.page);
  await importFiles(opened.page, files());
});
afterAll(() => opened.close());

/** Leaves fields, goes to the room and chooses one of its tabs by the arrow keys. */
async function openTab(name: string): Promise<void> {
  const { page } = opened;
  await page.keyboard.press('Escape');
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('g');
  await page.keyboard.press('x');
  await page.getByRole('heading', { level: 1, name: 'Simulate' }).waitFor();
  await tabTo(page, page.getByRole('tab', { selected: true }).first());
  const wanted = page.getByRole('tab', { name });
  while ((await wanted.getAttribute('aria-selected')) !== 'true') await page.keyboard.press('ArrowRight');
}

/** Pastes text where the focus is, as a person does from elsewhere. */
async function paste(text: string): Promise<void> {
  await opened.page.evaluate(given => {
    const root = document.activeElement?.shadowRoot ?? document;
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', given);
    root.activeElement?.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true, composed: true }),
    );
  }, text);
}

/** Presses a button that asks for files; a busy machine may lose the first key. */
async function chooseBy(name: string): Promise<FileChooser> {
  const { page } = opened;
  for (let attempt = 1; ; attempt++) {
    await tabTo(page, page.getByRole('button', { name }));
    const choosing = page.waitForEvent('filechooser', { timeout: 10_000 }).catch((error: unknown) => {
      if (attempt === 3) throw error;
    });
    await page.keyboard.press('Enter');
    const chooser = await choosing;
    if (chooser !== undefined) return chooser;
  }
}

describe('the simulate room', () => {
  it('leads from a step of the trace to the line where the policy is written', async () => {
    const { page } = opened;
    await openTab('Connection');
    await tabTo(page, page.getByLabel('From'));
    await page.keyboard.type('storefront/search[Deployment]');
    await tabTo(page, page.getByLabel('To', { exact: true }));
    await page.keyboard.type('vault/vault-api[Deployment]');
    await tabTo(page, page.getByLabel('Port'));
    await page.keyboard.type('8443');
    await page.keyboard.press('Enter');
    const verdict = page.getByRole('region', { name: 'Verdict', exact: true });
    await verdict.getByRole('heading', { level: 2 }).first().waitFor();
    expect(await verdict.getByText('deny', { exact: true }).count()).toBeGreaterThan(0);
    await tabTo(page, verdict.getByRole('button', { name: /:\d+$/ }).first());
    await page.keyboard.press('Enter');
    const cited = page.getByRole('dialog').locator('[aria-current=location]');
    await cited.waitFor();
    expect(await cited.first().innerText()).not.toBe('');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/:\d+$/);
  });

  it('tries a change of the policy that decided, and tells which connections and flows change', async () => {
    const { page } = opened;
    const verdict = page.getByRole('region', { name: 'Verdict', exact: true });
    await tabTo(page, verdict.getByRole('button', { name: 'change' }).first());
    await page.keyboard.press('Enter');
    const editor = page.getByRole('textbox', { name: 'Policies to try, as YAML' });
    await expect.poll(() => editor.innerText()).toContain('vault-api-in');
    await tabTo(page, editor);
    await page.keyboard.press('Control+a');
    await paste(
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: vault-api-in, namespace: vault }\nspec: { podSelector: { matchLabels: { app: vault-api } }, policyTypes: [Ingress], ingress: [{}] }\n',
    );
    await page.keyboard.press('Control+Enter');
    await page.getByText('takes the place of the one in the export').waitFor();
    const rows = page.getByRole('grid', { name: 'Connections that change' }).getByRole('row');
    expect(await rows.count()).toBeGreaterThan(2);
    expect(await rows.nth(1).innerText()).toContain('CDE');
    await tabTo(page, page.getByRole('tab', { name: /^Connections/ }));
    await page.keyboard.press('ArrowRight');
    await page.getByRole('grid', { name: 'Flows that change' }).waitFor();
  });

  it('keeps what was tried in the engagement, and a reload loses nothing', async () => {
    const { page } = opened;
    const saving = page.waitForEvent('download');
    await tabTo(page, page.getByRole('button', { name: /^Save as (staged|a proposal)/ }));
    await page.keyboard.press('Enter');
    expect((await saving).suggestedFilename()).toMatch(/\.yaml$/);
    await page.getByText(/^Kept in the engagement/).waitFor();
    await settled(page);
    await page.reload();
    await settled(page);
    await openTab('What if');
    await tabTo(page, page.getByRole('button', { name: /^Proposal-1: vault\/vault-api-in/ }));
    await page.keyboard.press('Enter');
    const editor = page.getByRole('textbox', { name: 'Policies to try, as YAML' });
    await expect.poll(() => editor.innerText()).toContain('vault-api-in');
  });

  it('says what is wrong with a text at its line, and tries nothing', async () => {
    const { page } = opened;
    const editor = page.getByRole('textbox', { name: 'Policies to try, as YAML' });
    await tabTo(page, editor);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('apiVersion: v1\nkind: [');
    // While it is written the line is marked, before anything is tried.
    await page.locator('.cm-lint-marker-error').first().waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText(/^Line \d+: .*Nothing was tried\.$/).waitFor();
  });

  it('compares with a later export, connections of the CDE first', async () => {
    const { page } = opened;
    await openTab('Compare');
    await settled(page);
    const chooser = await chooseBy('Choose a later export');
    await chooser.setFiles(files(text => text.replaceAll('port: 5432', 'port: 5433')));
    const rows = page.getByRole('grid', { name: 'Connections that change' }).getByRole('row');
    await expect.poll(() => rows.count()).toBeGreaterThan(1);
    expect(await rows.nth(1).innerText()).toContain('CDE');
  });

  it('lists what is worth a second look in the policies', async () => {
    const { page } = opened;
    await openTab('Policy problems');
    await page.getByRole('grid', { name: 'Policy problems' }).waitFor();
    await settled(page);
    expect(opened.troubles).toEqual([]);
  });
});
