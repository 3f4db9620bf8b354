// Hostile archives are refused whole, by name, and nothing of them is stored or counted; their neighbours come in. Limits
// are counted on what comes out, never on what a header claims.
import { describe, expect, it } from 'vitest';
import { codesOf, gzipped, importing, tarred, zipped, type TestFile } from '../../test/fixtures/importing.ts';

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n';
const HONEST: TestFile = { path: 'a-honest.yaml', content: POD };

/** What is said of a refused file; its neighbours must come in, and nothing of it may be kept. */
async function refusal(files: readonly TestFile[], context: Parameters<typeof importing>[1] = {}) {
  const { intake, stored } = await importing([HONEST, ...files.filter(file => file !== HONEST)], context);
  expect(intake.objects.map(object => object.source.file)).toEqual(['a-honest.yaml']);
  expect([...stored.keys()]).toEqual(['a-honest.yaml']);
  expect(intake.hostile).toEqual(files.filter(file => file !== HONEST).map(file => file.path));
  const row = intake.files.find(file => file.path === intake.hostile[0]);
  expect(row).toMatchObject({ withheld: true, records: 0, format: 'unrecognised' });
  return row?.diagnostics[0];
}

describe('a hostile archive', () => {
  it.each([
    ['leaves its folder', '../evil.yaml', 'intake.archive.unsafe-name'],
    ['leaves it further down', 'a/../../evil.yaml', 'intake.archive.unsafe-name'],
    ['begins at the root', '/etc/evil.yaml', 'intake.archive.unsafe-name'],
    ['names a drive', 'C:/evil.yaml', 'intake.archive.unsafe-name'],
    ['has a backslash', 'a\\evil.yaml', 'intake.archive.unsafe-name'],
  ])('whose member %s is refused', async (_what, name, code) => {
    const bad = tarred([
      { name: 'ok.yaml', content: POD },
      { name, content: POD },
    ]);
    for (const content of [bad, gzipped(bad)])
      expect(await refusal([HONEST, { path: 'x.tar', content }])).toMatchObject({
        code,
        file: 'x.tar',
      });
    expect(await refusal([{ path: 'outer.zip', content: await zipped({ 'in.tar': bad }) }])).toMatchObject({
      code,
      file: 'outer.zip!/in.tar',
    });
  });

  it('with a name twice, whatever its case or form, is refused', async () => {
    for (const [one, two] of [
      ['a.yaml', 'A.yaml'],
      ['a.yaml', './a.yaml'],
      ['\u00e9', 'e\u0301'],
    ] as const)
      expect(
        await refusal([{ path: 'x.tar', content: tarred([{ name: one }, { name: two }]) }]),
      ).toMatchObject({
        code: 'intake.archive.duplicate-name',
      });
  });

  it.each([
    ['a device', '3'],
    ['a pipe', '6'],
  ])('with %s is refused', async (_what, type) => {
    expect(await refusal([{ path: 'x.tar', content: tarred([{ name: 'l', type }]) }])).toMatchObject({
      code: 'intake.archive.link',
    });
  });

  it.each([
    ['a symbolic link', '2'],
    ['a hard link', '1'],
  ])('with %s names it, follows nothing and gives the rest', async (_what, type) => {
    const archive = tarred([
      { name: 'l', type },
      { name: 'pods.yaml', content: POD },
    ]);
    const { intake, stored } = await importing([{ path: 'x.tar', content: archive }]);
    expect(intake.diagnostics.map(item => [item.code, item.file])).toContainEqual([
      'intake.archive.link',
      'x.tar!/l',
    ]);
    expect(intake.objects.length).toBeGreaterThan(0);
    expect([...stored.keys()]).not.toContain('x.tar!/l');
  });

  it('that unpacks to far more than it is, is refused in gzip and in zip, at any depth', async () => {
    const bomb = new Uint8Array(30 * 1024 * 1024);
    const once = gzipped(bomb);
    expect(await refusal([HONEST, { path: 'b.gz', content: once }])).toMatchObject({
      code: 'intake.archive.ratio',
      file: 'b.gz',
    });
    expect(await refusal([{ path: 'b.zip', content: await zipped({ zeros: bomb }) }])).toMatchObject({
      code: 'intake.archive.ratio',
    });
    expect(
      await refusal([{ path: 'b.tar', content: tarred([{ name: 'in.gz', content: once }]) }]),
    ).toMatchObject({
      file: 'b.tar!/in.gz',
    });
  });

  it('beyond the limits of size, members and depth is refused', async () => {
    const many = tarred(Array.from({ length: 20 }, (_, at) => ({ name: `f${at}` })));
    expect(await refusal([{ path: 'x', content: many }], { limits: { members: 10 } })).toMatchObject({
      code: 'intake.archive.members',
    });
    const noise = Uint8Array.from({ length: 50_000 }, (_, at) => (at * 7919) % 253);
    expect(
      await refusal([{ path: 'x', content: gzipped(noise) }], { limits: { unpackedBytes: 10_000 } }),
    ).toMatchObject({ code: 'intake.archive.size' });
    let nested: Uint8Array = tarred([{ name: 'a.yaml', content: POD }]);
    for (let level = 0; level < 6; level++) nested = tarred([{ name: 'in.tar', content: nested }]);
    expect(await refusal([{ path: 'x', content: nested }])).toMatchObject({ code: 'intake.archive.depth' });
  });
});

