// Tiers and their order: calico.md 3.1-3.3, as statements over drawn clusters.
import { describe, expect, it } from 'vitest';
import { SECURITY, ask, policy, tier, world } from '../../../test/fixtures/calico-stages.ts';
import { CALICO, endpointOf } from '../../../test/fixtures/drawn-cluster.ts';
import { calicoStages } from './compile.ts';

describe('tiers', () => {
  it('that select nothing are passed over, and pods without policy are open both ways', () => {
    const snapshot = world(
      SECURITY + policy('security.p', 'tier: security, selector: nothing == "1", types: [Ingress]'),
    );
    expect(ask(snapshot, 'card/api <- 203.0.113.9')).toBe('allow');
    expect(calicoStages(snapshot, CALICO, []).otherwise).toBe('allow');
  });

  it('end in deny once a policy selects, even one without rules', () => {
    const snapshot = world(
      SECURITY + policy('security.p', 'tier: security, selector: app == "api", types: [Ingress]'),
    );
    expect(ask(snapshot, 'card/api <- web/front')).toBe('deny');
    expect(ask(snapshot, 'card/api -> web/front')).toBe('allow');
    expect(ask(snapshot, 'card/vault <- web/front')).toBe('allow');
  });

  it('end in the next tier when their default action is Pass', () => {
    const yaml = tier('soft', 1, ', defaultAction: Pass') + policy('soft.p', 'tier: soft, types: [Ingress]');
    expect(ask(world(yaml), 'card/api <- web/front')).toBe('allow');
    const denied = yaml + policy('default.d', 'types: [Ingress]');
    expect(ask(world(denied), 'card/api <- web/front')).toBe('deny');
  });

  it('come by order, unset last, ties by name; the default tier at 1,000,000 ends in deny whatever is exported', () => {
    const names = ['b', 'a', 'late', 'early', 'default'];
    const yaml =
      tier('b', 5) +
      tier('a', 5) +
      tier('early', -1) +
      tier('default', 7, ', defaultAction: Pass') +
      '---\napiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: late}\n' +
      names.map(name => policy(`${name}.p`, `tier: ${name}, types: [Ingress]`)).join('');
    const stages = calicoStages(world(yaml), CALICO, []).ingress;
    expect(stages.map(stage => stage.id)).toEqual([
      'tier early',
      'tier a',
      'tier b',
      'tier default',
      'tier late',
    ]);
    expect(stages.find(stage => stage.id === 'tier default')?.whenSelected).toBe('deny');
  });

  it('pass on: the rest of the tier is skipped, the next one decides', () => {
    const yaml =
      SECURITY +
      policy('security.a', 'tier: security, order: 1, types: [Ingress], ingress: [{action: Pass}]') +
      policy('security.b', 'tier: security, order: 2, types: [Ingress], ingress: [{action: Deny}]') +
      policy(
        'default.c',
        'types: [Ingress], ingress: [{action: Allow, protocol: TCP, destination: {ports: [80]}}]',
      );
    expect(ask(world(yaml), 'card/api <- web/front tcp 80')).toBe('allow');
    expect(ask(world(yaml), 'card/api <- web/front tcp 81')).toBe('deny');
  });

  it('that are not in a manifest export make their policies unreadable for whom they select', () => {
    const result = calicoStages(
      world(policy('ops.p', 'tier: ops, selector: app == "api", types: [Egress]')),
      CALICO,
      [],
    );
    const [lost] = result.unsupported;
    expect(result.egress).toEqual([]);
    expect(lost).toMatchObject({ id: 'GlobalNetworkPolicy ops.p', directions: ['egress'] });
    expect(lost?.reason).toContain('tier ops is not in the export');
    const snapshot = world('');
    expect(lost?.selects?.(endpointOf(snapshot, 'card/api'))).toBe('yes');
    expect(lost?.selects?.(endpointOf(snapshot, 'card/vault'))).toBe('no');
  });

  it('that a live cluster does not have stand last, and are named', () => {
    const base = world(
      policy('ops.p', 'tier: ops, types: [Ingress]') + policy('default.p', 'types: [Ingress]'),
    );
    const kinds = [
      { group: 'projectcalico.org', kind: 'Tier', state: 'asked-none' as const, objects: 0, sources: [] },
    ];
    const live = { ...base, collection: { ...base.collection, kinds, fromManifests: false } };
    const result = calicoStages(live, CALICO, []);
    expect(result.ingress.map(stage => stage.id)).toEqual(['tier default', 'tier ops']);
    expect(result.misplaced.map(some => some.id)).toEqual(['GlobalNetworkPolicy ops.p']);
    expect(result.unsupported).toEqual([]);
  });
});
