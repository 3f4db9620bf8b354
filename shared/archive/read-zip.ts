// Reads zip archives member by member under limits. Names are checked before a byte is unpacked; what a header
// claims about sizes is never believed, bytes are counted as they come.
import { configure, Uint8ArrayReader, ZipReader, type Entry } from '@zip.js/zip.js';
import { concat } from '../base/digest.ts';
import { ProblemError } from '../base/result.ts';
import { checkMemberName, refuse, type UnpackCounter } from './limits.ts';
import type { ArchiveMember } from './tar.ts';

configure({ useWebWorkers: false });

/** File types in the upper half of the attributes: none given, a regular file, a folder. */
const PLAIN_TYPES = [0, 0o100000, 0o040000];

/** Members in archive order. */
export async function* readZip(
  file: string,
  bytes: Uint8Array,
  counter: UnpackCounter,
): AsyncIterable<ArchiveMember> {
  // Counted by what the archive's end claims: to list a million entries takes long.
  for (let claimed = claimedEntries(bytes); claimed > 0; claimed--) counter.member(file);
  const entries = await listEntries(file, bytes);
  const seen = new Set<string>();
  for (const entry of entries) {
    checkMemberName(file, entry.directory ? entry.filename.replace(/\/$/, '') : entry.filename, seen);
    if (!isLink(entry) && !PLAIN_TYPES.includes(typeOf(entry)))
      refuse('intake.archive.link', `Holds a device ${JSON.stringify(entry.filename)}`, file);
    if (entry.encrypted)
      refuse('intake.zip.encrypted', `Member ${JSON.stringify(entry.filename)} is encrypted`, file);
  }
  // Entries that share compressed bytes would unpack a small archive again and again.
  const claimed = entries.reduce((sum, entry) => sum + entry.compressedSize, 0);
  if (claimed > bytes.length) refuse('intake.archive.overlap', 'Holds entries that overlap', file);
  for (const entry of entries) {
    if (entry.directory) continue;
    if (isLink(entry)) yield { name: entry.filename, bytes: new Uint8Array(), isLink: true };
    else yield { name: entry.filename, bytes: await unpack(file, entry, counter) };
  }
  if (hidesBytes(bytes, entries))
    refuse('intake.zip.hidden', 'Holds bytes that belong to no member; they were left out', file);
}

/** The number of entries in the end of an archive, or in its end of 64 bits. No more than that many are listed. */
function claimedEntries(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = bytes.length - END; at >= Math.max(0, bytes.length - END - 0xffff); at--) {
    if (view.getUint32(at, true) !== END_MARK) continue;
    const short = view.getUint16(at + 10, true);
    const wide = at - LOCATOR < 0 ? -1 : Number(view.getBigUint64(at - LOCATOR + 8, true));
    if (short !== 0xffff || wide < 0 || wide + 40 > bytes.length) return short;
    return Number(view.getBigUint64(wide + 32, true));
  }
  return 0;
}

const LOCATOR = 20;
const LOCAL_HEADER = 30;
/** The most that stands behind a member's bytes: its sizes, of 64 bits, and their mark. */
const DESCRIPTOR = 24;
const END = 22;
const END_MARK = 0x06054b50;

/** Bytes before, between and behind members are not searched, so an archive with such is not stored as it is. */
function hidesBytes(bytes: Uint8Array, entries: readonly Entry[]): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const short = (at: number): number => (at + 2 <= bytes.length ? view.getUint16(at, true) : 0);
  let end = 0;
  for (const { offset, compressedSize } of [...entries].sort((a, b) => a.offset - b.offset)) {
    if (offset > end + (end === 0 ? 0 : DESCRIPTOR)) return true;
    end = offset + LOCAL_HEADER + short(offset + 26) + short(offset + 28) + compressedSize;
  }
  const last = bytes.length - END;
  if (last < 0 || view.getUint32(last, true) !== END_MARK) return true;
  const directory = view.getUint32(last + 16, true);
  return directory !== 0xffffffff && directory > end + DESCRIPTOR;
}

/** The file type of a Unix mode. */
function typeOf(entry: { readonly externalFileAttributes: number }): number {
  return (entry.externalFileAttributes >>> 16) & 0o170000;
}

function isLink(entry: { readonly externalFileAttributes: number }): boolean {
  return typeOf(entry) === 0o120000;
}

/** Names of the members as the directory at the end gives them; none where it cannot be read. */
export async function zipNames(bytes: Uint8Array): Promise<readonly string[]> {
  try {
    const entries = await new ZipReader(new Uint8ArrayReader(bytes), {
      filenameEncoding: 'utf-8',
    }).getEntries();
    return entries.map(entry => entry.filename);
  } catch {
    // Damage and hostile names are said when the members are read.
    return [];
  }
}

async function listEntries(file: string, bytes: Uint8Array): Promise<readonly Entry[]> {
  try {
    return await new ZipReader(new Uint8ArrayReader(bytes), { filenameEncoding: 'utf-8' }).getEntries();
  } catch (error) {
    if (/unsafe filename/i.test(messageOf(error)))
      refuse('intake.archive.unsafe-name', 'Holds an unsafe name', file);
    return refuse('intake.zip.damaged', `The zip archive cannot be read: ${messageOf(error)}`, file);
  }
}

async function unpack(
  file: string,
  entry: Exclude<Entry, { directory: true }>,
  counter: UnpackCounter,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let refusal: ProblemError | undefined;
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      try {
        counter.bytes(`${file}!/${entry.filename}`, chunk.length, entry.compressedSize);
      } catch (error) {
        if (error instanceof ProblemError) refusal = error;
        throw error;
      }
      parts.push(chunk.slice());
    },
  });
  try {
    await entry.getData(sink as never, { checkSignature: true });
  } catch (error) {
    if (refusal !== undefined) throw refusal;
    return refuse(
      'intake.zip.damaged',
      `Member ${JSON.stringify(entry.filename)} cannot be unpacked: ${messageOf(error)}`,
      file,
    );
  }
  return concat(parts);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
