// The checks of segmentation by the table of the PCI notes (section 5), and the law that none of them passes over anything
// that is not known (section 6).
import { describe, expect, it } from 'vitest';
import { caseFacts, type Recorded } from '../../test/fixtures/case-facts.ts';
import { drawnCase, type DrawnCaseOptions } from '../../test/fixtures/drawn-case.ts';
import type { CheckResult } from './check.ts';
import { runChecks } from './run-checks.ts';

const DENY = (namespace: string, types = 'Ingress, Egress'): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: ${namespace}}
spec: {podSelector: {}, policyTypes: [${types}]}
`;
const ALLOW = (spec: string, direction: 'Ingress' | 'Egress' = 'Ingress', name = 'allow'): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: card}
spec:
  podSelector: {}
  policyTypes: [${direction}]
  ${direction.toLowerCase()}:
    - ${spec}
`;
const PODS = `
ns card
ns web
node n1 192.168.0.1
node n2 192.168.0.2
pod card/vault[PCI=true,app=vault] 10.0.1.1 node=n1 ports=8443
pod web/shop[app=shop] 10.0.2.1 node=n2
`;
/** Everything known, everything fenced; the platform in kube-system is drawn without pods on the node's network. */
const FENCED = PODS + DENY('card');
const QUIET = 'web/shop -> web/shop tcp 80 : src allow at=300';
const FROM_WEB = 'from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: web}}}]';

const CALICO_READY = `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: certificates.cert-manager.io}
spec: {group: cert-manager.io, names: {kind: Certificate}}
`;

/** A complete export without any platform pod, so that only the CDE and the shop are examined. */
const complete: DrawnCaseOptions = {
  bare: true,
  gaps: [
    ...['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'].map(what => ({
      state: 'asked-none' as const,
      what,
      group: 'rbac.authorization.k8s.io',
      source: { file: 'collect.log', line: 1 },
    })),
    {
      state: 'asked-none',
      what: 'NetworkPolicy',
      group: 'networking.k8s.io',
      source: { file: 'collect.log', line: 2 },
    },
    {
      state: 'asked-none',
      what: 'Ingress',
      group: 'networking.k8s.io',
      source: { file: 'collect.log', line: 3 },
    },
    { state: 'asked-none', what: 'Service', group: '', source: { file: 'collect.log', line: 4 } },
  ],
  flows: QUIET,
};

const run = (
  id: string,
  text: string,
  options: DrawnCaseOptions = {},
  recorded: Recorded = {},
): CheckResult => {
  const drawn = drawnCase(text.includes('---') ? text + CALICO_READY : `${text}${CALICO_READY}`, {
    ...complete,
    ...options,
  });
  return runChecks(caseFacts([drawn], recorded), { only: [id] })[0]!;
};
const witnesses = (result: CheckResult): string => result.witnesses.map(witness => witness.text).join('\n');
const told = (result: CheckResult): string =>
  `${result.outcome}\n${witnesses(result)}\n${result.coverage.gaps.join('\n')}`;

