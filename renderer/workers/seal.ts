// Makes, signs and packs the report of the open case: the core's use-case with the fonts, the stored copies and the
// randomness of this host. Key and passphrase live only as long as the request.
import { concat, digestOf } from '../../shared/base/digest.ts';
import { ok, type Result } from '../../shared/base/result.ts';
import type { Instant } from '../../shared/base/brand.ts';
import type { Case } from '../../shared/engagement/run-case.ts';
import { sealCase } from '../../shared/engagement/seal-case.ts';
import { makeThrowawayIdentity } from '../../shared/seal/identity.ts';
import { openPkcs12 } from '../../shared/seal/pkcs12.ts';
import type { Signer } from '../../shared/seal/signer.ts';
import type { CoreOperations, SigningKey, SignerFacts } from '../data/core-protocol.ts';
import type { VouchDatabase } from '../data/database.ts';
import { webDigests } from '../data/digests.ts';
import { readCopy } from '../data/stored-copies.ts';
import type { SessionHost } from './session.ts';

/** Signed report and package, as bytes, with the engagement as it stood when they were made. */
export async function sealOpenCase(
  database: VouchDatabase,
  found: Case,
  { engagement, stored, now, version, key }: CoreOperations['seal']['request'],
  host: SessionHost,
): Promise<CoreOperations['seal']['response']> {
  const signer = await signerOf(key, now, engagement.header.title);
  if (!signer.ok) return signer;
  const { reportFonts } = await import('./report-fonts.ts');
  const sealed = await sealCase({
    found,
    engagement,
    now,
    signedAt: now,
    version,
    fonts: reportFonts(),
    signer: signer.value,
    digests: webDigests,
    stored: stored
      .filter(row => row.first.file.withheld !== true)
      .map(row => ({
        path: row.path,
        digest: row.sha256,
        bytes: row.bytes,
        open: () => readCopy(database, row.sha256),
      })),
    ...host,
  });
  if (!sealed.ok) return sealed;
  const { made, report } = sealed.value;
  const parts: Uint8Array[] = [];
  for await (const chunk of sealed.value.sealed.bytes()) parts.push(chunk);
  const packed = concat(parts);
  return ok({
    engagement: made.engagement,
    draft: made.draft,
    report: { bytes: report.slice(), sha256: digestOf(webDigests, report) },
    package: { bytes: packed.slice(), sha256: digestOf(webDigests, packed) },
    signer: factsOf(signer.value),
  });
}

/** Opens a key file and says whose it is. */
export async function readKey(key: SigningKey): Promise<Result<SignerFacts>> {
  const signer = await openPkcs12(key.bytes, new TextEncoder().encode(key.passphrase));
  return signer.ok ? ok(factsOf(signer.value)) : signer;
}

function signerOf(key: SigningKey | undefined, now: Instant, title: string): Promise<Result<Signer>> {
  if (key !== undefined) return openPkcs12(key.bytes, new TextEncoder().encode(key.passphrase));
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
  return makeThrowawayIdentity({ name: title, at: now, random }).then(ok);
}

function factsOf({ subject, fingerprint, algorithm, throwaway }: Signer): SignerFacts {
  return { subject, fingerprint, algorithm, throwaway };
}
