// Scope by the decision procedure of the PCI notes (4.2): each step, its witness, and its monotony.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawnCase, type DrawnCaseOptions } from '../../test/fixtures/drawn-case.ts';
import { exampleEngagement } from '../../test/fixtures/engagements.ts';
import type { ClusterId, Instant } from '../base/brand.ts';
import type { Engagement, ScopeMark } from '../records/engagement.ts';
import { categoryOfNamespace, categoryOfService, rankOfCategory } from './category.ts';
import { computeScope, type ScopeInput } from './compute-scope.ts';
import { isOutOfScopePeer, peerClassOf } from './peers.ts';
import type { ScopeDecision, ScopeMap } from './scope.ts';

/** A vault on a node of its own, fenced in both directions, and a shop elsewhere. */
const FENCED = `
ns card
ns web
node n1 192.168.0.1
node n2 192.168.0.2
pod card/vault[PCI=true,app=vault] 10.0.1.1 node=n1
pod web/shop[app=shop] 10.0.2.1 node=n2
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: card}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
`;
const ALLOW_SHOP = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shop, namespace: card}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: web}}}]
      ports: [{port: 8443}]
`;
const QUIET = 'web/shop -> web/shop tcp 80 : src allow at=300';

const scopeOf = (text: string, options: DrawnCaseOptions = {}, more: Partial<ScopeInput> = {}): ScopeMap =>
  computeScope({
    clusters: [drawnCase(text, { flows: QUIET, ...options })],
    engagement: exampleEngagement(),
    ...more,
  });
const decide = (scope: ScopeMap, name: string): ScopeDecision => {
  const found = scope.decisions.find(decision => decision.workload.startsWith(`${name}[`));
  expect(found, name).toBeDefined();
  return found!;
};
const category = (scope: ScopeMap, name: string): string => decide(scope, name).category;
const texts = (scope: ScopeMap, name: string): string =>
  decide(scope, name)
    .basis.map(basis => `${basis.kind}: ${basis.text}`)
    .join('\n');
const marked = (...marks: Partial<ScopeMark>[]): { engagement: Engagement } => ({
  engagement: {
    ...exampleEngagement(),
    scopeMarks: marks.map(mark => ({
      workload: 'web/shop[Pod]',
      category: 'connected',
      reason: 'sends orders',
      by: 'ana',
      at: '2026-03-01T08:00:00Z' as Instant,
      ...mark,
    })),
  },
});

describe('claims', () => {
  it('takes a label on the pod as a claim, and says that the label was assumed', () => {
    const scope = scopeOf(FENCED);
    expect(category(scope, 'card/vault')).toBe('cde');
    expect(scope.claims).toEqual(['PCI=true']);
    expect(scope.claimsAssumed).toBe(true);
    expect(scope.items.map(item => item.kind)).toContain('assumed-label');
  });

  it('takes a label on the namespace as a claim for all its pods', () => {
    const scope = scopeOf(FENCED.replace('ns card', 'ns card {pci-scope=true}').replace('PCI=true,', ''));
    expect(category(scope, 'card/vault')).toBe('cde');
    expect(texts(scope, 'card/vault')).toContain('Label pci-scope=true on namespace card');
  });

  it('uses given selectors in place of the usual keys', () => {
    const scope = scopeOf(FENCED, {}, { selectors: ['app in (shop, till)'] });
    expect([category(scope, 'web/shop'), scope.claimsAssumed]).toEqual(['cde', false]);
    expect(decide(scope, 'card/vault').basis.some(basis => basis.kind === 'label')).toBe(false);
  });

  it('says that a selector it cannot read claims nothing', () => {
    const scope = scopeOf(FENCED, {}, { selectors: ['PCI=(true'] });
    expect(scope.items.find(item => item.id.startsWith('assumed-label:selector'))?.text).toContain(
      'claims nothing',
    );
    expect(scope.decisions.every(decision => decision.category === 'undetermined')).toBe(true);
  });

  it('lists a label that pods carry and their template does not', () => {
    const text = `
ns card
deployment card/api[app=api]
pod card/api-5d8-a[app=api,PCI=true] 10.0.1.1 owner=Deployment/api
`;
    const item = scopeOf(text).items.find(found => found.kind === 'label-drift');
    expect(item?.text).toContain('not on its template');
    expect(item?.source).toEqual({ file: 'drawn.txt', line: 4 });
  });

  it('lists a label on the template that a running pod lacks', () => {
    const text = `
ns card
deployment card/api[app=api,PCI=true]
pod card/api-5d8-a[app=api] 10.0.1.1 owner=Deployment/api
`;
    const scope = scopeOf(text);
    expect(scope.items.find(found => found.kind === 'label-drift')?.text).toContain('on the template');
    expect(category(scope, 'card/api')).toBe('cde');
  });

  it('keeps a claimed workload in scope where labels disagree, and lists the conflict', () => {
    const scope = scopeOf(FENCED.replace('ns card', 'ns card {PCI=false}'));
    expect(category(scope, 'card/vault')).toBe('cde');
    expect(scope.items.find(item => item.kind === 'label-conflict')?.text).toContain(
      'PCI=false on namespace card',
    );
  });
});

describe('marks', () => {
  it('win over rules, and keep what the rules would have said', () => {
    const decision = decide(scopeOf(FENCED, {}, marked({})), 'web/shop');
    expect([decision.category, decision.proposed, decision.decidedBy]).toEqual([
      'connected',
      'out-of-scope',
      'person',
    ]);
    expect(decision.basis[0]?.text).toContain('sends orders');
  });

  it('count the latest word of the assessor', () => {
    const scope = scopeOf(
      FENCED,
      {},
      marked(
        { category: 'cde', at: '2026-03-02T08:00:00Z' as Instant },
        { category: 'out-of-scope', at: '2026-03-01T08:00:00Z' as Instant },
      ),
    );
    expect(category(scope, 'web/shop')).toBe('cde');
  });

  it('take a workload out of the segment that grows from the CDE', () => {
    const flat = FENCED.slice(0, FENCED.indexOf('---'));
    expect(category(scopeOf(flat), 'web/shop')).toBe('cde');
    const decision = decide(scopeOf(flat, {}, marked({ category: 'out-of-scope' })), 'web/shop');
    expect([decision.category, decision.proposed]).toEqual(['out-of-scope', 'cde']);
  });

  it('about workloads that the export lacks are listed', () => {
    const scope = scopeOf(FENCED, {}, marked({ workload: 'web/gone[Pod]' }));
    expect(scope.items.find(item => item.kind === 'missing-name')?.text).toContain('web/gone[Pod]');
  });
});

describe('the rules', () => {
  it('make a flat network CDE altogether', () => {
    const scope = scopeOf(FENCED.slice(0, FENCED.indexOf('---')));
    expect(category(scope, 'web/shop')).toBe('cde');
    expect(texts(scope, 'web/shop')).toContain(
      'same-segment: No policy restricts connections with card/vault',
    );
  });

  it('stop the segment at a restricting policy', () => {
    expect(category(scopeOf(FENCED), 'web/shop')).toBe('out-of-scope');
  });

  it('prove out-of-scope, with what was looked at', () => {
    const basis = decide(scopeOf(FENCED), 'web/shop').basis;
    expect(basis.map(item => item.kind)).toEqual(['no-path']);
    expect(basis[0]?.text).toContain('none of 1 flow record ');
    expect(basis[0]?.source).toBeDefined();
  });

  it('name the allowing rule of a connected workload', () => {
    const decision = decide(scopeOf(FENCED + ALLOW_SHOP), 'web/shop');
    expect(decision.category).toBe('connected');
    expect(decision.basis[0]).toMatchObject({
      kind: 'reachable',
      text: 'May connect to card/vault[Pod] on TCP 8443',
      source: { file: 'drawn.txt', line: 21 },
    });
  });

  it('take an observed connection as a connection, whatever the policies say', () => {
    const scope = scopeOf(FENCED, { flows: 'web/shop -> card/vault tcp 5432 : dst allow at=300' });
    expect(category(scope, 'web/shop')).toBe('connected');
    expect(texts(scope, 'web/shop')).toContain('observed: Was seen connecting to card/vault[Pod] (1 record)');
  });

  it('keep a pod beside the CDE on one node in scope until the assessor decides', () => {
    const scope = scopeOf(FENCED.replace('10.0.2.1 node=n2', '10.0.2.1 node=n1'));
    expect(category(scope, 'web/shop')).toBe('undetermined');
    expect(texts(scope, 'web/shop')).toContain('Shares node n1');
    expect(scope.items.find(item => item.kind === 'shared-node')?.text).toContain('web/shop');
  });

  it('call the platform security-impacting without any connection', () => {
    const scope = scopeOf(FENCED);
    expect(category(scope, 'kube-system/calico-node')).toBe('security-impacting');
  });

  it('leave everything undetermined where nobody claims a CDE', () => {
    const scope = scopeOf(FENCED.replace('PCI=true,', ''));
    expect(scope.decisions.map(decision => decision.category)).toEqual(
      scope.decisions.map(() => 'undetermined'),
    );
  });

  it('list host-network pods of a CDE namespace', () => {
    const scope = scopeOf(FENCED.replace('---', 'pod card/agent 192.168.0.1 node=n1 hostNetwork\n---'));
    expect(scope.items.find(item => item.kind === 'host-network')?.text).toContain('card/agent[Pod]');
    expect(['undetermined', 'connected']).toContain(category(scope, 'card/agent'));
  });

  it('suspect a jump host of an indirect path', () => {
    const text =
      FENCED.replace('---', 'pod web/jump[app=jump] 10.0.2.2 node=n2\n---') +
      ALLOW_SHOP.replace(
        'from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: web}}}]',
        'from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: jump}}}]',
      ).replace('8443', '22');
    const scope = scopeOf(text);
    expect(category(scope, 'web/jump')).toBe('connected');
    expect(category(scope, 'web/shop')).toBe('undetermined');
    expect(texts(scope, 'web/shop')).toContain('a possible indirect path');
  });

  it('open a scope item for account data, and one for a name the export lacks', () => {
    const scope = scopeOf(
      FENCED,
      {
        mentioned: [
          { kind: 'Pod', name: 'web/gone', mentionedBy: 'flow', source: { file: 'flows.log', line: 9 } },
        ],
      },
      { accountData: [{ kind: 'pan', source: { file: 'app.log', line: 7 }, count: 2 }] },
    );
    expect(
      scope.items.map(item => `${item.kind} ${item.source?.file ?? ''}:${item.source?.line ?? ''}`),
    ).toEqual(expect.arrayContaining(['account-data app.log:7', 'missing-name flows.log:9']));
  });
});

describe('rights on the CDE through the API server', () => {
  const RUNNER = FENCED.replace('app=shop] 10.0.2.1', 'app=shop] 10.0.2.1 sa=runner').replace(
    '---',
    'sa web/runner\n---',
  );
  const bind = (role: string, rules: string, subject: string): string => `---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: ${role}, labels: {part: deploy}}
