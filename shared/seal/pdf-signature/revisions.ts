// What an incremental update changed, and whether that is harmless after a signature: only signing itself may
// have happened. Compared are objects, not bytes: every number whose place differs between the two revisions.
//
//   signed ──► allowed: new signature field + dictionary + appearance, form, page /Annots, catalog
//                       AcroForm/Perms/DSS/Version/Extensions; anything else = content changed
import type { PdfFile } from './pdf-file.ts';
import { catalogOf, walkPages, type PdfPage } from './pdf-form.ts';
import { canonicalPdf } from './pdf-print.ts';
import type { PdfDict, PdfValue } from './pdf-value.ts';
import type { XrefEntry } from './xref.ts';

/** Says what a later revision changed that it must not; undefined when the update is harmless. */
export async function forbiddenChange(before: PdfFile, after: PdfFile): Promise<string | undefined> {
  const trailer = trailerChange(before, after);
  if (trailer !== undefined) return trailer;
  const changed = changedNumbers(before, after);
  const pages: PdfPage[] = [];
  await walkPages(before, page => pages.push(page) > 0);
  const context: Context = {
    before,
    after,
    pages: new Set(pages.map(page => page.number)),
    annotations: annotationLists(pages),
    ...(await formOf(before, after)),
    added: new Set(changed.filter(number => !exists(before, number))),
    reached: new Set(),
  };
  for (const number of changed) {
    if (context.added.has(number)) continue;
    const problem = await existingChange(context, number);
    if (problem !== undefined) return problem;
  }
  return (await strayObject(context)) ?? (await danglingProblem(context));
}

interface Context {
  readonly before: PdfFile;
  readonly after: PdfFile;
  readonly pages: ReadonlySet<number>;
  readonly annotations: ReadonlySet<number>;
  readonly form: number | undefined;
  readonly fieldList: number | undefined;
  readonly added: ReadonlySet<number>;
  /** New objects that an allowed change leads to. */
  readonly reached: Set<number>;
}

function trailerChange(before: PdfFile, after: PdfFile): string | undefined {
  for (const key of ['Root', 'Info'])
    if (canonicalPdf(before.trailer.entries.get(key)) !== canonicalPdf(after.trailer.entries.get(key)))
      return `the trailer names another ${key}`;
  return undefined;
}

function exists(file: PdfFile, number: number): boolean {
  return (file.entries.get(number)?.kind ?? 'free') !== 'free';
}

/** Numbers whose object stands elsewhere in the later revision, or whose container does. */
function changedNumbers(before: PdfFile, after: PdfFile): readonly number[] {
  const place = (file: PdfFile, entry: XrefEntry | undefined): string => {
    if (entry?.kind === 'offset') return `${entry.offset} ${entry.generation}`;
    if (entry?.kind === 'packed')
      return `in ${entry.container} ${entry.index} ${place(file, file.entries.get(entry.container))}`;
    return 'free';
  };
  const numbers = new Set([...before.entries.keys(), ...after.entries.keys()]);
  return [...numbers]
    .filter(number => place(before, before.entries.get(number)) !== place(after, after.entries.get(number)))
    .sort((a, b) => a - b);
}

function annotationLists(pages: readonly PdfPage[]): ReadonlySet<number> {
  const lists = new Set<number>();
  for (const page of pages) {
    const stated = page.dict.entries.get('Annots');
    if (stated?.kind === 'ref') lists.add(stated.number);
  }
  return lists;
}

async function formOf(
  before: PdfFile,
  after: PdfFile,
): Promise<{ readonly form: number | undefined; readonly fieldList: number | undefined }> {
  const stated = (await catalogOf(before)).entries.get('AcroForm');
  const form = await before.resolve(stated);
  const list = form?.kind === 'dict' ? form.entries.get('Fields') : undefined;
  const later = (await catalogOf(after)).entries.get('AcroForm');
  const number = stated?.kind === 'ref' && later?.kind === 'ref' ? stated.number : undefined;
  return { form: number, fieldList: list?.kind === 'ref' ? list.number : undefined };
}

