// Section 2: the numbers of the case, each counted from the data of this report; none is an opinion.
import type { RequirementState } from '../../evidence/requirement-states.ts';
import type { FindingWord } from '../../records/engagement.ts';
import { storedFiles, type ReportInput } from '../report-input.ts';
import type { Block, Figure, Inline } from '../tree.ts';
import { count, counted, datesOfFiles } from '../words.ts';

const WORDS: readonly FindingWord[] = ['In Place', 'Not in Place', 'Not Applicable', 'Not Tested'];

/** The figures and one table. */
export function factsSection(input: ReportInput, states: readonly RequirementState[]): readonly Block[] {
  const workloads = input.clusters.reduce((sum, item) => sum + item.simulator.snapshot.workloads.length, 0);
  const cde = input.scope.decisions.filter(item => item.category === 'cde').length;
  const files = storedFiles(input.files);
  const outcome = (word: string): number => input.checks.filter(check => check.outcome === word).length;
  const figures: readonly Figure[] = [
    { value: count(workloads), label: `workloads in ${counted(input.clusters.length, 'cluster')}` },
    { value: count(cde), label: 'workloads in the CDE' },
    { value: count(files.length), label: 'files imported and stored' },
    { value: count(input.engagement.evidence.length), label: 'evidence items cited' },
    { value: count(outcome('pass')), label: 'checks consistent with', mark: 'consistent' },
    { value: count(outcome('fail')), label: 'checks contradict', mark: 'contradicts' },
    { value: count(outcome('assess')), label: 'checks for assessor', mark: 'assess' },
    { value: count(outcome('no-data')), label: 'checks without data', mark: 'no-data' },
  ];
  return [
    { kind: 'heading', level: 1, id: 'facts', text: '2 Facts at a glance' },
    { kind: 'figures', items: figures },
    {
      kind: 'paragraph',
      tone: 'source',
      runs: [
        {
          text: `Counted ${datesOfFiles(input)}. A requirement counts once; Open means that no person has set a finding.`,
        },
      ],
    },
    {
      kind: 'table',
      caption: 'Findings by principal requirement',
      columns: [
        { title: 'Requirement', width: 58, kind: 'text' },
        ...WORDS.map(title => ({
          title,
          width: title === 'Not Applicable' ? 12 : 9,
          kind: 'number' as const,
        })),
        { title: 'Open', width: 8, kind: 'number' as const },
      ],
      rows: matrix(input, states),
      empty: 'The catalogue holds no requirement.',
    },
  ];
}

function matrix(input: ReportInput, states: readonly RequirementState[]): readonly (readonly Inline[])[] {
  const principals = input.catalogue.requirements.filter(item => item.kind === 'principal');
  const rows = principals.map(principal => {
    const mine = states.filter(state => state.requirement.number.split('.')[0] === principal.number);
    return rowOf(`${principal.number} ${principal.title}`, mine, false);
  });
  return [...rows, rowOf('All', states, true)];
}

function rowOf(title: string, states: readonly RequirementState[], strong: boolean): readonly Inline[] {
  const cell = (value: number): Inline => [
    {
      text: value === 0 ? '·' : count(value),
      ...(strong ? { style: 'strong' } : value === 0 ? { style: 'muted' } : {}),
    },
  ];
  return [
    [{ text: title, ...(strong ? { style: 'strong' } : {}) }],
    ...WORDS.map(word => cell(states.filter(state => state.finding?.finding === word).length)),
    cell(states.filter(state => state.finding === undefined).length),
  ];
}
