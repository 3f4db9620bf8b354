// How Cilium decides, each test a sentence of policy-semantics section 4, asked of whole simulated clusters.
import { describe, expect, it } from 'vitest';
import {
  API,
  ask,
  ccnp,
  CLUSTER,
  cnp,
  config,
  holds,
  object,
  simulate,
} from '../../../test/fixtures/cilium-case.ts';
import { drawnCluster } from '../../../test/fixtures/drawing.ts';
import type { PodId } from '../../base/brand.ts';
import { createSimulator } from '../../verdict/simulator.ts';
import { detectProfile } from '../profile.ts';

describe('the subject of a policy', () => {
  it('is confined to the namespace of a CiliumNetworkPolicy, whatever its labels say', () => {
    const elsewhere = 'endpointSelector: { matchLabels: { "k8s:io.kubernetes.pod.namespace": web } }';
    holds(cnp(`${elsewhere}, ingress: [{}]`), {
      'web/back -> web/front tcp 80': 'allow',
      'web/back -> card/api tcp 80': 'deny',
    });
  });

  it('of a clusterwide policy is every pod, or those of a namespace by name or label', () => {
    holds(ccnp('endpointSelector: {}, ingress: [{}]'), {
      'web/front -> card/api tcp 80': 'deny',
      'card/api -> web/front tcp 80': 'deny',
    });
    for (const key of ['k8s:io.kubernetes.pod.namespace: card', 'io.cilium.k8s.namespace.labels.team: pay'])
      holds(ccnp(`endpointSelector: { matchLabels: { ${key} } }, ingress: [{}]`), {
        'web/front -> card/api tcp 80': 'deny',
        'card/api -> web/front tcp 80': 'allow',
      });
  });

  it('is read from spec and from every item of specs, each a rule of its own', () => {
    const both = cnp(`specs: [{ ${API}, ingress: [{}] }]`).trimEnd();
    const spec = 'spec: { endpointSelector: { matchLabels: { app: db } }, ingress: [{}] }';
    holds(`${both}\n  ${spec}\n`, {
      'web/front -> card/api tcp 80': 'deny',
      'web/front -> card/db tcp 80': 'deny',
    });
  });
});

describe('sections and default deny', () => {
  it('a policy without any section has no effect', () => {
    holds(cnp(API), { 'web/front -> card/api tcp 80': 'allow' });
    holds(cnp(`${API}, ingress: [], egress: null`), { 'web/front -> card/api tcp 80': 'allow' });
  });

  it('an empty rule isolates and allows nothing, unlike in a Kubernetes policy', () => {
    holds(cnp(`${API}, ingress: [{}]`), {
      'web/front -> card/api tcp 80': 'deny',
      'card/api -> web/front tcp 80': 'allow',
    });
  });

  it('is on as soon as a section is there, even with deny entries only', () => {
    const deny = 'ingressDeny: [{ fromEntities: [world] }]';
    holds(cnp(`${API}, ${deny}`), { 'web/front -> card/api tcp 80': 'deny' });
  });

  it('is off where enableDefaultDeny is false, until one other rule turns it on', () => {
    const open = cnp(
      `${API}, enableDefaultDeny: { ingress: false }, ingressDeny: [{ fromEntities: [world] }]`,
    );
    holds(open, { 'web/front -> card/api tcp 80': 'allow', '203.0.113.9 -> card/api tcp 80': 'deny' });
    const closing = cnp(`${API}, ingress: [{ fromEndpoints: [{ }] }]`, 'q');
    holds(open + closing, { 'web/front -> card/api tcp 80': 'deny', 'card/db -> card/api tcp 80': 'allow' });
  });
});

