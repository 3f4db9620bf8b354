// Opens containers by their first bytes: gzip, zip, tar, and one inside the other up to a limit. What comes out are
// plain files with paths like `archive.zip!/member`; nothing is ever written to disk.
import { collect, once, peek } from '../archive/bytes.ts';
import { gunzipChecked, type Gunzip } from '../archive/gzip.ts';
import { NOT_COUNTED, refuse, type UnpackCounter } from '../archive/limits.ts';
import { readZip, zipNames } from '../archive/read-zip.ts';
import { ProblemError, type Problem } from '../base/result.ts';
import { isTarHeader, readTar, type ArchiveMember } from '../archive/tar.ts';

/** A plain file: its bytes once, already begun, and again. */
export interface PlainFile {
  readonly kind: 'plain';
  readonly path: string;
  readonly whole: AsyncIterable<Uint8Array>;
  readonly open: () => AsyncIterable<Uint8Array>;
  /** Set where the plain bytes came out of a gzip file of their own. */
  readonly container?: 'gzip';
  /** What was wrong with the gzip data; known when `whole` was read. */
  readonly damage: () => Problem | undefined;
}

/** An archive: members are asked for one after the other. */
export interface Archive {
  readonly kind: 'archive';
  readonly path: string;
  readonly container: 'zip' | 'tar' | 'tar.gz';
  readonly members: AsyncIterable<ArchiveMember>;
  /** What was wrong with the gzip data around it; known when the members were read. */
  readonly damage: () => Problem | undefined;
}

/** What opening needs; without a counter what was counted before is not counted again. */
export interface OpenContext {
  readonly gunzip: Gunzip;
  readonly counter?: UnpackCounter;
  readonly depth: number;
}

const HEAD = 64 * 1024;

/** Opens a file by content. */
export async function openContainer(
  path: string,
  open: () => AsyncIterable<Uint8Array>,
  depth: number,
  context: OpenContext,
): Promise<PlainFile | Archive> {
  const counter = context.counter ?? NOT_COUNTED;
  const none = (): undefined => undefined;
  const { head, whole } = await peek(open(), HEAD);
  if (isGzip(head)) {
    let damage: Problem | undefined;
    const readable = (packed: AsyncIterable<Uint8Array>, counter: UnpackCounter): AsyncIterable<Uint8Array> =>
      untilDamage(gunzipChecked(path, packed, open, context.gunzip, counter), problem => (damage = problem));
    const inside = await peek(readable(whole, counter), HEAD);
    checkDepth(path, depth, context);
    if (isTarHeader(inside.head))
      return {
        kind: 'archive',
        path,
        container: 'tar.gz',
        members: readTar(path, inside.whole, counter),
        damage: () => damage,
      };
    // What was read once under the limits is read again without counting it twice.
    const again = (): AsyncIterable<Uint8Array> => readable(open(), NOT_COUNTED);
    if (isGzip(inside.head) || isZip(inside.head)) {
      const inner = await openContainer(path, firstly(inside.whole, again), depth + 1, context);
      return { ...inner, damage: () => inner.damage() ?? damage };
    }
    return {
      kind: 'plain',
      path,
      whole: inside.whole,
      open: again,
      container: 'gzip',
      damage: () => damage,
    };
  }
  if (isZip(head)) {
    const bytes = await collect(whole);
    // A workbook is a zip archive too; it is one file of its own.
    if (await isWorkbook(bytes)) return { kind: 'plain', path, whole: once(bytes), open, damage: none };
    checkDepth(path, depth, context);
    return { kind: 'archive', path, container: 'zip', members: readZip(path, bytes, counter), damage: none };
  }
  if (isTarHeader(head)) {
    checkDepth(path, depth, context);
    return { kind: 'archive', path, container: 'tar', members: readTar(path, whole, counter), damage: none };
  }
  return { kind: 'plain', path, whole, open, damage: none };
}

/** Opens what was begun, and from then on anew. */
function firstly(
  begun: AsyncIterable<Uint8Array>,
  again: () => AsyncIterable<Uint8Array>,
): () => AsyncIterable<Uint8Array> {
  let isFirst = true;
  return () => {
    if (!isFirst) return again();
    isFirst = false;
    return begun;
  };
}

/** The readable beginning of a damaged stream; refusals for hostility pass through. */
async function* untilDamage(
  chunks: AsyncIterable<Uint8Array>,
  onDamage: (problem: Problem) => void,
): AsyncIterable<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    if (!(error instanceof ProblemError) || !isDamage(error.problem.code)) throw error;
    onDamage(error.problem);
  }
}

/** Hostility refuses the whole file that was given, whatever else is in it. */
export function isHostile(code: string): boolean {
  return code.startsWith('intake.archive.');
}

/** Damage loses what could not be read, and nothing else. */
export function isDamage(code: string): boolean {
  return [
    'intake.gzip.damaged',
    'intake.gzip.trailing',
    'intake.zip.damaged',
    'intake.zip.encrypted',
    'intake.tar.damaged',
    'intake.tar.truncated',
    'intake.tar.trailing',
    'intake.zip.hidden',
  ].includes(code);
}

/** A member as a file of its own, which may be a container again. */
export function openMember(
  archive: string,
  member: ArchiveMember,
): { readonly path: string; readonly open: () => AsyncIterable<Uint8Array> } {
  return { path: `${archive}!/${member.name}`, open: () => once(member.bytes) };
}

function checkDepth(path: string, depth: number, context: OpenContext): void {
  if (depth > context.depth)
    refuse('intake.archive.depth', `Archives nest deeper than ${context.depth} levels`, path);
}

function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** Whether a zip archive is a workbook of a spreadsheet. */
export async function isWorkbook(bytes: Uint8Array): Promise<boolean> {
  const names = await zipNames(bytes);
  return (
    names.includes('[Content_Types].xml') && names.some(name => /^xl\/workbook\.(?:xml|bin)$/.test(name))
  );
}

/** Whether bytes begin as a zip archive does. */
export function isZip(head: Uint8Array): boolean {
  return (
    head[0] === 0x50 &&
    head[1] === 0x4b &&
    (head[2] === 3 || head[2] === 5) &&
    (head[3] === 4 || head[3] === 6)
  );
}
