// Keys to commands. Single letters and sequences sleep while a person types in a field or a dialog is open.
import { useEffect } from 'react';
import { chordOf, runCommand, type Command } from '../data/commands.ts';
import type { RoomName } from '../data/route.ts';

const SEQUENCE_MS = 1200;

/** Listens for the keys of the commands that hold in this room. */
export function useKeyboard(commands: readonly Command[], room: RoomName): void {
  useEffect(() => {
    let first: { readonly key: string; readonly at: number } | undefined;
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const chord = chordOf(event);
      const chorded = event.ctrlKey || event.metaKey;
      if (
        !chorded &&
        (isTyping(event.composedPath()[0] ?? null) || document.querySelector('dialog[open]') !== null)
      )
        return;
      const sequence =
        first !== undefined && event.timeStamp - first.at < SEQUENCE_MS ? `${first.key} ${chord}` : undefined;
      const here = commands.filter(command => command.room === undefined || command.room === room);
      const command =
        here.find(item => item.keys !== undefined && item.keys === sequence) ??
        here.find(item => item.keys === chord);
      first = here.some(item => item.keys?.startsWith(`${chord} `) === true)
        ? { key: chord, at: event.timeStamp }
        : undefined;
      if (command !== undefined && runCommand(command.id)) event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [commands, room]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLElement && target.isContentEditable)
  );
}
