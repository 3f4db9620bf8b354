// The one door: every byte of a case comes in here. Files are taken in path order, recognised by content, masked,
// parsed and counted; a hostile archive refuses the whole import, everything else becomes a diagnostic.

import { webGunzip } from '../archive/gzip.ts';
import { ARCHIVE_LIMITS, makeUnpackCounter } from '../archive/limits.ts';
import type { ArchiveMember } from '../archive/tar.ts';
import type { ClusterId, Digest } from '../base/brand.ts';
import { digestOf, hex, hmacSha256 } from '../base/digest.ts';
import { instantOf } from '../base/instant.ts';
import { compareBy } from '../base/order.ts';
import { checkCancelled } from '../base/progress.ts';
import { ok, ProblemError, type Result } from '../base/result.ts';
import { openContainer, openMember, type OpenContext } from './containers.ts';
import { placeFiles, type Placement, type ReadFile } from './clusters.ts';
import { makeFlowBuilder, type FlowBuilder } from './flow-builder.ts';
import { settleEvents } from './formats/audit.ts';
import { importLeaf } from './import-leaf.ts';
import type {
  Diagnostic,
  FormatName,
  Intake,
  IntakeContext,
  IntakeFile,
  IntakeLimits,
  IntakeSource,
  SourceRole,
} from './intake.ts';
import { EMPTY_LEAF, type Leaf, type LeafContext } from './leaf.ts';
import { placeObject } from './read-object.ts';
import { makeMasker } from './redact/mask.ts';

/** Limits that no honest file reaches. */
export const INTAKE_LIMITS: IntakeLimits = {
  ...ARCHIVE_LIMITS,
  jsonDepth: 200,
  yamlAliases: 1000,
  lineBytes: 16 * 1024 * 1024,
  documentBytes: 500 * 1024 * 1024,
};

/** Imports files. Fails only for a hostile archive; then nothing was kept. */
export async function importFiles(
  sources: readonly IntakeSource[],
  context: IntakeContext,
): Promise<Result<Intake>> {
  const ordered = [...sources].sort(
    compareBy(
      source => source.file.path,
      source => source.cluster ?? '',
    ),
  );
  const reading = makeReading(ordered, context);
  const read: SourceReading[] = [];
  try {
    for (const source of ordered) read.push(await readSource(source, reading));
  } catch (error) {
    if (error instanceof ProblemError) return { ok: false, problem: error.problem };
    throw error;
  }
  const placement = placeFiles(read.flatMap(source => source.files));
  for (const source of read)
    for (const copy of source.copies) await context.sink?.put(copy.path, copy.digest, copy.bytes, copy.open);
  return ok(assemble(read, placement, reading.flows));
}

/** What is handed to the sink: original bytes, or the masked copy. */
interface StoredCopy {
  readonly path: string;
  readonly digest: Digest;
  readonly bytes: number;
  readonly open: () => AsyncIterable<Uint8Array>;
}

interface SourceReading {
  readonly top: IntakeFile;
  readonly files: readonly ReadFile[];
  readonly copies: readonly StoredCopy[];
}

interface Reading {
  readonly context: IntakeContext;
  readonly open: OpenContext;
  readonly leaf: Omit<LeafContext, 'flows'>;
  /** Flow columns by given cluster name; placed when clusters are known. */
  readonly flows: Map<string, FlowBuilder>;
  progress(bytes: number, detail: string): void;
}

