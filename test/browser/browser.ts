// A real Chromium over the built window: the machine's own where there is one, else the one that npm brought. The
// page is served from loopback with the host's own headers; what it says and asks for is collected.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { serveLoopback } from '../../cli/serve.ts';
import { readFileTable } from '../../electron/file-table.ts';

const DIST = fileURLToPath(new URL('../../dist/renderer/', import.meta.url));
const OWN = '/usr/bin/chromium';

/** A window under test and what was noticed about it. */
export interface OpenWindow {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly url: string;
  /** Console errors, page errors, policy violations, foreign requests: expected to stay empty. */
  readonly troubles: string[];
  close(): Promise<void>;
}

/** Starts a server and a browser with a fresh profile. */
export async function openWindow(size = { width: 1440, height: 900 }): Promise<OpenWindow> {
  if (!existsSync(`${DIST}index.html`)) throw new Error('dist/renderer is not built: npm run build');
  const server = await serveLoopback(await readFileTable(DIST));
  const browser = await launch();
  const context = await browser.newContext({
    viewport: size,
    timezoneId: 'Asia/Kathmandu',
    acceptDownloads: true,
  });
  const troubles: string[] = [];
  await context.addInitScript(() => {
    // Downloads instead of the system's save dialog, which a test cannot answer.
    Object.defineProperty(window, 'showSaveFilePicker', { value: undefined });
    document.addEventListener('securitypolicyviolation', event => {
      console.error(
        `policy violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      );
    });
  });
  context.on('request', request => {
    const url = request.url();
    if (!url.startsWith(server.url) && !url.startsWith('blob:') && !url.startsWith('data:'))
      troubles.push(`request to ${url}`);
  });
  context.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning')
      troubles.push(`console: ${message.text()}`);
  });
  context.on('weberror', error => troubles.push(`error: ${error.error().message}`));
  const page = await context.newPage();
  await page.goto(server.url);
  return {
    page,
    context,
    url: server.url,
    troubles,
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

async function launch(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  return chromium.launch({ executablePath: existsSync(OWN) ? OWN : await broughtByNpm(), args });
}

async function broughtByNpm(): Promise<string> {
  const { default: sparticuz } = await import('@sparticuz/chromium');
  return sparticuz.executablePath();
}
