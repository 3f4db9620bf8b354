// The seven pitfalls of the public demos (calico.md 3.11) on the real files: what their policies and reports seem to say,
// and what holds. Labels that the labs set by hand, and pods that they started bare, are drawn beside the files.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ClusterId } from '../../shared/base/brand.ts';
import { buildSnapshot } from '../../shared/model/build-snapshot.ts';
import type { KubernetesObject } from '../../shared/model/object.ts';
import { claimByUsualKeys } from '../../shared/scope/scope-selector.ts';
import { readClaims } from '../../shared/scope/claims.ts';
import { corpusFolder } from '../fixtures/corpus.ts';
import { calicoOf, clusterOf, corpusObjects, reportFile, verdictOf } from '../fixtures/corpus-cluster.ts';
import { drawnObjects } from '../fixtures/drawing.ts';

const demos = corpusFolder('tigera-demos');
const KAAS = 'calicocloud-kaas-workshop-demo/demo/setup';
const PCI = 'cc-eks-compliance-workshop/pci-2022-02';
const POLICIES = `${PCI}/2._Policies/manifests`;
const REPORTS = join(demos ?? '', PCI, '3._Reports/example_reports');
const APP = 'cc-eks-compliance-workshop/app-2022-01/hipstershop-install-manifest-custom.yaml';
const objects = (
  paths: readonly string[],
  only?: (object: KubernetesObject) => boolean,
): Promise<readonly KubernetesObject[]> => corpusObjects(demos ?? '', paths, only);

