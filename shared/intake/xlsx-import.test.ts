// Workbooks are read by their values alone, masked before they are read, and stored so that the copy gives the same rows.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect } from '../archive/bytes.ts';
import { NOT_COUNTED } from '../archive/limits.ts';
import { accountNumber, codesOf, gzipped, importing, type Imported } from '../../test/fixtures/importing.ts';
import { workbook, type DrawnWorkbook } from '../../test/fixtures/workbooks.ts';
import { isDateCode, printSerial } from './table/xlsx/cell-formats.ts';
import { readParts } from './table/xlsx/parts.ts';
import { printXlsx } from './table/xlsx/print-xlsx.ts';
import { readXlsx } from './table/xlsx/read-xlsx.ts';

const CARD = accountNumber();
const HEAD = ['Common name', 'Issuer', 'Valid until', 'Key size'];
const certificates = (...rows: readonly (readonly (string | number)[])[]) => ({ Keys: [HEAD, ...rows] });

const importBook = async (drawn: DrawnWorkbook | Uint8Array): Promise<Imported> =>
  importing([{ path: 'list.xlsx', content: drawn instanceof Uint8Array ? drawn : await workbook(drawn) }]);
const rowsOf = async (drawn: DrawnWorkbook) => (await importBook(drawn)).intake.registers;
/** Imports, imports the stored copy again, and holds both to the same rows. */
const held = async (drawn: DrawnWorkbook): Promise<Imported> => {
  const first = await importBook(drawn);
  const stored = Buffer.from(first.stored.get('list.xlsx') ?? '', 'latin1');
  const second = await importBook(new Uint8Array(stored));
  expect(second.intake.registers).toEqual(first.intake.registers);
  expect([...second.stored]).toEqual([...first.stored]);
  return first;
};
/** Everything that stays: what the intake says, and every part of the stored copy. */
const kept = async ({ intake, stored }: Imported): Promise<string> => {
  const bytes = new Uint8Array(Buffer.from(stored.get('list.xlsx') ?? '', 'latin1'));
  const parts = await readParts('list.xlsx', bytes, NOT_COUNTED);
  return JSON.stringify(intake) + [...parts.values()].map(part => Buffer.from(part).toString()).join();
};

