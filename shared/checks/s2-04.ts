// S2-04: how much of the traffic the flow logs cover (1.2.3, 1.2.4): nodes, period, lost records, aggregation. The numbers
// belong on the drawing itself; below the thresholds a drawing of seen flows says nothing.
import type { CheckId } from '../base/brand.ts';
import { flowCoverageOf, type FlowCoverage } from '../scope/flow-coverage.ts';
import { clustersOf, nameIn, sayOf } from './case-view.ts';
import type { CaseFacts, CheckAnswer, ClusterFacts, ControlCheck, Witness } from './check.ts';
import {
  allGaps,
  DRAWING_NODE_SHARE,
  DRAWING_SILENT_SHARE,
  nodeShareOf,
  periodOfFlows,
} from './flow-facts.ts';
import { count } from '../scope/words.ts';
import { settle } from './settle.ts';

/** The check S2-04. */
export const flowLogCoverage: ControlCheck = {
  id: 'S2-04' as CheckId,
  version: 1,
  title: 'Flow logs cover nodes and period',
  seedRow: 'S2',
  requirements: ['1.2.3', '1.2.4'],
  procedures: ['1.2.3.a', '1.2.4.a'],
  run,
};

function run(facts: CaseFacts): CheckAnswer {
  const measured = clustersOf(facts).map(cluster => ({
    cluster,
    coverage:
      cluster.flows === undefined ? undefined : flowCoverageOf(cluster.flows, cluster.simulator.snapshot),
  }));
  const thin = measured.flatMap(({ cluster, coverage }) => {
    const reason = thinOf(coverage);
    return reason === undefined ? [] : [sayOf(facts, cluster, reason)];
  });
  const records = measured.reduce((sum, part) => sum + (part.coverage?.records ?? 0), 0);
  const period = periodOfFlows(measured.map(part => part.coverage));
  const span = period === undefined ? '' : `, ${period.from} to ${period.to}`;
  const numbers = measured
    .flatMap(part =>
      part.coverage === undefined ? [] : [sayOf(facts, part.cluster, inNumbers(part.coverage))],
    )
    .join('; ');
  return settle(
    {
      failures: [],
      notes: measured.flatMap(part =>
        part.coverage === undefined ? [] : [witness(facts, part.cluster, part.coverage)],
      ),
      gaps: measured.flatMap(part => allGaps(part.coverage).map(text => sayOf(facts, part.cluster, text))),
      ...(thin.length === 0 ? {} : { noData: thin.join('; ') }),
      population: measured.flatMap(part =>
        (part.cluster.flows?.files ?? []).map(file => nameIn(facts, part.cluster, file)),
      ),
      assumptions: measured.flatMap(part => aggregation(facts, part.cluster, part.coverage)),
      ...(period === undefined ? {} : { period }),
    },
    {
      pass: `The flow logs are complete: ${numbers}${span}.`,
      assess: `The flow logs do not cover everything: ${numbers}${span}.`,
      empty: records === 0 ? 'No flow log was imported.' : 'The flow logs name no file.',
    },
    ['flows', 'cluster'],
  );
}

function thinOf(coverage: FlowCoverage | undefined): string | undefined {
  if (coverage === undefined) return 'no flow log was imported';
  if (coverage.records === 0) return 'the flow log holds no record';
  if (coverage.nodesComparable && nodeShareOf(coverage) < DRAWING_NODE_SHARE)
    return `fewer than half of the nodes reported flows: ${inNumbers(coverage)}`;
  if (coverage.silentShare > DRAWING_SILENT_SHARE)
    return `the flow log is silent for more than half of its period: ${inNumbers(coverage)}`;
  return undefined;
}

function inNumbers(coverage: FlowCoverage): string {
  const all = coverage.nodesPresent + coverage.nodesMissing.length;
  const nodes = coverage.nodesComparable
    ? `${coverage.nodesPresent} of ${count(all, 'node')}`
    : 'nodes not comparable';
  return `${count(coverage.records, 'record')}, ${nodes}, ${count(coverage.silences.length, 'silence')} over five minutes, ${coverage.lost} lost`;
}

function witness(facts: CaseFacts, cluster: ClusterFacts, coverage: FlowCoverage): Witness {
  const file = cluster.flows?.files[0];
  return {
    kind: 'record',
    text: sayOf(facts, cluster, inNumbers(coverage)),
    subject: cluster.simulator.snapshot.cluster,
    ...(file === undefined ? {} : { source: { file, line: 1 } }),
  };
}

/** Names shortened to their controller lose no connection, but the pod: said, not counted as a gap. */
function aggregation(
  facts: CaseFacts,
  cluster: ClusterFacts,
  coverage: FlowCoverage | undefined,
): readonly string[] {
  if (coverage === undefined || coverage.aggregated === 0) return [];
  const text = `${coverage.aggregated} of ${coverage.records} records name pods only by the prefix of their controller`;
  return [sayOf(facts, cluster, text)];
}
