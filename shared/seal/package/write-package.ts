// Writes the sealed package: one zip that is ASiC-E with CAdES and, unpacked, a BagIt folder. Two passes over the
// entries, digests first and bytes second, so that large files are never held; an entry that changed in between ends
// the writing with a fault. Equal input gives equal manifests.
import { once } from '../../archive/bytes.ts';
import { writeZip, type ZipEntry } from '../../archive/write-zip.ts';
import type { Digest, Instant } from '../../base/brand.ts';
import { digestOf, digestOfText, hex, type Digests } from '../../base/digest.ts';
import { compareText } from '../../base/order.ts';
import { checkCancelled, type Cancellation, type OnProgress } from '../../base/progress.ts';
import { failed, ok, ProblemError, type Result } from '../../base/result.ts';
import type { CustodyEntry } from '../../records/engagement.ts';
import { makeCheckpoint, printCheckpoint, printCustodyLog } from '../checkpoint.ts';
import { signDetached } from '../cms.ts';
import { saltOf, startLeaf } from '../merkle.ts';
import type { Signer } from '../signer.ts';
import { readCertificate, signingObstacle } from '../x509.ts';
import { printPackageFacts, type PackageFacts, type PackageFile } from './facts.ts';
import {
  BAGIT,
  MEDIA_TYPE,
  NAMES,
  OWN_DATA,
  pathObstacle,
  printAsicManifest,
  printBagInfo,
  printManifest,
  TAG_FILES,
  type ListedFile,
} from './layout.ts';
import { printReadme } from './readme.ts';
import { signStatement } from './statement.ts';

/** One file below data/; `open` is asked twice and must give the same bytes. */
export interface PackageEntry {
  readonly path: string;
  readonly role: string;
  open(): AsyncIterable<Uint8Array>;
}

/** What goes into a package. The engagement in it must already be without its secret. */
export interface PackageInput {
  readonly caseId: string;
  readonly title: string;
  readonly at: Instant;
  readonly version: string;
  readonly entries: readonly PackageEntry[];
  readonly custody: readonly CustodyEntry[];
  readonly signer: Signer;
  readonly digests: Digests;
  /** The engagement's secret, 64 hex digits: salts come from it, it is not written. */
  readonly secret: string;
  readonly onProgress?: OnProgress;
  readonly cancellation?: Cancellation;
}

/** A package whose manifests and signatures are made; its bytes stream out of the entries. */
export interface SealedPackage {
  /** Every file below data/ with its digest, by path. */
  readonly files: readonly ListedFile[];
  /** Text of `manifest-sha256.txt`. */
  readonly manifest: string;
  /** Hash that the custody log ends with. */
  readonly head: string;
  bytes(): AsyncIterable<Uint8Array>;
}

const STORED_BELOW = 1024 * 1024;
/** The reader looks at the packing ratio above this; what is stored has none. */
const STORED_ABOVE = 1024 ** 3;

/** Digests the entries, signs, and returns the package ready to be written. */
export async function writePackage(input: PackageInput): Promise<Result<SealedPackage>> {
  const obstacle = (await signerObstacle(input)) ?? pathProblem(input.entries);
  if (obstacle !== undefined) return obstacle;
  const sorted = [...input.entries].sort((a, b) => compareText(a.path, b.path));
  const measured: Measured[] = [];
  for (const entry of sorted) measured.push(await measure(input, entry));
  const made = await makeTexts(input, measured);
  if (!made.ok) return made;
  const { texts, files, head, manifest } = made.value;
  return ok({ files, head, manifest, bytes: () => writeZip(zipEntries(input, measured, texts)) });
}

async function signerObstacle(input: PackageInput): Promise<Result<never> | undefined> {
  const [own] = input.signer.certificateChain;
  const certificate = await readCertificate(own ?? new Uint8Array());
  if (!certificate.ok) return certificate;
  const obstacle = signingObstacle(certificate.value, input.at);
  if (obstacle !== undefined)
    return failed('seal.signer.unfit', `This identity may not sign now: ${obstacle}`);
  if (!/^[0-9a-f]{64}$/.test(input.secret))
    return failed('seal.package.secret', 'The secret of the engagement is not 64 hex digits');
  return undefined;
}

