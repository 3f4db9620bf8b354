// Verdicts as Kubernetes means them, each test a sentence of the standard (policy-semantics sections 2, 7 and 8).
import { describe, expect, it } from 'vitest';
import { drawnCluster } from '../../test/fixtures/drawing.ts';
import type { PodId } from '../base/brand.ts';
import { PROFILES } from '../policy/profile.ts';
import type { EngineProfile } from '../policy/compiled.ts';
import type { Protocol } from '../model/snapshot.ts';
import { createSimulator } from './simulator.ts';
import type { Outcome, Simulator, Verdict } from './verdict.ts';

const KUBERNETES: EngineProfile = { ...PROFILES.kubernetes, enforces: 'yes' };

const PAYMENTS = `
  ns card {team=pay}
  ns web {team=shop}
  node n1 10.0.0.1
  node n2 10.0.0.2
  pod card/api[app=api] 10.0.1.5 node=n1 ports=http:8080,dns:53/UDP
  pod card/db[app=db] 10.0.1.6 node=n2 ports=http:9090
  pod web/front[app=front] 10.0.2.1 node=n1
  pod web/agent[app=agent] 10.0.0.1 node=n1 hostNetwork
`;

function policy(name: string, spec: string): string {
  return `
  ---
  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: { name: ${name}, namespace: card }
  spec: ${spec}
`;
}

function simulate(text: string, profile = KUBERNETES): Simulator {
  return createSimulator(drawnCluster(text), profile);
}

function ask(simulator: Simulator, text: string): Verdict {
  const [, src = '', dst = '', protocol = '', port] = /^(\S+) -> (\S+) (\w+)(?: (\d+))?$/.exec(text) ?? [];
  const query = {
    src: simulator.resolve(src)[0]!,
    dst: simulator.resolve(dst)[0]!,
    protocol: protocol.toUpperCase() as Protocol,
    ...(port === undefined ? {} : { port: Number(port) }),
  };
  const verdict = simulator.evaluate(query);
  expect(simulator.outcome(query)).toEqual({
    outcome: verdict.outcome,
    egress: verdict.egress.verdict,
    ingress: verdict.ingress.verdict,
  });
  return verdict;
}

function outcomes(simulator: Simulator, questions: readonly string[]): Record<string, Outcome> {
  return Object.fromEntries(questions.map(question => [question, ask(simulator, question).outcome]));
}

describe('a pod that no policy selects', () => {
  it('is reached by everyone, and the step says why', () => {
    const verdict = ask(simulate(PAYMENTS), 'web/front -> card/api tcp 8080');
    expect(verdict.outcome).toBe('allow');
    expect(verdict.ingress.steps).toEqual([
      {
        direction: 'ingress',
        stage: 'default',
        action: 'allow',
        decisive: true,
        text: 'no policy selects card/api for ingress: allow by default',
      },
    ]);
  });
});

