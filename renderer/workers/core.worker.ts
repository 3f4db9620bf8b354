// The worker's message shell: takes requests by id, runs them one after the other, posts progress, answers. The work
// is done by the core; nothing is decided here.
import { CancelledError, type Cancellation } from '../../shared/base/progress.ts';
import { ProblemError } from '../../shared/base/result.ts';
import type { IntakeFile } from '../../shared/intake/intake.ts';
import type { CoreOperation, CoreOperations, FromWorker, ToWorker } from '../data/core-protocol.ts';
import { openDatabase } from '../data/database.ts';
import { createSession, type SessionHost } from './session.ts';

/** Least milliseconds between two reports of one phase. */
const PACE = 80;

interface WorkerScope {
  postMessage(message: FromWorker, transfer?: readonly Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;
const session = createSession(openDatabase('relaxed'));
const cancelled = new Set<number>();
let queue: Promise<void> = Promise.resolve();

scope.onmessage = event => {
  const message = event.data;
  if (message.kind === 'cancel') {
    cancelled.add(message.id);
    return;
  }
  queue = queue.then(() => run(message));
};

async function run({ id, operation, request }: ToWorker & { kind: 'request' }): Promise<void> {
  try {
    const host = hostOf(id);
    if (cancelled.has(id)) throw new CancelledError();
    const response = await answer(operation, request, host);
    scope.postMessage({ kind: 'response', id, response });
  } catch (error) {
    if (error instanceof CancelledError) scope.postMessage({ kind: 'cancelled', id });
    else scope.postMessage({ kind: 'failed', id, problem: problemOf(error) });
  } finally {
    cancelled.delete(id);
  }
}

/** The operation's name says which request comes with it. */
function answer(operation: CoreOperation, request: unknown, host: SessionHost): Promise<unknown> {
  const handlers: {
    readonly [N in CoreOperation]: (
      request: CoreOperations[N]['request'],
      host: SessionHost,
    ) => Promise<CoreOperations[N]['response']>;
  } = session;
  const handler = handlers[operation] as (request: unknown, host: SessionHost) => Promise<unknown>;
  return handler(request, host);
}

function hostOf(id: number): SessionHost {
  let phase = '';
  let posted = 0;
  let breathed = performance.now();
  let told = performance.now();
  let files: IntakeFile[] = [];
  const cancellation: Cancellation = {
    get aborted() {
      return cancelled.has(id);
    },
  };
  const tellFiles = (): void => {
    told = performance.now();
    if (files.length > 0) scope.postMessage({ kind: 'files', id, files });
    files = [];
  };
  return {
    cancellation,
    onProgress: progress => {
      const now = performance.now();
      if (progress.phase === phase && now - posted < PACE && progress.done !== progress.total) return;
      if (progress.phase !== phase) tellFiles();
      phase = progress.phase;
      posted = now;
      scope.postMessage({ kind: 'progress', id, progress });
    },
    onFile: file => {
      files.push(file);
      if (performance.now() - told >= PACE) tellFiles();
    },
    yield: async () => {
      if (performance.now() - breathed < PACE) return;
      await new Promise<void>(resolve => setTimeout(resolve));
      breathed = performance.now();
    },
  };
}

function problemOf(error: unknown): ProblemError['problem'] {
  if (error instanceof ProblemError) return error.problem;
  return { code: 'worker.failed', message: error instanceof Error ? error.message : String(error) };
}
