// The customer's lists through the door: recognised by content, masked before they are read, stored so that the copy
// gives the same rows.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accountNumber,
  codesOf,
  gzipped,
  importing,
  tarred,
  type Imported,
} from '../../test/fixtures/importing.ts';

const CARD = accountNumber();
const SERVICES =
  'Source;Destination;Protocol;Port;Business need;Approved by\nweb;card/api;TCP;443;Checkout;CISO\n';

const importList = (content: string | Uint8Array, path = 'list.csv'): Promise<Imported> =>
  importing([{ path, content }]);
/** What the stored copy gives when it is imported again. */
const again = async ({ stored }: Imported, path = 'list.csv'): Promise<Imported> =>
  importList(Buffer.from(stored.get(path) ?? '', 'latin1'), path);

describe("the customer's lists", () => {
  it('are registers, whatever they are called, wherever they come from', async () => {
    const { intake } = await importing([
      { path: 'a.txt', content: SERVICES },
      { path: 'b.csv.gz', content: gzipped(SERVICES) },
      { path: 'c.tar', content: tarred([{ name: 'inner/x', content: SERVICES }]) },
    ]);
    expect(intake.files.map(file => [file.format, file.records])).toEqual([
      ['register', 1],
      ['register', 1],
      ['register', 1],
    ]);
    expect(intake.registers.map(row => `${row.kind} ${row.source.file}:${row.source.line}`)).toEqual([
      'justifications a.txt:2',
      'justifications b.csv.gz:2',
      'justifications c.tar!/inner/x:2',
    ]);
    expect(intake.files[0]?.reason).toContain('Business need = Business reason');
    expect(intake.clusters).toEqual([]);
  });

  it.each([
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${SERVICES}`)],
    ['UTF-16', Buffer.from(`\ufeff${SERVICES}`, 'utf16le')],
    ['Windows-1252', Buffer.from(SERVICES.replace('Checkout', 'Ausl\u00f6sung, gepr\u00fcft'), 'latin1')],
    ['CRLF', Buffer.from(SERVICES.replaceAll('\n', '\r\n'))],
    ['CR alone', Buffer.from(SERVICES.replaceAll('\n', '\r'))],
  ])('may come as %s', async (_name, content) => {
    const { intake } = await importList(content);
    expect(intake.registers).toMatchObject([{ kind: 'justifications', source: { line: 2 } }]);
    expect(JSON.stringify(intake.registers)).not.toContain('\ufffd');
  });

  it('given as something else are said to be lists', async () => {
    const { intake } = await importing([{ path: 'a', content: SERVICES, role: 'flows' }]);
    expect(codesOf(intake)).toContain('intake.role.mismatch');
    const right = await importing([{ path: 'a', content: SERVICES, role: 'register' }]);
    expect(codesOf(right.intake)).toEqual([]);
  });

  it('that two kinds fit are named with their columns and kept as texts', async () => {
    const { intake } = await importList('Source,Destination,Port,Purpose\na,b,443,x\n');
    expect(intake.files).toMatchObject([{ format: 'text', records: 0 }]);
    expect(intake.diagnostics).toMatchObject([{ code: 'intake.register.ambiguous', line: 1 }]);
    expect(intake.diagnostics[0]?.message).toContain('"Source", "Destination", "Port", "Purpose"');
  });

  it('that nothing knows are named with their columns, and a mapping reads them', async () => {
    const content = 'Thing,Does,Colour\nredis,cache,red\n';
    const unknown = await importList(content);
    expect(codesOf(unknown.intake)).toEqual(['intake.register.unknown']);
    const mappings = [
      {
        kind: 'components',
        columns: [
          { header: 'Thing', field: 'name' },
          { header: 'Does', field: 'function' },
        ],
      },
    ];
    const mapped = await importing([{ path: 'list.csv', content }], { mappings });
    expect(mapped.intake.registers).toMatchObject([
      {
        fields: { name: 'redis', function: 'cache' },
        others: [{ column: 'Colour', text: 'red' }],
      },
    ]);
    expect(mapped.intake.files[0]?.reason).toMatch(/^saved column mapping: /);
  });

  it('inside objects of a cluster are no lists', async () => {
    const { intake } = await importList(
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: |\n    From,To,Port,Reason,Approved by\n',
    );
    expect(intake.files).toMatchObject([{ format: 'kubernetes', records: 1 }]);
  });
});

describe('lists that hold secrets', () => {
  const held = async (content: string): Promise<Imported> => {
    const first = await importList(content);
    const second = await again(first);
    expect(second.intake.registers).toEqual(first.intake.registers);
    expect([...second.stored]).toEqual([...first.stored]);
    return first;
  };

  it('are masked before they are read, and the stored copy gives the same rows', async () => {
    const { intake, stored } = await held(
      `Alert,Raised on,Severity,Status,Outcome\nA-1,2026-03-01,high,closed,"saw ${CARD}\nand password=hunter2hunter2"\n`,
    );
    expect(JSON.stringify([intake, ...stored])).not.toMatch(new RegExp(`${CARD}|hunter2`));
    expect(intake.accountData).toMatchObject([{ kind: 'pan', source: { file: 'list.csv', line: 2 } }]);
    expect(intake.files[0]?.redactionsByKind).toEqual({ pan: 1, credential: 1 });
    expect(intake.registers[0]?.source).toEqual({ file: 'list.csv', line: 2, endLine: 3 });
  });

  it('in columns that say so are masked whatever the cells look like', async () => {
    const { intake, stored } = await held(
      'Name,Account,Role,Password,Duties\nAnn,ann,admin,"tulip\n""7""",all\nBob,bob,reader,-,reads\n',
    );
    expect(JSON.stringify([intake, ...stored])).not.toContain('tulip');
    expect(intake.files[0]?.redactionsByKind).toEqual({ 'secret-value': 1 });
    expect(intake.registers.map(row => row.source.line)).toEqual([2, 4]);
  });

  it('give the same rows again, whatever their cells hold', async () => {
    const cell = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', ' ', '"', ',', '\n', '=', ';', '-') }),
      fc.constantFrom(CARD, 'password=abcd1234', '2026-03-01', '443', `x ${CARD}\ny`),
    );
    const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 }), async rows => {
        const lines = rows.map(cells => `${cells.map(quote).join(',')}\n`).join('');
        await held(`Common name,Issuer,Valid until\n${lines}`);
      }),
      { numRuns: 40 },
    );
  });
});
