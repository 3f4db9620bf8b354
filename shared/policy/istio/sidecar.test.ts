// Sidecar resources and the outbound mode of the mesh (policy-semantics section 5): weak controls, named with the verdicts of
// the workloads that they are for, never a boundary.
import { describe, expect, it } from 'vitest';
import { ask, object, simulate } from '../../../test/fixtures/mesh.ts';

const API = 'networking.istio.io/v1';
const sidecar = (name: string, spec: string): string => {
  const [namespace = '', own = ''] = name.split('/');
  return object('Sidecar', `name: ${own}, namespace: ${namespace}`, `spec: ${spec}`, API);
};
const mesh = (mode: string): string =>
  object(
    'ConfigMap',
    'name: istio, namespace: istio-system',
    `data: { mesh: 'outboundTrafficPolicy: { mode: ${mode} }' }`,
    'v1',
  );
const NARROW = "{ egress: [{ hosts: ['./*'] }], outboundTrafficPolicy: { mode: REGISTRY_ONLY } }";
const WHOLE = /^the mesh sends only/;

/** What a verdict says of weak controls. */
function said(yaml: string, src: string, dst = 'card/vault'): readonly string[] {
  const simulator = simulate(yaml);
  const query = { src: simulator.resolve(src)[0]!, dst: simulator.resolve(dst)[0]! };
  return simulator.evaluate(query).assumptions.filter(text => text.includes('counts for nothing here'));
}

/** Names of the objects that are said. */
function named(yaml: string, src: string, dst?: string): readonly string[] {
  return said(yaml, src, dst).map(text => /^Sidecar\S* (\S+)/.exec(text)?.[1] ?? text);
}

describe('a Sidecar', () => {
  it('decides nothing: it is named as a weak control of the workloads that it is for', () => {
    expect(ask(simulate(sidecar('web/narrow', NARROW)), 'web/front')).toBe('allow');
    expect(ask(simulate(sidecar('web/narrow', NARROW)), 'web/front', '203.0.113.7')).toBe('allow');
    expect(said(sidecar('web/narrow', NARROW), 'web/front')).toEqual([
      'Sidecar.networking.istio.io web/narrow narrows what its workloads are told about (hosts ./*; outbound mode REGISTRY_ONLY): that is configuration, not a boundary, and counts for nothing here',
    ]);
  });

  it('is for workloads with a proxy of their own: others, and ztunnel, do not read it', () => {
    const everywhere = sidecar('istio-system/default', NARROW);
    for (const src of ['web/legacy', 'ambient/tool', '203.0.113.7'])
      expect([src, named(everywhere, src)]).toEqual([src, []]);
    expect(named(everywhere, 'web/front')).toEqual(['istio-system/default']);
  });

  it('that selects a workload replaces that of its namespace, which replaces that of the root', () => {
    const root = sidecar('istio-system/default', NARROW);
    const own = sidecar('web/default', NARROW);
    const selecting = sidecar(
      'web/front',
      `{ workloadSelector: { labels: { app: front } }, ${NARROW.slice(2)}`,
    );
    const other = sidecar('web/other', `{ workloadSelector: { labels: { app: other } }, ${NARROW.slice(2)}`);
    expect(named(root + own, 'web/front')).toEqual(['web/default']);
    expect(named(root + own + selecting + other, 'web/front')).toEqual(['web/front']);
    expect(named(root + own + other, 'web/front')).toEqual(['web/default']);
    expect(named(root + own, 'card/vault', 'web/front')).toEqual(['istio-system/default']);
  });

  it('of the root namespace with a selector is for no other namespace', () => {
    const selecting = `{ workloadSelector: { labels: { app: front } }, ${NARROW.slice(2)}`;
    expect(named(sidecar('istio-system/odd', selecting), 'web/front')).toEqual([]);
  });

  it('may declare ways in, which close no other: they are said of the destination', () => {
    const ingress = sidecar(
      'card/in',
      '{ ingress: [{ port: { number: 9080, protocol: HTTP, name: http }, defaultEndpoint: 127.0.0.1:80 }] }',
    );
    expect(ask(simulate(ingress), 'web/front', 'card/vault', 8443)).toBe('allow');
    expect(said(ingress, 'web/front')).toEqual([
      'Sidecar.networking.istio.io card/in declares ways in to its workloads (port 9080 HTTP): that is configuration, not a boundary, and counts for nothing here',
    ]);
    expect(said(ingress, 'card/vault', 'web/front')).toEqual([]);
  });

  it('without anything in it says so', () => {
    expect(said(sidecar('web/empty', '{}'), 'web/front')).toEqual([
      expect.stringContaining('(nothing named)'),
    ]);
  });
});

describe('the outbound mode of the mesh', () => {
  it('is no boundary either where it is REGISTRY_ONLY', () => {
    expect(said(mesh('REGISTRY_ONLY'), 'web/front')).toEqual([expect.stringMatching(WHOLE)]);
    expect(said(mesh('ALLOW_ANY'), 'web/front')).toEqual([]);
    expect(ask(simulate(mesh('REGISTRY_ONLY')), 'web/front', '203.0.113.7')).toBe('allow');
    expect(said(mesh('REGISTRY_ONLY'), 'ambient/tool')).toEqual([]);
  });

  it('is replaced by that of a Sidecar', () => {
    const free = sidecar('web/free', '{ outboundTrafficPolicy: { mode: ALLOW_ANY } }');
    expect(said(mesh('REGISTRY_ONLY') + free, 'web/front')).toEqual([
      expect.stringContaining('outbound mode ALLOW_ANY'),
    ]);
    const silent = sidecar('web/hosts', "{ egress: [{ hosts: ['./*'] }] }");
    expect(said(mesh('REGISTRY_ONLY') + silent, 'web/front')).toEqual([
      expect.stringContaining('web/hosts'),
      expect.stringMatching(WHOLE),
    ]);
  });
});
