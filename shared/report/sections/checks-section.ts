// Sections 5 and 6: every check result with its witnesses and coverage, and what was observed against what policies
// say. Outcomes in words; long lists are cut with the number of what is left out and where it is whole.
import { compareBy } from '../../base/order.ts';
import type { CheckResult, Witness } from '../../checks/check.ts';
import type { ReplayRow } from '../../verdict/replay-types.ts';
import type { ReportCluster, ReportInput } from '../report-input.ts';
import type { Block, Inline } from '../tree.ts';
import {
  count,
  counted,
  outcomeRun,
  periodWords,
  shortDigest,
  sourceRun,
  standsOn,
  NO_CLUSTER,
} from '../words.ts';

const WITNESSES = 25;
const POPULATION = 30;
const ROWS = 60;

/** Section 5. */
export function checksSection(input: ReportInput): readonly Block[] {
  return [
    { kind: 'heading', level: 1, id: 'checks', text: '5 Results of checks' },
    {
      kind: 'paragraph',
      runs: [
        {
          text: 'A result is evidence for the assessor, not a finding. It holds for the data and the coverage named with it, and for nothing else.',
        },
      ],
    },
    {
      kind: 'table',
      caption: '',
      columns: [
        { title: 'Check', width: 9, kind: 'text' },
        { title: 'Result', width: 19, kind: 'text' },
        { title: 'What is checked', width: 46, kind: 'text' },
        { title: 'Requirements', width: 18, kind: 'text' },
        { title: 'Examined', width: 9, kind: 'number' },
      ],
      rows: input.checks.map(check => [
        [{ text: check.id, to: `check-${check.id}` }],
        [outcomeRun(check.outcome)],
        [{ text: check.title }],
        [{ text: check.requirements.join(', ') }],
        [{ text: count(check.coverage.examined) }],
      ]),
      empty: 'No check was run.',
    },
    { kind: 'heading', level: 2, id: 'checks-each', text: 'Each result with its witnesses' },
    ...input.checks.flatMap(check => checkBlocks(input, check)),
  ];
}

function checkBlocks(input: ReportInput, check: CheckResult): readonly Block[] {
  const { coverage } = check;
  const lines = (items: readonly string[]): Inline => [{ text: items.join('\n') }];
  return [
    { kind: 'heading', level: 3, id: `check-${check.id}`, text: `${check.id} ${check.title}` },
    { kind: 'paragraph', runs: [outcomeRun(check.outcome), { text: ` · ${check.sentence}` }] },
    {
      kind: 'paragraph',
      tone: 'source',
      runs: [
        {
          text: `${standsOn(input, check)}. For ${check.requirements.join(', ')}${check.procedures.length === 0 ? '' : `; procedures ${check.procedures.join(', ')}`}. Group ${check.seedRow}.`,
        },
      ],
    },
    ...(check.witnesses.length === 0 ? [] : [witnessTable(check.witnesses)]),
    {
      kind: 'facts',
      items: [
        { label: 'Examined', value: examinedWords(input, check) },
        ...(coverage.period === undefined
          ? []
          : [{ label: 'Period', value: [{ text: periodWords(coverage.period) }] }]),
        {
          label: 'Gaps',
          value: coverage.gaps.length === 0 ? [{ text: 'none known' }] : lines(coverage.gaps),
        },
        ...(coverage.assumptions.length === 0
          ? []
          : [{ label: 'Assumptions', value: lines(coverage.assumptions) }]),
        {
          label: 'Rests on files',
          value:
            check.inputs.length === 0
              ? [{ text: 'none' }]
              : [
                  { text: check.inputs.slice(0, 12).map(shortDigest).join('  '), style: 'mono' as const },
                  ...(check.inputs.length > 12 ? [{ text: ` and ${check.inputs.length - 12} more` }] : []),
                ],
        },
      ],
    },
  ];
}

/** The population: named in full once, by reference where an earlier check examined the same objects. */
function examinedWords(input: ReportInput, { id, coverage }: CheckResult): Inline {
  const { population } = coverage;
  const number = { text: count(coverage.examined) };
  if (population.length === 0) return [number];
  const key = population.join('\n');
  const first = input.checks.find(other => other.coverage.population.join('\n') === key);
  if (first !== undefined && first.id !== id)
    return [
      number,
      { text: ', the same objects as ' },
      { text: `check ${first.id}`, to: `check-${first.id}` },
    ];
  const shown = population.slice(0, POPULATION);
  const rest = population.length - shown.length;
  const more = rest > 0 ? `, and ${count(rest)} more` : '';
  return [number, { text: `: ${shown.join(', ')}${more}`, style: 'muted' }];
}

