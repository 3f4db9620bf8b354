// The host behind the window: Electron's preload where there is one, else the browser itself. Both offer the same
// operations; the window knows only the contract. Nothing here opens a connection.
import type { Answer, ResponseOf, VouchBridge } from '../../shared/bridge/contract.ts';

interface SaveTarget {
  readonly name: string;
  createWritable(): Promise<{ write(bytes: Uint8Array<ArrayBuffer>): Promise<void>; close(): Promise<void> }>;
}

declare global {
  interface Window {
    readonly vouch?: VouchBridge;
    readonly showSaveFilePicker?: (options: { readonly suggestedName: string }) => Promise<SaveTarget>;
  }
}

const ENDINGS: Readonly<Record<string, string>> = {
  engagement: '.vouch,.json,.yaml,.yml',
  key: '.p12,.pfx',
  table: '.csv,.xlsx',
};

/** The bridge of this host. */
export function hostBridge(): VouchBridge {
  return window.vouch ?? browserBridge();
}

/** Files by the browser's own means: pickers, or a download. */
export function browserBridge(): VouchBridge {
  const targets = new Map<string, SaveTarget>();
  return {
    info: () =>
      given({
        host: 'browser',
        version: '0.1.0',
        offline: ["Content-Security-Policy: connect-src 'self'"],
      }),
    launchedWith: () => given({ kind: 'nothing' }),
    revealFile: () => given({ shown: false }),
    openFile: ({ purpose }) => guarded(() => pickFile(ENDINGS[purpose] ?? '')),
    saveFile: ({ name, bytes, ticket }) => guarded(() => saveFile(targets, name, bytes.slice(), ticket)),
  };
}

/** A bridge for tests: opens what it was given, keeps what it is told to save. */
export function memoryBridge(
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[] = [],
): VouchBridge & { readonly saved: { readonly name: string; readonly bytes: Uint8Array }[] } {
  const saved: { readonly name: string; readonly bytes: Uint8Array }[] = [];
  const waiting = [...files];
  return {
    saved,
    info: () => given({ host: 'memory', version: '0.0.0', offline: [] }),
    launchedWith: () => given({ kind: 'nothing' }),
    revealFile: () => given({ shown: false }),
    openFile: () => {
      const file = waiting.shift();
      if (file === undefined) return given({ kind: 'cancelled' });
      return given({ kind: 'opened', ticket: ticket(), name: file.name, bytes: file.bytes.slice() });
    },
    saveFile: ({ name, bytes }) => {
      saved.push({ name, bytes });
      return given({ kind: 'saved', ticket: ticket(), name });
    },
  };
}

function pickFile(accept: string): Promise<ResponseOf<'openFile'>> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accept;
  return new Promise((resolve, reject) => {
    input.addEventListener('cancel', () => resolve({ kind: 'cancelled' }));
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      if (file === undefined) {
        resolve({ kind: 'cancelled' });
        return;
      }
      file
        .arrayBuffer()
        .then(
          bytes =>
            resolve({ kind: 'opened', ticket: ticket(), name: file.name, bytes: new Uint8Array(bytes) }),
          reject,
        );
    });
    input.click();
  });
}

async function saveFile(
  targets: Map<string, SaveTarget>,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  known: string | undefined,
): Promise<ResponseOf<'saveFile'>> {
  if (window.showSaveFilePicker === undefined) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([bytes]));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    return { kind: 'saved', ticket: ticket(), name };
  }
  try {
    const target =
      (known === undefined ? undefined : targets.get(known)) ??
      (await window.showSaveFilePicker({ suggestedName: name }));
    const stream = await target.createWritable();
    await stream.write(bytes);
    await stream.close();
    const made = known ?? ticket();
    targets.set(made, target);
    return { kind: 'saved', ticket: made, name: target.name };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return { kind: 'cancelled' };
    throw error;
  }
}

function ticket(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}

function given<T>(value: T): Promise<Answer<T>> {
  return Promise.resolve({ ok: true, value });
}

async function guarded<T>(work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return {
      ok: false,
      error: { code: 'bridge.failed', message: error instanceof Error ? error.message : String(error) },
    };
  }
}
