// The working store: Dexie over IndexedDB, schema 1. People's records are rows; stored files are chunks of bytes by
// their digest. Flows and the model are not stored: they are computed again from the stored files, so they cannot
// disagree with them. The `.vouch` file stays the record.
import { Dexie, type Table } from 'dexie';
import type { Digest, Instant } from '../../shared/base/brand.ts';
import type { AccountDataHit, IntakeFile, SourceRole } from '../../shared/intake/intake.ts';
import type { EngagementHeader } from '../../shared/records/engagement.ts';

/** The head of an engagement; its lists are in `records`. */
export interface EngagementRow {
  readonly id: string;
  readonly header: EngagementHeader;
  readonly secret: string;
  /** Counts every write; a writer that read an older one starts again. */
  readonly revision: number;
  readonly savedAt: Instant;
  /** Person who is at work here. */
  readonly actor?: string;
}

/** One item of one list of an engagement, at its place. */
export interface RecordRow {
  readonly engagement: string;
  readonly list: string;
  readonly at: number;
  readonly value: unknown;
}

/** What was found in a file when it came, before anything was masked in it. */
export interface FirstReading {
  readonly file: IntakeFile;
  readonly accountData: readonly AccountDataHit[];
}

/** A file of an engagement and the stored copy it leads to (none where the file was withheld). */
export interface PathRow {
  readonly engagement: string;
  readonly path: string;
  readonly sha256: Digest;
  readonly bytes: number;
  readonly role: SourceRole;
  readonly cluster?: string;
  readonly first: FirstReading;
}

/** A stored copy; its bytes are in `chunks`. */
export interface CopyRow {
  readonly sha256: Digest;
  readonly bytes: number;
  readonly chunks: number;
}

/** A stretch of a stored copy. */
export interface ChunkRow {
  readonly sha256: Digest;
  readonly at: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A file that was made here: report or package. */
export interface OutputRow {
  readonly engagement: string;
  readonly kind: 'report' | 'package';
  readonly name: string;
  readonly sha256: Digest;
  readonly madeAt: Instant;
  readonly signedBy: string;
  /** Signed by a throw-away identity: it proves integrity only. */
  readonly throwaway: boolean;
  readonly draft: boolean;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The database with its tables. */
export interface VouchDatabase {
  readonly dexie: Dexie;
  readonly engagements: Table<EngagementRow, string>;
  readonly records: Table<RecordRow, [string, string, number]>;
  readonly paths: Table<PathRow, [string, string]>;
  readonly copies: Table<CopyRow, string>;
  readonly chunks: Table<ChunkRow, [string, number]>;
  readonly outputs: Table<OutputRow, [string, string]>;
}

/** Opens the database; `strict` waits until the disk has it, for what people decide. */
export function openDatabase(durability: 'strict' | 'relaxed', name = 'vouch'): VouchDatabase {
  const dexie = new Dexie(name, { chromeTransactionDurability: durability });
  dexie.version(1).stores({
    engagements: 'id',
    records: '[engagement+list+at], engagement',
    paths: '[engagement+path], engagement',
    copies: 'sha256',
    chunks: '[sha256+at]',
    outputs: '[engagement+kind], engagement',
  });
  return {
    dexie,
    engagements: dexie.table('engagements'),
    records: dexie.table('records'),
    paths: dexie.table('paths'),
    copies: dexie.table('copies'),
    chunks: dexie.table('chunks'),
    outputs: dexie.table('outputs'),
  };
}
