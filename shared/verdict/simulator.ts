// Answers questions about connections in one cluster under one profile (policy-semantics sections 0, 2.5-2.6, 8).
// Both sides must allow: egress at the source pod, ingress at the destination pod; an external or host end has no side.
import { parseAddressRange } from '../base/address.ts';
import { printConnections } from '../base/ports.ts';
import type { PodId } from '../base/brand.ts';
import { changeFor, compileFor, compileWith } from './compiled-cluster.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { Direction, Endpoint, EngineProfile } from '../policy/compiled.ts';
import { networkCluster } from '../policy/networks/secondary.ts';
import { intersectPorts, mergePorts, subtractPorts } from '../policy/port-set.ts';
import { assumptionsOf } from './assumptions.ts';
import type { Cluster } from './compiled-cluster.ts';
import { exposureOf, type ExposureRow } from './exposure.ts';
import { isolationOf } from './isolation.ts';
import type { PolicyProblem } from './policy-problem.ts';
import { findPolicyProblems } from './policy-problems.ts';
import { buildReach } from './reach.ts';
import { exemptionOf } from './exemptions.ts';
import { sideSets, waysBetween, whereHidden, type HiddenWay } from './hidden-source.ts';
import type { Ports, SideSets } from './side-walk.ts';
import type {
  FlowQuery,
  NetworkSimulator,
  Outcome,
  ReachMatrix,
  SideVerdict,
  Simulator,
  Step,
  Verdict,
} from './verdict.ts';

/** Makes a simulator; policies are compiled once, decisions are remembered per class of endpoints. */
export function createSimulator(snapshot: ClusterSnapshot, profile: EngineProfile): Simulator {
  return simulatorOf(compileFor(snapshot, profile));
}

function simulatorOf(cluster: Cluster): Simulator {
  let matrix: ReachMatrix | undefined;
  let networks: readonly NetworkSimulator[] | undefined;
  let exposures: readonly ExposureRow[] | undefined;
  let problems: readonly PolicyProblem[] | undefined;
  return {
    snapshot: cluster.snapshot,
    profile: cluster.profile,
    policies: cluster.policies,
    endpoint: pod => cluster.endpoints.pods.get(pod),
    resolve: text => cluster.endpoints.resolve(text),
    evaluate: query => evaluate(cluster, query),
    outcome: query => {
      const asked = { ...query, src: standIn(cluster, query.src), dst: standIn(cluster, query.dst) };
      const ports = questionOf(cluster, asked);
      const egress = quickSide(cluster, asked, 'egress', ports);
      const ingress = quickSide(cluster, asked, 'ingress', ports);
      return { outcome: outcomeOf(meet(egress, ingress)), egress: egress.verdict, ingress: ingress.verdict };
    },
    isolation: (pod: PodId, direction: Direction) => isolationOf(cluster, pod, direction),
    reach: () => (matrix ??= buildReach(cluster)),
    withPolicies: policies => simulatorOf(changeFor(cluster, policies)),
    networks: () => (networks ??= networksOf(cluster)),
    exposure: () => (exposures ??= exposureOf(cluster)),
    policyProblems: () => (problems ??= findPolicyProblems(cluster)),
  };
}

function networksOf(cluster: Cluster): readonly NetworkSimulator[] {
  const { snapshot, profile } = cluster;
  return cluster.secondary().map(network => {
    const { snapshot: own, policies } = networkCluster(snapshot, profile, network);
    return { name: network.name, simulator: simulatorOf(compileWith(own, policies)) };
  });
}

/** One address stands for its whole piece of the external space, so that a log's many addresses cost little. */
function standIn(cluster: Cluster, end: Endpoint): Endpoint {
  const range =
    end.kind === 'external' && end.names === undefined && end.ips.length === 1
      ? parseAddressRange(end.ips[0] ?? '')
      : undefined;
  const piece = range === undefined ? undefined : cluster.space.pieceOf(range);
  return (piece === undefined ? undefined : cluster.externals[piece]) ?? end;
}

function questionOf(cluster: Cluster, query: FlowQuery): Ports {
  const { protocol, port } = query;
  if (protocol === undefined) return cluster.universe;
  if (protocol === 'ICMP' || port === undefined)
    return cluster.universe.filter(range => range.protocol === protocol);
  return [{ protocol, from: port, to: port }];
}

/** One side over the ports that were asked about. */
interface AskedSide {
  readonly verdict: SideVerdict['verdict'];
  readonly allow: Ports;
  readonly indeterminate: Ports;
}

function quickSide(cluster: Cluster, query: FlowQuery, direction: Direction, ports: Ports): AskedSide {
  const [subject, peer] = sidesOf(query, direction);
  const exemption = exemptionOf(cluster.policies, subject, peer, direction);
  if (exemption !== undefined && exemption.verdict !== 'open')
    return { verdict: exemption.verdict, allow: ports, indeterminate: [] };
  const led = ledPorts(cluster, subject, peer, direction, ports);
  const sets = sideSets(cluster, subject, peer, direction);
  const ways = query.asSeen === true ? [] : waysBetween(cluster, subject, peer, direction);
  return askedSide(whereHidden(cluster, subject, sets, ways), ports, exemption !== undefined, led);
}

