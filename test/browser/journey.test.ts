// The acceptance journey, as a person would walk it: new engagement, sample files, inventory and scope, a denied
// flow explained and tagged from where it is shown, a finding, a signed report, the package saved and verified, and
// a reload that loses nothing.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWindow, type OpenWindow } from './browser.ts';
import { sampleFiles } from './sample-files.ts';
import { axeFindings, beginEngagement, goTo, importFiles, pickRow, settled } from './steps.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'vouch-journey-'));
let opened: OpenWindow;

beforeAll(async () => {
  opened = await openWindow();
});
afterAll(async () => {
  await opened.close();
  rmSync(folder, { recursive: true });
});

describe('an assessor with the sample export', () => {
  it('begins an engagement and imports the files', async () => {
    const { page } = opened;
    await beginEngagement(page);
    await importFiles(page, await sampleFiles());
    const files = page.getByRole('grid', { name: 'Files' });
    await files.getByRole('row', { name: /flows\.log\.gz calico-flow 197,547/ }).waitFor();
    await files.getByRole('row', { name: /kube-audit\.log k8s-audit/ }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('sees the inventory and what is in scope', async () => {
    const { page } = opened;
    await goTo(page, 'Inventory');
    await pickRow(page, 'namespace:vault vault-db');
    await page.getByRole('heading', { level: 2, name: 'vault/vault-db' }).waitFor();
    await goTo(page, 'Scope');
    await pickRow(page, 'vault-db');
    await page
      .getByText(/Label PCI=true on \d+ of \d+ pods?/)
      .first()
      .waitFor();
  });

  it('explains a denied flow, reads the line that denies it, and tags it from there', async () => {
    const { page } = opened;
    await goTo(page, 'Flows');
    await pickRow(page, 'reported:deny match:agrees');
    await page.keyboard.press('e');
    const verdict = page.getByRole('region', { name: 'Verdict', exact: true });
    await verdict.getByRole('heading', { level: 2 }).first().waitFor();
    expect(await verdict.getByText('deny', { exact: true }).count()).toBeGreaterThan(0);
    await verdict
      .getByRole('button', { name: /\.(yaml|json):\d+$/ })
      .first()
      .click();
    await page.getByRole('dialog').locator('[aria-current=location]').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('t');
    await page.getByRole('combobox', { name: 'Requirement or procedure' }).fill('1.3.1.b');
    await page.keyboard.press('Enter');
    await page.getByLabel('Note').fill('Denied on the way in');
    await page.keyboard.press('Enter');
    await page.getByText(/^Tagged to 1\.3\.1\.b/).waitFor();
  });

  it('sets a finding, which needs a reason', async () => {
    const { page } = opened;
    await goTo(page, 'Controls');
    await pickRow(page, 'number:1.3.1');
    await page.getByText('Not in Place', { exact: true }).click();
    const set = page.getByRole('button', { name: 'Set finding' });
    expect(await set.isDisabled()).toBe(true);
    await page.getByLabel('Why').fill('One workload outside the CDE reaches the vault.');
    await set.click();
    await page.getByText('1.3.1 is Not in Place').waitFor();
    await page.getByText('Denied on the way in').waitFor();
  });

  it('makes and signs the report, saves the package, and vouch verify accepts it', async () => {
    const { page } = opened;
    await goTo(page, 'Report');
    await settled(page);
    await page.getByRole('button', { name: /^Make and sign/ }).click();
    await page.getByRole('button', { name: 'Save package' }).waitFor({ timeout: 120_000 });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save package' }).click(),
    ]);
    const path = join(folder, download.suggestedFilename());
    await download.saveAs(path);
    expect(path).toMatch(/-draft-1\.asice$/);
    const verified = execFileSync(
      process.execPath,
      [`${ROOT}cli/launch.mjs`, 'verify', path, '--format', 'json'],
      { encoding: 'utf8' },
    );
    expect(JSON.parse(verified)).toMatchObject({ schema: 'vouch.verify/1', ok: true, trust: 'not-checked' });
  });

  it('reloads the page and has lost nothing', async () => {
    const { page } = opened;
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Report' }).waitFor();
    await page.getByRole('button', { name: 'Save package' }).waitFor();
    await goTo(page, 'Controls');
    await settled(page);
    await pickRow(page, 'number:1.3.1');
    await page.getByText('Denied on the way in').waitFor();
    expect(await page.getByRole('radio', { name: 'Not in Place' }).isChecked()).toBe(true);
    await goTo(page, 'Flows');
    await page.getByText('197,547 records').waitFor();
    await goTo(page, 'Intake');
    await page.getByRole('row', { name: /kube-audit\.log k8s-audit/ }).waitFor();
  });

  it('saw no console error, no policy violation and no foreign request', () => {
    expect(opened.troubles).toEqual([]);
  });
});
