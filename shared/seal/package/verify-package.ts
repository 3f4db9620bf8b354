// Verifies a sealed package: the zip, the fixed layout, both manifests, the tag files, all signatures, custody and
// checkpoint, the signed report and the engagement inside. Whatever is wrong is said with the name of the file.
import type { Instant } from '../../base/brand.ts';
import { hex, type Digests } from '../../base/digest.ts';
import { compareText } from '../../base/order.ts';
import { printProblem } from '../../base/result.ts';
import type { RandomAccess } from '../../base/source.ts';
import { parseEngagement } from '../../records/engagement-file.ts';
import type { CustodyEntry, Engagement } from '../../records/engagement.ts';
import { checkCustody, parseCheckpoint, parseCustodyLog } from '../checkpoint.ts';
import { merkleRoot } from '../merkle.ts';
import { verifyPdf } from '../pdf-signature/verify-pdf.ts';
import type { Checklist } from '../verification-report.ts';
import type { CertificateFacts } from '../x509.ts';
import {
  BAGIT,
  MEDIA_TYPE,
  NAMES,
  parseAsicManifest,
  parseManifest,
  pathObstacle,
  printBagInfo,
  TAG_FILES,
  type ListedFile,
} from './layout.ts';
import { checkSignatures, futureFault, type PackageSigner } from './package-signatures.ts';
import { readPackageZip } from './package-zip.ts';
import { readPackage, type ReadOptions, type ReadPackage } from './read-package.ts';

/** What a package says of its maker, as far as it could be read. */
export interface PackageOutcome {
  readonly signer?: PackageSigner;
  readonly at?: Instant;
  readonly throwaway: boolean;
}

/** Runs all checks on a package. */
export async function verifyPackage(
  source: RandomAccess,
  options: ReadOptions & { readonly at: Instant },
  list: Checklist,
): Promise<PackageOutcome> {
  const entries = await readPackageZip(source);
  if (!entries.ok) {
    list.add('container', '', [entries.problem.message]);
    return { throwaway: false };
  }
  list.add('container', `${entries.value.length} entries, every byte accounted for`);
  const read = await readPackage(entries.value, options);
  const paths = entries.value.map(entry => entry.path);
  list.add('contents', `${read.files.size} files read, checksums right`, read.faults);
  checkLayout(paths, read, list);
  checkManifest(read, list);
  checkTagFiles(read, list);
  checkAsicManifest(read, list);
  checkFacts(read, options.at, list);
  const signer = await checkSignatures(read, options.digests, list);
  const custody = checkCustodyFiles(read, options.digests, list);
  checkEngagement(read, custody, list);
  await checkReport(read, signer?.certificate, list);
  const throwaway = read.facts?.signer.throwaway === true;
  return {
    throwaway,
    ...(signer === undefined ? {} : { signer }),
    ...(read.facts === undefined ? {} : { at: read.facts.at }),
  };
}

function textOf(read: ReadPackage, path: string): string {
  return new TextDecoder().decode(read.kept.get(path) ?? new Uint8Array());
}

function checkLayout(paths: readonly string[], read: ReadPackage, list: Checklist): void {
  const fixed: readonly string[] = Object.values(NAMES);
  const faults = fixed.filter(path => !paths.includes(path)).map(path => `${path} is missing`);
  for (const path of paths) {
    const obstacle = path.startsWith('data/') ? pathObstacle(path) : undefined;
    if (obstacle !== undefined) faults.push(`${path} ${obstacle}`);
    if (!path.startsWith('data/') && !fixed.includes(path))
      faults.push(`${path} does not belong into a package`);
  }
  if (paths[0] !== NAMES.mimetype || textOf(read, NAMES.mimetype) !== MEDIA_TYPE)
    faults.push('mimetype is not the first entry, or names another type');
  list.add('layout', 'All fixed members are there and nothing else', faults);
}

