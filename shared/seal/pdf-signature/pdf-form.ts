// Pages and signature fields of an opened PDF: what signing adds to and what verifying looks at.
import { malformed, type PdfDict, type PdfValue } from './pdf-value.ts';
import type { PdfFile } from './pdf-file.ts';

/** A page: its object number and dictionary. */
export interface PdfPage {
  readonly number: number;
  readonly dict: PdfDict;
}

/** A signature field of the form. */
export interface SignatureField {
  readonly number: number;
  readonly dict: PdfDict;
  readonly name: string;
  /** Object number of its signature dictionary, when it is signed. */
  readonly signature?: number;
}

const DEEPEST = 64;
const MOST_FIELDS = 10_000;

/** The catalog. */
export async function catalogOf(file: PdfFile): Promise<PdfDict> {
  return dictAt(file, file.root, 'the catalog');
}

/** The dictionary that a number names. */
export async function dictAt(file: PdfFile, number: number, what: string): Promise<PdfDict> {
  const value = await file.object(number);
  if (value?.kind !== 'dict') throw malformed(`${what} is no dictionary`, 0);
  return value;
}

/** Walks the pages in order until `visit` returns false. */
export async function walkPages(
  file: PdfFile,
  visit: (page: PdfPage, index: number) => boolean,
): Promise<void> {
  const seen = new Set<number>();
  let index = 0;
  const walk = async (value: PdfValue | undefined, depth: number): Promise<boolean> => {
    if (value?.kind !== 'ref' || depth > DEEPEST || seen.has(value.number))
      throw malformed('the page tree is no tree', 0);
    seen.add(value.number);
    const node = await dictAt(file, value.number, 'a page');
    const kids = await file.resolve(node.entries.get('Kids'));
    if (kids?.kind !== 'array') return visit({ number: value.number, dict: node }, index++);
    for (const kid of kids.items) if (!(await walk(kid, depth + 1))) return false;
    return true;
  };
  await walk((await catalogOf(file)).entries.get('Pages'), 0);
}

/** The page of a number counted from 1, or undefined. */
export async function pageAt(file: PdfFile, wanted: number): Promise<PdfPage | undefined> {
  let found: PdfPage | undefined;
  await walkPages(file, (page, index) => {
    if (index === wanted - 1) found = page;
    return found === undefined;
  });
  return found;
}

/** All signature fields, in the order of the form. */
export async function signatureFields(file: PdfFile): Promise<readonly SignatureField[]> {
  const form = await file.resolve((await catalogOf(file)).entries.get('AcroForm'));
  const fields: SignatureField[] = [];
  const seen = new Set<number>();
  const walk = async (value: PdfValue, prefix: string, depth: number): Promise<void> => {
    if (value.kind !== 'ref' || depth > DEEPEST || seen.has(value.number) || seen.size > MOST_FIELDS)
      throw malformed('the form fields are no tree', 0);
    seen.add(value.number);
    const dict = await dictAt(file, value.number, 'a form field');
    const title = dict.entries.get('T');
    const own = title?.kind === 'string' ? decodeText(title.bytes) : '';
    const name = [prefix, own].filter(part => part !== '').join('.');
    const kids = await file.resolve(dict.entries.get('Kids'));
    if (kids?.kind === 'array') for (const kid of kids.items) await walk(kid, name, depth + 1);
    const type = dict.entries.get('FT');
    if (type?.kind !== 'name' || type.value !== 'Sig') return;
    const signed = dict.entries.get('V');
    if (signed !== undefined && signed.kind !== 'ref' && signed.kind !== 'null')
      throw malformed('a signature dictionary is not an object of its own', 0);
    fields.push({
      number: value.number,
      dict,
      name,
      ...(signed?.kind === 'ref' ? { signature: signed.number } : {}),
    });
  };
  if (form?.kind !== 'dict') return [];
  const list = await file.resolve(form.entries.get('Fields'));
  if (list?.kind === 'array') for (const field of list.items) await walk(field, '', 0);
  return fields;
}

/** Text of a PDF text string: UTF-16BE with mark, else Latin-1. */
export function decodeText(bytes: Uint8Array): string {
  let text = '';
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    for (let i = 2; i + 1 < bytes.length; i += 2)
      text += String.fromCharCode(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  else for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
