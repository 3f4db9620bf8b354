// The signed checkpoint: it pins the length and head of the custody chain, so that a cut tail shows, and commits to
// the files under salted leaves. Schema `vouch.checkpoint/1`; canonical JSON, one line.
import type { Instant } from '../base/brand.ts';
import { hex, type Digests } from '../base/digest.ts';
import { canonicalJson, isObject } from '../base/json.ts';
import { failed, ok, type Result } from '../base/result.ts';
import { firstHash, verifyCustody } from '../records/custody.ts';
import type { CustodyEntry } from '../records/engagement.ts';
import { leafHash, merkleRoot } from './merkle.ts';

/** What a checkpoint states; hashes as hex. */
export interface Checkpoint {
  readonly schema: 'vouch.checkpoint/1';
  readonly case: string;
  /** Entries of the custody log. */
  readonly size: number;
  /** Hash of the last entry; of the case id when there is none. */
  readonly head: string;
  /** Root of the tree over the lines of the log. */
  readonly root: string;
  readonly files: number;
  /** Root of the tree over the salted files, in the order of their paths. */
  readonly filesRoot: string;
  readonly time: Instant;
}

/** Makes the checkpoint of a log and of files given as leaf hashes in the order of their paths. */
export function makeCheckpoint(
  digests: Digests,
  input: {
    readonly caseId: string;
    readonly custody: readonly CustodyEntry[];
    readonly fileLeaves: readonly Uint8Array[];
    readonly at: Instant;
  },
): Checkpoint {
  return {
    schema: 'vouch.checkpoint/1',
    case: input.caseId,
    size: input.custody.length,
    head: input.custody.at(-1)?.hash ?? firstHash(digests, input.caseId),
    root: hex(merkleRoot(digests, custodyLeaves(digests, input.custody))),
    files: input.fileLeaves.length,
    filesRoot: hex(merkleRoot(digests, input.fileLeaves)),
    time: input.at,
  };
}

/** Leaf hashes of a custody log. */
export function custodyLeaves(digests: Digests, custody: readonly CustodyEntry[]): readonly Uint8Array[] {
  return custody.map(entry => leafHash(digests, new TextEncoder().encode(canonicalJson(entry))));
}

/** Text of a checkpoint. */
export function printCheckpoint(checkpoint: Checkpoint): string {
  return `${canonicalJson(checkpoint)}\n`;
}

/** Reads a checkpoint; any other spelling than ours is refused. */
export function parseCheckpoint(text: string): Result<Checkpoint> {
  const value = parseJson(text);
  const whole =
    isObject(value) &&
    value['schema'] === 'vouch.checkpoint/1' &&
    ['case', 'head', 'root', 'filesRoot', 'time'].every(key => typeof value[key] === 'string') &&
    ['size', 'files'].every(key => Number.isSafeInteger(value[key])) &&
    Object.keys(value).length === 8;
  if (!whole) return failed('seal.checkpoint.invalid', 'The checkpoint is malformed');
  const checkpoint = value as unknown as Checkpoint;
  if (printCheckpoint(checkpoint) !== text)
    return failed('seal.checkpoint.invalid', 'The checkpoint is not in its canonical form');
  return ok(checkpoint);
}

/** Text of a custody log: one canonical line per entry. */
export function printCustodyLog(custody: readonly CustodyEntry[]): string {
  return custody.map(entry => `${canonicalJson(entry)}\n`).join('');
}

/** Reads a custody log; each line must be canonical. The chain itself is checked against a checkpoint. */
export function parseCustodyLog(text: string): Result<readonly CustodyEntry[]> {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const entries: CustodyEntry[] = [];
  for (const [index, line] of lines.entries()) {
    const value = parseJson(line);
    const whole =
      isObject(value) &&
      typeof value['seq'] === 'number' &&
      ['at', 'actor', 'action', 'object', 'prev', 'hash'].every(key => typeof value[key] === 'string');
    if (!whole || canonicalJson(value) !== line)
      return failed('seal.custody.line', `Line ${index + 1} of the custody log is malformed`);
    entries.push(value as unknown as CustodyEntry);
  }
  return printCustodyLog(entries) === text
    ? ok(entries)
    : failed('seal.custody.line', 'The custody log does not end with a line');
}

/** Whether a log is whole and is exactly the one that the checkpoint pinned. */
export function checkCustody(
  digests: Digests,
  custody: readonly CustodyEntry[],
  checkpoint: Checkpoint,
): Result<undefined> {
  const chain = verifyCustody(digests, checkpoint.case, custody);
  if (!chain.ok) return chain;
  if (custody.length !== checkpoint.size)
    return failed(
      'seal.custody.size',
      `The custody log has ${custody.length} entries, the signed checkpoint ${checkpoint.size}`,
    );
  if (chain.value !== checkpoint.head)
    return failed('seal.custody.head', 'The custody log ends otherwise than the signed checkpoint says');
  const root = hex(merkleRoot(digests, custodyLeaves(digests, custody)));
  return root === checkpoint.root
    ? ok(undefined)
    : failed('seal.custody.root', 'The custody log has another tree than the signed checkpoint says');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
