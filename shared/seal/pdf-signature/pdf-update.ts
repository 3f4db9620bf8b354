// Appends an incremental update (ISO 32000-1, 7.5.6) in the style the file already uses: a classic table after a
// classic file, a cross-reference stream after one. The bytes before it stay as they are, to the last one.
import { ensure } from '../../base/assert.ts';
import { concat } from '../../base/digest.ts';
import { arrayOf, dictOf, integerOf, nameOf, printPdf } from './pdf-print.ts';
import type { PdfFile } from './pdf-file.ts';
import { latin1Bytes, type PdfDict, type PdfValue } from './pdf-value.ts';

/** An object as it will be written: its number and its text between `obj` and `endobj`. */
export interface NewObject {
  readonly number: number;
  readonly text: string;
}

/** Number that the next new object gets: above every number seen, whatever `/Size` says. */
export function nextNumber(file: PdfFile): number {
  let next = 1;
  for (const section of file.sections) {
    const size = section.trailer.entries.get('Size');
    if (size?.kind === 'number') next = Math.max(next, size.value);
  }
  for (const number of file.entries.keys()) next = Math.max(next, number + 1);
  return next;
}

/** The file with the objects appended. `offsets` says where each object's text begins. */
export async function appendUpdate(
  file: PdfFile,
  objects: readonly NewObject[],
): Promise<{ readonly bytes: Uint8Array; readonly offsets: ReadonlyMap<number, number> }> {
  const newest = ensure(file.sections[0], 'an opened file has a section');
  const sorted = [...objects].sort((a, b) => a.number - b.number);
  const last = file.bytes.at(-1);
  let body = last === 0x0a || last === 0x0d ? '' : '\n';
  const places = new Map<number, { readonly offset: number; readonly generation: number }>();
  const offsets = new Map<number, number>();
  for (const { number, text } of sorted) {
    const generation = generationOf(file, number);
    places.set(number, { offset: file.bytes.length + body.length, generation });
    const head = `${number} ${generation} obj\n`;
    offsets.set(number, file.bytes.length + body.length + head.length);
    body += `${head}${text}\nendobj\n`;
  }
  const at = file.bytes.length + body.length;
  const trailer = await trailerOf(file, body, newest.offset);
  const end =
    newest.kind === 'table' ? printTable(places, trailer, file) : printStream(places, trailer, file, at);
  const bytes = concat([file.bytes, latin1Bytes(`${body}${end}startxref\n${at}\n%%EOF\n`)]);
  return { bytes, offsets };
}

function generationOf(file: PdfFile, number: number): number {
  const entry = file.entries.get(number);
  return entry?.kind === 'offset' ? entry.generation : 0;
}

type Places = ReadonlyMap<number, { readonly offset: number; readonly generation: number }>;

async function trailerOf(file: PdfFile, body: string, previous: number): Promise<Record<string, PdfValue>> {
  const kept: Record<string, PdfValue> = { Prev: integerOf(previous) };
  for (const key of ['Root', 'Info']) {
    const value = file.trailer.entries.get(key);
    if (value !== undefined) kept[key] = value;
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', latin1Bytes(body)));
  const fresh: PdfValue = { kind: 'string', bytes: digest.subarray(0, 16), hex: true, start: 0, end: 0 };
  const id = file.trailer.entries.get('ID');
  const first = id?.kind === 'array' ? id.items[0] : undefined;
  return { ...kept, ID: arrayOf(first ?? fresh, fresh) };
}

function printTable(places: Places, trailer: Record<string, PdfValue>, file: PdfFile): string {
  let text = 'xref\n';
  for (const run of runsOf([...places.keys()])) {
    text += `${run[0] ?? 0} ${run.length}\n`;
    for (const number of run) {
      const { offset, generation } = ensure(places.get(number), 'runs are made of these numbers');
      text += `${String(offset).padStart(10, '0')} ${String(generation).padStart(5, '0')} n \n`;
    }
  }
  return `${text}trailer\n${printPdf(dictOf({ Size: integerOf(sizeOf(file, places)), ...trailer }))}\n`;
}

function printStream(places: Places, trailer: Record<string, PdfValue>, file: PdfFile, at: number): string {
  const own = sizeOf(file, places);
  const all = new Map([...places, [own, { offset: at, generation: 0 }]]);
  const runs = runsOf([...all.keys()]);
  let data = '';
  for (const number of runs.flat()) {
    const { offset, generation } = ensure(all.get(number), 'runs are made of these numbers');
    const high = String.fromCharCode((offset >>> 24) & 255, (offset >>> 16) & 255, (offset >>> 8) & 255);
    data += `\x01${high}${String.fromCharCode(offset & 255, (generation >> 8) & 255, generation & 255)}`;
  }
  const dict: PdfDict = dictOf({
    Type: nameOf('XRef'),
    Size: integerOf(own + 1),
    W: arrayOf(integerOf(1), integerOf(4), integerOf(2)),
    Index: arrayOf(...runs.flatMap(run => [integerOf(run[0] ?? 0), integerOf(run.length)])),
    ...trailer,
    Length: integerOf(data.length),
  });
  return `${own} 0 obj\n${printPdf(dict)}\nstream\n${data}\nendstream\nendobj\n`;
}

function sizeOf(file: PdfFile, places: Places): number {
  return Math.max(nextNumber(file), ...[...places.keys()].map(number => number + 1));
}

/** Ascending numbers cut into runs without gaps. */
function runsOf(numbers: readonly number[]): readonly (readonly number[])[] {
  const runs: number[][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run?.at(-1) === number - 1) run.push(number);
    else runs.push([number]);
  }
  return runs;
}
