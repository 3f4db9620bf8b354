// S1-11: are policies enforced at all (1.2.1). Fails only where policies exist and the network plugin is known to ignore
// them; a plugin that was merely named by a person, or whose health is not shown, is for the assessor.
import type { CheckId } from '../base/brand.ts';
import type { KubernetesObject } from '../model/object.ts';
import { numberAt } from '../model/read.ts';
import { clustersOf, nameIn, sayOf } from './case-view.ts';
import type { CaseFacts, CheckAnswer, ClusterFacts, ControlCheck, Witness } from './check.ts';
import { count } from '../scope/words.ts';
import { settle } from './settle.ts';

/** The check S1-11. */
export const policiesEnforced: ControlCheck = {
  id: 'S1-11' as CheckId,
  version: 1,
  title: 'Policies are enforced by the network plugin',
  seedRow: 'S1',
  requirements: ['1.2.1'],
  procedures: ['1.2.1.b'],
  run,
};

function run(facts: CaseFacts): CheckAnswer {
  const clusters = clustersOf(facts);
  const withPolicies = clusters.filter(cluster => policiesOf(cluster).length > 0);
  const failures = withPolicies
    .filter(cluster => cluster.simulator.profile.enforces === 'no')
    .flatMap(cluster => signs(facts, cluster));
  const rest = withPolicies.filter(cluster => cluster.simulator.profile.enforces !== 'no');
  const health = rest.map(cluster => ({ cluster, ...healthOf(facts, cluster) }));
  return settle(
    {
      failures,
      doubts: health.filter(one => one.open !== undefined).flatMap(one => one.witnesses),
      notes: health.filter(one => one.open === undefined).flatMap(one => one.witnesses),
      gaps: [
        ...health.flatMap(one => (one.open === undefined ? [] : [sayOf(facts, one.cluster, one.open)])),
        ...clusters
          .filter(cluster => !withPolicies.includes(cluster))
          .map(cluster => sayOf(facts, cluster, 'no policy objects are in the export')),
        ...clusters
          .filter(cluster => cluster.simulator.snapshot.collection.fromManifests)
          .map(cluster => sayOf(facts, cluster, 'the export is manifests, not the running state')),
      ],
      population: withPolicies.flatMap(cluster =>
        policiesOf(cluster).map(policy =>
          nameIn(facts, cluster, `${policy.kind} ${policy.meta.namespace ?? ''}/${policy.meta.name}`),
        ),
      ),
      assumptions: ['That an agent is ready does not show that every rule is programmed'],
    },
    {
      pass: `A network plugin that enforces policies runs and is ready in ${count(withPolicies.length, 'cluster')}.`,
      fail: `Policies are present, but the network plugin that was found does not enforce them, in ${count(withPolicies.length - rest.length, 'cluster')} of ${clusters.length}.`,
      assess: `Whether the policies are enforced is not fully shown by the export.`,
      empty: 'No policy object is in the export: there is nothing to enforce.',
    },
    ['cluster'],
  );
}

function policiesOf(cluster: ClusterFacts): readonly KubernetesObject[] {
  return cluster.simulator.snapshot.policies.filter(
    policy => policy.kind.endsWith('Policy') && !policy.kind.startsWith('Staged'),
  );
}

function signs(facts: CaseFacts, cluster: ClusterFacts): readonly Witness[] {
  const shown = cluster.simulator.profile.evidence.map((item): Witness => ({
    kind: 'object',
    text: sayOf(facts, cluster, item.text),
    subject: cluster.simulator.snapshot.cluster,
    ...(item.source === undefined ? {} : { source: item.source }),
  }));
  if (shown.length > 0) return shown;
  const text = sayOf(
    facts,
    cluster,
    `profile ${cluster.simulator.profile.name}: enforcement is ${cluster.simulator.profile.enforces}`,
  );
  return [{ kind: 'record', text, subject: cluster.simulator.snapshot.cluster }];
}

/** The agents behind the evidence: found in the export, and as many ready as there should be. */
function healthOf(
  facts: CaseFacts,
  cluster: ClusterFacts,
): { readonly witnesses: readonly Witness[]; readonly open?: string } {
  const witnesses = signs(facts, cluster);
  const { profile, snapshot } = cluster.simulator;
  if (profile.enforces !== 'yes')
    return { witnesses, open: 'the export does not show whether a network plugin enforces policies' };
  const agents = snapshot.objects.filter(
    object =>
      object.kind === 'DaemonSet' &&
      profile.evidence.some(
        item => item.source?.file === object.source.file && item.source.line === object.source.line,
      ),
  );
  if (agents.length === 0)
    return {
      witnesses,
      open: 'the DaemonSet of the network plugin is not in the export: its health is not shown',
    };
  const sick = agents.find(agent => {
    const wanted = numberAt(agent.body, 'status', 'desiredNumberScheduled');
    const ready = numberAt(agent.body, 'status', 'numberReady');
    return wanted === undefined || ready === undefined || wanted === 0 || ready < wanted;
  });
  if (sick === undefined) return { witnesses };
  const wanted = numberAt(sick.body, 'status', 'desiredNumberScheduled');
  const ready = numberAt(sick.body, 'status', 'numberReady');
  const name = `${sick.meta.namespace ?? ''}/${sick.meta.name}`;
  return {
    witnesses,
    open:
      wanted === undefined || ready === undefined
        ? `DaemonSet ${name} does not show how many agents are ready`
        : `DaemonSet ${name} has ${ready} of ${wanted} agents ready`,
  };
}
