// Replay: the log's word beside the model's; a contradiction only where both are definite.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALICO, drawCluster, yamlObjects } from '../../test/fixtures/drawn-cluster.ts';
import { drawFlows } from '../../test/fixtures/drawn-flows.ts';
import type { Node, Pod } from '../model/snapshot.ts';
import { previewStaged } from '../policy/calico/staged.ts';
import { agreementOf, replay } from './replay.ts';
import type { ReplayRow } from './replay-types.ts';
import { createSimulator } from './simulator.ts';
import type { Simulator } from './verdict.ts';

const POLICIES = `apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: default.api, namespace: card}
spec:
  selector: app == "api"
  types: [Ingress]
  ingress:
    - action: Allow
      protocol: TCP
      source: {selector: app == "front", namespaceSelector: all()}
      destination: {ports: [443]}
    - action: Allow
      protocol: TCP
      source: {nets: [203.0.113.0/24]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: default.vault}
spec:
  selector: app == "vault"
  types: [Egress]
---
apiVersion: projectcalico.org/v3
kind: StagedGlobalNetworkPolicy
metadata: {name: default.deny-all}
spec: {order: 9000, types: [Ingress]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: partner}
spec: {nets: [203.0.113.0/25, 203.0.113.128/25]}
`;
const PODS = `
namespace web
namespace card
pod web/front-5f6d7c8b9-aaaaa[app=front] 10.0.0.1
pod web/front-5f6d7c8b9-bbbbb[app=front] 10.0.0.2
pod web/mixed-5f6d7c8b9-aaaaa[app=front] 10.0.0.3
pod web/mixed-5f6d7c8b9-bbbbb[app=other] 10.0.0.4
pod card/api[app=api] 10.0.1.1
pod card/vault[app=vault] 10.0.1.2
`;

const snapshot = drawCluster(PODS, yamlObjects(POLICIES));
const simulator = createSimulator(snapshot, CALICO);
const rows = (drawing: string, by: Simulator = simulator): readonly ReplayRow[] =>
  replay(by, drawFlows(drawing)).rows;
const print = (row: ReplayRow): string => `${row.reported} / ${row.recomputed}: ${agreementOf(row)}`;
const one = (drawing: string, by: Simulator = simulator): string => rows(drawing, by).map(print).join('; ');
const why = (drawing: string): string => rows(drawing)[0]?.because ?? '';

