// What a person can do, in one place: every word is applied by the core's `decide`, written at once, and only then
// shown as saved. Computing is asked of the worker. Ports are given in, so the whole runs in a test.
import type { Instant } from '../../shared/base/brand.ts';
import type { Digests } from '../../shared/base/digest.ts';
import { CancelledError } from '../../shared/base/progress.ts';
import { failed, ok, ProblemError, type Result } from '../../shared/base/result.ts';
import type { VouchBridge } from '../../shared/bridge/contract.ts';
import type { IntakeFile } from '../../shared/intake/intake.ts';
import { decide, type Decision } from '../../shared/records/decide.ts';
import type { Engagement } from '../../shared/records/engagement.ts';
import {
  INITIAL_STATE,
  stateCell,
  type AppState,
  type Arriving,
  type OpenedSource,
  type Selection,
  type StateCell,
  type Work,
} from './app-state.ts';
import type { CoreCall, CoreClient } from './core-client.ts';
import type { CoreOperation, CoreOperations } from './core-protocol.ts';
import type { VouchDatabase } from './database.ts';
import {
  insertEngagement,
  listEngagements,
  readEngagement,
  updateEngagement,
  type Besides,
  type StoredEngagement,
} from './engagement-store.ts';

/** What the window brings along. */
export interface WorkbenchPorts {
  readonly database: VouchDatabase;
  readonly core: CoreClient;
  readonly bridge: VouchBridge;
  readonly digests: Digests;
  readonly now: () => Instant;
}

/** What long work may bring along. */
export interface MoreOfWork<T> {
  readonly arriving?: Arriving;
  /** Done with the answer before the work counts as ended. */
  readonly keep?: (answer: T) => Promise<void>;
}

/** The workbench: state and the ways to change it. Use-cases are functions over it, one file each. */
export interface Workbench extends WorkbenchPorts {
  readonly state: StateCell<AppState>;
  start(): Promise<void>;
  open(id: string): Promise<Result<Engagement>>;
  close(): void;
  adopt(engagement: Engagement, besides?: Besides): Promise<Result<Engagement>>;
  /** Applies one decision by the person at work and writes it. */
  decide(decision: Decision, besides?: Besides): Promise<Result<Engagement>>;
  /** Writes an engagement that the worker carried on from `before`; refuses when a word was said in between. */
  advance(before: Engagement, after: Engagement, besides: Besides): Promise<Result<Engagement>>;
  workAs(person: string): Promise<void>;
  notify(tone: 'info' | 'good' | 'bad', text: string): void;
  readonly dismiss: (id: number) => void;
  select(selection: Selection | undefined): void;
  showSource(source: OpenedSource | undefined): void;
  showCluster(cluster: string | undefined): void;
  /** Runs long work with progress and cancel in the status bar. */
  work<N extends CoreOperation>(
    title: string,
    operation: N,
    request: CoreOperations[N]['request'],
    more?: MoreOfWork<CoreOperations[N]['response']>,
  ): Promise<CoreOperations[N]['response']>;
}

