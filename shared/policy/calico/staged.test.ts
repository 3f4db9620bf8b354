// Staged policies: calico.md 3.10.
import { describe, expect, it } from 'vitest';
import { ask, policy, world } from '../../../test/fixtures/calico-stages.ts';
import { CALICO, endpointOf } from '../../../test/fixtures/drawn-cluster.ts';
import { calicoStages } from './compile.ts';
import { hasStaged, previewStaged } from './staged.ts';

describe('staged policies', () => {
  const staged = (name: string, spec: string): string =>
    policy(name, spec, 'kind: StagedGlobalNetworkPolicy');
  const yaml =
    staged('default.d', 'types: [Ingress]') +
    policy('default.a', 'selector: app == "front", types: [Ingress]') +
    staged('default.a', 'stagedAction: Delete') +
    staged('default.i', 'stagedAction: Ignore, types: [Egress]');

  it('are shown and never decide', () => {
    const snapshot = world(yaml);
    const policies = calicoStages(snapshot, CALICO, []).ingress.flatMap(stage => stage.policies);
    expect(policies.filter(one => one.staged).map(one => one.name)).toContain('default.d');
    expect(ask(snapshot, 'card/api <- web/front')).toBe('allow');
    expect(ask(snapshot, 'web/front <- card/api')).toBe('deny');
    expect(hasStaged(snapshot)).toBe(true);
  });

  it('are previewed: Set applied, Delete dropped, the rest without effect', () => {
    const preview = previewStaged(world(yaml));
    expect(preview.policies.map(one => `${one.kind} ${one.meta.name}`)).toEqual([
      'GlobalNetworkPolicy default.d',
    ]);
    expect(ask(preview, 'card/api <- web/front')).toBe('deny');
    expect(ask(preview, 'card/api -> web/front')).toBe('allow');
    expect(hasStaged(preview)).toBe(false);
  });

  it('of Kubernetes kind are shown with whom they select, and become Kubernetes policies in a preview', () => {
    const text = policy(
      'k',
      'podSelector: {matchLabels: {app: api}, matchExpressions: [{key: x, operator: NotIn, values: [y]}]}',
      'kind: StagedKubernetesNetworkPolicy',
      'card',
    );
    const snapshot = world(text);
    const [shown] = calicoStages(snapshot, CALICO, []).ingress[0]?.policies ?? [];
    expect(shown).toMatchObject({ staged: true, ingress: true, egress: false, order: 1000 });
    expect(shown?.selects(endpointOf(snapshot, 'card/api'))).toBe('yes');
    expect(shown?.selects(endpointOf(snapshot, 'card/vault'))).toBe('no');
    expect(previewStaged(snapshot).policies[0]).toMatchObject({
      kind: 'NetworkPolicy',
      apiVersion: 'networking.k8s.io/v1',
    });
  });
});
