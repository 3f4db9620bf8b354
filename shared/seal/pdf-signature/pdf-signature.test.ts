// PAdES B-B: what is signed is accepted by outside tools, and what is altered is refused by ours even where they
// would not notice. Tools that are missing are named and skipped.
import { createHash, webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classicPdf, crlfPdf, streamPdf } from '../../../test/fixtures/pdfs.ts';
import { has, makeTestKeys, tool, type KeyName, type TestKeys } from '../../../test/fixtures/keys.ts';
import type { Instant } from '../../base/brand.ts';
import { concat } from '../../base/digest.ts';
import type { Result } from '../../base/result.ts';
import { makeThrowawayIdentity } from '../identity.ts';
import { openPkcs12 } from '../pkcs12.ts';
import type { Signer } from '../signer.ts';
import { openPdf } from './pdf-file.ts';
import { signPdf } from './sign-pdf.ts';
import { extractSignature, verifyPdf } from './verify-pdf.ts';

const AT = '2027-03-01T09:30:00Z' as Instant;
const random = (length: number) => webcrypto.getRandomValues(new Uint8Array(length));
const REQUEST = {
  page: 2,
  rect: [40, 180, 240, 240],
  name: 'Zofia Żółć',
  reason: 'Assessor',
  at: AT,
} as const;
const text = (value: string) => new TextEncoder().encode(value);
const latin = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}

async function refusal(pdf: Uint8Array): Promise<string> {
  const result = await verifyPdf(pdf);
  return result.ok ? 'accepted' : result.problem.code;
}

/** The bytes with a text replaced by another of the same length. */
function altered(
  pdf: Uint8Array,
  from: string | RegExp,
  to: string | ((match: string) => string),
): Uint8Array {
  const before = latin(pdf);
  const after = typeof to === 'string' ? before.replace(from, to) : before.replace(from, match => to(match));
  expect(after).not.toBe(before);
  return new Uint8Array(Buffer.from(after, 'latin1'));
}

const draft = () => makeThrowawayIdentity({ name: 'Acme', at: AT, random });

describe('A signed PDF', () => {
  it('keeps the unsigned bytes as an exact prefix and verifies', async () => {
    const base = classicPdf();
    const signed = value(await signPdf(base, await draft(), REQUEST));
    expect(Buffer.from(signed.subarray(0, base.length)).equals(Buffer.from(base))).toBe(true);
    const [signature] = value(await verifyPdf(signed));
    expect(signature).toMatchObject({
      name: 'Zofia Żółć',
      reason: 'Assessor',
      at: AT,
      revisionEnd: signed.length,
    });
    expect(signature?.signer.subject).toContain('Vouch throw-away draft identity');
  });

  it.each([
    ['with cross-reference and object streams', streamPdf],
    ['with CRLF line ends', crlfPdf],
    ['whose last /Size is too small', () => altered(classicPdf(1), /\/Size \d\d/, '/Size 02')],
  ])('may be one %s', async (_, make) => {
    const signed = value(await signPdf(make(), await draft(), { ...REQUEST, page: 1 }));
    expect(value(await verifyPdf(signed))).toHaveLength(1);
    const twice = value(
      await signPdf(signed, await draft(), { ...REQUEST, page: 1, rect: [300, 180, 500, 240] }),
    );
    expect(value(await verifyPdf(twice))).toHaveLength(2);
    if (has('qpdf')) expect(qpdfWarnings(twice)).toBe('');
  });

  it('needs a page, a rectangle and an identity that is valid at the time of signing', async () => {
    const base = classicPdf(1);
    const signer = await draft();
    expect(await signPdf(base, signer, { ...REQUEST, page: 3 })).toMatchObject({
      problem: { code: 'seal.pdf.page' },
    });
    const flat = { ...REQUEST, page: 1, rect: [1, 1, 1, 1] } as const;
    expect(await signPdf(base, signer, flat)).toMatchObject({ problem: { code: 'seal.pdf.rectangle' } });
    const late = { ...REQUEST, page: 1, at: '2040-01-01T00:00:00Z' as Instant };
    expect(await signPdf(base, signer, late)).toMatchObject({ problem: { code: 'seal.signer.unfit' } });
  });

  it('is refused before anything is written when its signature does not fit the hole', async () => {
    const signer = await draft();
    const chain = Array.from({ length: 40 }, () => signer.certificateChain[0]!);
    const long: Signer = { ...signer, certificateChain: chain };
    expect(await signPdf(classicPdf(), long, REQUEST)).toMatchObject({ problem: { code: 'seal.pdf.hole' } });
  });

  it('is not made of files that are no PDF, run in circles or are encrypted', async () => {
    const loop = altered(crlfPdf(), '/Size 4 /Root 1 0 R', '/Root 1 0 R/Prev 198');
    const offset = /startxref\s+(\d+)/.exec(latin(loop))![1]!;
    const circle = altered(loop, /Prev \d+/, `Prev ${offset}`);
    for (const bytes of [text('no pdf'), text('%PDF-1.4\n'), circle])
      expect((await openPdf(bytes)).ok).toBe(false);
    const locked = altered(crlfPdf(), '/Size 4 /Root 1 0 R', '/Encrypt 9 0 R/Root 1 0 R');
    expect(await openPdf(locked)).toMatchObject({ problem: { code: 'seal.pdf.encrypted' } });
  });
});

