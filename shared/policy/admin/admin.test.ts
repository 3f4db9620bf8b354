// Admin policies, each test a sentence of policy-semantics section 3. Every policy is drawn beside one small cluster:
// card (team=pay) holds api and db, web (team=shop, tier=front) holds front, both with one named port; one node each.
import { describe, expect, it } from 'vitest';
import { drawnCluster } from '../../../test/fixtures/drawing.ts';
import type { Protocol } from '../../model/snapshot.ts';
import { createSimulator } from '../../verdict/simulator.ts';
import type { Simulator } from '../../verdict/verdict.ts';
import type { EngineProfile } from '../compiled.ts';
import { PROFILES } from '../profile.ts';

const KUBERNETES: EngineProfile = { ...PROFILES.kubernetes, enforces: 'yes' };
const CLUSTER = `
  ns card {team=pay}
  ns web {team=shop}
  node n1 10.0.0.1
  node n2 10.0.0.2
  pod card/api[app=api] 10.0.1.5 node=n1 ports=http:8080,dns:53/UDP
  pod card/db[app=db] 10.0.1.6 node=n2 ports=http:9090
  pod web/front[app=front] 10.0.2.1 node=n1
  pod web/agent[app=agent] 10.0.0.1 node=n1 hostNetwork
`;
const ALL = '{ namespaces: {} }';

interface Written {
  readonly kind?: 'AdminNetworkPolicy' | 'BaselineAdminNetworkPolicy' | 'ClusterNetworkPolicy';
  readonly name?: string;
  readonly spec: string;
}

function simulate(policies: readonly Written[], profile = KUBERNETES): Simulator {
  const documents = policies.map(({ kind = 'AdminNetworkPolicy', name = 'guard', spec }) => {
    const version = kind === 'ClusterNetworkPolicy' ? 'v1alpha2' : 'v1alpha1';
    return `
  ---
  apiVersion: policy.networking.k8s.io/${version}
  kind: ${kind}
  metadata: { name: ${name} }
  spec: ${spec}
`;
  });
  return createSimulator(drawnCluster(CLUSTER + documents.join('')), profile);
}

/** Answers to questions such as `web/front -> card/api tcp 8080`. */
function answers(simulator: Simulator, ...questions: readonly string[]): readonly string[] {
  return questions.map(text => {
    const [, src = '', dst = '', protocol = '', port = '0'] = /^(\S+) -> (\S+) (\w+) (\d+)$/.exec(text) ?? [];
    const query = {
      src: simulator.resolve(src)[0]!,
      dst: simulator.resolve(dst)[0]!,
      protocol: protocol.toUpperCase() as Protocol,
      port: Number(port),
    };
    const { outcome } = simulator.outcome(query);
    expect(simulator.evaluate(query).outcome).toBe(outcome);
    return outcome;
  });
}

const networkPolicy = (spec: string): string => `
  ---
  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: { name: np, namespace: card }
  spec: ${spec}
`;

/** An ingress rule for every pod of card. */
const guard = (rules: string, priority = 5): string =>
  `{ priority: ${priority}, subject: { namespaces: { matchLabels: { team: pay } } }, ingress: [${rules}] }`;
const FRONT = '{ pods: { namespaceSelector: { matchLabels: { team: shop } }, podSelector: {} } }';