/**
 * The np-guard peer takes the unseen controller for what Ingress and Routes lead to, and for nothing else. For every
 * other engine it is some pod of the cluster, which policies alone can stop.
 */
function ledPorts(
  cluster: Cluster,
  subject: Endpoint,
  peer: Endpoint,
  direction: Direction,
  ports: Ports,
  steps?: Step[],
): Ports {
  if (direction !== 'ingress' || peer.kind !== 'entry-controller') return ports;
  const ways = cluster.entryWays().get(subject.id) ?? [];
  for (const { entry, service, ports: led } of steps === undefined ? [] : ways) {
    const isMeant = intersectPorts(led, ports).length > 0;
    steps?.push({
      direction,
      stage: 'way in',
      policy: `${entry.kind} ${entry.namespace}/${entry.name}`,
      action: isMeant ? 'allow' : 'none',
      decisive: false,
      text: `leads to ${subject.id} through Service ${service} ${isMeant ? 'on' : 'on other ports than'} ${printConnections(isMeant ? led : ports)}`,
      source: entry.source,
    });
  }
  if (cluster.profile.name !== 'np-guard') return ports;
  return intersectPorts(mergePorts(ways.flatMap(way => way.ports)), ports);
}

function evaluate(cluster: Cluster, query: FlowQuery): Verdict {
  const ports = questionOf(cluster, query);
  const steps: Record<Direction, Step[]> = { egress: [], ingress: [] };
  const egress = explainSide(cluster, query, 'egress', ports, steps.egress);
  const ingress = explainSide(cluster, query, 'ingress', ports, steps.ingress);
  const both = meet(egress, ingress);
  return {
    outcome: outcomeOf(both),
    egress: { verdict: egress.verdict, steps: steps.egress },
    ingress: { verdict: ingress.verdict, steps: steps.ingress },
    ports: both,
    assumptions: assumptionsOf(cluster, query, [...steps.egress, ...steps.ingress]),
  };
}

function explainSide(
  cluster: Cluster,
  query: FlowQuery,
  direction: Direction,
  ports: Ports,
  steps: Step[],
): AskedSide {
  const [subject, peer] = sidesOf(query, direction);
  const exemption = exemptionOf(cluster.policies, subject, peer, direction);
  if (exemption !== undefined) {
    steps.push(exemption.step);
    if (exemption.verdict !== 'open') return { verdict: exemption.verdict, allow: ports, indeterminate: [] };
  }
  const led = ledPorts(cluster, subject, peer, direction, ports, steps);
  const sets = cluster.decider.decide(subject, peer, direction, ports, step => steps.push(step));
  const ways = query.asSeen === true ? [] : waysBetween(cluster, subject, peer, direction);
  const asked = askedSide(whereHidden(cluster, subject, sets, ways), ports, exemption !== undefined, led);
  if (asked.verdict !== askedSide(sets, ports, exemption !== undefined, led).verdict)
    steps.push(...ways.filter(way => intersectPorts(way.ports, ports).length > 0).map(hiddenStep));
  return asked;
}

function hiddenStep({ service }: HiddenWay): Step {
  return {
    direction: 'ingress',
    stage: 'way in',
    policy: `Service ${service.namespace}/${service.name}`,
    action: 'indeterminate',
    decisive: false,
    text: `by way of another node the pod may see that node's address instead (externalTrafficPolicy is not Local), which is decided otherwise`,
    source: service.source,
  };
}

function sidesOf(query: FlowQuery, direction: Direction): readonly [Endpoint, Endpoint] {
  return direction === 'egress' ? [query.src, query.dst] : [query.dst, query.src];
}

/** What is denied stays open where an exemption may yet hold. Ports that are not modelled are open too. */
function askedSide(
  sets: Pick<SideSets, 'allow' | 'indeterminate'>,
  ports: Ports,
  mayBeExempt: boolean,
  led = ports,
): AskedSide {
  const allow = intersectPorts(sets.allow, led);
  const indeterminate = mayBeExempt ? subtractPorts(led, allow) : intersectPorts(sets.indeterminate, led);
  const verdict = ports.length === 0 ? 'indeterminate' : outcomeOf({ allow, indeterminate });
  return { verdict, allow, indeterminate };
}

function meet(
  egress: AskedSide,
  ingress: AskedSide,
): { readonly allow: Ports; readonly indeterminate: Ports } {
  const allow = intersectPorts(egress.allow, ingress.allow);
  const possible = intersectPorts(
    [...egress.allow, ...egress.indeterminate],
    [...ingress.allow, ...ingress.indeterminate],
  );
  return { allow, indeterminate: subtractPorts(possible, allow) };
}

/** Several ports at once count as allowed as soon as one of them is: that is the cautious reading. */
function outcomeOf(sets: { readonly allow: Ports; readonly indeterminate: Ports }): Outcome {
  if (sets.allow.length > 0) return 'allow';
  return sets.indeterminate.length > 0 ? 'indeterminate' : 'deny';
}
