// XML of spreadsheets, event by event. Document types and entities of their own are refused before anything is
// expanded; names are told without their prefixes, as writers choose those freely.
import { SaxesParser } from 'saxes';
import { ProblemError } from '../../base/result.ts';

/** What happens in a document. Texts may come in pieces. */
export interface XmlEvents {
  readonly open?: (name: string, attributes: Readonly<Record<string, string>>) => void;
  readonly text?: (text: string) => void;
  readonly close?: (name: string) => void;
}

/** Reads a whole document; throws a ProblemError where it is hostile or no XML. `part` names it in messages. */
export function readXml(bytes: Uint8Array, part: string, events: XmlEvents): void {
  const parser = new SaxesParser();
  let depth = 0;
  parser.on('doctype', () => refuse('intake.xml.dtd', `${part} declares a document type; it is not read`));
  parser.on('error', error => refuse('intake.xml.syntax', `${part} is no XML: ${error.message}`));
  parser.on('opentag', ({ name, attributes }) => {
    if (++depth > DEEPEST) refuse('intake.xml.depth', `${part} nests deeper than ${DEEPEST} elements`);
    events.open?.(localName(name), attributes);
  });
  parser.on('text', text => events.text?.(text));
  parser.on('cdata', text => events.text?.(text));
  parser.on('closetag', ({ name }) => {
    depth--;
    events.close?.(localName(name));
  });
  const decoder = new TextDecoder(encodingOf(bytes));
  for (let at = 0; at < bytes.length; at += PIECE)
    parser.write(decoder.decode(bytes.subarray(at, at + PIECE), { stream: true }));
  parser.write(decoder.decode()).close();
}

const DEEPEST = 100;
const PIECE = 256 * 1024;

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
}

/** A name without its prefix. */
export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function refuse(code: string, message: string): never {
  throw new ProblemError({ code, message });
}