describe.each([
  ['S1-02', 'ingress', 'Egress'],
  ['S1-03', 'egress', 'Ingress'],
])('%s: %s default deny', (id, direction, other) => {
  it('passes when every CDE pod is isolated and the rule set is complete', () => {
    const result = run(id, FENCED);
    expect(told(result)).toBe(`pass\ncard/vault: isolated for ${direction} by NetworkPolicy card/deny\n`);
    expect(result.sentence).toBe(`Each of 1 pod of the CDE has a default deny for ${direction}.`);
  });

  it('fails with the pod that no policy selects in this direction', () => {
    const result = run(id, PODS + DENY('card', other));
    expect(result.outcome).toBe('fail');
    expect(result.witnesses[0]).toMatchObject({
      subject: 'card/vault',
      source: { file: 'drawn.txt', line: 6 },
    });
    expect(result.sentence).toContain('1 pod of 1 in the CDE has no default deny');
  });

  it('fails for a pod on the network of its node, whatever policies select it', () => {
    const text = FENCED.replace('node=n1 ports', 'node=n1 hostNetwork ports');
    expect(told(run(id, text))).toContain('fail\ncard/vault: uses the network of its node');
  });

  it('fails where policies are not enforced', () => {
    expect(told(run(id, FENCED, { profile: { enforces: 'no' } }))).toContain(
      'fail\ncard/vault: policies are not enforced',
    );
  });

  it('fails where a tier selects the pod but passes on to the default allow', () => {
    const tier = `---
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: early}
spec: {order: 10, defaultAction: Pass}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: early.look}
spec: {tier: early, selector: app == "vault", types: [Ingress, Egress], ingress: [{action: Pass}], egress: [{action: Pass}]}
`;
    expect(told(run(id, PODS + tier))).toMatch(/^fail\ncard\/vault: .*passes on to the default allow/);
  });

  const mesh = `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: deny, namespace: card}
spec: {}
`;

  it('leaves to the assessor a pod that a mesh policy may isolate, which it does on the way in alone', () => {
    const proxied = PODS.replace('node=n1 ports', 'node=n1 proxy ports');
    const marks = [{ workload: 'web/shop[Pod]', category: 'connected' as const }];
    const result = run(id, proxied + mesh, {}, { marks });
    expect(result.outcome).toBe(direction === 'ingress' ? 'assess' : 'fail');
  });

  it('fails with a pod that runs without the proxy that a mesh policy needs', () => {
    expect(told(run(id, PODS + mesh))).toContain(
      `card/vault: no enforced policy selects it for ${direction}\n`,
    );
  });

  it('leaves to the assessor a pod that a cloud security group may isolate', () => {
    const group = `---
apiVersion: vpcresources.k8s.aws/v1beta1
kind: SecurityGroupPolicy
metadata: {name: pods, namespace: card}
spec: {}
`;
    expect(told(run(id, PODS + DENY('web') + group))).toContain('SecurityGroupPolicy');
    expect(run(id, PODS + DENY('web') + group).outcome).toBe('assess');
  });

  it('leaves to the assessor in-scope pods beside the CDE', () => {
    const result = run(id, FENCED, {}, { marks: [{ workload: 'web/shop[Pod]', category: 'connected' }] });
    expect(told(result)).toContain(`web/shop: no enforced policy selects it for ${direction}`);
    expect(result.outcome).toBe('assess');
  });

  it('has no data where enforcement is unknown, where nobody is in the CDE, where no policies were collected', () => {
    expect(run(id, FENCED, { profile: { enforces: 'unknown' } }).outcome).toBe('no-data');
    expect(run(id, FENCED.replace('PCI=true,', '')).outcome).toBe('no-data');
    expect(run(id, PODS, { gaps: [] }).outcome).toBe('no-data');
  });
});

describe('S1-02 and staged policies', () => {
  it('says that a staged policy would select the pod, and fails all the same', () => {
    const staged = `---
apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: soon, namespace: card}
spec: {types: [Ingress]}
`;
    const result = run('S1-02', PODS + staged);
    expect(result.outcome).toBe('fail');
    expect(result.witnesses[0]?.text).toBe(
      'card/vault: no enforced policy selects it for ingress; StagedNetworkPolicy card/soon would, but is only staged',
    );
  });
});

