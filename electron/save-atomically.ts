// Writes beside the target, flushes, then renames: a crash leaves the old file or the new one, never half of either.
import { copyFile, open, rename, rm, stat } from 'node:fs/promises';

/** Replaces a file whole, keeping one `.bak` of what was there. */
export async function saveAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.tmp`;
  try {
    const file = await open(beside, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    const exists = await stat(path).then(
      () => true,
      () => false,
    );
    if (exists) await copyFile(path, `${path}.bak`);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** A path that does not exist yet, `name-2.asice` after `name.asice`: a sealed package is never overwritten. */
export async function freePath(path: string): Promise<string> {
  const dot = path.lastIndexOf('.');
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? path : `${path.slice(0, dot)}-${number}${path.slice(dot)}`;
    const taken = await stat(candidate).then(
      () => true,
      () => false,
    );
    if (!taken) return candidate;
  }
}
