// CSV cells come back as they went in.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printCsv } from './csv.ts';

describe('CSV', () => {
  it('quotes commas, quotes and line breaks, and nothing else', () => {
    expect(
      printCsv(
        ['a', 'b'],
        [
          ["pci in {'a','b'}", 'x;y'],
          ['say "hi"', ''],
        ],
      ),
    ).toBe(`a,b\n"pci in {'a','b'}",x;y\n"say ""hi""",\n`);
  });

  it('can be read back', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ') });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 4 }), rows => {
        expect(read(printCsv(['x', 'y'], rows)).slice(1)).toEqual(rows);
      }),
    );
  });
});

// A reader written from RFC 4180 alone.
function read(text: string): string[][] {
  const rows: string[][] = [[]];
  for (let at = 0; at < text.length; at++) {
    let cell = '';
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        if (text[at] === '"') at++;
        cell += text[at] ?? '';
      }
      at++;
    } else for (; text[at] !== ',' && text[at] !== '\n'; at++) cell += text[at] ?? '';
    rows.at(-1)?.push(cell);
    if (text[at] === '\n' && at < text.length - 1) rows.push([]);
  }
  return rows;
}