describe('Tampering with a signed PDF', () => {
  let pdf: Uint8Array;
  const contentsAt = () => latin(pdf).indexOf('/Contents <') + '/Contents <'.length;
  const flipped = (at: number) => {
    const copy = pdf.slice();
    copy[at] = copy[at]! ^ 1;
    return copy;
  };
  beforeAll(async () => {
    pdf = value(await signPdf(classicPdf(), await draft(), REQUEST));
  });

  it('by a byte in a page, the date, the catalog or behind the hole is refused', async () => {
    const page = latin(pdf).indexOf('stream\n') + 20;
    expect(await refusal(flipped(page))).toBe('seal.cms.digest');
    expect(await refusal(altered(pdf, 'D:20270301', 'D:20270302'))).toBe('seal.cms.digest');
    expect(await refusal(altered(pdf, '/Version /1.7', '/Version /1.6'))).toBe('seal.cms.digest');
    expect(await refusal(altered(pdf, '/F 132', '/F 134'))).toBe('seal.cms.digest');
  });

  it('by a byte inside the signature is refused', async () => {
    const copy = pdf.slice();
    copy[contentsAt() + 400] = copy[contentsAt() + 400] === 0x30 ? 0x31 : 0x30;
    expect(await refusal(copy)).toMatch(/^seal\./);
  });

  it('by another number in the signed range is refused', async () => {
    const range = /ByteRange \[0 (\d+) (\d+) (\d+)\]/.exec(latin(pdf))!.slice(1).map(Number);
    const [until, resume, length] = range as [number, number, number];
    const write = (...numbers: readonly number[]) =>
      altered(pdf, /ByteRange \[[^\]]*\] */, match =>
        `ByteRange [${numbers.join(' ')}]`.padEnd(match.length),
      );
    expect(await refusal(write(1, until, resume, length))).toBe('seal.pdf.range');
    expect(await refusal(write(0, until - 1, resume, length))).toBe('seal.pdf.range');
    expect(await refusal(write(0, until, resume + 2, length - 2))).toBe('seal.pdf.range');
    expect(await refusal(write(0, until, resume, length + 1))).toBe('seal.pdf.range');
    expect(await refusal(write(0, until, resume, length - 1))).toBe('seal.pdf.not-total');
  });

  it('by padding that is not zero is refused, which other tools do not notice', async () => {
    const copy = pdf.slice();
    copy[contentsAt() + 32_767] = 0x31;
    expect(await refusal(copy)).toBe('seal.pdf.padding');
  });

  it('by bytes behind the end is refused, which other tools do not notice', async () => {
    expect(await refusal(concat([pdf, text('\n% more\n')]))).toBe('seal.pdf.not-total');
    expect(await refusal(concat([pdf, text('\n')]))).toBe('seal.pdf.not-total');
  });

  it('by page content forged in an incremental update is refused, even when signed again', async () => {
    const forged = await forgedUpdate(pdf);
    expect(await refusal(forged)).toBe('seal.pdf.not-total');
    const signedAgain = value(
      await signPdf(forged, await draft(), { ...REQUEST, rect: [300, 180, 500, 240] }),
    );
    expect(await refusal(signedAgain)).toBe('seal.pdf.changed');
  });

  it('at any byte is refused', { timeout: 120_000 }, async () => {
    const small = value(await signPdf(crlfPdf(), await draft(), { ...REQUEST, page: 1 }));
    const accepted: number[] = [];
    const hole = latin(small).indexOf('/Contents <');
    for (let at = 0; at < small.length; at += at > hole + 2600 && at < hole + 32_000 ? 997 : 3) {
      const copy = small.slice();
      copy[at] = copy[at]! ^ (1 << (at % 8));
      if ((await verifyPdf(copy)).ok) accepted.push(at);
    }
    expect(accepted).toEqual([]);
  });
});

