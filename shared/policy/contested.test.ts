// A policy that is given twice with different content decides nothing: what either text could touch stays open.
import { describe, expect, it } from 'vitest';
import { drawnObjects } from '../../test/fixtures/drawing.ts';
import { clusterOf, verdictOf } from '../../test/fixtures/corpus-cluster.ts';
import { CALICO } from '../../test/fixtures/drawn-cluster.ts';
import { createSimulator } from '../verdict/simulator.ts';
import type { Simulator } from '../verdict/verdict.ts';
import { PROFILES } from './profile.ts';

const CLUSTER = `
ns card
ns web
pod card/vault[app=vault] 10.0.1.1
pod card/api[app=api] 10.0.1.2
pod web/front[app=front] 10.0.2.1
`;
const networkPolicy = (app: string, from: string): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: fence, namespace: card}
spec: {podSelector: {matchLabels: {app: ${app}}}, policyTypes: [Ingress], ingress: [{from: ${from}}]}
---`;
const globalPolicy = (selector: string, action: string): string => `
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: fence}
spec: {selector: ${selector}, types: [Egress], egress: [{action: ${action}}]}
---`;
const simulatorOf = (yaml: string, profile = CALICO): Simulator =>
  createSimulator(clusterOf(drawnObjects(`---${yaml}`), CLUSTER), profile);
const outcome = (simulator: Simulator, question: string): string => verdictOf(simulator, question).outcome;
const ANYONE = '[{namespaceSelector: {}}]';
const NEIGHBOURS = '[{podSelector: {}}]';

describe('a policy given twice with different content', () => {
  it('leaves open the pods that either text selects, in their direction, and nothing else', () => {
    const yaml = networkPolicy('vault', NEIGHBOURS) + networkPolicy('api', ANYONE);
    for (const profile of [CALICO, PROFILES.kubernetes]) {
      const simulator = simulatorOf(yaml, profile);
      expect(outcome(simulator, 'web/front -> card/vault tcp 80')).toBe('indeterminate');
      expect(outcome(simulator, 'web/front -> card/api tcp 80')).toBe('indeterminate');
      expect(outcome(simulator, 'card/api -> web/front tcp 80')).toBe('allow');
    }
  });

  it('is named once with both places', () => {
    const { unsupported } = simulatorOf(
      networkPolicy('vault', NEIGHBOURS) + networkPolicy('api', ANYONE),
    ).policies;
    expect(unsupported.map(policy => policy.id)).toEqual(['NetworkPolicy card/fence']);
    expect(unsupported[0]?.reason).toMatch(/also at drawn\.txt:\d+/);
  });

  it('of Calico is treated alike, whatever the order of the texts', () => {
    const [deny, allow] = [globalPolicy('app == "vault"', 'Deny'), globalPolicy('app == "api"', 'Allow')];
    for (const yaml of [deny + allow, allow + deny]) {
      const simulator = simulatorOf(yaml);
      expect(outcome(simulator, 'card/vault -> web/front tcp 80')).toBe('indeterminate');
      expect(outcome(simulator, 'card/api -> web/front tcp 80')).toBe('indeterminate');
      expect(outcome(simulator, 'web/front -> card/api tcp 80')).toBe('allow');
    }
  });

  it('that says the same both times is one policy', () => {
    const simulator = simulatorOf(globalPolicy('all()', 'Deny') + globalPolicy('all()', 'Deny'));
    expect(simulator.policies.unsupported).toEqual([]);
    expect(outcome(simulator, 'card/api -> web/front tcp 80')).toBe('deny');
  });

  it('may touch anything when one of its texts is not understood', () => {
    const simulator = simulatorOf(globalPolicy('app == "vault"', 'Deny') + globalPolicy('app =', 'Deny'));
    expect(outcome(simulator, 'card/api -> web/front tcp 80')).toBe('indeterminate');
    expect(outcome(simulator, 'web/front -> card/api tcp 80')).toBe('indeterminate');
  });
});
