// What a person decided is in the store, whole and in order, whoever else writes there.
import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Instant } from '../../shared/base/brand.ts';
import { decide, type Decision } from '../../shared/records/decide.ts';
import type { Engagement } from '../../shared/records/engagement.ts';
import { nodeDigests } from '../../test/fixtures/digests.ts';
import { exampleEngagement } from '../../test/fixtures/engagements.ts';
import { openDatabase, type VouchDatabase } from './database.ts';
import { insertEngagement, listEngagements, readEngagement, updateEngagement } from './engagement-store.ts';

const at = '2026-03-01T10:00:00Z' as Instant;
let database: VouchDatabase;
let count = 0;

beforeEach(() => {
  database = openDatabase('relaxed', `store-${++count}`);
});

function decided(engagement: Engagement, decision: Decision): Engagement {
  const result = decide(engagement, decision, { digests: nodeDigests, at, actor: 'ada' });
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}
const note = (text: string): Decision => ({
  kind: 'tag',
  evidence: { kind: 'note', title: text },
  requirement: '1.3.1',
  procedure: '1.3.1.b',
});

describe('the engagement store', () => {
  it('gives back what was written, to the last hash', async () => {
    const begun = exampleEngagement();
    const first = await insertEngagement(database, begun, at, { actor: 'ada' });
    if (!first.ok) throw new Error(first.problem.message);
    const tagged = decided(decided(begun, note('one')), note('two'));
    const written = await updateEngagement(database, first.value, tagged, at);
    expect(written.ok).toBe(true);
    const read = await readEngagement(database, begun.header.id);
    expect(read.ok ? read.value : read).toEqual({
      engagement: tagged,
      revision: 2,
      savedAt: at,
      actor: 'ada',
    });
  });

  it('writes only the rows that a decision changed', async () => {
    const begun = decided(exampleEngagement(), note('one'));
    const first = await insertEngagement(database, begun, at);
    if (!first.ok) throw new Error(first.problem.message);
    const before = await database.records.toArray();
    await updateEngagement(database, first.value, decided(begun, note('two')), at);
    const after = await database.records.toArray();
    expect(after.length - before.length).toBe(3);
    expect(after.map(row => row.list).sort()).toEqual(
      ['custody', 'custody', 'evidence', 'evidence', 'tags', 'tags'].sort(),
    );
  });

  it('refuses a writer that read an older state, and keeps the newer one', async () => {
    const begun = exampleEngagement();
    const first = await insertEngagement(database, begun, at);
    if (!first.ok) throw new Error(first.problem.message);
    await updateEngagement(database, first.value, decided(begun, note('mine')), at);
    const late = await updateEngagement(database, first.value, decided(begun, note('theirs')), at);
    expect(late.ok ? '' : late.problem.code).toBe('store.revision');
    const read = await readEngagement(database, begun.header.id);
    expect(read.ok && read.value.engagement.evidence.map(item => item.title)).toEqual(['mine']);
  });

  it('lists engagements, the last saved first, and says when one is not here', async () => {
    await insertEngagement(database, exampleEngagement({ id: 'case-a' }), at);
    await insertEngagement(database, exampleEngagement({ id: 'case-b' }), '2026-03-02T00:00:00Z' as Instant);
    expect((await listEngagements(database)).map(item => item.id)).toEqual(['case-b', 'case-a']);
    const none = await readEngagement(database, 'case-c');
    expect(none.ok ? '' : none.problem.code).toBe('store.engagement-unknown');
  });
});
