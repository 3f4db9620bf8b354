// Signs a PDF (PAdES baseline B-B): an incremental update with the signature dictionary, a framed widget and the
// form, then the detached CAdES signature in the hole. The first signature certifies (DocMDP, P = 2).
import { ensure } from '../../base/assert.ts';
import type { Instant } from '../../base/brand.ts';
import { hex } from '../../base/digest.ts';
import { millisecondsOf } from '../../base/instant.ts';
import { failed, ok, type Result } from '../../base/result.ts';
import { signDetached } from '../cms.ts';
import type { Signer } from '../signer.ts';
import { readCertificate, signingObstacle } from '../x509.ts';
import { catchProblem, openPdf, type PdfFile } from './pdf-file.ts';
import { catalogOf, pageAt, signatureFields, type PdfPage } from './pdf-form.ts';
import { arrayOf, dictOf, integerOf, nameOf, printPdf, refTo, textString, withEntries } from './pdf-print.ts';
import { appendUpdate, nextNumber, type NewObject } from './pdf-update.ts';
import { latin1Bytes, type PdfDict, type PdfValue } from './pdf-value.ts';

/** Where and how a signature appears. */
export interface SignatureRequest {
  /** Page, counted from 1. */
  readonly page: number;
  /** Left, bottom, right, top in points from the lower left corner of the page. */
  readonly rect: readonly [number, number, number, number];
  /** Name of the person who signs. */
  readonly name: string;
  readonly reason: string;
  /** Time of signing, written to /M. */
  readonly at: Instant;
}

/** Hexadecimal digits kept for the signature: 16 KiB, enough for a chain and a later timestamp. */
const HOLE_DIGITS = 32_768;
const RANGE_WIDTH = 36;

/** The PDF with one more signature; the bytes given stay an exact prefix of it. */
export async function signPdf(
  pdf: Uint8Array,
  signer: Signer,
  request: SignatureRequest,
): Promise<Result<Uint8Array>> {
  const obstacle = await obstacleOf(signer, request);
  if (obstacle !== undefined) return obstacle;
  const file = await openPdf(pdf);
  if (!file.ok) return file;
  const prepared = await catchProblem(() => prepare(file.value, request));
  if (!prepared.ok) return prepared;
  if (!prepared.value.ok) return prepared.value;
  return fill(prepared.value.value, signer);
}

async function obstacleOf(signer: Signer, request: SignatureRequest): Promise<Result<never> | undefined> {
  const own = await readCertificate(
    ensure(signer.certificateChain[0], 'a Signer holds its own certificate first'),
  );
  if (!own.ok) return own;
  const obstacle = signingObstacle(own.value, request.at);
  if (obstacle !== undefined)
    return failed('seal.signer.unfit', `This identity may not sign now: ${obstacle}`);
  const [left, bottom, right, top] = request.rect;
  if (![left, bottom, right, top].every(Number.isFinite) || right - left < 1 || top - bottom < 1)
    return failed('seal.pdf.rectangle', 'The rectangle of the signature is empty');
  return undefined;
}

interface Prepared {
  readonly bytes: Uint8Array;
  /** Offset of `<` of Contents, and behind its `>`. */
  readonly hole: readonly [number, number];
  readonly rangeAt: number;
}

async function prepare(file: PdfFile, request: SignatureRequest): Promise<Result<Prepared>> {
  const page = await pageAt(file, request.page);
  if (page === undefined) return failed('seal.pdf.page', `The PDF has no page ${request.page}`);
  const fields = await signatureFields(file);
  const first = fields.every(field => field.signature === undefined);
  const signature = nextNumber(file);
  const [widget, appearance, form] = [signature + 1, signature + 2, signature + 3];
  const taken = new Set(fields.map(field => field.name));
  let count = 1;
  while (taken.has(`Signature${count}`)) count += 1;
  const dictionary = printSignature(request, first);
  const objects: NewObject[] = [
    { number: signature, text: dictionary },
    { number: widget, text: printWidget(request, { signature, appearance, page: page.number, count }) },
    { number: appearance, text: printAppearance(request) },
    await annotated(file, page, widget),
    ...(await formAndCatalog(file, { widget, form, signature, certify: first })),
  ];
  const update = await appendUpdate(file, objects);
  const start = ensure(update.offsets.get(signature), 'the signature dictionary was just written');
  const hole = start + dictionary.indexOf('/Contents <') + '/Contents '.length;
  return ok({
    bytes: update.bytes,
    hole: [hole, hole + HOLE_DIGITS + 2],
    rangeAt: start + dictionary.indexOf('/ByteRange ') + '/ByteRange '.length,
  });
}

function printSignature(request: SignatureRequest, certify: boolean): string {
  const time = new Date(millisecondsOf(request.at)).toISOString().replace(/[-:T]/g, '').slice(0, 14);
  const reference =
    '/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P 2 /V /1.2 >> >>]\n';
  return (
    '<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached\n' +
    `/M (D:${time}+00'00')\n/Name ${printPdf(textString(request.name))}\n` +
    `/Reason ${printPdf(textString(request.reason))}\n${certify ? reference : ''}` +
    `/ByteRange ${'[0 0 0 0]'.padEnd(RANGE_WIDTH)}\n/Contents <${'0'.repeat(HOLE_DIGITS)}> >>`
  );
}