describe('a replayed edge', () => {
  it('agrees when log and policies say the same, and names the rule with its line', () => {
    const allow = 'web/front-5f6d7c8b9-aaaaa -> card/api tcp 443 : dst allow';
    const deny = 'web/front-5f6d7c8b9-aaaaa -> card/api tcp 444 : dst deny';
    expect(one(allow)).toBe('allow / allow: agree');
    expect(one(deny)).toBe('deny / deny: agree');
    expect(why(allow)).toContain(
      'ingress allow by NetworkPolicy.projectcalico.org card/default.api rule 0 (policies.yaml:8)',
    );
    expect(why(deny)).toContain('ingress deny');
  });

  it('takes no verdict from a cloud: what its interfaces passed or refused neither agrees nor contradicts', () => {
    for (const [port, action, word] of [
      [443, 'allow', 'passed'],
      [443, 'deny', 'refused'],
      [444, 'allow', 'passed'],
      [444, 'deny', 'refused'],
    ]) {
      const [row] = rows(`pub(203.0.113.9) -> card/api tcp ${port} : cloud ${action} opener=ports`);
      expect(row).toMatchObject({ reported: 'unknown', cloud: word });
      expect(agreementOf(row!)).toBe('indeterminate');
      expect(row?.because).toContain(`${word} by security groups and network ACLs, no verdict of a policy`);
      expect(row?.because).toContain('told from port numbers alone');
    }
  });

  it('keeps passed and refused of a cloud apart, and from the word of a policy', () => {
    const from = 'pub(203.0.113.9) -> card/api tcp 443 :';
    expect(
      rows(`${from} cloud allow\n${from} cloud deny\n${from} dst allow`).map(row => [
        row.reported,
        row.cloud,
      ]),
    ).toEqual([
      ['allow', undefined],
      ['unknown', 'passed'],
      ['unknown', 'refused'],
    ]);
  });

  it('contradicts where the log saw what the policies would deny, or the reverse', () => {
    expect(one('card/vault -> card/api tcp 443 : dst allow')).toBe('allow / deny: contradict');
    expect(one('web/front-5f6d7c8b9-aaaaa -> card/api tcp 443 : dst deny')).toBe('deny / allow: contradict');
  });

  it('is taken for what both sides said: allowed at the source, denied at the destination is denied', () => {
    expect(
      one(`web/front-5f6d7c8b9-aaaaa -> card/api tcp 444 : src allow
web/front-5f6d7c8b9-aaaaa -> card/api tcp 444 : dst deny`),
    ).toBe('deny / deny: agree');
  });

  it('that only its source reported is no contradiction when the destination should have denied', () => {
    const text = 'web/front-5f6d7c8b9-aaaaa -> card/api tcp 444 : src allow';
    expect(one(text)).toBe('unknown / deny: indeterminate');
    expect(why(text)).toContain("the destination's own report is not in the log");
    expect(one('card/vault -> pub(198.51.100.1) tcp 443 : src allow')).toBe('allow / deny: contradict');
  });

  it('of an aggregate stands for all its pods, and is open where they differ', () => {
    expect(one('web/front-5f6d7c8b9-* -> card/api tcp 443 : dst allow')).toBe('allow / allow: agree');
    const mixed = 'web/mixed-5f6d7c8b9-* -> card/api tcp 443 : dst allow';
    expect(one(mixed)).toBe('allow / indeterminate: indeterminate');
    expect(why(mixed)).toContain(
      'differ: allow for web/mixed-5f6d7c8b9-aaaaa to card/api, deny for web/mixed-5f6d7c8b9-bbbbb',
    );
  });

  it('from outside is open where policies tell addresses apart, and definite by address or network set', () => {
    expect(one('pub -> card/api tcp 443 : dst allow')).toBe('allow / indeterminate: indeterminate');
    expect(one('pvt -> card/api tcp 443 : dst deny')).toBe('deny / deny: agree');
    expect(one('pub(203.0.113.9) -> card/api tcp 443 : dst allow')).toBe('allow / allow: agree');
    expect(one('pub(198.51.100.9) -> card/api tcp 443 : dst allow')).toBe('allow / deny: contradict');
    expect(one('set(partner) -> card/api tcp 443 : dst allow')).toBe('allow / allow: agree');
    expect(one('set(nobody) -> card/api tcp 443 : dst allow')).toBe('allow / indeterminate: indeterminate');
    expect(why('pvt(10.0.1.2) -> card/api tcp 443 : dst allow')).toContain(
      'the export knows it as pod card/vault',
    );
  });

  it('of a pod that is not in the export is judged by its labels in the log, never to a contradiction', () => {
    const gone = (labels: string): string => `web/gone -> card/api tcp 443 : dst allow${labels}`;
    expect(one(gone(''))).toBe('allow / indeterminate: indeterminate');
    expect(why(gone(''))).toBe('web/gone is not in the export');
    expect(one(gone(' from=app=front'))).toBe('allow / allow: agree');
    expect(one(gone(' from=app=other'))).toBe('allow / indeterminate: indeterminate');
    expect(why(gone(' from=app=other'))).toContain('they would give deny');
  });

  it('without a port, of a foreign protocol, or of no known outcome stays open', () => {
    expect(one('web/front-5f6d7c8b9-aaaaa -> card/api tcp - : dst allow')).toBe(
      'allow / indeterminate: indeterminate',
    );
    expect(one('web/front-5f6d7c8b9-aaaaa -> card/api tcp 0 : dst allow')).toBe(
      'allow / indeterminate: indeterminate',
    );
    expect(one('web/front-5f6d7c8b9-aaaaa -> card/api gre - : dst allow')).toBe(
      'allow / indeterminate: indeterminate',
    );
    expect(one('web/front-5f6d7c8b9-aaaaa -> card/api icmp - : dst deny')).toBe('deny / deny: agree');
    expect(one('web/front-5f6d7c8b9-aaaaa -> card/api tcp 443 : fwd allow')).toBe(
      'unknown / allow: indeterminate',
    );
  });

  it('of a node goes by its addresses', () => {
    const node: Node = {
      name: 'n1',
      labels: {},
      addresses: ['203.0.113.77'],
      podCidrs: [],
      source: { file: 'f', line: 1 },
    };
    const pods: readonly Pod[] = snapshot.pods.map(pod => ({ ...pod, node: 'n2' }));
    const withNode = createSimulator({ ...snapshot, nodes: [node], pods }, CALICO);
    expect(one('host(n1) -> card/api tcp 443 : dst allow', withNode)).toBe('allow / allow: agree');
    expect(one('host(n1-auto-hep) -> card/api tcp 443 : dst allow', withNode)).toBe('allow / allow: agree');
    expect(one('host(n9) -> card/api tcp 443 : dst allow', withNode)).toBe(
      'allow / indeterminate: indeterminate',
    );
    expect(rows('host(n1) -> card/api tcp 443 : dst allow', withNode)[0]?.src).toBe('host:n1');
  });

  it('finds the workload of manifests behind names that carry hashes', () => {
    const template = {
      ...snapshot.pods[0]!,
      id: 'web/front[Deployment]',
      name: 'front',
      workload: 'web/front[Deployment]',
      synthetic: true,
      ips: [],
    };
    const pods = [template as unknown as Pod, ...snapshot.pods.filter(pod => pod.namespace === 'card')];
    const workload = {
      ...snapshot.workloads[0]!,
      id: 'web/front[Deployment]' as never,
      name: 'front',
      kind: 'Deployment',
      pods: [template.id as never],
    };
    const workloads = [workload, ...snapshot.workloads.filter(some => some.namespace === 'card')];
    const manifests = createSimulator({ ...snapshot, pods, workloads }, CALICO);
    for (const name of ['front-5f6d7c8b9-*', 'front-5f6d7c8b9-aaaaa'])
      expect(rows(`web/${name} -> card/api tcp 443 : dst allow`, manifests)[0]).toMatchObject({
        src: 'web/front[Deployment]',
        recomputed: 'allow',
      });
  });
});

