// The one list of what can be done: id, title, key, and where. Palette, buttons, keys and the help sheet all read
// it. Rooms bring what a command does while they are shown; a command nobody handles is shown as not available.
import { useEffect, useSyncExternalStore } from 'react';
import type { RoomName } from './route.ts';

/** A command as a fact. */
export interface Command {
  readonly id: string;
  readonly title: string;
  /** `Mod+K`, `g i`, `t`; single letters work only outside fields. */
  readonly keys?: string;
  /** Room that handles it; absent = everywhere. */
  readonly room?: RoomName;
  readonly group: 'Go to' | 'Do' | 'View' | 'Engagement';
}

/** Handlers by command id. */
export type Handlers = Readonly<Record<string, () => void>>;

let handlers: readonly Handlers[] = [];
const listeners = new Set<() => void>();

/** Brings handlers while mounted; later ones win. */
export function useCommandHandlers(mine: Handlers): void {
  useEffect(() => {
    handlers = [...handlers, mine];
    tell();
    return () => {
      handlers = handlers.filter(other => other !== mine);
      tell();
    };
  }, [mine]);
}

/** What runs for a command now, if anything. */
export function handlerOf(id: string): (() => void) | undefined {
  for (let at = handlers.length - 1; at >= 0; at--) {
    const handler = handlers[at]?.[id];
    if (handler !== undefined) return handler;
  }
  return undefined;
}

/** Runs a command; says whether anything handled it. */
export function runCommand(id: string): boolean {
  const handler = handlerOf(id);
  handler?.();
  return handler !== undefined;
}

/** All handlers, live: for the palette. */
export function useHandlers(): readonly Handlers[] {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => handlers,
  );
}

/** Two commands that would answer to one key in one place, or share an id. */
export function collisions(commands: readonly Command[]): readonly string[] {
  const found: string[] = [];
  commands.forEach((command, at) => {
    for (const other of commands.slice(at + 1)) {
      if (other.id === command.id) found.push(`${command.id} is listed twice`);
      const together = command.room === undefined || other.room === undefined || command.room === other.room;
      if (together && clash(command.keys, other.keys))
        found.push(`${command.id} and ${other.id} share ${command.keys ?? ''}`);
    }
  });
  return found;
}

/** A key event as chord text: `Mod+K`, `?`, `g`. */
export function chordOf(event: {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}): string {
  const mod = event.ctrlKey || event.metaKey ? 'Mod+' : '';
  const alt = event.altKey ? 'Alt+' : '';
  const key = event.key.length === 1 && mod !== '' ? event.key.toUpperCase() : event.key;
  return `${mod}${alt}${key}`;
}

/** A sequence clashes with its own first key, which would never wait for the second. */
function clash(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a === b || a.startsWith(`${b} `) || b.startsWith(`${a} `);
}

function tell(): void {
  for (const listener of listeners) listener();
}
