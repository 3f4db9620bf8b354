// PKCS#12 files as openssl writes them: what is opened, and what is refused with a sentence that helps.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { has, makeTestKeys, tool, type TestKeys } from '../../test/fixtures/keys.ts';
import { bytesOf, draftSigner, value } from '../../test/fixtures/packages.ts';
import { signDetached } from './cms.ts';
import { openPkcs12, REEXPORT_COMMAND } from './pkcs12.ts';
import { verifyDetached } from './verify-cms.ts';

describe('A throw-away identity', () => {
  it('says in its own name that it is one, and who the draft is for', async () => {
    const signer = await draftSigner();
    expect(signer).toMatchObject({ throwaway: true, algorithm: 'ecdsa-p256-sha256' });
    expect(signer.subject).toBe('CN=Vouch throw-away draft identity, OU=Draft for Acme');
  });

  it('signs what verifies, and nothing else', async () => {
    const cms = value(await signDetached([bytesOf('one'), bytesOf(' two')], await draftSigner()));
    expect(value(await verifyDetached(cms, [bytesOf('one two')])).canonical).toBe(true);
    expect(await verifyDetached(cms, [bytesOf('one twp')])).toMatchObject({
      problem: { code: 'seal.cms.digest' },
    });
  });
});

describe.skipIf(!has('openssl'))('A PKCS#12 file', () => {
  let keys: TestKeys;
  const openssl = (...args: readonly string[]) => {
    const run = tool('openssl', args, keys.folder);
    expect([args.join(' '), run.code, run.code === 0 ? '' : run.text]).toEqual([args.join(' '), 0, '']);
  };
  const open = (bytes: Uint8Array, password = 'secret') => openPkcs12(bytes, bytesOf(password));
  const refusal = async (bytes: Uint8Array, password = 'secret') => {
    const result = await open(bytes, password);
    return result.ok ? { code: 'opened', message: '' } : result.problem;
  };
  beforeAll(() => {
    keys = makeTestKeys();
    for (const name of ['p256', 'p384', 'rsa', 'weak', 'ed25519'] as const) keys.certify(name);
  }, 60_000);
  afterAll(() => keys.remove());

  it.each([
    ['p256', 'ecdsa-p256-sha256'],
    ['p384', 'ecdsa-p384-sha384'],
    ['rsa', 'rsa-pkcs1-sha256'],
  ] as const)('with a %s key signs with %s', async (name, algorithm) => {
    const signer = value(await open(keys.pkcs12(name, `${name}.p12`, 'secret')));
    expect(signer).toMatchObject({
      algorithm,
      throwaway: false,
      subject: `O=Test assessors, CN=Signer ${name}`,
    });
    expect(signer.certificateChain).toHaveLength(1);
    const cms = value(await signDetached([bytesOf('content')], signer));
    keys.write('content', 'content');
    keys.write('content.p7s', cms);
    openssl(
      'cms',
      '-verify',
      '-cades',
      '-binary',
      '-inform',
      'DER',
      '-in',
      'content.p7s',
      '-content',
      'content',
      '-CAfile',
      'root.pem',
      '-purpose',
      'any',
      '-out',
      'verified',
    );
  });

  it('opens with a passphrase in any script, as bytes of UTF-8', async () => {
    const bytes = keys.pkcs12('p256', 'unicode.p12', 'Zażółć γεια');
    expect(value(await open(bytes, 'Zażółć γεια')).subject).toContain('Signer p256');
  });

  it('opens after 600,000 iterations', { timeout: 120_000 }, async () => {
    const bytes = keys.pkcs12('p256', 'slow.p12', 'secret', ['-iter', '600000']);
    expect(value(await open(bytes)).subject).toContain('Signer p256');
  });

  it('orders its chain itself and leaves the root out', async () => {
    openssl(
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      'middle.key',
      '-out',
      'middle.csr',
      '-subj',
      '/CN=Middle',
    );
    keys.write('middle.ext', 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign');
    openssl(
      'x509',
      '-req',
      '-in',
      'middle.csr',
      '-CA',
      'root.pem',
      '-CAkey',
      'root.key',
      '-set_serial',
      '77',
      '-days',
      '3000',
      '-extfile',
      'middle.ext',
      '-out',
      'middle.pem',
    );
    openssl(
      'x509',
      '-req',
      '-in',
      'p384.csr',
      '-CA',
      'middle.pem',
      '-CAkey',
      'middle.key',
      '-set_serial',
      '78',
      '-days',
      '3000',
      '-extfile',
      'p384.ext',
      '-out',
      'leaf.pem',
    );
    const text = (name: string) => Buffer.from(keys.read(name)).toString();
    keys.write('shuffled.pem', text('root.pem') + text('middle.pem'));
    openssl(
      'pkcs12',
      '-export',
      '-inkey',
      'p384.key',
      '-in',
      'leaf.pem',
      '-certfile',
      'shuffled.pem',
      '-out',
      'chain.p12',
      '-passout',
      'pass:secret',
    );
    expect(value(await open(keys.read('chain.p12'))).certificateChain).toHaveLength(2);
  });

  it('is refused with a wrong passphrase, without a MAC, damaged, or being something else', async () => {
    const bytes = keys.pkcs12('p256', 'plain.p12', 'secret');
    expect((await refusal(bytes, 'Secret')).code).toBe('seal.pkcs12.passphrase');
    const noMac = await refusal(keys.pkcs12('p256', 'nomac.p12', 'secret', ['-nomac']));
    expect(noMac.code).toBe('seal.pkcs12.form');
    expect(noMac.message).toContain(REEXPORT_COMMAND);
    for (const at of [100, 400, bytes.length - 40]) {
      const damaged = bytes.slice();
      damaged[at] = damaged[at]! ^ 1;
      expect((await refusal(damaged)).code).toMatch(/^seal\.pkcs12\.(passphrase|unreadable|form)$/);
    }
    expect((await refusal(bytesOf('no key file'))).code).toBe('seal.pkcs12.unreadable');
    expect((await refusal(new Uint8Array(2_000_000))).code).toBe('seal.pkcs12.size');
  });

  it('in an old form is refused with the command that makes a new one, and the command does', async () => {
    const des = await refusal(
      keys.pkcs12('rsa', 'des.p12', 'secret', ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES']),
    );
    expect(des).toMatchObject({ code: 'seal.pkcs12.form' });
    keys.pkcs12('rsa', 'legacy.p12', 'secret', ['-legacy']);
    const legacy = await refusal(keys.read('legacy.p12'));
    expect(legacy.message).toContain(REEXPORT_COMMAND);
    const command = REEXPORT_COMMAND.replace('OLD.p12', 'legacy.p12 -passin pass:secret').replace(
      'NEW.p12',
      'new.p12 -passout pass:secret',
    );
    expect(tool('bash', ['-c', command], keys.folder).code).toBe(0);
    expect(value(await open(keys.read('new.p12'))).subject).toContain('Signer rsa');
  });

  it('with an Ed25519 or a short RSA key is refused in plain words', async () => {
    const edwards = await refusal(keys.pkcs12('ed25519', 'ed.p12', 'secret'));
    expect(edwards.code).toBe('seal.pkcs12.key-kind');
    expect(edwards.message).toBe(
      'The key is Ed25519, which PDF readers do not accept; use ECDSA P-256, P-384 or RSA of at least 2048 bits',
    );
    const weak = await refusal(keys.pkcs12('weak', 'weak.p12', 'secret'));
    expect(weak).toMatchObject({
      code: 'seal.pkcs12.weak',
      message: 'The RSA key has 1024 bits; at least 2048 are needed',
    });
  });

  it('whose certificate is for another use or another key is refused', async () => {
    keys.certify('client', ['keyUsage=critical,keyEncipherment']);
    expect((await refusal(keys.pkcs12('client', 'usage.p12', 'secret'))).code).toBe('seal.pkcs12.usage');
    openssl(
      'pkcs12',
      '-export',
      '-nocerts',
      '-inkey',
      'p256.key',
      '-out',
      'nocert.p12',
      '-passout',
      'pass:secret',
    );
    expect((await refusal(keys.read('nocert.p12'))).code).toBe('seal.pkcs12.no-certificate');
    openssl(
      'pkcs12',
      '-export',
      '-nokeys',
      '-in',
      'p256.pem',
      '-out',
      'nokey.p12',
      '-passout',
      'pass:secret',
    );
    expect((await refusal(keys.read('nokey.p12'))).code).toBe('seal.pkcs12.no-key');
  });
});
