// The tiers that Calico brings along: calico.md 3.3.
import { describe, expect, it } from 'vitest';
import {
  calicoObject,
  calicoWorld,
  decisiveStep,
  globalPolicy,
  namespacedPolicy,
  outcomeOf,
  tier,
} from '../../../test/fixtures/calico-world.ts';
import { CALICO } from '../../../test/fixtures/drawn-cluster.ts';
import type { EngineProfile } from '../compiled.ts';
import type { Simulator } from '../../verdict/verdict.ts';

const CLUSTER = 'ns web\nns card\npod web/front[app=front] 10.0.1.1\npod card/api[app=api] 10.0.2.1';
const FLOW = 'web/front -> card/api tcp 80';
const version = (calicoMinor: number): EngineProfile => ({ ...CALICO, calicoMinor });
const world = (yaml: string, profile: EngineProfile = CALICO): Simulator =>
  calicoWorld(CLUSTER, yaml, profile);
const clusterPolicy = (layer: 'Admin' | 'Baseline', priority: number, action: string): string => `
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: ${layer.toLowerCase()}-${priority}}
spec:
  tier: ${layer}
  priority: ${priority}
  subject: {namespaces: {}}
  ingress: [{action: ${action}, from: [{namespaces: {}}]}]
`;
const DENY = 'types: [Ingress], ingress: [{action: Deny}]';
const ALLOW = 'types: [Ingress], ingress: [{action: Allow}]';
const stagesOf = (simulator: Simulator): readonly string[] =>
  simulator.policies.ingress.map(stage => `${stage.id}: ${stage.whenSelected}`);

describe('the tiers of Calico itself', () => {
  it('are kube-admin at 1,000 and Pass, default at 1,000,000 and Deny, kube-baseline at 10,000,000 and Pass', () => {
    const yaml =
      tier('a', 999) +
      tier('b', 1001) +
      tier('c', 999_999) +
      tier('d', 1_000_001) +
      tier('e', 10_000_001) +
      ['a', 'b', 'c', 'd', 'e', 'default'].map(name => globalPolicy(`${name}.p`, `tier: ${name}`)).join('') +
      clusterPolicy('Admin', 1, 'Pass') +
      clusterPolicy('Baseline', 1, 'Pass');
    expect(stagesOf(world(yaml, version(32)))).toEqual([
      'tier a: deny',
      'tier kube-admin: next',
      'tier b: deny',
      'tier c: deny',
      'tier default: deny',
      'tier d: deny',
      'tier kube-baseline: next',
      'tier e: deny',
    ]);
  });

  it('keep their order and default action whatever an export says of them', () => {
    const yaml =
      tier('default', 1, 'defaultAction: Pass') +
      tier('security', 500) +
      globalPolicy('p', 'selector: app == "api"') +
      globalPolicy('security.p', `tier: security, ${ALLOW}`);
    expect(stagesOf(world(yaml))).toEqual(['tier security: deny', 'tier default: deny']);
  });

  it("hold the product's own policies too: they are simulated like any others", () => {
    const yaml =
      tier('calico-system', 50) + namespacedPolicy('card/calico-system.p', `tier: calico-system, ${DENY}`);
    expect(decisiveStep(world(yaml), FLOW)?.policy).toBe(
      'NetworkPolicy.projectcalico.org card/calico-system.p',
    );
  });

  it('of any name end in deny unless the default action is Pass', () => {
    const end = (more: string): string =>
      outcomeOf(world(tier('t', 1, more) + globalPolicy('t.p', 'tier: t')), FLOW);
    expect(end('')).toBe('deny');
    expect(end('defaultAction: Deny')).toBe('deny');
    expect(end('defaultAction: Pass')).toBe('allow');
  });
});