function real(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function realOf(value: number): PdfValue {
  return { kind: 'number', text: real(value), value };
}

function printWidget(
  request: SignatureRequest,
  parts: {
    readonly signature: number;
    readonly appearance: number;
    readonly page: number;
    readonly count: number;
  },
): string {
  const dict = dictOf({
    Type: nameOf('Annot'),
    Subtype: nameOf('Widget'),
    FT: nameOf('Sig'),
    T: textString(`Signature${parts.count}`),
    F: integerOf(132),
    Rect: arrayOf(...request.rect.map(realOf)),
    P: refTo(parts.page),
    V: refTo(parts.signature),
    AP: dictOf({ N: refTo(parts.appearance) }),
  });
  return printPdf(dict);
}

/** A frame only: name and date are drawn by the page underneath, in its own embedded font. */
function printAppearance(request: SignatureRequest): string {
  const [left, bottom, right, top] = request.rect;
  const [width, height] = [right - left, top - bottom];
  const content = `q 0.55 G 0.5 w 0.25 0.25 ${real(width - 0.5)} ${real(height - 0.5)} re S Q`;
  const dict = dictOf({
    Type: nameOf('XObject'),
    Subtype: nameOf('Form'),
    BBox: arrayOf(integerOf(0), integerOf(0), realOf(width), realOf(height)),
    Resources: dictOf({}),
    Length: integerOf(content.length),
  });
  return `${printPdf(dict)}\nstream\n${content}\nendstream`;
}

/** The page with one more annotation; an annotation list that is an object of its own is changed instead. */
async function annotated(file: PdfFile, page: PdfPage, widget: number): Promise<NewObject> {
  const stated = page.dict.entries.get('Annots');
  const list = await file.resolve(stated);
  const items = list?.kind === 'array' ? list.items : [];
  const longer = arrayOf(...items, refTo(widget));
  if (stated?.kind === 'ref' && list?.kind === 'array')
    return { number: stated.number, text: printPdf(longer) };
  return { number: page.number, text: printPdf(withEntries(page.dict, { Annots: longer })) };
}

async function formAndCatalog(
  file: PdfFile,
  parts: {
    readonly widget: number;
    readonly form: number;
    readonly signature: number;
    readonly certify: boolean;
  },
): Promise<readonly NewObject[]> {
  const objects: NewObject[] = [];
  const catalog = await catalogOf(file);
  const changes: Record<string, PdfValue> = {};
  const stated = catalog.entries.get('AcroForm');
  const form = await file.resolve(stated);
  const old: PdfDict = form?.kind === 'dict' ? form : dictOf({});
  const list = old.entries.get('Fields');
  const fields = await file.resolve(list);
  const longer = arrayOf(...(fields?.kind === 'array' ? fields.items : []), refTo(parts.widget));
  const separate = list?.kind === 'ref' && fields?.kind === 'array';
  if (separate) objects.push({ number: list.number, text: printPdf(longer) });
  const renewed = withEntries(old, { Fields: separate ? list : longer, SigFlags: integerOf(3) });
  const number = stated?.kind === 'ref' ? stated.number : parts.form;
  objects.push({ number, text: printPdf(renewed) });
  if (stated?.kind !== 'ref') changes['AcroForm'] = refTo(parts.form);
  if (parts.certify) changes['Perms'] = dictOf({ DocMDP: refTo(parts.signature) });
  const version = catalog.entries.get('Version');
  if (parts.certify && !(version?.kind === 'name' && version.value >= '1.7'))
    changes['Version'] = nameOf('1.7');
  if (Object.keys(changes).length > 0)
    objects.push({ number: file.root, text: printPdf(withEntries(catalog, changes)) });
  return objects;
}

async function fill(prepared: Prepared, signer: Signer): Promise<Result<Uint8Array>> {
  const { bytes, hole, rangeAt } = prepared;
  const range = `[0 ${hole[0]} ${hole[1]} ${bytes.length - hole[1]}]`;
  if (range.length > RANGE_WIDTH) return failed('seal.pdf.size', 'The PDF is too large to be signed');
  bytes.set(latin1Bytes(range.padEnd(RANGE_WIDTH)), rangeAt);
  const cms = await signDetached([bytes.subarray(0, hole[0]), bytes.subarray(hole[1])], signer);
  if (!cms.ok) return cms;
  if (cms.value.length * 2 > HOLE_DIGITS)
    return failed(
      'seal.pdf.hole',
      `The signature needs ${cms.value.length} bytes, but ${HOLE_DIGITS / 2} are kept for it; use a shorter certificate chain`,
    );
  bytes.set(latin1Bytes(hex(cms.value)), hole[0] + 1);
  return ok(bytes);
}