describe('a hostile archive that was half read', () => {
  const flow = (pod: string): string =>
    JSON.stringify({
      start_time: 1772352000,
      end_time: 1772352060,
      source_type: 'wep',
      dest_type: 'wep',
      source_name: pod,
      source_namespace: 'shop',
      dest_name: 'card-0',
      dest_namespace: 'pay',
      host: `node-of-${pod}`,
      reporter: 'src',
      action: 'allow',
      proto: 'tcp',
    });
  const honest = [
    { path: 'a.log', content: `${flow('web-0')}\n` },
    { path: 'z.log', content: `${flow('web-1')}\n` },
  ];

  it('leaves no trace among the records of its neighbours: not a row, a text or a node', async () => {
    const evil = tarred([
      { name: 'flows.log', content: `${flow('evil-0')}\n${flow('web-1')}\n` },
      { name: 'pod.yaml', content: POD },
      { name: '../x', content: 'x' },
    ]);
    const alone = await importing(honest);
    const beside = await importing([...honest, { path: 'evil.tar', content: evil }]);
    expect(beside.intake.hostile).toEqual(['evil.tar']);
    expect(beside.intake.flows).toEqual(alone.intake.flows);
    expect(beside.intake.objects).toEqual([]);
    expect(beside.intake.clusters).toEqual(alone.intake.clusters);
  });

  it('does not use up the limits of those after it, nor do those before it', async () => {
    const noise = Uint8Array.from({ length: 9000 }, (_, at) => (at * 7919) % 253);
    const { intake } = await importing(
      ['a', 'b', 'c'].map(path => ({ path, content: gzipped(noise) })),
      { limits: { unpackedBytes: 10_000 } },
    );
    expect(intake.hostile).toEqual([]);
  });
});

describe('a damaged archive', () => {
  it('loses what cannot be read, and that is said; nothing unsearched is stored', async () => {
    const tar = tarred([
      { name: 'a.yaml', content: POD },
      { name: 'b.yaml', content: 'x'.repeat(3000) },
    ]);
    const zip = await zipped({ 'a.yaml': POD });
    const { intake, stored } = await importing([
      HONEST,
      { path: 'cut.tar', content: tar.slice(0, 2100) },
      { path: 'cut.zip', content: zip.slice(0, zip.length - 10) },
    ]);
    expect(intake.objects.map(object => object.source.file)).toEqual(['a-honest.yaml', 'cut.tar!/a.yaml']);
    expect([...stored.keys()]).toEqual(['a-honest.yaml', 'cut.tar!/a.yaml']);
    expect(intake.files.map(file => [file.path, file.withheld])).toEqual([
      ['a-honest.yaml', undefined],
      ['cut.tar', undefined],
      ['cut.zip', true],
    ]);
    expect(codesOf(intake)).toEqual(['intake.cluster.unnamed', 'intake.tar.truncated', 'intake.zip.damaged']);
  });

  it('of an unknown packing, or a file of secrets, is not stored, with what to do instead', async () => {
    const etcd = new Uint8Array(64);
    etcd.set([0xed, 0xda, 0x0c, 0xed], 16);
    const { intake, stored } = await importing([
      { path: 'a.zst', content: Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0]) },
      { path: 'snapshot.db', content: etcd },
    ]);
    expect(stored.size).toBe(0);
    expect(codesOf(intake)).toEqual(['intake.file.refused']);
  });

  it('that is empty says so', async () => {
    expect(codesOf((await importing([{ path: 'x.zip', content: await zipped({}) }])).intake)).toEqual([
      'intake.archive.empty',
    ]);
    expect((await importing([])).intake.files).toEqual([]);
  });
});
