// Files that a command writes into a folder: all of them or none.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Names and texts. */
export type Files = readonly (readonly [string, string])[];

/** Writes beside first, then renames, so that a failure leaves nothing half-written. */
export async function writeAll(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  try {
    for (const [name, text] of files) await writeFile(join(folder, `${name}.tmp`), text);
    for (const [name] of files) await rename(join(folder, `${name}.tmp`), join(folder, name));
  } catch (error) {
    for (const [name] of files) await rm(join(folder, `${name}.tmp`), { force: true });
    throw error;
  }
}