function pathProblem(entries: readonly PackageEntry[]): Result<never> | undefined {
  const seen = new Set<string>(OWN_DATA);
  for (const { path } of entries) {
    const obstacle = pathObstacle(path) ?? (seen.has(path) ? 'stands twice in the package' : undefined);
    if (obstacle !== undefined)
      return failed('seal.package.path', `The name ${path} ${obstacle}`, { file: path });
    seen.add(path);
  }
  return undefined;
}

interface Measured {
  readonly entry: PackageEntry;
  readonly bytes: number;
  readonly sha256: Digest;
  readonly leaf: Uint8Array;
  readonly salt: string;
}

async function measure(input: PackageInput, entry: PackageEntry): Promise<Measured> {
  checkCancelled(input.cancellation);
  const salt = saltOf(input.digests, input.secret, entry.path);
  const [digest, leaf] = [input.digests.start(), startLeaf(input.digests, salt)];
  let bytes = 0;
  for await (const chunk of entry.open()) {
    digest.update(chunk);
    leaf.update(chunk);
    bytes += chunk.length;
    checkCancelled(input.cancellation);
    input.onProgress?.({ phase: 'Digest the package', done: bytes, unit: 'bytes', detail: entry.path });
  }
  return {
    entry,
    bytes,
    sha256: `sha256:${hex(digest.finish())}` as Digest,
    leaf: leaf.finish(),
    salt: hex(salt),
  };
}

interface MadeTexts {
  readonly texts: ReadonlyMap<string, Uint8Array>;
  readonly files: readonly ListedFile[];
  readonly head: string;
  readonly manifest: string;
}

/** Everything the package adds to the entries, in the order in which one covers the other. */
async function makeTexts(input: PackageInput, measured: readonly Measured[]): Promise<Result<MadeTexts>> {
  const { caseId, at, version, digests, signer } = input;
  const texts = new Map<string, Uint8Array>();
  const put = (path: string, content: string | Uint8Array) =>
    texts.set(path, typeof content === 'string' ? new TextEncoder().encode(content) : content);
  const sign = async (path: string, content: string): Promise<Result<undefined>> => {
    const signature = await signDetached([new TextEncoder().encode(content)], signer);
    if (!signature.ok) return signature;
    put(path, signature.value);
    return ok(undefined);
  };
  const fileLeaves = measured.map(one => one.leaf);
  const checkpoint = makeCheckpoint(digests, { caseId, custody: input.custody, fileLeaves, at });
  put(NAMES.custodyLog, printCustodyLog(input.custody));
  put(NAMES.checkpoint, printCheckpoint(checkpoint));
  const pinned = await sign(NAMES.checkpointSignature, printCheckpoint(checkpoint));
  if (!pinned.ok) return pinned;
  put(NAMES.packageFacts, printPackageFacts(factsOf(input, measured, texts)));
  const files = [
    ...measured.map(one => ({ path: one.entry.path, sha256: one.sha256 })),
    ...listed(digests, texts),
  ];
  const manifest = printManifest(files);
  const bytes = [...measured.map(one => one.bytes), ...[...texts.values()].map(text => text.length)];
  put(NAMES.manifest, manifest);
  put(NAMES.readme, printReadme({ caseId, title: input.title, at, version, signer }));
  put(NAMES.bagit, BAGIT);
  const payload = { bytes: bytes.reduce((sum, size) => sum + size, 0), files: files.length };
  put(NAMES.bagInfo, printBagInfo({ caseId, title: input.title, at, version, ...payload }));
  const all = listed(digests, texts);
  put(NAMES.tagManifest, printManifest(all.filter(file => TAG_FILES.includes(file.path))));
  const entries = measured.map(one => ({ path: one.entry.path, sha256: one.sha256 }));
  const asicManifest = printAsicManifest([...entries, ...listed(digests, texts)]);
  put(NAMES.asicManifest, asicManifest);
  const signed = await sign(NAMES.asicSignature, asicManifest);
  if (!signed.ok) return signed;
  const listing = await sign(NAMES.manifestSignature, manifest);
  if (!listing.ok) return listing;
  const subjects = statementSubjects(digests, manifest, asicManifest);
  put(NAMES.statement, await signStatement({ case: caseId, at, version, subjects }, signer));
  return ok({ texts, files, head: checkpoint.head, manifest });
}

