// Answers questions about connections in one cluster under one profile (policy-semantics sections 0, 2.5-2.6, 8).
// Both sides must allow: egress at the source pod, ingress at the destination pod; an external or host end has no side.
import { parseAddressRange } from '../base/address.ts';
import type { PodId } from '../base/brand.ts';
import { compileFor } from './compiled-cluster.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { Direction, Endpoint, EngineProfile, PortRange } from '../policy/compiled.ts';
import { intersectPorts } from '../policy/port-set.ts';
import { assumptionsOf } from './assumptions.ts';
import type { Cluster } from './compiled-cluster.ts';
import { isolationOf } from './isolation.ts';
import { buildReach } from './reach.ts';
import { exemptionOf } from './exemptions.ts';
import type { SideSets } from './side-walk.ts';
import type { FlowQuery, Outcome, ReachMatrix, SideVerdict, Simulator, Step, Verdict } from './verdict.ts';

/** Makes a simulator; policies are compiled once, decisions are remembered per class of endpoints. */
export function createSimulator(snapshot: ClusterSnapshot, profile: EngineProfile): Simulator {
  const cluster = compileFor(snapshot, profile);
  let matrix: ReachMatrix | undefined;
  return {
    snapshot,
    profile,
    policies: cluster.policies,
    endpoint: pod => cluster.endpoints.pods.get(pod),
    resolve: text => cluster.endpoints.resolve(text),
    evaluate: query => evaluate(cluster, query),
    outcome: query => {
      const asked = {
        ...query,
        src: standIn(cluster, query.src),
        dst: standIn(cluster, query.dst),
      };
      const ports = questionOf(cluster, asked);
      const egress = quickSide(cluster, asked, 'egress', ports);
      const ingress = quickSide(cluster, asked, 'ingress', ports);
      return { outcome: combine(egress, ingress), egress, ingress };
    },
    isolation: (pod: PodId, direction: Direction) => isolationOf(cluster, pod, direction),
    reach: () => (matrix ??= buildReach(cluster)),
  };
}

/** One address stands for its whole piece of the external space, so that a log's many addresses cost little. */
function standIn(cluster: Cluster, end: Endpoint): Endpoint {
  const range =
    end.kind === 'external' && end.ips.length === 1 ? parseAddressRange(end.ips[0] ?? '') : undefined;
  const piece = range === undefined ? undefined : cluster.space.pieceOf(range);
  return (piece === undefined ? undefined : cluster.externals[piece]) ?? end;
}

function questionOf(cluster: Cluster, query: FlowQuery): readonly PortRange[] {
  const { protocol, port } = query;
  if (protocol === 'ICMP' || port === undefined)
    return cluster.universe.filter(range => range.protocol === protocol);
  return [{ protocol, from: port, to: port }];
}

function quickSide(
  cluster: Cluster,
  query: FlowQuery,
  direction: Direction,
  ports: readonly PortRange[],
): SideVerdict['verdict'] {
  const [subject, peer] = sidesOf(query, direction);
  const exemption = exemptionOf(cluster.profile, subject, peer, direction);
  if (exemption !== undefined && exemption.verdict !== 'open') return exemption.verdict;
  const { classOf, side } = cluster.classes;
  const verdict = verdictOf(side(classOf(subject), classOf(peer), direction), ports);
  return exemption?.verdict === 'open' && verdict === 'deny' ? 'indeterminate' : verdict;
}

function evaluate(cluster: Cluster, query: FlowQuery): Verdict {
  const ports = questionOf(cluster, query);
  const egress = explainSide(cluster, query, 'egress', ports);
  const ingress = explainSide(cluster, query, 'ingress', ports);
  return {
    outcome: combine(egress.verdict, ingress.verdict),
    egress,
    ingress,
    assumptions: assumptionsOf(cluster, query, [...egress.steps, ...ingress.steps]),
  };
}

function explainSide(
  cluster: Cluster,
  query: FlowQuery,
  direction: Direction,
  ports: readonly PortRange[],
): SideVerdict {
  const [subject, peer] = sidesOf(query, direction);
  const exemption = exemptionOf(cluster.profile, subject, peer, direction);
  const steps: Step[] = [];
  if (exemption !== undefined) {
    steps.push(exemption.step);
    if (exemption.verdict !== 'open') return { verdict: exemption.verdict, steps };
  }
  const sets = cluster.decider.decide(subject, peer, direction, ports, step => steps.push(step));
  const verdict = verdictOf(sets, ports);
  return { verdict: exemption !== undefined && verdict === 'deny' ? 'indeterminate' : verdict, steps };
}

function sidesOf(query: FlowQuery, direction: Direction): readonly [Endpoint, Endpoint] {
  return direction === 'egress' ? [query.src, query.dst] : [query.dst, query.src];
}

/** Several ports at once count as allowed as soon as one of them is: that is the cautious reading. */
function verdictOf(sets: SideSets, ports: readonly PortRange[]): Outcome {
  if (ports.length === 0) return 'indeterminate';
  if (intersectPorts(sets.allow, ports).length > 0) return 'allow';
  return intersectPorts(sets.indeterminate, ports).length > 0 ? 'indeterminate' : 'deny';
}

function combine(egress: SideVerdict['verdict'], ingress: SideVerdict['verdict']): Outcome {
  if (egress === 'deny' || ingress === 'deny') return 'deny';
  return egress === 'indeterminate' || ingress === 'indeterminate' ? 'indeterminate' : 'allow';
}