/** An update that replaces the first page's content, as an attacker would append it. */
async function forgedUpdate(pdf: Uint8Array): Promise<Uint8Array> {
  const file = value(await openPdf(pdf));
  const number = Number(/\/Contents (\d+) 0 R/.exec(latin(pdf))![1]);
  const body = `${number} 0 obj\n<< /Length 8 >>\nstream\n% forged\nendstream\nendobj\n`;
  const start = pdf.length + body.length;
  const line = `${String(pdf.length).padStart(10, '0')} 00000 n \n`;
  const previous = file.sections[0]!.offset;
  const trailer = `trailer\n<< /Size 99 /Root ${file.root} 0 R /Info ${/\/Info (\d+)/.exec(latin(pdf))![1]} 0 R /Prev ${previous} >>\n`;
  return concat([pdf, text(`${body}xref\n${number} 1\n${line}${trailer}startxref\n${start}\n%%EOF\n`)]);
}

function qpdfWarnings(pdf: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'vouch-pdf-'));
  writeFileSync(join(folder, 'check.pdf'), pdf);
  const run = tool('qpdf', ['--check', 'check.pdf'], folder);
  rmSync(folder, { recursive: true });
  expect(run.text).toContain('checking check.pdf');
  return run.text
    .split('\n')
    .filter(line => line.includes('WARNING'))
    .join('\n');
}