function makeReading(sources: readonly IntakeSource[], context: IntakeContext): Reading {
  const limits = { ...INTAKE_LIMITS, ...context.limits };
  const sizes = sources.map(source => source.file.size);
  const total = sizes.includes(undefined)
    ? undefined
    : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  let done = 0;
  return {
    context,
    open: { gunzip: context.gunzip ?? webGunzip, counter: makeUnpackCounter(limits), depth: limits.depth },
    leaf: {
      digests: context.digests,
      masker: makeMasker(context.digests, context.secret),
      limits,
      breathe: async () => {
        checkCancelled(context.cancellation);
        await context.yield?.();
      },
    },
    flows: new Map(),
    progress(bytes, detail) {
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

async function readSource(source: IntakeSource, reading: Reading): Promise<SourceReading> {
  const { file, role, cluster: given } = source;
  checkCancelled(reading.context.cancellation);
  const running = reading.context.digests.start();
  let bytes = 0;
  const state = { ended: false };
  const counted = async function* (): AsyncIterable<Uint8Array> {
    for await (const chunk of file.open()) {
      running.update(chunk);
      bytes += chunk.length;
      reading.progress(chunk.length, file.path);
      yield chunk;
    }
    state.ended = true;
  };
  let first = true;
  const open = (): AsyncIterable<Uint8Array> => {
    if (!first) return file.open();
    first = false;
    return counted();
  };
  const content = await readContent(file.path, open, role, given, 0, reading);
  const original = state.ended
    ? { digest: `sha256:${hex(running.finish())}` as Digest, bytes }
    : await digestAgain(file.open(), reading);
  return settle(file.path, role, given, content, original, () => file.open(), reading);
}

/** A file or member: a leaf, or an archive with its members already settled. */
type Content =
  | { readonly kind: 'leaf'; readonly leaf: Leaf; readonly container?: string }
  | { readonly kind: 'archive'; readonly container: string; readonly members: readonly SourceReading[] };

async function readContent(
  path: string,
  open: () => AsyncIterable<Uint8Array>,
  role: SourceRole,
  given: string | undefined,
  depth: number,
  reading: Reading,
): Promise<Content> {
  try {
    const opened = await openContainer(path, open, depth, reading.open);
    if (opened.kind === 'plain') {
      const leaf = await importLeaf(path, opened.whole, opened.open, {
        ...reading.leaf,
        flows: flowsOf(given, reading),
      });
      return {
        kind: 'leaf',
        leaf,
        ...(opened.container === undefined ? {} : { container: opened.container }),
      };
    }
    const members: SourceReading[] = [];
    for await (const member of opened.members)
      members.push(await readMember(path, member, role, given, depth, reading));
    members.sort(compareBy(member => member.top.path));
    return { kind: 'archive', container: opened.container, members };
  } catch (error) {
    if (!(error instanceof ProblemError) || !isDamage(error.problem.code)) throw error;
    const { code, message } = error.problem;
    const diagnostics: Diagnostic[] = [{ code, severity: 'error', message, file: path }];
    return {
      kind: 'leaf',
      leaf: { ...EMPTY_LEAF, format: 'unrecognised', reason: 'damaged container', diagnostics },
    };
  }
}

/** Damage loses a file; everything else about archives is hostility and refuses the import. */
function isDamage(code: string): boolean {
  return [
    'intake.gzip.damaged',
    'intake.zip.damaged',
    'intake.zip.encrypted',
    'intake.tar.damaged',
    'intake.tar.truncated',
  ].includes(code);
}

async function readMember(
  archive: string,
  member: ArchiveMember,
  role: SourceRole,
  given: string | undefined,
  depth: number,
  reading: Reading,
): Promise<SourceReading> {
  const { path, open } = openMember(archive, member);
  const content = await readContent(path, open, role, given, depth + 1, reading);
  const original = { digest: digestOf(reading.context.digests, member.bytes), bytes: member.bytes.length };
  return settle(path, role, given, content, original, open, reading);
}

function flowsOf(given: string | undefined, reading: Reading): FlowBuilder {
  const known = reading.flows.get(given ?? '');
  if (known !== undefined) return known;
  const made = makeFlowBuilder();
  reading.flows.set(given ?? '', made);
  return made;
}

async function digestAgain(
  chunks: AsyncIterable<Uint8Array>,
  reading: Reading,
): Promise<{ readonly digest: Digest; readonly bytes: number }> {
  const running = reading.context.digests.start();
  let bytes = 0;
  for await (const chunk of chunks) {
    running.update(chunk);
    bytes += chunk.length;
  }
  return { digest: `sha256:${hex(running.finish())}` as Digest, bytes };
}

/** Decides what is stored: original bytes; the masked copy; or, of an archive with a masked member, its members. */
async function settle(
  path: string,
  role: SourceRole,
  given: string | undefined,
  content: Content,
  original: { readonly digest: Digest; readonly bytes: number },
  open: () => AsyncIterable<Uint8Array>,
  reading: Reading,
): Promise<SourceReading> {
  if (content.kind === 'archive') return settleArchive(path, role, content, original, open, reading);
  const { leaf } = content;
  const masked = leaf.masked;
  const stored = masked === undefined ? original : await digestAgain(masked(), reading);
  const top: IntakeFile = {
    path,
    sha256: stored.digest,
    ...(masked === undefined ? {} : { originalHmac: hmacOf(original.digest, reading) }),
    bytes: stored.bytes,
    format: leaf.format,
    ...(content.container === undefined ? {} : { container: content.container }),
    records: leaf.records,
    ...periodOf(leaf.period),
    redactions: Object.values(leaf.redactions).reduce((sum, count) => sum + count, 0),
    redactionsByKind: leaf.redactions,
    reason: leaf.reason,
    diagnostics: [...leaf.diagnostics, ...mismatch(path, role, leaf.format)],
    role,
    ...(leaf.head === undefined ? {} : { head: leaf.head }),
  };
  return {
    top,
    files: [{ path, given, leaf }],
    copies: [{ path, digest: stored.digest, bytes: stored.bytes, open: masked ?? open }],
  };
}

function settleArchive(
  path: string,
  role: SourceRole,
  { container, members }: Content & { kind: 'archive' },
  original: { readonly digest: Digest; readonly bytes: number },
  open: () => AsyncIterable<Uint8Array>,
  reading: Reading,
): SourceReading {
  const tops = members.map(member => member.top);
  const redactionsByKind: Record<string, number> = {};
  for (const top of tops)
    for (const [kind, count] of Object.entries(top.redactionsByKind))
      redactionsByKind[kind] = (redactionsByKind[kind] ?? 0) + count;
  const redactions = tops.reduce((sum, top) => sum + top.redactions, 0);
  const masked = redactions > 0;
  // Stored as members, an archive is named by a digest over their digests: its own bytes are not kept.
  const digest = masked
    ? digestOf(
        reading.context.digests,
        new TextEncoder().encode(tops.map(top => `${top.sha256}  ${top.path}\n`).join('')),
      )
    : original.digest;
  const ranked = [...tops].sort((a, b) => b.records - a.records);
  const times = tops.flatMap(top => (top.period === undefined ? [] : [top.period]));
  const top: IntakeFile = {
    path,
    sha256: digest,
    ...(masked ? { originalHmac: hmacOf(original.digest, reading) } : {}),
    bytes: masked ? tops.reduce((sum, member) => sum + member.bytes, 0) : original.bytes,
    format: ranked[0]?.format ?? 'unrecognised',
    container,
    records: tops.reduce((sum, member) => sum + member.records, 0),
    ...(times.length === 0
      ? {}
      : {
          period: {
            from: times.map(time => time.from).sort()[0] as never,
            to: times
              .map(time => time.to)
              .sort()
              .at(-1) as never,
          },
        }),
    redactions,
    redactionsByKind,
    reason: `${container} archive with ${tops.length} members`,
    diagnostics:
      tops.length === 0
        ? [{ code: 'intake.archive.empty', severity: 'warning', message: 'The archive is empty', file: path }]
        : [],
    members: tops,
    role,
  };
  return {
    top,
    files: members.flatMap(member => member.files),
    copies: masked
      ? members.flatMap(member => member.copies)
      : [{ path, digest, bytes: original.bytes, open }],
  };
}

function hmacOf(digest: Digest, reading: Reading): string {
  return `hmac-sha256:${hex(hmacSha256(reading.context.digests, reading.context.secret, new TextEncoder().encode(digest)))}`;
}

function periodOf(period: Leaf['period']): Pick<IntakeFile, 'period'> {
  return period === undefined ? {} : { period: { from: instantOf(period[0]), to: instantOf(period[1]) } };
}

const EXPECTED: Readonly<Partial<Record<SourceRole, readonly FormatName[]>>> = {
  cluster: ['kubernetes'],
  flows: ['calico-flow', 'hubble'],
  'audit-log': ['k8s-audit'],
  scan: ['kube-bench'],
};

function mismatch(file: string, role: SourceRole, format: FormatName): readonly Diagnostic[] {
  const expected = EXPECTED[role];
  if (expected === undefined || expected.includes(format) || format === 'text' || format === 'unrecognised')
    return [];
  return [
    {
      code: 'intake.role.mismatch',
      severity: 'info',
      message: `Given as ${role}, but its content is ${format}; used as what it is`,
      file,
    },
  ];
}

/** Puts the clusters on everything that was read. */
function assemble(
  read: readonly SourceReading[],
  placement: Placement,
  builders: ReadonlyMap<string, FlowBuilder>,
): Intake {
  const files = read.flatMap(source => source.files);
  const of = (path: string): ClusterId | undefined => placement.of.get(path);
  const tops = read.map(source => withCluster(source.top, of));
  const diagnostics = [...tops.flatMap(allDiagnostics), ...placement.diagnostics];
  return {
    files: tops,
    clusters: placement.clusters,
    objects: files.flatMap(({ path, leaf }) => {
      const cluster = of(path);
      return cluster === undefined ? [] : leaf.objects.map(object => placeObject(object, cluster));
    }),
    flows: finishFlows(files, placement, builders),
    audit: placement.clusters.flatMap(({ id }) =>
      settleEvents(
        files.filter(file => of(file.path) === id).flatMap(file => file.leaf.audit),
        id,
      ),
    ),
    benchmarks: files.flatMap(({ path, leaf }) => {
      const cluster = of(path);
      return cluster === undefined ? [] : leaf.benchmarks.map(result => ({ cluster, ...result }));
    }),
    engagements: files.flatMap(({ path, leaf }) => leaf.engagements.map(body => ({ path, body }))),
    gaps: files.flatMap(({ path, leaf }) => {
      const cluster = of(path);
      return cluster === undefined ? [] : leaf.gaps.map(gap => ({ ...gap, cluster }));
    }),
    accountData: files.flatMap(({ leaf }) => leaf.accountData),
    diagnostics: diagnostics.sort(
      compareBy(
        item => item.file,
        item => item.line ?? 0,
        item => item.code,
      ),
    ),
  };
}

/** Flow files of one given name share columns; all of them belong to one cluster or to `default`. */
function finishFlows(
  files: readonly ReadFile[],
  placement: Placement,
  builders: ReadonlyMap<string, FlowBuilder>,
): Intake['flows'] {
  return [...builders.entries()]
    .filter(([, builder]) => builder.rows > 0)
    .map(([given, builder]) => {
      const file = files.find(
        ({ given: name, leaf }) =>
          (name ?? '') === given && (leaf.format === 'calico-flow' || leaf.format === 'hubble'),
      );
      return builder.finish(
        (file === undefined ? undefined : placement.of.get(file.path)) ?? ('default' as ClusterId),
      );
    })
    .sort(compareBy(table => table.cluster));
}

function withCluster(file: IntakeFile, of: (path: string) => ClusterId | undefined): IntakeFile {
  const cluster = of(file.path);
  return {
    ...file,
    ...(cluster === undefined ? {} : { cluster }),
    ...(file.members === undefined ? {} : { members: file.members.map(member => withCluster(member, of)) }),
  };
}

function allDiagnostics(file: IntakeFile): readonly Diagnostic[] {
  return [...file.diagnostics, ...(file.members ?? []).flatMap(allDiagnostics)];
}
