// Policies that the API would not have taken, or that are not understood: each is named, none is guessed.
import { describe, expect, it } from 'vitest';
import { CLUSTER, ask, policy, world } from '../../../test/fixtures/calico-stages.ts';
import { CALICO, drawCluster, endpointOf, yamlObjects } from '../../../test/fixtures/drawn-cluster.ts';
import { calicoStages } from './compile.ts';

describe('what is not valid or not understood', () => {
  const read = (spec: string, fromManifest = true): { refused: string[]; unsupported: string[] } => {
    const snapshot = drawCluster(CLUSTER, yamlObjects(policy('p', spec), 'p.yaml', fromManifest));
    const { refused, unsupported, ingress } = calicoStages(snapshot, CALICO, []);
    expect(ingress).toEqual([]);
    return { refused: refused.map(one => one.reason), unsupported: unsupported.map(one => one.reason) };
  };

  it.each([
    ['selector: "a = b"', '/spec/selector: Selector "a = b": expected `==` at column 3'],
    ['selector: global()', 'global()'],
    ['types: [Inward]', '/spec/types'],
    ['order: soon', '/spec/order: is not a number'],
    ['ingress: [{action: Permit}]', '"Permit" is no action'],
    ['ingress: [{action: Allow, protocol: QUIC}]', '"QUIC" is no protocol'],
    ['ingress: [{action: Allow, destination: {ports: [80]}}]', 'needs protocol TCP, UDP or SCTP'],
    ['ingress: [{action: Allow, protocol: TCP, destination: {ports: ["90:80"]}}]', 'no range of ports'],
    ['ingress: [{action: Allow, source: {nets: [10.0.0.300]}}]', 'no address or CIDR'],
    ['ingress: [{action: Allow, source: {namespaceSelector: global() || has(a)}}]', 'must stand alone'],
    ['ingress: [{action: Allow, source: {services: {name: x}}}]', 'must name its namespace'],
  ])('%s is refused in a manifest, and open in a live cluster that took it', (spec, reason) => {
    expect(read(spec)).toEqual({ refused: [expect.stringContaining(reason)], unsupported: [] });
    expect(read(spec, false)).toEqual({ refused: [], unsupported: [expect.stringContaining(reason)] });
  });

  it('names a field that is not understood, and still tells whom the policy selects', () => {
    const spec = 'selector: app == "api", ingress: [{action: Allow, source: {mood: good}}]';
    expect(read(spec).unsupported).toEqual(['/spec/ingress/0/source/mood: this field is not understood']);
    const snapshot = world(policy('p', spec));
    const [open] = calicoStages(snapshot, CALICO, []).unsupported;
    expect(open?.selects?.(endpointOf(snapshot, 'web/front'))).toBe('no');
  });

  it('of host endpoints or of one direction leaves the others alone', () => {
    const of = (spec: string): unknown =>
      calicoStages(world(policy('p', spec)), CALICO, []).refused[0]?.directions;
    const bad = 'ingress: [{action: Deny, source: {nets: ["${VM_IP}"]}}]';
    expect(of(bad)).toEqual(['ingress']);
    expect(of(`${bad}, preDNAT: true, applyOnForward: true`)).toEqual([]);
    expect(of(`${bad}, types: [Ingress, Egress]`)).toEqual(['ingress', 'egress']);
  });

  it('in a network set leaves open what lies outside its other networks', () => {
    const set =
      '---\napiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata: {name: s, labels: {a: b}}\nspec: {nets: [203.0.113.0/24, "${IP}"]}\n';
    const rules = 'types: [Ingress], ingress: [{action: Allow, source: {selector: a == "b"}}]';
    const snapshot = world(policy('p', rules) + set);
    expect(ask(snapshot, 'card/api <- 203.0.113.9')).toBe('allow');
    expect(ask(snapshot, 'card/api <- 198.51.100.9')).toBe('unknown');
    const [named] = calicoStages(snapshot, CALICO, []).unsupported;
    expect(named).toMatchObject({ id: 'GlobalNetworkSet s', directions: [] });
  });

  it('lets empty fields of any name be', () => {
    const snapshot = world(policy('p', 'future: "", other: null, more: [], types: [Ingress]'));
    expect(calicoStages(snapshot, CALICO, []).unsupported).toEqual([]);
  });
});
