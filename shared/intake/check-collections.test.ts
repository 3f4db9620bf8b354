// The manifest of a collection held against drawn files: whole, changed, missing, beside it, masked since.
import { describe, expect, it } from 'vitest';
import { digestOf } from '../base/digest.ts';
import { nodeDigests } from '../../test/fixtures/digests.ts';
import { codesOf, gzipped, importing, tarred, type TestFile } from '../../test/fixtures/importing.ts';

const NAMESPACES =
  '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kube-system","uid":"c1"}}]}\n';
const POLICIES = '{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicyList","items":[]}\n';
const BROKEN = 'Unable to connect to the server: net/http: timeout\n';

type Files = Readonly<Record<string, string>>;
const FILES: Files = {
  'cluster/namespaces.json': NAMESPACES,
  'cluster/networkpolicies.networking.k8s.io.json': POLICIES,
  'cluster/tiers.crd.projectcalico.org.error.txt': BROKEN,
};

/** The manifest of some files, a line for every entry. */
function manifestOf(files: Files, more: Readonly<Record<string, unknown>> = {}): string {
  const kinds: Readonly<Record<string, string>> = {
    namespaces: 'Namespace',
    networkpolicies: 'NetworkPolicy',
    tiers: 'Tier',
  };
  const reads = Object.keys(files).map(file => {
    const resource = file.replace('cluster/', '').replace(/\.(json|error\.txt)$/, '');
    const kind = kinds[resource.split('.')[0] ?? ''];
    return { resource, kind, outcome: file.endsWith('.txt') ? 'failed' : 'objects', file };
  });
  const listed = Object.entries(files).map(([path, text]) => ({
    path,
    bytes: text.length,
    sha256: digestOf(nodeDigests, new TextEncoder().encode(text)).slice(7),
  }));
  const times = { started: '2026-03-01T08:00:00Z', ended: '2026-03-01T08:02:00Z', namespaces: [] };
  return JSON.stringify(
    { schema: 'vouch.collection/1', ...times, reads, files: listed, ...more },
    undefined,
    1,
  );
}

function folder(files: Files, manifest = manifestOf(FILES), top = 'site/c'): readonly TestFile[] {
  return Object.entries({ ...files, 'manifest.json': manifest }).map(([path, content]) => ({
    path: `${top}/${path}`,
    content,
  }));
}

function archive(files: Files, manifest = manifestOf(FILES)): TestFile {
  const members = folder(files, manifest, 'c').map(({ path, content }) => ({ name: path, content }));
  return { path: 'c.tar.gz', content: gzipped(tarred(members)) };
}

async function verdicts(files: readonly TestFile[]): Promise<readonly string[]> {
  const { intake } = await importing(files);
  return intake.diagnostics
    .filter(item => /collection\.(verified|differs|missing|extra|masked|manifest)$/.test(item.code))
    .map(
      ({ code, severity, file }) =>
        `${severity} ${code.slice('intake.collection.'.length)} ${file.split('/').at(-1) ?? ''}`,
    );
}

