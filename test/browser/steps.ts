// What a person does in the window, as steps: each by role and name, as they would find it.
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from 'playwright-core';

/** Begins an engagement. */
export async function beginEngagement(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New engagement' }).click();
  const dialog = page.getByRole('dialog', { name: 'New engagement' });
  await dialog.getByLabel('Title').fill('Northwind card platform 2026');
  await dialog.getByLabel('Assessed entity').fill('Northwind Payments Ltd');
  await dialog.getByLabel('Your name').fill('Ada Okafor');
  await dialog.getByRole('button', { name: 'Begin' }).last().click();
  await page.getByRole('heading', { level: 1, name: 'Intake' }).waitFor();
}

/** Chooses files and waits until they are read. */
export async function importFiles(page: Page, files: Parameters<Locator['setInputFiles']>[0]): Promise<void> {
  await page.locator('[data-pick=files]').setInputFiles(files);
  await page.getByRole('grid', { name: 'Files' }).waitFor({ timeout: 120_000 });
  await settled(page);
}

/** Goes to a room by the rail. */
export async function goTo(page: Page, room: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Rooms' })
    .getByRole('link', { name: new RegExp(`^${room}`) })
    .click();
  await page.getByRole('heading', { level: 1, name: room }).waitFor();
}

/** Filters the table in view and selects the first row left. */
export async function pickRow(page: Page, filter: string): Promise<void> {
  await page.locator('[data-filter]').fill(filter);
  await page.getByRole('row').nth(1).click();
}

/** Waits until nothing is under way and all is saved. */
export async function settled(page: Page, timeout = 120_000): Promise<void> {
  await page.getByText(/^Saved \d\d:\d\d:\d\d UTC$/).waitFor({ timeout });
  await page.getByRole('progressbar').first().waitFor({ state: 'detached', timeout });
  await page.getByText('Checking again').waitFor({ state: 'detached', timeout: 60_000 });
}

/** What axe finds on the page as it is. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  // Entering is animated; axe must not look at half-transparent text.
  await page.evaluate(() => Promise.all(document.getAnimations().map(animation => animation.finished)));
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(node => `${id}: ${node.html.slice(0, 160)} ${node.any.map(item => item.message).join(' ')}`),
  );
}

/** Presses Tab until an element has the focus; fails when it cannot be reached. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < 120; presses++) {
    const isFocused = await target.evaluate(element => {
      const root = element.getRootNode() as Document | ShadowRoot;
      return root.activeElement === element;
    });
    if (isFocused) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('Tab does not reach the element');
}
