// Seeded choices for drawn evidence, and what was hidden in it: every secret and every look-alike with its place.
// Nothing in this folder knows how the product looks for secrets; a test holds it to that.
import { makeRandom } from '../random.ts';

/** Choices from a seed. */
export interface Draw {
  int(below: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** So many characters of an alphabet. */
  text(alphabet: string, length: number): string;
  /** A short word that no other call gives. */
  word(): string;
}

/** One thing hidden in a file. */
export interface Plant {
  readonly place: string;
  /** Of a secret the parts that must not survive; of a look-alike the one text that must. */
  readonly pieces: readonly string[];
  readonly isSecret: boolean;
}

/** A piece of evidence: an object for an export, a line for a log, or a file of its own. */
export interface Fragment {
  readonly family: Family;
  readonly body: unknown;
  readonly plants: readonly Plant[];
}

/** What can stand in one file together. */
export type Family =
  'object' | 'audit' | 'hubble' | 'access-log' | 'json-log' | 'log' | 'csv' | 'env' | 'whole';

/** Letters and digits. */
export const ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** Hexadecimal digits. */
export const HEX = '0123456789abcdef';
/** The alphabet of base64. */
export const BASE64 = `${ALNUM}+/`;

/** Choices from a seed. */
export function makeDraw(seed: number): Draw {
  const random = makeRandom(seed);
  let words = 0;
  const int = (below: number): number => Math.floor(random() * below);
  return {
    int,
    pick: list => list[int(list.length)] ?? list[0],
    text: (alphabet, length) => Array.from({ length }, () => alphabet.charAt(int(alphabet.length))).join(''),
    word: () => {
      words++;
      return `${'bcdfghjkmn'.charAt(words % 10)}${words.toString(36)}${'pqrstvwxyz'.charAt(int(10))}`;
    },
  };
}

/** A secret as it is hidden at a place. */
export function secretAt(place: string, ...pieces: readonly string[]): Plant {
  return { place, pieces, isSecret: true };
}
