// Whether policies isolate a pod in one direction, and whether what no rule allows really ends in deny.
// Calico's tiers may pass everything on to the default allow: then a pod is selected and yet open.
import type { PodId } from '../base/brand.ts';
import { intersectPorts } from '../policy/port-set.ts';
import type { CompiledPolicy, Direction, Endpoint } from '../policy/compiled.ts';
import type { Cluster } from './compiled-cluster.ts';
import type { SelectingPolicy } from './side-walk.ts';
import type { Isolation } from './verdict.ts';

/** The isolation of a pod; a pod that is not alive or uses the node's network is not isolated. */
export function isolationOf(cluster: Cluster, pod: PodId, direction: Direction): Isolation {
  const subject = cluster.endpoints.pods.get(pod);
  if (subject?.kind !== 'pod') return { isolated: 'no', policies: [], terminalDeny: 'no' };
  const selecting = cluster.decider.selecting(subject, direction);
  const policies = selecting.map(nameOf);
  const waiting = cluster.decider.staged(subject, direction).map(nameOf);
  const staged = waiting.length === 0 ? {} : { staged: waiting };
  if (cluster.profile.enforces === 'no') return { isolated: 'no', policies, ...staged, terminalDeny: 'no' };
  const open = cluster.decider.open(subject, direction);
  const closing = selecting.filter(({ policy }) => policy.leavesOpen?.includes(direction) !== true);
  const isSelected = closing.some(({ truth }) => truth === 'yes');
  const mayBeSelected = closing.length > 0 || open.length > 0 || isGuarded(cluster, subject, direction);
  return {
    isolated: isSelected ? 'yes' : mayBeSelected ? 'unknown' : 'no',
    policies,
    ...staged,
    terminalDeny: terminalDeny(cluster, subject, direction),
  };
}

/** Whether another gate (mesh, egress firewall) may close the pod: that isolates it in part, which is for a person to judge. */
function isGuarded(cluster: Cluster, subject: Endpoint, direction: Direction): boolean {
  const closes = (policy: CompiledPolicy): boolean =>
    (direction === 'ingress' ? policy.ingressRules : policy.egressRules).some(rule => rule.action === 'deny');
  return (cluster.policies.gates ?? []).some(gate =>
    gate[direction].some(stage =>
      stage.policies.some(
        policy =>
          !policy.staged &&
          (stage.whenSelected === 'deny' || closes(policy)) &&
          policy.selects(subject) !== 'no',
      ),
    ),
  );
}

function nameOf({ policy }: SelectingPolicy): Isolation['policies'][number] {
  return { id: policy.id, source: policy.source };
}

/** Asks every peer there is: `no` as soon as one gets through only because no stage decided. */
function terminalDeny(cluster: Cluster, subject: Endpoint, direction: Direction): Isolation['terminalDeny'] {
  const { table } = cluster;
  const own = table.classOf(subject);
  let isOpen = cluster.decider.open(subject, direction).some(policy => policy.restrictsOnly !== true);
  const rows = table.rows[direction];
  for (const number of new Set(own === undefined ? [] : rows.row(rows.rowOf(own)))) {
    const { allow, indeterminate, undecided } = table.tables.setsOf(number);
    if (undecided.length === 0) continue;
    if (intersectPorts(undecided, allow).length > 0) return 'no';
    if (intersectPorts(undecided, indeterminate).length > 0) isOpen = true;
  }
  return isOpen ? 'unknown' : 'yes';
}