describe('S1-04: reachability by simulation', () => {
  it('passes only as a statement about a complete rule set, with its assumptions', () => {
    const result = run('S1-04', FENCED);
    expect(told(result)).toBe('pass\n\n');
    expect(result.coverage.assumptions.length).toBeGreaterThan(3);
    expect(result.coverage.population).toContain('0.0.0.0-255.255.255.255[External]');
  });

  it('fails with the rule that lets an unplaced workload in', () => {
    const result = run('S1-04', FENCED + ALLOW(`{${FROM_WEB}, ports: [{port: 8443}]}`));
    expect(result.outcome).toBe('fail');
    expect(result.witnesses[0]).toMatchObject({
      kind: 'rule',
      text: 'web/shop[Pod] to card/vault[Pod] on TCP 8443 allowed: NetworkPolicy card/allow ingress rule 0',
      source: { file: 'drawn.txt', line: 21 },
    });
  });

  it("names the rule of the CDE's side first, then that of the other side", () => {
    const leave = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: leave, namespace: web}
spec: {podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 8443}]}]}
`;
    const text = FENCED + ALLOW(`{${FROM_WEB}, ports: [{port: 8443}]}`) + leave;
    const result = run('S1-04', text);
    expect(result.witnesses[0]).toMatchObject({
      text: 'web/shop[Pod] to card/vault[Pod] on TCP 8443 allowed: NetworkPolicy card/allow ingress rule 0; NetworkPolicy web/leave egress rule 0',
      source: { file: 'drawn.txt', line: 21 },
    });
  });

  it('does not count a workload that the assessor placed in scope', () => {
    const text = FENCED + ALLOW(`{${FROM_WEB}, ports: [{port: 8443}]}`);
    const result = run('S1-04', text, {}, { marks: [{ workload: 'web/shop[Pod]', category: 'connected' }] });
    expect(told(result)).toBe('pass\n\n');
  });

  it('fails in a flat network, although the rest is drawn into the CDE by it', () => {
    const result = run('S1-04', PODS);
    expect(result.outcome).toBe('fail');
    expect(witnesses(result)).toContain('web/shop[Pod] to card/vault[Pod] on All Connections allowed');
  });

  it('fails for the Internet at large, and leaves a named network to the assessor', () => {
    const wide = ALLOW('{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}', 'Egress');
    const named = ALLOW('{to: [{ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: 443}]}', 'Egress');
    expect(told(run('S1-04', FENCED + wide))).toMatch(
      /^fail\ncard\/vault\[Pod\] may connect to 0\.0\.0\.0\/0/,
    );
    expect(told(run('S1-04', FENCED + named))).toMatch(
      /^assess\ncard\/vault\[Pod\] may connect to 203\.0\.113\.0\/24 on TCP 443/,
    );
  });

  it('sees the Internet behind two halves of it', () => {
    const halves = ALLOW('{to: [{ipBlock: {cidr: 0.0.0.0/1}}, {ipBlock: {cidr: 128.0.0.0/1}}]}', 'Egress');
    expect(told(run('S1-04', FENCED + halves))).toMatch(
      /^fail\ncard\/vault\[Pod\] may connect to 0\.0\.0\.0\/0/,
    );
  });

  it('sees IPv6 as well', () => {
    const wide = ALLOW('{from: [{ipBlock: {cidr: "::/0"}}]}');
    expect(told(run('S1-04', FENCED + wide))).toMatch(/^fail\ncard\/vault\[Pod\] may be reached from ::\/0/);
  });

  it('leaves a public service towards the Internet to the assessor', () => {
    const open = ALLOW('{from: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 8443}]}');
    const recorded: Recorded = {
      marks: [
        { workload: 'card/vault[Pod]', category: 'cde', role: 'public-service' },
        { workload: 'web/shop[Pod]', category: 'connected' },
      ],
    };
    expect(run('S1-04', FENCED + open).outcome).toBe('fail');
    expect(run('S1-04', FENCED + open, {}, recorded).outcome).toBe('assess');
  });

  it('leaves a pair to the assessor that an unsupported policy decides', () => {
    const admin = `---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: a}
