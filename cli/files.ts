// Files and folders as the core's SourceFiles. A folder is walked in byte order; `-` is standard input.
import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { SourceFile } from '../shared/base/source.ts';
import { failed, ok, type Result } from '../shared/base/result.ts';
import { compareText } from '../shared/base/order.ts';
import { CancelledError } from '../shared/base/progress.ts';
import { whenInterrupted } from './interruption.ts';

/** How paths are shown: as typed, or from the last folder on (for what leaves the laptop). */
export type PathNames = 'as-given' | 'short';

/** Every regular file at or below a path, sorted; a missing path is wrong usage. */
export async function filesAt(path: string, names: PathNames): Promise<Result<readonly SourceFile[]>> {
  if (path === '-') return ok([await standardInput()]);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return failed('usage.path', 'No such file or folder', { file: path });
  const shown =
    names === 'short' ? basename(path.replace(/[\\/]+$/, '')) || path : path.replace(/[\\/]+$/, '');
  if (!found.isDirectory()) return ok([fileAt(path, shown, found.size)]);
  const files = await walk(path, shown, new Set());
  return ok(files.sort((a, b) => compareText(a.path, b.path)));
}

async function walk(folder: string, shown: string, above: ReadonlySet<string>): Promise<SourceFile[]> {
  const real = await realpath(folder);
  if (above.has(real)) return [];
  const inside = new Set([...above, real]);
  const files: SourceFile[] = [];
  for (const entry of await readdir(folder)) {
    const path = join(folder, entry);
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() === true) {
      if (entry !== '.git' && entry !== 'node_modules')
        files.push(...(await walk(path, `${shown}/${entry}`, inside)));
    } else if (found?.isFile() === true) files.push(fileAt(path, `${shown}/${entry}`, found.size));
  }
  return files;
}

function fileAt(path: string, shown: string, size: number): SourceFile {
  return {
    path: shown.replaceAll('\\', '/'),
    size,
    open: () => createReadStream(path, { highWaterMark: 1024 * 1024 }),
  };
}

async function standardInput(): Promise<SourceFile> {
  const chunks: Uint8Array[] = [];
  whenInterrupted(() => process.stdin.destroy(new CancelledError()));
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return {
    path: 'standard-input',
    size: chunks.reduce((sum, chunk) => sum + chunk.length, 0),
    open: async function* () {
      await Promise.resolve();
      yield* chunks;
    },
  };
}
