// `vouch audit`: the main job: import, scope, simulate, check, report, sign, package. Nothing is written until
// everything is made, and what was there before is kept as .bak.
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import type { Instant } from '../../shared/base/brand.ts';
import { checkCancelled } from '../../shared/base/progress.ts';
import { failed, ok, type Result } from '../../shared/base/result.ts';
import type { CheckOutcome } from '../../shared/checks/check.ts';
import type { StoredCopy } from '../../shared/engagement/package-entries.ts';
import { caseInstant, type Case } from '../../shared/engagement/run-case.ts';
import { sealCase, type SealedCase } from '../../shared/engagement/seal-case.ts';
import type { Engagement } from '../../shared/records/engagement.ts';
import type { ReportFonts } from '../../shared/report/pdf/jspdf-internals.ts';
import { makeThrowawayIdentity } from '../../shared/seal/identity.ts';
import { openPkcs12 } from '../../shared/seal/pkcs12.ts';
import type { Signer } from '../../shared/seal/signer.ts';
import type { Args } from '../args.ts';
import { interruption } from '../interruption.ts';
import { contextOf, engagementOf, judge, load, loudnessOf, nowOf, profileOf, sourcesOf } from '../load.ts';
import { nodeDigests, nodeNow, nodeRandom } from '../node-host.ts';
import { progressLine, say, sayDiagnostics, writeJson, writeOut } from '../output.ts';
import { EXIT, misuse, refuse, type Command } from './command.ts';

/** The command. */
export const audit: Command = {
  name: 'audit',
  usage:
    '--engagement FILE -c PATH... [-f PATH...] [-a PATH...] [-s PATH...] [--key FILE.p12 [--passphrase-file F]] --out FILE.asice',
  does: 'import, scope, simulate, check, report, sign, package',
  async run(args) {
    const { out } = args.values;
    if (args.values['engagement'] === undefined) return misuse('audit needs --engagement FILE');
    if (out === undefined) return misuse('audit needs --out FILE.asice');
    if ((args.lists['cluster'] ?? []).length === 0) return misuse('audit needs a cluster export: -c PATH...');
    const prepared = await prepare(args);
    if (!prepared.ok) return refuse(prepared.problem);
    const { found, engagement, signer, signedAt, now, stored, progress } = prepared.value;
    const sealed = await sealCase({
      found,
      engagement,
      now,
      version: packageJson.version,
      fonts: await readFonts(),
      signer,
      signedAt,
      digests: nodeDigests,
      stored,
      onProgress: progress.onProgress,
    });
    if (!sealed.ok) {
      progress.end();
      return refuse(sealed.problem);
    }
    checkCancelled(interruption);
    const written = await writeSealed(out, sealed.value);
    progress.end();
    await tell(args, found, sealed.value, signer, out, written);
    const contradicts =
      found.checks.some(check => check.outcome === 'fail') ||
      found.facts.clusters.some(cluster => (cluster.replay?.summary.contradict ?? 0) > 0);
    return contradicts ? EXIT.contradicts : EXIT.done;
  },
};

interface Prepared {
  readonly found: Case;
  readonly engagement: Engagement;
  readonly signer: Signer;
  readonly now: Instant;
  readonly signedAt: Instant;
  readonly stored: readonly StoredCopy[];
  readonly progress: ReturnType<typeof progressLine>;
}

async function prepare(args: Args): Promise<Result<Prepared>> {
  const profile = profileOf(args);
  if (!profile.ok) return profile;
  const given = nowOf(args);
  if (!given.ok) return given;
  const engagement = await engagementOf(args);
  if (!engagement.ok) return engagement;
  const sources = await sourcesOf(args, 'short');
  if (!sources.ok) return sources;
  const now = caseInstant(given.value, engagement.value, nodeNow);
  const signedAt = nodeNow();
  const signer = await signerOf(args, signedAt, engagement.value);
  if (!signer.ok) return signer;
  const progress = progressLine(loudnessOf(args));
  const stored: StoredCopy[] = [];
  const sink = {
    put: (path: string, digest: StoredCopy['digest'], bytes: number, openCopy: StoredCopy['open']) => {
      stored.push({ path, digest, bytes, open: openCopy });
      return Promise.resolve();
    },
  };
  const context = contextOf(engagement.value, { onProgress: progress.onProgress, sink });
  const loaded = await load(sources.value, profile.value, context);
  if (!loaded.ok) {
    progress.end();
    return loaded;
  }
  sayDiagnostics(loaded.value.diagnostics, loudnessOf(args));
  const found = judge(loaded.value, args, engagement.value, profile.value, context);
  return ok({ found, engagement: engagement.value, signer: signer.value, signedAt, now, stored, progress });
}