spec: {priority: 1, subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: card}}}, ingress: [{action: Allow, from: [{namespaces: {}}]}]}
`;
    const result = run('S1-04', FENCED + admin);
    expect(result.outcome).toBe('assess');
    expect(told(result)).toContain('AdminNetworkPolicy');
  });

  it('does not pass when the log contradicts the model', () => {
    const result = run('S1-04', FENCED, {
      flows: `${QUIET}\nweb/shop -> web/gone tcp 80 : src deny at=300\nweb/shop -> card/vault tcp 80 : dst allow at=300`,
    });
    expect(result.outcome).toBe('assess');
    expect(result.coverage.gaps.join()).toContain('contradict the simulation (S2-08)');
  });
});

describe('S1-12: ways around policies', () => {
  it('passes without any', () => expect(told(run('S1-12', FENCED))).toBe('pass\n\n'));
  it('fails for a CDE pod on the network of its node', () => {
    const result = run('S1-12', FENCED.replace('node=n1 ports', 'node=n1 hostNetwork ports'));
    expect(told(result)).toMatch(/^fail\ncard\/vault uses the network of its node.*no policy for hosts/);
  });
  it('fails for a host port', () => {
    const pod = `---
apiVersion: v1
kind: Pod
metadata: {name: door, namespace: card, labels: {PCI: "true"}}
spec: {nodeName: n1, containers: [{name: c, image: x:1, ports: [{containerPort: 8443, hostPort: 443}]}]}
status: {phase: Running, podIPs: [{ip: 10.0.1.7}]}
`;
    expect(told(run('S1-12', FENCED + pod))).toMatch(/^fail\ncard\/door opens port 443 of its node \(TCP\)/);
  });
  it('leaves it to the assessor where host endpoints are present', () => {
    const host = `---
apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: n1-eth0}
spec: {node: n1, interfaceName: eth0}
`;
    const result = run('S1-12', FENCED.replace('node=n1 ports', 'node=n1 hostNetwork ports') + host);
    expect(told(result)).toMatch(
      /^assess\ncard\/vault uses the network of its node.*host endpoints are present/,
    );
  });
  it('has no data without a CDE', () =>
    expect(run('S1-12', FENCED.replace('PCI=true,', '')).outcome).toBe('no-data'));
});

describe('S4-02: exposure without authorisation', () => {
  const EXPOSED = `${PODS}svc card/vault app=vault 443->8443 type=LoadBalancer\n${DENY('card')}`;
  const OPEN = ALLOW('{from: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 8443}]}');

  it('passes where nothing leads to an in-scope pod', () =>
    expect(told(run('S4-02', FENCED))).toBe('pass\n\n'));
  it('fails for an open load balancer in front of the CDE', () => {
    const result = run('S4-02', EXPOSED + OPEN);
    expect(told(result)).toMatch(
      /^fail\ncard\/vault\[Pod\] is exposed by Service card\/vault of type LoadBalancer.*open by policy/,
    );
    expect(result.witnesses[0]?.source).toEqual({ file: 'drawn.txt', line: 8 });
  });
  it('leaves an authorised public service to the assessor', () => {
    const recorded: Recorded = {
      marks: [{ workload: 'card/vault[Pod]', category: 'cde', role: 'public-service' }],
    };
    expect(run('S4-02', EXPOSED + OPEN, {}, recorded).outcome).toBe('assess');
    expect(
      run('S4-02', EXPOSED + OPEN, {}, { justifications: [{ subject: 'Service card/vault' }] }).outcome,
    ).toBe('assess');
  });
  it('cannot tell whether a node hands the client on', () => {
    const result = run('S4-02', EXPOSED);
    expect(told(result)).toMatch(/^assess\n.*cannot be told/);
  });
  it('does not count an Ingress that policies close, and counts one that they open', () => {
    const ingress = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: door, namespace: card}
spec: {rules: [{host: pay.example, http: {paths: [{path: /, backend: {service: {name: vault, port: {number: 443}}}}]}}]}
`;
    const text = EXPOSED.replace(' type=LoadBalancer', '') + ingress;
    const controller = 'pod web/door[app.kubernetes.io/name=ingress-nginx] 10.0.2.9 node=n2\nsvc card';
    const known = text.replace('svc card', controller);
    expect(told(run('S4-02', known))).toMatch(
      /card\/vault\[Pod\] is exposed by Ingress card\/door .*: closed by policy/,
    );
    expect(run('S4-02', known).outcome).toBe('pass');
    expect(told(run('S4-02', known + ALLOW('{ports: [{port: 8443}]}')))).toMatch(
      /^fail\n.*Ingress card\/door/,
    );
    expect(told(run('S4-02', text))).toMatch(/^assess\n.*Ingress card\/door .*: cannot be told/);
  });
  it('has no data without anything in scope', () =>
    expect(run('S4-02', FENCED.replace('PCI=true,', '')).outcome).toBe('no-data'));
});

