// Lines of a file inside a stored archive: the archive is opened again as at the door, under the same limits.
import { webGunzip } from '../../shared/archive/gzip.ts';
import { makeUnpackCounter } from '../../shared/archive/limits.ts';
import { failed, ok, ProblemError, type Result } from '../../shared/base/result.ts';
import { openContainer, openMember, type OpenContext } from '../../shared/intake/containers.ts';
import { INTAKE_LIMITS } from '../../shared/intake/import-files.ts';
import type { PathRow, VouchDatabase } from '../data/database.ts';
import { readCopy, readLines, type LineWindow } from '../data/stored-copies.ts';

/** Lines around a place in `archive!/member`, at any depth. */
export async function readMemberLines(
  database: VouchDatabase,
  stored: PathRow,
  file: string,
  around: number,
): Promise<Result<LineWindow>> {
  const context: OpenContext = {
    gunzip: webGunzip,
    counter: makeUnpackCounter(INTAKE_LIMITS),
    depth: INTAKE_LIMITS.depth,
  };
  try {
    const open = await findMember(stored.path, () => readCopy(database, stored.sha256), file, 0, context);
    if (open === undefined) return failed('window.no-copy', `${stored.path} holds no ${file}`, { file });
    return ok(await readLines(open(), around));
  } catch (error) {
    if (error instanceof ProblemError) return { ok: false, problem: error.problem };
    throw error;
  }
}

async function findMember(
  path: string,
  open: () => AsyncIterable<Uint8Array>,
  wanted: string,
  depth: number,
  context: OpenContext,
): Promise<(() => AsyncIterable<Uint8Array>) | undefined> {
  const opened = await openContainer(path, open, depth, context);
  if (opened.kind === 'plain') return path === wanted ? opened.open : undefined;
  for await (const member of opened.members) {
    const inner = openMember(path, member);
    if (inner.path !== wanted && !wanted.startsWith(`${inner.path}!/`)) continue;
    return findMember(inner.path, inner.open, wanted, depth + 1, context);
  }
  return undefined;
}