describe('a NetworkPolicy', () => {
  it('isolates only the direction it has; egress without rules and without policyTypes stays open', () => {
    const simulator = simulate(
      PAYMENTS + policy('deny-in', '{ podSelector: { matchLabels: { app: api } }, egress: [] }'),
    );
    expect(
      outcomes(simulator, [
        'web/front -> card/api tcp 8080',
        'card/api -> web/front tcp 80',
        'card/db -> web/front tcp 80',
      ]),
    ).toEqual({
      'web/front -> card/api tcp 8080': 'deny',
      'card/api -> web/front tcp 80': 'allow',
      'card/db -> web/front tcp 80': 'allow',
    });
  });

  it('with an egress rule and no policyTypes denies all ingress as well', () => {
    const simulator = simulate(PAYMENTS + policy('out', '{ podSelector: {}, egress: [{}] }'));
    expect(ask(simulator, 'web/front -> card/api tcp 8080').outcome).toBe('deny');
    expect(ask(simulator, 'card/api -> web/front tcp 80').outcome).toBe('allow');
  });

  it('ANDs selectors of one item and ORs items; a pod selector alone means the own namespace', () => {
    const both = policy(
      'and',
      '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: shop } }, podSelector: { matchLabels: { app: none } } }] }] }',
    );
    const either = policy(
      'or',
      '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: shop } } }, { podSelector: { matchLabels: { app: front } } }] }] }',
    );
    expect(ask(simulate(PAYMENTS + both), 'web/front -> card/api tcp 1').outcome).toBe('deny');
    expect(ask(simulate(PAYMENTS + either), 'web/front -> card/api tcp 1').outcome).toBe('allow');
    expect(ask(simulate(PAYMENTS + either), 'card/db -> card/api tcp 1').outcome).toBe('deny');
  });

  it('resolves a named port at each destination and with its protocol', () => {
    const simulator = simulate(
      PAYMENTS +
        policy(
          'named',
          '{ podSelector: {}, ingress: [{ ports: [{ port: http }, { port: dns, protocol: TCP }] }] }',
        ),
    );
    expect(
      outcomes(simulator, [
        'web/front -> card/api tcp 8080',
        'web/front -> card/api tcp 9090',
        'web/front -> card/db tcp 9090',
        'web/front -> card/api tcp 53',
        'web/front -> card/api udp 53',
      ]),
    ).toEqual({
      'web/front -> card/api tcp 8080': 'allow',
      'web/front -> card/api tcp 9090': 'deny',
      'web/front -> card/db tcp 9090': 'allow',
      'web/front -> card/api tcp 53': 'deny',
      'web/front -> card/api udp 53': 'deny',
    });
  });

  it('lets ICMP through a rule without ports only', () => {
    const open = simulate(PAYMENTS + policy('any', '{ podSelector: {}, ingress: [{}] }'));
    const ports = simulate(PAYMENTS + policy('tcp', '{ podSelector: {}, ingress: [{ ports: [{}] }] }'));
    expect(ask(open, 'web/front -> card/api icmp').outcome).toBe('allow');
    expect(ask(ports, 'web/front -> card/api icmp').outcome).toBe('deny');
  });

  it('names every rule it tried, with field, file and line', () => {
    const verdict = ask(
      simulate(
        PAYMENTS +
          policy(
            'two',
            '{ podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: x } } }] }, { from: [{ namespaceSelector: {} }], ports: [{ port: 443 }] }] }',
          ),
      ),
      'web/front -> card/api tcp 8080',
    );
    expect(
      verdict.ingress.steps.map(step => [step.rule, step.action, step.field, step.source?.line]),
    ).toEqual([
      [0, 'none', 'from[0].podSelector', 15],
      [1, 'none', 'from[0].namespaceSelector', 15],
      [undefined, 'deny', undefined, 12],
    ]);
    expect(verdict.ingress.steps[1]?.text).toContain('only TCP 443');
  });
});

describe('address blocks', () => {
  const block = policy(
    'block',
    '{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.2.0/24, except: [10.0.2.128/25] } }] }] }',
  );

  it('match pods by address where the engine looks at packets, and never where it looks at identities', () => {
    expect(ask(simulate(PAYMENTS + block), 'web/front -> card/api tcp 1').outcome).toBe('allow');
    expect(ask(simulate(PAYMENTS + block, PROFILES.cilium), 'web/front -> card/api tcp 1').outcome).toBe(
      'deny',
    );
  });

  it('leave their exceptions out, and a range that straddles the border open', () => {
    const simulator = simulate(PAYMENTS + block);
    expect(ask(simulator, '10.0.2.77 -> card/api tcp 1').outcome).toBe('allow');
    expect(ask(simulator, '10.0.2.200 -> card/api tcp 1').outcome).toBe('deny');
    expect(ask(simulator, '10.0.2.0/24 -> card/api tcp 1').outcome).toBe('indeterminate');
  });

  it('never match the other IP family', () => {
    const simulator = simulate(
      PAYMENTS + policy('v4', '{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }] }'),
    );
    expect(ask(simulator, '2001:db8::1 -> card/api tcp 1').outcome).toBe('deny');
    expect(ask(simulator, '203.0.113.9 -> card/api tcp 1').outcome).toBe('allow');
  });
});

describe('ends that policies for pods do not govern', () => {
  const closed = simulate(PAYMENTS + policy('closed', '{ podSelector: {}, policyTypes: [Ingress, Egress] }'));

  it('a node always reaches its own pods, and others only as policies say', () => {
    expect(ask(closed, 'host:n1 -> card/api tcp 8080').outcome).toBe('allow');
    expect(ask(closed, 'host:n2 -> card/api tcp 8080').outcome).toBe('deny');
    expect(ask(closed, 'web/agent -> card/api tcp 8080').ingress.verdict).toBe('allow');
  });

  it('a host-network pod is never a subject', () => {
    expect(ask(closed, '203.0.113.9 -> web/agent tcp 10250').ingress.verdict).toBe('not-applicable');
  });

  it('a pod always reaches itself', () => {
    expect(ask(closed, 'card/api -> card/api tcp 8080').outcome).toBe('allow');
  });
});

