// An import that is stopped, wherever it stands, leaves nothing once it is tidied; started again it is as if it had
// never been stopped. What was stored before stays.
import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { CancelledError } from '../../shared/base/progress.ts';
import { exampleEngagement } from '../../test/fixtures/engagements.ts';
import { openDatabase, type VouchDatabase } from '../data/database.ts';
import { insertEngagement } from '../data/engagement-store.ts';
import { sweepCopies } from '../data/sweep-copies.ts';
import { createSession, type SessionHost } from './session.ts';
import type { Instant } from '../../shared/base/brand.ts';

const NOW = '2026-01-01T00:00:00Z' as Instant;
const engagement = { ...exampleEngagement(), secret: '07'.repeat(32) };
const added = Array.from({ length: 12 }, (_, at) => {
  const name = `pod-${String(at).padStart(2, '0')}.yaml`;
  const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: card-${at}, namespace: pay}\n`;
  return { path: name, file: new File([text], name) };
});

/** A host that says stop when a phase is so far. */
function hostUntil(phase: string, share: number): SessionHost & { readonly read: string[] } {
  const read: string[] = [];
  const cancellation = { aborted: false };
  return {
    read,
    cancellation,
    onProgress: progress => {
      if (progress.phase === phase && progress.done >= (progress.total ?? 0) * share)
        cancellation.aborted = true;
    },
    onFile: file => read.push(file.path),
    yield: () => Promise.resolve(),
  };
}

async function counts(database: VouchDatabase): Promise<readonly number[]> {
  const { paths, copies, chunks } = database;
  return [await paths.count(), await copies.count(), await chunks.count()];
}

describe('an import stopped', () => {
  it.each([
    ['Reading', 0.5],
    ['Storing', 0.1],
    ['Storing', 0.5],
    ['Storing', 1],
  ])('while %s at %d leaves nothing, and can be made again', async (phase, share) => {
    const database = openDatabase('relaxed', `stop-${phase}-${share}`);
    const session = createSession(database);
    const request = { engagement, stored: [], added };
    await expect(session.openCase(request, hostUntil(phase, share))).rejects.toThrow(CancelledError);
    await sweepCopies(database);
    expect(await counts(database)).toEqual([0, 0, 0]);
    const whole = hostUntil('never', 1);
    const again = await session.openCase(request, whole);
    if (!again.ok) throw new Error(again.problem.message);
    await insertEngagement(database, engagement, NOW, { paths: again.value.paths });
    await sweepCopies(database);
    expect(await counts(database)).toEqual([12, 12, 12]);
    expect(whole.read).toEqual(added.map(file => file.path));
  });
});
