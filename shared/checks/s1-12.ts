// S1-12: ways around policies for pods (1.3.1, 1.3.2): in-scope pods on the node's own network or with a host port.
// Without a policy for hosts that contradicts for the CDE; in-scope pods beside the CDE, such as agents of the platform, are for the assessor.
import type { CheckId } from '../base/brand.ts';
import { besideCde, cdeWorkloads, nameIn, podlessGaps, type CaseWorkload } from './case-view.ts';
import type { CaseFacts, CheckAnswer, ClusterFacts, ControlCheck, Witness } from './check.ts';
import { segmentationAssumptions, segmentationGaps } from './completeness.ts';
import { count, leftToAssessor } from '../scope/words.ts';
import { settle } from './settle.ts';

/** The check S1-12. */
export const policyBypass: ControlCheck = {
  id: 'S1-12' as CheckId,
  version: 1,
  title: 'No in-scope pod goes round its policies through the node',
  seedRow: 'S1',
  requirements: ['1.3.1', '1.3.2'],
  procedures: ['1.3.1.b', '1.3.2.b'],
  run,
};

function run(facts: CaseFacts): CheckAnswer {
  const inside = cdeWorkloads(facts);
  const beside = besideCde(facts);
  const found = inside.flatMap(item => bypassesOf(facts, item));
  const around = beside.flatMap(item => bypassesOf(facts, item));
  const failures = found.filter(one => !one.hasHostPolicy).map(one => one.witness);
  const doubts = [...found.filter(one => one.hasHostPolicy), ...around].map(one => one.witness);
  return settle(
    {
      failures,
      doubts,
      gaps: [...segmentationGaps(facts), ...podlessGaps(inside)],
      population: inside.length === 0 ? [] : [...inside, ...beside].map(item => item.name),
      assumptions: [
        ...segmentationAssumptions(facts),
        'Privileges of containers and mounts of host paths are not examined here',
      ],
    },
    {
      pass: `None of ${count(inside.length, 'CDE workload')} uses the network or ports of its node, nor does any in-scope workload beside them.`,
      fail: `${count(failures.length, 'bypass', 'bypasses')} of pod policies in the CDE: the network or a port of the node is used, and no policy for hosts is in the export.`,
      assess: `No CDE pod bypasses its policies without a policy for hosts.${leftToAssessor(doubts.length, 'use of the node', 'uses of the node')}`,
      empty: 'No workload of the case is in the CDE: there is nothing to examine.',
    },
    ['cluster'],
  );
}

interface Bypass {
  readonly hasHostPolicy: boolean;
  readonly witness: Witness;
}

function bypassesOf(facts: CaseFacts, item: CaseWorkload): readonly Bypass[] {
  const hasHostPolicy = hostPolicies(item.facts) > 0;
  const state = hasHostPolicy ? 'host endpoints are present' : 'no policy for hosts is in the export';
  return item.pods.flatMap(pod => {
    const name = nameIn(facts, item.facts, pod.id);
    const say = (text: string): Bypass => ({
      hasHostPolicy,
      witness: { kind: 'object', text: `${name} ${text}; ${state}`, subject: item.name, source: pod.source },
    });
    if (pod.hostNetwork) return [say('uses the network of its node: policies for pods do not apply to it')];
    return pod.containers
      .flatMap(container => container.ports)
      .flatMap(port =>
        port.hostPort === undefined
          ? []
          : [say(`opens port ${port.hostPort} of its node (${port.protocol})`)],
      );
  });
}

function hostPolicies(cluster: ClusterFacts): number {
  return cluster.simulator.snapshot.policies.filter(object => object.kind === 'HostEndpoint').length;
}
