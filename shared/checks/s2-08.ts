// S2-08: does the log contradict the model (1.2.3): let through what the policies deny, or the reverse. Any contradiction
// is a problem of the model, of drift or of enforcement, and keeps S1-04 from passing.
import type { CheckId } from '../base/brand.ts';
import { instantOf } from '../base/instant.ts';
import type { ReplayRow } from '../verdict/replay-types.ts';
import { agreementOf } from '../verdict/replay.ts';
import { clustersOf, sayOf } from './case-view.ts';
import type { CaseFacts, CheckAnswer, ClusterFacts, ControlCheck } from './check.ts';
import { flowWitness } from './s1-05.ts';
import { count } from '../scope/words.ts';
import { settle } from './settle.ts';

/** The check S2-08. */
export const logAgreesWithModel: ControlCheck = {
  id: 'S2-08' as CheckId,
  version: 1,
  title: 'The flow log does not contradict the policies',
  seedRow: 'S2',
  requirements: ['1.2.3'],
  procedures: ['1.2.3.a'],
  run,
};

function run(facts: CaseFacts): CheckAnswer {
  const all = clustersOf(facts).flatMap(cluster =>
    (cluster.replay?.rows ?? []).map(row => ({ cluster, row, agreement: agreementOf(row) })),
  );
  const failures = all
    .filter(one => one.agreement === 'contradict')
    .map(one => flowWitness(facts, one.cluster, one.row));
  const open = all.filter(one => one.agreement === 'indeterminate');
  const records = clustersOf(facts).reduce((sum, cluster) => sum + (cluster.replay?.summary.records ?? 0), 0);
  const missing = clustersOf(facts).filter(cluster => cluster.replay === undefined);
  const period = periodOf(all.map(one => one.row));
  return settle(
    {
      failures,
      doubts: open.map(one => flowWitness(facts, one.cluster, one.row)),
      gaps: [
        ...missing.map(cluster => sayOf(facts, cluster, 'no flow log was imported')),
        ...clustersOf(facts).flatMap(cluster => intentOnly(facts, cluster)),
      ],
      population: clustersOf(facts).flatMap(cluster =>
        cluster.replay === undefined || cluster.replay.rows.length === 0
          ? []
          : (cluster.flows?.files ?? ['flow log']),
      ),
      assumptions: [`${count(all.length, 'edge')} of ${count(records, 'record')} were compared`],
      ...(period === undefined ? {} : { period }),
    },
    {
      pass: `All ${count(all.length, 'edge')} of the flow log agree with the policies.`,
      fail: `${count(failures.length, 'edge')} of ${all.length} in the flow log contradict the policies.`,
      assess: `No contradiction in ${count(all.length, 'edge')}; ${open.length} cannot be compared.`,
      empty: 'No flow log was imported: there is nothing to compare with the policies.',
    },
    ['cluster', 'flows'],
  );
}

function intentOnly(facts: CaseFacts, cluster: ClusterFacts): readonly string[] {
  const gaps: string[] = [];
  if (cluster.simulator.snapshot.collection.fromManifests)
    gaps.push(sayOf(facts, cluster, 'the export is manifests, not the running state'));
  if (cluster.simulator.profile.enforces !== 'yes')
    gaps.push(sayOf(facts, cluster, 'the export does not show that a network plugin enforces policies'));
  return gaps;
}

function periodOf(rows: readonly ReplayRow[]): { readonly from: string; readonly to: string } | undefined {
  const from = rows.reduce((first, row) => Math.min(first, Date.parse(row.first)), Number.POSITIVE_INFINITY);
  const to = rows.reduce((last, row) => Math.max(last, Date.parse(row.last)), Number.NEGATIVE_INFINITY);
  return Number.isFinite(from) && Number.isFinite(to)
    ? { from: instantOf(from), to: instantOf(to) }
    : undefined;
}