/** Makes the workbench; nothing is read until `start`. */
export function createWorkbench(ports: WorkbenchPorts): Workbench {
  const state = stateCell(INITIAL_STATE);
  let stored: StoredEngagement | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let notices = 0;
  const patch = (change: Partial<AppState>): void => state.set(value => ({ ...value, ...change }));

  const show = (next: StoredEngagement): void => {
    stored = next;
    patch({
      engagement: next.engagement,
      actor: next.actor,
      saved: { kind: 'saved', at: next.savedAt },
    });
  };
  const notify: Workbench['notify'] = (tone, text) => {
    const id = ++notices;
    state.set(value => ({
      ...value,
      notices: [...value.notices.filter(notice => notice.text !== text).slice(-2), { id, tone, text }],
    }));
    if (tone !== 'bad') setTimeout(() => dismiss(id), 6000);
  };
  const dismiss = (id: number): void =>
    state.set(value => ({ ...value, notices: value.notices.filter(notice => notice.id !== id) }));
  const refresh = async (id: string): Promise<void> => {
    patch({
      engagements: await listEngagements(ports.database),
      paths: await ports.database.paths.where('engagement').equals(id).toArray(),
      outputs: await ports.database.outputs.where('engagement').equals(id).toArray(),
    });
  };

  /** One writer at a time; a store that moved on is read again and the decision applied to what is there now. */
  const write = async (decision: Decision, besides: Besides): Promise<Result<Engagement>> => {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (stored === undefined) return failed('window.no-engagement', 'No engagement is open');
      const at = ports.now();
      const actor = besides.actor ?? stored.actor ?? stored.engagement.header.leadQsa ?? 'unnamed';
      const decided = decide(stored.engagement, decision, { digests: ports.digests, at, actor });
      if (!decided.ok) return decided;
      patch({ saved: { kind: 'saving' } });
      const written = await updateEngagement(ports.database, stored, decided.value, at, besides);
      if (written.ok) {
        show(written.value);
        return ok(written.value.engagement);
      }
      const again = await readEngagement(ports.database, stored.engagement.header.id);
      if (!again.ok) return again;
      show(again.value);
    }
    return failed('store.busy', 'This engagement keeps changing in another window');
  };

  const workbench: Workbench = {
    ...ports,
    state,
    notify,
    dismiss,
    async start() {
      const info = await ports.bridge.info({});
      patch({
        ready: true,
        host: info.ok ? info.value : undefined,
        engagements: await listEngagements(ports.database),
      });
    },
    async open(id) {
      const read = await readEngagement(ports.database, id);
      if (!read.ok) return read;
      patch({ ...INITIAL_STATE, ready: true, host: state.get().host, notices: state.get().notices });
      show(read.value);
      await refresh(id);
      return ok(read.value.engagement);
    },
    close() {
      stored = undefined;
      patch({ ...INITIAL_STATE, ready: true, host: state.get().host, engagements: state.get().engagements });
    },
    async adopt(engagement, besides = {}) {
      const inserted = await insertEngagement(ports.database, engagement, ports.now(), besides);
      return inserted.ok ? workbench.open(engagement.header.id) : inserted;
    },
    decide(decision, besides = {}) {
      const next = queue.then(async () => {
        try {
          const written = await write(decision, besides);
          if (written.ok && besides.paths !== undefined) await refresh(written.value.header.id);
          return written;
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          patch({ saved: { kind: 'failed', message } });
          return failed('store.write', `Not saved: ${message}`);
        }
      });
      queue = next;
      return next;
    },
    advance(before, after, besides) {
      const next = queue.then(async () => {
        if (stored?.engagement !== before)
          return failed('store.moved', 'Something was decided while this was made; make it again');
        const written = await updateEngagement(ports.database, stored, after, ports.now(), besides);
        if (!written.ok) return written;
        show(written.value);
        await refresh(after.header.id);
        return ok(after);
      });
      queue = next;
      return next;
    },
    async workAs(person) {
      if (stored === undefined) return;
      const written = await updateEngagement(ports.database, stored, stored.engagement, ports.now(), {
        actor: person,
      });
      if (written.ok) show(written.value);
      else notify('bad', written.problem.message);
    },
    select: selection => patch({ selection }),
    showSource: source => patch({ source }),
    showCluster: cluster => patch({ cluster }),
    work: async (title, operation, request, { arriving, keep } = {}) => {
      const carryOn = (change: (work: Work) => Partial<Work>): void =>
        state.set(value =>
          value.work === undefined ? value : { ...value, work: { ...value.work, ...change(value.work) } },
        );
      const call = ports.core.call(operation, request, {
        onProgress: progress => carryOn(() => ({ progress })),
        onFiles: files => carryOn(work => arrived(work, files)),
      });
      patch({
        work: {
          title,
          progress: undefined,
          cancel: () => call.cancel(),
          ...(arriving === undefined ? {} : { arriving }),
        },
      });
      try {
        const answer = await answerOf(call);
        await keep?.(answer);
        return answer;
      } finally {
        patch({ work: undefined });
      }
    },
  };
  return workbench;
}

function arrived({ arriving }: Work, files: readonly IntakeFile[]): Partial<Work> {
  if (arriving === undefined) return {};
  const read = new Map([...arriving.read, ...files.map(file => [file.path, file] as const)]);
  return { arriving: { ...arriving, read } };
}

/** Cancelled work and broken workers come back as values, like every other expected failure. */
async function answerOf<T>(call: CoreCall<T>): Promise<T> {
  try {
    return await call.answer;
  } catch (error) {
    if (error instanceof CancelledError) return failed('work.cancelled', 'Stopped; nothing was kept') as T;
    if (error instanceof ProblemError) return { ok: false, problem: error.problem } as T;
    throw error;
  }
}