describe('cluster network policies under Calico', () => {
  it('of tier Admin stand before the default tier: Accept and Deny are final, Pass leads on', () => {
    const policy = globalPolicy('p', DENY);
    expect(outcomeOf(world(clusterPolicy('Admin', 1, 'Accept') + policy, version(32)), FLOW)).toBe('allow');
    expect(outcomeOf(world(clusterPolicy('Admin', 1, 'Pass') + policy, version(32)), FLOW)).toBe('deny');
    const open = globalPolicy('p', ALLOW);
    expect(outcomeOf(world(clusterPolicy('Admin', 1, 'Deny') + open, version(32)), FLOW)).toBe('deny');
  });

  it('come by priority within their tier', () => {
    const yaml = clusterPolicy('Admin', 2, 'Deny') + clusterPolicy('Admin', 1, 'Accept');
    expect(outcomeOf(world(yaml, version(32)), FLOW)).toBe('allow');
  });

  it('of tier Baseline are reached only where no policy of the default tier selects, or one passes', () => {
    const baseline = clusterPolicy('Baseline', 1, 'Deny');
    expect(outcomeOf(world(baseline, version(32)), FLOW)).toBe('deny');
    expect(outcomeOf(world(baseline + globalPolicy('p', ALLOW), version(32)), FLOW)).toBe('allow');
    const pass = globalPolicy('p', 'types: [Ingress], ingress: [{action: Pass}]');
    expect(decisiveStep(world(baseline + pass, version(32)), FLOW)?.stage).toBe('tier kube-baseline');
    expect(
      outcomeOf(
        world(clusterPolicy('Baseline', 1, 'Accept') + globalPolicy('p', 'selector: all()'), version(32)),
        FLOW,
      ),
    ).toBe('deny');
  });

  it('have an effect since 3.32 only, and none can be told where the version is not known', () => {
    const deny = clusterPolicy('Admin', 1, 'Deny');
    expect(outcomeOf(world(deny, version(31)), FLOW)).toBe('allow');
    expect(outcomeOf(world(deny), FLOW)).toBe('indeterminate');
  });
});

describe('admin network policies under Calico', () => {
  const ADMIN = `
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: a}
spec: {priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}
`;

  it('are enforced from 3.29 to 3.31 in a tier of their own, and since 3.32 not at all, which is said', () => {
    for (const minor of [29, 30, 31]) expect(outcomeOf(world(ADMIN, version(minor)), FLOW)).toBe('deny');
    expect(decisiveStep(world(ADMIN, version(31)), FLOW)?.stage).toBe('tier adminnetworkpolicy');
    const later = world(ADMIN, version(32));
    expect(outcomeOf(later, FLOW)).toBe('allow');
    const said = [
      ...later.policies.refused,
      ...later.policies.unsupported,
      ...(later.policies.misplaced ?? []),
    ];
    expect(said.map(policy => policy.id)).toEqual(['AdminNetworkPolicy.policy.networking.k8s.io a']);
  });
});

describe('a tier that is not there', () => {
  it('leaves open whom its policies select, where the export may lack it', () => {
    const yaml = globalPolicy('ops.p', `tier: ops, selector: app == "api", ${ALLOW}`);
    expect(outcomeOf(world(yaml), FLOW)).toBe('indeterminate');
    expect(outcomeOf(world(yaml), 'card/api -> web/front tcp 80')).toBe('allow');
    const [problem] = world(yaml).policyProblems();
    expect(problem).toMatchObject({ policy: 'GlobalNetworkPolicy ops.p', source: { file: 'drawn.txt' } });
    expect(problem?.text).toContain('tier ops is not in the export');
  });

  it('cannot be told from one that cannot be read: order that is no number is named with its line', () => {
    const broken =
      calicoObject('Tier', 'name: ops', 'order: soon') + globalPolicy('ops.p', `tier: ops, ${ALLOW}`);
    const { unsupported } = world(broken).policies;
    expect(unsupported.map(policy => policy.id)).toEqual(['GlobalNetworkPolicy ops.p', 'Tier ops']);
    expect(unsupported[1]).toMatchObject({
      reason: '/spec/order: is not a number',
      source: { file: 'drawn.txt' },
    });
    expect(outcomeOf(world(broken), FLOW)).toBe('indeterminate');
  });

  it('of two orders leaves open whom its policies select', () => {
    const yaml = tier('ops', 1) + tier('ops', 2_000_000) + globalPolicy('ops.p', `tier: ops, ${ALLOW}`);
    expect(outcomeOf(world(yaml + globalPolicy('d', DENY)), FLOW)).toBe('indeterminate');
    expect(world(yaml).policies.unsupported.map(policy => policy.id)).toContain('Tier ops');
    expect(
      outcomeOf(
        world(tier('ops', 1) + yaml.replace('order: 2000000', 'order: 1') + globalPolicy('d', DENY)),
        FLOW,
      ),
    ).toBe('allow');
  });
});
