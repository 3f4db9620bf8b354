// "Asked, none" in one namespace says nothing of another: drawn exports of tools that ask namespace by namespace.
import { describe, expect, it } from 'vitest';
import { importing, type TestFile } from '../../test/fixtures/importing.ts';
import { exportGaps } from '../scope/export-gaps.ts';
import { importCase } from './run-case.ts';
import { nodeDigests } from '../../test/fixtures/digests.ts';
import { buildCollection } from '../model/collection.ts';
import { askedNamespace } from '../model/asked-namespace.ts';
import { createSimulator } from '../verdict/simulator.ts';
import type { KindCollection } from '../model/snapshot.ts';

const NONE = '{"kind":"NetworkPolicyList","apiVersion":"networking.k8s.io/v1","items":null}';
const POLICY =
  '{"kind":"NetworkPolicyList","apiVersion":"networking.k8s.io/v1","items":[{"metadata":{"name":"a","namespace":"pay"},"spec":{"podSelector":{}}}]}';

async function policies(...files: readonly TestFile[]): Promise<KindCollection | undefined> {
  const { intake } = await importing(files);
  const namespaces = ['pay', 'web'].map(name => ({ name, labels: {}, annotations: {}, synthetic: false }));
  const { kinds } = buildCollection({
    objects: intake.objects,
    gaps: intake.gaps,
    mentioned: [],
    namespaces: namespaces,
    pods: [],
  });
  return kinds.find(entry => entry.kind === 'NetworkPolicy');
}

describe('a kind that is asked for by namespace', () => {
  it('is "asked, none" only where every namespace was asked', async () => {
    const at = (namespace: string): TestFile => ({
      path: `b/cluster-resources/network-policy/${namespace}.json`,
      content: NONE,
    });
    expect(await policies(at('pay'))).toMatchObject({ state: 'not-collected', notAskedIn: ['web'] });
    const both = await policies(at('pay'), at('web'));
    expect(both?.state).toBe('asked-none');
    expect(both?.notAskedIn).toBeUndefined();
  });

  it('names the other namespaces also where it was found in one', async () => {
    const found = await policies({
      path: 'g/namespaces/pay/networking.k8s.io/networkpolicies.yaml',
      content: POLICY,
    });
    expect(found).toMatchObject({ state: 'present', objects: 1, notAskedIn: ['web'] });
  });

  it('was asked everywhere where the place of the file names no namespace', async () => {
    expect((await policies({ path: 'x/networkpolicies.json', content: NONE }))?.state).toBe('asked-none');
    expect((await policies({ path: 'pay/networkpolicies.json', content: NONE }))?.state).toBe(
      'not-collected',
    );
    expect(askedNamespace('resources/pods/namespaces/pay/a.json', new Set())).toBeUndefined();
  });
});

describe('the gaps of an export', () => {
  it('name the namespaces that were not asked', async () => {
    const encoder = new TextEncoder();
    const files = {
      'b/cluster-resources/namespaces.json':
        '{"kind":"NamespaceList","apiVersion":"v1","items":[{"metadata":{"name":"pay"}},{"metadata":{"name":"web"}}]}',
      'b/cluster-resources/network-policy/pay.json': POLICY,
    };
    const sources = Object.entries(files).map(([path, content]) => ({
      role: 'any' as const,
      file: {
        path,
        size: content.length,
        open: async function* () {
          await Promise.resolve();
          yield encoder.encode(content);
        },
      },
    }));
    const { clusters } = await importCase(sources, 'kubernetes', {
      digests: nodeDigests,
      secret: new Uint8Array(32),
    });
    const [cluster] = clusters;
    expect(
      cluster === undefined
        ? []
        : exportGaps(createSimulator(cluster.snapshot, cluster.profile)).map(gap => gap.text),
    ).toContain('NetworkPolicy of networking.k8s.io was asked for in single namespaces, not in web');
  });
});
