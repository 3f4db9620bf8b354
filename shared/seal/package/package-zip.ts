// Reads the zip of a package strictly, at random access: every byte of the file must belong to an entry, both headers
// of an entry must agree, nothing hides between or behind them. Only the form that Vouch writes is read; other
// archives are the business of the archive room.
//
//   [local header][bytes][descriptor?] ... [central headers] [zip64 end?] [end]     no gaps, no comments
import { failed, ok, ProblemError, type Result } from '../../base/result.ts';
import type { RandomAccess } from '../../base/source.ts';
import { readData } from './zip-data.ts';
import { damaged, FULL_32, hexOf, long, viewOf, type Header } from './zip-record.ts';

/** An entry of the package. */
export interface PackageZipEntry {
  readonly path: string;
  readonly size: number;
  open(): AsyncIterable<Uint8Array>;
}

const MOST_ENTRIES = 200_000;
const MOST_BYTES = 20 * 1024 ** 3;
const RATIO = 200;
/** Below this an entry may be packed as tightly as deflate can; the writer deflates nothing larger. */
const RATIO_FREE = 1024 ** 3;
const DESCRIPTOR = 8;

/** Lists the entries; the failure names the one whose headers are wrong. */
export async function readPackageZip(source: RandomAccess): Promise<Result<readonly PackageZipEntry[]>> {
  try {
    const end = await readEnd(source);
    const central = await source.read(end.offset, end.size);
    const headers = readCentral(central, end.count);
    checkNames(headers);
    const entries: PackageZipEntry[] = [];
    let at = 0;
    for (const header of headers) {
      if (header.offset !== at) throw damaged('is not where the one before it ends', header.path);
      const { start, wide } = await checkLocal(source, header, end.offset);
      entries.push({ path: header.path, size: header.size, open: () => readData(source, header, start) });
      at = start + header.packed + (await checkDescriptor(source, header, start + header.packed, wide));
    }
    if (at !== end.offset) throw damaged('Bytes stand between the last entry and the directory');
    return ok(entries);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return failed(error.problem.code, error.problem.message, error.problem);
  }
}

interface End {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

async function readEnd(source: RandomAccess): Promise<End> {
  if (source.size < 22) throw damaged('The file is no package: it is too short');
  const tail = viewOf(await source.read(source.size - 22, 22));
  if (tail.getUint32(0, true) !== 0x06054b50 || tail.getUint16(20, true) !== 0)
    throw damaged('The file does not end as a package does: it was cut, or bytes were added');
  if (tail.getUint32(4, true) === FULL_32) return readLongEnd(source, tail);
  const [count, size, offset] = [
    tail.getUint16(10, true),
    tail.getUint32(12, true),
    tail.getUint32(16, true),
  ];
  if (
    tail.getUint32(4, true) !== 0 ||
    tail.getUint16(8, true) !== count ||
    offset + size !== source.size - 22
  )
    throw damaged('The end record of the zip contradicts the file');
  return { count, size, offset };
}

async function readLongEnd(source: RandomAccess, tail: DataView): Promise<End> {
  const start = source.size - 98;
  if (start < 0) throw damaged('The end record of the zip is cut');
  const view = viewOf(await source.read(start, 76));
  const [count, size, offset] = [long(view, 32), long(view, 40), long(view, 48)];
  const right =
    view.getUint32(0, true) === 0x06064b50 &&
    long(view, 4) === 44 &&
    view.getUint16(12, true) === 45 &&
    view.getUint16(14, true) === 45 &&
    long(view, 16) === 0 &&
    long(view, 24) === count &&
    offset + size === start &&
    view.getUint32(56, true) === 0x07064b50 &&
    view.getUint32(60, true) === 0 &&
    long(view, 64) === start &&
    view.getUint32(72, true) === 1;
  const filled =
    tail.getUint32(8, true) === FULL_32 &&
    tail.getUint32(12, true) === FULL_32 &&
    tail.getUint32(16, true) === FULL_32;
  if (!right || !filled) throw damaged('The end record of the zip contradicts the file');
  return { count, size, offset };
}

function readCentral(central: Uint8Array, count: number): readonly Header[] {
  if (count > MOST_ENTRIES) throw damaged(`The package has more than ${MOST_ENTRIES} entries`);
  const headers: Header[] = [];
  const view = viewOf(central);
  let at = 0;
  while (at < central.length) {
    if (at + 46 > central.length || view.getUint32(at, true) !== 0x02014b50)
      throw damaged('The directory of the zip is damaged');
    const [nameLength, extraLength] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true)];
    const end = at + 46 + nameLength + extraLength;
    if (end > central.length) throw damaged('The directory of the zip is damaged');
    const path = nameOf(central.subarray(at + 46, at + 46 + nameLength));
    headers.push(readHeader(viewOf(central.subarray(at, end)), path, extraLength));
    at = end;
  }
  if (headers.length !== count)
    throw damaged('The directory of the zip does not have as many entries as it says');
  return headers;
}

function nameOf(bytes: Uint8Array): string {
  if (bytes.some(byte => byte < 0x20 || byte > 0x7e))
    throw damaged('The name of an entry is not plain ASCII');
  return new TextDecoder().decode(bytes);
}

