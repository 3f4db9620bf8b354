// What must hold for Cilium policies of any make: order never matters, a deny more never opens anything, an allow more
// never closes anything, short and long answers agree, and the matrix says the same as single questions.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClusterId } from '../../shared/base/brand.ts';
import type { JsonObject } from '../../shared/base/json.ts';
import { buildSnapshot } from '../../shared/model/build-snapshot.ts';
import { PROFILES } from '../../shared/policy/profile.ts';
import { createSimulator } from '../../shared/verdict/simulator.ts';
import type { FlowQuery, Outcome, Simulator } from '../../shared/verdict/verdict.ts';
import { drawnObjects } from '../fixtures/drawing.ts';
import { objectOf } from '../fixtures/objects.ts';

const CLUSTER = drawnObjects(`
  ns a {team=x}
  ns b {team=y}
  node n1 192.168.0.1
  node n2 192.168.0.2
  pod a/p[app=one] 10.0.0.1 node=n1 ports=web:80
  pod a/q[app=two] 10.0.0.2 node=n2 ports=web:8080,dns:53/UDP
  pod b/r[app=one] 10.0.1.1 node=n1 ports=web:80/UDP
  pod b/s 10.0.1.2 node=n2
`);
const ENDS = ['a/p', 'a/q', 'b/r', 'b/s', 'host:n1', 'host:n2', '203.0.113.5', '198.51.100.1'];
const ASKED = [
  { protocol: 'TCP', port: 80 },
  { protocol: 'TCP', port: 8080 },
  { protocol: 'UDP', port: 53 },
  { protocol: 'ICMP' },
] as const;

interface Rule {
  readonly peers: readonly [member: string, items: readonly unknown[]] | undefined;
  readonly toPorts: readonly unknown[] | undefined;
}
interface Policy {
  readonly namespace: string | undefined;
  readonly labels: Record<string, string>;
  readonly sections: Readonly<Record<'ingress' | 'ingressDeny' | 'egress' | 'egressDeny', readonly Rule[]>>;
  readonly leavesOpen: boolean;
}

const selector = fc.constantFrom(
  {},
  { matchLabels: { app: 'one' } },
  { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'b' } },
  { matchLabels: { 'k8s:io.cilium.k8s.namespace.labels.team': 'y' } },
  { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] },
  { matchExpressions: [{ key: 'io.kubernetes.pod.namespace', operator: 'Exists' }] },
);
const members = fc.oneof(
  fc.array(selector, { maxLength: 2 }).map(items => ['Endpoints', items] as const),
  fc
    .subarray(['world', 'cluster', 'host', 'remote-node', 'kube-apiserver', 'all'], {
      minLength: 1,
      maxLength: 2,
    })
    .map(items => ['Entities', items] as const),
  fc.constantFrom<readonly [string, readonly unknown[]]>(
    ['CIDR', ['203.0.113.0/24']],
    ['CIDRSet', [{ cidr: '0.0.0.0/0', except: ['203.0.113.0/24'] }]],
    ['CIDRSet', [{ cidrGroupRef: 'missing' }]],
  ),
);
const ports = fc.constantFrom<unknown>(
  { ports: [{ port: '80', protocol: 'TCP' }] },
  { ports: [{ port: 'web' }] },
  { ports: [{ port: '1', endPort: 9000, protocol: 'UDP' }] },
  { ports: [{ port: '0' }] },
);
const rule: fc.Arbitrary<Rule> = fc.record({
  peers: fc.option(members, { nil: undefined }),
  toPorts: fc.option(fc.array(ports, { minLength: 1, maxLength: 2 }), { nil: undefined }),
});
const rules = fc.array(rule, { maxLength: 2 });
const policy: fc.Arbitrary<Policy> = fc.record({
  namespace: fc.constantFrom('a', 'b', undefined),
  labels: fc.constantFrom<Record<string, string>>({}, { app: 'one' }),
  sections: fc.record({ ingress: rules, ingressDeny: rules, egress: rules, egressDeny: rules }),
  leavesOpen: fc.boolean(),
});

function bodyOf(made: Policy, name: string): JsonObject {
  const sections = Object.entries(made.sections).map(([section, list]) => {
    const word = section.startsWith('ingress') ? 'from' : 'to';
    const items = list.map(({ peers, toPorts }) => ({
      ...(peers === undefined ? {} : { [`${word}${peers[0]}`]: peers[1] }),
      ...(toPorts === undefined ? {} : { toPorts }),
    }));
    return [section, items] as const;
  });
  return {
    apiVersion: 'cilium.io/v2',
    kind: made.namespace === undefined ? 'CiliumClusterwideNetworkPolicy' : 'CiliumNetworkPolicy',
    metadata: { name, ...(made.namespace === undefined ? {} : { namespace: made.namespace }) },
    spec: {
      endpointSelector: { matchLabels: made.labels },
      ...(made.leavesOpen ? { enableDefaultDeny: { ingress: false, egress: false } } : {}),
      ...Object.fromEntries(sections),
    },
  };
}