describe('a workbook', () => {
  it('is one file, and its rows keep sheet and row number', async () => {
    const { intake } = await importBook({
      sheets: {
        'Read me': [['Hand over by Friday']],
        Keys: [['Certificates 2026'], [], HEAD, ['pay.example', 'CA', '2027-01-01', 2048]],
      },
    });
    expect(intake.files).toMatchObject([{ format: 'register', records: 1 }]);
    expect(intake.files[0]?.members).toBeUndefined();
    expect(intake.registers).toEqual([
      {
        kind: 'certificates',
        fields: { name: 'pay.example', issuer: 'CA', validUntil: { day: '2027-01-01' }, keySize: 2048 },
        others: [],
        source: { file: 'list.xlsx', line: 4 },
        sheet: 'Keys',
      },
    ]);
    expect(codesOf(intake)).toEqual([]);
  });

  it('may hold several lists, and hidden sheets are read and named', async () => {
    const { intake } = await importBook({
      sheets: {
        ...certificates(['a', 'b', '2027-01-01', 1]),
        Flows: {
          rows: [
            ['From', 'To', 'Port', 'Data'],
            ['web', 'card', 443, 'PAN'],
          ],
          state: 'veryHidden',
        },
        Other: [
          ['Thing', 'Does', 'Colour'],
          ['x', 'y', 'z'],
        ],
      },
    });
    expect(intake.registers.map(row => `${row.sheet ?? ''} ${row.kind}`)).toEqual([
      'Keys certificates',
      'Flows edges',
    ]);
    expect(codesOf(intake)).toEqual(['intake.register.unknown', 'intake.xlsx.hidden-sheet']);
    expect(intake.diagnostics.map(item => item.message).join()).toContain('"Thing", "Does", "Colour"');
  });

  it('inside an archive and inside gzip is read as well', async () => {
    const book = await workbook({ sheets: certificates(['a', 'b', '2027-01-01', 1]) });
    const { intake } = await importing([{ path: 'a.gz', content: gzipped(book) }]);
    expect(intake.registers).toHaveLength(1);
  });

  it('gives texts of every kind of cell', async () => {
    const cell = (xml: string, type = 'n') => ({ xml, type });
    const rows = await rowsOf({
      sheets: {
        Keys: [
          HEAD,
          [
            cell(
              '<is><r><t>pay</t></r><r><t xml:space="preserve"> &amp; go</t></r><rPh><t>no</t></rPh></is>',
              'inlineStr',
            ),
            cell('<f>CONCATENATE("x";"y")</f><v>by formula</v>', 'str'),
            cell('<v>2027-03-01T00:00:00</v>', 'd'),
            cell('<v>2.048E3</v>'),
          ],
          ['_x0041_b', cell('<v>#REF!</v>', 'e'), cell('<v>1</v>', 'b'), undefined],
        ],
      },
    });
    expect(rows.map(row => row.fields)).toEqual([
      { name: 'pay & go', issuer: 'by formula', validUntil: { day: '2027-03-01' }, keySize: 2048 },
      { name: 'Ab' },
    ]);
    expect(rows[1]?.others).toEqual([
      { column: 'Issuer', text: '#REF!' },
      { column: 'Valid until', text: 'TRUE' },
    ]);
  });

  it('gives days by the styles of cells', async () => {
    const styles =
      '<numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm"/></numFmts>' +
      '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>' +
      '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>';
    const day = (style: number) => ({ xml: '<v>46082.5</v>', style });
    const sheets = { Keys: [HEAD, ['a', 'b', day(1)], ['c', 'd', day(2)], ['e', 'f', day(0)]] };
    const daysOf = async (properties?: string) =>
      (await rowsOf({ sheets, styles, ...(properties === undefined ? {} : { properties }) })).map(row =>
        'validUntil' in row.fields ? row.fields.validUntil : undefined,
      );
    expect(await daysOf()).toEqual([
      { day: '2026-03-01', time: '12:00:00' },
      { day: '2026-03-01', time: '12:00:00' },
      undefined,
    ]);
    expect((await daysOf('<workbookPr date1904="1"/>'))[0]).toEqual({ day: '2030-03-02', time: '12:00:00' });
  });

  it('says where formulas have no stored value, and evaluates none', async () => {
    const { intake } = await importBook({
      sheets: { Keys: [HEAD, ['a', { xml: '<f>HYPERLINK("http://x")</f>' }, '2027-01-01', 1]] },
    });
    expect(intake.registers[0]?.fields).not.toHaveProperty('issuer');
    expect(intake.diagnostics).toMatchObject([{ code: 'intake.xlsx.formula-without-value', line: 2 }]);
  });

  it('repeats what is merged over rows, and nothing over columns', async () => {
    const rows = await rowsOf({
      sheets: {
        Keys: {
          rows: [HEAD, ['a', 'CA', '2027-01-01', 1], ['b', undefined, '2027-01-02', 2], ['c', 'only here']],
          after: '<mergeCells><mergeCell ref="B2:B3"/><mergeCell ref="B4:D4"/></mergeCells>',
        },
      },
    });
    expect(rows.map(row => row.fields)).toMatchObject([{ issuer: 'CA' }, { issuer: 'CA' }, { name: 'c' }]);
    expect(rows[2]?.fields).toEqual({ name: 'c', issuer: 'only here' });
  });

  it('may leave out where its cells stand, and choose prefixes', async () => {
    const sheet =
      '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>' +
      [HEAD, ['a', 'b', '2027-01-01', '1']]
        .map(row => `<x:row>${row.map(text => `<x:c t="str"><x:v>${text}</x:v></x:c>`).join('')}</x:row>`)
        .join('') +
      '</x:sheetData></x:worksheet>';
    const rows = await rowsOf({ sheets: certificates(), parts: { 'xl/worksheets/sheet1.xml': sheet } });
    expect(rows).toMatchObject([{ fields: { name: 'a', keySize: 1 }, source: { line: 2 } }]);
  });
});

