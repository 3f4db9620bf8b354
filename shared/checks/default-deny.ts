// Default deny in one direction on each in-scope pod: the body of S1-02 (ingress) and S1-03 (egress). A pod counts as
// protected when an enforced policy selects it and what no rule allows ends in a deny.
import type { Pod } from '../model/snapshot.ts';
import type { Direction } from '../policy/compiled.ts';
import { besideCde, cdeWorkloads, nameIn, podlessGaps, type CaseWorkload } from './case-view.ts';
import type { CaseFacts, CheckAnswer, Witness } from './check.ts';
import { otherIsolation, segmentationAssumptions, segmentationGaps } from './completeness.ts';
import { count, leftToAssessor } from '../scope/words.ts';
import { settle } from './settle.ts';

/** Asks every in-scope pod for its default deny. */
export function checkDefaultDeny(facts: CaseFacts, direction: Direction): CheckAnswer {
  const inside = cdeWorkloads(facts).flatMap(item => podsOf(item));
  const beside = besideCde(facts).flatMap(item => podsOf(item));
  const judged = inside.map(item => judge(facts, item, direction));
  const around = beside.map(item => judge(facts, item, direction));
  const failures = judged.filter(one => one.state === 'open').map(one => one.witness);
  const doubts = [
    ...judged.filter(one => one.state === 'unclear').map(one => one.witness),
    ...around.filter(one => one.state !== 'protected').map(one => one.witness),
  ];
  const sure = judged.filter(one => one.state === 'protected');
  const enforcement = facts.clusters.some(cluster => cluster.simulator.profile.enforces === 'unknown');
  const noPolicies = facts.clusters.filter(cluster => !hasPolicies(cluster.simulator.snapshot));
  const reason = enforcement
    ? 'the export does not show whether a network plugin enforces policies'
    : noPolicies.length > 0
      ? 'no policies were collected'
      : undefined;
  const pods = count(inside.length, 'pod');
  return settle(
    {
      failures,
      doubts,
      notes: sure.map(one => one.witness),
      gaps: [...segmentationGaps(facts), ...podlessGaps(cdeWorkloads(facts))],
      ...(reason === undefined ? {} : { noData: reason }),
      population:
        inside.length === 0
          ? []
          : [...inside, ...beside].map(item => nameIn(facts, item.owner.facts, item.pod.id)),
      assumptions: segmentationAssumptions(facts),
    },
    {
      pass: `Each of ${pods} of the CDE has a default deny for ${direction}.`,
      fail: `${count(failures.length, 'pod')} of ${inside.length} in the CDE ${failures.length === 1 ? 'has' : 'have'} no default deny for ${direction}.`,
      assess: `${sure.length} of ${pods} of the CDE show a default deny for ${direction}.${leftToAssessor(doubts.length, 'in-scope pod')}`,
      empty: 'No workload of the case is in the CDE: there is nothing to examine.',
    },
    ['cluster'],
  );
}

interface OwnedPod {
  readonly owner: CaseWorkload;
  readonly pod: Pod;
}

interface Judged {
  readonly state: 'protected' | 'open' | 'unclear';
  readonly witness: Witness;
}

function podsOf(owner: CaseWorkload): readonly OwnedPod[] {
  return owner.pods.map(pod => ({ owner, pod }));
}

function judge(facts: CaseFacts, { owner, pod }: OwnedPod, direction: Direction): Judged {
  const { simulator } = owner.facts;
  const subject = nameIn(facts, owner.facts, pod.id);
  const say = (state: Judged['state'], text: string, source = pod.source): Judged => ({
    state,
    witness: {
      kind: state === 'protected' ? 'rule' : 'object',
      text: `${subject}: ${text}`,
      subject,
      source,
    },
  });
  if (pod.hostNetwork && !simulator.profile.hostNetworkAsPod) return judgeHost(owner, say);
  if (simulator.profile.enforces === 'no')
    return say('open', 'policies are not enforced by the network plugin that was found');
  const isolation = simulator.isolation(pod.id, direction);
  const [policy] = isolation.policies;
  if (isolation.isolated === 'yes' && isolation.terminalDeny === 'yes')
    return say('protected', `isolated for ${direction} by ${policy?.id ?? 'policy'}`, policy?.source);
  const others = otherIsolation(owner.facts, pod);
  if (isolation.isolated === 'no') {
    const staged = (isolation.staged ?? []).map(one => `${one.id} would, but is only staged`);
    const text = [`no enforced policy selects it for ${direction}`, ...staged, ...others].join('; ');
    return say(others.length > 0 ? 'unclear' : 'open', text);
  }
  if (isolation.terminalDeny === 'no' && isolation.isolated === 'yes') {
    const text = `${policy?.id ?? 'a policy'} selects it for ${direction}, but what no rule allows passes on to the default allow`;
    return say(others.length > 0 ? 'unclear' : 'open', text, policy?.source);
  }
  return say('unclear', `whether it is isolated for ${direction} depends on a policy that is not simulated`);
}

/** Policies for pods never protect a process on the node's own network; a host endpoint might. */
function judgeHost(owner: CaseWorkload, say: (state: Judged['state'], text: string) => Judged): Judged {
  const text = 'uses the network of its node: policies for pods do not apply to it';
  const hasHostPolicy = owner.facts.simulator.snapshot.policies.some(
    object => object.kind === 'HostEndpoint',
  );
  if (hasHostPolicy) return say('unclear', `${text}; host endpoints are present`);
  const mayDecide = owner.facts.simulator.policies.decidesHost !== undefined;
  return mayDecide ? say('unclear', `${text}; host policies are present`) : say('open', text);
}

/** Whether any look at policies is possible: at least NetworkPolicies were asked for, or policies are there. */
function hasPolicies(snapshot: CaseWorkload['facts']['simulator']['snapshot']): boolean {
  return (
    snapshot.policies.length > 0 ||
    snapshot.collection.kinds.some(entry => entry.kind === 'NetworkPolicy' && entry.state === 'asked-none')
  );
}
