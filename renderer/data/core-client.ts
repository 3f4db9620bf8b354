// Talks to the core worker: requests by id, progress on the way, cancel. A worker that does not answer a cancel
// (it is deep in arithmetic) is ended and started anew; the next request finds an empty one.
import { CancelledError, type OnProgress } from '../../shared/base/progress.ts';
import { ProblemError } from '../../shared/base/result.ts';
import type { IntakeFile } from '../../shared/intake/intake.ts';
import type { CoreOperation, CoreOperations, FromWorker, ToWorker } from './core-protocol.ts';

/** How long a cancelled worker may take before it is ended. */
const PATIENCE = 1500;

/** The part of Worker that is used; tests bring their own. */
export interface WorkerPort {
  postMessage(message: ToWorker): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** A request under way. */
export interface CoreCall<T> {
  readonly answer: Promise<T>;
  cancel(): void;
}

/** Who hears of a request on its way. */
export interface CoreListeners {
  readonly onProgress?: OnProgress;
  readonly onFiles?: (files: readonly IntakeFile[]) => void;
}

/** The window's end of the worker. */
export interface CoreClient {
  call<N extends CoreOperation>(
    operation: N,
    request: CoreOperations[N]['request'],
    listeners?: CoreListeners,
  ): CoreCall<CoreOperations[N]['response']>;
  /** Counts starts of the worker: a new one has no case in memory. */
  readonly generation: number;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly listeners: CoreListeners;
}

/** Starts the worker on the first call. */
export function createCoreClient(start: () => WorkerPort): CoreClient {
  const pending = new Map<number, Pending>();
  let worker: WorkerPort | undefined;
  let generation = 0;
  let next = 1;

  const end = (error: (id: number) => Error): void => {
    worker?.terminate();
    worker = undefined;
    for (const [id, call] of pending) call.reject(error(id));
    pending.clear();
  };
  const receive = (message: FromWorker): void => {
    const call = pending.get(message.id);
    if (call === undefined) return;
    if (message.kind === 'progress') return call.listeners.onProgress?.(message.progress);
    if (message.kind === 'files') return call.listeners.onFiles?.(message.files);
    pending.delete(message.id);
    if (message.kind === 'response') call.resolve(message.response);
    else if (message.kind === 'cancelled') call.reject(new CancelledError());
    else call.reject(new ProblemError(message.problem));
  };
  const running = (): WorkerPort => {
    if (worker !== undefined) return worker;
    worker = start();
    generation += 1;
    worker.onmessage = event => receive(event.data);
    worker.onerror = event =>
      end(() => new ProblemError({ code: 'worker.ended', message: event.message || 'The worker ended' }));
    return worker;
  };
  return {
    get generation() {
      return generation;
    },
    call<N extends CoreOperation>(
      operation: N,
      request: CoreOperations[N]['request'],
      listeners: CoreListeners = {},
    ): CoreCall<CoreOperations[N]['response']> {
      const id = next++;
      const answer = new Promise<CoreOperations[N]['response']>((resolve, reject) => {
        pending.set(id, {
          resolve: value => resolve(value as CoreOperations[N]['response']),
          reject,
          listeners,
        });
        running().postMessage({ kind: 'request', id, operation, request });
      });
      const cancel = (): void => {
        if (!pending.has(id)) return;
        worker?.postMessage({ kind: 'cancel', id });
        setTimeout(() => {
          if (pending.has(id)) end(() => new CancelledError());
        }, PATIENCE);
      };
      return { answer, cancel };
    },
  };
}
