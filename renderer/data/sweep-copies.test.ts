// What nobody names goes; what a path, an import record or evidence names stays, byte for byte.
import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../shared/base/digest.ts';
import type { Instant } from '../../shared/base/brand.ts';
import { nodeDigests } from '../../test/fixtures/digests.ts';
import { exampleEngagement } from '../../test/fixtures/engagements.ts';
import { openDatabase, type PathRow } from './database.ts';
import { insertEngagement } from './engagement-store.ts';
import { putCopy } from './stored-copies.ts';
import { sweepCopies } from './sweep-copies.ts';

const NOW = '2026-01-01T00:00:00Z' as Instant;

async function* one(bytes: Uint8Array<ArrayBuffer>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield await Promise.resolve(bytes);
}
const bytesOf = (text: string) => new TextEncoder().encode(text);
const digest = (text: string) => digestOf(nodeDigests, bytesOf(text));
const rowOf = (text: string): PathRow => ({
  engagement: 'case-0001',
  path: `${text}.log`,
  sha256: digest(text),
  bytes: text.length,
  role: 'any',
  first: {
    file: {
      path: `${text}.log`,
      sha256: digest(text),
      bytes: text.length,
      format: 'text',
      records: 0,
      redactions: 0,
      redactionsByKind: {},
      reason: 'drawn',
      diagnostics: [],
      role: 'any',
    },
    accountData: [],
  },
});

describe('stored bytes that', () => {
  it('nothing names are removed, whole copies and begun ones', async () => {
    const database = openDatabase('relaxed', 'sweep-all');
    await putCopy(database, digest('whole'), one(bytesOf('whole')));
    await database.chunks.put({ sha256: digest('begun'), at: 0, bytes: bytesOf('beg') });
    await sweepCopies(database);
    expect([await database.copies.count(), await database.chunks.count()]).toEqual([0, 0]);
  });

  it('a path or a record names stay', async () => {
    const database = openDatabase('relaxed', 'sweep-some');
    for (const text of ['stored', 'cited', 'orphan'])
      await putCopy(database, digest(text), one(bytesOf(text)));
    await insertEngagement(database, exampleEngagement(), NOW, { paths: [rowOf('stored')] });
    await database.records.put({
      engagement: 'case-0001',
      list: 'evidence',
      at: 0,
      value: { source: { file: 'old.log', sha256: digest('cited') } },
    });
    await sweepCopies(database);
    const kept = await database.copies.toCollection().primaryKeys();
    expect(kept.toSorted()).toEqual([digest('stored'), digest('cited')].toSorted());
    expect(await database.chunks.count()).toBe(2);
  });
});

describe('a path', () => {
  it('whose copy is not there whole is refused, and nothing beside it is written', async () => {
    const database = openDatabase('relaxed', 'sweep-half');
    await database.chunks.put({ sha256: digest('half'), at: 0, bytes: bytesOf('ha') });
    const refused = await insertEngagement(database, exampleEngagement(), NOW, { paths: [rowOf('half')] });
    expect(refused.ok ? '' : refused.problem.code).toBe('store.copy-missing');
    expect([await database.paths.count(), await database.engagements.count()]).toEqual([0, 0]);
  });
});