function simulate(policies: readonly Policy[], turned = false): Simulator {
  const objects = policies.map((made, at) =>
    objectOf(bodyOf(made, `p${at}`), { file: 'policies.yaml', line: at + 1, fromManifest: false }),
  );
  const all = [...CLUSTER, ...objects];
  const input = {
    cluster: 'default' as ClusterId,
    basis: 'default' as const,
    objects: turned ? all.reverse() : all,
  };
  return createSimulator(buildSnapshot(input, { directOwner: false }).snapshot, PROFILES.cilium);
}

function queries(simulator: Simulator): readonly FlowQuery[] {
  const ends = ENDS.map(text => simulator.resolve(text)[0]!);
  return ends.flatMap(src =>
    ends.flatMap(dst => (src.id === dst.id ? [] : ASKED.map(asked => ({ src, dst, ...asked })))),
  );
}

function outcomes(simulator: Simulator): readonly Outcome[] {
  return queries(simulator).map(query => simulator.outcome(query).outcome);
}

const RANK: Readonly<Record<Outcome, number>> = { deny: 0, indeterminate: 1, allow: 2 };
const RUNS = { numRuns: 60 };

describe('Cilium policies of any make', () => {
  it('mean the same in any order', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 3 }), policies => {
        const [one, other] = [simulate(policies), simulate(policies, true)];
        expect(outcomes(other)).toEqual(outcomes(one));
        expect(JSON.stringify(other.reach())).toBe(JSON.stringify(one.reach()));
      }),
      RUNS,
    );
  });

  it('open nothing by a deny more', () => {
    fc.assert(
      fc.property(
        fc.array(policy, { maxLength: 3 }),
        rule,
        fc.constantFrom('a', undefined),
        (policies, more, namespace) => {
          const sections = { ingress: [], ingressDeny: [more], egress: [], egressDeny: [more] };
          const denying: Policy = { namespace, labels: {}, sections, leavesOpen: true };
          const before = outcomes(simulate(policies));
          const after = outcomes(simulate([...policies, denying]));
          expect(after.filter((outcome, at) => RANK[outcome] > RANK[before[at]!])).toEqual([]);
        },
      ),
      RUNS,
    );
  });

  it('close nothing by an allow more in a section that is there already', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 2 }), policy, rule, (policies, last, more) => {
        const added = { ...last.sections, ingress: [...last.sections.ingress, more] };
        const before = outcomes(simulate([...policies, closing(last)]));
        const after = outcomes(simulate([...policies, closing({ ...last, sections: added })]));
        expect(after.filter((outcome, at) => RANK[outcome] < RANK[before[at]!])).toEqual([]);
      }),
      RUNS,
    );
  });

  it('get the same answer with and without its explanation, and in the matrix', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 3 }), policies => {
        const simulator = simulate(policies);
        const rows = new Map(simulator.reach().rows.map(row => [`${row.src} ${row.dst}`, row]));
        for (const query of queries(simulator)) {
          const { outcome } = simulator.outcome(query);
          expect(simulator.evaluate(query).outcome).toBe(outcome);
          if (query.src.kind !== 'pod' || query.dst.kind !== 'pod' || query.protocol === 'ICMP') continue;
          const row = rows.get(`${query.src.id}[Pod] ${query.dst.id}[Pod]`);
          const holds = (
            list: typeof row extends undefined ? never : NonNullable<typeof row>['allow'],
          ): boolean =>
            list.some(
              range =>
                range.protocol === query.protocol && range.from <= query.port! && query.port! <= range.to,
            );
          const inRow =
            row === undefined
              ? 'deny'
              : holds(row.allow)
                ? 'allow'
                : holds(row.indeterminate)
                  ? 'indeterminate'
                  : 'deny';
          expect([query.src.id, query.dst.id, inRow]).toEqual([query.src.id, query.dst.id, outcome]);
        }
      }),
      RUNS,
    );
  });
});

/** Ingress is closed with and without the rule that is added. */
function closing(made: Policy): Policy {
  const nobody: Rule = { peers: undefined, toPorts: undefined };
  return { ...made, sections: { ...made.sections, ingress: [...made.sections.ingress, nobody] } };
}