function readHeader(view: DataView, path: string, extraLength: number): Header {
  const fixed =
    view.getUint16(4, true) >> 8 === 3 && // made by Unix ...
    (view.getUint16(4, true) & 255) === 0 && // ... by the writer this reads
    view.getUint16(32, true) === 0 && // no comment
    view.getUint16(34, true) === 0 && // first disk
    view.getUint16(36, true) === 0 && // no internal attributes
    view.getUint32(38, true) >>> 0 === 0o100644 * 65_536; // an ordinary file, not a link
  if (!fixed) throw damaged('is not written as Vouch writes it', path);
  const stated = {
    size: view.getUint32(24, true),
    packed: view.getUint32(20, true),
    offset: view.getUint32(42, true),
  };
  const real = readLong(view, 46 + path.length, extraLength, stated, path);
  return {
    path,
    common: hexOf(view, 6, 10),
    flags: view.getUint16(8, true),
    method: view.getUint16(10, true),
    crc: view.getUint32(16, true),
    ...real,
  };
}

/** Sizes that did not fit stand in the zip64 field, in this order; no other field is read. */
function readLong(
  view: DataView,
  at: number,
  length: number,
  stated: { readonly size: number; readonly packed: number; readonly offset: number },
  path: string,
): { readonly size: number; readonly packed: number; readonly offset: number } {
  const real = { ...stated };
  const missing = (['size', 'packed', 'offset'] as const).filter(key => stated[key] === FULL_32);
  if (missing.length === 0 && length === 0) return real;
  if (
    length !== 4 + missing.length * 8 ||
    view.getUint16(at, true) !== 1 ||
    view.getUint16(at + 2, true) !== length - 4
  )
    throw damaged('has an extra field that Vouch does not write', path);
  for (const [index, key] of missing.entries()) real[key] = long(view, at + 4 + index * 8);
  return real;
}

function checkNames(headers: readonly Header[]): void {
  const seen = new Set<string>();
  let total = 0;
  for (const { path, size, packed } of headers) {
    const parts = path.split('/');
    if (parts.some(part => part === '' || part === '.' || part === '..') || /[\\:]/.test(path))
      throw damaged('has an unsafe name', path);
    const folded = path.toLowerCase();
    if (seen.has(folded)) throw damaged('stands twice in the package', path);
    seen.add(folded);
    total += size;
    if (total > MOST_BYTES) throw damaged('The package unpacks to more than 20 GiB');
    if (size > RATIO_FREE && size > RATIO * Math.max(1, packed))
      throw damaged('is packed suspiciously small', path);
  }
}

/** The local header must say what the directory says; returns where the bytes begin, and whether sizes are wide. */
async function checkLocal(
  source: RandomAccess,
  header: Header,
  limit: number,
): Promise<{ readonly start: number; readonly wide: boolean }> {
  const { path } = header;
  const start = header.offset + 30 + path.length;
  if (start > limit) throw damaged('lies outside the file', path);
  const bytes = await source.read(header.offset, 30 + path.length);
  const view = viewOf(bytes);
  const name = new TextDecoder().decode(bytes.subarray(30));
  if (view.getUint32(0, true) !== 0x04034b50 || view.getUint16(26, true) !== path.length || name !== path)
    throw damaged(`has another name in its own header (${JSON.stringify(name)})`, path);
  const extra = view.getUint16(28, true);
  if (hexOf(view, 4, 10) !== localCommon(header, extra > 0))
    throw damaged('has two headers that contradict each other', path);
  const known = [0, DESCRIPTOR].includes(header.flags) && [0, 8].includes(header.method);
  if (!known) throw damaged('uses an encryption or compression that Vouch does not write', path);
  await checkLocalSizes(source, header, view, extra);
  if (start + extra + header.packed > limit) throw damaged('lies outside the file', path);
  return { start: start + extra, wide: extra > 0 };
}

/** Version, flags, method and time in the local header: as in the directory, but an offset alone needs no zip64 there. */
function localCommon(header: Header, wide: boolean): string {
  if (wide || header.offset < FULL_32) return header.common;
  return `${header.method === 0 ? '0a00' : '1400'}${header.common.slice(4)}`;
}

async function checkLocalSizes(
  source: RandomAccess,
  header: Header,
  view: DataView,
  extra: number,
): Promise<void> {
  const later = header.flags === DESCRIPTOR;
  const expected = later ? { crc: 0, packed: 0, size: 0 } : header;
  const contradiction = damaged('has two headers that contradict each other', header.path);
  if (view.getUint32(14, true) !== expected.crc) throw contradiction;
  if (extra === 0) {
    if (view.getUint32(18, true) !== expected.packed || view.getUint32(22, true) !== expected.size)
      throw contradiction;
    return;
  }
  if (extra !== 20 || view.getUint32(18, true) !== FULL_32 || view.getUint32(22, true) !== FULL_32)
    throw contradiction;
  const field = viewOf(await source.read(header.offset + 30 + header.path.length, 20));
  const right =
    field.getUint16(0, true) === 1 &&
    field.getUint16(2, true) === 16 &&
    // Sizes stated behind the bytes may stand here too, when the writer knew them.
    [expected.size, header.size].includes(long(field, 4)) &&
    [expected.packed, header.packed].includes(long(field, 12));
  if (!right) throw contradiction;
}

/** Length of the descriptor behind the bytes of an entry, whose sizes are stated there. */
async function checkDescriptor(
  source: RandomAccess,
  header: Header,
  at: number,
  wide: boolean,
): Promise<number> {
  if (header.flags !== DESCRIPTOR) return 0;
  const length = wide ? 24 : 16;
  if (at + length > source.size) throw damaged('lies outside the file', header.path);
  const view = viewOf(await source.read(at, length));
  const right =
    view.getUint32(0, true) === 0x08074b50 &&
    view.getUint32(4, true) === header.crc &&
    (wide ? long(view, 8) : view.getUint32(8, true)) === header.packed &&
    (wide ? long(view, 16) : view.getUint32(12, true)) === header.size;
  if (!right) throw damaged('has two headers that contradict each other', header.path);
  return length;
}
