// Broken policies on the whole way from a file to a verdict: each is said with its file and line, and whatever it could
// touch is indeterminate, never a wrong allow or deny.
import { describe, expect, it } from 'vitest';
import { nodeDigests } from '../../test/fixtures/digests.ts';
import { once } from '../archive/bytes.ts';
import { policyFaults } from '../verdict/policy-faults.ts';
import { createSimulator } from '../verdict/simulator.ts';
import { importCase } from './run-case.ts';

const pod = (namespace: string, name: string, ip: string): string => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace}, labels: { app: ${name} } }
spec: { nodeName: n1, containers: [{ name: a, image: a }] }
status: { phase: Running, hostIP: 192.168.0.1, podIP: ${ip}, podIPs: [{ ip: ${ip} }] }
---
`;
const CLUSTER = `${pod('card', 'vault', '10.0.0.1')}${pod('card', 'web', '10.0.0.2')}${pod('far', 'job', '10.0.1.1')}${pod('far', 'log', '10.0.1.2')}`;
const policy = (spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: broken, namespace: card }\nspec: ${spec}\n`;
const admin = (name: string, action: string): string => `apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: { name: ${name} }
spec: { priority: 5, subject: { namespaces: {} }, ingress: [{ action: ${action}, from: [{ namespaces: {} }] }] }
---
`;

async function ask(text: string, profile: 'kubernetes' | 'calico' = 'kubernetes') {
  const files = [
    ['cluster.yaml', CLUSTER],
    ['policies.yaml', text],
  ] as const;
  const sources = files.map(([path, content]) => {
    const bytes = new TextEncoder().encode(content);
    return { file: { path, size: bytes.length, open: () => once(bytes) }, role: 'cluster' as const };
  });
  const imported = await importCase(sources, profile, { digests: nodeDigests, secret: new Uint8Array(32) });
  const [cluster] = imported.clusters;
  const simulator = createSimulator(cluster!.snapshot, cluster!.profile);
  const outcome = (src: string, dst: string): string =>
    simulator.outcome({
      src: simulator.resolve(src)[0]!,
      dst: simulator.resolve(dst)[0]!,
      protocol: 'TCP',
      port: 443,
    }).outcome;
  return {
    inside: outcome('card/web', 'card/vault'),
    beside: outcome('far/job', 'far/log'),
    said: [
      ...imported.diagnostics.filter(item => item.severity === 'error'),
      ...policyFaults(simulator.policies).map(({ source }) => source),
      ...simulator.policyProblems().map(({ source }) => source),
    ].filter(({ file, line }) => file === 'policies.yaml' && (line ?? 0) > 0).length,
  };
}

describe('a broken policy', () => {
  it.each([
    [
      'with an unknown operator',
      policy('{ podSelector: { matchExpressions: [{ key: app, operator: Inn, values: [x] }] } }'),
    ],
    [
      'with endPort below port',
      policy('{ podSelector: {}, ingress: [{ ports: [{ port: 90, endPort: 80 }] }] }'),
    ],
    [
      'with a malformed CIDR',
      policy('{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/40 } }] }] }'),
    ],
    ['whose document refers to itself', policy('&s { podSelector: {}, ingress: [{ from: [*s] }] }')],
    ['whose document is no YAML', policy('{ podSelector: {}, ingress: [')],
    ['whose document gives a key twice', policy('{ podSelector: {}, podSelector: {} }')],
  ])('%s leaves its namespace open, and no other', async (_name, text) => {
    const { inside, beside, said } = await ask(text);
    expect([inside, beside]).toEqual(['indeterminate', 'allow']);
    expect(said).toBeGreaterThan(0);
  });

  it('of a tier that is not in the export leaves open what it selects', async () => {
    const text =
      'apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: { name: nowhere.p }\nspec: { tier: nowhere, selector: app == "vault", ingress: [{ action: Deny }] }\n';
    const { inside, beside, said } = await ask(text, 'calico');
    expect([inside, beside]).toEqual(['indeterminate', 'allow']);
    expect(said).toBeGreaterThan(0);
  });

  it('that shares its priority with one that says otherwise leaves open what they disagree about', async () => {
    expect((await ask(admin('one', 'Allow') + admin('two', 'Deny'))).inside).toBe('indeterminate');
    expect((await ask(admin('one', 'Deny') + admin('two', 'Deny'))).inside).toBe('deny');
  });

  it('with thousands of blocks is judged all the same', async () => {
    const blocks = Array.from(
      { length: 3000 },
      (_, at) => `{ ipBlock: { cidr: 10.${at % 250}.${Math.floor(at / 250)}.0/24 } }`,
    );
    const { inside, beside } = await ask(
      policy(`{ podSelector: {}, ingress: [{ from: [${blocks.join(', ')}] }] }`),
    );
    expect([inside, beside]).toEqual(['allow', 'allow']);
  });
});