describe('S4-04: the CDE and the Internet', () => {
  it('passes where no outside destination is allowed', () => {
    const result = run('S4-04', FENCED);
    expect([result.outcome, result.sentence]).toEqual([
      'pass',
      'None of 1 CDE workload may reach the Internet at large; 0 named destinations have a recorded reason.',
    ]);
  });
  it.each(['0.0.0.0/0', '::/0'])('fails for %s, with the rule', cidr => {
    const result = run('S4-04', FENCED + ALLOW(`{to: [{ipBlock: {cidr: "${cidr}"}}]}`, 'Egress'));
    expect(told(result)).toContain(
      `fail\ncard/vault[Pod] may reach ${cidr} on All Connections: NetworkPolicy card/allow egress rule 0`,
    );
  });
  it('fails for a CDE pod without egress policy', () =>
    expect(run('S4-04', PODS + DENY('card', 'Ingress')).outcome).toBe('fail'));
  it('leaves named destinations to the assessor until a reason is recorded', () => {
    const text = FENCED + ALLOW('{to: [{ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: 443}]}', 'Egress');
    expect(run('S4-04', text).outcome).toBe('assess');
    expect(told(run('S4-04', text, {}, { justifications: [{ subject: '203.0.113.0/24' }] }))).toBe(
      'pass\ncard/vault[Pod] may reach 203.0.113.0/24 on TCP 443 (a reason is on record): NetworkPolicy card/allow egress rule 0\n',
    );
  });
  it('has no data without a CDE', () =>
    expect(run('S4-04', FENCED.replace('PCI=true,', '')).outcome).toBe('no-data'));
});

describe('S4-04 and what is left open', () => {
  it('does not pass over a named destination of which some ports cannot be told', () => {
    const policy = `---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: default.bank, namespace: card}
spec:
  selector: all()
  types: [Egress]
  egress:
    - {action: Allow, protocol: TCP, destination: {nets: [203.0.113.0/24], ports: [443]}}
    - {action: Allow, protocol: TCP, destination: {domains: [bank.example], ports: [8443]}}
`;
    const result = run('S4-04', FENCED + policy, {}, { justifications: [{ subject: '203.0.113.0/24' }] });
    expect(told(result)).toContain('cannot be told from the files');
    expect(result.outcome).toBe('assess');
  });
});

