// XML is read, and nothing in it is expanded, fetched or nested without end.
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../base/result.ts';
import { readXml } from './xml.ts';

const read = (text: string | Uint8Array): readonly string[] => {
  const seen: string[] = [];
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  readXml(bytes, 'a.xml', {
    open: (name, attributes) =>
      seen.push(
        `<${name}${Object.entries(attributes)
          .map(([k, v]) => ` ${k}=${v}`)
          .join('')}`,
      ),
    text: piece => seen.push(piece),
    close: name => seen.push(`/${name}`),
  });
  return seen;
};
const codeOf = (text: string): string => {
  try {
    return read(text).join('|');
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  }
};

describe('XML', () => {
  it('is told by names without prefixes, with attributes, texts and CDATA', () => {
    expect(
      read('<?xml version="1.0"?><x:a r:id="1&amp;2"><b>t&lt;<![CDATA[<u>]]></b><c/></x:a>').join('|'),
    ).toBe('<a r:id=1&2|<b|t<|<u>|/b|<c|/c|/a');
  });

  it('may be UTF-16 with a byte order mark', () => {
    const text = '\ufeff<a>ü</a>';
    const units = Uint16Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
    const bytes = new Uint8Array(units.buffer);
    expect(read(bytes)).toEqual(['<a', 'ü', '/a']);
  });

  it.each([
    ['a document type', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', 'intake.xml.dtd'],
    [
      'entities that grow',
      '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>',
      'intake.xml.dtd',
    ],
    ['an entity that nobody declared', '<a>&lol;</a>', 'intake.xml.syntax'],
    ['a document cut off', '<a><b>', 'intake.xml.syntax'],
    ['no XML', 'name,owner', 'intake.xml.syntax'],
    ['elements without end', '<a>'.repeat(5000), 'intake.xml.depth'],
  ])('with %s is refused', (_name, text, code) => {
    expect(codeOf(text)).toBe(code);
  });
});
