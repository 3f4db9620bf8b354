// Honest progress: work done of work known, in units the caller names. No percentages are invented.

/** One step of a long job. `total` is absent while it is not known. */
export interface Progress {
  readonly phase: string;
  readonly done: number;
  readonly total?: number;
  readonly unit: 'bytes' | 'files' | 'records' | 'pairs' | 'pages' | 'steps';
  readonly detail?: string;
}

/** Receives progress; never throws. */
export type OnProgress = (progress: Progress) => void;

/** The part of AbortSignal that the core needs: long loops ask it between chunks. */
export interface Cancellation {
  readonly aborted: boolean;
}

/** Thrown by a long job that was cancelled; nothing of it is kept. */
export class CancelledError extends Error {
  constructor() {
    super('Cancelled');
    this.name = 'CancelledError';
  }
}

/** Throws CancelledError when the caller asked to stop. */
export function checkCancelled(cancellation: Cancellation | undefined): void {
  if (cancellation?.aborted === true) throw new CancelledError();
}