/** The two manifests that the in-toto statement is about. */
export function statementSubjects(
  digests: Digests,
  manifest: string,
  asicManifest: string,
): readonly ListedFile[] {
  return [
    { path: NAMES.manifest, sha256: digestOfText(digests, manifest) },
    { path: NAMES.asicManifest, sha256: digestOfText(digests, asicManifest) },
  ];
}

function listed(digests: Digests, texts: ReadonlyMap<string, Uint8Array>): readonly ListedFile[] {
  return [...texts].map(([path, bytes]) => ({ path, sha256: digestOf(digests, bytes) }));
}

function factsOf(
  input: PackageInput,
  measured: readonly Measured[],
  texts: ReadonlyMap<string, Uint8Array>,
): PackageFacts {
  const { signer, digests } = input;
  const given: PackageFile[] = measured.map(({ entry, bytes, sha256, salt }) => ({
    path: entry.path,
    role: entry.role,
    bytes,
    sha256,
    salt,
  }));
  // The signature of the checkpoint differs each time with ECDSA; the manifests cover it, this file need not.
  const own: PackageFile[] = [...texts]
    .filter(([path]) => path !== NAMES.checkpointSignature)
    .map(([path, text]) => ({ path, role: 'custody', bytes: text.length, sha256: digestOf(digests, text) }));
  return {
    schema: 'vouch.package/1',
    case: input.caseId,
    title: input.title,
    at: input.at,
    version: input.version,
    signer: {
      subject: signer.subject,
      throwaway: signer.throwaway,
      certificates: signer.certificateChain.map(der => digestOf(digests, der)),
    },
    files: [...given, ...own].sort((a, b) => compareText(a.path, b.path)),
  };
}

/** `mimetype` first and stored, tag files, data by path, then META-INF. Large files are deflated. */
function* zipEntries(
  input: PackageInput,
  measured: readonly Measured[],
  texts: ReadonlyMap<string, Uint8Array>,
): Iterable<ZipEntry> {
  const ofText = (path: string, bytes: Uint8Array): ZipEntry => ({
    path,
    size: bytes.length,
    store: bytes.length < STORED_BELOW,
    open: () => once(bytes),
  });
  const data = measured.map(one => ({
    path: one.entry.path,
    size: one.bytes,
    store: one.bytes < STORED_BELOW || one.bytes > STORED_ABOVE,
    open: () => unchanged(input, one),
  }));
  const own = [...texts].map(([path, bytes]) => ofText(path, bytes));
  const below = (folder: string) => (entry: ZipEntry) => entry.path.startsWith(folder);
  const byPath = (a: ZipEntry, b: ZipEntry) => compareText(a.path, b.path);
  yield ofText(NAMES.mimetype, new TextEncoder().encode(MEDIA_TYPE));
  yield* own.filter(entry => !entry.path.includes('/')).sort(byPath);
  yield* [...data, ...own.filter(below('data/'))].sort(byPath);
  yield* own.filter(below('META-INF/')).sort(byPath);
}

/** The bytes of an entry, digested once more on their way out. */
async function* unchanged(input: PackageInput, one: Measured): AsyncIterable<Uint8Array> {
  const digest = input.digests.start();
  for await (const chunk of one.entry.open()) {
    checkCancelled(input.cancellation);
    digest.update(chunk);
    yield chunk;
  }
  if (`sha256:${hex(digest.finish())}` !== one.sha256)
    throw new ProblemError({
      code: 'seal.package.entry-changed',
      message: 'The file changed while the package was written',
      file: one.entry.path,
    });
}