rules: ${rules}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: bound, namespace: card}
roleRef: {kind: ClusterRole, name: ${role}}
subjects: [${subject}]
`;
  const ACCOUNT = '{kind: ServiceAccount, name: runner, namespace: web}';

  it.each([
    ['exec', '[{apiGroups: [""], resources: ["pods/exec"], verbs: [create]}]', ACCOUNT],
    ['wildcards', '[{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]', ACCOUNT],
    ['Secrets', '[{apiGroups: [""], resources: [secrets], verbs: [get], resourceNames: [db]}]', ACCOUNT],
    [
      'policies',
      '[{apiGroups: [crd.projectcalico.org], resources: [networkpolicies], verbs: [patch]}]',
      ACCOUNT,
    ],
    [
      'a group',
      '[{apiGroups: [""], resources: [pods], verbs: [create]}]',
      '{kind: Group, name: "system:serviceaccounts:web"}',
    ],
    [
      'everyone',
      '[{apiGroups: [""], resources: [pods], verbs: [create]}]',
      '{kind: Group, name: "system:authenticated"}',
    ],
    [
      'the user name of the account',
      '[{apiGroups: [""], resources: [pods], verbs: [create]}]',
      '{kind: User, name: "system:serviceaccount:web:runner"}',
    ],
  ])('make the holder security-impacting without any path: %s', (_, rules, subject) => {
    const scope = scopeOf(RUNNER + bind('deploy', rules, subject));
    expect(category(scope, 'web/shop')).toBe('security-impacting');
    expect(texts(scope, 'web/shop')).toContain('RoleBinding card/bound, ClusterRole deploy');
  });

  it('follow aggregated roles by their labels', () => {
    const all = bind('deploy', '[{apiGroups: [""], resources: [pods], verbs: [create]}]', '').replace(
      'name: deploy}\nsubjects: []',
      `name: whole}\nsubjects: [${ACCOUNT}]`,
    );
    const whole = `---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: whole}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {part: deploy}}]}