/** Compares a list with what is there: missing, changed and extra files, by name. */
function compareFiles(
  read: ReadPackage,
  files: readonly ListedFile[],
  belongs: (path: string) => boolean,
  source: string,
): readonly string[] {
  const faults: string[] = [];
  const known = new Set(files.map(file => file.path));
  for (const { path, sha256 } of files) {
    const there = read.files.get(path);
    if (there === undefined) faults.push(`${path} is missing (listed in ${source})`);
    else if (there.sha256 !== sha256) faults.push(`${path} was changed (its digest in ${source} is another)`);
  }
  for (const path of read.files.keys())
    if (belongs(path) && !known.has(path)) faults.push(`${path} is extra (not listed in ${source})`);
  return faults.sort(compareText);
}

function checkManifest(read: ReadPackage, list: Checklist): void {
  const files = parseManifest(textOf(read, NAMES.manifest));
  const faults =
    files === undefined
      ? [`${NAMES.manifest} is malformed`]
      : compareFiles(read, files, path => path.startsWith('data/'), NAMES.manifest);
  list.add('manifest', `${files?.length ?? 0} files below data/ are as listed`, faults);
}

function checkTagFiles(read: ReadPackage, list: Checklist): void {
  const files = parseManifest(textOf(read, NAMES.tagManifest));
  const faults =
    files === undefined
      ? [`${NAMES.tagManifest} is malformed`]
      : [...compareFiles(read, files, path => TAG_FILES.includes(path), NAMES.tagManifest)];
  if (textOf(read, NAMES.bagit) !== BAGIT) faults.push(`${NAMES.bagit} is malformed`);
  const payload = [...read.files].filter(([path]) => path.startsWith('data/')).map(([, file]) => file.bytes);
  const bytes = payload.reduce((sum, size) => sum + size, 0);
  if (read.facts !== undefined) {
    const { title, at, version } = read.facts;
    const expected = printBagInfo({
      caseId: read.facts.case,
      title,
      at,
      version,
      bytes,
      files: payload.length,
    });
    if (textOf(read, NAMES.bagInfo) !== expected) faults.push(`${NAMES.bagInfo} contradicts the package`);
  }
  list.add('tag-files', 'The tag files of the bag are as listed', faults);
}

function checkAsicManifest(read: ReadPackage, list: Checklist): void {
  const files = parseAsicManifest(textOf(read, NAMES.asicManifest));
  const covered = (path: string) => path !== NAMES.mimetype && !path.startsWith('META-INF/');
  const faults =
    files === undefined
      ? [`${NAMES.asicManifest} is malformed`]
      : compareFiles(read, files, covered, NAMES.asicManifest);
  list.add('asic-manifest', `${files?.length ?? 0} files are as listed`, faults);
}

const UNSTATED: readonly string[] = [NAMES.packageFacts, NAMES.checkpointSignature];

function checkFacts(read: ReadPackage, now: Instant, list: Checklist): void {
  if (read.facts === undefined) {
    list.add('facts', '', [`${NAMES.packageFacts} is missing or malformed`]);
    return;
  }
  const faults: string[] = [...futureFault(read.facts.at, now)];
  const stated = new Map(read.facts.files.map(file => [file.path, file]));
  for (const [path, file] of read.files) {
    if (!path.startsWith('data/') || UNSTATED.includes(path)) continue;
    const claim = stated.get(path);
    if (claim?.sha256 !== file.sha256 || claim.bytes !== file.bytes)
      faults.push(`${path} is not as ${NAMES.packageFacts} states it`);
  }
  for (const path of stated.keys()) if (!read.files.has(path)) faults.push(`${path} is missing`);
  list.add('facts', `${NAMES.packageFacts} states every file, sealed ${read.facts.at}`, faults);
}

