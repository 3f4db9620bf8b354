// Main as a whole against the stub: what it registers before anything is shown.
import { mkdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { channelOf, OPERATIONS } from '../../shared/bridge/contract.ts';
import { recorded } from './electron-stub.ts';

describe('the main process', () => {
  beforeAll(async () => {
    const renderer = fileURLToPath(new URL('../../renderer/', import.meta.url));
    if (!existsSync(renderer)) await mkdir(renderer, { recursive: true });
    await import('../../electron/main.ts');
  });

  it('sandboxes every renderer and resolves no host', () => {
    expect(recorded.sandboxed).toBe(true);
    expect(recorded.switches).toContainEqual(['host-resolver-rules', 'MAP * ~NOTFOUND']);
  });

  it('gives the app scheme what IndexedDB and modules need, and nothing that loosens the policy', () => {
    expect(recorded.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ]);
  });

  it('locks the session of the window before the window loads', () => {
    expect([...recorded.session.keys()].sort()).toEqual([
      'enableNetworkEmulation',
      'protocol.handle',
      'setDevicePermissionHandler',
      'setPermissionCheckHandler',
      'setPermissionRequestHandler',
      'setProxy',
      'setSpellCheckerEnabled',
      'webRequest.onBeforeRequest',
    ]);
    expect(recorded.windows[0]?.urls.at(-1)).toBe('app://vouch/index.html');
    expect(recorded.windows[0]?.menuRemoved).toBe(true);
  });

  it('handles every operation of the contract and none besides', () => {
    expect([...recorded.ipc.keys()].sort()).toEqual(OPERATIONS.map(channelOf).sort());
  });

  it('answers nobody but the top frame of its own origin', async () => {
    const info = recorded.ipc.get('vouch:info');
    const from = (senderFrame: unknown) => info?.({ senderFrame }, {}) as Promise<{ ok: boolean }>;
    expect((await from({ origin: 'app://vouch', parent: null })).ok).toBe(true);
    expect((await from({ origin: 'https://evil.example', parent: null })).ok).toBe(false);
  });

  it('denies new windows and every navigation', () => {
    const prevented: string[] = [];
    const listeners = new Map<string, (event: { preventDefault(): void }) => void>();
    let opened: unknown;
    recorded.appListeners.get('web-contents-created')?.(
      {},
      {
        on: (name: string, listener: (event: { preventDefault(): void }) => void) =>
          listeners.set(name, listener),
        setWindowOpenHandler: (handler: () => unknown) => {
          opened = handler();
        },
      },
    );
    for (const [name, listener] of listeners) listener({ preventDefault: () => prevented.push(name) });
    expect(prevented.sort()).toEqual([
      'will-attach-webview',
      'will-frame-navigate',
      'will-navigate',
      'will-redirect',
    ]);
    expect(opened).toEqual({ action: 'deny' });
  });
});