rules: []
`;
    expect(category(scopeOf(RUNNER + all + whole), 'web/shop')).toBe('security-impacting');
  });

  it('do not count reading pods, nor rights in another namespace', () => {
    const reads = bind('read', '[{apiGroups: [""], resources: [pods], verbs: [get, list]}]', ACCOUNT);
    const elsewhere = bind(
      'deploy',
      '[{apiGroups: [""], resources: [pods], verbs: [create]}]',
      ACCOUNT,
    ).replace('namespace: card}\nroleRef', 'namespace: web}\nroleRef');
    expect(category(scopeOf(RUNNER + reads), 'web/shop')).toBe('out-of-scope');
    expect(category(scopeOf(RUNNER + elsewhere), 'web/shop')).toBe('out-of-scope');
  });

  it('stay open where the bound role is not in the export, and are known for cluster-admin', () => {
    const gone = bind('deploy', '[]', ACCOUNT).replace(
      'roleRef: {kind: ClusterRole, name: deploy}',
      'roleRef: {kind: ClusterRole, name: gone}',
    );
    expect(category(scopeOf(RUNNER + gone), 'web/shop')).toBe('undetermined');
    expect(category(scopeOf(RUNNER + gone.replace('name: gone', 'name: cluster-admin')), 'web/shop')).toBe(
      'security-impacting',
    );
  });
});

describe('what the files cannot tell', () => {
  const cases: readonly {
    readonly what: string;
    readonly options: DrawnCaseOptions;
    readonly text?: string;
  }[] = (
    [
      ['no flow log', { flows: '' }],
      ['a node that reported no flows', { nodes: ['n1'] }],
      ['a silence in the flow log', { flows: `${QUIET}\nweb/shop -> web/shop tcp 80 : src allow at=5000` }],
      ['lost records', { lost: 3 }],
      ['unknown served kinds', { bare: true }],
      [
        'a refused kind',
        { gaps: [{ state: 'forbidden', what: 'Secret', group: '', source: { file: 'e', line: 1 } }] },
      ],
      ['a namespace that was not exported', {}, FENCED.replace('ns web\n', '')],
      [
        'a missing name',
        { mentioned: [{ kind: 'Pod', name: 'web/x', mentionedBy: 'audit', source: { file: 'a', line: 1 } }] },
      ],
      ['unknown enforcement', { profile: { enforces: 'unknown' } }],
      [
        'the network of the node',
        {},
        FENCED.replace('10.0.2.1 node=n2', '192.168.0.2 node=n2 hostNetwork').replace('[app=shop]', ''),
      ],
      ['an unknown node', {}, FENCED.replace('10.0.2.1 node=n2', '10.0.2.1')],
      [
        'a policy kind that is not simulated',
        {},
        `${FENCED}---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: a}
