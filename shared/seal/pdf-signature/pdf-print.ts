// Printing PDF values, and making them: the writing half of pdf-value.ts. Equal values print equally whatever
// order or spelling they were read in (`canonicalPdf`), which is how revisions are compared.
import { hex } from '../../base/digest.ts';
import { compareText } from '../../base/order.ts';
import type { PdfDict, PdfRef, PdfValue } from './pdf-value.ts';

/** Text (Latin-1) of a value; streams are printed by their writer. */
export function printPdf(value: PdfValue): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(value.value);
    case 'number':
      return value.text;
    case 'name':
      return `/${value.value.replace(/[^!$&'*+,\-.0-9:;=?@A-Z^_a-z~|`"\\]/g, escapeName)}`;
    case 'string':
      return `<${hex(value.bytes)}>`;
    case 'ref':
      return `${value.number} ${value.generation} R`;
    case 'array':
      return `[${value.items.map(printPdf).join(' ')}]`;
    case 'dict':
      return `<< ${[...value.entries].map(([key, item]) => `${printPdf(nameOf(key))} ${printPdf(item)}`).join(' ')} >>`;
    case 'stream':
      return `${printPdf(value.dict)} stream:${hex(value.data)}`;
  }
}

function escapeName(character: string): string {
  return `#${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/** Text that is equal for equal values: keys sorted. For comparing only. */
export function canonicalPdf(value: PdfValue | undefined): string {
  if (value === undefined) return '';
  if (value.kind === 'array') return `[${value.items.map(canonicalPdf).join(' ')}]`;
  if (value.kind === 'stream') return `${canonicalPdf(value.dict)} stream:${hex(value.data)}`;
  if (value.kind !== 'dict') return printPdf(value);
  const members = [...value.entries].sort(([a], [b]) => compareText(a, b));
  return `<<${members.map(([key, item]) => `${printPdf(nameOf(key))} ${canonicalPdf(item)}`).join(' ')}>>`;
}

/** A name. */
export function nameOf(value: string): PdfValue {
  return { kind: 'name', value };
}

/** An integer. */
export function integerOf(value: number): PdfValue {
  return { kind: 'number', text: String(value), value };
}

/** A reference with generation 0. */
export function refTo(number: number): PdfRef {
  return { kind: 'ref', number, generation: 0 };
}

/** An array. */
export function arrayOf(...items: readonly PdfValue[]): PdfValue {
  return { kind: 'array', items };
}

/** A dictionary. */
export function dictOf(entries: Readonly<Record<string, PdfValue>>): PdfDict {
  return { kind: 'dict', entries: new Map(Object.entries(entries)) };
}

/** A dictionary with some keys set anew. */
export function withEntries(dict: PdfDict, entries: Readonly<Record<string, PdfValue>>): PdfDict {
  return { kind: 'dict', entries: new Map([...dict.entries, ...Object.entries(entries)]) };
}

/** A text string as UTF-16BE with its mark (ISO 32000-1, 7.9.2.2). */
export function textString(text: string): PdfValue {
  const bytes = new Uint8Array(2 + text.length * 2);
  bytes.set([0xfe, 0xff]);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes.set([unit >> 8, unit & 255], 2 + i * 2);
  }
  return { kind: 'string', bytes, hex: true, start: 0, end: 0 };
}
