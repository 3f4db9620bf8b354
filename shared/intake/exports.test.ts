// Two exports of one cluster are two snapshots; several folders of one export are one. Nothing is ever mixed.
import { describe, expect, it } from 'vitest';
import { importing, type TestFile } from '../../test/fixtures/importing.ts';

/** A cluster at some time: its kube-system namespace, a pod that differs from week to week, a policy that does not. */
function exported(cluster: string, day: string, version: number): readonly object[] {
  const meta = (name: string, uid: string, own = version): object => ({
    name,
    uid: `${cluster}-${uid}`,
    resourceVersion: String(own),
    creationTimestamp: '2026-01-01T00:00:00Z',
  });
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: meta('kube-system', 'ns', 3) },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...meta('card-0', `pod-${day}`), namespace: 'pay' },
      spec: { containers: [] },
      status: { phase: 'Running', podIP: '10.4.0.7', startTime: `${day}T06:00:00Z` },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { ...meta('default-deny', 'deny', 5), namespace: 'pay' },
      spec: { podSelector: {} },
    },
  ];
}

function list(path: string, items: readonly object[]): TestFile {
  return { path, content: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) };
}

const MONDAY = exported('a', '2026-03-02', 900);
const NEXT = exported('a', '2026-03-09', 1200);
const OTHER = exported('b', '2026-03-03', 40);

describe('exports of several clusters and times in one folder', () => {
  const files = [list('in/a1.json', MONDAY), list('in/a2.json', NEXT), list('in/b.json', OTHER)];

  it('are three snapshots of two clusters, of which the later one is judged', async () => {
    const { intake } = await importing(files);
    expect(intake.clusters.map(cluster => cluster.id)).toEqual(['a-ns', 'b-ns']);
    expect(intake.exports).toEqual([
      { cluster: 'a-ns', notBefore: '2026-03-02T06:00:00Z', files: ['in/a1.json'], isLatest: false },
      { cluster: 'a-ns', notBefore: '2026-03-09T06:00:00Z', files: ['in/a2.json'], isLatest: true },
      { cluster: 'b-ns', notBefore: '2026-03-03T06:00:00Z', files: ['in/b.json'], isLatest: true },
    ]);
    expect(intake.objects.map(object => object.source.file)).not.toContain('in/a1.json');
    expect(intake.earlier.map(object => object.source.file)).toEqual(MONDAY.map(() => 'in/a1.json'));
  });

  it('are told apart aloud', async () => {
    const { intake } = await importing(files);
    expect(intake.diagnostics.filter(item => item.code === 'intake.export.earlier')).toEqual([
      expect.objectContaining({
        file: 'in/a1.json',
        message: expect.stringContaining(
          'An earlier export of cluster a-ns (not before 2026-03-02T06:00:00Z)',
        ) as string,
      }),
    ]);
  });

  it('are the same whatever their names and order', async () => {
    const moved = [list('x/z.json', MONDAY), list('x/b/y.json', OTHER), list('x/a.json', NEXT)];
    const { intake } = await importing(moved);
    expect(intake.exports.map(({ cluster, notBefore, isLatest }) => [cluster, notBefore, isLatest])).toEqual([
      ['a-ns', '2026-03-02T06:00:00Z', false],
      ['a-ns', '2026-03-09T06:00:00Z', true],
      ['b-ns', '2026-03-03T06:00:00Z', true],
    ]);
  });

  it('leave out a file that could belong to either, and say so', async () => {
    const [, , policy] = MONDAY;
    const { intake } = await importing([...files.slice(0, 2), list('in/policies.json', [policy ?? {}])]);
    expect(intake.diagnostics.filter(item => item.severity === 'error')).toEqual([
      expect.objectContaining({ code: 'intake.export.ambiguous', file: 'in/policies.json' }),
    ]);
    expect([...intake.objects, ...intake.earlier].map(object => object.source.file)).not.toContain(
      'in/policies.json',
    );
  });

  it('take the files beside them in their own folders', async () => {
    const { intake } = await importing([
      list('mon/all.json', MONDAY.slice(0, 2)),
      list('mon/policies.json', MONDAY.slice(2)),
      list('next/all.json', NEXT.slice(0, 2)),
      list('next/policies.json', NEXT.slice(2)),
    ]);
    expect(intake.exports.map(some => some.files)).toEqual([
      ['mon/all.json', 'mon/policies.json'],
      ['next/all.json', 'next/policies.json'],
    ]);
  });
});

describe('one export', () => {
  it('is one, though several of its files hold the kube-system namespace', async () => {
    const { intake } = await importing([
      list('dump/cluster/namespaces.json', MONDAY.slice(0, 1)),
      list('dump/ns/kube-system.json', MONDAY.slice(0, 2)),
      list('dump/policies.json', MONDAY.slice(2)),
    ]);
    expect(intake.exports).toHaveLength(1);
    expect(intake.earlier).toEqual([]);
    expect(intake.objects).toHaveLength(4);
  });

  it('is one, given twice under different names', async () => {
    const { intake } = await importing([list('a.json', MONDAY), list('copy/a.json', MONDAY)]);
    expect(intake.exports).toHaveLength(1);
  });
});
