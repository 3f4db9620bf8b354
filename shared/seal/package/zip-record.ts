// The records of a zip file as bytes: numbers in them, what a header says, and the fault that stops the reading.
import { ProblemError } from '../../base/result.ts';

/** What the directory says of an entry. */
export interface Header {
  readonly path: string;
  readonly common: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

/** Stands for a number that did not fit into four bytes. */
export const FULL_32 = 0xffff_ffff;

/** The fault of an entry, or of the zip as a whole. */
export function damaged(what: string, file?: string): ProblemError {
  return new ProblemError({
    code: 'seal.zip.damaged',
    message: file === undefined ? what : `Entry ${file} ${what}`,
    ...(file === undefined ? {} : { file }),
  });
}

/** Bytes as numbers. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A number of eight bytes; beyond what is exact it is damaged. */
export function long(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged('A size in the zip is impossible');
  return Number(value);
}

/** Hex of some bytes, to compare fields as they stand. */
export function hexOf(view: DataView, from: number, length: number): string {
  return Array.from({ length }, (_, i) =>
    view
      .getUint8(from + i)
      .toString(16)
      .padStart(2, '0'),
  ).join('');
}
