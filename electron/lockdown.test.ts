// The locks of the window, compared whole: a preference that goes missing is a red test.
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answerRequest, type FileTable } from './app-protocol.ts';
import {
  CONTENT_SECURITY_POLICY,
  isLocalRequest,
  isPermitted,
  isTrustedSender,
  windowPreferences,
} from './lockdown.ts';

describe('the window', () => {
  it('is sandboxed, isolated and without Node, spell checker, webviews or navigation by drop', () => {
    expect(windowPreferences('/p.cjs')).toEqual({
      preload: '/p.cjs',
      partition: 'persist:vouch',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      enableWebSQL: false,
      experimentalFeatures: false,
    });
  });

  it('gets one permission of all that Electron knows, and only for its own origin', () => {
    const types = readFileSync(new URL('../node_modules/electron/electron.d.ts', import.meta.url), 'utf8');
    const names = new Set(
      [...types.matchAll(/permission: ((?:'[\w-]+'(?: \| )?)+)/g)].flatMap(match =>
        [...(match[1] ?? '').matchAll(/'([\w-]+)'/g)].map(name => name[1] ?? ''),
      ),
    );
    expect(names.size).toBeGreaterThan(15);
    expect([...names].filter(name => isPermitted(name, 'app://vouch'))).toEqual([
      'clipboard-sanitized-write',
    ]);
    expect([...names].filter(name => isPermitted(name, 'https://vouch'))).toEqual([]);
  });

  it('sends requests to its own origin and to memory only', () => {
    expect(['app://vouch/a.js', 'blob:app://vouch/1', 'data:image/png,'].every(isLocalRequest)).toBe(true);
    expect(
      ['https://a.example/', 'app://vouch.evil/', 'app://vouchx/', 'file:///etc/passwd', 'ws://a/'].some(
        isLocalRequest,
      ),
    ).toBe(false);
  });

  it('is heard only from its top frame', () => {
    expect(isTrustedSender({ origin: 'app://vouch', parent: null })).toBe(true);
    expect(isTrustedSender({ origin: 'app://vouch', parent: {} })).toBe(false);
    expect(isTrustedSender({ origin: 'https://vouch', parent: null })).toBe(false);
    expect(isTrustedSender(null)).toBe(false);
  });
});

describe('the content security policy', () => {
  it('lets in nothing but our own files', () => {
    expect(CONTENT_SECURITY_POLICY).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
  });
});

describe('the app protocol', () => {
  const table: FileTable = new Map([['/index.html', { bytes: Uint8Array.of(1), type: 'text/html' }]]);
  const statusOf = (method: string, url: string) => answerRequest(table, method, url).status;

  it('serves built files under our host only', () => {
    expect(statusOf('GET', 'app://vouch/')).toBe(200);
    expect(statusOf('GET', 'app://vouch/index.html?x#y')).toBe(200);
    expect(statusOf('GET', 'app://other/index.html')).toBe(400);
    expect(statusOf('POST', 'app://vouch/index.html')).toBe(405);
  });

  it('has no way out of its table', () => {
    const piece = fc.constantFrom(
      '..',
      '%2e%2e',
      '%5c',
      '\\',
      '/',
      '//',
      '\0',
      'C:',
      'INDEX.HTML',
      'etc',
      'passwd',
      '.',
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), pieces => {
        const path = `/${pieces.join('/')}`;
        return table.has(path) || statusOf('GET', `app://vouch${path}`) === 404;
      }),
    );
  });
});
