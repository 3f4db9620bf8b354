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
  const entries = await listEntries(file, bytes);
  const seen = new Set<string>();
  for (const entry of entries) {
    counter.member(file);
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
