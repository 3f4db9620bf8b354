// Engagements in the working store. A decision writes only the rows it changed, in one transaction; two windows on
// one engagement cannot lose each other's words, because a writer that read an older revision starts again.
import type { Instant } from '../../shared/base/brand.ts';
import { failed, ok, type Result } from '../../shared/base/result.ts';
import { compareText } from '../../shared/base/order.ts';
import { parseEngagement } from '../../shared/records/engagement-file.ts';
import type { Engagement } from '../../shared/records/engagement.ts';
import type { EngagementRow, OutputRow, PathRow, RecordRow, VouchDatabase } from './database.ts';

/** Names of the lists of an engagement. */
type ListName = {
  [K in keyof Engagement]-?: NonNullable<Engagement[K]> extends readonly unknown[] ? K : never;
}[keyof Engagement];

/** Every list is stored row by row; files from before do not have the later ones. The type lets none be forgotten. */
const SINCE: Readonly<Record<ListName, 'start' | 'later'>> = {
  people: 'start',
  imports: 'start',
  scopeMarks: 'start',
  justifications: 'start',
  evidence: 'start',
  tags: 'start',
  findings: 'start',
  reviews: 'start',
  proposals: 'later',
  registerMappings: 'later',
  requests: 'later',
  custody: 'start',
};
const LISTS = Object.keys(SINCE) as readonly ListName[];

/** An engagement as read, with the revision it was read at. */
export interface StoredEngagement {
  readonly engagement: Engagement;
  readonly revision: number;
  readonly savedAt: Instant;
  readonly actor?: string;
}

/** A line of the list of engagements. */
export interface EngagementSummary {
  readonly id: string;
  readonly title: string;
  readonly entity: string;
  readonly savedAt: Instant;
}

/** All engagements, the last saved first. */
export async function listEngagements(database: VouchDatabase): Promise<readonly EngagementSummary[]> {
  const rows = await database.engagements.toArray();
  return rows
    .map(({ id, header, savedAt }) => ({ id, title: header.title, entity: header.entity.name, savedAt }))
    .sort((a, b) => compareText(b.savedAt, a.savedAt) || compareText(a.id, b.id));
}

/** Reads an engagement; its rows pass the same schema as the file. */
export async function readEngagement(database: VouchDatabase, id: string): Promise<Result<StoredEngagement>> {
  const { head, rows } = await database.dexie.transaction(
    'r',
    [database.engagements, database.records],
    async () => ({
      head: await database.engagements.get(id),
      rows: await database.records.where('engagement').equals(id).toArray(),
    }),
  );
  if (head === undefined) return failed('store.engagement-unknown', `No engagement ${id} in this browser`);
  const lists = Object.fromEntries(
    LISTS.flatMap(list => {
      const values = rows
        .filter(row => row.list === list)
        .sort((a, b) => a.at - b.at)
        .map(row => row.value);
      // A list that came later is absent as long as it is empty, as in the file.
      return SINCE[list] === 'later' && values.length === 0 ? [] : [[list, values]];
    }),
  );
  const whole = { schema: 'vouch.engagement/1', header: head.header, secret: head.secret, ...lists };
  const parsed = parseEngagement(whole, 'the working store');
  if (!parsed.ok) return parsed;
  return ok({
    engagement: parsed.value,
    revision: head.revision,
    savedAt: head.savedAt,
    ...(head.actor === undefined ? {} : { actor: head.actor }),
  });
}

/** What is written beside the records in the same transaction. */
export interface Besides {
  readonly paths?: readonly PathRow[];
  readonly outputs?: readonly OutputRow[];
  readonly actor?: string;
}

/** Writes an engagement that is not stored yet. */
export async function insertEngagement(
  database: VouchDatabase,
  engagement: Engagement,
  savedAt: Instant,
  besides: Besides = {},
): Promise<Result<StoredEngagement>> {
  return write(database, undefined, engagement, savedAt, besides);
}

/** Writes what changed between two states of an engagement; refuses when the store has moved on. */
export async function updateEngagement(
  database: VouchDatabase,
  before: StoredEngagement,
  after: Engagement,
  savedAt: Instant,
  besides: Besides = {},
): Promise<Result<StoredEngagement>> {
  return write(database, before, after, savedAt, besides);
}

/** Removes an engagement's rows before it is replaced by a file of the same id. Stored copies stay. */
export async function forgetEngagement(database: VouchDatabase, id: string): Promise<void> {
  const { engagements, records, paths, outputs } = database;
  await database.dexie.transaction('rw', [engagements, records, paths, outputs], async () => {
    await engagements.delete(id);
    await records.where('engagement').equals(id).delete();
    await paths.where('engagement').equals(id).delete();
    await outputs.where('engagement').equals(id).delete();
  });
}

async function write(
  database: VouchDatabase,
  before: StoredEngagement | undefined,
  after: Engagement,
  savedAt: Instant,
  besides: Besides,
): Promise<Result<StoredEngagement>> {
  const id = after.header.id;
  const rows = changedRows(before?.engagement, after);
  const { engagements, records, paths, outputs, copies } = database;
  return database.dexie.transaction('rw', [engagements, records, paths, outputs, copies], async () => {
    const stored = await engagements.get(id);
    if (stored?.revision !== before?.revision)
      return failed('store.revision', 'This engagement was changed in another window');
    for (const { path, sha256, first } of besides.paths ?? [])
      if (first.file.withheld !== true && (await copies.get(sha256)) === undefined)
        return failed('store.copy-missing', `${path} is not stored whole; import it again`, { file: path });
    const head = headOf(after, (before?.revision ?? 0) + 1, savedAt, besides.actor ?? before?.actor);
    await engagements.put(head);
    await records.bulkPut(rows);
    for (const list of LISTS)
      await records
        .where('[engagement+list+at]')
        .between([id, list, after[list]?.length ?? 0], [id, list, Infinity])
        .delete();
    if (besides.outputs !== undefined) await outputs.bulkPut([...besides.outputs]);
    if (besides.paths !== undefined) await paths.bulkPut([...besides.paths]);
    return ok({
      engagement: after,
      revision: head.revision,
      savedAt,
      ...(head.actor === undefined ? {} : { actor: head.actor }),
    });
  });
}

function headOf(
  engagement: Engagement,
  revision: number,
  savedAt: Instant,
  actor: string | undefined,
): EngagementRow {
  return {
    id: engagement.header.id,
    header: engagement.header,
    secret: engagement.secret ?? '',
    revision,
    savedAt,
    ...(actor === undefined ? {} : { actor }),
  };
}

function changedRows(before: Engagement | undefined, after: Engagement): readonly RecordRow[] {
  return LISTS.flatMap(list => {
    const old: readonly unknown[] = before?.[list] ?? [];
    const items: readonly unknown[] = after[list] ?? [];
    if (old === items) return [];
    return items.flatMap((value, at) =>
      old[at] === value ? [] : [{ engagement: after.header.id, list, at, value }],
    );
  });
}