describe('a workbook that holds what must not be kept', () => {
  it.each<[string, DrawnWorkbook]>([
    ['a number in a text', { sheets: certificates([`card ${accountNumber(' ')}`, 'b', '2027-01-01', 1]) }],
    ['a number in a number', { sheets: certificates(['a', 'b', '2027-01-01', Number(CARD)]) }],
    [
      'a number in pieces',
      {
        sheets: {
          Keys: [
            HEAD,
            [
              {
                xml: `<is><r><t>${CARD.slice(0, 7)}</t></r><r><t>${CARD.slice(7)}</t></r></is>`,
                type: 'inlineStr',
              },
              'b',
              '2027-01-01',
              1,
            ],
          ],
        },
      },
    ],
    ['a number in the name of a sheet', { sheets: { [CARD]: [HEAD, ['a', 'b', '2027-01-01', 1]] } }],
  ])('is stored as values with %s masked', async (_name, drawn) => {
    const imported = await held(drawn);
    expect(await kept(imported)).not.toMatch(new RegExp(`${CARD}|${accountNumber(' ')}`));
    expect(imported.intake.files[0]?.redactionsByKind).toEqual({ pan: 1 });
    expect(codesOf(imported.intake)).toContain('intake.xlsx.values-only');
    expect(imported.intake.registers).toHaveLength(1);
  });

  it('names the row of account data, and the stored copy says the same', async () => {
    const first = await held({ sheets: certificates(['a', CARD, '2027-01-01', 1]) });
    expect(first.intake.accountData).toEqual([
      { kind: 'pan', source: { file: 'list.xlsx', line: 2 }, count: 1 },
    ]);
  });

  it('masks cells below names such as Password', async () => {
    const imported = await held({
      sheets: {
        People: [
          ['Name', 'Account', 'Role', 'Password'],
          ['Ann', 'ann', 'admin', 'tulip7'],
          ['Bob', 'bob', 'ops', 'no'],
        ],
      },
    });
    expect(await kept(imported)).not.toContain('tulip7');
    expect(imported.intake.files[0]?.redactionsByKind).toEqual({ 'secret-value': 1 });
  });

  it('masks a private key over several rows in each of them', async () => {
    const body = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7';
    const imported = await held({
      sheets: {
        Keys: [HEAD, ['-----BEGIN PRIVATE KEY-----'], [body], ['-----END PRIVATE KEY-----']],
      },
    });
    expect(await kept(imported)).not.toContain(body);
  });

  it.each([
    [
      'a comment',
      'xl/comments1.xml',
      `<comments><t>${CARD.slice(0, 6)}</t><t>${CARD.slice(6)}</t></comments>`,
    ],
    ['the cache of a pivot', 'xl/pivotCache/pivotCacheRecords1.xml', `<r><n v="${CARD}"/></r>`],
    ['a connection', 'xl/connections.xml', '<connection connection="Server=db;Password=hunter2x;"/>'],
    ['a macro', 'xl/vbaProject.bin', new Uint8Array(Buffer.from(`\u0000\u0001 x ${CARD} y`))],
    [
      'a link',
      'xl/worksheets/_rels/sheet1.xml.rels',
      '<Relationships><Relationship Id="a" Type="b" TargetMode="External" Target="https://ann:tulip77@x.example/"/></Relationships>',
    ],
  ])('leaves out %s', async (_name, part, content) => {
    const imported = await held({
      sheets: certificates(['a', 'b', '2027-01-01', 1]),
      parts: { [part]: content },
    });
    expect(await kept(imported)).not.toMatch(new RegExp(`${CARD}|hunter2x|tulip77`));
    expect(
      imported.intake.diagnostics.find(item => item.code === 'intake.xlsx.outside-cells')?.message,
    ).toContain(part);
    expect(imported.intake.registers).toHaveLength(1);
  });

  it('leaves out formulas that hold it', async () => {
    const cell = { xml: `<f>LEFT("${CARD}",6)</f><v>411111</v>`, type: 'str' };
    const imported = await held({ sheets: { Keys: [HEAD, ['a', cell, '2027-01-01', 1]] } });
    expect(await kept(imported)).not.toContain(CARD);
    expect(imported.intake.registers[0]?.fields).toMatchObject({ issuer: '411111' });
  });

  it('is stored as it came where nothing was found: hashes that lock sheets are no secrets', async () => {
    const content = await workbook({
      sheets: {
        Keys: {
          rows: [HEAD, ['a', 'b', '2027-01-01', 1]],
          after: '<sheetProtection password="CC1A" sheet="1"/>',
        },
      },
    });
    const { intake, stored } = await importBook(content);
    expect(intake.files[0]?.redactions).toBe(0);
    expect(stored.get('list.xlsx')).toBe(Buffer.from(content).toString('latin1'));
  });

  it('asks a person to look at pictures', async () => {
    const { intake } = await importBook({
      sheets: certificates(['a', 'b', '2027-01-01', 1]),
      parts: { 'xl/media/image1.png': new Uint8Array([137, 80, 78, 71, 0, 1]) },
    });
    expect(codesOf(intake)).toEqual(['intake.attachment.needs-confirmation']);
  });
});

