// Limits against hostile archives. A file beyond one of them is refused whole; nothing of it is kept.
import { ProblemError } from '../base/result.ts';

/** Limits of one import. */
export interface ArchiveLimits {
  /** Unpacked bytes of all archives together. */
  readonly unpackedBytes: number;
  readonly members: number;
  /** Unpacked bytes for each packed byte, counted above 10 MiB. */
  readonly ratio: number;
  /** Archives inside archives. */
  readonly depth: number;
}

/** What an ordinary engagement never reaches. */
export const ARCHIVE_LIMITS: ArchiveLimits = {
  unpackedBytes: 20 * 1024 ** 3,
  members: 200_000,
  ratio: 200,
  depth: 4,
};

const RATIO_FREE = 10 * 1024 * 1024;

/** Counts what is unpacked and throws a ProblemError at the first limit. */
export interface UnpackCounter {
  /** `packed` is what has been read of the archive so far. */
  bytes(file: string, unpacked: number, packed: number): void;
  member(file: string): void;
}

/** A counter over one whole import. */
export function makeUnpackCounter(limits: ArchiveLimits): UnpackCounter {
  let total = 0;
  let members = 0;
  const ofFile = new Map<string, number>();
  return {
    bytes(file, unpacked, packed) {
      total += unpacked;
      const mine = (ofFile.get(file) ?? 0) + unpacked;
      ofFile.set(file, mine);
      if (total > limits.unpackedBytes)
        refuse('intake.archive.size', `Unpacks to more than ${limits.unpackedBytes} bytes`, file);
      if (mine > RATIO_FREE && mine > limits.ratio * Math.max(1, packed))
        refuse('intake.archive.ratio', `Unpacks to more than ${limits.ratio} times its size`, file);
    },
    member(file) {
      if (++members > limits.members)
        refuse('intake.archive.members', `Holds more than ${limits.members} members`, file);
    },
  };
}

/** Counts nothing: for what was read under the limits before. */
export const NOT_COUNTED: UnpackCounter = { bytes: () => undefined, member: () => undefined };

/** Throws unless a member's name is relative, plain and new; `seen` holds case-folded names. */
export function checkMemberName(archive: string, name: string, seen: Set<string>): void {
  const parts = name.split('/');
  if (
    name === '' ||
    name.startsWith('/') ||
    name.includes('\\') ||
    name.includes('\0') ||
    /^[A-Za-z]:/.test(name) ||
    parts.includes('..')
  )
    refuse('intake.archive.unsafe-name', `Holds an unsafe name ${JSON.stringify(name)}`, archive);
  const folded = name.replace(/^\.\//, '').normalize('NFC').toLowerCase();
  if (seen.has(folded))
    refuse('intake.archive.duplicate-name', `Holds ${JSON.stringify(name)} twice`, archive);
  seen.add(folded);
}

/** Throws a problem of an archive. */
export function refuse(code: string, message: string, file: string): never {
  throw new ProblemError({ code, message, file });
}
