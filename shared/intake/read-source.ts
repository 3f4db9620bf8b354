// Reads one given file: opens what it is packed in, imports every plain file inside, and settles what would be stored:
// the original bytes, the masked copy, or of an archive with something masked its members one by one.
import { webGunzip } from '../archive/gzip.ts';
import { ARCHIVE_LIMITS, makeUnpackCounter, NOT_COUNTED } from '../archive/limits.ts';
import type { ArchiveMember } from '../archive/tar.ts';
import type { Digest } from '../base/brand.ts';
import { digestOf, hex, hmacSha256 } from '../base/digest.ts';
import { compareBy } from '../base/order.ts';
import { CancelledError, checkCancelled } from '../base/progress.ts';
import { ProblemError, type Problem } from '../base/result.ts';
import {
  isDamage,
  isHostile,
  openContainer,
  openMember,
  type Archive,
  type OpenContext,
} from './containers.ts';
import { describeArchive, describeLeaf, describeLink, describeRefused } from './describe-file.ts';
import { makeFlowSinks, type FlowSinks } from './flow-sink.ts';
import { importLeaf } from './import-leaf.ts';
import type { IntakeContext, IntakeFile, IntakeLimits, IntakeSource, SourceRole } from './intake.ts';
import type { Leaf, LeafContext } from './leaf.ts';
import { makeMasker } from './redact/mask.ts';

/** Limits that no honest file reaches. */
export const INTAKE_LIMITS: IntakeLimits = {
  ...ARCHIVE_LIMITS,
  jsonDepth: 200,
  yamlAliases: 1000,
  lineBytes: 16 * 1024 * 1024,
  documentBytes: 500 * 1024 * 1024,
};

/** A file or archive member after reading. */
export interface ReadNode {
  readonly file: IntakeFile;
  /** Name it was given with, '' for none. */
  readonly given: string;
  /** Digest of the bytes as they came, before masking; never printed where it would tell a secret. */
  readonly original?: Digest;
  /** Absent for archives. */
  readonly leaf?: Leaf;
  /** Clusters that flow records and audit events in it name, '' among them where some name none. */
  readonly named: ReadonlySet<string>;
  /** Members of an archive, by path. */
  readonly members: readonly ReadNode[];
  /** Set where the file was refused whole. */
  readonly hostile?: true;
}

/** What reading needs, shared by all files of one import. */
export interface Reading {
  readonly context: IntakeContext;
  readonly open: OpenContext;
  readonly limits: IntakeLimits;
  readonly leaf: Omit<LeafContext, 'flows' | 'unpack'>;
  readonly flows: FlowSinks;
  readonly progress: (bytes: number, detail: string) => void;
}

/** Prepares the reading of some files. */
export function makeReading(sources: readonly IntakeSource[], context: IntakeContext): Reading {
  const limits = { ...INTAKE_LIMITS, ...context.limits };
  const sizes = sources.map(source => source.file.size);
  const total = sizes.includes(undefined)
    ? undefined
    : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  let done = 0;
  return {
    context,
    open: { gunzip: context.gunzip ?? webGunzip, depth: limits.depth },
    limits,
    leaf: {
      masker: makeMasker(context.digests, context.secret),
      mappings: context.mappings ?? [],
      limits,
      breathe: async () => {
        checkCancelled(context.cancellation);
        await context.yield?.();
      },
    },
    flows: makeFlowSinks(),
    progress: (bytes, detail) => {
      done += bytes;
      context.onProgress?.({
        phase: 'Reading',
        done,
        ...(total === undefined ? {} : { total }),
        unit: 'bytes',
        detail,
      });
    },
  };
}

/** How a file was given. */
interface Given {
  readonly path: string;
  readonly role: SourceRole;
  readonly given: string;
  readonly depth: number;
}

/** Bytes as they came, counted and digested. */
interface Original {
  readonly digest: Digest;
  readonly bytes: number;
}

/** Reads one source, under limits of its own: what else was given with it does not decide what it is. */
export async function readSource(source: IntakeSource, shared: Reading): Promise<ReadNode> {
  const reading = { ...shared, open: { ...shared.open, counter: makeUnpackCounter(shared.limits) } };
  const { file, role, cluster } = source;
  await reading.leaf.breathe();
  const counted = countBytes(() => fromHost(() => file.open()), file.path, reading);
  const at = { path: file.path, role, given: cluster ?? '', depth: 0 };
  const forget = reading.flows.mark();
  try {
    return await readNode(at, counted.open, () => counted.finish(), reading);
  } catch (error) {
    forget();
    const row = { given: at.given, named: new Set<string>(), members: [] };
    if (error instanceof Unreadable) {
      const nothing = { digest: digestOf(reading.context.digests, new Uint8Array()), bytes: 0 };
      const problem = {
        code: 'intake.file.unreadable',
        message: `The file cannot be read: ${error.message}`,
      };
      return { file: describeRefused(file.path, role, problem, nothing, 'cannot be read'), ...row };
    }
    if (!(error instanceof ProblemError) || !isHostile(error.problem.code)) throw error;
    const original = await counted.finish();
    const reason = 'refused as hostile; nothing of it was kept';
    return { file: describeRefused(file.path, role, error.problem, original, reason), ...row, hostile: true };
  }
}

/** Why the host could not give the bytes of a file. */
class Unreadable extends Error {}

