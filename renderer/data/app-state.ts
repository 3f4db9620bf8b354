// What the window knows, as one immutable value, and a place to keep it. Rooms read parts of it through selectors;
// only the workbench changes it.
import type { Instant } from '../../shared/base/brand.ts';
import type { Progress } from '../../shared/base/progress.ts';
import type { ResponseOf } from '../../shared/bridge/contract.ts';
import type { EvidenceDraft } from '../../shared/records/decide.ts';
import type { Engagement } from '../../shared/records/engagement.ts';
import type { IntakeFile } from '../../shared/intake/intake.ts';
import type { CaseView, Judgement } from './case-view.ts';
import type { OutputRow, PathRow } from './database.ts';
import type { EngagementSummary } from './engagement-store.ts';

/** A file on its way in. */
export interface ArrivingFile {
  readonly path: string;
  readonly bytes: number;
}

/** Files on their way in, in the order they are read, and what is known of those already read. */
export interface Arriving {
  /** True for what a person hands over; false where stored files are read again. */
  readonly isNew: boolean;
  readonly files: readonly ArrivingFile[];
  readonly read: ReadonlyMap<string, IntakeFile>;
}

/** Long work under way; it can be stopped. */
export interface Work {
  readonly title: string;
  readonly arriving?: Arriving;
  readonly progress: Progress | undefined;
  readonly cancel: () => void;
}

/** Whether what was decided is on disk. */
export type Saved =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'saved'; readonly at: Instant }
  | { readonly kind: 'failed'; readonly message: string };

/** Something said to the person. */
export interface NoticeState {
  readonly id: number;
  readonly tone: 'info' | 'good' | 'bad';
  readonly text: string;
}

/** What is selected, ready to be tagged. */
export interface Selection {
  /** In words: `Flow store/web → vault/api tcp 8443`. */
  readonly title: string;
  readonly draft: EvidenceDraft | { readonly id: string };
  /** Requirements that whatever is selected speaks about. */
  readonly suggests?: readonly string[];
}

/** A stored file opened at a line, over whatever room is shown. */
export interface OpenedSource {
  readonly file: string;
  readonly line?: number;
  readonly endLine?: number;
}

/** The state of the window. */
export interface AppState {
  readonly ready: boolean;
  readonly host: ResponseOf<'info'> | undefined;
  readonly engagements: readonly EngagementSummary[];
  readonly engagement: Engagement | undefined;
  readonly actor: string | undefined;
  readonly paths: readonly PathRow[];
  readonly outputs: readonly OutputRow[];
  readonly view: CaseView | undefined;
  readonly judgement: Judgement | undefined;
  /** True while judgement lags behind the last decision. */
  readonly judging: boolean;
  readonly work: Work | undefined;
  readonly saved: Saved;
  readonly notices: readonly NoticeState[];
  readonly selection: Selection | undefined;
  readonly source: OpenedSource | undefined;
  /** Cluster shown; absent = all. */
  readonly cluster: string | undefined;
}

/** The state before anything was read. */
export const INITIAL_STATE: AppState = {
  ready: false,
  host: undefined,
  engagements: [],
  engagement: undefined,
  actor: undefined,
  paths: [],
  outputs: [],
  view: undefined,
  judgement: undefined,
  judging: false,
  work: undefined,
  saved: { kind: 'nothing' },
  notices: [],
  selection: undefined,
  source: undefined,
  cluster: undefined,
};

/** A value that can be watched. */
export interface StateCell<T> {
  readonly get: () => T;
  readonly set: (change: (value: T) => T) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Makes a cell. */
export function stateCell<T>(initial: T): StateCell<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: change => {
      const next = change(value);
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
