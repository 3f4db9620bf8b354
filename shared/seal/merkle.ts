// Merkle trees as in RFC 6962: leaf SHA-256(0x00 ‖ data), node SHA-256(0x01 ‖ left ‖ right), split at the largest
// power of two below n. Inclusion and consistency proofs, and salted leaves SHA-256(0x00 ‖ salt ‖ data) for files, so
// that a later copy may leave files out and still prove the rest. Works on leaf hashes; files are hashed as streams.
import { assert, ensure } from '../base/assert.ts';
import { concat, fromHex, hex, hmacSha256, type Digests, type RunningDigest } from '../base/digest.ts';

/** A running leaf hash; the salt goes before the data. */
export function startLeaf(digests: Digests, salt: Uint8Array = new Uint8Array()): RunningDigest {
  const running = digests.start();
  running.update(concat([Uint8Array.of(0), salt]));
  return running;
}

/** Hash of one leaf. */
export function leafHash(digests: Digests, data: Uint8Array, salt?: Uint8Array): Uint8Array {
  const running = startLeaf(digests, salt);
  running.update(data);
  return running.finish();
}

/** Salt of a file: HMAC-SHA-256 of its path under the engagement's secret (64 hex digits). */
export function saltOf(digests: Digests, secret: string, path: string): Uint8Array {
  return hmacSha256(digests, fromHex(secret), new TextEncoder().encode(path));
}

/** Root of a tree of leaf hashes; of no leaves, the hash of nothing. */
export function merkleRoot(digests: Digests, leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return digests.sha256(new Uint8Array());
  if (leaves.length === 1) return only;
  const split = splitOf(leaves.length);
  const left = merkleRoot(digests, leaves.slice(0, split));
  return nodeHash(digests, left, merkleRoot(digests, leaves.slice(split)));
}

function nodeHash(digests: Digests, left: Uint8Array, right: Uint8Array): Uint8Array {
  return digests.sha256(concat([Uint8Array.of(1), left, right]));
}

/** Largest power of two below n. */
function splitOf(n: number): number {
  let split = 1;
  while (split * 2 < n) split *= 2;
  return split;
}

/** Proof that leaf `index` is in the tree: the sibling hashes from the leaf up. */
export function inclusionProof(
  digests: Digests,
  leaves: readonly Uint8Array[],
  index: number,
): readonly Uint8Array[] {
  assert(index >= 0 && index < leaves.length, 'a proof is asked for a leaf of the tree');
  if (leaves.length === 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...inclusionProof(digests, left, index), merkleRoot(digests, right)]
    : [...inclusionProof(digests, right, index - split), merkleRoot(digests, left)];
}

/** Whether the proof leads from the leaf to the root of a tree of `size` leaves. */
export function verifyInclusion(
  digests: Digests,
  claim: {
    readonly leaf: Uint8Array;
    readonly index: number;
    readonly size: number;
    readonly root: Uint8Array;
  },
  proof: readonly Uint8Array[],
): boolean {
  const climb = (index: number, size: number, rest: readonly Uint8Array[]): Uint8Array | undefined => {
    if (size === 1) return rest.length === 0 ? claim.leaf : undefined;
    const sibling = rest.at(-1);
    if (sibling === undefined) return undefined;
    const split = splitOf(size);
    const isLeft = index < split;
    const own = climb(isLeft ? index : index - split, isLeft ? split : size - split, rest.slice(0, -1));
    if (own === undefined) return undefined;
    return isLeft ? nodeHash(digests, own, sibling) : nodeHash(digests, sibling, own);
  };
  if (claim.index < 0 || claim.index >= claim.size) return false;
  const root = climb(claim.index, claim.size, proof);
  return root !== undefined && hex(root) === hex(claim.root);
}

/** Proof that the tree of the first `older` leaves is a beginning of this one. */
export function consistencyProof(
  digests: Digests,
  leaves: readonly Uint8Array[],
  older: number,
): readonly Uint8Array[] {
  assert(older > 0 && older <= leaves.length, 'the older tree is not empty and not longer');
  const walk = (part: readonly Uint8Array[], count: number, whole: boolean): readonly Uint8Array[] => {
    if (count === part.length) return whole ? [] : [merkleRoot(digests, part)];
    const split = splitOf(part.length);
    const [left, right] = [part.slice(0, split), part.slice(split)];
    return count <= split
      ? [...walk(left, count, whole), merkleRoot(digests, right)]
      : [...walk(right, count - split, false), merkleRoot(digests, left)];
  };
  return walk(leaves, older, true);
}

/** A tree by its size and root. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** Whether `older` is a beginning of `newer`: nothing removed, nothing rewritten. */
export function verifyConsistency(
  digests: Digests,
  older: TreeHead,
  newer: TreeHead,
  proof: readonly Uint8Array[],
): boolean {
  if (older.size === 0 || older.size > newer.size) return false;
  const rest = [...proof];
  // Rebuilds both roots on the way up: of the older tree and of the newer one.
  const climb = (
    count: number,
    size: number,
    whole: boolean,
  ): readonly [Uint8Array, Uint8Array] | undefined => {
    if (count === size) {
      const root = whole ? older.root : rest.shift();
      return root === undefined ? undefined : [root, root];
    }
    const split = splitOf(size);
    const goesLeft = count <= split;
    const inner = goesLeft ? climb(count, split, whole) : climb(count - split, size - split, false);
    const sibling = rest.shift();
    if (inner === undefined || sibling === undefined) return undefined;
    const [was, is] = inner;
    return goesLeft
      ? [was, nodeHash(digests, is, sibling)]
      : [nodeHash(digests, sibling, was), nodeHash(digests, sibling, is)];
  };
  const roots = climb(older.size, newer.size, true);
  if (roots === undefined || rest.length > 0) return false;
  return (
    hex(ensure(roots[0], 'a pair')) === hex(older.root) && hex(ensure(roots[1], 'a pair')) === hex(newer.root)
  );
}