/** A stream whose faults are known as the host's. */
async function* fromHost(open: () => AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* open();
  } catch (error) {
    if (error instanceof CancelledError || error instanceof ProblemError) throw error;
    // What follows the first comma names places on this machine.
    throw new Unreadable((error instanceof Error ? error.message : String(error)).split(',')[0]);
  }
}

/** A stream that is counted and digested while it is read for the first time. */
function countBytes(
  open: () => AsyncIterable<Uint8Array>,
  path: string,
  reading: Reading,
): { readonly open: () => AsyncIterable<Uint8Array>; readonly finish: () => Promise<Original> } {
  const running = reading.context.digests.start();
  let bytes = 0;
  let state: 'new' | 'begun' | 'ended' = 'new';
  const counted = async function* (): AsyncIterable<Uint8Array> {
    for await (const chunk of open()) {
      checkCancelled(reading.context.cancellation);
      running.update(chunk);
      bytes += chunk.length;
      reading.progress(chunk.length, path);
      yield chunk;
    }
    state = 'ended';
  };
  return {
    open: () => {
      if (state !== 'new') return open();
      state = 'begun';
      return counted();
    },
    finish: async () =>
      state === 'ended'
        ? { digest: `sha256:${hex(running.finish())}` as Digest, bytes }
        : digestStream(open(), reading),
  };
}

async function digestStream(chunks: AsyncIterable<Uint8Array>, reading: Reading): Promise<Original> {
  const running = reading.context.digests.start();
  let bytes = 0;
  for await (const chunk of chunks) {
    running.update(chunk);
    bytes += chunk.length;
    checkCancelled(reading.context.cancellation);
  }
  return { digest: `sha256:${hex(running.finish())}` as Digest, bytes };
}

async function readNode(
  at: Given,
  open: () => AsyncIterable<Uint8Array>,
  original: () => Promise<Original>,
  reading: Reading,
): Promise<ReadNode> {
  const opened = await openContainer(at.path, open, at.depth, reading.open);
  if (opened.kind === 'archive') return readArchive(at, opened, original, reading);
  const named = new Set<string>();
  const imported = await importLeaf(at.path, opened.whole, opened.open, {
    ...reading.leaf,
    flows: reading.flows.of(at.given, named),
    unpack: reading.open.counter ?? NOT_COUNTED,
  });
  for (const event of imported.audit) named.add(event.named ?? '');
  const leaf = withDamage(imported, opened.damage(), at.path);
  const masked = leaf.masked;
  const first = await original();
  const stored =
    masked === undefined || leaf.withheld === true ? first : await digestStream(masked(opened.open), reading);
  const hmac = masked === undefined ? undefined : hmacOf(first.digest, reading);
  const file = describeLeaf(at.path, at.role, leaf, stored, hmac, opened.container);
  return { file, given: at.given, original: first.digest, leaf, named, members: [] };
}

/** Of a damaged gzip file the readable part is stored: its rest could not be searched. */
function withDamage(leaf: Leaf, damage: Problem | undefined, file: string): Leaf {
  if (damage === undefined) return leaf;
  const { code, message } = damage;
  const diagnostics = [...leaf.diagnostics, { code, severity: 'error' as const, message, file }];
  if (leaf.records === 0 && leaf.reason === 'empty file')
    return {
      ...leaf,
      format: 'unrecognised',
      reason: 'damaged gzip data',
      withheld: true,
      diagnostics: diagnostics.filter(item => item.code !== 'intake.file.empty'),
    };
  return { ...leaf, masked: leaf.masked ?? (open => open()), diagnostics };
}

async function readArchive(
  at: Given,
  archive: Archive,
  original: () => Promise<Original>,
  reading: Reading,
): Promise<ReadNode> {
  const members: ReadNode[] = [];
  let damage: Problem | undefined;
  try {
    for await (const member of archive.members) members.push(await readMember(at, member, reading));
  } catch (error) {
    if (!(error instanceof ProblemError) || !isDamage(error.problem.code)) throw error;
    damage = error.problem;
  }
  damage ??= archive.damage();
  members.sort(compareBy(member => member.file.path));
  const first = await original();
  const file = describeArchive(
    at.path,
    at.role,
    archive.container,
    members.map(member => member.file),
    damage,
    first,
    {
      hmac: hmacOf(first.digest, reading),
      digest: text => digestOf(reading.context.digests, new TextEncoder().encode(text)),
    },
  );
  return { file, given: at.given, original: first.digest, named: new Set(), members };
}

async function readMember(at: Given, member: ArchiveMember, reading: Reading): Promise<ReadNode> {
  const { path, open } = openMember(at.path, member);
  const original = { digest: digestOf(reading.context.digests, member.bytes), bytes: member.bytes.length };
  await reading.leaf.breathe();
  if (member.isLink === true)
    return {
      file: describeLink(path, at.role, original),
      given: at.given,
      named: new Set(),
      members: [],
    };
  return readNode({ ...at, path, depth: at.depth + 1 }, open, () => Promise.resolve(original), reading);
}

/** A digest of an original that held a secret would let it be guessed; under the engagement's secret it does not. */
function hmacOf(digest: Digest, reading: Reading): string {
  const { digests, secret } = reading.context;
  return `hmac-sha256:${hex(hmacSha256(digests, secret, new TextEncoder().encode(digest)))}`;
}
