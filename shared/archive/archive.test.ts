// What goes into an archive comes out again, the same bytes everywhere, and hostile archives are refused by name.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { collect, once } from './bytes.ts';
import { gunzipChecked, webGunzip } from './gzip.ts';
import { ARCHIVE_LIMITS, checkMemberName, makeUnpackCounter } from './limits.ts';
import { readTar } from './tar.ts';
import { readZip } from './read-zip.ts';
import { writeZip } from './write-zip.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const entry = (path: string, text: string, store = false) => ({
  path,
  store,
  size: bytes(text).length,
  open: () => once(bytes(text)),
});
const zip = (...entries: readonly ReturnType<typeof entry>[]) => collect(writeZip(entries));
const counter = (limits = {}) => makeUnpackCounter({ ...ARCHIVE_LIMITS, ...limits });
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
const problemOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) => (error as { problem?: { code: string } }).problem?.code ?? String(error),
  );

describe('a zip that we wrote', () => {
  it('gives back its entries', async () => {
    const members = await all(
      readZip(
        'a.zip',
        await zip(entry('mimetype', 'x/y', true), entry('data/b.txt', 'b'.repeat(5000))),
        counter(),
      ),
    );
    expect(members.map(({ name, bytes: content }) => [name, content.length])).toEqual([
      ['mimetype', 3],
      ['data/b.txt', 5000],
    ]);
  });

  it('begins with a stored mimetype without extra field, as ASiC asks', async () => {
    const written = await zip(entry('mimetype', 'application/x', true), entry('b', 'b'));
    expect(new TextDecoder().decode(written.subarray(30, 38))).toBe('mimetype');
    expect(new TextDecoder().decode(written.subarray(38, 51))).toBe('application/x');
  });

  it('is the same in every time zone', async () => {
    const zone = process.env['TZ'];
    const made: string[] = [];
    for (const name of ['UTC', 'Asia/Tokyo', 'America/New_York', 'Pacific/Apia']) {
      process.env['TZ'] = name;
      made.push(
        Buffer.from(await zip(entry('mimetype', 'm', true), entry('a', 'a'.repeat(999)))).toString('hex'),
      );
    }
    process.env['TZ'] = zone;
    expect(new Set(made).size).toBe(1);
  });

  it('fails with the fault of an entry', async () => {
    const broken = { path: 'a', store: false, open: () => all as never };
    await expect(collect(writeZip([broken as never]))).rejects.toThrow();
  });
});

describe('hostile archives', () => {
  it.each(['../evil', '/abs', 'C:evil', 'a\\b', 'a/../../b', 'a\0b', ''])(
    'with the name %j are refused',
    name => {
      expect(() => {
        checkMemberName('a.zip', name, new Set());
      }).toThrow(/unsafe name/);
    },
  );

  it('with a name that leads out of them are hostile, not merely damaged', async () => {
    const written = await zip(entry('aa/evil', '1'));
    const text = Buffer.from(written).toString('latin1').replaceAll('aa/evil', '../evil');
    expect(await problemOf(all(readZip('t.zip', Buffer.from(text, 'latin1'), counter())))).toBe(
      'intake.archive.unsafe-name',
    );
  });

  it('with one name twice, whatever its case, are refused', async () => {
    const twice = await zip(entry('A.yaml', '1'), entry('a.yaml', '2'));
    expect(await problemOf(all(readZip('t.zip', twice, counter())))).toBe('intake.archive.duplicate-name');
  });

  it('that unpack to far more than they are, are refused', async () => {
    const bomb = await zip(entry('zeros', '0'.repeat(30_000_000)));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await problemOf(all(readZip('b.zip', bomb, counter())))).toBe('intake.archive.ratio');
    const packed = new Uint8Array(gzipSync(Buffer.alloc(30_000_000)));
    expect(
      await problemOf(all(gunzipChecked('b.gz', once(packed), () => once(packed), webGunzip, counter()))),
    ).toBe('intake.archive.ratio');
  });

  it('that hold too many members are refused', async () => {
    const many = await zip(...Array.from({ length: 12 }, (_item, index) => entry(`f${index}`, 'x')));
    expect(await problemOf(all(readZip('m.zip', many, counter({ members: 10 }))))).toBe(
      'intake.archive.members',
    );
  });
});

describe('damaged archives', () => {
  it('are named as damaged, not taken for empty', async () => {
    const gz = new Uint8Array(gzipSync(Buffer.from('hello '.repeat(1000))));
    const cut = gz.subarray(0, gz.length - 12);
    expect(
      await problemOf(all(gunzipChecked('t.gz', once(cut), () => once(cut), webGunzip, counter()))),
    ).toBe('intake.gzip.damaged');
    const whole = await zip(entry('a', 'a'.repeat(100)));
    expect(await problemOf(all(readZip('t.zip', whole.subarray(0, 60), counter())))).toBe(
      'intake.zip.damaged',
    );
    expect(
      await problemOf(all(readTar('t.tar', once(tar('a', 'x'.repeat(600)).subarray(0, 700)), counter()))),
    ).toBe('intake.tar.truncated');
  });
});

describe('tar', () => {
  it('gives its regular members, names links and refuses devices', async () => {
    const members = await all(readTar('t.tar', once(tar('dir/a.yaml', 'hello')), counter()));
    expect(members.map(({ name, bytes: content }) => [name, new TextDecoder().decode(content)])).toEqual([
      ['dir/a.yaml', 'hello'],
    ]);
    expect(await all(readTar('t.tar', once(tar('a', '', '2')), counter()))).toMatchObject([
      { name: 'a', isLink: true },
    ]);
    expect(await problemOf(all(readTar('t.tar', once(tar('a', '', '3')), counter())))).toBe(
      'intake.archive.link',
    );
    expect(await problemOf(all(readTar('t.tar', once(tar('../a', 'x')), counter())))).toBe(
      'intake.archive.unsafe-name',
    );
  });
});

/** A tar with one member. */
function tar(name: string, content: string, type = '0'): Uint8Array {
  const header = new Uint8Array(512);
  const put = (at: number, text: string) => {
    header.set(bytes(text), at);
  };
  put(0, name);
  put(124, content.length.toString(8).padStart(11, '0'));
  put(156, type);
  put(257, 'ustar\0' + '00');
  put(148, '        ');
  put(
    148,
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
  );
  const body = new Uint8Array(Math.ceil(content.length / 512) * 512);
  body.set(bytes(content));
  return Buffer.concat([header, body, new Uint8Array(1024)]);
}