describe('a replay', () => {
  const LOG = `web/front-5f6d7c8b9-aaaaa -> card/api tcp 443 : dst allow bytes=5 at=600
web/front-5f6d7c8b9-aaaaa -> card/api tcp 443 : dst allow bytes=5
card/vault -> card/api tcp 443 : dst allow
pub -> card/api tcp 443 : dst allow
pvt -> web/front-5f6d7c8b9-bbbbb tcp 80 : dst allow`;

  it('counts records, edges and what became of them', () => {
    expect(replay(simulator, drawFlows(LOG)).summary).toEqual({
      records: 5,
      edges: 4,
      agree: 2,
      contradict: 1,
      indeterminate: 1,
      changed: 0,
    });
  });

  it('keeps first, last, sums and the line of the first record', () => {
    const [row] = rows(LOG).filter(some => some.src.startsWith('web/front'));
    expect(row).toMatchObject({
      cluster: 'drawn',
      records: 2,
      bytes: 10,
      first: '1970-01-01T00:00:00Z',
      last: '1970-01-01T00:15:00Z',
      source: { file: 'flows.log', line: 2 },
    });
  });

  it('says what staged policies would change', () => {
    const staged = createSimulator(previewStaged(snapshot), CALICO);
    const result = replay(simulator, drawFlows(LOG), { staged });
    expect(result.summary.changed).toBe(1);
    expect(result.rows.filter(row => row.staged !== row.recomputed)).toMatchObject([
      { src: 'pvt', recomputed: 'allow', staged: 'deny' },
    ]);
  });

  it('is the same whatever the order of the records', () => {
    fc.assert(
      fc.property(fc.func(fc.integer()), fc.integer({ min: 1, max: 4 }), (rank, part) => {
        const turned = drawFlows(LOG, part, some => [...some].sort((a, b) => rank(a) - rank(b)));
        expect(replay(simulator, turned)).toEqual(replay(simulator, drawFlows(LOG)));
      }),
    );
  });

  it('stops when asked to', () => {
    expect(() => replay(simulator, drawFlows(LOG), { cancellation: { aborted: true } })).toThrow('Cancelled');
  });

  it('does 200,000 records in a few seconds', () => {
    const lines = Array.from(
      { length: 4000 },
      (_, at) => `pub(203.0.${at % 200}.${at % 250}) -> card/api tcp ${400 + (at % 50)} : dst allow`,
    );
    const small = drawFlows(lines.join('\n'));
    const flows = { ...small, rows: 200_000, parts: Array.from({ length: 50 }, () => small.parts[0]!) };
    const before = performance.now();
    expect(replay(simulator, flows).summary.records).toBe(200_000);
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});
