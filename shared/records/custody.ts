// The custody chain: one entry per event, each holding the hash of the one before, so that an edit, a swap or a
// gap shows. Cutting the tail does not show here; signed checkpoints do that (seal room).
import type { Digest, Instant } from '../base/brand.ts';
import { concat, fromHex, hex, type Digests } from '../base/digest.ts';
import { canonicalJson } from '../base/json.ts';
import { failed, ok, type Result } from '../base/result.ts';
import type { CustodyEntry } from './engagement.ts';

/** What happened, before it is chained. */
export interface CustodyEvent {
  readonly at: Instant;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly sha256?: Digest;
}

/** The chain with one more event. `caseId` starts the chain. */
export function appendCustody(
  digests: Digests,
  caseId: string,
  chain: readonly CustodyEntry[],
  event: CustodyEvent,
): readonly CustodyEntry[] {
  const last = chain.at(-1);
  const prev = last === undefined ? firstHash(digests, caseId) : last.hash;
  const numbered = { seq: chain.length + 1, ...event };
  return [...chain, { ...numbered, prev, hash: chainHash(digests, prev, numbered) }];
}

/** Whether a chain is whole: numbered 1..n, every link and hash right. Names the first entry that is not. */
export function verifyCustody(
  digests: Digests,
  caseId: string,
  chain: readonly CustodyEntry[],
): Result<string> {
  let prev = firstHash(digests, caseId);
  for (const [index, entry] of chain.entries()) {
    const { prev: claimedPrev, hash, ...event } = entry;
    if (entry.seq !== index + 1)
      return failed('custody.sequence', `Custody entry ${index + 1} is numbered ${entry.seq}`);
    if (claimedPrev !== prev)
      return failed('custody.link', `Custody entry ${entry.seq} does not follow the entry before it`);
    if (chainHash(digests, prev, event) !== hash)
      return failed('custody.hash', `Custody entry ${entry.seq} was changed after it was written`);
    prev = hash;
  }
  return ok(prev);
}

/** Hash that a chain of this case starts from. */
export function firstHash(digests: Digests, caseId: string): string {
  return hex(digests.sha256(new TextEncoder().encode(caseId)));
}

function chainHash(digests: Digests, prev: string, event: Omit<CustodyEntry, 'prev' | 'hash'>): string {
  const text = new TextEncoder().encode(canonicalJson(event));
  return hex(digests.sha256(concat([Uint8Array.of(1), fromHex(prev), text])));
}