describe.skipIf(demos === undefined)('the demo pitfalls', () => {
  it('1: security.pci-whitelist asks for labels of service accounts: labels on pods change nothing, namespace acme is left out', async () => {
    const files = await objects([
      `${KAAS}/stage0/security.pci-whitelist.yaml`,
      `${KAAS}/tiers/00-tier-security.yaml`,
    ]);
    const simulator = calicoOf(
      files,
      `
      ns storefront
      ns acme
      sa storefront/default
      sa storefront/pci {PCI=true}
      sa acme/default
      sa acme/pci {PCI=true}
      pod storefront/labelled[PCI=true] 10.0.0.1
      pod storefront/backend 10.0.0.2 sa=pci
      pod storefront/other 10.0.0.4
      pod acme/backend 10.0.0.3 sa=pci
      `,
    );
    const outcome = (question: string): string => verdictOf(simulator, question).outcome;
    expect(outcome('storefront/other -> storefront/backend tcp 80')).toBe('deny');
    expect(outcome('storefront/labelled -> storefront/backend tcp 80')).toBe('deny');
    expect(outcome('storefront/other -> storefront/labelled tcp 80')).toBe('allow');
    expect(outcome('storefront/backend -> storefront/labelled tcp 80')).toBe('deny');
    expect(outcome('storefront/other -> acme/backend tcp 80')).toBe('allow');
    expect(outcome('203.0.113.9 -> acme/backend tcp 80')).toBe('allow');
    const verdict = verdictOf(simulator, 'storefront/other -> storefront/backend tcp 80');
    const decisive = verdict.ingress.steps.find(step => step.decisive);
    expect(decisive).toMatchObject({ policy: 'GlobalNetworkPolicy security.pci-whitelist', rule: 0 });
    expect(decisive?.source).toMatchObject({
      file: `${KAAS}/stage0/security.pci-whitelist.yaml`,
      line: 10,
    });
  });

  it('2: Deny from PCI != "true" does not stop the Internet, and the Pass after it lets it on to the next tier', async () => {
    const storefront = await objects([
      'cc-aks-security-compliance-workshop/manifests/storefront-pci.yaml',
      'cc-aks-security-compliance-workshop/pre/002-tiers.yaml',
    ]);
    // As its README has it; the file of the other workshop says the same of service accounts.
    const written = drawnObjects(`---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: security.pci-whitelist}
spec:
  tier: security
  order: 100
  selector: projectcalico.org/namespace == "storefront"
  types: [Ingress]
  ingress:
    - {action: Deny, source: {selector: PCI != "true"}, destination: {selector: PCI == "true"}}
    - {action: Pass}
`);
    const drawing = 'ns other\nns dev\npod other/stranger 10.0.9.9\npod dev/internal 10.0.9.8 sa=x';
    const simulator = calicoOf([...storefront, ...written], drawing);
    const backend = 'storefront/backend[Deployment]';
    expect(verdictOf(simulator, `other/stranger -> ${backend} tcp 8080`).outcome).toBe('deny');
    const verdict = verdictOf(simulator, `203.0.113.9 -> ${backend} tcp 8080`);
    expect(verdict.outcome).toBe('allow');
    expect(verdict.ingress.steps.filter(step => step.policy !== undefined).map(step => step.action)).toEqual([
      'none',
      'pass',
    ]);
    const kaas = await objects([
      `${KAAS}/stage0/security.pci-whitelist.yaml`,
      `${KAAS}/tiers/00-tier-security.yaml`,
    ]);
    const accounts = 'ns shop\nsa shop/pci {PCI=true}\npod shop/vault 10.0.0.1 sa=pci';
    expect(verdictOf(calicoOf(kaas, accounts), '203.0.113.9 -> shop/vault tcp 443').outcome).toBe('allow');
  });

  const APPS = `
    ns hipstershop
    ns other
    pod hipstershop/frontend[app=frontend,pci=true] 10.0.0.1
    pod hipstershop/payment[app=paymentservice,pci=true] 10.0.0.2
    pod hipstershop/currency[app=currencyservice,pci=true] 10.0.0.3
    pod other/stranger[app=x] 10.0.1.1
  `;
  const tiers = `${POLICIES}/2.1-policy-tiers.yaml`;
  const isolation = `${POLICIES}/2.3-pci-isolation-policy.yaml`;

  it('3: while pci-restrict allowed, any PCI pod reached any other; since update 2.7 passes, the app tiers decide', async () => {
    const apps = await objects([tiers, `${POLICIES}/2.6-hipstershop-policy.yaml`]);
    const before = calicoOf([...apps, ...(await objects([isolation]))], APPS);
    const companion = await objects([isolation], object => object.meta.name === 'security.pci-allowlist');
    const update = await objects([`${POLICIES}/2.7-pci-policy-update.yaml`]);
    const after = calicoOf([...apps, ...companion, ...update], APPS);
    const lateral = 'hipstershop/currency -> hipstershop/payment tcp 50051';
    expect(verdictOf(before, lateral).outcome).toBe('allow');
    expect(verdictOf(before, 'other/stranger -> hipstershop/payment tcp 50051').outcome).toBe('deny');
    expect(verdictOf(after, lateral).outcome).toBe('deny');
    const decisive = verdictOf(after, lateral).ingress.steps.find(step => step.decisive);
    expect(decisive?.policy).toBe(
      'NetworkPolicy.projectcalico.org hipstershop/app-hipstershop.paymentservice',
    );
  });

  it('3: both in one folder, nothing says which of the two is in force: what they touch stays open', async () => {
    const both = await objects([
      tiers,
      `${POLICIES}/2.6-hipstershop-policy.yaml`,
      isolation,
      `${POLICIES}/2.7-pci-policy-update.yaml`,
    ]);
    const simulator = calicoOf(both, APPS);
    expect(verdictOf(simulator, 'hipstershop/currency -> hipstershop/payment tcp 50051').outcome).toBe(
      'indeterminate',
    );
    const open = simulator.policies.unsupported.map(policy => policy.id);
    expect(open).toContain('GlobalNetworkPolicy security.pci-restrict');
  });

  it('4: the companion policy of order 0 opens the frontend to any source, ahead of the restriction', async () => {
    const simulator = calicoOf(await objects([tiers, isolation]), APPS);
    expect(verdictOf(simulator, '203.0.113.9 -> hipstershop/frontend tcp 8080').outcome).toBe('allow');
    expect(verdictOf(simulator, '203.0.113.9 -> hipstershop/payment tcp 8080').outcome).toBe('deny');
    const by = (port: number): unknown => {
      const { ingress } = verdictOf(simulator, `other/stranger -> hipstershop/frontend tcp ${port}`);
      const { policy, rule, action } = ingress.steps.find(step => step.decisive) ?? {};
      return { policy, rule, action };
    };
    expect(by(8080)).toEqual({
      policy: 'GlobalNetworkPolicy security.pci-allowlist',
      rule: 0,
      action: 'allow',
    });
    expect(by(8081)).toEqual({
      policy: 'GlobalNetworkPolicy security.pci-restrict',
      rule: 1,
      action: 'deny',
    });
  });

  // The pods that the real report counts, as the lab made them: each labelled by hand.
  const reported = (): readonly string[] =>
    [
      ...readFileSync(reportFile(REPORTS, /^daily-pci-inventory/, 'endpoints.csv'), 'utf8').matchAll(
        /Pod\.v1\((hipstershop\/[^)]+)\)/g,
      ),
    ].flatMap(match => match[1] ?? []);
  const labelled = (): string =>
    [
      'ns hipstershop',
      ...reported().map((name, at) => {
        const app = /^hipstershop\/(.+?)-[0-9a-f]+-[a-z0-9]{5}$/.exec(name)?.[1];
        const own = app === undefined ? `run=${name.slice(12)}` : `app=${app}`;
        const owner = app === undefined ? '' : ` owner=ReplicaSet/${name.slice(12, -6)}`;
        return `pod ${name}[${own},pci=true] 10.0.9.${at + 1}${owner} node=n1`;
      }),
    ].join('\n');
  const replicaSets = (): readonly KubernetesObject[] =>
    drawnObjects(
      `---\n${reported()
        .flatMap(name => /^hipstershop\/((.+)-[0-9a-f]+)-[a-z0-9]{5}$/.exec(name) ?? [])
        .filter((_, at) => at % 3 === 1)
        .map(set => ({ set, deployment: set.slice(0, set.lastIndexOf('-')) }))
        .map(({ set, deployment }) =>
          [
            'apiVersion: apps/v1',
            'kind: ReplicaSet',
            'metadata:',
            `  {name: ${set}, namespace: hipstershop, ownerReferences: [{kind: Deployment, name: ${deployment}, controller: true}]}`,
            `spec: {template: {metadata: {labels: {app: ${deployment}}}}}`,
          ].join('\n'),
        )
        .join('\n---\n')}`,
    );
  const inHipstershop = async (): Promise<readonly KubernetesObject[]> =>
    (await objects([APP])).map(object => ({
      ...object,
      meta: { ...object.meta, namespace: 'hipstershop' },
    }));

  it('5: labelling all pods pulled loadgenerator and the debug pod multitool into the CDE: 13 pods, 12 services', async () => {
    const summary = readFileSync(reportFile(REPORTS, /^daily-pci-inventory/, 'summary.csv'), 'utf8');
    expect(summary).toContain(',13,13,13,');
    const services = readFileSync(reportFile(REPORTS, /^daily-pci-inventory/, 'services.csv'), 'utf8');
    expect(services.match(/Service\.v1\(/g)).toHaveLength(12);
    const snapshot = clusterOf([...(await inHipstershop()), ...replicaSets()], labelled());
    const claimed = snapshot.pods.filter(pod => claimByUsualKeys(pod.labels).yes.length > 0);
    expect(claimed).toHaveLength(13);
    const names = [...readClaims(snapshot, claimByUsualKeys).workloads.keys()];
    expect(names).toEqual(expect.arrayContaining([expect.stringContaining('hipstershop/multitool[Pod]')]));
    expect(names.some(name => name.includes('loadgenerator'))).toBe(true);
    expect(names).toHaveLength(13);
  });

  it('6: the manifest 3.4 takes the name of the report of 3.2: both applied, one is lost, and the import says so', async () => {
    const files = ['3.2-daily-tenant-networkaccess.yaml', '3.4-daily-pci-inventory.yaml'];
    const given = await objects(files.map(file => `${PCI}/3._Reports/manifests/${file}`));
    expect(given.map(object => object.meta.name)).toEqual([
      'daily-tenant-hipstershop-networkaccess',
      'daily-tenant-hipstershop-networkaccess',
    ]);
    const cluster = 'default' as ClusterId;
    const built = buildSnapshot({ cluster, basis: 'default', objects: given }, { directOwner: false });
    expect(built.diagnostics).toEqual([
      expect.objectContaining({
        code: 'model.duplicate-object',
        file: `${PCI}/3._Reports/manifests/3.4-daily-pci-inventory.yaml`,
        line: 1,
      }),
    ]);
  });

  it('7: labels on pods and not on pod templates vanish at the next rollout: the scope of another date is empty', async () => {
    const app = await inHipstershop();
    const today = readClaims(clusterOf([...app, ...replicaSets()], labelled()), claimByUsualKeys);
    const afterRollout = readClaims(clusterOf(app), claimByUsualKeys);
    expect(today.workloads.size).toBe(13);
    expect([...afterRollout.workloads.keys()]).toEqual([]);
    const drift = today.items.filter(item => item.kind === 'label-drift');
    expect(drift).toHaveLength(12);
    expect(drift[0]?.text).toContain('not on its template');
  });
});
