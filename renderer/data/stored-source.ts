// From a statement's `file:line` to the lines of the stored copy.
import type { AppState } from './app-state.ts';
import type { PathRow } from './database.ts';
import { readCopy, readLines, type LineWindow } from './stored-copies.ts';
import type { Workbench } from './workbench.ts';

/** The stored copy that a path leads to; a member of an archive stored whole leads to the archive. */
export function findStored(state: Pick<AppState, 'paths'>, file: string): PathRow | undefined {
  return state.paths.find(row => row.path === file);
}

/** Lines around a place; undefined when there is no stored copy. */
export async function readSource(
  workbench: Workbench,
  file: string,
  around: number,
): Promise<LineWindow | undefined> {
  const row = findStored(workbench.state.get(), file);
  return row === undefined ? undefined : readLines(readCopy(workbench.database, row.sha256), around);
}
