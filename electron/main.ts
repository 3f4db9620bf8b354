// Electron's main process: one locked window, files and dialogs, no network. Decisions live in the files beside it;
// here they are only handed to Electron.
import { app, BrowserWindow, dialog, ipcMain, protocol, session, shell, type Session } from 'electron';
import { fileURLToPath } from 'node:url';
import { channelOf, OPERATIONS } from '../shared/bridge/contract.ts';
import { answerRequest, type FileTable } from './app-protocol.ts';
import { makeFileTickets } from './file-tickets.ts';
import { readFileTable } from './file-table.ts';
import { makeHandlers, type FilePurpose } from './handlers.ts';
import {
  isLocalRequest,
  isPermitted,
  isTrustedSender,
  ORIGIN,
  SWITCHES,
  windowPreferences,
} from './lockdown.ts';

const FILTERS: Readonly<Record<FilePurpose, { readonly name: string; readonly extensions: string[] }>> = {
  engagement: { name: 'Vouch engagement', extensions: ['vouch', 'json', 'yaml'] },
  report: { name: 'Report', extensions: ['pdf'] },
  package: { name: 'Audit package', extensions: ['asice'] },
  table: { name: 'Table', extensions: ['csv', 'xlsx', 'json', 'svg'] },
  key: { name: 'PKCS#12 key', extensions: ['p12', 'pfx'] },
};

for (const [name, value] of SWITCHES) app.commandLine.appendSwitch(name, value);
app.enableSandbox();
protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
]);
app.on('web-contents-created', (_event, contents) => {
  for (const name of [
    'will-navigate',
    'will-frame-navigate',
    'will-redirect',
    'will-attach-webview',
  ] as const)
    contents.on(name as 'will-navigate', event => {
      event.preventDefault();
    });
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
});

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized() === true) window.restore();
    window?.focus();
  });
  app.on('window-all-closed', () => {
    app.quit();
  });
  await app.whenReady();
  await openWindow();
} else app.quit();

async function openWindow(): Promise<void> {
  const table = await readFileTable(fileURLToPath(new URL('../renderer/', import.meta.url)));
  const own = session.fromPartition('persist:vouch');
  await lockSession(own, table);
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 1100,
    minHeight: 700,
    show: false,
    title: 'Vouch',
    webPreferences: windowPreferences(fileURLToPath(new URL('preload.cjs', import.meta.url))),
  });
  window.removeMenu();
  handleOperations(window);
  window.once('ready-to-show', () => {
    window.show();
  });
  await window.loadURL(`${ORIGIN}/index.html`);
}

async function lockSession(own: Session, table: FileTable): Promise<void> {
  own.protocol.handle('app', request => {
    const { status, headers, body } = answerRequest(table, request.method, request.url);
    return new Response(body, { status, headers });
  });
  own.webRequest.onBeforeRequest((details, done) => {
    done({ cancel: !isLocalRequest(details.url) });
  });
  own.setPermissionRequestHandler((_contents, permission, done, details) => {
    done(isPermitted(permission, new URL(details.requestingUrl).origin));
  });
  own.setPermissionCheckHandler((_contents, permission, origin) => isPermitted(permission, origin));
  own.setDevicePermissionHandler(() => false);
  own.setSpellCheckerEnabled(false);
  own.enableNetworkEmulation({ offline: true });
  await own.setProxy({ mode: 'fixed_servers', proxyRules: 'http://127.0.0.1:1' });
}

function handleOperations(window: BrowserWindow): void {
  const handlers = makeHandlers({
    version: app.getVersion(),
    offline: [
      'content security policy',
      'request filter',
      'closed proxy',
      'network emulated as offline',
      'no host resolves',
    ],
    tickets: makeFileTickets(),
    launchPath: process.argv.slice(1).find(word => word.endsWith('.vouch')),
    async chooseOpen(purpose) {
      const { filePaths } = await dialog.showOpenDialog(window, {
        filters: [FILTERS[purpose]],
        properties: ['openFile'],
      });
      return filePaths[0];
    },
    async chooseSave(purpose, name) {
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        defaultPath: name,
        filters: [FILTERS[purpose]],
      });
      return canceled ? undefined : filePath;
    },
    reveal(path) {
      shell.showItemInFolder(path);
    },
  });
  for (const operation of OPERATIONS)
    ipcMain.handle(channelOf(operation), (event, request: unknown) => {
      if (!isTrustedSender(event.senderFrame))
        return { ok: false, error: { code: 'bridge.sender', message: 'Not sent by the window' } };
      return handlers[operation](request as never);
    });
}