describe('no check of segmentation passes over what is not known', () => {
  const IDS = ['S1-02', 'S1-03', 'S1-04', 'S1-12', 'S4-02', 'S4-04'];
  const asked = complete.gaps ?? [];
  const source = { file: 'collect.log', line: 9 };
  const served = (kind: string, group: string): string => `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: x.${group}}
spec: {group: ${group}, names: {kind: ${kind}}}
`;
  const unknowns: readonly {
    readonly what: string;
    readonly options?: DrawnCaseOptions;
    readonly text?: string;
  }[] = [
    {
      what: 'a refused kind',
      options: { gaps: [...asked, { state: 'forbidden', what: 'Secret', group: '', source }] },
    },
    {
      what: 'refused NetworkPolicies',
      options: {
        gaps: [...asked, { state: 'forbidden', what: 'NetworkPolicy', group: 'networking.k8s.io', source }],
      },
    },
    { what: 'unknown enforcement', options: { profile: { enforces: 'unknown' } } },
    { what: 'no enforcement', options: { profile: { enforces: 'no' } } },
    {
      what: 'a served policy kind that was not collected',
      text: FENCED + served('GlobalNetworkPolicy', 'crd.projectcalico.org'),
    },
    {
      what: 'an admin policy kind that was not collected',
      text: FENCED + served('AdminNetworkPolicy', 'policy.networking.k8s.io'),
    },
    { what: 'a namespace that was not exported', text: FENCED.replace('ns web\n', '') },
    {
      what: 'a name seen in a flow',
      options: { mentioned: [{ kind: 'Pod', name: 'web/gone', mentionedBy: 'flow', source }] },
    },
    {
      what: 'an account named by a binding',
      options: { mentioned: [{ kind: 'ServiceAccount', name: 'web/x', mentionedBy: 'rbac', source }] },
    },
    {
      what: 'a policy that is not simulated',
      text: `${FENCED}---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: c, namespace: card}
spec: {endpointSelector: {}, ingress: [{}]}
`,
    },
  ];
  const cases = unknowns.flatMap(unknown => IDS.map(id => ({ id, ...unknown })));

  it.each(IDS)('%s passes when all is known: the baseline of this table', id => {
    expect(told(run(id, FENCED))).toMatch(/^pass/);
  });
  it('S1-04 with account data found outside the CDE', () => {
    const facts = caseFacts([drawnCase(FENCED + CALICO_READY, complete)]);
    const item = {
      id: 'account-data:pan:app.log:7',
      kind: 'account-data' as const,
      text: 'Account data was found',
    };
    const found = { ...facts, scope: { ...facts.scope, items: [item] } };
    expect(runChecks(found, { only: ['S1-04'] })[0]?.outcome).toBe('assess');
  });
  it.each(IDS)('%s with a CDE workload of which no pod runs', id => {
    const job = `---
apiVersion: v1
kind: Pod
metadata: {name: batch, namespace: card, labels: {PCI: "true"}}
spec: {nodeName: n1, containers: []}
status: {phase: Succeeded}
`;
    expect(told(run(id, FENCED + job))).toContain('card/batch[Pod] has no pod that could be examined');
    expect(run(id, FENCED + job).outcome).toBe('assess');
  });
  it.each(cases)('$id with $what', ({ id, options, text }) => {
    const result = run(id, text ?? FENCED, options);
    expect(result.outcome).not.toBe('pass');
    expect(result.coverage.gaps.length).toBeGreaterThan(0);
  });
  it.each(IDS)('%s with unknown served kinds', id => {
    const drawn = drawnCase(FENCED, complete);
    expect(drawn.simulator.snapshot.collection.servedKindsKnown).toBe(false);
    const [result] = runChecks(caseFacts([drawn]), { only: [id] });
    expect(result?.outcome).toBe('assess');
    expect(result?.coverage.gaps.join()).toContain('CustomResourceDefinitions were not exported');
  });
  it.each(IDS)('%s with one of two clusters incomplete', id => {
    const clusters = [
      drawnCase(FENCED + CALICO_READY, { ...complete, cluster: 'east' }),
      drawnCase(FENCED, { ...complete, cluster: 'west' }),
    ];
    const [result] = runChecks(caseFacts(clusters), { only: [id] });
    expect(result?.outcome).toBe('assess');
    expect(result?.coverage.gaps.every(gap => gap.startsWith('west: '))).toBe(true);
  });
  it.each(IDS)('%s with manifests in place of the running state', id => {
    const drawn = drawnCase(FENCED + CALICO_READY, complete);
    const { snapshot } = drawn.simulator;
    const intent = { ...snapshot, collection: { ...snapshot.collection, fromManifests: true } };
    const facts = caseFacts([{ ...drawn, simulator: { ...drawn.simulator, snapshot: intent } }]);
    expect(runChecks(facts, { only: [id] })[0]?.outcome).toBe('assess');
  });
});
