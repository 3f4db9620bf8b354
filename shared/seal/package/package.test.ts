// The sealed package: common tools can check it, equal input gives equal manifests, and whatever is changed, missing,
// extra, renamed or doubled is refused with the name of the file.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeDigests as digests } from '../../../test/fixtures/digests.ts';
import { has, makeTestKeys, tool, type TestKeys } from '../../../test/fixtures/keys.ts';
import {
  AT,
  bytesOf,
  custodyOf,
  draftSigner,
  entriesOf,
  entry,
  seal,
  SECRET,
  value,
} from '../../../test/fixtures/packages.ts';
import { crlfPdf } from '../../../test/fixtures/pdfs.ts';
import { collect, once } from '../../archive/bytes.ts';
import { writeZip } from '../../archive/write-zip.ts';
import type { Instant } from '../../base/brand.ts';
import { concat } from '../../base/digest.ts';
import { openPkcs12 } from '../pkcs12.ts';
import type { Signer } from '../signer.ts';
import { accessTo, verifyFile } from '../verify-file.ts';
import { readCertificates } from '../x509.ts';
import { MEDIA_TYPE, NAMES } from './layout.ts';
import { readPackageZip } from './package-zip.ts';
import { checkCommands, SIGNER_COMMAND } from './readme.ts';
import { writePackage, type PackageEntry } from './write-package.ts';

const NOW = '2027-03-02T09:30:00Z' as Instant;

const draft = draftSigner;
const verify = (bytes: Uint8Array) => verifyFile(bytes, { digests, at: NOW });

async function faults(bytes: Uint8Array): Promise<string> {
  const report = await verify(bytes);
  expect(report.ok).toBe(report.checks.every(check => check.ok));
  return report.checks
    .filter(check => !check.ok)
    .map(check => `${check.id}: ${check.detail}`)
    .join('\n');
}

/** The package unpacked and written again with other members. */
async function repacked(
  bytes: Uint8Array,
  change: (files: Map<string, Uint8Array>) => void,
): Promise<Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const one of value(await readPackageZip(accessTo(bytes))))
    files.set(one.path, await collect(one.open()));
  change(files);
  const entries = [...files].map(([path, content]) => ({
    path,
    size: content.length,
    store: true,
    open: () => once(content),
  }));
  return (await collect(writeZip(entries))).slice();
}

