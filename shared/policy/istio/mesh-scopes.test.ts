// Which mesh policy has a say, each test a sentence of policy-semantics section 5: the order of actions, the root
// namespace, age among equals, single ports, and policies that cannot be read.
import { describe, expect, it } from 'vitest';
import {
  ask,
  authentication,
  authorization,
  object,
  PERMISSIVE,
  simulate,
  STRICT,
} from '../../../test/fixtures/mesh.ts';

describe('an action', () => {
  it('is judged in order: CUSTOM, then DENY, then ALLOW, of whatever scope', () => {
    const custom = authorization(
      '{ action: CUSTOM, provider: { name: opa }, rules: [{}] }',
      'card',
      'custom',
    );
    const deny = authorization('{ action: DENY, rules: [{}] }', 'istio-system', 'deny');
    const allow = authorization('{ rules: [{}] }', 'card', 'allow');
    expect(ask(simulate(custom + allow), 'web/front')).toBe('indeterminate');
    expect(ask(simulate(custom + deny + allow), 'web/front')).toBe('deny');
    expect(ask(simulate(deny + allow), 'web/front')).toBe('deny');
    expect(ask(simulate(custom + authorization('{}')), 'web/front')).toBe('deny');
  });
});

describe('the root namespace', () => {
  const config = object(
    'ConfigMap',
    'name: istio, namespace: istio-system',
    "data: { mesh: 'rootNamespace: mesh-root' }",
    'v1',
  );

  it('is istio-system unless the mesh is configured otherwise', () => {
    expect(ask(simulate(authorization('{}', 'mesh-root')), 'web/front')).toBe('allow');
    expect(ask(simulate(authorization('{}', 'mesh-root') + config), 'web/front')).toBe('deny');
    expect(ask(simulate(authorization('{}', 'istio-system') + config), 'web/front')).toBe('allow');
  });

  it('may choose workloads of every namespace by their labels, in an AuthorizationPolicy only', () => {
    const labelled = '{ selector: { matchLabels: { app: vault } } }';
    const simulator = simulate(authorization(labelled, 'istio-system'));
    expect([ask(simulator, 'web/front'), ask(simulator, 'card/vault', 'web/front')]).toEqual([
      'deny',
      'allow',
    ]);
    const strict = (app: string): string =>
      `{ selector: { matchLabels: { app: ${app} } }, mtls: { mode: STRICT } }`;
    expect(ask(simulate(authentication(strict('vault'), 'istio-system')), 'web/legacy')).toBe('allow');
    const own = simulate(authentication(strict('entry'), 'istio-system'));
    expect(ask(own, 'web/legacy', 'istio-system/entry')).toBe('allow');
  });
});

describe('several PeerAuthentications of one scope', () => {
  const dated = (name: string, when: string): string => `name: ${name}, creationTimestamp: "${when}"`;
  const young = '2026-02-01T00:00:00Z';
  const old = '2025-02-01T00:00:00Z';

  it('are decided by the oldest', () => {
    const made = (strict: string, permissive: string): string =>
      authentication(STRICT, 'card', dated('b', strict)) +
      authentication(PERMISSIVE, 'card', dated('a', permissive));
    expect(ask(simulate(made(old, young)), 'web/legacy')).toBe('deny');
    expect(ask(simulate(made(young, old)), 'web/legacy')).toBe('allow');
  });

  it('stay open where their age is equal or was not exported, unless they agree', () => {
    const two = (a: string, b: string): string =>
      authentication(a, 'card', 'name: a') + authentication(b, 'card', 'name: b');
    expect(ask(simulate(two(STRICT, PERMISSIVE)), 'web/legacy')).toBe('indeterminate');
    expect(ask(simulate(two(PERMISSIVE, STRICT)), 'web/legacy')).toBe('indeterminate');
    expect(ask(simulate(two(STRICT, STRICT)), 'web/legacy')).toBe('deny');
    expect(ask(simulate(two(PERMISSIVE, PERMISSIVE)), 'web/legacy')).toBe('allow');
    const equal =
      authentication(STRICT, 'card', dated('a', old)) + authentication(PERMISSIVE, 'card', dated('b', old));
    expect(ask(simulate(equal), 'web/legacy')).toBe('indeterminate');
  });
});

describe('a port of a PeerAuthentication', () => {
  const own = (mode: string, port: string): string =>
    authentication(
      `{ selector: { matchLabels: { app: vault } }, mtls: { mode: ${mode} }, portLevelMtls: { 9000: { mode: ${port} } } }`,
      'card',
      'name: own',
    );

  it('may be stricter or laxer than its workload, and inherits from it where it is UNSET', () => {
    const at = (yaml: string): readonly string[] =>
      [9000, 8443].map(port => ask(simulate(yaml), 'web/legacy', 'card/vault', port));
    expect(at(own('PERMISSIVE', 'STRICT'))).toEqual(['deny', 'allow']);
    expect(at(own('STRICT', 'DISABLE'))).toEqual(['allow', 'deny']);
    expect(at(own('STRICT', 'UNSET'))).toEqual(['deny', 'deny']);
    expect(at(own('UNSET', 'UNSET') + authentication(STRICT, 'istio-system'))).toEqual(['deny', 'deny']);
  });

  it('needs a selector: without one the object is refused, and what it could touch is open', () => {
    const whole = authentication('{ mtls: { mode: STRICT }, portLevelMtls: { 9000: { mode: DISABLE } } }');
    const simulator = simulate(whole);
    expect(simulator.policies.refused.map(item => item.reason)).toEqual([
      expect.stringContaining('portLevelMtls needs a selector'),
    ]);
    expect(ask(simulator, 'web/legacy')).toBe('indeterminate');
  });
});

describe('a mesh policy that cannot be read', () => {
  it('might open what the others close, or close what they open', () => {
    const maybe = authorization('{ action: MAYBE }', 'card', 'maybe');
    expect(ask(simulate(maybe), 'web/front')).toBe('indeterminate');
    expect(ask(simulate(maybe + authorization('{}')), 'web/front')).toBe('indeterminate');
    const unknownMode = authentication('{ mtls: { mode: SOMETIMES } }', 'card', 'name: mode');
    expect(ask(simulate(unknownMode + authentication(STRICT, 'istio-system')), 'web/legacy')).toBe(
      'indeterminate',
    );
  });

  it('opens nothing that a readable deny, or a network policy, closes', () => {
    const maybe = authorization('{ action: MAYBE }', 'card', 'maybe');
    const deny = authorization('{ action: DENY, rules: [{}] }', 'card', 'deny');
    expect(ask(simulate(maybe + deny), 'web/front')).toBe('deny');
    const closed = object(
      'NetworkPolicy',
      'name: closed, namespace: card',
      'spec: { podSelector: {} }',
      'networking.k8s.io/v1',
    );
    expect(ask(simulate(maybe + authorization('{}') + closed), 'web/front')).toBe('deny');
  });

  it('with the action DENY can only close', () => {
    const broken = authorization('{ action: DENY, rules: [{ from: 7 }] }', 'card', 'broken');
    expect(ask(simulate(broken + authorization('{}')), 'web/front')).toBe('deny');
    expect(ask(simulate(broken), 'web/front')).toBe('indeterminate');
  });

  it('of another namespace touches nothing here', () => {
    expect(ask(simulate(authorization('{ action: MAYBE }', 'web') + authorization('{}')), 'web/front')).toBe(
      'deny',
    );
  });
});
