// RFC 6962 trees by their vectors and by exhaustion up to 64 leaves; the custody log against its checkpoint.
import { describe, expect, it } from 'vitest';
import { nodeDigests as digests } from '../../test/fixtures/digests.ts';
import type { Instant } from '../base/brand.ts';
import { fromHex, hex } from '../base/digest.ts';
import { appendCustody } from '../records/custody.ts';
import type { CustodyEntry } from '../records/engagement.ts';
import {
  checkCustody,
  makeCheckpoint,
  parseCheckpoint,
  parseCustodyLog,
  printCheckpoint,
  printCustodyLog,
} from './checkpoint.ts';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  merkleRoot,
  saltOf,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';

const leaf = (text: string) => leafHash(digests, new TextEncoder().encode(text));
const leaves = Array.from({ length: 64 }, (_, index) => leaf(`leaf ${index}`));
const rootOf = (size: number) => merkleRoot(digests, leaves.slice(0, size));

describe('A Merkle tree', () => {
  it('has the roots of RFC 6962', () => {
    expect(hex(merkleRoot(digests, []))).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect(hex(leaf(''))).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    const inputs = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ];
    const hashes = inputs.map(text => leafHash(digests, fromHex(text)));
    const root = (size: number) => hex(merkleRoot(digests, hashes.slice(0, size)));
    expect(root(3)).toBe('aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77');
    expect(root(8)).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
  });

  it('proves every leaf of every size up to 64, and no other leaf', () => {
    for (let size = 1; size <= 64; size++)
      for (let index = 0; index < size; index++) {
        const proof = inclusionProof(digests, leaves.slice(0, size), index);
        const claim = { leaf: leaves[index]!, index, size, root: rootOf(size) };
        expect(verifyInclusion(digests, claim, proof)).toBe(true);
        expect(verifyInclusion(digests, { ...claim, leaf: leaf('another') }, proof)).toBe(false);
        expect(verifyInclusion(digests, claim, [...proof, leaf('more')])).toBe(false);
      }
  });

  it('proves every pair of sizes up to 64 consistent, and no rewritten one', () => {
    for (let newer = 1; newer <= 64; newer++)
      for (let older = 1; older <= newer; older++) {
        const proof = consistencyProof(digests, leaves.slice(0, newer), older);
        const heads = [
          { size: older, root: rootOf(older) },
          { size: newer, root: rootOf(newer) },
        ] as const;
        expect(verifyConsistency(digests, ...heads, proof)).toBe(true);
        expect(verifyConsistency(digests, { size: older, root: leaf('rewritten') }, heads[1], proof)).toBe(
          false,
        );
        expect(verifyConsistency(digests, heads[0], { size: newer, root: leaf('rewritten') }, proof)).toBe(
          false,
        );
      }
  });

  it('hides files behind salts that only the secret gives', () => {
    const [salt, other] = ['11', '22'].map(byte => saltOf(digests, byte.repeat(32), 'data/a'));
    expect(hex(salt!)).not.toBe(hex(other!));
    expect(hex(leafHash(digests, new Uint8Array(), salt))).not.toBe(hex(leafHash(digests, new Uint8Array())));
  });
});

describe('A custody log', () => {
  const at = '2027-03-01T09:30:00Z' as Instant;
  const log = (count: number) => {
    let chain: readonly CustodyEntry[] = [];
    for (let i = 1; i <= count; i++)
      chain = appendCustody(digests, 'case-1', chain, {
        at,
        actor: 'qsa',
        action: 'import',
        object: `file ${i}`,
      });
    return chain;
  };
  const custody = log(5);
  const checkpoint = makeCheckpoint(digests, { caseId: 'case-1', custody, fileLeaves: [], at });
  const code = (chain: readonly CustodyEntry[]) => {
    const result = checkCustody(digests, chain, checkpoint);
    return result.ok ? 'whole' : result.problem.code;
  };

  it('is whole when it is the one that was pinned', () => {
    expect(code(custody)).toBe('whole');
    expect(parseCheckpoint(printCheckpoint(checkpoint))).toEqual({ ok: true, value: checkpoint });
    expect(parseCustodyLog(printCustodyLog(custody))).toEqual({ ok: true, value: custody });
  });

  it('shows a cut tail, a missing line, swapped lines, an edited value and an older log', () => {
    expect(code(custody.slice(0, 4))).toBe('seal.custody.size');
    expect(code(custody.filter(entry => entry.seq !== 3))).toBe('custody.sequence');
    expect(code([custody[1]!, custody[0]!, ...custody.slice(2)])).toBe('custody.sequence');
    expect(code(custody.map(entry => (entry.seq === 2 ? { ...entry, object: 'other' } : entry)))).toBe(
      'custody.hash',
    );
    expect(code(log(3))).toBe('seal.custody.size');
    const rewritten = appendCustody(digests, 'case-1', custody.slice(0, 4), {
      at,
      actor: 'qsa',
      action: 'import',
      object: 'else',
    });
    expect(code(rewritten)).toBe('seal.custody.head');
  });

  it('has one spelling', () => {
    expect(parseCheckpoint(` ${printCheckpoint(checkpoint)}`).ok).toBe(false);
    expect(parseCustodyLog(printCustodyLog(custody).replace('"seq":1', '"seq": 1')).ok).toBe(false);
    expect(parseCustodyLog(printCustodyLog(custody).trimEnd()).ok).toBe(false);
    expect(parseCheckpoint('{}').ok).toBe(false);
  });
});
