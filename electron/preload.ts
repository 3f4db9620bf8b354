// The window's only door: one frozen object of named functions made from the contract. It never passes a channel,
// an event or ipcRenderer itself. Bundled to one plain script, since a sandboxed preload cannot import.
import { contextBridge, ipcRenderer } from 'electron';

/** Kept equal to the contract by a test; importing the contract would pull its schemas into the preload. */
const OPERATIONS = ['info', 'launchedWith', 'openFile', 'revealFile', 'saveFile'] as const;

const bridge = Object.fromEntries(
  OPERATIONS.map(operation => [
    operation,
    (request: unknown): Promise<unknown> => ipcRenderer.invoke(`vouch:${operation}`, request),
  ]),
);

contextBridge.exposeInMainWorld('vouch', Object.freeze(bridge));