describe('A sealed package', () => {
  let signer: Signer;
  let sealed: Uint8Array;
  beforeAll(async () => {
    signer = await draft();
    sealed = await seal(signer, await entriesOf(signer));
  });

  it('is intact, its signer unproven while nothing is trusted', async () => {
    const report = await verify(sealed);
    expect(report.checks.filter(check => !check.ok)).toEqual([]);
    expect(report).toMatchObject({ schema: 'vouch.verify/1', ok: true, trust: 'not-checked' });
    expect(report.signer).toMatchObject({ fingerprint: signer.fingerprint, throwaway: true, at: AT });
  });

  it('has its media type first, stored, at byte 30', () => {
    expect(Buffer.from(sealed.subarray(30, 38 + MEDIA_TYPE.length)).toString()).toBe(`mimetype${MEDIA_TYPE}`);
  });

  it('has the layout that was agreed', async () => {
    const paths = value(await readPackageZip(accessTo(sealed))).map(one => one.path);
    for (const name of Object.values(NAMES)) expect(paths).toContain(name);
    expect(paths[0]).toBe('mimetype');
    expect(paths.slice(-4)).toEqual([
      'META-INF/ASiCManifest.xml',
      'META-INF/manifest-sha256.p7s',
      'META-INF/signature.p7s',
      'META-INF/vouch.dsse.json',
    ]);
  });

  it('holds the secret of the engagement nowhere', () => {
    expect(Buffer.from(sealed).includes(SECRET)).toBe(false);
  });

  it('has the same manifest whatever the order of its entries', async () => {
    const entries = await entriesOf(signer);
    const input = {
      caseId: 'case-7',
      title: 'T',
      at: AT,
      version: '0.1.0',
      custody: custodyOf(3),
      signer,
      digests,
    };
    const [one, two] = [entries, [...entries].reverse()].map(list =>
      writePackage({ ...input, entries: list, secret: SECRET }),
    );
    const data = (text: string) => text.split('\n').filter(line => !line.includes('p7s'));
    expect(data(value(await one!).manifest)).toEqual(data(value(await two!).manifest));
  });

  it('refuses names that some system would change, and names that stand twice', async () => {
    const input = {
      caseId: 'c',
      title: 'T',
      at: AT,
      version: '1',
      custody: [],
      signer,
      digests,
      secret: SECRET,
    };
    const code = async (...paths: readonly string[]) => {
      const made = await writePackage({ ...input, entries: paths.map(path => entry(path, 'x')) });
      return made.ok ? 'written' : made.problem.code;
    };
    for (const path of [
      'report.pdf',
      'data/../x',
      'data/A',
      'data/con',
      'data/é',
      'data/x.',
      `data/${'x'.repeat(120)}`,
    ])
      expect(await code(path)).toBe('seal.package.path');
    expect(await code('data/a', 'data/a')).toBe('seal.package.path');
    expect(await code('data/custody/log.jsonl')).toBe('seal.package.path');
  });

  it('is not written on when an entry changes between digest and writing', async () => {
    let asked = 0;
    const moving: PackageEntry = {
      path: 'data/moving',
      role: 'evidence',
      open: () => once(bytesOf(String(asked++))),
    };
    await expect(seal(signer, [moving])).rejects.toThrow('changed while the package was written');
  });

  it('streams and deflates large entries', async () => {
    const line = bytesOf('2027-03-01 card/api web/front 443 allow\n'.repeat(25_000));
    async function* log() {
      for (let i = 0; i < 12; i++) yield await Promise.resolve(line);
    }
    const large = { path: 'data/flows/log.csv', role: 'flows', open: log };
    const bytes = await seal(signer, await entriesOf(signer, [large]));
    expect(bytes.length).toBeLessThan(1_000_000);
    expect(await faults(bytes)).toBe('');
    const middle = Math.floor(bytes.length / 3);
    bytes[middle] = bytes[middle]! ^ 1;
    const said = await faults(bytes);
    expect(said).toContain('contents: Entry data/flows/log.csv');
    expect(said).toContain('data/flows/log.csv was changed');
  });

  describe('when altered, is refused and names the file', () => {
    const path = 'data/evidence/e-1/cluster.yaml';
    it.each<[string, (files: Map<string, Uint8Array>) => void, string]>([
      ['a changed file', files => files.set(path, bytesOf('kind: pod\n')), `manifest: ${path} was changed`],
      ['a missing file', files => files.delete(path), `manifest: ${path} is missing`],
      [
        'an extra file',
        files => files.set('data/evidence/x', bytesOf('x')),
        'manifest: data/evidence/x is extra',
      ],
      [
        'an extra file outside data/',
        files => files.set('notes.txt', bytesOf('x')),
        'layout: notes.txt does not belong',
      ],
      ['a missing fixed member', files => files.delete(NAMES.readme), 'layout: README.txt is missing'],
      [
        'another README',
        files => files.set(NAMES.readme, bytesOf('trust me')),
        'tag-files: README.txt was changed',
      ],
      ['another bag-info', files => files.set(NAMES.bagInfo, bytesOf('x: y')), 'tag-files: bag-info.txt'],
      [
        'another media type',
        files => files.set(NAMES.mimetype, bytesOf('application/zip')),
        'layout: mimetype',
      ],
      [
        'a cut custody log',
        files =>
          files.set(
            NAMES.custodyLog,
            files
              .get(NAMES.custodyLog)!
              .subarray(0, Buffer.from(files.get(NAMES.custodyLog)!).lastIndexOf('\n', -2) + 1),
          ),
        `custody: ${NAMES.custodyLog}: The custody log has 2 entries, the signed checkpoint 3`,
      ],
      [
        'a manifest that agrees with a changed file',
        files => {
          files.set(path, bytesOf('kind: pod\n'));
          const text = Buffer.from(files.get(NAMES.manifest)!).toString();
          const line = text.split('\n').find(one => one.endsWith(path))!;
          const digest = Buffer.from(digests.sha256(bytesOf('kind: pod\n'))).toString('hex');
          files.set(NAMES.manifest, bytesOf(text.replace(line, `${digest}  ${path}`)));
        },
        `manifest-signature: ${NAMES.manifestSignature}: The signed content was changed`,
      ],
    ])('%s', async (_, change, expected) => {
      expect(await faults(await repacked(sealed, change))).toContain(expected);
    });

    it('a renamed file', async () => {
      const renamed = await repacked(sealed, files => {
        files.set('data/evidence/e-1/renamed.yaml', files.get(path)!);
        files.delete(path);
      });
      const said = await faults(renamed);
      expect(said).toContain(`${path} is missing`);
      expect(said).toContain('data/evidence/e-1/renamed.yaml is extra');
    });

    it('a name that stands twice, in any case', async () => {
      const files: (readonly [string, string])[] = [
        ['mimetype', MEDIA_TYPE],
        ['data/x', '1'],
        ['data/X', '2'],
      ];
      const entries = files.map(([name, text]) => ({
        path: name,
        size: text.length,
        store: true,
        open: () => once(bytesOf(text)),
      }));
      expect(await faults(await collect(writeZip(entries)))).toContain('data/X stands twice');
    });

    it('a name in the directory or in a local header', async () => {
      const latin = Buffer.from(sealed).toString('latin1');
      const local = new RegExp(`PK\\x03\\x04[^]{26}(?=${path})`).exec(latin)!;
      for (const at of [local.index + 30, latin.lastIndexOf(path)]) {
        const copy = sealed.slice();
        copy[at + 10] = copy[at + 10]! ^ 1;
        expect(await faults(copy)).toMatch(/container: Entry data\/evid.*cluster\.yaml has another name/);
      }
    });

    it('bytes before, behind, and a cut end', async () => {
      expect(await faults(concat([sealed, Uint8Array.of(0)]))).toContain('container:');
      expect(await faults(concat([Uint8Array.of(0), sealed]))).toContain('container:');
      expect(await faults(sealed.subarray(0, sealed.length - 1))).toContain('container:');
      expect(await faults(new Uint8Array())).toContain('container:');
      expect(await faults(bytesOf('PK'.repeat(100)))).toContain('container:');
    });

    it('parts sealed by another signer', async () => {
      const other = await draft();
      const theirs = await seal(other, await entriesOf(other));
      const theirFiles = new Map<string, Uint8Array>();
      await repacked(theirs, files => files.forEach((content, name) => theirFiles.set(name, content)));
      const mixed = await repacked(sealed, files =>
        files.set(NAMES.checkpointSignature, theirFiles.get(NAMES.checkpointSignature)!),
      );
      expect(await faults(mixed)).toContain('checkpoint-signature');
      const foreignReport = await entriesOf(other);
      expect(await faults(await seal(signer, foreignReport))).toContain(
        'report: data/report/report.pdf is not signed by the signer',
      );
    });

    it('an engagement that kept its secret, or an unsigned report', async () => {
      const entries = await entriesOf(signer);
      const without = entries.filter(one => one.path !== NAMES.report);
      expect(await faults(await seal(signer, [...without, entry(NAMES.report, crlfPdf())]))).toContain(
        'report:',
      );
      const engagement = JSON.parse(
        Buffer.from(await collect(entries.find(one => one.path === NAMES.engagement)!.open())).toString(),
      ) as object;
      const leaking = entries.map(one =>
        one.path === NAMES.engagement
          ? entry(one.path, JSON.stringify({ ...engagement, secret: SECRET }))
          : one,
      );
      expect(await faults(await seal(signer, leaking))).toContain('still holds the secret');
    });

    it('any one byte', { timeout: 240_000 }, async () => {
      const accepted: number[] = [];
      const pdf = Buffer.from(sealed).indexOf('%PDF-');
      const padding = [pdf + 6_000, pdf + 33_000] as const;
      const step = (at: number) => (at > padding[0] && at < padding[1] ? 1009 : 101);
      for (let at = 0; at < sealed.length; at += step(at)) {
        const copy = sealed.slice();
        copy[at] = copy[at]! ^ (1 << ((at * 7) % 8));
        if ((await verify(copy)).ok) accepted.push(at);
      }
      expect(accepted).toEqual([]);
    });

    it(
      'any one byte of the directory of the zip and of the local headers',
      { timeout: 240_000 },
      async () => {
        const accepted: number[] = [];
        const latin = Buffer.from(sealed).toString('latin1');
        const directory = latin.indexOf('PK\x01\x02');
        const places = new Set<number>();
        for (let at = directory; at < sealed.length; at++) places.add(at);
        for (let at = latin.indexOf('PK\x03\x04'); at >= 0; at = latin.indexOf('PK\x03\x04', at + 1))
          for (let i = 0; i < 30; i++) places.add(at + i);
        for (const at of places)
          for (const flip of [1, 0x20, 0x80]) {
            const copy = sealed.slice();
            copy[at] = copy[at]! ^ flip;
            if ((await verify(copy)).ok) accepted.push(at);
          }
        expect(accepted).toEqual([]);
      },
    );
  });
});