describe('what the export cannot tell', () => {
  it('is indeterminate where a policy of an engine that is not simulated touches the pod, and it is named', () => {
    const simulator = simulate(`${PAYMENTS}
  ---
  apiVersion: crd.antrea.io/v1beta1
  kind: NetworkPolicy
  metadata: { name: guard, namespace: card }
  spec: { priority: 5, appliedTo: [{ podSelector: {} }], ingress: [{ action: Drop }] }
`);
    const verdict = ask(simulator, 'web/front -> card/api tcp 8080');
    expect(verdict.outcome).toBe('indeterminate');
    expect(verdict.ingress.steps.at(-1)?.policy).toBe('NetworkPolicy.crd.antrea.io card/guard');
    expect(ask(simulator, 'web/front -> web/front tcp 80').outcome).toBe('allow');
  });

  it('is indeterminate where a policy was refused, never a silent no-match', () => {
    const simulator = simulate(
      PAYMENTS +
        policy(
          'bad',
          '{ podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/33 } }] }] }',
        ),
    );
    expect(simulator.policies.refused.map(item => item.id)).toEqual(['NetworkPolicy card/bad']);
    expect(ask(simulator, 'web/front -> card/api tcp 8080').outcome).toBe('indeterminate');
    expect(ask(simulator, 'web/front -> card/db tcp 9090').outcome).toBe('allow');
  });

  it('includes the labels of a namespace that was not exported', () => {
    const simulator = simulate(
      `pod ops/tool 10.0.3.1\n${PAYMENTS}` +
        policy(
          'by-team',
          '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: shop } } }] }] }',
        ),
    );
    expect(ask(simulator, 'ops/tool -> card/api tcp 1').outcome).toBe('indeterminate');
  });

  it('an engine that enforces nothing lets everything through and says so', () => {
    const simulator = simulate(PAYMENTS + policy('closed', '{ podSelector: {} }'), {
      ...KUBERNETES,
      enforces: 'no',
    });
    const verdict = ask(simulator, 'web/front -> card/api tcp 8080');
    expect(verdict.outcome).toBe('allow');
    expect(verdict.ingress.steps[0]?.text).toContain('not enforced');
    expect(simulator.isolation('card/api' as PodId, 'ingress').isolated).toBe('no');
  });

  it('an unknown engine is an assumption of every verdict', () => {
    const verdict = ask(simulate(PAYMENTS, PROFILES.kubernetes), 'web/front -> card/api tcp 1');
    expect(verdict.assumptions.join(' ')).toContain('does not show a network plugin');
  });
});

describe('isolation', () => {
  it('names the policies that select the pod and whether the rest ends in deny', () => {
    const simulator = simulate(
      PAYMENTS + policy('in', '{ podSelector: { matchLabels: { app: api } }, ingress: [{}] }'),
    );
    expect(simulator.isolation('card/api' as PodId, 'ingress')).toMatchObject({
      isolated: 'yes',
      terminalDeny: 'yes',
      policies: [{ id: 'NetworkPolicy card/in' }],
    });
    expect(simulator.isolation('card/api' as PodId, 'egress')).toMatchObject({
      isolated: 'no',
      terminalDeny: 'no',
    });
  });

  it('of a Calico tier that passes everything on does not end in deny', () => {
    const simulator = simulate(
      `${PAYMENTS}
  ---
  apiVersion: projectcalico.org/v3
  kind: Tier
  metadata: { name: security }
  spec: { order: 100 }
  ---
  apiVersion: projectcalico.org/v3
  kind: GlobalNetworkPolicy
  metadata: { name: security.pass }
  spec: { tier: security, selector: app == 'api', types: [Ingress], ingress: [{ action: Deny, source: { selector: app == 'db' } }, { action: Pass }] }
`,
      PROFILES.calico,
    );
    expect(simulator.isolation('card/api' as PodId, 'ingress')).toMatchObject({
      isolated: 'yes',
      terminalDeny: 'no',
    });
    expect(ask(simulator, 'card/db -> card/api tcp 1').outcome).toBe('deny');
    expect(ask(simulator, 'web/front -> card/api tcp 1').outcome).toBe('allow');
  });
});
