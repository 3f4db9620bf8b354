// Policies that somebody writes: checked like an import, then told what they would change.
import { describe, expect, it } from 'vitest';
import { caseFacts } from '../../test/fixtures/case-facts.ts';
import { nodeDigests } from '../../test/fixtures/digests.ts';
import { drawnCase, type DrawnCaseOptions } from '../../test/fixtures/drawn-case.ts';
import type { Result } from '../base/result.ts';
import { checkPolicies, whatIf, type WhatIf } from './what-if.ts';

const CLUSTER = `
ns card
ns web
node n1 192.168.0.1
pod card/vault[PCI=true,app=vault] 10.0.1.1 node=n1 ports=8443
pod web/shop[app=shop] 10.0.2.1 node=n1
`;
const DENY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: card }
spec: { podSelector: {}, policyTypes: [Ingress] }
`;
const FLOWS = 'web/shop -> card/vault tcp 8443 : src allow at=300';

async function ask(text: string, options: DrawnCaseOptions = {}): Promise<Result<WhatIf>> {
  const facts = caseFacts([drawnCase(CLUSTER, { flows: FLOWS, ...options })]);
  const [cluster] = facts.clusters;
  if (cluster === undefined) throw new Error('the drawn case has a cluster');
  return whatIf(cluster, facts.scope, text, { digests: nodeDigests, secret: new Uint8Array(32) });
}

async function answer(text: string, options: DrawnCaseOptions = {}): Promise<WhatIf> {
  const asked = await ask(text, options);
  if (!asked.ok) throw new Error(asked.problem.message);
  return asked.value;
}

describe('what if', () => {
  it('tells connections of the CDE that would become impossible, and flows that would be denied', async () => {
    const found = await answer(DENY);
    expect(found.policies).toEqual([
      { id: 'NetworkPolicy.networking.k8s.io card/deny', replaces: false, line: 1 },
    ]);
    expect(found.connections).toContainEqual({
      type: 'removed',
      src: 'web/shop[Pod]',
      dst: 'card/vault[Pod]',
      before: 'All Connections',
      after: 'No Connections',
      touchesCde: true,
    });
    expect(found.flows).toMatchObject({ records: 1, changed: 1 });
    expect(found.flows?.rows[0]).toMatchObject({ recomputed: 'allow', staged: 'deny' });
  });

  it('says that a policy of the export is replaced, and that nothing changes when it is the same', async () => {
    const facts = `${CLUSTER}---\n${DENY}`;
    const [cluster] = caseFacts([drawnCase(facts)]).clusters;
    const scope = caseFacts([drawnCase(facts)]).scope;
    const asked = await whatIf(cluster!, scope, DENY, { digests: nodeDigests, secret: new Uint8Array(32) });
    if (!asked.ok) throw new Error(asked.problem.message);
    expect(asked.value.policies[0]?.replaces).toBe(true);
    expect(asked.value.connections).toEqual([]);
    expect(asked.value.flows).toBeUndefined();
  });

  it('leaves staged policies of the export waiting, and puts those of the text in force', async () => {
    const staged = DENY.replace('networking.k8s.io/v1', 'projectcalico.org/v3').replace(
      'kind: NetworkPolicy',
      'kind: StagedKubernetesNetworkPolicy',
    );
    const cluster = `${CLUSTER}---\n${staged}`;
    const facts = caseFacts([drawnCase(cluster, { profile: { calicoPolicies: true } })]);
    const context = { digests: nodeDigests, secret: new Uint8Array(32) };
    const other = DENY.replaceAll('card', 'web').replace('policyTypes: [Ingress]', 'ingress: [{}]');
    const same = await whatIf(facts.clusters[0]!, facts.scope, other, context);
    expect(same).toMatchObject({ ok: true, value: { connections: [] } });
    const inForce = await whatIf(facts.clusters[0]!, facts.scope, staged, context);
    expect(inForce.ok && inForce.value.connections.length).toBeGreaterThan(0);
  });

  it('tells broken YAML with its line, and nothing beside it', async () => {
    const found = await answer(`${DENY}  - : [\n`);
    expect(found.diagnostics[0]).toMatchObject({ file: 'what-if.yaml', severity: 'error' });
    expect(found.diagnostics[0]?.line).toBeGreaterThan(0);
    expect(found.connections).toEqual([]);
  });

  it('tells a policy that an API server would refuse, with its line', async () => {
    const found = await answer(
      DENY.replace('podSelector: {}', 'podSelector: { matchLabels: { app: "$x" } }'),
    );
    expect(found.faults).toMatchObject([
      { code: 'policy.refused', source: { file: 'what-if.yaml', line: 1 } },
    ]);
  });

  it('is checked while it is written, without asking what it would change', async () => {
    const { clusters } = caseFacts([drawnCase(CLUSTER)]);
    const context = { digests: nodeDigests, secret: new Uint8Array(32) };
    const wrong = DENY.replace('podSelector: {}', 'podSelector: { matchLabels: { app: "$x" } }');
    expect(await checkPolicies(clusters[0]!, DENY, context)).toEqual({
      ok: true,
      value: { diagnostics: [], faults: [] },
    });
    expect(await checkPolicies(clusters[0]!, wrong, context)).toMatchObject({
      ok: true,
      value: { faults: [{ code: 'policy.refused', source: { line: 1 } }] },
    });
  });

  it('takes policies alone', async () => {
    const asked = await ask('apiVersion: v1\nkind: Namespace\nmetadata: { name: x }\n');
    expect(asked).toMatchObject({ ok: false, problem: { code: 'what-if.no-policy', line: 1 } });
  });

  it('gives the staged form where the engine knows one', async () => {
    const calico = await answer(DENY, { profile: { calicoPolicies: true } });
    expect(calico.isStaged).toBe(true);
    expect(calico.staged).toContain('kind: StagedKubernetesNetworkPolicy');
    const plain = await answer(DENY, { profile: { calicoPolicies: false } });
    expect(plain.isStaged).toBe(false);
    expect(plain.staged).toContain('kind: NetworkPolicy');
  });
});