function witnessTable(witnesses: readonly Witness[]): Block {
  const shown = witnesses.slice(0, WITNESSES);
  const rest = witnesses.length - shown.length;
  return {
    kind: 'table',
    caption:
      rest > 0
        ? `Witnesses: the first ${shown.length} of ${count(witnesses.length)}; the results in the package hold all`
        : 'Witnesses',
    columns: [
      { title: 'Kind', width: 11, kind: 'text' },
      { title: 'What was seen', width: 50, kind: 'text' },
      { title: 'File and line', width: 39, kind: 'text' },
    ],
    rows: shown.map(witness => [
      [{ text: witness.kind.replaceAll('-', ' ') }],
      [
        ...(witness.subject === undefined
          ? []
          : [{ text: `${witness.subject}\n`, style: 'strong' as const }]),
        { text: witness.text },
      ],
      [
        sourceRun(witness.source),
        ...(witness.digest === undefined
          ? []
          : [{ text: `\nsha256 ${shortDigest(witness.digest)}`, style: 'muted' as const }]),
      ],
    ]),
    empty: '',
  };
}

/** Section 6. */
export function flowsSection(input: ReportInput): readonly Block[] {
  return [
    { kind: 'heading', level: 1, id: 'flows', text: '6 Observed flows against policies' },
    ...(input.clusters.length === 0 ? [NO_CLUSTER] : []),
    ...input.clusters.flatMap(cluster => replayBlocks(cluster)),
  ];
}

function replayBlocks({ simulator, replay }: ReportCluster): readonly Block[] {
  const { cluster } = simulator.snapshot;
  if (replay === undefined)
    return [
      {
        kind: 'paragraph',
        runs: [
          {
            text: `No flow log of cluster ${cluster} was imported: nothing is said about what was sent.`,
            style: 'em',
          },
        ],
      },
    ];
  const { summary } = replay;
  const rows = replay.rows.filter(isContradiction).sort(
    compareBy(
      row => row.src,
      row => row.dst,
      row => row.protocol,
      row => row.port ?? -1,
    ),
  );
  const shown = rows.slice(0, ROWS);
  const first = replay.rows.map(row => row.first).sort()[0];
  const last = replay.rows
    .map(row => row.last)
    .sort()
    .at(-1);
  const period =
    first === undefined || last === undefined ? 'no record' : periodWords({ from: first, to: last });
  return [
    {
      kind: 'paragraph',
      runs: [
        {
          text: `Cluster ${cluster}: ${counted(summary.records, 'record')} of ${counted(summary.edges, 'connection')} were replayed against the policies of the export, on flow data of ${period}. `,
        },
        {
          text: `${count(summary.agree)} agree, ${count(summary.contradict)} contradict, ${count(summary.indeterminate)} cannot be told. `,
          style: 'strong',
        },
        {
          text: 'A connection that does not appear in a log is no proof that it cannot be made; policies at the time of a flow may have differed from those exported.',
        },
      ],
    },
    {
      kind: 'table',
      caption:
        rows.length > shown.length
          ? `Contradictions: the first ${shown.length} of ${count(rows.length)}; the replay table in the package holds all`
          : 'Contradictions',
      columns: [
        { title: 'From', width: 22, kind: 'text' },
        { title: 'To', width: 22, kind: 'text' },
        { title: 'Port', width: 10, kind: 'text' },
        { title: 'Records', width: 9, kind: 'number' },
        { title: 'Log, policies', width: 13, kind: 'text' },
        { title: 'Because, first record', width: 28, kind: 'text' },
      ],
      rows: shown.map(replayRow),
      empty: 'No reported flow contradicts the policies.',
    },
  ];
}

function isContradiction(row: ReplayRow): boolean {
  return (
    (row.reported === 'allow' && row.recomputed === 'deny') ||
    (row.reported === 'deny' && row.recomputed === 'allow')
  );
}

function replayRow(row: ReplayRow): readonly Inline[] {
  return [
    [{ text: row.src }],
    [{ text: row.dst }],
    [{ text: row.port === undefined ? row.protocol : `${row.protocol} ${row.port}` }],
    [{ text: count(row.records) }],
    [{ text: `log: ${row.reported}\npolicies: ${row.recomputed}` }],
    [{ text: row.because }, { text: '\n' }, sourceRun(row.source)],
  ];
}