describe('a collection held against its manifest', () => {
  it('is whole, as a folder and as an archive, wherever it lies', async () => {
    for (const files of [folder(FILES), folder(FILES, undefined, 'other/place'), [archive(FILES)]])
      expect(await verdicts(files)).toEqual(['info verified manifest.json']);
  });

  it('names a file that is not the one that was collected, and imports it all the same', async () => {
    const changed = { ...FILES, 'cluster/namespaces.json': NAMESPACES.replace('c1', 'c2') };
    for (const files of [folder(changed), [archive(changed)]])
      expect(await verdicts(files)).toEqual(['error differs namespaces.json']);
    const { intake } = await importing([archive(changed)]);
    expect(intake.objects).toHaveLength(1);
    expect(
      intake.files[0]?.members?.find(file => file.path.endsWith('namespaces.json'))?.diagnostics,
    ).toMatchObject([{ code: 'intake.collection.differs' }]);
  });

  it('names what is missing at its line, and the kind counts as not collected', async () => {
    const { 'cluster/networkpolicies.networking.k8s.io.json': _left, ...rest } = FILES;
    expect(await verdicts(folder(rest))).toEqual(['error missing manifest.json']);
    const { intake } = await importing(folder(rest));
    const line =
      manifestOf(FILES)
        .split('\n')
        .findIndex(text => text.includes('"path": "cluster/networkpolicies')) + 1;
    const source = { file: 'site/c/manifest.json', line: line - 1 };
    expect(intake.gaps).toContainEqual({
      state: 'error',
      what: 'NetworkPolicy',
      group: 'networking.k8s.io',
      source,
      cluster: 'c1',
    });
  });

  it('names what lies beside it', async () => {
    const more = { ...FILES, 'cluster/pods.json': '{"apiVersion":"v1","kind":"PodList","items":[]}\n' };
    expect(await verdicts([archive(more)])).toEqual(['warning extra pods.json']);
  });

  it('knows a file that was moved by its digest', async () => {
    const { 'cluster/networkpolicies.networking.k8s.io.json': moved = '', ...rest } = FILES;
    expect(await verdicts([...folder(rest), { path: 'elsewhere.json', content: moved }])).toEqual([
      'info verified manifest.json',
    ]);
  });

  it('compares the bytes as they came, and says of the masked copy that it cannot', async () => {
    const pods = `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"x"},"data":{"a":"${'czNjcmV0' + 'czNjcmV0'}"}}\n`;
    const files = { ...FILES, 'cluster/odd.json': pods };
    const first = await importing([archive(files, manifestOf(files))]);
    expect(codesOf(first.intake)).toContain('intake.collection.verified');
    const copies = [...first.stored].map(([path, content]) => ({
      path: path.replace('.tar.gz!', ''),
      content,
    }));
    expect(await verdicts(copies)).toEqual(['info masked odd.json']);
    const again = await importing(copies);
    expect(again.intake.gaps.map(({ what, state }) => [what, state])).toEqual(
      first.intake.gaps.map(({ what, state }) => [what, state]),
    );
  });

  it('gives the period, the time of the snapshot, and the kinds that failed by their names', async () => {
    const { intake } = await importing([archive(FILES)]);
    expect(intake.files[0]).toMatchObject({
      format: 'collection-manifest',
      period: { from: '2026-03-01T08:00:00Z', to: '2026-03-01T08:02:00Z' },
    });
    expect(intake.exports).toMatchObject([{ cluster: 'c1', notBefore: '2026-03-01T08:00:00Z' }]);
    expect(intake.gaps.map(({ state, what }) => `${state} ${what}`)).toContain('error Tier');
  });

  it('leaves open what lies outside of chosen namespaces', async () => {
    const { intake } = await importing(
      folder(FILES, manifestOf(FILES, { namespaces: ['kube-system', 'pay'] })),
    );
    expect(intake.gaps).toContainEqual(expect.objectContaining({ state: 'error', what: 'Namespace' }));
    expect(intake.diagnostics).toContainEqual(
      expect.objectContaining({
        code: 'intake.collection.namespaces',
        message: 'Only these namespaces were collected: kube-system, pay',
      }),
    );
  });

  it.each([
    [{ schema: 'vouch.collection/2' }, 'its schema is vouch.collection/2, known is vouch.collection/1'],
    [{ ended: '2026-02-01T08:00:00Z' }, 'its times are none'],
    [{ files: [{ path: 'a', bytes: 1, sha256: 'x' }] }, 'its list of files is broken'],
    [{ reads: [7] }, 'its list of commands is broken'],
  ])('refuses a manifest that is none: %j', async (more, reason) => {
    const { intake } = await importing(folder(FILES, manifestOf(FILES, more)));
    expect(intake.diagnostics).toContainEqual(
      expect.objectContaining({
        code: 'intake.collection.manifest',
        severity: 'error',
        message: `The manifest of a collection cannot be used: ${reason}`,
      }),
    );
  });
});
