// One pass over an opened package: every file digested as a stream, the small ones that verifying needs kept. Large
// evidence is never held; salted leaves are made on the same way when the typed manifest gives the salts.
import type { Digest } from '../../base/brand.ts';
import { concat, fromHex, hex, type Digests } from '../../base/digest.ts';
import { checkCancelled, type Cancellation, type OnProgress } from '../../base/progress.ts';
import { ProblemError } from '../../base/result.ts';
import { startLeaf } from '../merkle.ts';
import { parsePackageFacts, type PackageFacts } from './facts.ts';
import { NAMES } from './layout.ts';
import type { PackageZipEntry } from './package-zip.ts';

/** What reading a package found. */
export interface ReadPackage {
  readonly files: ReadonlyMap<string, ReadFile>;
  /** The typed manifest, when it could be read. */
  readonly facts?: PackageFacts;
  /** Whole bytes of the fixed members. */
  readonly kept: ReadonlyMap<string, Uint8Array>;
  /** Entries that could not be read, each as a sentence that names it. */
  readonly faults: readonly string[];
}

/** One file as it stands in the package. */
export interface ReadFile {
  readonly bytes: number;
  readonly sha256: Digest;
  readonly leaf?: Uint8Array;
}

/** Running parts of the work that the host may want to see or stop. */
export interface ReadOptions {
  readonly digests: Digests;
  readonly onProgress?: OnProgress;
  readonly cancellation?: Cancellation;
}

const KEPT: readonly string[] = Object.values(NAMES);
const MOST_KEPT = 512 * 1024 * 1024;

/** Reads all entries once. */
export async function readPackage(
  entries: readonly PackageZipEntry[],
  options: ReadOptions,
): Promise<ReadPackage> {
  const files = new Map<string, ReadFile>();
  const kept = new Map<string, Uint8Array>();
  const faults: string[] = [];
  const facts = await readFacts(entries);
  const salts = new Map(facts?.files.map(file => [file.path, file.salt]));
  const total = entries.reduce((sum, entry) => sum + entry.size, 0);
  let done = 0;
  for (const entry of entries) {
    const read = await readEntry(entry, salts.get(entry.path), options);
    files.set(entry.path, read.file);
    if (read.whole !== undefined) kept.set(entry.path, read.whole);
    if (read.fault !== undefined) faults.push(read.fault);
    done += entry.size;
    options.onProgress?.({ phase: 'Verify the package', done, total, unit: 'bytes', detail: entry.path });
  }
  return { files, kept, faults, ...(facts === undefined ? {} : { facts }) };
}

/** The typed manifest stands behind the files whose salts it holds, so it is read first. */
async function readFacts(entries: readonly PackageZipEntry[]): Promise<PackageFacts | undefined> {
  const entry = entries.find(one => one.path === NAMES.packageFacts);
  if (entry === undefined || entry.size > MOST_KEPT) return undefined;
  const parts: Uint8Array[] = [];
  try {
    for await (const chunk of entry.open()) parts.push(chunk);
  } catch (error) {
    // The same fault is met and named again when all entries are read.
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
  const facts = parsePackageFacts(new TextDecoder().decode(concat(parts)));
  return facts.ok ? facts.value : undefined;
}

/** Digests an entry; a fault ends its reading, and the digest of what came before it will match nothing. */
async function readEntry(
  entry: PackageZipEntry,
  salt: string | undefined,
  options: ReadOptions,
): Promise<{ readonly file: ReadFile; readonly whole?: Uint8Array; readonly fault?: string }> {
  const keeps = KEPT.includes(entry.path) && entry.size <= MOST_KEPT;
  const digest = options.digests.start();
  const leaf = salt === undefined ? undefined : startLeaf(options.digests, fromHex(salt));
  const parts: Uint8Array[] = [];
  let fault: string | undefined;
  try {
    for await (const chunk of entry.open()) {
      checkCancelled(options.cancellation);
      digest.update(chunk);
      leaf?.update(chunk);
      if (keeps) parts.push(chunk);
    }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    fault = error.problem.message;
  }
  const sha256 = `sha256:${hex(digest.finish())}` as Digest;
  const file = { bytes: entry.size, sha256, ...(leaf === undefined ? {} : { leaf: leaf.finish() }) };
  return { file, ...(keeps ? { whole: concat(parts) } : {}), ...(fault === undefined ? {} : { fault }) };
}
