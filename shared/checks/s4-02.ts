// S4-02: in-scope pods that can be reached through an exposure without being authorised as public services (1.4.2). An
// exposure that policies close is not counted; authorisation is a mark or a justification of a person.
import { ensure } from '../base/assert.ts';
import type { CheckId } from '../base/brand.ts';
import { intersectPorts } from '../policy/port-set.ts';
import { externalRange } from '../scope/peers.ts';
import { isEntryController } from '../verdict/entry-ports.ts';
import type { ReachRow } from '../verdict/verdict.ts';
import {
  cdeWorkloads,
  besideCde,
  isJustified,
  isPublicService,
  podlessGaps,
  sayOf,
  type CaseWorkload,
} from './case-view.ts';
import type { CaseFacts, CheckAnswer, ClusterFacts, ControlCheck, Witness } from './check.ts';
import { segmentationAssumptions, segmentationGaps } from './completeness.ts';
import { exposuresOf, type Exposure } from './exposures.ts';
import { count, leftToAssessor } from '../scope/words.ts';
import { settle } from './settle.ts';

/** The check S4-02. */
export const unauthorisedExposure: ControlCheck = {
  id: 'S4-02' as CheckId,
  version: 1,
  title: 'No in-scope pod is exposed without being authorised as a public service',
  seedRow: 'S4',
  requirements: ['1.4.2'],
  procedures: ['1.4.2'],
  run,
};

function run(facts: CaseFacts): CheckAnswer {
  const inScope = [...cdeWorkloads(facts), ...besideCde(facts)];
  const isKnown = inScope.some(item => item.decision.category !== 'undetermined');
  const views = new Map(facts.clusters.map(cluster => [cluster, viewOf(cluster)]));
  const exposed = inScope.flatMap(item =>
    exposedOf(facts, item, ensure(views.get(item.facts), 'every cluster of the case has a view')),
  );
  const isSure = (one: Exposed): boolean => one.open === 'yes' && !one.authorised && one.isDecided;
  const failures = exposed.filter(isSure).map(one => one.witness);
  const doubts = exposed.filter(one => one.open !== 'no' && !isSure(one)).map(one => one.witness);
  const notes = exposed.filter(one => one.open === 'no').map(one => one.witness);
  return settle(
    {
      failures,
      doubts,
      notes,
      gaps: [...segmentationGaps(facts), ...podlessGaps(cdeWorkloads(facts))],
      population: isKnown ? inScope.map(item => item.name) : [],
      assumptions: segmentationAssumptions(facts),
    },
    {
      pass: `None of ${count(inScope.length, 'in-scope workload')} can be reached through an exposure of the cluster.`,
      fail: `${count(failures.length, 'exposure')} of in-scope workloads ${failures.length === 1 ? 'is' : 'are'} open without an authorisation on record.`,
      assess: `No in-scope workload is known to be exposed without authorisation.${leftToAssessor(doubts.length, 'exposure')}`,
      empty: 'No workload of the case is known to be in scope: there is nothing to examine.',
    },
    ['cluster'],
  );
}

interface Exposed {
  readonly open: 'yes' | 'no' | 'unknown';
  readonly authorised: boolean;
  /** False where the scope of the workload itself is undetermined. */
  readonly isDecided: boolean;
  readonly witness: Witness;
}

/** What is asked of a cluster again and again, read once. */
interface ClusterView {
  readonly exposures: readonly Exposure[];
  /** Workloads that forward what Ingress, Routes and Gateways let in. */
  readonly controllers: ReadonlySet<string>;
  readonly rowsTo: ReadonlyMap<string, readonly ReachRow[]>;
}

function viewOf(cluster: ClusterFacts): ClusterView {
  const { snapshot } = cluster.simulator;
  const rowsTo = new Map<string, ReachRow[]>();
  for (const row of cluster.reach.rows) {
    const target = row.dstWorkload ?? row.dst;
    const rows = rowsTo.get(target);
    if (rows === undefined) rowsTo.set(target, [row]);
    else rows.push(row);
  }
  return {
    exposures: exposuresOf(snapshot).filter(exposure => exposure.pods.length > 0),
    controllers: new Set(snapshot.pods.filter(isEntryController).map(pod => pod.workload)),
    rowsTo,
  };
}

function exposedOf(facts: CaseFacts, item: CaseWorkload, view: ClusterView): readonly Exposed[] {
  const own = new Set(item.pods.map(pod => pod.id));
  return view.exposures
    .filter(exposure => exposure.pods.some(pod => own.has(pod)))
    .map(exposure => {
      const open = exposure.internal || exposure.via === 'other' ? 'unknown' : openness(item, exposure, view);
      const authorised = isPublicService(facts, item) || isJustified(facts, ...exposure.names);
      const state = { yes: 'open by policy', no: 'closed by policy', unknown: 'cannot be told' }[open];
      const record = authorised ? 'authorised on record' : 'no authorisation on record';
      const text = `${item.workload.id} is exposed by ${exposure.text}: ${state}, ${record}`;
      return {
        open,
        authorised,
        isDecided: item.decision.category !== 'undetermined',
        witness: {
          kind: 'object',
          text: sayOf(facts, item.facts, text),
          subject: item.name,
          source: exposure.source,
        },
      };
    });
}

/** Whether policies let what comes in through the exposure reach the workload on its ports. */
function openness(item: CaseWorkload, exposure: Exposure, view: ClusterView): Exposed['open'] {
  const rows = view.rowsTo.get(item.workload.id) ?? [];
  const from = (which: (row: ReachRow) => boolean): Exposed['open'] => {
    const met = rows.filter(which);
    if (met.some(row => meets(row.allow, exposure))) return 'yes';
    return met.some(row => meets(row.indeterminate, exposure)) ? 'unknown' : 'no';
  };
  const direct = from(row => externalRange(row.src) !== undefined);
  if (direct === 'yes' || exposure.via === 'direct') return direct;
  if (exposure.via === 'entry') {
    const through = from(row => row.src.startsWith('{') || view.controllers.has(row.srcWorkload ?? row.src));
    if (through !== 'no') return through;
    // A rule may name a controller that the export does not hold.
    return view.controllers.size === 0 ? 'unknown' : direct;
  }
  // The client's address may be a node's by the time it arrives, and a node always reaches its own pods.
  const byNode = from(row => row.src.startsWith('host:'));
  return byNode === 'no' ? direct : 'unknown';
}

function meets(ports: ReachRow['allow'], exposure: Exposure): boolean {
  return exposure.ports === undefined ? ports.length > 0 : intersectPorts(ports, exposure.ports).length > 0;
}
