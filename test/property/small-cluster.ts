// One small cluster of near misses, drawn for the simulator and told to the slow readings in their own words, and every
// question that is asked about it.
import type { ClusterId } from '../../shared/base/brand.ts';
import type { JsonObject } from '../../shared/base/json.ts';
import { buildSnapshot } from '../../shared/model/build-snapshot.ts';
import { PROFILES } from '../../shared/policy/profile.ts';
import type { EngineProfile } from '../../shared/policy/compiled.ts';
import { createSimulator } from '../../shared/verdict/simulator.ts';
import type { FlowQuery, Outcome, Simulator } from '../../shared/verdict/verdict.ts';
import { drawnObjects } from '../fixtures/drawing.ts';
import { objectOf } from '../fixtures/objects.ts';
import type { PlainEnd } from '../oracle/plain.ts';

const CLUSTER = drawnObjects(`
  ns a {team=x,env=prod}
  ns b {team=y,env=prod}
  sa a/default
  sa b/default {pci=true}
  node n1 {role=infra} 192.168.0.1
  node n2 192.168.0.2
  pod a/p[app=one] 10.0.0.1 node=n1 ports=web:80
  pod a/q[app=two,tier=db] 10.0.0.2 node=n2 ports=web:8080,dns:53/UDP
  pod b/r[app=one] 10.0.1.1 node=n1 ports=web:80/UDP
  pod b/s[app=,tier=web] 10.0.1.2 node=n2 ports=web:8080/SCTP,dns:53
`);

const A = { 'kubernetes.io/metadata.name': 'a', team: 'x', env: 'prod' };
const B = { 'kubernetes.io/metadata.name': 'b', team: 'y', env: 'prod' };
const pod = (
  name: string,
  address: string,
  node: string,
  labels: Record<string, string>,
  ports: NonNullable<PlainEnd['ports']> = [],
): PlainEnd => ({
  kind: 'pod',
  name,
  address,
  node,
  labels,
  ports,
  namespace: name.split('/')[0] ?? '',
  namespaceLabels: name.startsWith('a/') ? A : B,
  account: 'default',
  accountLabels: name.startsWith('a/') ? {} : { pci: 'true' },
});

/** Every end, as the slow readings know it. */
export const ENDS: readonly PlainEnd[] = [
  pod('a/p', '10.0.0.1', 'n1', { app: 'one' }, [['web', 80, 'TCP']]),
  pod('a/q', '10.0.0.2', 'n2', { app: 'two', tier: 'db' }, [
    ['web', 8080, 'TCP'],
    ['dns', 53, 'UDP'],
  ]),
  pod('b/r', '10.0.1.1', 'n1', { app: 'one' }, [['web', 80, 'UDP']]),
  pod('b/s', '10.0.1.2', 'n2', { app: '', tier: 'web' }, [
    ['web', 8080, 'SCTP'],
    ['dns', 53, 'TCP'],
  ]),
  { kind: 'node', name: 'host:n1', address: '192.168.0.1', node: 'n1', nodeLabels: { role: 'infra' } },
  { kind: 'node', name: 'host:n2', address: '192.168.0.2', node: 'n2', nodeLabels: {} },
  { kind: 'outside', name: '203.0.113.7', address: '203.0.113.7' },
  { kind: 'outside', name: '198.51.100.1', address: '198.51.100.1' },
];

/** The ports that are asked about. */
export const PORTS = [
  { protocol: 'TCP', port: 80 },
  { protocol: 'TCP', port: 8080 },
  { protocol: 'UDP', port: 53 },
  { protocol: 'UDP', port: 80 },
  { protocol: 'SCTP', port: 80 },
  { protocol: 'SCTP', port: 8080 },
  { protocol: 'TCP', port: 53 },
  { protocol: 'TCP', port: 90 },
  { protocol: 'TCP', port: 81 },
] as const;

/** The cluster under policies, in this order or the other way round. */
export function simulateBodies(
  bodies: readonly JsonObject[],
  profile: Partial<EngineProfile> & Pick<EngineProfile, 'name'>,
  reversed = false,
): Simulator {
  const made = bodies.map((body, index) => objectOf(body, { file: 'policies.yaml', line: index + 1 }));
  const objects = [...CLUSTER, ...made];
  const input = {
    cluster: 'default' as ClusterId,
    basis: 'default' as const,
    objects: reversed ? objects.reverse() : objects,
  };
  return createSimulator(buildSnapshot(input, { directOwner: false }).snapshot, {
    ...PROFILES[profile.name],
    enforces: 'yes',
    ...profile,
  });
}

/** One question with both sides' names. */
export interface Question {
  readonly src: PlainEnd;
  readonly dst: PlainEnd;
  readonly protocol: (typeof PORTS)[number]['protocol'];
  readonly port: number;
}

/** Every question in which a pod takes part. */
export const QUESTIONS: readonly Question[] = ENDS.flatMap(src =>
  ENDS.flatMap(dst =>
    src.kind === 'pod' || dst.kind === 'pod' ? PORTS.map(port => ({ src, dst, ...port })) : [],
  ),
);

/** A question as the simulator takes it. */
export function queryOf(simulator: Simulator, { src, dst, protocol, port }: Question): FlowQuery {
  const end = (one: PlainEnd): FlowQuery['src'] => {
    const [found] = simulator.resolve(one.name);
    if (found === undefined) throw new Error(`nothing is called ${one.name}`);
    return found;
  };
  return { src: end(src), dst: end(dst), protocol, port };
}

/** All answers of a simulator, in the order of the questions. */
export function outcomesOf(simulator: Simulator): readonly Outcome[] {
  return QUESTIONS.map(question => simulator.outcome(queryOf(simulator, question)).outcome);
}

/** Where the simulator says other than a slow reading, short or at length. */
export function differencesFrom(
  simulator: Simulator,
  oracle: (question: Question) => Outcome,
): readonly string[] {
  return QUESTIONS.flatMap(question => {
    const { src, dst, protocol, port } = question;
    const query = queryOf(simulator, question);
    const expected = oracle(question);
    const answers = [simulator.outcome(query).outcome, simulator.evaluate(query).outcome];
    return answers.every(answer => answer === expected)
      ? []
      : [`${src.name} -> ${dst.name} ${protocol} ${port}: ${answers.join('/')}, the text says ${expected}`];
  });
}

/** How open an answer is. */
export const OPENNESS: Readonly<Record<Outcome, number>> = { deny: 0, indeterminate: 1, allow: 2 };