describe('an admin policy', () => {
  it('does not isolate: what no rule matches goes on, to the default allow', () => {
    const simulator = simulate([
      { spec: guard(`{ action: Deny, from: [${FRONT}], ports: [{ portNumber: { port: 22 } }] }`) },
    ]);
    expect(answers(simulator, 'web/front -> card/api tcp 22', 'web/front -> card/api tcp 80')).toEqual([
      'deny',
      'allow',
    ]);
  });

  it('decides before a NetworkPolicy, both to allow and to deny', () => {
    const drawn = (action: string, np: string): Simulator =>
      createSimulator(
        drawnCluster(
          `${CLUSTER}${networkPolicy(np)}
  ---
  apiVersion: policy.networking.k8s.io/v1alpha1
  kind: AdminNetworkPolicy
  metadata: { name: guard }
  spec: ${guard(`{ action: ${action}, from: [${FRONT}] }`)}
`,
        ),
        KUBERNETES,
      );
    expect(answers(drawn('Allow', '{ podSelector: {} }'), 'web/front -> card/api tcp 80')).toEqual(['allow']);
    expect(
      answers(drawn('Deny', '{ podSelector: {}, ingress: [{}] }'), 'web/front -> card/api tcp 80'),
    ).toEqual(['deny']);
    expect(answers(drawn('Pass', '{ podSelector: {} }'), 'web/front -> card/api tcp 80')).toEqual(['deny']);
  });

  it('is taken in order of priority, the lower number first, then rule by rule', () => {
    const rule = (action: string): string => `{ action: ${action}, from: [${FRONT}] }`;
    const both = (first: number, second: number): Simulator =>
      simulate([
        { name: 'a', spec: guard(rule('Deny'), first) },
        { name: 'b', spec: guard(rule('Allow'), second) },
      ]);
    expect(answers(both(1, 2), 'web/front -> card/api tcp 80')).toEqual(['deny']);
    expect(answers(both(2, 1), 'web/front -> card/api tcp 80')).toEqual(['allow']);
    const within = simulate([{ spec: guard(`${rule('Allow')}, ${rule('Deny')}`) }]);
    expect(answers(within, 'web/front -> card/api tcp 80')).toEqual(['allow']);
  });

  it('of the same priority as another leaves open only the ports on which they disagree', () => {
    const rule = (action: string, port: number): string =>
      `{ action: ${action}, from: [${FRONT}], ports: [{ portNumber: { port: ${port} } }] }`;
    const simulator = simulate([
      { name: 'a', spec: guard(`${rule('Deny', 80)}, ${rule('Deny', 81)}`) },
      { name: 'b', spec: guard(`${rule('Allow', 80)}, ${rule('Deny', 81)}, ${rule('Deny', 82)}`) },
    ]);
    expect(answers(simulator, ...[80, 81, 82, 83].map(port => `web/front -> card/api tcp ${port}`))).toEqual([
      'indeterminate',
      'deny',
      'deny',
      'allow',
    ]);
    const verdict = simulator.evaluate({
      src: simulator.resolve('web/front')[0]!,
      dst: simulator.resolve('card/api')[0]!,
      protocol: 'TCP',
      port: 80,
    });
    expect(verdict.ingress.steps.some(step => step.text.includes('same priority 5'))).toBe(true);
  });

  it('excludes host-network pods from its subject and from its peers', () => {
    const everyone = `{ priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [${ALL}] }] }`;
    expect(
      answers(
        simulate([{ spec: everyone }]),
        'web/agent -> card/db tcp 80',
        'web/front -> web/agent tcp 80',
        'web/front -> card/db tcp 80',
      ),
    ).toEqual(['allow', 'allow', 'deny']);
  });

  it('that accepts on the way out does not open the far side', () => {
    const out = `{ priority: 1, subject: { namespaces: { matchLabels: { team: shop } } }, egress: [{ action: Allow, to: [${ALL}] }] }`;
    const simulator = simulate([
      { spec: out },
      { name: 'in', spec: guard(`{ action: Deny, from: [${FRONT}] }`) },
    ]);
    expect(answers(simulator, 'web/front -> card/api tcp 80')).toEqual(['deny']);
  });

  it('finds a named port by its name at the destination, whatever the protocol', () => {
    const named = (name: string): Simulator =>
      simulate([{ spec: guard(`{ action: Deny, from: [${FRONT}], ports: [{ namedPort: ${name} }] }`) }]);
    expect(
      answers(
        named('http'),
        'web/front -> card/api tcp 8080',
        'web/front -> card/db tcp 8080',
        'web/front -> card/db tcp 9090',
      ),
    ).toEqual(['deny', 'allow', 'deny']);
    expect(answers(named('dns'), 'web/front -> card/api udp 53', 'web/front -> card/api tcp 53')).toEqual([
      'deny',
      'allow',
    ]);
  });

  it('fails closed where a peer is of a newer schema: an allow matches nothing, deny and pass deny all', () => {
    const rule = (action: string): Simulator =>
      simulate([
        { spec: guard(`{ action: ${action}, from: [{ galaxies: {} }] }, { action: Allow, from: [${ALL}] }`) },
      ]);
    const question = 'web/front -> card/api tcp 80';
    expect(['Allow', 'Deny', 'Pass'].flatMap(action => answers(rule(action), question))).toEqual([
      'allow',
      'deny',
      'deny',
    ]);
  });

  it('in the oldest shape compares labels of the two namespaces', () => {
    const rule = (key: string): Simulator =>
      simulate([{ spec: guard(`{ action: Deny, from: [{ namespaces: { ${key}: [team] } }] }`) }]);
    const questions = ['web/front -> card/api tcp 80', 'card/db -> card/api tcp 80'];
    expect(answers(rule('sameLabels'), ...questions)).toEqual(['allow', 'deny']);
    expect(answers(rule('notSameLabels'), ...questions)).toEqual(['deny', 'allow']);
  });
});

