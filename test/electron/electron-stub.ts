// Stands in for `electron` in every test: requiring the real package without its binary would try to download it.
// It records what main registers and lets a test fire it; types still come from the real package.
type Listener = (...args: readonly unknown[]) => unknown;

/** Everything that the code under test asked Electron for. */
export const recorded = {
  switches: [] as (readonly [string, string?])[],
  schemes: [] as unknown[],
  windows: [] as { options: unknown; urls: string[]; menuRemoved: boolean }[],
  appListeners: new Map<string, Listener>(),
  ipc: new Map<string, Listener>(),
  session: new Map<string, readonly unknown[]>(),
  exposed: new Map<string, unknown>(),
  invoked: [] as (readonly [string, unknown])[],
  sandboxed: false,
};

const ownSession = new Proxy(
  {},
  {
    get: (_target, name: string) =>
      name === 'protocol' || name === 'webRequest'
        ? new Proxy(
            {},
            {
              get:
                (_inner, inner: string) =>
                (...args: readonly unknown[]) =>
                  void recorded.session.set(`${name}.${inner}`, args),
            },
          )
        : (...args: readonly unknown[]) => {
            recorded.session.set(name, args);
            return Promise.resolve();
          },
  },
);

export const app = {
  commandLine: {
    appendSwitch: (name: string, value?: string) =>
      recorded.switches.push(value === undefined ? [name] : [name, value]),
  },
  enableSandbox: () => {
    recorded.sandboxed = true;
  },
  requestSingleInstanceLock: () => true,
  whenReady: () => Promise.resolve(),
  getVersion: () => '0.0.0-test',
  quit: () => undefined,
  on: (name: string, listener: Listener) => void recorded.appListeners.set(name, listener),
};
export const protocol = {
  registerSchemesAsPrivileged: (schemes: unknown[]) => void recorded.schemes.push(...schemes),
};
export const session = { fromPartition: () => ownSession };
export const shell = { showItemInFolder: () => undefined };
export const dialog = {
  showOpenDialog: () => Promise.resolve({ filePaths: [] }),
  showSaveDialog: () => Promise.resolve({ canceled: true, filePath: '' }),
};
export const ipcMain = {
  handle: (channel: string, listener: Listener) => void recorded.ipc.set(channel, listener),
};
export const ipcRenderer = {
  invoke: (channel: string, request: unknown) => {
    recorded.invoked.push([channel, request]);
    return Promise.resolve({ ok: true, value: {} });
  },
};
export const contextBridge = {
  exposeInMainWorld: (name: string, api: unknown) => void recorded.exposed.set(name, api),
};

export class BrowserWindow {
  static getAllWindows(): readonly BrowserWindow[] {
    return [];
  }
  private readonly record: { options: unknown; urls: string[]; menuRemoved: boolean };
  constructor(options: unknown) {
    this.record = { options, urls: [], menuRemoved: false };
    recorded.windows.push(this.record);
  }
  removeMenu(): void {
    this.record.menuRemoved = true;
  }
  once(_name: string, listener: Listener): void {
    listener();
  }
  show(): void {
    this.record.urls.push('shown');
  }
  loadURL(url: string): Promise<void> {
    this.record.urls.push(url);
    return Promise.resolve();
  }
}