spec: {priority: 1, subject: {namespaces: {}}, ingress: [{action: Allow, from: [{namespaces: {}}]}]}
`,
      ],
    ] as readonly (readonly [string, DrawnCaseOptions, string?])[]
  ).map(([what, options, text]) => ({ what, options, ...(text === undefined ? {} : { text }) }));
  it.each(cases)('keeps a workload from being out of scope: $what', ({ options, text = FENCED }) => {
    const decision = decide(scopeOf(text, options), 'web/shop');
    expect(decision.category).not.toBe('out-of-scope');
    expect(decision.basis.every(basis => basis.source !== undefined)).toBe(true);
  });
});

describe('properties', () => {
  const NAMES = ['a', 'b', 'c', 'd'];
  const pair = fc.record({
    from: fc.constantFrom(...NAMES),
    to: fc.constantFrom(...NAMES),
    port: fc.constantFrom('80', '22', undefined),
  });
  type Pair = { readonly from: string; readonly to: string; readonly port: string | undefined };
  const drawing = (action: 'Allow' | 'Deny', pairs: readonly Pair[]): string => {
    const rules = (end: 'from' | 'to', own: string): string =>
      pairs
        .filter(one => one[end === 'from' ? 'to' : 'from'] === own)
        .map(
          one =>
            `    - {action: ${action}, ${one.port === undefined ? '' : 'protocol: TCP, '}${end === 'from' ? 'source' : 'destination'}: {selector: 'name == "${one[end]}"'${end === 'to' && one.port !== undefined ? `, ports: [${one.port}]` : ''}}${end === 'from' && one.port !== undefined ? `, destination: {ports: [${one.port}]}` : ''}}`,
        )
        .join('\n');
    const last = action === 'Deny' ? '    - {action: Allow}' : '';
    const policy = (own: string): string => `---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: default.${own}, namespace: x}
