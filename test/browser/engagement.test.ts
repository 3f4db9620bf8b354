// Engagements as files, keys as files, and work that is stopped: what an assessor does besides the straight way.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseEngagement } from '../../shared/records/engagement-file.ts';
import { windowExport } from '../fixtures/window-export.ts';
import { openWindow, type OpenWindow } from './browser.ts';
import { sampleFiles } from './sample-files.ts';
import { axeFindings, beginEngagement, goTo, importFiles, settled } from './steps.ts';

const drawn = windowExport().map(({ name, text }) => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(text),
}));
const folder = mkdtempSync(join(tmpdir(), 'vouch-window-'));
let opened: OpenWindow;

beforeEach(async () => {
  opened = await openWindow();
  await beginEngagement(opened.page);
});
afterEach(async () => {
  expect(opened.troubles).toEqual([]);
  await opened.close();
});

describe('an engagement', () => {
  it('is saved as a .vouch file and opened again from it, words and chain unchanged', async () => {
    const { page } = opened;
    await importFiles(page, drawn);
    await goTo(page, 'Engagement');
    await page.getByLabel('QA reviewer').waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Control+s')]);
    const path = join(folder, 'saved.vouch');
    await download.saveAs(path);
    const saved = parseEngagement(JSON.parse(readFileSync(path, 'utf8')), path);
    expect(saved.ok && saved.value.imports.map(item => item.path)).toEqual([
      'cluster.yaml',
      'flows.log',
      'notes.txt',
    ]);
    await page.getByRole('button', { name: 'Close' }).click();
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: /^Open \.vouch file/ }).click(),
    ]);
    await chooser.setFiles(path);
    await page.getByRole('heading', { level: 1, name: 'Engagement' }).waitFor();
    await page.getByRole('tab', { name: /Custody log/ }).click();
    await page.getByText('chain is whole').waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('refuses a file that is none, and says why', async () => {
    const { page } = opened;
    const path = join(folder, 'broken.vouch');
    writeFileSync(path, '{"schema":"vouch.engagement/9"}');
    await goTo(page, 'Engagement');
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Control+o')]);
    await chooser.setFiles(path);
    await page.getByText(/Written by another version/).waitFor();
  });

  it('keeps account data out of the browser, and the question about it through a reload', async () => {
    const { page } = opened;
    await importFiles(page, drawn);
    await page.reload();
    await goTo(page, 'Intake');
    await settled(page);
    await page.getByRole('row', { name: /notes\.txt text 0\b/ }).click();
    await page.getByText(/Account number found and masked/).waitFor();
    await page.getByRole('button', { name: /^Read stored copy/ }).click();
    const lines = page.getByRole('dialog');
    await lines.getByText('Interview with the platform team.').waitFor();
    expect(await lines.innerText()).not.toMatch(/4111/);
  });
});

describe('an import', () => {
  it('that is stopped keeps nothing', async () => {
    const { page } = opened;
    await page.locator('[data-pick=files]').setInputFiles([...(await sampleFiles())]);
    await page.getByRole('main').getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped; nothing was kept').waitFor();
    await page.getByText('Drop the cluster’s export here').waitFor();
    await goTo(page, 'Engagement');
    await page.getByRole('tab', { name: 'Custody log 1' }).waitFor();
  });
});

describe('a key file', () => {
  it('signs once its passphrase is right, and never before', async ({ skip }) => {
    const p12 = makeKey();
    if (p12 === undefined) skip('openssl is not here: signing with a key file was not tried');
    const { page } = opened;
    await importFiles(page, drawn);
    await goTo(page, 'Report');
    await page.getByText('Key file (.p12)').click();
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Choose key file' }).click(),
    ]);
    await chooser.setFiles(p12 ?? '');
    await page.getByLabel('Passphrase').fill('wrong');
    await page.getByRole('button', { name: 'Open key' }).click();
    await page.getByText(/Wrong passphrase/).waitFor();
    expect(await page.getByRole('button', { name: /^Make and sign/ }).isDisabled()).toBe(true);
    await page.getByLabel('Passphrase').fill('zażółć');
    await page.getByRole('button', { name: 'Open key' }).click();
    await page.getByText('CN=Ada Okafor').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Make and sign/ }).click();
    await page.getByRole('button', { name: 'Save PDF' }).waitFor({ timeout: 60_000 });
    await page.getByText('as the certificate names them').first().waitFor();
  });
});

/** A P-256 key in a PKCS#12 file with a passphrase beyond ASCII; undefined where there is no openssl. */
function makeKey(): string | undefined {
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', [...args], { stdio: 'pipe', cwd: folder });
  };
  try {
    openssl('version');
  } catch {
    return undefined;
  }
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '3650',
    '-subj',
    '/CN=Ada Okafor',
    '-addext',
    'keyUsage=critical,digitalSignature,nonRepudiation',
    '-keyout',
    'key.pem',
    '-out',
    'cert.pem',
  );
  openssl(
    'pkcs12',
    '-export',
    '-inkey',
    'key.pem',
    '-in',
    'cert.pem',
    '-out',
    'key.p12',
    '-passout',
    'pass:zażółć',
  );
  rmSync(path('key.pem'));
  return path('key.p12');
}