function checkCustodyFiles(
  read: ReadPackage,
  digests: Digests,
  list: Checklist,
): readonly CustodyEntry[] | undefined {
  const custody = parseCustodyLog(textOf(read, NAMES.custodyLog));
  const checkpoint = parseCheckpoint(textOf(read, NAMES.checkpoint));
  if (!custody.ok || !checkpoint.ok) {
    const faults: string[] = [];
    if (!custody.ok) faults.push(`${NAMES.custodyLog}: ${printProblem(custody.problem)}`);
    if (!checkpoint.ok) faults.push(`${NAMES.checkpoint}: ${printProblem(checkpoint.problem)}`);
    list.add('custody', '', faults);
    return undefined;
  }
  const whole = checkCustody(digests, custody.value, checkpoint.value);
  const faults = whole.ok ? [] : [`${NAMES.custodyLog}: ${printProblem(whole.problem)}`];
  if (read.facts !== undefined && checkpoint.value.case !== read.facts.case)
    faults.push(`${NAMES.checkpoint} is of another case`);
  list.add('custody', `${custody.value.length} entries, the chain ends as the checkpoint says`, faults);
  checkCommitment(read, checkpoint.value, digests, list);
  return custody.value;
}

/** The checkpoint commits to the files under their salts. */
function checkCommitment(
  read: ReadPackage,
  checkpoint: { readonly files: number; readonly filesRoot: string },
  digests: Digests,
  list: Checklist,
): void {
  const leaves: Uint8Array[] = [];
  for (const path of [...read.files.keys()].sort(compareText)) {
    const leaf = read.files.get(path)?.leaf;
    if (leaf !== undefined) leaves.push(leaf);
  }
  const same =
    leaves.length === checkpoint.files && hex(merkleRoot(digests, leaves)) === checkpoint.filesRoot;
  list.add(
    'commitment',
    `The checkpoint commits to ${leaves.length} files`,
    same ? [] : [`${NAMES.checkpoint} commits to other files than the package holds`],
  );
}

function checkEngagement(
  read: ReadPackage,
  custody: readonly CustodyEntry[] | undefined,
  list: Checklist,
): void {
  const parsed = engagementOf(textOf(read, NAMES.engagement));
  if (typeof parsed === 'string') {
    list.add('engagement', '', [`${NAMES.engagement}: ${parsed}`]);
    return;
  }
  const faults: string[] = [];
  if (parsed.secret !== undefined)
    faults.push(`${NAMES.engagement} still holds the secret of the engagement`);
  if (read.facts !== undefined && parsed.header.id !== read.facts.case)
    faults.push(`${NAMES.engagement} is of another case`);
  const differs = parsed.custody.some((entry, index) => custody?.[index]?.hash !== entry.hash);
  if (custody !== undefined && differs)
    faults.push(`${NAMES.engagement} holds other custody entries than ${NAMES.custodyLog}`);
  list.add('engagement', `${NAMES.engagement} is a ${parsed.schema}`, faults);
}

function engagementOf(text: string): Engagement | string {
  try {
    const parsed = parseEngagement(JSON.parse(text), NAMES.engagement);
    return parsed.ok ? parsed.value : parsed.problem.message;
  } catch {
    return 'is no JSON';
  }
}

async function checkReport(
  read: ReadPackage,
  signer: CertificateFacts | undefined,
  list: Checklist,
): Promise<void> {
  const pdf = read.kept.get(NAMES.report);
  if (pdf === undefined) {
    list.add('report', '', [`${NAMES.report} is missing`]);
    return;
  }
  const verified = await verifyPdf(pdf);
  if (!verified.ok) {
    list.add('report', '', [`${NAMES.report}: ${printProblem(verified.problem)}`]);
    return;
  }
  const same = verified.value.some(one => one.signer.fingerprint === signer?.fingerprint);
  const who = verified.value.map(one => one.signer.subject).join('; ');
  list.add(
    'report',
    `${NAMES.report} is signed ${verified.value.length} time(s), by ${who}`,
    same ? [] : [`${NAMES.report} is not signed by the signer of the package`],
  );
}
