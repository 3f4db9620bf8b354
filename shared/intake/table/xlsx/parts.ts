// The parts of a workbook (ECMA-376) and how they point to each other. Nothing outside the file is ever looked up:
// links to other files stay texts.
import { readZip } from '../../../archive/read-zip.ts';
import type { UnpackCounter } from '../../../archive/limits.ts';
import { ProblemError } from '../../../base/result.ts';
import { localName, readXml } from '../xml.ts';

/** Parts by name. */
export type Parts = ReadonlyMap<string, Uint8Array>;

/** One sheet of a workbook. */
export interface SheetEntry {
  readonly name: string;
  readonly isHidden: boolean;
  /** Undefined where the workbook points to nothing. */
  readonly part: string | undefined;
}

/** What the workbook part says. */
export interface WorkbookEntry {
  readonly sheets: readonly SheetEntry[];
  /** Days are counted from 1904. */
  readonly from1904: boolean;
  readonly strings: string | undefined;
  readonly styles: string | undefined;
}

/** Unpacks a workbook under limits; throws a ProblemError where it is hostile or damaged. */
export async function readParts(file: string, bytes: Uint8Array, counter: UnpackCounter): Promise<Parts> {
  const parts = new Map<string, Uint8Array>();
  for await (const member of readZip(file, bytes, counter)) {
    if (member.bytes.length > LARGEST_PART)
      refuse('intake.xlsx.too-large', `${member.name} unpacks to more than ${LARGEST_PART} bytes`);
    parts.set(member.name, member.bytes);
  }
  return parts;
}

const LARGEST_PART = 256 * 1024 * 1024;

/** Reads the workbook part and what it points to. */
export function readWorkbook(parts: Parts): WorkbookEntry {
  const [main] = relationsOf(parts, '').filter(({ type }) => type === 'officeDocument');
  const name = main?.target ?? 'xl/workbook.xml';
  if (name.endsWith('.bin'))
    refuse('intake.xlsx.binary', 'A binary workbook (.xlsb) cannot be read: save it as .xlsx or CSV');
  const bytes = parts.get(name);
  if (bytes === undefined) refuse('intake.xlsx.missing-part', `The workbook lacks its part ${name}`);
  const relations = relationsOf(parts, name);
  const targets = new Map(relations.map(({ id, target }) => [id, target]));
  const sheets: SheetEntry[] = [];
  let from1904 = false;
  readXml(bytes, name, {
    open: (element, attributes) => {
      if (element === 'workbookPr') from1904 = isTrue(attributes['date1904']);
      if (element !== 'sheet') return;
      const id = Object.keys(attributes).find(key => key.includes(':') && localName(key) === 'id');
      sheets.push({
        name: unescape(attributes['name'] ?? '').replace(/\s+/g, ' '),
        isHidden: (attributes['state'] ?? 'visible') !== 'visible',
        part: id === undefined ? undefined : targets.get(attributes[id] ?? ''),
      });
    },
  });
  const partOf = (type: string): string | undefined =>
    relations.find(relation => relation.type === type)?.target;
  return { sheets, from1904, strings: partOf('sharedStrings'), styles: partOf('styles') };
}

interface Relation {
  readonly id: string;
  /** Last word of its type. */
  readonly type: string;
  /** Name of the part. */
  readonly target: string;
}

/** Where a part points to inside the file; '' stands for the file as a whole. */
function relationsOf(parts: Parts, part: string): readonly Relation[] {
  const folder = part.slice(0, part.lastIndexOf('/') + 1);
  const name = `${folder}_rels/${part.slice(folder.length)}.rels`;
  const bytes = parts.get(name);
  const relations: Relation[] = [];
  if (bytes === undefined) return relations;
  readXml(bytes, name, {
    open: (element, attributes) => {
      if (element !== 'Relationship' || attributes['TargetMode'] === 'External') return;
      const type = attributes['Type'] ?? '';
      relations.push({
        id: attributes['Id'] ?? '',
        type: type.slice(type.lastIndexOf('/') + 1),
        target: resolve(folder, attributes['Target'] ?? ''),
      });
    },
  });
  return relations;
}

/** A target as the name of a part. */
function resolve(folder: string, target: string): string {
  const steps: string[] = [];
  for (const step of (target.startsWith('/') ? target : folder + target).split('/'))
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  return steps.join('/');
}

/** Characters that XML cannot hold stand as `_x000D_`. */
export function unescape(text: string): string {
  return text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_whole, code: string) => String.fromCharCode(parseInt(code, 16)))
    : text;
}

/** A truth value of ECMA-376. */
export function isTrue(text: string | undefined): boolean {
  return text === '1' || text === 'true';
}

/** Throws what is wrong with a workbook. */
export function refuse(code: string, message: string): never {
  throw new ProblemError({ code, message });
}
