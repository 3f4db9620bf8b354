// Verifies the signatures of a PDF more strictly than the usual readers do: the range covers all but the hole, the
// hole is exactly the Contents string, padding is zero, the last signature ends the file, later updates only signed.
// Says what is intact and who signed; whom to trust is decided elsewhere.
import type { Instant } from '../../base/brand.ts';
import { latin1 } from './pdf-value.ts';
import { parseInstant } from '../../base/instant.ts';
import { failed, ok, type Problem, type Result } from '../../base/result.ts';
import { readDer } from '../asn1.ts';
import { OID } from '../cms.ts';
import { verifyDetached, type CmsFacts } from '../verify-cms.ts';
import { signingObstacle, type CertificateFacts } from '../x509.ts';
import { catchProblem, openPdf, peekObject, type PdfFile } from './pdf-file.ts';
import { catalogOf, decodeText, signatureFields, type SignatureField } from './pdf-form.ts';
import { canonicalPdf } from './pdf-print.ts';
import type { PdfDict, PdfValue } from './pdf-value.ts';
import { forbiddenChange } from './revisions.ts';
import { startOffset } from './xref.ts';

/** One right signature. */
export interface PdfSignature {
  readonly field: string;
  readonly name: string;
  readonly reason: string;
  /** Time the signer claims (/M). */
  readonly at: Instant;
  readonly signer: CertificateFacts;
  readonly certificates: readonly CertificateFacts[];
  /** Bytes that this signature covers, from the beginning of the file; the hole apart. */
  readonly revisionEnd: number;
}

/** All signatures of a PDF in the order of signing, or the first thing that is wrong. */
export async function verifyPdf(pdf: Uint8Array): Promise<Result<readonly PdfSignature[]>> {
  const file = await openPdf(pdf);
  if (!file.ok) return file;
  const checked = await catchProblem(() => verifyFile(file.value));
  return checked.ok ? checked.value : checked;
}

/** The parts that an outside tool needs to check a signature: the signed bytes and the CMS structure. */
export async function extractSignature(
  pdf: Uint8Array,
  index = -1,
): Promise<Result<{ readonly signedBytes: readonly Uint8Array[]; readonly cms: Uint8Array }>> {
  const file = await openPdf(pdf);
  if (!file.ok) return file;
  const found = await catchProblem(() => readSignatures(file.value));
  if (!found.ok) return found;
  if (!found.value.ok) return found.value;
  const signature = found.value.value.at(index);
  if (signature === undefined) return refuse('unsigned', 'The PDF has no such signature');
  return ok({ signedBytes: signedBytes(file.value, signature), cms: signature.cms });
}

function refuse(code: string, message: string): Result<never> {
  return failed(`seal.pdf.${code}`, message);
}

interface FoundSignature {
  readonly field: SignatureField;
  readonly number: number;
  readonly dict: PdfDict;
  readonly hole: readonly [number, number];
  readonly end: number;
  readonly cms: Uint8Array;
}

function signedBytes(file: PdfFile, signature: FoundSignature): readonly Uint8Array[] {
  return [file.bytes.subarray(0, signature.hole[0]), file.bytes.subarray(signature.hole[1], signature.end)];
}

async function verifyFile(file: PdfFile): Promise<Result<readonly PdfSignature[]>> {
  const found = await readSignatures(file);
  if (!found.ok) return found;
  const signatures = found.value;
  const last = signatures.at(-1);
  if (last === undefined) return refuse('unsigned', 'The PDF is not signed');
  if (last.end !== file.bytes.length)
    return refuse(
      'not-total',
      'Bytes follow the end of the last signature: not the total document is signed',
    );
  const detached = detachedSignature(file, signatures);
  if (detached !== undefined) return detached;
  const verified: PdfSignature[] = [];
  for (const [index, signature] of signatures.entries()) {
    const one = await verifyOne(file, signature, index + 1);
    if (!one.ok) return one;
    verified.push(one.value);
  }
  const changed = await changeProblem(file, signatures);
  return changed ?? ok(verified);
}

/** Finds all signatures, each with its range checked against the place of its Contents. */
async function readSignatures(file: PdfFile): Promise<Result<readonly FoundSignature[]>> {
  const signatures: FoundSignature[] = [];
  for (const field of await signatureFields(file)) {
    if (field.signature === undefined) continue;
    const found = await readSignature(file, field, field.signature);
    if (!found.ok) return found;
    signatures.push(found.value);
  }
  signatures.sort((a, b) => a.end - b.end);
  const same = signatures.some((one, index) => one.end === signatures[index + 1]?.end);
  return same ? refuse('range', 'Two signatures claim the same revision') : ok(signatures);
}

async function readSignature(
  file: PdfFile,
  field: SignatureField,
  number: number,
): Promise<Result<FoundSignature>> {
  const dict = await file.object(number);
  if (dict?.kind !== 'dict' || file.entries.get(number)?.kind !== 'offset')
    return refuse('dictionary', `Field ${field.name} names no signature dictionary`);
  const form = dict.entries.get('SubFilter');
  if (form?.kind !== 'name' || form.value !== 'ETSI.CAdES.detached')
    return refuse('form', `Field ${field.name} is not signed as ETSI.CAdES.detached`);
  const contents = dict.entries.get('Contents');
  if (contents?.kind !== 'string' || !contents.hex)
    return refuse('contents', `Field ${field.name} holds no hexadecimal Contents`);
  const range = numbersOf(dict.entries.get('ByteRange'));
  const [from, until, resume, length] = range;
  const exact = range.length === 4 && from === 0 && until === contents.start && resume === contents.end;
  const end = contents.end + (length ?? -1);
  if (!exact || length === undefined || length < 0 || end > file.bytes.length)
    return refuse('range', `The signed range of ${field.name} is not everything but its signature`);
  const cms = cmsOf(file.bytes.subarray(contents.start + 1, contents.end - 1), contents.bytes);
  if (cms === undefined)
    return refuse('padding', `The space around the signature of ${field.name} holds something else`);
  return ok({ field, number, dict, hole: [contents.start, contents.end], end, cms });
}

