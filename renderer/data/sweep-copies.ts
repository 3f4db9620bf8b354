// Removes what an import left that never came to its end: stopped, or killed with its window. A stored file counts from
// the moment its path is written, in one transaction with the record of the import; bytes that nothing names are nobody's.
import type { VouchDatabase } from './database.ts';

const DIGEST = /sha256:[0-9a-f]{64}/g;

/** Removes copies, whole or begun, that no path and no record of any engagement names. */
export async function sweepCopies(database: VouchDatabase): Promise<void> {
  const { dexie, paths, records, copies, chunks } = database;
  await dexie.transaction('rw', [paths, records, copies, chunks], async () => {
    const stored = await copies.toCollection().primaryKeys();
    const pieces = await chunks.toCollection().primaryKeys();
    if (stored.length === 0 && pieces.length === 0) return;
    const named = new Set<string>();
    await paths.each(row => void named.add(row.sha256));
    // A later file may stand at a path that evidence cites: what was cited stays.
    await records.each(row => {
      for (const [digest] of JSON.stringify(row.value).matchAll(DIGEST)) named.add(digest);
    });
    const kept = new Set(stored.filter(digest => named.has(digest)));
    await copies.bulkDelete(stored.filter(digest => !kept.has(digest)));
    await chunks.bulkDelete(pieces.filter(([digest]) => !kept.has(digest)));
  });
}