spec:
  selector: name == "${own}"
  types: [Ingress, Egress]
  ingress:
    - {action: Deny, source: {selector: 'name == "nobody"'}}
${[rules('from', own), last].filter(text => text !== '').join('\n')}
  egress:
    - {action: Deny, destination: {selector: 'name == "nobody"'}}
${[rules('to', own), last].filter(text => text !== '').join('\n')}
`;
    const pods = NAMES.map(
      (name, at) =>
        `pod x/${name}[name=${name}${name === 'a' ? ',PCI=true' : ''}] 10.0.0.${at + 1} node=n${at}`,
    );
    const nodes = NAMES.map((_, at) => `node n${at} 192.168.0.${at + 1}`);
    return `ns x\n${[...nodes, ...pods].join('\n')}\n${NAMES.map(policy).join('')}`;
  };
  const ranks = (text: string): readonly number[] =>
    NAMES.map(name =>
      rankOfCategory(
        decide(scopeOf(text, { flows: 'x/b -> x/b tcp 1 : src allow at=300' }), `x/${name}`).category,
      ),
    );

  it('an allow rule more never moves a workload to a lower category', () => {
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 8 }), pair, (pairs, more) => {
        const before = ranks(drawing('Allow', pairs));
        const after = ranks(drawing('Allow', [...pairs, more]));
        NAMES.forEach((_, at) => expect(after[at]).toBeGreaterThanOrEqual(before[at]!));
      }),
      { numRuns: 12 },
    );
  });

  it('a deny rule more never moves a workload to a higher category', () => {
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 8 }), pair, (pairs, more) => {
        const before = ranks(drawing('Deny', pairs));
        const after = ranks(drawing('Deny', [...pairs, more]));
        NAMES.forEach((_, at) => expect(after[at]).toBeLessThanOrEqual(before[at]!));
      }),
      { numRuns: 12 },
    );
  });

  it('does not depend on the order of the input', () => {
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 8 }), pairs => {
        const text = drawing('Allow', pairs);
        const one = drawnCase(text, { flows: QUIET });
        const two = drawnCase(
          text.replaceAll('x/', 'y/').replace('ns x', 'ns y').replaceAll('namespace: x', 'namespace: y'),
          { cluster: 'other' },
        );
        const engagement = exampleEngagement();
        const reversed = drawnCase(text, { flows: QUIET, reversed: true });
        expect(computeScope({ clusters: [two, reversed], engagement })).toEqual(
          computeScope({ clusters: [one, two], engagement }),
        );
      }),
      { numRuns: 10 },
    );
  });
});

describe('groups and peers', () => {
  it('give a Namespace and a Service the deepest category of their pods', () => {
    const text = FENCED.replace(
      '---',
      'pod card/log[app=log] 10.0.1.9 node=n2\nsvc card/all app=vault 80->8080\n---',
    );
    const scope = scopeOf(text);
    const { snapshot } = drawnCase(text).simulator;
    const cluster = 'default' as ClusterId;
    expect(category(scope, 'card/log')).toBe('out-of-scope');
    expect(categoryOfNamespace(scope, cluster, 'card')).toBe('cde');
    expect(categoryOfNamespace(scope, cluster, 'none')).toBeUndefined();
    expect(categoryOfService(scope, cluster, snapshot.services[0]!, snapshot.pods)).toBe('cde');
  });

  it('count a workload that is in scope only by its connection as outside', () => {
    const cluster = 'default' as ClusterId;
    const open = scopeOf(FENCED + ALLOW_SHOP);
    expect(isOutOfScopePeer(open, cluster, 'web/shop[Pod]')).toBe(true);
    expect(isOutOfScopePeer(scopeOf(FENCED + ALLOW_SHOP, {}, marked({})), cluster, 'web/shop[Pod]')).toBe(
      false,
    );
    expect(peerClassOf(open, cluster, '0.0.0.0-255.255.255.255[External]')).toBe('external');
    expect(peerClassOf(open, cluster, 'pub')).toBe('external');
    expect(peerClassOf(open, cluster, 'kube-system/calico-node[DaemonSet]')).toBe('in-scope');
    expect(peerClassOf(open, cluster, 'web/gone')).toBe('unknown');
  });
});
