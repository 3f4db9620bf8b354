// Policies of equal order (calico.md 3.2): the tie-break changed in 3.32, it is a setting, and disagreement is said aloud.
import { describe, expect, it } from 'vitest';
import {
  calicoWorld,
  decisiveStep,
  globalPolicy,
  namespacedPolicy,
  outcomeOf,
} from '../../../test/fixtures/calico-world.ts';
import { verdictOf } from '../../../test/fixtures/corpus-cluster.ts';
import { CALICO } from '../../../test/fixtures/drawn-cluster.ts';
import { drawnCluster } from '../../../test/fixtures/drawing.ts';
import type { EngineProfile } from '../compiled.ts';
import { detectProfile } from '../profile.ts';
import type { Simulator } from '../../verdict/verdict.ts';

const CLUSTER = 'ns web\nns card\npod web/front[app=front] 10.0.1.1\npod card/api[app=api] 10.0.2.1';
const QUESTION = 'web/front -> card/api tcp 80';
const world = (yaml: string, calicoTieBreak: EngineProfile['calicoTieBreak']): Simulator =>
  calicoWorld(CLUSTER, yaml, { ...CALICO, calicoTieBreak });
const rule = (action: string, more = ''): string => `types: [Ingress], ingress: [{action: ${action}${more}}]`;
/** The key of the global one is `default.z`, which comes after `card/default.a`; its name `b` before `c`. */
const DENY = namespacedPolicy('card/c', `order: 10, ${rule('Deny')}`);
const ALLOW = globalPolicy('b', `order: 10, ${rule('Allow')}`);

describe('two policies of equal order', () => {
  it('come by internal key until 3.31: ns/tier.name before tier.name by bytes', () => {
    expect(outcomeOf(world(ALLOW + DENY, 'key'), QUESTION)).toBe('deny');
    expect(decisiveStep(world(ALLOW + DENY, 'key'), QUESTION)?.policy).toBe(
      'NetworkPolicy.projectcalico.org card/c',
    );
  });

  it('come by name/namespace/kind from 3.32 on', () => {
    expect(outcomeOf(world(ALLOW + DENY, 'name'), QUESTION)).toBe('allow');
  });

  it('stay open where the version is not known and the two ways disagree', () => {
    const verdict = verdictOf(world(ALLOW + DENY, 'unknown'), QUESTION);
    expect(verdict.outcome).toBe('indeterminate');
    const open = verdict.ingress.steps.find(step => step.field === 'order');
    expect(open?.text).toContain('c, b have the same order 10 and disagree');
    expect(open?.text).toContain('depends on the version of Calico');
  });

  it('are settled where both ways give one order, or the policies agree, or speak of other ports', () => {
    const sameOrder =
      globalPolicy('a', `order: 10, ${rule('Allow')}`) + globalPolicy('b', `order: 10, ${rule('Deny')}`);
    expect(outcomeOf(world(sameOrder, 'unknown'), QUESTION)).toBe('allow');
    const agree = ALLOW.replace('Allow', 'Deny') + DENY;
    expect(outcomeOf(world(agree, 'unknown'), QUESTION)).toBe('deny');
    const ports = namespacedPolicy(
      'card/c',
      `order: 10, ${rule('Deny', ', protocol: TCP, destination: {ports: [81]}')}`,
    );
    expect(outcomeOf(world(ALLOW + ports, 'unknown'), QUESTION)).toBe('allow');
    expect(outcomeOf(world(ALLOW + ports, 'unknown'), 'web/front -> card/api tcp 81')).toBe('indeterminate');
  });

  it('that only allow never disagree', () => {
    const allows = ALLOW + DENY.replace('Deny', 'Allow');
    expect(world(allows, 'unknown').policies.ingress[0]?.policies).toHaveLength(2);
  });

  it('are warned of when they disagree, whatever the version', () => {
    for (const tie of ['key', 'name', 'unknown'] as const) {
      const problems = world(ALLOW + DENY, tie)
        .policyProblems()
        .filter(one => one.code === 'policy.equal-order');
      expect(problems).toHaveLength(1);
      expect(problems[0]?.text).toMatch(
        /^has the same order 10 as .*, and they disagree, as about .* to card\/api/,
      );
      expect(problems[0]?.source.file).toBe('drawn.txt');
    }
    const agree = world(ALLOW + DENY.replace('Deny', 'Allow'), 'unknown').policyProblems();
    expect(agree.filter(one => one.code === 'policy.equal-order')).toEqual([]);
  });

  it('without any order are equal too', () => {
    const yaml = (DENY + ALLOW).replaceAll('order: 10, ', '');
    expect(outcomeOf(world(yaml, 'key'), QUESTION)).toBe('deny');
    expect(outcomeOf(world(yaml, 'name'), QUESTION)).toBe('allow');
    expect(outcomeOf(world(yaml, 'unknown'), QUESTION)).toBe('indeterminate');
  });

  it('answer alike after a change of policies, made whole or piece by piece', () => {
    for (const tie of ['key', 'name', 'unknown'] as const) {
      const before = world(ALLOW + DENY, tie);
      const [allow] = before.snapshot.policies.filter(object => object.kind === 'GlobalNetworkPolicy');
      const without = before.withPolicies(before.snapshot.policies.filter(object => object !== allow));
      expect(outcomeOf(without, QUESTION)).toBe('deny');
      expect(outcomeOf(without.withPolicies(before.snapshot.policies), QUESTION)).toBe(
        outcomeOf(before, QUESTION),
      );
    }
  });
});

describe('the tie-break', () => {
  const tie = (...images: readonly string[]): string =>
    detectProfile(
      drawnCluster(
        images
          .map((image, at) => `ns kube-system\npod kube-system/calico-${at} 10.0.0.${at + 1} image=${image}`)
          .join('\n'),
      ),
      'calico',
    ).calicoTieBreak;

  it('is told from the image of the agent, and not known without one or with both sorts', () => {
    expect(tie('calico/node:v3.31.2')).toBe('key');
    expect(tie('quay.io/calico/node:v3.32.0')).toBe('name');
    expect(tie('example/other:1')).toBe('unknown');
    expect(tie('calico/node:v3.31.2', 'calico/node:v3.32.0')).toBe('unknown');
  });
});