describe('deny', () => {
  const allow = cnp(`${API}, ingress: [{ fromEntities: [all] }]`);
  const deny = ccnp(
    'endpointSelector: {}, ingressDeny: [{ fromEntities: [world], toPorts: [{ ports: [{ port: "22" }] }] }]',
  );

  it('beats every allow, whatever kind carries it', () => {
    holds(allow + deny, {
      '203.0.113.9 -> card/api tcp 22': 'deny',
      '203.0.113.9 -> card/api tcp 80': 'allow',
    });
    const kubernetes = object(
      'NetworkPolicy',
      'name: n, namespace: card',
      'spec: { podSelector: {}, ingress: [{}] }',
      'networking.k8s.io/v1',
    );
    holds(kubernetes + deny, {
      '203.0.113.9 -> card/db tcp 22': 'deny',
      '203.0.113.9 -> card/db tcp 80': 'allow',
    });
  });

  it('takes addresses and ports only: a deny rule with L7 rules or names is refused', () => {
    const l7 =
      'ingressDeny: [{ toPorts: [{ ports: [{ port: "80", protocol: TCP }], rules: { http: [{}] } }] }]';
    const names = 'egressDeny: [{ toFQDNs: [{ matchName: a.example }] }]';
    for (const section of [l7, names])
      expect(simulate(cnp(`${API}, ${section}`)).policies.refused).toHaveLength(1);
  });
});

describe('a Kubernetes policy', () => {
  it('is pooled with those of Cilium: what either allows is allowed', () => {
    const kubernetes = object(
      'NetworkPolicy',
      'name: n, namespace: card',
      'spec: { podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: {} }] }] }',
      'networking.k8s.io/v1',
    );
    const cilium = cnp(`${API}, ingress: [{ fromEntities: [world] }]`);
    holds(kubernetes + cilium, {
      'card/db -> card/api tcp 80': 'allow',
      '203.0.113.9 -> card/api tcp 80': 'allow',
      'web/front -> card/api tcp 80': 'deny',
    });
  });
});

describe('isolation', () => {
  it('names the policies that close a pod', () => {
    const simulator = simulate(cnp(`${API}, ingress: [{}]`));
    expect(simulator.isolation('card/api' as PodId, 'ingress')).toMatchObject({
      isolated: 'yes',
      policies: [{ id: 'CiliumNetworkPolicy card/p' }],
      terminalDeny: 'yes',
    });
  });

  it('is not what a policy gives that leaves the direction open', () => {
    const deny = 'ingressDeny: [{ fromEntities: [world] }]';
    const simulator = simulate(cnp(`${API}, enableDefaultDeny: { ingress: false }, ${deny}`));
    expect(simulator.isolation('card/api' as PodId, 'ingress')).toMatchObject({
      isolated: 'no',
      policies: [{ id: 'CiliumNetworkPolicy card/p' }],
      terminalDeny: 'no',
    });
  });
});

describe('the enforcement mode', () => {
  it('always closes every pod, never opens every pod, and default follows the policies', () => {
    holds(config('enable-policy: always'), { 'web/front -> web/back tcp 80': 'deny' });
    holds(config('enable-policy: never') + cnp(`${API}, ingress: [{}]`), {
      'web/front -> card/api tcp 80': 'allow',
    });
    holds(config('enable-policy: default'), { 'web/front -> web/back tcp 80': 'allow' });
  });
});

describe('the settings of the agents', () => {
  const closed = cnp(`${API}, ingress: [{}]`);

  it('that only log policies, or differ between nodes, say so instead of enforcing', () => {
    const audit = simulate(closed + config('policy-audit-mode: "true"'));
    expect(audit.profile).toMatchObject({
      enforces: 'no',
      evidence: [{ text: 'cilium-config sets policy-audit-mode: policies are logged, not enforced' }, {}, {}],
    });
    const node = object(
      'CiliumNodeConfig',
      'name: n, namespace: kube-system',
      'spec: { defaults: { enable-policy: never } }',
      'cilium.io/v2alpha1',
    );
    expect(simulate(closed + config('enable-policy: default') + node).profile.enforces).toBe('unknown');
  });

  it('may switch Kubernetes policies off, which is said with every verdict', () => {
    const kubernetes = object(
      'NetworkPolicy',
      'name: n, namespace: card',
      'spec: { podSelector: {} }',
      'networking.k8s.io/v1',
    );
    const off = simulate(kubernetes + config('enable-k8s-networkpolicy: "false"'));
    const verdict = ask(off, 'web/front -> card/api tcp 80');
    expect(verdict.outcome).toBe('allow');
    expect(verdict.assumptions).toContain(
      'Kubernetes NetworkPolicies have no effect: enable-k8s-networkpolicy is false',
    );
  });

  it('are taken as the default where cilium-config is not in the export, and that is said', () => {
    const verdict = ask(simulate(closed), 'web/front -> card/api tcp 80');
    expect(verdict.outcome).toBe('deny');
    expect(verdict.assumptions).toContain(
      'cilium-config is not in the export: Cilium runs with its default settings',
    );
  });
});

