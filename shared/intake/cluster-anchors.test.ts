// Clusters never merge: a file that contradicts the others is of another cluster, whatever lies beside it.
import { describe, expect, it } from 'vitest';
import { importing, type TestFile } from '../../test/fixtures/importing.ts';

const first = (uid: string): object => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'default', uid: `${uid}-default` },
});
const pod = (name: string, uid: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'pay', uid },
});
const system = (uid: string): object => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'kube-system', uid },
});
const list = (path: string, ...items: readonly object[]): TestFile => ({
  path,
  content: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
});

async function clustersOf(...files: readonly TestFile[]): Promise<Record<string, string | undefined>> {
  const { intake } = await importing(files);
  return Object.fromEntries(intake.files.map(file => [file.path, file.cluster]));
}

describe('files given together', () => {
  it('are of the cluster that one of them proves, when none contradicts it', async () => {
    expect(
      await clustersOf(list('all.json', system('s1'), first('a')), list('pods.json', pod('p', 'u'))),
    ).toEqual({
      'all.json': 's1',
      'pods.json': 's1',
    });
  });

  it('are kept apart where they show another UID for what a cluster has once', async () => {
    const files = [
      list('x/all.json', system('s1'), first('a')),
      list('y/ns.json', first('b'), pod('p', 'u')),
    ];
    expect(await clustersOf(...files)).toEqual({ 'x/all.json': 's1', 'y/ns.json': 'default-b-defaul' });
    const { intake } = await importing(files);
    expect(intake.diagnostics.map(item => [item.code, item.file])).toContainEqual([
      'intake.cluster.apart',
      'y/ns.json',
    ]);
  });

  it('that prove nothing belong to the cluster of their folder, or to none', async () => {
    const placed = await clustersOf(
      list('x/all.json', system('s1'), first('a')),
      list('x/pods.json', pod('p', 'u')),
      list('y/ns.json', first('b')),
      list('y/pods.json', pod('q', 'v')),
      list('z.json', pod('r', 'w')),
    );
    expect(placed['x/pods.json']).toBe('s1');
    expect(placed['y/pods.json']).toBe('default-b-defaul');
    expect(placed['z.json']).toBeUndefined();
  });
});

describe('logs that name clusters', () => {
  const flow = (cluster: string): string =>
    JSON.stringify({
      start_time: 1772352000,
      end_time: 1772352300,
      source_type: 'wep',
      source_namespace: 'pay',
      source_name_aggr: 'shop-*',
      dest_type: 'wep',
      dest_namespace: 'pay',
      dest_name_aggr: 'card-*',
      action: 'allow',
      reporter: 'dst',
      cluster,
    });
  const log = (...names: readonly string[]): TestFile => ({
    path: 'flows.log',
    content: names.map(flow).join('\n'),
  });
  const tables = async (...files: readonly TestFile[]): Promise<readonly (readonly [string, number])[]> =>
    (await importing(files)).intake.flows.map(table => [table.cluster, table.rows] as const);

  it('belong to the only export, whatever the one name is that they use', async () => {
    expect(await tables(list('all.json', system('s1')), log('prod', 'prod'))).toEqual([['s1', 2]]);
  });

  it('are kept apart by their names where they name several, and that is said', async () => {
    const files = [list('all.json', system('s1')), log('prod-a', 'prod-b', 'prod-b')];
    expect(await tables(...files)).toEqual([
      ['prod-a', 1],
      ['prod-b', 2],
    ]);
    expect((await importing(files)).intake.diagnostics.map(item => item.code)).toContain(
      'intake.cluster.log-names',
    );
  });
});
