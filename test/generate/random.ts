// Small deterministic randomness (mulberry32) and names that look like a cluster's, from texts alone.

/** Numbers in [0, 1) from a seed. */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = state;
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

/** A seed from a text (FNV-1a). */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

/** A suffix as Kubernetes makes them: no vowels, no confusing digits. */
export function suffixOf(text: string, length: number): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  const random = makeRandom(seedOf(text));
  return Array.from({ length }, () => letters[Math.floor(random() * letters.length)] ?? 'x').join('');
}

/** A UUID from a text. */
export function uuidOf(text: string): string {
  const random = makeRandom(seedOf(text));
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