describe.skipIf(!has('openssl') || !has('unzip') || !has('sha256sum'))(
  'A package signed by a certified key',
  () => {
    let keys: TestKeys;
    let folder: string;
    const sealedBy = new Map<string, Uint8Array>();
    beforeAll(async () => {
      keys = makeTestKeys();
      folder = mkdtempSync(join(tmpdir(), 'vouch-package-'));
      for (const name of ['p256', 'p384', 'rsa'] as const) {
        keys.certify(name);
        const signer = value(await openPkcs12(keys.pkcs12(name, `${name}.p12`, 'pw'), bytesOf('pw')));
        sealedBy.set(name, await seal(signer, await entriesOf(signer)));
      }
    }, 60_000);
    afterAll(() => {
      keys.remove();
      rmSync(folder, { recursive: true });
    });

    const unpacked = (name: string) => {
      const place = join(folder, `${name}-${Math.trunc(performance.now())}`, 'case');
      mkdirSync(place, { recursive: true });
      writeFileSync(join(dirname(place), 'case.asice'), sealedBy.get(name)!);
      execFileSync('unzip', ['-q', '../case.asice'], { cwd: place });
      writeFileSync(join(place, '..', 'issuer.pem'), keys.read('root.pem'));
      return place;
    };
    const run = (command: string, cwd: string) =>
      tool('bash', ['-c', command.replace('issuer.pem', '../issuer.pem')], cwd);

    it.each(['p256', 'p384', 'rsa'])('%s passes every command of its README', name => {
      const place = unpacked(name);
      for (const command of checkCommands('issuer'))
        expect([command, run(command, place).code]).toEqual([command, 0]);
      expect(run(SIGNER_COMMAND, place).code).toBe(0);
      for (const command of checkCommands('itself'))
        expect([command, run(command, place).code]).toEqual([command, 0]);
      if (has('qpdf')) expect(run(`qpdf --check ${NAMES.report}`, place).code).toBe(0);
    });

    it('shows a changed file to sha256sum and an extra one to the comparison of lists', () => {
      const [, digestCheck, , listCheck] = checkCommands('issuer');
      const place = unpacked('p256');
      writeFileSync(join(place, 'data/evidence/e-1/cluster.yaml'), 'kind: pod\n');
      expect(run(digestCheck!, place).code).toBe(1);
      const other = unpacked('p256');
      writeFileSync(join(other, 'data/extra.txt'), 'x');
      expect(run(digestCheck!, other).code).toBe(0);
      expect(run(listCheck!, other).code).toBe(1);
    });

    it('by RSA has the same manifest each time', async () => {
      const signer = value(await openPkcs12(keys.read('rsa.p12'), bytesOf('pw')));
      const manifest = async (bytes: Uint8Array) => {
        const entries = value(await readPackageZip(accessTo(bytes)));
        return Buffer.from(
          await collect(entries.find(one => one.path === NAMES.manifest)!.open()),
        ).toString();
      };
      const again = await seal(signer, [...(await entriesOf(signer))].reverse());
      expect(await manifest(again)).toBe(await manifest(sealedBy.get('rsa')!));
      expect(Buffer.from(again).equals(Buffer.from(sealedBy.get('rsa')!))).toBe(true);
    });

    it('is trusted by its root, untrusted by another, and says so apart from its integrity', async () => {
      const bytes = sealedBy.get('p384')!;
      const root = value(await readCertificates(keys.read('root.pem')));
      const trusted = await verifyFile(bytes, { digests, at: NOW, trust: root });
      expect(trusted).toMatchObject({ ok: true, trust: 'trusted' });
      const stranger = value(await readCertificates((await draft()).certificateChain[0]!));
      const untrusted = await verifyFile(bytes, { digests, at: NOW, trust: stranger });
      expect(untrusted).toMatchObject({ ok: false, trust: 'untrusted' });
      expect(untrusted.checks.filter(check => !check.ok).map(check => check.id)).toEqual(['trust']);
      const early = await verifyFile(bytes, { digests, at: '2026-01-01T00:00:00Z' as Instant });
      expect(early.checks.filter(check => !check.ok).map(check => check.id)).toEqual(['facts']);
    });
  },
);