describe('the baseline', () => {
  const closed = '{ subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] }';
  const baseline = { kind: 'BaselineAdminNetworkPolicy', name: 'default', spec: closed } as const;

  it('holds where no NetworkPolicy selects the pod, and is not asked where one does', () => {
    expect(answers(simulate([baseline]), 'web/front -> card/api tcp 80')).toEqual(['deny']);
    const text = `${CLUSTER}${networkPolicy('{ podSelector: {}, ingress: [{}] }')}
  ---
  apiVersion: policy.networking.k8s.io/v1alpha1
  kind: BaselineAdminNetworkPolicy
  metadata: { name: default }
  spec: ${closed}
`;
    expect(answers(createSimulator(drawnCluster(text), KUBERNETES), 'web/front -> card/api tcp 80')).toEqual([
      'allow',
    ]);
  });

  it('is reached by what an admin policy passes', () => {
    const pass = { spec: guard(`{ action: Pass, from: [${FRONT}] }, { action: Allow, from: [${FRONT}] }`) };
    expect(answers(simulate([pass, baseline]), 'web/front -> card/api tcp 80')).toEqual(['deny']);
  });
});

describe('a ClusterNetworkPolicy', () => {
  const cluster = (tier: string, egress: string, priority = 5): Written => ({
    kind: 'ClusterNetworkPolicy',
    name: `${tier.toLowerCase()}-${priority}`,
    spec: `{ tier: ${tier}, priority: ${priority}, subject: { namespaces: { matchLabels: { team: shop } } }, egress: [${egress}] }`,
  });

  it('lets networks match the addresses of pods and nodes, but not for the np-guard peer', () => {
    const deny = [cluster('Admin', "{ action: Deny, to: [{ networks: ['0.0.0.0/0'] }] }")];
    const question = 'web/front -> card/api tcp 80';
    expect(answers(simulate(deny), question, 'web/front -> 10.0.0.2 tcp 80')).toEqual(['deny', 'deny']);
    expect(answers(simulate(deny, PROFILES['np-guard']), question)).toEqual(['allow']);
  });

  it('lets nodes match node addresses alone', () => {
    const deny = [cluster('Admin', '{ action: Deny, to: [{ nodes: {} }] }')];
    expect(
      answers(
        simulate(deny),
        'web/front -> 10.0.0.2 tcp 80',
        'web/front -> web/agent tcp 80',
        'web/front -> card/api tcp 80',
      ),
    ).toEqual(['deny', 'deny', 'allow']);
  });

  it('tells nodes apart by their labels', () => {
    const drawn = CLUSTER.replace('node n1 10.0.0.1', 'node n1 {zone=a} 10.0.0.1').replace(
      'node n2 ',
      'node n2 {zone=b} ',
    );
    const { spec } = cluster('Admin', '{ action: Deny, to: [{ nodes: { matchLabels: { zone: b } } }] }');
    const text = `${drawn}
  ---
  apiVersion: policy.networking.k8s.io/v1alpha2
  kind: ClusterNetworkPolicy
  metadata: { name: zones }
  spec: ${spec}
`;
    const simulator = createSimulator(drawnCluster(text), KUBERNETES);
    expect(answers(simulator, 'web/front -> 10.0.0.1 tcp 80', 'web/front -> 10.0.0.2 tcp 80')).toEqual([
      'allow',
      'deny',
    ]);
  });

  it('with domain names stays open towards addresses outside, and never means other pods', () => {
    const rules =
      "{ action: Accept, to: [{ domainNames: ['*.example.com'] }] }, { action: Deny, to: [{ networks: ['0.0.0.0/0'] }] }";
    const simulator = simulate([cluster('Admin', rules)]);
    expect(answers(simulator, 'web/front -> 198.51.100.7 tcp 443', 'web/front -> card/api tcp 443')).toEqual([
      'indeterminate',
      'deny',
    ]);
  });

  it('has many policies in the baseline tier, where a pass ends in the default allow', () => {
    const simulator = simulate([
      cluster(
        'Baseline',
        `{ action: Pass, to: [${ALL}], protocols: [{ tcp: { destinationPort: { number: 80 } } }] }`,
        1,
      ),
      cluster('Baseline', `{ action: Deny, to: [${ALL}] }`, 2),
    ]);
    expect(answers(simulator, 'web/front -> card/api tcp 80', 'web/front -> card/api tcp 81')).toEqual([
      'allow',
      'deny',
    ]);
  });
});

