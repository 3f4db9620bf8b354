// Staged policies: calico.md 3.10.
import { describe, expect, it } from 'vitest';
import { ask, policy, world } from '../../../test/fixtures/calico-stages.ts';
import { CALICO, endpointOf } from '../../../test/fixtures/drawn-cluster.ts';
import {
  calicoObject,
  calicoWorld,
  globalPolicy,
  namespacedPolicy,
  outcomeOf,
} from '../../../test/fixtures/calico-world.ts';
import type { PodId } from '../../base/brand.ts';
import { createSimulator } from '../../verdict/simulator.ts';
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

describe('a preview of staged policies', () => {
  const CLUSTER = 'ns web\nns card\npod web/front[app=front] 10.0.1.1\npod card/api[app=api] 10.0.2.1';
  const FLOW = 'web/front -> card/api tcp 80';
  const staged = (kind: string, meta: string, spec: string): string => calicoObject(kind, meta, spec);
  const both = (yaml: string): readonly [string, string] => {
    const now = calicoWorld(CLUSTER, yaml);
    const later = createSimulator(previewStaged(now.snapshot), CALICO);
    return [outcomeOf(now, FLOW), outcomeOf(later, FLOW)];
  };

  it('puts Set over the enforced policy of its name, with or without the prefix of the tier', () => {
    const enforced = globalPolicy('default.p', 'types: [Ingress], ingress: [{action: Allow}]');
    const set = (name: string): string =>
      staged('StagedGlobalNetworkPolicy', `name: ${name}`, 'types: [Ingress]');
    expect(both(enforced + set('default.p'))).toEqual(['allow', 'deny']);
    expect(both(enforced + set('p'))).toEqual(['allow', 'deny']);
    expect(both(set('p'))).toEqual(['allow', 'deny']);
  });

  it('drops what Delete names, namespaced and Kubernetes ones too', () => {
    const enforced = namespacedPolicy('card/p', 'types: [Ingress]');
    const gone = staged('StagedNetworkPolicy', 'name: p, namespace: card', 'stagedAction: Delete');
    expect(both(enforced + gone)).toEqual(['deny', 'allow']);
    const kubernetes =
      '\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: k, namespace: card}\nspec: {podSelector: {}}\n';
    const lost = staged('StagedKubernetesNetworkPolicy', 'name: k, namespace: card', 'stagedAction: Delete');
    expect(both(kubernetes + lost)).toEqual(['deny', 'allow']);
  });

  it('leaves Learn and Ignore without effect', () => {
    for (const action of ['Learn', 'Ignore'])
      expect(
        both(staged('StagedGlobalNetworkPolicy', 'name: p', `stagedAction: ${action}, types: [Ingress]`)),
      ).toEqual(['allow', 'allow']);
  });

  it('of a default deny is no evidence of segmentation: the pod is open, and the staged policy is named beside it', () => {
    const simulator = calicoWorld(
      CLUSTER,
      staged('StagedGlobalNetworkPolicy', 'name: default-deny', 'types: [Ingress, Egress]'),
    );
    const isolation = simulator.isolation('card/api' as PodId, 'ingress');
    expect(isolation).toMatchObject({ isolated: 'no', policies: [], terminalDeny: 'no' });
    expect(isolation.staged?.map(policy => policy.id)).toEqual(['StagedGlobalNetworkPolicy default-deny']);
  });

  it('with another action than the four is not read', () => {
    const simulator = calicoWorld(
      CLUSTER,
      staged('StagedGlobalNetworkPolicy', 'name: p', 'stagedAction: Maybe'),
    );
    expect(simulator.policies.unsupported[0]?.reason).toContain('is not Set, Delete, Learn or Ignore');
  });
});