describe.skipIf(!has('openssl'))('Signatures with certified keys', () => {
  let keys: TestKeys;
  const signers = new Map<KeyName, Signer>();
  const names: readonly KeyName[] = ['p256', 'p384', 'rsa', 'client'];
  beforeAll(async () => {
    keys = makeTestKeys();
    for (const name of names) {
      keys.certify(name);
      signers.set(name, value(await openPkcs12(keys.pkcs12(name, `${name}.p12`, 'secret'), text('secret'))));
    }
    if (has('certutil')) {
      tool('mkdir', ['nss'], keys.folder);
      tool('certutil', ['-N', '-d', 'nss', '--empty-password'], keys.folder);
      tool('certutil', ['-A', '-d', 'nss', '-n', 'root', '-t', 'CT,C,C', '-i', 'root.pem'], keys.folder);
    }
  }, 60_000);
  afterAll(() => keys.remove());

  it.each(['p256', 'p384', 'rsa'] as const)(
    'of %s are accepted by openssl, pdfsig, qpdf and mutool',
    async name => {
      const signed = value(await signPdf(classicPdf(), signers.get(name)!, REQUEST));
      expect(value(await verifyPdf(signed))[0]?.signer.subject).toBe(`O=Test assessors, CN=Signer ${name}`);
      const file = keys.write(`${name}.pdf`, signed);
      const { signedBytes, cms } = value(await extractSignature(signed));
      keys.write('signed.bin', concat(signedBytes));
      keys.write('signature.p7s', cms);
      const check = ['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', 'signature.p7s'];
      const openssl = tool(
        'openssl',
        [...check, '-content', 'signed.bin', '-CAfile', 'root.pem', '-purpose', 'any', '-out', '/dev/null'],
        keys.folder,
      );
      expect(openssl.text).toContain('CAdES Verification successful');
      if (has('qpdf')) expect(tool('qpdf', ['--check', file]).text).not.toContain('WARNING');
      if (has('pdfsig')) {
        const pdfsig = tool('pdfsig', has('certutil') ? ['-nssdir', keys.path('nss'), file] : [file]).text;
        for (const sentence of [
          'Signature is Valid.',
          'Total document signed',
          'ETSI.CAdES.detached',
          ...(has('certutil') ? ['Certificate is Trusted.'] : []),
        ])
          expect(pdfsig).toContain(sentence);
      }
      if (has('mutool'))
        expect(tool('mutool', ['sign', '-v', file]).text).toContain(
          'The document is unchanged since signing.',
        );
    },
  );

  it('have exactly the three signed attributes', async () => {
    const signed = value(await signPdf(classicPdf(), signers.get('rsa')!, REQUEST));
    keys.write('attributes.p7s', value(await extractSignature(signed)).cms);
    const printed = tool(
      'openssl',
      ['cms', '-cmsout', '-print', '-noout', '-inform', 'DER', '-in', 'attributes.p7s'],
      keys.folder,
    ).text;
    const part = printed.slice(
      printed.indexOf('signedAttrs:'),
      printed.indexOf('signatureAlgorithm:', printed.indexOf('signedAttrs:')),
    );
    const objects = [...part.matchAll(/object: (\S+)/g)].map(match => match[1]);
    expect(objects.sort()).toEqual(['contentType', 'id-smime-aa-signingCertificateV2', 'messageDigest']);
  });

  it('with RSA are the same bytes each time', async () => {
    const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    const [first, second] = [
      value(await signPdf(classicPdf(), signers.get('rsa')!, REQUEST)),
      value(await signPdf(classicPdf(), signers.get('rsa')!, REQUEST)),
    ];
    expect(digest(first)).toBe(digest(second));
  });

  it('may be three, each valid, none covering less than its revision', async () => {
    const base = classicPdf();
    const one = value(await signPdf(base, signers.get('p256')!, REQUEST));
    const two = value(
      await signPdf(one, signers.get('client')!, { ...REQUEST, rect: [300, 180, 500, 240], name: 'Client' }),
    );
    const three = value(
      await signPdf(two, signers.get('p384')!, { ...REQUEST, rect: [40, 80, 240, 140], name: 'QA' }),
    );
    expect(value(await verifyPdf(three)).map(signature => signature.revisionEnd)).toEqual([
      one.length,
      two.length,
      three.length,
    ]);
    expect(Buffer.from(three.subarray(0, one.length)).equals(Buffer.from(one))).toBe(true);
    const file = keys.write('three.pdf', three);
    if (has('qpdf')) expect(tool('qpdf', ['--check', file]).text).not.toContain('WARNING');
    if (has('pdfsig')) expect(tool('pdfsig', [file]).text.match(/Signature is Valid\./g)).toHaveLength(3);
  });

  it('do not hide a page forged behind them, though pdfsig calls them valid', async () => {
    const forged = await forgedUpdate(value(await signPdf(classicPdf(), signers.get('p256')!, REQUEST)));
    expect(await refusal(forged)).toBe('seal.pdf.not-total');
    if (has('pdfsig'))
      expect(tool('pdfsig', [keys.write('forged.pdf', forged)]).text).toContain('Signature is Valid.');
  });

  it.skipIf(!has('pdfsig'))(
    'show some tampering to pdfsig and hide the rest, all of which is refused here',
    async () => {
      const pdf = value(await signPdf(classicPdf(), signers.get('p256')!, REQUEST));
      const padded = pdf.slice();
      padded[latin(pdf).indexOf('/Contents <') + 11 + 32_767] = 0x31;
      const page = pdf.slice();
      const inPage = latin(pdf).indexOf('stream\n') + 20;
      page[inPage] = page[inPage]! ^ 1;
      const cases = [
        [page, 'Digest Mismatch.'],
        [altered(pdf, 'D:20270301', 'D:20270302'), 'Digest Mismatch.'],
        [altered(pdf, '/Version /1.7', '/Version /1.6'), 'Digest Mismatch.'],
        [altered(pdf, '/F 132', '/F 134'), 'Digest Mismatch.'],
        [padded, 'Signature is Valid.'],
        [concat([pdf, text('\n% more\n')]), 'Signature is Valid.'],
        [await forgedUpdate(pdf), 'Signature is Valid.'],
      ] as const;
      for (const [bytes, wording] of cases) {
        expect(tool('pdfsig', [keys.write('tampered.pdf', bytes)]).text).toContain(wording);
        expect(await refusal(bytes)).toMatch(/^seal\./);
      }
    },
  );
});