describe('a workbook that is broken or hostile', () => {
  const neighbour = { path: 'z.csv', content: `${HEAD.join(',')}\na,b,2027-01-01,1\n` };
  const far = (reference: string) =>
    `<worksheet><sheetData><row r="1"><c r="${reference}" t="str"><v>x</v></c></row></sheetData></worksheet>`;
  const wide = `<worksheet><sheetData>${Array.from({ length: 700 }, (_, row) => `<row r="${row + 1}"><c r="XFD${row + 1}"><v>1</v></c></row>`).join('')}</sheetData></worksheet>`;

  it.each<[string, string, DrawnWorkbook['parts']]>([
    [
      'a document type',
      'intake.xml.dtd',
      { 'xl/worksheets/sheet1.xml': '<!DOCTYPE x SYSTEM "http://x/"><worksheet/>' },
    ],
    [
      'entities that grow',
      'intake.xml.dtd',
      {
        'xl/sharedStrings.xml':
          '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>',
      },
    ],
    ['XML cut off', 'intake.xml.syntax', { 'xl/worksheets/sheet1.xml': '<worksheet><sheetData>' }],
    ['elements without end', 'intake.xml.depth', { 'xl/worksheets/sheet1.xml': '<a>'.repeat(1000) }],
    ['styles that are no XML', 'intake.xml.syntax', { 'xl/workbook.xml': 'nothing' }],
    ['a cell outside every sheet', 'intake.xlsx.bad-reference', { 'xl/worksheets/sheet1.xml': far('ZZZ1') }],
    ['a reference that is none', 'intake.xlsx.bad-reference', { 'xl/worksheets/sheet1.xml': far('one') }],
    ['cells far out in many rows', 'intake.xlsx.too-large', { 'xl/worksheets/sheet1.xml': wide }],
    [
      'its main part elsewhere',
      'intake.xlsx.missing-part',
      {
        '_rels/.rels':
          '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/other.xml"/></Relationships>',
      },
    ],
    [
      'binary parts',
      'intake.xlsx.binary',
      {
        'xl/workbook.bin': new Uint8Array([1, 2]),
        '_rels/.rels':
          '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>',
      },
    ],
  ])('with %s is not stored, and its neighbour is imported', async (_name, code, parts) => {
    const content = await workbook({
      sheets: certificates(['a', 'b', '2027-01-01', 1]),
      ...(parts === undefined ? {} : { parts }),
    });
    const { intake, stored } = await importing([{ path: 'list.xlsx', content }, neighbour]);
    expect(intake.files).toMatchObject([
      { format: 'unrecognised', withheld: true, diagnostics: [{ code, severity: 'error' }] },
      { format: 'register', records: 1 },
    ]);
    expect([...stored.keys()]).toEqual(['z.csv']);
  });

  it.each([
    ['sheet', 'xl/worksheets/sheet1.xml', 'intake.xlsx.missing-part'],
    ['shared texts', 'xl/sharedStrings.xml', 'intake.xlsx.missing-string'],
  ])('without its %s says so', async (_name, part, code) => {
    const { intake } = await importBook({
      sheets: { ...certificates(['a', 'b', '2027-01-01', 1]) },
      parts: { [part]: undefined },
    });
    expect(intake.registers).toEqual([]);
    expect(codesOf(intake)).toContain(code);
  });

  it('that unpacks without end is refused as every archive is', async () => {
    const content = await workbook({
      sheets: certificates(['a', 'b', '2027-01-01', 1]),
      parts: { 'xl/media/a.xml': new Uint8Array(24 * 1024 * 1024).fill(32) },
    });
    const { intake, stored } = await importing([{ path: 'list.xlsx', content }, neighbour]);
    expect(codesOf(intake)).toEqual(['intake.archive.ratio']);
    expect([...stored.keys()]).toEqual(['z.csv']);
  });

  it('cut off in the middle is a damaged archive', async () => {
    const content = await workbook({ sheets: certificates(['a', 'b', '2027-01-01', 1]) });
    const { intake } = await importing([{ path: 'list.xlsx', content: content.slice(0, -30) }, neighbour]);
    expect(codesOf(intake)).toContain('intake.zip.damaged');
    expect(intake.registers).toHaveLength(1);
  });
});

