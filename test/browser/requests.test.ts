// The request list in the window: told from what the files lack, noted by hand, sent out and taken back.
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWindow, type OpenWindow } from './browser.ts';
import { sampleFiles } from './sample-files.ts';
import { axeFindings, beginEngagement, importFiles, settled } from './steps.ts';

let opened: OpenWindow;
beforeAll(async () => {
  opened = await openWindow({ width: 1280, height: 800 });
  await beginEngagement(opened.page);
  await importFiles(opened.page, await sampleFiles());
}, 180_000);
afterAll(async () => {
  await opened.close();
});

describe('the request list', () => {
  it('names what the case lacks, and keeps who asks and by when', async () => {
    const { page } = opened;
    await page.getByRole('tab', { name: /^Requests/ }).click();
    const table = page.getByRole('grid', { name: 'Requests' });
    await table.getByRole('row', { name: /rule sets/ }).click();
    await page.getByLabel('State', { exact: true }).selectOption('asked');
    await page.getByLabel('Owner').fill('Bo Lind');
    await page.getByLabel('Due').fill('2026-12-01');
    await page.getByRole('button', { name: 'Note', exact: true }).click();
    await table.getByRole('row', { name: /asked .*rule sets.*Bo Lind.*2026-12-01/ }).waitFor();
    await settled(page);
    expect(await axeFindings(page)).toEqual([]);
  }, 60_000);

  it('goes out as CSV and comes back with what was filled in', async () => {
    const { page } = opened;
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as CSV' }).click();
    const sent = await readFile(await (await saving).path(), 'utf8');
    expect(sent).toContain('Bo Lind,2026-12-01,asked');
    const back = join(tmpdir(), 'requests-back.csv');
    await writeFile(
      back,
      sent.replace('Bo Lind,2026-12-01,asked,', 'Cy Berg,2026-12-02,received,on the share'),
    );
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Take back a list' }).click();
    await (await choosing).setFiles(back);
    await page
      .getByRole('grid', { name: 'Requests' })
      .getByRole('row', { name: /received .*rule sets.*Cy Berg/ })
      .waitFor();
    expect(opened.troubles).toEqual([]);
  }, 60_000);
});
