// S4-04: where the CDE may go on the Internet (1.3.2, 1.4.1). The Internet at large contradicts; networks that a rule
// names are the assessor's to judge until somebody recorded why they are needed.
import { printAddressRange } from '../base/address.ts';
import type { CheckId } from '../base/brand.ts';
import { cdePaths, externalReach, isByRule, pathWitness, portsOf, type ExternalReach } from './cde-paths.ts';
import { cdeWorkloads, clustersOf, isJustified, podlessGaps, type CaseWorkload } from './case-view.ts';
import type { CaseFacts, CheckAnswer, ControlCheck, Witness } from './check.ts';
import { otherIsolation, segmentationAssumptions, segmentationGaps } from './completeness.ts';
import { count, leftToAssessor } from '../scope/words.ts';
import { settle } from './settle.ts';

/** The check S4-04. */
export const cdeEgressToInternet: ControlCheck = {
  id: 'S4-04' as CheckId,
  version: 1,
  title: 'The CDE reaches only named destinations outside',
  seedRow: 'S4',
  requirements: ['1.3.2', '1.4.1'],
  procedures: ['1.3.2.b', '1.4.1.b'],
  run,
};

function run(facts: CaseFacts): CheckAnswer {
  const inside = cdeWorkloads(facts);
  const parts = clustersOf(facts).flatMap(cluster => {
    const own = new Map<string, CaseWorkload>(
      inside.filter(item => item.facts === cluster).map(item => [item.workload.id, item]),
    );
    const paths = cdePaths(cluster, new Set(own.keys())).filter(path => path.direction === 'egress');
    return externalReach(paths).flatMap(reach => {
      const item = own.get(reach.cde);
      return item === undefined ? [] : [judge(facts, item, reach)];
    });
  });
  const failures = parts.flatMap(part => part.failures);
  const doubts = parts.flatMap(part => part.doubts);
  const notes = parts.flatMap(part => part.notes);
  return settle(
    {
      failures,
      doubts,
      notes,
      gaps: [...segmentationGaps(facts), ...podlessGaps(inside)],
      population: inside.map(item => item.name),
      assumptions: segmentationAssumptions(facts),
    },
    {
      pass: `None of ${count(inside.length, 'CDE workload')} may reach the Internet at large; ${count(notes.length, 'named destination')} ${notes.length === 1 ? 'has' : 'have'} a recorded reason.`,
      fail: `${count(failures.length, 'CDE workload')} of ${inside.length} may reach the Internet at large.`,
      assess: `No CDE workload was found that may reach the Internet at large.${leftToAssessor(doubts.length, 'destination')}`,
      empty: 'No workload of the case is in the CDE: there is nothing to examine.',
    },
    ['cluster'],
  );
}

interface Part {
  readonly failures: readonly Witness[];
  readonly doubts: readonly Witness[];
  readonly notes: readonly Witness[];
}

function judge(facts: CaseFacts, item: CaseWorkload, reach: ExternalReach): Part {
  const say = ({ range, rows }: ExternalReach['named'][number], more = ''): Witness =>
    pathWitness(
      item.name,
      `${item.name} may reach ${printAddressRange(range)} on ${portsOf(rows)}${more}`,
      rows,
      'egress',
      item.workload.source,
    );
  const others = item.pods.flatMap(pod => otherIsolation(item.facts, pod));
  const isSure = (rows: ExternalReach['named'][number]['rows']): boolean =>
    isByRule(rows) || others.length === 0;
  const wide = reach.internet;
  const named = reach.named.map(one => {
    const name = printAddressRange(one.range);
    return { one, known: isJustified(facts, name, `${reach.cde} -> ${name}`) };
  });
  const { open } = reach;
  const [worst, ...wider] = wide.filter(one => isSure(one.rows)).map(one => say(one));
  return {
    failures: worst === undefined ? [] : [worst],
    doubts: [
      ...wide.filter(one => !isSure(one.rows)).map(one => say(one, `; ${others.join('; ')}`)),
      ...named.filter(({ known }) => !known).map(({ one }) => say(one, ' (no reason on record)')),
      ...(open.length === 0
        ? []
        : [
            pathWitness(
              item.name,
              `whether ${item.name} may reach ${count(open.length, 'address range')} cannot be told from the files`,
              open.map(path => path.row),
              'egress',
              item.workload.source,
            ),
          ]),
    ],
    notes: [
      ...wider,
      ...named.filter(({ known }) => known).map(({ one }) => say(one, ' (a reason is on record)')),
    ],
  };
}
