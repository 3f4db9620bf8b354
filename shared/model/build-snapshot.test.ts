// The snapshot: one object once, workloads by their topmost controller, holes said aloud.
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { ClusterId } from '../base/brand.ts';
import { drawnCluster, drawnObjects } from '../../test/fixtures/drawing.ts';
import { objectsOfYaml } from '../../test/fixtures/objects.ts';
import { buildSnapshot, type SnapshotInput } from './build-snapshot.ts';

const CLUSTER = 'default' as ClusterId;

function build(input: Partial<SnapshotInput>, directOwner = false): ReturnType<typeof buildSnapshot> {
  return buildSnapshot({ cluster: CLUSTER, basis: 'default', objects: [], ...input }, { directOwner });
}

const PAYMENTS = `
  ns card {team=pay}
  node n1 10.0.0.1
  sa card/api {PCI=true}
  pod card/api-5d8f-x[PCI=true,app=api,pod-template-hash=5d8f] 10.0.1.5 node=n1 ports=http:8080 owner=ReplicaSet/api-5d8f sa=api
  pod card/api-5d8f-y[app=api,pod-template-hash=5d8f] 10.0.1.6 node=n2 ports=http:8080 owner=ReplicaSet/api-5d8f
  pod web/front[app=front] 10.0.2.1
  pod web/done[app=done] 10.0.2.2 phase=Succeeded
  deployment card/batch[app=batch] replicas=0
  svc card/api app=api 80->http
  ---
  apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: { name: shop, namespace: card }
  spec:
    rules:
      - host: shop.example
        http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: api, port: { number: 80 } } } }] }
`;

describe('a snapshot', () => {
  const snapshot = drawnCluster(PAYMENTS);

  it('names a workload by its topmost controller, told from the hash where the ReplicaSet was not exported', () => {
    expect(snapshot.workloads.map(workload => workload.id)).toEqual([
      'card/api[Deployment]',
      'card/batch[Deployment]',
      'web/done[Pod]',
      'web/front[Pod]',
    ]);
  });

  it('keeps only labels that all pods of a workload share', () => {
    expect(snapshot.workloads[0]?.labels).toEqual({ app: 'api', 'pod-template-hash': '5d8f' });
  });

  it('makes a pod from the template of a controller that has none, and leaves finished pods out of the living', () => {
    expect(snapshot.pods.filter(pod => pod.synthetic).map(pod => pod.id)).toEqual(['card/batch[Deployment]']);
    expect(snapshot.pods.filter(pod => !pod.live).map(pod => pod.id)).toEqual(['web/done']);
  });

  it('leads a Service to its pods and an Ingress to its Service', () => {
    expect(snapshot.services[0]?.pods).toEqual(['card/api-5d8f-x', 'card/api-5d8f-y']);
    expect(snapshot.entries[0]?.backends).toEqual([{ service: 'api', namespace: 'card', port: 80 }]);
  });

  it('synthesises a namespace that is only mentioned, and lists it and the unknown node as missing', () => {
    expect(snapshot.namespaces.find(namespace => namespace.name === 'web')).toMatchObject({
      synthetic: true,
      labels: { 'kubernetes.io/metadata.name': 'web' },
    });
    expect(snapshot.collection.missing.map(name => `${name.kind} ${name.name}`)).toEqual([
      'Namespace web',
      'Node n2',
    ]);
  });

  it('is the same whatever the order of the objects', () => {
    const objects = drawnObjects(PAYMENTS);
    fc.assert(
      fc.property(fc.shuffledSubarray([...objects], { minLength: objects.length }), shuffled => {
        expect(build({ objects: shuffled }).snapshot).toEqual(snapshot);
      }),
      { numRuns: 20 },
    );
  });

  it('names the direct owner for np-guard', () => {
    const direct = drawnCluster(PAYMENTS, { directOwner: true });
    expect(direct.workloads.map(workload => workload.id)).toContain('card/api-5d8f[ReplicaSet]');
  });
});

describe('an object given twice', () => {
  const policy = (version: string, port: number, file: string) =>
    objectsOfYaml(
      `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a, namespace: card, uid: u${version}}, spec: {podSelector: {}, ingress: [{ports: [{port: ${port}}]}]}}`,
      { file },
    );

  it('without versions and with different content is reported, naming both places', () => {
    const { snapshot, diagnostics } = build({
      objects: [...policy('', 1, 'b.yaml'), ...policy('', 2, 'a.yaml')],
    });
    expect(snapshot.policies).toHaveLength(2);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ code: 'model.duplicate-object', file: 'b.yaml', line: 1 });
    expect(diagnostics[0]?.message).toContain('a.yaml:1');
  });

  it('is taken in its later version', () => {
    const versioned = (version: string, label: string) =>
      objectsOfYaml(
        `{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: card, uid: u, resourceVersion: "${version}", labels: {v: ${label}}}}`,
        { file: `${label}.yaml` },
      );
    const { snapshot, diagnostics } = build({
      objects: [...versioned('100', 'new'), ...versioned('99', 'old')],
    });
    expect(snapshot.pods[0]?.labels).toEqual({ v: 'new' });
    expect(diagnostics).toEqual([]);
  });
});

describe('two objects of one name', () => {
  const pods = ['1', '2'].flatMap(uid =>
    objectsOfYaml(
      `{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: card, uid: u${uid}, resourceVersion: "${uid}00", labels: {v: "${uid}"}}}`,
      { file: `${uid}.yaml` },
    ),
  );

  it('are the later one, made anew, within one cluster', () => {
    const { snapshot, diagnostics } = build({ objects: pods, basis: 'kube-system-uid' });
    expect(snapshot.pods.map(pod => pod.labels)).toEqual([{ v: '2' }]);
    expect(diagnostics).toEqual([]);
  });

  it('are a conflict where nothing says that they are of one cluster', () => {
    const { diagnostics } = build({ objects: pods, basis: 'default' });
    expect(diagnostics.map(item => [item.code, item.file])).toEqual([['model.duplicate-object', '2.yaml']]);
    expect(diagnostics[0]?.message).toContain('perhaps from two clusters');
  });
});

describe('the collection', () => {
  const source = { file: 'dump.txt', line: 3 };
  const state = (input: Partial<SnapshotInput>): string | undefined =>
    build(input).snapshot.collection.kinds.find(kind => kind.kind === 'NetworkPolicy')?.state;

  it('tells "asked, none", "forbidden" and "not collected" apart', () => {
    const gap = { what: 'networkpolicies', group: 'networking.k8s.io', source };
    expect(state({})).toBe('not-collected');
    expect(state({ gaps: [{ ...gap, state: 'asked-none' }] })).toBe('asked-none');
    expect(
      state({
        gaps: [
          { ...gap, state: 'asked-none' },
          { ...gap, state: 'forbidden' },
        ],
      }),
    ).toBe('forbidden');
  });

  it('lists every kind that the cluster serves, exported or not', () => {
    const crd = objectsOfYaml(
      '{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: x}, spec: {group: crd.projectcalico.org, scope: Cluster, names: {kind: GlobalNetworkPolicy}}}',
      { file: 'crds.yaml' },
    );
    const { collection } = build({ objects: crd }).snapshot;
    expect(collection.servedKindsKnown).toBe(true);
    expect(collection.kinds).toContainEqual({
      group: 'projectcalico.org',
      kind: 'GlobalNetworkPolicy',
      state: 'not-collected',
      objects: 0,
      sources: [],
    });
  });
});
