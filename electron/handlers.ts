// What main does for the window: dialogs and files. The dialogs come in as functions, so tests run the real handlers.
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { RequestOf, ResponseOf, VouchBridge } from '../shared/bridge/contract.ts';
import { answer } from '../shared/bridge/handle.ts';
import type { FileTickets } from './file-tickets.ts';
import { freePath, saveAtomically } from './save-atomically.ts';

/** Purpose of a file dialog. */
export type FilePurpose = RequestOf<'openFile'>['purpose'];

/** What the handlers need of Electron. */
export interface HandlerHost {
  readonly version: string;
  readonly offline: readonly string[];
  readonly tickets: FileTickets;
  /** Path of the engagement the program was started with. */
  readonly launchPath: string | undefined;
  chooseOpen(purpose: FilePurpose): Promise<string | undefined>;
  chooseSave(purpose: FilePurpose, name: string): Promise<string | undefined>;
  reveal(path: string): void;
}

/** The bridge as main fulfils it; the window's side only carries messages. */
export function makeHandlers(host: HandlerHost): VouchBridge {
  let launchPath = host.launchPath;
  return {
    info: request =>
      answer(
        'info',
        () => Promise.resolve({ host: 'electron', version: host.version, offline: [...host.offline] }),
        request,
      ),
    openFile: request => answer('openFile', ({ purpose }) => openChosen(host, purpose), request),
    saveFile: request => answer('saveFile', asked => save(host, asked), request),
    revealFile: request =>
      answer(
        'revealFile',
        ({ ticket }) => {
          const path = host.tickets.pathOf(ticket);
          if (path !== undefined) host.reveal(path);
          return Promise.resolve({ shown: path !== undefined });
        },
        request,
      ),
    launchedWith: request =>
      answer(
        'launchedWith',
        async () => {
          const path = launchPath;
          launchPath = undefined;
          return path === undefined ? { kind: 'nothing' as const } : opened(host, path);
        },
        request,
      ),
  };
}

async function openChosen(host: HandlerHost, purpose: FilePurpose): Promise<ResponseOf<'openFile'>> {
  const path = await host.chooseOpen(purpose);
  return path === undefined ? { kind: 'cancelled' } : opened(host, path);
}

async function opened(host: HandlerHost, path: string): Promise<ResponseOf<'openFile'> & { kind: 'opened' }> {
  const bytes = new Uint8Array(await readFile(path));
  return { kind: 'opened', ticket: host.tickets.give(path), name: basename(path), bytes };
}

async function save(host: HandlerHost, request: RequestOf<'saveFile'>): Promise<ResponseOf<'saveFile'>> {
  const known = request.ticket === undefined ? undefined : host.tickets.pathOf(request.ticket);
  const again = request.purpose === 'engagement' ? known : undefined;
  const chosen = again ?? (await host.chooseSave(request.purpose, basename(request.name)));
  if (chosen === undefined) return { kind: 'cancelled' };
  const sealed = request.purpose === 'package' || request.purpose === 'report';
  const named = extname(chosen) === '' ? `${chosen}${extname(request.name)}` : chosen;
  const path = sealed ? await freePath(named) : named;
  await saveAtomically(path, request.bytes);
  return { kind: 'saved', ticket: host.tickets.give(path), name: basename(path) };
}