/** The key of `--key`, or a throw-away identity that signs drafts only. */
async function signerOf(args: Args, now: Instant, engagement: Engagement): Promise<Result<Signer>> {
  const path = args.values['key'];
  if (path === undefined)
    return ok(await makeThrowawayIdentity({ name: engagement.header.title, at: now, random: nodeRandom }));
  const key = await readFile(path).catch(() => undefined);
  if (key === undefined) return failed('usage.path', 'No such key file', { file: path });
  const secretPath = args.values['passphrase-file'];
  const secret =
    secretPath === undefined
      ? process.env['VOUCH_PASSPHRASE']
      : await readFile(secretPath, 'utf8').catch(() => undefined);
  if (secret === undefined)
    return failed(
      'usage.passphrase',
      'The key needs a passphrase: --passphrase-file FILE or VOUCH_PASSPHRASE',
    );
  return openPkcs12(new Uint8Array(key), new TextEncoder().encode(secret.replace(/\r?\n$/, '')));
}

async function readFonts(): Promise<ReportFonts> {
  const read = async (name: string): Promise<Uint8Array> =>
    new Uint8Array(await readFile(fileURLToPath(new URL(`../../assets/fonts/${name}.ttf`, import.meta.url))));
  return {
    regular: await read('plex-sans-regular'),
    italic: await read('plex-sans-italic'),
    semibold: await read('plex-sans-semibold'),
    mono: await read('plex-mono-regular'),
  };
}

/** Writes package and report beside their places, then puts both there. */
async function writeSealed(
  out: string,
  sealed: SealedCase,
): Promise<{ readonly sha256: string; readonly report: string }> {
  await mkdir(dirname(resolve(out)), { recursive: true });
  const report = `${out.replace(/\.asice$/i, '')}.pdf`;
  const hash = createHash('sha256');
  try {
    await writeWhole(`${out}.tmp`, sealed.sealed.bytes(), chunk => hash.update(chunk));
    await writeWhole(`${report}.tmp`, [sealed.report], () => undefined);
    for (const path of [out, report]) {
      if (await exists(path)) {
        await rename(path, `${path}.bak`);
        say(`kept what was there as ${path}.bak`);
      }
      await rename(`${path}.tmp`, path);
    }
  } catch (error) {
    await rm(`${out}.tmp`, { force: true });
    await rm(`${report}.tmp`, { force: true });
    throw error;
  }
  return { sha256: hash.digest('hex'), report };
}

async function writeWhole(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  seen: (chunk: Uint8Array) => unknown,
): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    for await (const chunk of chunks) {
      seen(chunk);
      await file.write(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function tell(
  args: Args,
  found: Case,
  sealed: SealedCase,
  signer: Signer,
  out: string,
  written: { readonly sha256: string; readonly report: string },
): Promise<void> {
  const count = (outcome: CheckOutcome): number =>
    found.checks.filter(check => check.outcome === outcome).length;
  const checks = {
    pass: count('pass'),
    fail: count('fail'),
    assess: count('assess'),
    noData: count('no-data'),
  };
  const signedBy = { subject: signer.subject, fingerprint: signer.fingerprint, throwaway: signer.throwaway };
  if (args.values['format'] === 'json') {
    await writeJson({
      schema: 'vouch.audit/1',
      package: out,
      report: written.report,
      sha256: written.sha256,
      checks,
      signedBy,
      draft: sealed.made.draft.length > 0,
      openItems: sealed.made.draft.length,
    });
    return;
  }
  await writeOut(
    [
      `package  ${out}`,
      `sha256   ${written.sha256}`,
      `report   ${written.report} (${sealed.made.printed.pages} pages${sealed.made.draft.length > 0 ? `, draft with ${sealed.made.draft.length} open items` : ''})`,
      `checks   ${checks.pass} consistent, ${checks.fail} contradict, ${checks.assess} for the assessor, ${checks.noData} without data`,
      `signed   ${signer.subject}${signer.throwaway ? ' (throw-away: proves integrity only)' : ''}`,
      '',
    ].join('\n'),
  );
}