function numbersOf(value: PdfValue | undefined): readonly number[] {
  if (value?.kind !== 'array') return [];
  return value.items.map(item =>
    item.kind === 'number' && /^\d{1,15}$/.test(item.text) ? item.value : Number.NaN,
  );
}

/** The structure in the hole; undefined unless all digits are of one case and the rest of them is zero. */
function cmsOf(digits: Uint8Array, bytes: Uint8Array): Uint8Array | undefined {
  const text = latin1(digits);
  if (!/^(?:[0-9a-f]*|[0-9A-F]*)$/.test(text) || digits.length % 2 !== 0) return undefined;
  const length = readDer(bytes)?.length ?? 0;
  const padding = bytes.subarray(length);
  return length === 0 || padding.some(byte => byte !== 0) ? undefined : bytes.subarray(0, length);
}

/** A signature dictionary that no field holds any more was cut off. */
function detachedSignature(file: PdfFile, signatures: readonly FoundSignature[]): Result<never> | undefined {
  const known = new Set(signatures.map(signature => signature.number));
  for (const section of file.sections)
    for (const [number, entry] of section.entries) {
      if (entry.kind !== 'offset' || known.has(number)) continue;
      const value = peekObject(file.bytes, entry.offset);
      if (value?.kind === 'dict' && value.entries.has('ByteRange'))
        return refuse('detached', `Object ${number} is a signature that no field holds`);
    }
  return undefined;
}

async function verifyOne(file: PdfFile, found: FoundSignature, index: number): Promise<Result<PdfSignature>> {
  const cms = await verifyDetached(found.cms, signedBytes(file, found));
  if (!cms.ok) return named(cms.problem, index);
  const form = formProblem(cms.value);
  if (form !== undefined) return named({ code: 'seal.pdf.form', message: form }, index);
  const at = timeOf(found.dict.entries.get('M'));
  if (at === undefined) return refuse('time', `Signature ${index}: the time of signing (/M) is missing`);
  const obstacle = signingObstacle(cms.value.signer, at);
  if (obstacle !== undefined) return refuse('signer', `Signature ${index}: ${obstacle}`);
  return ok({
    field: found.field.name,
    name: textOf(found.dict.entries.get('Name')),
    reason: textOf(found.dict.entries.get('Reason')),
    at,
    signer: cms.value.signer,
    certificates: cms.value.certificates,
    revisionEnd: found.end,
  });
}

function named(problem: Problem, index: number): Result<never> {
  return failed(problem.code, `Signature ${index}: ${problem.message}`);
}

/** Signatures with just our three attributes must be in our one form; others were made by other programs. */
function formProblem(cms: CmsFacts): string | undefined {
  const ours: readonly string[] = [OID.contentType, OID.messageDigest, OID.signingCertificateV2];
  const claimsOurs =
    cms.signedAttributes.length === 3 && cms.signedAttributes.every(type => ours.includes(type));
  return claimsOurs && !cms.canonical
    ? 'the signature structure was altered around its signed part'
    : undefined;
}

function textOf(value: PdfValue | undefined): string {
  return value?.kind === 'string' ? decodeText(value.bytes) : '';
}

/** `D:YYYYMMDDhhmmss` with an offset, as an instant. */
function timeOf(value: PdfValue | undefined): Instant | undefined {
  const match = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(Z|[+-]\d\d'?\d\d)?/.exec(textOf(value));
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, offset = 'Z'] = match;
  const zone = offset === 'Z' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
  return parseInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
}

/** Each revision that was signed must stand whole in the file, and what came later must only have signed. */
async function changeProblem(
  file: PdfFile,
  signatures: readonly FoundSignature[],
): Promise<Result<never> | undefined> {
  const known = new Set(file.sections.map(section => section.offset));
  let before: PdfFile | undefined;
  for (const [index, signature] of signatures.entries()) {
    const bytes = file.bytes.subarray(0, signature.end);
    if (
      !/startxref\s+\d+\s+%%EOF[\r\n]{0,2}$/.test(latin1(bytes.subarray(-64))) ||
      !known.has(startOffset(bytes))
    )
      return refuse('revision', `Signature ${index + 1} does not end with a revision of the file`);
    const revision = await openPdf(bytes);
    if (!revision.ok) return named(revision.problem, index + 1);
    const change = before === undefined ? undefined : await forbiddenChange(before, revision.value);
    if (change !== undefined)
      return refuse('changed', `The content changed after signature ${index}: ${change}`);
    const permission = await permissionProblem(revision.value, signatures, index);
    if (permission !== undefined) return refuse('permission', permission);
    before = revision.value;
  }
  return undefined;
}

/** The certifying signature must be the first one and must allow what followed. */
async function permissionProblem(
  revision: PdfFile,
  signatures: readonly FoundSignature[],
  index: number,
): Promise<string | undefined> {
  const permissions = await revision.resolve((await catalogOf(revision)).entries.get('Perms'));
  const certified = permissions?.kind === 'dict' ? permissions.entries.get('DocMDP') : undefined;
  const first = signatures[0];
  if (certified === undefined || first === undefined) return undefined;
  if (certified.kind !== 'ref' || certified.number !== first.number)
    return 'The permissions of the document name another signature than the first';
  const forbids = canonicalPdf(first.dict.entries.get('Reference')).includes('/P 1');
  return forbids && index > 0
    ? 'The first signature allows no later changes, not even signatures'
    : undefined;
}
