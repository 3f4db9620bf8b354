// The fixed shape of a package: names, the rule for paths below data/, and the texts that list files with their
// digests. Every text has one spelling: its printer; readers print again what they read and compare.
import { fromBase64, toBase64 } from '../../base/base64.ts';
import type { Digest, Instant } from '../../base/brand.ts';
import { fromHex, hex } from '../../base/digest.ts';
import { compareText } from '../../base/order.ts';

/** Media type of ASiC-E, the whole content of `mimetype`. */
export const MEDIA_TYPE = 'application/vnd.etsi.asic-e+zip';

/** Names of the fixed members. */
export const NAMES = {
  mimetype: 'mimetype',
  readme: 'README.txt',
  bagit: 'bagit.txt',
  bagInfo: 'bag-info.txt',
  manifest: 'manifest-sha256.txt',
  tagManifest: 'tagmanifest-sha256.txt',
  report: 'data/report/report.pdf',
  engagement: 'data/engagement.json',
  custodyLog: 'data/custody/log.jsonl',
  checkpoint: 'data/custody/checkpoint.json',
  checkpointSignature: 'data/custody/checkpoint.p7s',
  packageFacts: 'data/vouch-package.json',
  asicManifest: 'META-INF/ASiCManifest.xml',
  asicSignature: 'META-INF/signature.p7s',
  manifestSignature: 'META-INF/manifest-sha256.p7s',
  statement: 'META-INF/vouch.dsse.json',
} as const;

/** Members of data/ that the package writer makes itself. */
export const OWN_DATA: readonly string[] = [
  NAMES.custodyLog,
  NAMES.checkpoint,
  NAMES.checkpointSignature,
  NAMES.packageFacts,
];

/** Tag files of the bag, in the order of the tag manifest. */
export const TAG_FILES: readonly string[] = [NAMES.readme, NAMES.bagInfo, NAMES.bagit, NAMES.manifest];

/** A file and its digest. */
export interface ListedFile {
  readonly path: string;
  readonly sha256: Digest;
}

/** Why a path may not stand below data/; undefined when it may. Lower-case ASCII, so that no system renames it. */
export function pathObstacle(path: string): string | undefined {
  if (path.length > 120) return 'is longer than 120 characters';
  const parts = path.split('/');
  if (parts[0] !== 'data' || parts.length < 2) return 'is not below data/';
  if (!parts.every(part => /^[a-z0-9_][a-z0-9._-]*$/.test(part) && !part.endsWith('.')))
    return 'has other characters than a-z, 0-9, dot, hyphen and underscore';
  return parts.some(part => /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/.test(part))
    ? 'is a reserved name'
    : undefined;
}

/** `manifest-sha256.txt`: what `sha256sum -c` reads, in LC_ALL=C order. */
export function printManifest(files: readonly ListedFile[]): string {
  const sorted = [...files].sort((a, b) => compareText(a.path, b.path));
  return sorted.map(({ path, sha256 }) => `${sha256.slice('sha256:'.length)}  ${path}\n`).join('');
}

/** Reads a manifest; undefined when it is not in its one spelling. */
export function parseManifest(text: string): readonly ListedFile[] | undefined {
  const files: ListedFile[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    const [, digest, path] = /^([0-9a-f]{64}) {2}(\S+)$/.exec(line) ?? [];
    if (digest === undefined || path === undefined) return undefined;
    files.push({ path, sha256: `sha256:${digest}` as Digest });
  }
  return printManifest(files) === text ? files : undefined;
}

const ASIC_HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n' +
  '<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n' +
  `  <asic:SigReference URI="${NAMES.asicSignature}" MimeType="application/pkcs7-signature"/>\n`;
const ASIC_TAIL = '</asic:ASiCManifest>\n';

/** `ASiCManifest.xml` (EN 319 162-1): one reference per file. */
export function printAsicManifest(files: readonly ListedFile[]): string {
  const sorted = [...files].sort((a, b) => compareText(a.path, b.path));
  const lines = sorted.map(
    ({ path, sha256 }) =>
      `  <asic:DataObjectReference URI="${path}">` +
      '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>' +
      `<ds:DigestValue>${toBase64(fromHex(sha256.slice('sha256:'.length)))}</ds:DigestValue>` +
      '</asic:DataObjectReference>\n',
  );
  return `${ASIC_HEAD}${lines.join('')}${ASIC_TAIL}`;
}

/** Reads an ASiC manifest of ours; undefined when it is not in its one spelling. */
export function parseAsicManifest(text: string): readonly ListedFile[] | undefined {
  const files: ListedFile[] = [];
  for (const [, path, value] of text.matchAll(/URI="([^"<>&]+)">.*<ds:DigestValue>([^<]+)</g)) {
    const digest = fromBase64(value ?? '');
    if (path === undefined || digest === undefined) return undefined;
    files.push({ path, sha256: `sha256:${hex(digest)}` as Digest });
  }
  return printAsicManifest(files) === text ? files : undefined;
}

/** `bagit.txt` of BagIt 1.0. */
export const BAGIT = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';

/** `bag-info.txt`. */
export function printBagInfo(facts: {
  readonly caseId: string;
  readonly title: string;
  readonly at: Instant;
  readonly version: string;
  readonly bytes: number;
  readonly files: number;
}): string {
  return [
    `Bag-Software-Agent: Vouch ${oneLine(facts.version)}`,
    `Bagging-Date: ${facts.at.slice(0, 10)}`,
    `External-Description: ${oneLine(facts.title)}`,
    `External-Identifier: ${oneLine(facts.caseId)}`,
    `Payload-Oxum: ${facts.bytes}.${facts.files}`,
    '',
  ].join('\n');
}

/** A text without line ends. */
export function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, ' ');
}