describe('GKE Dataplane V2', () => {
  it('may or may not honour the policies of Cilium, and honours those of Kubernetes', () => {
    const anetd = object('DaemonSet', 'name: anetd, namespace: kube-system', 'spec: {}', 'apps/v1');
    const kubernetes = object(
      'NetworkPolicy',
      'name: n, namespace: card',
      'spec: { podSelector: { matchLabels: { app: db } } }',
      'networking.k8s.io/v1',
    );
    holds(anetd + kubernetes + cnp(`${API}, ingress: [{}]`), {
      'web/front -> card/api tcp 80': 'indeterminate',
      'web/front -> card/db tcp 80': 'deny',
      'web/front -> web/back tcp 80': 'allow',
    });
  });
});

describe('under another profile', () => {
  it('policies of Cilium are named and leave open what they could touch', () => {
    const snapshot = drawnCluster(CLUSTER + cnp(`${API}, ingress: [{}]`));
    const simulator = createSimulator(snapshot, detectProfile(snapshot, 'kubernetes'));
    expect(simulator.policies.unsupported).toMatchObject([{ kind: 'CiliumNetworkPolicy' }]);
    expect(ask(simulator, 'web/front -> card/api tcp 80').outcome).toBe('indeterminate');
    expect(ask(simulator, 'web/front -> web/back tcp 80').outcome).toBe('allow');
  });
});

describe('a step', () => {
  it('points to the line of its rule, of either section and of an item of specs', () => {
    const yaml = cnp(`specs:
    - endpointSelector: { matchLabels: { app: api } }
      ingressDeny:
        - fromEntities: [world]
        - fromEntities: [all]`);
    const snapshot = drawnCluster(CLUSTER + yaml);
    const verdict = ask(
      createSimulator(snapshot, detectProfile(snapshot, 'cilium')),
      'web/front -> card/api tcp 80',
    );
    const line =
      (CLUSTER + yaml).split('\n').findIndex(text => text.includes('entities: [all]'.slice(1))) + 1;
    expect(verdict.ingress.steps.find(step => step.decisive)).toMatchObject({
      stage: 'Cilium',
      policy: 'CiliumNetworkPolicy card/p specs[0]',
      rule: 1,
      ruleName: 'ingressDeny[1]',
      field: 'fromEntities[0]',
      action: 'deny',
      source: { file: 'drawn.txt', line },
    });
  });
});

describe('what is worth a second look', () => {
  const problems = (yaml: string): readonly string[] =>
    simulate(yaml)
      .policyProblems()
      .filter(problem => problem.code.startsWith('rule.'))
      .map(({ code, rule, text }) => `${code} ${rule ?? ''} ${text}`);

  it('is a rule as written, not a part of one', () => {
    const rule = (ports: string): string =>
      cnp(`${API}, ingress: [{ fromEndpoints: [{}], toPorts: [{ ports: [${ports}] }] }]`);
    expect(problems(rule('{ port: "80" }, { port: nobody }'))).toEqual([]);
    expect(problems(rule('{ port: nobody }'))).toEqual([
      'rule.matches-nothing 0 matches no end of this export on any port',
    ]);
  });

  it('is a rule that others decide before, denied or allowed', () => {
    const deny = 'ingressDeny: [{ fromEntities: [all] }, { fromEntities: [world] }]';
    expect(problems(cnp(`${API}, ingress: [{ fromEntities: [world] }], ${deny}`))).toEqual([
      'rule.never-decides 0 other rules of the same pods already allow or deny everything that it allows',
      'rule.never-decides 1 other rules of the same pods already deny everything that it denies',
    ]);
  });
});
