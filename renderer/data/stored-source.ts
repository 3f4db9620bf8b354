// From a statement's `file:line` to the lines of the stored copy.
import { failed, ok, type Result } from '../../shared/base/result.ts';
import type { AppState } from './app-state.ts';
import type { PathRow } from './database.ts';
import { readCopy, readLines, type LineWindow } from './stored-copies.ts';
import type { Workbench } from './workbench.ts';

/** The stored copy that a path leads to; a member of an archive stored whole leads to the archive. */
export function findStored(state: Pick<AppState, 'paths'>, file: string): PathRow | undefined {
  for (let path = file; ; path = path.slice(0, path.lastIndexOf('!/'))) {
    const row = state.paths.find(item => item.path === path);
    if (row !== undefined || !path.includes('!/')) return row;
  }
}

/** Lines around a place, from the stored copy. */
export async function readSource(
  workbench: Workbench,
  file: string,
  around: number,
): Promise<Result<LineWindow>> {
  const row = findStored(workbench.state.get(), file);
  if (row === undefined || row.first.file.withheld === true)
    return failed('window.no-copy', `There is no stored copy of ${file}`, { file });
  if (row.path === file) return ok(await readLines(readCopy(workbench.database, row.sha256), around));
  return workbench.core.call('readMember', { stored: row, file, around }).answer;
}
