// The long work of a case: reading it back after a reload, adding files, judging again after a decision. Facts are
// computed by the worker; what a person handed over is written before anything is shown of it.
import { compareBy } from '../../shared/base/order.ts';
import type { IntakeFile } from '../../shared/intake/intake.ts';
import type { Engagement, ImportRecord } from '../../shared/records/engagement.ts';
import type { Arriving } from './app-state.ts';
import type { AddedFile, CoreOperation, CoreOperations } from './core-protocol.ts';
import type { PathRow } from './database.ts';
import { adoptFile } from './engagement-work.ts';
import { unlessImporting, whileImporting } from './import-lock.ts';
import { sweepCopies } from './sweep-copies.ts';
import type { Workbench } from './workbench.ts';

const LAST = 'vouch.engagement';
const PAUSE = 250;

/** After a start or reload: what was open is open again. */
export async function continueWork(workbench: Workbench): Promise<void> {
  await workbench.start();
  await unlessImporting(() => sweepCopies(workbench.database));
  judgeAfterDecisions(workbench);
  const launched = await workbench.bridge.launchedWith({});
  if (launched.ok && launched.value.kind === 'opened') {
    const adopted = await adoptFile(workbench, launched.value.name, launched.value.bytes);
    if (adopted.ok) return readCase(workbench, []);
    workbench.notify('bad', adopted.problem.message);
  }
  const last = localStorage.getItem(LAST);
  if (last !== null && workbench.state.get().engagements.some(item => item.id === last))
    await openEngagement(workbench, last);
}

/** Opens an engagement of this browser and reads its case. */
export async function openEngagement(workbench: Workbench, id: string): Promise<void> {
  const opened = await workbench.open(id);
  if (!opened.ok) {
    workbench.notify('bad', opened.problem.message);
    return;
  }
  await readCase(workbench, []);
}

/** Imports files beside those already stored, and records them. */
export async function addFiles(workbench: Workbench, added: readonly AddedFile[]): Promise<void> {
  if (added.length > 0) await readCase(workbench, added);
}

/** Closes the engagement; nothing of it is removed. */
export function closeEngagement(workbench: Workbench): void {
  localStorage.removeItem(LAST);
  workbench.close();
}

/** Reads stored and added files into a case. */
export async function readCase(workbench: Workbench, added: readonly AddedFile[]): Promise<void> {
  const { engagement, paths: stored } = workbench.state.get();
  if (engagement === undefined) return;
  localStorage.setItem(LAST, engagement.header.id);
  if (stored.length + added.length === 0) return;
  if (added.length === 0) {
    await takeIn(workbench, engagement, stored, added);
    return;
  }
  let isKept = false;
  try {
    isKept = await whileImporting(() => takeIn(workbench, engagement, stored, added));
  } finally {
    if (!isKept) await unlessImporting(() => sweepCopies(workbench.database));
  }
}

/** Reads and, of what was added, keeps the record together with the paths; says whether the case is shown. */
async function takeIn(
  workbench: Workbench,
  engagement: Engagement,
  stored: readonly PathRow[],
  added: readonly AddedFile[],
): Promise<boolean> {
  const title = added.length === 0 ? 'Reading the stored files' : `Importing ${added.length} files`;
  let isShown = false;
  const answer = await workbench.work(
    title,
    'openCase',
    { engagement, stored, added },
    {
      arriving: arrivingOf(stored, added),
      keep: async read => {
        isShown = read.ok && (await keepCase(workbench, engagement, read.value, added.length > 0));
      },
    },
  );
  if (!answer.ok) workbench.notify('bad', answer.problem.message);
  return isShown;
}

async function keepCase(
  workbench: Workbench,
  engagement: Engagement,
  { view, judgement, paths }: ReadCase,
  isNew: boolean,
): Promise<boolean> {
  if (workbench.state.get().engagement?.header.id !== engagement.header.id) return false;
  if (isNew) {
    const imports = importRecords(view.files, new Set(paths.map(row => row.path)));
    const recorded = await workbench.decide({ kind: 'record-import', imports }, { paths });
    if (!recorded.ok) {
      workbench.notify('bad', recorded.problem.message);
      return false;
    }
  }
  workbench.state.set(state => ({ ...state, view, judgement, judging: false }));
  return true;
}

type ReadCase = Extract<CoreOperations['openCase']['response'], { readonly ok: true }>['value'];

function arrivingOf(stored: readonly PathRow[], added: readonly AddedFile[]): Arriving {
  const isNew = added.length > 0;
  const files = isNew
    ? added.map(({ path, file }) => ({ path, bytes: file.size }))
    : stored.map(({ path, bytes }) => ({ path, bytes }));
  return { isNew, files: files.sort(compareBy(file => file.path)), read: new Map() };
}

/**
 * Asks the worker about the open case; one that was started anew, since a question had to be ended, reads the case first.
 * With a title the work shows in the status bar and can be stopped there.
 */
export async function askCase<N extends CoreOperation>(
  workbench: Workbench,
  operation: N,
  request: CoreOperations[N]['request'],
  title?: string,
): Promise<CoreOperations[N]['response']> {
  const ask = (): Promise<CoreOperations[N]['response']> =>
    title === undefined
      ? workbench.core.call(operation, request).answer
      : workbench.work(title, operation, request);
  const first = await ask();
  if (!isWithoutCase(first)) return first;
  await readCase(workbench, []);
  return ask();
}

function isWithoutCase(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null || !('problem' in answer)) return false;
  const { problem } = answer;
  return (
    typeof problem === 'object' && problem !== null && 'code' in problem && problem.code === 'worker.no-case'
  );
}

/** Import records of the files that this run stored. */
export function importRecords(
  files: readonly IntakeFile[],
  stored: ReadonlySet<string>,
): readonly Omit<ImportRecord, 'at'>[] {
  return files.flatMap(file => [
    ...(stored.has(file.path) ? [importRecord(file)] : []),
    ...importRecords(file.members ?? [], stored),
  ]);
}

function importRecord(file: IntakeFile): Omit<ImportRecord, 'at'> {
  return {
    path: file.path,
    sha256: file.sha256,
    bytes: file.bytes,
    format: file.format,
    role: file.role,
    records: file.records,
    redactions: file.redactions,
    ...(file.diagnostics.some(item => item.code === 'intake.attachment.needs-confirmation')
      ? { needsConfirmation: true as const }
      : {}),
  };
}

/** Judges again, a moment after the last of several decisions, as long as the case is in the worker. */
function judgeAfterDecisions(workbench: Workbench): void {
  let judged = workbench.state.get().engagement;
  let timer: ReturnType<typeof setTimeout> | undefined;
  workbench.state.subscribe(() => {
    const { engagement, view, work } = workbench.state.get();
    if (engagement === judged || engagement === undefined || view === undefined || work !== undefined) return;
    const same = judged?.header.id === engagement.header.id;
    judged = engagement;
    if (!same) return;
    clearTimeout(timer);
    timer = setTimeout(() => void judge(workbench), PAUSE);
  });
}

async function judge(workbench: Workbench): Promise<void> {
  const { engagement } = workbench.state.get();
  if (engagement === undefined) return;
  workbench.state.set(state => ({ ...state, judging: true }));
  const answer = await workbench.core.call('judge', { engagement }).answer;
  if (workbench.state.get().engagement !== engagement) return;
  workbench.state.set(state => ({ ...state, judging: false }));
  if (answer.ok) workbench.state.set(state => ({ ...state, judgement: answer.value }));
  else if (answer.problem.code === 'worker.no-case') await readCase(workbench, []);
  else workbench.notify('bad', answer.problem.message);
}