/** Whether the change of an object that was signed is one of the allowed ones. */
async function existingChange(context: Context, number: number): Promise<string | undefined> {
  const { before, after } = context;
  const [old, current] = [await before.object(number), await after.object(number)];
  if (current === undefined) return `object ${number} was removed`;
  if (number === before.root) return catalogChange(context, old, current);
  if (number === context.form) return formChange(context, old, current);
  if (number === context.fieldList || context.annotations.has(number))
    return listChange(context, number, old, current);
  if (context.pages.has(number)) return pageChange(context, number, old, current);
  if (isOpenField(old) && current.kind === 'dict') return fieldFilled(context, number, old, current);
  return `object ${number} was changed`;
}

/** A quarter of an A4 page, in square points. */
const LARGEST_AREA = 125_000;
const CATALOG_KEYS = ['AcroForm', 'Perms', 'DSS', 'Version', 'Extensions'];

async function catalogChange(
  context: Context,
  old: PdfValue | undefined,
  current: PdfValue,
): Promise<string | undefined> {
  if (old?.kind !== 'dict' || current.kind !== 'dict') return 'the catalog was replaced';
  if (differs(old, current, CATALOG_KEYS)) return 'the catalog was changed beyond what signing needs';
  const [permission, later] = [old.entries.get('Perms'), current.entries.get('Perms')];
  if (permission !== undefined && canonicalPdf(permission) !== canonicalPdf(later))
    return 'the permissions set by the first signature were changed';
  await reach(context, current.entries.get('DSS'));
  const [oldForm, newForm] = [old.entries.get('AcroForm'), current.entries.get('AcroForm')];
  if (canonicalPdf(oldForm) === canonicalPdf(newForm)) return undefined;
  if (newForm?.kind === 'ref') context.reached.add(newForm.number);
  return formChange(context, await context.before.resolve(oldForm), await context.after.resolve(newForm));
}

async function formChange(
  context: Context,
  old: PdfValue | undefined,
  current: PdfValue | undefined,
): Promise<string | undefined> {
  if (current?.kind !== 'dict' || (old !== undefined && old.kind !== 'dict')) return 'the form was replaced';
  const empty: PdfDict = { kind: 'dict', entries: new Map() };
  if (differs(old ?? empty, current, ['Fields', 'SigFlags']))
    return 'the form was changed beyond its signatures';
  const flags = current.entries.get('SigFlags');
  if (flags?.kind !== 'number' || flags.value !== 3) return 'the form no longer says that it is signed';
  const [was, is] = [old?.entries.get('Fields'), current.entries.get('Fields')];
  if (is?.kind === 'ref') context.reached.add(is.number);
  return listChange(context, undefined, await context.before.resolve(was), await context.after.resolve(is));
}

/** A list may only grow at its end, and only by new signature fields. */
async function listChange(
  context: Context,
  number: number | undefined,
  old: PdfValue | undefined,
  current: PdfValue | undefined,
): Promise<string | undefined> {
  const what = number === undefined ? 'the list of form fields' : `list ${number}`;
  const [was, is] = [old?.kind === 'array' ? old.items : [], current?.kind === 'array' ? current.items : []];
  if (was.some((item, index) => canonicalPdf(item) !== canonicalPdf(is[index])))
    return `${what} lost or changed an entry`;
  for (const item of is.slice(was.length)) {
    const field = await context.after.resolve(item);
    if (item.kind !== 'ref' || !context.added.has(item.number) || !isSignatureField(field))
      return `${what} has a new entry that is no signature field`;
    const problem = await fieldProblem(context, field);
    if (problem !== undefined) return problem;
    await reach(context, item);
  }
  return undefined;
}

async function pageChange(
  context: Context,
  number: number,
  old: PdfValue | undefined,
  current: PdfValue,
): Promise<string | undefined> {
  if (old?.kind !== 'dict' || current.kind !== 'dict' || differs(old, current, ['Annots']))
    return `the page of object ${number} was changed`;
  const [was, is] = [old.entries.get('Annots'), current.entries.get('Annots')];
  if (is?.kind === 'ref') context.reached.add(is.number);
  return listChange(context, number, await context.before.resolve(was), await context.after.resolve(is));
}

