// Ctrl-C: the first asks the work under way to stop between two chunks, so that it can tidy up, and ends
// waiting for standard input; the second ends at once.
import type { Cancellation } from '../shared/base/progress.ts';

const state = { aborted: false };

/** Set once the person asked to stop; every import of a command line listens to it. */
export const interruption: Cancellation = state;

const waiting: (() => void)[] = [];

/** Ends a wait that asks nobody: called once when the person asks to stop. */
export function whenInterrupted(stop: () => void): void {
  waiting.push(stop);
}

/** Listens for interrupts until the process ends; `code` is what it ends with when asked twice. */
export function listenForInterrupts(code: number): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (state.aborted) process.exit(code);
      state.aborted = true;
      for (const stop of waiting) stop();
    });
}
