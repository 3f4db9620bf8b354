// Issuing a report: made, signed and packed by the worker, then written here together with the custody entry that
// says so. What was made can be saved again after a reload.
import { ok, failed, type Result } from '../../shared/base/result.ts';
import type { SigningKey, SignerFacts } from './core-protocol.ts';
import type { OutputRow } from './database.ts';
import { fileName } from './engagement-work.ts';
import type { Workbench } from './workbench.ts';

/** Makes, signs and packs; gives who signed. */
export async function issueReport(
  workbench: Workbench,
  version: string,
  key: SigningKey | undefined,
): Promise<Result<SignerFacts>> {
  const { engagement, paths } = workbench.state.get();
  if (engagement === undefined) return failed('window.no-engagement', 'No engagement is open');
  const now = workbench.now();
  const sealed = await workbench.work('Making the report', 'seal', {
    engagement,
    stored: paths,
    now,
    version,
    ...(key === undefined ? {} : { key }),
  });
  if (!sealed.ok) return sealed;
  const { draft, signer } = sealed.value;
  const issue = sealed.value.engagement.custody.filter(entry => entry.action === 'issue-report').length;
  const base = `${fileName(engagement.header.title)}-${draft.length > 0 ? 'draft' : 'report'}-${issue}`;
  const output = (kind: OutputRow['kind'], ending: string): OutputRow => ({
    engagement: engagement.header.id,
    kind,
    name: `${base}.${ending}`,
    sha256: sealed.value[kind].sha256,
    bytes: sealed.value[kind].bytes,
    madeAt: now,
    signedBy: signer.subject,
    throwaway: signer.throwaway,
    draft: draft.length > 0,
  });
  const outputs = [output('report', 'pdf'), output('package', 'asice')];
  const written = await workbench.advance(engagement, sealed.value.engagement, { outputs });
  return written.ok ? ok(signer) : written;
}

/** Saves a made file where the person says; gives the name it was saved under. */
export async function saveOutput(
  workbench: Workbench,
  output: OutputRow,
): Promise<Result<string | undefined>> {
  const saved = await workbench.bridge.saveFile({
    purpose: output.kind,
    name: output.name,
    bytes: output.bytes,
  });
  if (!saved.ok) return failed(saved.error.code, saved.error.message);
  return ok(saved.value.kind === 'saved' ? saved.value.name : undefined);
}

/** Asks for a key file. */
export async function pickKey(
  workbench: Workbench,
): Promise<Result<{ readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> } | undefined>> {
  const opened = await workbench.bridge.openFile({ purpose: 'key' });
  if (!opened.ok) return failed(opened.error.code, opened.error.message);
  return ok(
    opened.value.kind === 'opened'
      ? { name: opened.value.name, bytes: opened.value.bytes.slice() }
      : undefined,
  );
}