describe('number formats', () => {
  it.each([
    ['yyyy-mm-dd', true],
    ['[$-409]d\\-mmm\\-yy;@', true],
    ['hh:mm:ss.000', true],
    ['General', false],
    ['0.00', false],
    ['#,##0 "days"', false],
    ['[h]:mm:ss', false],
    ['0.00E+00', false],
    ['@', false],
  ])('%s shows days: %s', (code, isDate) => {
    expect(isDateCode(code)).toBe(isDate);
  });

  it.each([
    [1, '1900-01-01'],
    [59, '1900-02-28'],
    [60, undefined],
    [61, '1900-03-01'],
    [46082, '2026-03-01'],
    [46082.75, '2026-03-01 18:00:00'],
    [46082.999999999, '2026-03-02'],
    [0.5, '12:00:00'],
    [-1, undefined],
    [Number.NaN, undefined],
    [3e9, undefined],
  ])('day %s is %s', (serial, day) => {
    expect(printSerial(serial, false)).toBe(day);
  });
});

describe('a printed workbook', () => {
  it('reads back as the tables it was', async () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('=1+1', '_x0041_', ' a ', '<&>"', 'a\r\nb', '\u0000', '\ud800'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 4 }), async rows => {
        const table = rows.flatMap((cells, index) => {
          const texts = cells.slice(0, cells.findLastIndex(text => text !== '') + 1);
          return texts.length === 0 ? [] : [{ line: index * 3 + 1, endLine: index * 3 + 1, cells: texts }];
        });
        const bytes = await collect(printXlsx([{ sheet: 'One', rows: table }]));
        const read = readXlsx(await readParts('x', bytes, NOT_COUNTED));
        expect(read.sheets.map(sheet => sheet.rows)).toEqual([table]);
      }),
      { numRuns: 50 },
    );
  });
});