describe('a policy that an API server would refuse', () => {
  const rule = `{ action: Deny, from: [${ALL}] }`;
  it.each([
    ['a priority over 1000', { spec: guard(rule, 1001) }, /priority/],
    [
      'both kinds of subject',
      { spec: `{ priority: 1, subject: { namespaces: {}, pods: {} }, ingress: [${rule}] }` },
      /exactly one/,
    ],
    ['a rule without peers', { spec: guard('{ action: Deny, from: [] }') }, /at least one peer/],
    ['an unknown action', { spec: guard(`{ action: Drop, from: [${ALL}] }`) }, /action "Drop"/],
    [
      'a range that does not rise',
      { spec: guard(`{ action: Deny, from: [${ALL}], ports: [{ portRange: { start: 9, end: 9 } }] }`) },
      /start must be below end/,
    ],
    [
      'a baseline by another name',
      { kind: 'BaselineAdminNetworkPolicy', name: 'mine', spec: `{ subject: ${ALL}, ingress: [${rule}] }` },
      /named default/,
    ],
    [
      'a baseline that passes',
      {
        kind: 'BaselineAdminNetworkPolicy',
        name: 'default',
        spec: `{ subject: ${ALL}, ingress: [{ action: Pass, from: [${ALL}] }] }`,
      },
      /action "Pass"/,
    ],
    [
      'Allow where the word is Accept',
      {
        kind: 'ClusterNetworkPolicy',
        spec: `{ tier: Admin, priority: 1, subject: ${ALL}, ingress: [{ action: Allow, from: [${ALL}] }] }`,
      },
      /action "Allow"/,
    ],
    [
      'networks for ingress',
      { spec: guard("{ action: Deny, from: [{ networks: ['10.0.0.0/8'] }] }") },
      /egress alone/,
    ],
    [
      'a named port at networks',
      {
        spec: "{ priority: 1, subject: { namespaces: {} }, egress: [{ action: Deny, to: [{ networks: ['10.0.0.0/8'] }], ports: [{ namedPort: http }] }] }",
      },
      /named port/,
    ],
    [
      'names that are denied',
      {
        spec: '{ priority: 1, subject: { namespaces: {} }, egress: [{ action: Deny, to: [{ domainNames: [a.example] }] }] }',
      },
      /domainNames/,
    ],
  ] as const)('for %s is named with its line, and what it touches is open', (_why, written, reason) => {
    const simulator = simulate([written]);
    const { refused } = simulator.policies;
    expect(refused.map(item => item.reason)).toEqual([expect.stringMatching(reason)]);
    expect(refused[0]?.source.line).toBeGreaterThan(1);
    const [outcome] = answers(simulator, 'card/db -> card/api tcp 80');
    expect(outcome).toBe('indeterminate');
  });
});

describe('an engine that does not enforce the kind', () => {
  const closed = [{ spec: guard(`{ action: Deny, from: [${FRONT}] }`) }];
  const question = 'web/front -> card/api tcp 80';

  it('leaves it without effect and says so', () => {
    const simulator = simulate(closed, PROFILES.cilium);
    expect(simulator.policies.unsupported.map(item => item.reason)).toEqual([
      expect.stringContaining('does not enforce'),
    ]);
    expect(answers(simulator, question)).toEqual(['allow']);
  });

  it('is open under Calico of an unknown version, and told by the version where it is known', () => {
    const calico = (calicoMinor?: number): EngineProfile => ({
      ...PROFILES.calico,
      ...(calicoMinor === undefined ? {} : { calicoMinor }),
    });
    expect(answers(simulate(closed, calico()), question)).toEqual(['indeterminate']);
    expect(answers(simulate(closed, calico(30)), question)).toEqual(['deny']);
    expect(answers(simulate(closed, calico(32)), question)).toEqual(['allow']);
  });
});
