// CSV as it really comes, and every cell a text with its line.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printCsv } from '../../base/csv.ts';
import { readCsv, statedDelimiter } from './read-csv.ts';

const cellsOf = (text: string, delimiter: ',' | ';' | '\t' | '|' = ',') =>
  readCsv(text, delimiter).rows.map(row => row.cells);
const linesOf = (text: string) => readCsv(text, ',').rows.map(row => [row.line, row.endLine]);

describe('reading CSV', () => {
  it.each<[string, string, readonly (readonly string[])[]]>([
    [
      'commas and a last line without an end',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'CRLF',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'CR alone',
      'a,b\r1,2\r',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['a carriage return inside a cell', 'a\rb,c\n', [['a\rb', 'c']]],
    ['quotes, doubled quotes and delimiters inside them', '"a,b","say ""hi"""\n', [['a,b', 'say "hi"']]],
    [
      'line ends inside quotes',
      '"a\nb",c\nd,e\n',
      [
        ['a\nb', 'c'],
        ['d', 'e'],
      ],
    ],
    ['blanks in front of a quote', 'a, "b, c" ,d\n', [['a', 'b, c', 'd']]],
    ['a quote inside a cell', 'a 5" disk,b\n', [['a 5" disk', 'b']]],
    ['text behind a closing quote', '"a" b,c\n', [['ab', 'c']]],
    ['empty cells at the end', 'a,,\n', [['a', '', '']]],
    [
      'blank lines, which are no rows',
      'a,b\n\n  \n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['an empty text', '', []],
  ])('knows %s', (_name, text, rows) => {
    expect(cellsOf(text)).toEqual(rows);
  });

  it('knows semicolons, tabs and bars', () => {
    expect(cellsOf('a;"b;c"\n', ';')).toEqual([['a', 'b;c']]);
    expect(cellsOf('a\t"b\tc"\n', '\t')).toEqual([['a', 'b\tc']]);
    expect(cellsOf('a|b\n', '|')).toEqual([['a', 'b']]);
  });

  it('takes the line sep=; for what it is', () => {
    expect(statedDelimiter('sep=;\r\na;b')).toBe(';');
    expect(readCsv('sep=;\r\na;b\r\n', ';').rows).toEqual([{ line: 2, endLine: 2, cells: ['a', 'b'] }]);
  });

  it('counts lines through cells that hold line ends', () => {
    expect(linesOf('a,b\n"x\r\ny",1\nz,2\n')).toEqual([
      [1, 1],
      [2, 3],
      [4, 4],
    ]);
  });

  it('reads a quote that is never closed as a character, and says so', () => {
    const table = readCsv('a,b\n1,"two\n3,4\n', ',');
    expect(table.rows.map(row => row.cells)).toEqual([
      ['a', 'b'],
      ['1', '"two'],
      ['3', '4'],
    ]);
    expect(table.faults).toMatchObject([{ code: 'intake.csv.unclosed-quote', line: 2 }]);
  });

  it('says where a cell swallows many lines', () => {
    const table = readCsv(`a,b\n1,"two\n${'3,4\n'.repeat(200)}5,"six\n`, ',');
    expect(table.faults).toMatchObject([{ code: 'intake.csv.long-cell', line: 2 }]);
  });

  it('leaves formulas the texts they are', () => {
    expect(cellsOf('=1+1,"=HYPERLINK(""http://x"")",@SUM(A1),+1,-1\n')).toEqual([
      ['=1+1', '=HYPERLINK("http://x")', '@SUM(A1)', '+1', '-1'],
    ]);
  });

  it('says where each cell stands in the text', () => {
    const text = 'a,"b ""c"""\r\nd,e\n';
    const table = readCsv(text, ',');
    const shown = table.rows.map(row => {
      const ranges = table.rangesOf(row);
      return row.cells.map((_cell, index) => text.slice(ranges[index * 2], ranges[index * 2 + 1]));
    });
    expect(shown).toEqual([
      ['a', '"b ""c"""'],
      ['d', 'e'],
    ]);
  });

  it('reads back what is printed', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', ';', '=') });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 4 }), rows => {
        expect(cellsOf(printCsv(['x', 'y'], rows))).toEqual([['x', 'y'], ...rows]);
      }),
    );
  });

  it('ends on any text, and reads no cell twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r') }), text => {
        const { rows } = readCsv(text, ',');
        expect(rows.flatMap(row => row.cells).join('').length).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