async function fieldFilled(
  context: Context,
  number: number,
  old: PdfDict,
  current: PdfDict,
): Promise<string | undefined> {
  if (differs(old, current, ['V', 'AP', 'M', 'F'])) return `signature field ${number} was changed`;
  context.reached.add(number);
  await reach(context, current.entries.get('V'));
  await reach(context, current.entries.get('AP'));
  return undefined;
}

function isSignatureField(value: PdfValue | undefined): value is PdfDict {
  if (value?.kind !== 'dict') return false;
  const [type, kind] = [value.entries.get('FT'), value.entries.get('Subtype')];
  return type?.kind === 'name' && type.value === 'Sig' && (kind?.kind !== 'name' || kind.value === 'Widget');
}

function isOpenField(value: PdfValue | undefined): value is PdfDict {
  return isSignatureField(value) && !value.entries.has('V');
}

function differs(old: PdfDict, current: PdfDict, allowed: readonly string[]): boolean {
  const keys = new Set([...old.entries.keys(), ...current.entries.keys()]);
  for (const key of allowed) keys.delete(key);
  return [...keys].some(key => canonicalPdf(old.entries.get(key)) !== canonicalPdf(current.entries.get(key)));
}

/** An appearance can hide what was signed: it must stay small, and do nothing. */
async function fieldProblem(context: Context, field: PdfDict): Promise<string | undefined> {
  const rect = await context.after.resolve(field.entries.get('Rect'));
  const corners =
    rect?.kind === 'array' ? rect.items.map(item => (item.kind === 'number' ? item.value : 0)) : [];
  const [left = 0, bottom = 0, right = 0, top = 0] = corners;
  if (field.entries.has('A') || field.entries.has('AA')) return 'a later signature field carries an action';
  return Math.abs((right - left) * (top - bottom)) > LARGEST_AREA
    ? 'a later signature covers a large part of its page'
    : undefined;
}

/** Marks new objects that hang on an allowed change; never follows into what was there before. */
async function reach(context: Context, value: PdfValue | undefined): Promise<void> {
  const open: (PdfValue | undefined)[] = [value];
  while (open.length > 0) {
    const current = open.pop();
    if (current?.kind === 'array') open.push(...current.items);
    if (current?.kind === 'dict') open.push(...current.entries.values());
    if (current?.kind === 'stream') open.push(current.dict);
    if (current?.kind !== 'ref' || !context.added.has(current.number) || context.reached.has(current.number))
      continue;
    context.reached.add(current.number);
    open.push(await context.after.object(current.number));
  }
}

async function strayObject(context: Context): Promise<string | undefined> {
  for (const number of context.added) {
    if (context.reached.has(number)) continue;
    const value = await context.after.object(number);
    const type = value?.kind === 'stream' ? value.dict.entries.get('Type') : undefined;
    const structural = type?.kind === 'name' && (type.value === 'XRef' || type.value === 'ObjStm');
    if (!structural) return `object ${number} was added without belonging to a signature`;
  }
  return undefined;
}

/** A reference that led nowhere when it was signed must not lead somewhere now. */
async function danglingProblem(context: Context): Promise<string | undefined> {
  if (context.added.size === 0) return undefined;
  const seen = new Set<number>();
  const open: (PdfValue | undefined)[] = [context.before.trailer];
  while (open.length > 0) {
    const current = open.pop();
    if (current?.kind === 'array') open.push(...current.items);
    if (current?.kind === 'dict') open.push(...current.entries.values());
    if (current?.kind === 'stream') open.push(current.dict);
    if (current?.kind !== 'ref' || seen.has(current.number)) continue;
    if (context.added.has(current.number)) return `object ${current.number} was missing and was added later`;
    seen.add(current.number);
    open.push(await context.before.object(current.number));
  }
  return undefined;
}
