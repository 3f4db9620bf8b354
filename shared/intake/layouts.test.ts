// Layouts are told by their shape: the same in a folder and in every kind of archive, whatever those are called.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeDigests } from '../../test/fixtures/digests.ts';
import { gzipped, importing, tarred, zipped, type TestFile } from '../../test/fixtures/importing.ts';
import { digestOfText } from '../base/digest.ts';
import { gatherDumpFolders } from './dump-folders.ts';
import { layoutOf, type LayoutName } from './layouts.ts';

const list = (kind: string, apiVersion: string, ...names: readonly string[]): string =>
  JSON.stringify({
    kind,
    apiVersion,
    items: names.map(name => ({ metadata: { name, namespace: 'pay', uid: `u-${name}` } })),
  });

const LAYOUTS: readonly (readonly [LayoutName, Readonly<Record<string, string>>])[] = [
  [
    'cluster-info-dump',
    {
      'nodes.json': list('NodeList', 'v1', 'n1'),
      'pay/pods.json': list('PodList', 'v1', 'card-0', 'card-1'),
      'pay/services.json': list('ServiceList', 'v1'),
      'pay/card-0/logs.txt': 'started\n',
    },
  ],
  [
    'must-gather',
    {
      timestamp: '2026-03-01 08:00:00 m=+1.65\n',
      [`q-sha256-${'a'.repeat(12)}/version`]: 'must-gather\n4.8\n',
      [`q-sha256-${'a'.repeat(12)}/cluster-scoped-resources/core/nodes/n1.yaml`]:
        '---\napiVersion: v1\nkind: Node\nmetadata: {name: n1, uid: u1}\n',
      [`q-sha256-${'a'.repeat(12)}/namespaces/pay/core/pods.yaml`]: `---\n${list('PodList', 'v1', 'card-0')}\n`,
    },
  ],
  [
    'support-bundle',
    {
      'version.yaml':
        'apiVersion: troubleshoot.sh/v1beta2\nkind: SupportBundle\nspec: {versionNumber: v0.120.0}\n',
      'cluster-resources/pods/pay.json': list('PodList', 'v1', 'card-0'),
      'cluster-resources/network-policy/pay.json':
        '{"kind":"NetworkPolicyList","apiVersion":"networking.k8s.io/v1","items":null}',
    },
  ],
  [
    'velero',
    {
      'metadata/version': '1.1.0\n',
      'resources/pods/namespaces/pay/card-0.json': list('Pod', 'v1'),
      'resources/networkpolicies.networking.k8s.io/v1-preferredversion/namespaces/pay/deny.json':
        '{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"deny","namespace":"pay"},"spec":{"podSelector":{}}}',
    },
  ],
  ['rancher-bundle', { 'roles.rbac.authorization.k8s.io#v1/pay/r.json': list('RoleList', 'v1', 'r') }],
];

const filesUnder = (folder: string, files: Readonly<Record<string, string>>): TestFile[] =>
  Object.entries(files).map(([path, content]) => ({ path: `${folder}/${path}`, content }));

describe.each(LAYOUTS)('%s', (name, files) => {
  const paths = Object.keys(files);

  it('is told below any folders', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b b', 'export', 'x.y'), { maxLength: 5 }), folders => {
        const below = folders.map(folder => `${folder}/`).join('');
        expect(layoutOf(paths.map(path => below + path))?.name).toBe(name);
      }),
    );
  });

  it('gives the same in a folder, a zip, a tar and a compressed tar', async () => {
    const inside = Object.fromEntries(Object.entries(files).map(([path, text]) => [`top/${path}`, text]));
    const tar = tarred(Object.entries(inside).map(([path, content]) => ({ name: path, content })));
    const facts = async (given: readonly TestFile[]): Promise<unknown> => {
      const { intake } = await importing(given);
      const rows = gatherDumpFolders(intake.files, text => digestOfText(nodeDigests, text));
      const row = rows.find(file => file.container === name);
      return [rows.length, row?.format, row?.records, row?.members?.length, intake.objects.length];
    };
    const folder = await facts(filesUnder('top', files));
    expect(folder).toEqual([1, 'kubernetes', expect.any(Number), paths.length, expect.any(Number)]);
    expect(await facts([{ path: 'x.zip', content: await zipped(inside) }])).toEqual(folder);
    expect(await facts([{ path: 'x.tar', content: tar }])).toEqual(folder);
    expect(await facts([{ path: 'renamed.bin', content: gzipped(tar) }])).toEqual(folder);
  });
});

describe('what a collector leaves out', () => {
  const codes = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const inside = Object.fromEntries(Object.entries(files).map(([path, text]) => [`top/${path}`, text]));
    const folder = await importing(filesUnder('top', files));
    const archive = await importing([{ path: 'x.zip', content: await zipped(inside) }]);
    const of = ({ intake }: typeof folder): readonly string[] =>
      intake.diagnostics.map(item => item.code).filter(code => code.startsWith('intake.layout.'));
    expect(of(archive)).toEqual(of(folder));
    return of(folder);
  };
  const pods = (namespace: string): string =>
    JSON.stringify({
      kind: 'PodList',
      apiVersion: 'v1',
      items: [{ metadata: { name: 'a', namespace, uid: `u-${namespace}` } }],
    });

  it('is said of a dump: it never holds policies, and two namespaces alone are a mistake', async () => {
    const nodes = list('NodeList', 'v1');
    expect(
      await codes({
        'nodes.json': nodes,
        'default/pods.json': pods('default'),
        'kube-system/pods.json': pods('kube-system'),
      }),
    ).toEqual(['intake.layout.default-scope', 'intake.layout.no-policies']);
    expect(await codes({ 'nodes.json': nodes, 'pay/pods.json': pods('pay') })).toEqual([
      'intake.layout.no-policies',
    ]);
  });

  it('is said of a must-gather that holds the platform alone, or placeholders', async () => {
    const inspected = (namespace: string, text = pods(namespace)) => ({
      [`namespaces/${namespace}/core/pods.yaml`]: text,
    });
    expect(await codes(inspected('openshift-dns'))).toEqual(['intake.layout.platform-only']);
    expect(await codes(inspected('pay'))).toEqual([]);
    const cleaned = pods('pay').replace('"metadata"', '"status":{"podIP":"x-ipv4-0000000001-x"},"metadata"');
    expect(await codes(inspected('pay', cleaned))).toEqual(['intake.layout.cleaned']);
  });

  it('is said of a backup that was filtered', async () => {
    const backup = {
      apiVersion: 'velero.io/v1',
      kind: 'Backup',
      metadata: { name: 'b', namespace: 'velero' },
      spec: { includedNamespaces: ['pay'], excludedNamespaces: ['*'] },
    };
    expect(
      await codes({
        'velero-backup.json': JSON.stringify(backup),
        'resources/pods/namespaces/pay/a.json': pods('pay'),
      }),
    ).toEqual(['intake.layout.filtered']);
  });
});

describe('no layout', () => {
  it('is a folder of manifests by namespace, as people keep them in Git', () => {
    expect(layoutOf(['clusters/prod/namespaces/pay/network/deny.yaml', 'README.md'])).toBeUndefined();
  });

  it('is a folder of manifests, and rows stay as they are', async () => {
    const given = filesUnder('git', {
      'a.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n',
      'b/c.json': '{}',
    });
    const { intake } = await importing(given);
    expect(gatherDumpFolders(intake.files, text => digestOfText(nodeDigests, text))).toEqual(intake.files);
  });
});
