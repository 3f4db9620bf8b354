// Section 3: how the scope came about: claims, decisions with basis and witness, items for a person, and the drawing
// of the CDE with a table of every connection it shows.
import { compareBy } from '../../base/order.ts';
import { printSpan } from '../../base/source.ts';
import type { ScopeBasis, ScopeDecision } from '../../scope/scope.ts';
import { cdeDiagram } from '../diagram/cde-diagram.ts';
import type { EdgeReason, GraphEdge } from '../diagram/cde-graph.ts';
import type { ReportCluster, ReportInput } from '../report-input.ts';
import type { Block, Inline, Run } from '../tree.ts';
import {
  CATEGORIES,
  categoryWords,
  counted,
  datesOfFiles,
  personName,
  portsWords,
  shortTime,
  sourceRun,
  NO_CLUSTER,
} from '../words.ts';

/** Decisions printed; the inventory table holds all. */
const PRINTED = 400;

/** Reasons printed with one decision or connection; the tables in the package hold all. */
const SHOWN = 3;

/** The section. */
export function scopeSection(input: ReportInput): readonly Block[] {
  const { scope } = input;
  return [
    { kind: 'heading', level: 1, id: 'scope', text: '3 Scope of the assessment' },
    ...statement(input),
    {
      kind: 'heading',
      level: 2,
      id: 'scope-diagram',
      text: 'The cardholder data environment and what may connect to it',
    },
    ...(input.clusters.length === 0 ? [NO_CLUSTER] : []),
    ...input.clusters.flatMap(cluster => diagramBlocks(input, cluster)),
    { kind: 'heading', level: 2, id: 'scope-decisions', text: 'Scope decisions' },
    {
      kind: 'paragraph',
      tone: 'source',
      runs: [{ text: `Rules propose, the assessor decides. Proposed ${datesOfFiles(input)}.` }],
    },
    decisionsTable(input),
    { kind: 'heading', level: 2, id: 'scope-items', text: 'Items that need a scope decision' },
    {
      kind: 'table',
      caption: '',
      columns: [
        { title: 'Kind', width: 18, kind: 'text' },
        { title: 'What was found', width: 48, kind: 'text' },
        { title: 'Source', width: 34, kind: 'text' },
      ],
      rows: scope.items
        .toSorted(
          compareBy(
            item => item.kind,
            item => item.id,
          ),
        )
        .map(item => [
          [{ text: item.kind.replaceAll('-', ' ') }],
          [{ text: item.text }],
          [sourceRun(item.source)],
        ]),
      empty: 'None was found in the data imported.',
    },
  ];
}

function statement(input: ReportInput): readonly Block[] {
  const { scope, engagement } = input;
  const claims = scope.claims.map((text, index): readonly Run[] => [
    ...(index === 0 ? [] : [{ text: ', ' }]),
    { text, style: 'mono' },
  ]);
  const decided = scope.decisions.filter(item => item.decidedBy === 'person').length;
  const counts = CATEGORIES.map(category => ({
    label: categoryWords(category),
    value: [{ text: counted(scope.decisions.filter(item => item.category === category).length, 'workload') }],
  }));
  return [
    {
      kind: 'paragraph',
      runs: [
        { text: 'Workloads that carry ' },
        ...(claims.length === 0 ? [{ text: 'no label (none was given)' }] : claims.flat()),
        {
          text: ` are claimed to be in the cardholder data environment. ${engagement.scopeMarks.length === 0 ? 'No mark of the assessor changes this.' : `Marks of the assessor decide ${counted(decided, 'workload')}.`} From there the scope follows what policies allow, what was observed and who may administer, ${datesOfFiles(input)}.`,
        },
      ],
    },
    ...(scope.claimsAssumed
      ? [
          {
            kind: 'callout' as const,
            tone: 'caution' as const,
            title: 'Assumption: the labels that claim the CDE',
            runs: [
              {
                text: 'The engagement names no label of its own; common ones were assumed. The assessed entity has to confirm which labels mark its cardholder data environment.',
              },
            ],
          },
        ]
      : []),
    { kind: 'facts', items: counts },
  ];
}

function diagramBlocks(input: ReportInput, { simulator, reach }: ReportCluster): readonly Block[] {
  const { snapshot } = simulator;
  const missing = snapshot.collection.kinds.filter(
    kind => kind.state === 'forbidden' || kind.state === 'not-collected',
  );
  const { drawing, edges, summarised } = cdeDiagram(input.scope, reach, snapshot, {
    date: datesOfFiles(input).replace(/^on data (of )?/, ''),
    coverage:
      missing.length === 0
        ? 'Every kind that was asked for was collected.'
        : `Not seen: ${missing.map(kind => kind.kind).join(', ')}.`,
  });
  return [
    {
      kind: 'diagram',
      drawing,
      caption: `Cluster ${snapshot.cluster}. Possible connections by policy, profile ${simulator.profile.name}; a line says that policies allow it, not that account data flow there.${summarised ? ' Each box stands for the workloads of one namespace and category; connections within a box are not drawn.' : ''}`,
    },
    edgesTable(edges),
  ];
}

function edgesTable(edges: readonly GraphEdge[]): Block {
  return {
    kind: 'table',
    caption: 'Connections of the drawing',
    columns: [
      { title: 'No.', width: 5, kind: 'number' },
      { title: 'From', width: 18, kind: 'text' },
      { title: 'To', width: 18, kind: 'text' },
      { title: 'Ports', width: 14, kind: 'text' },
      { title: 'Because', width: 46, kind: 'text' },
    ],
    rows: edges.map(edge => [
      [{ text: String(edge.number) }],
      [{ text: edge.fromTitle }],
      [{ text: edge.toTitle }],
      portsCell(edge),
      becauseCell(edge.because),
    ]),
    empty: 'Policies allow no connection to or from the CDE, as far as the files tell.',
  };
}

function portsCell(edge: GraphEdge): Inline {
  const allowed: Inline = edge.allow.length === 0 ? [] : [{ text: portsWords(edge.allow) }];
  if (edge.indeterminate.length === 0) return allowed;
  return [
    ...allowed,
    ...(allowed.length === 0 ? [] : [{ text: '\n' }]),
    { text: `cannot be told: ${portsWords(edge.indeterminate)}`, style: 'em' },
  ];
}

function becauseCell(because: readonly EdgeReason[]): Inline {
  const shown = because.slice(0, SHOWN);
  const rest = because.length - shown.length;
  return [
    ...shown.flatMap((reason, index): readonly Run[] => [
      { text: `${index === 0 ? '' : '\n'}${reason.text}` },
      ...(reason.source === undefined ? [] : [{ text: `\n${reason.source}`, style: 'mono' as const }]),
    ]),
    ...(rest > 0 ? [{ text: `\nand ${rest} more`, style: 'muted' as const }] : []),
  ];
}

function decisionsTable(input: ReportInput): Block {
  const rows = input.scope.decisions.toSorted(
    compareBy(
      item => CATEGORIES.indexOf(item.category),
      item => item.cluster,
      item => item.workload,
    ),
  );
  const many = input.clusters.length > 1;
  return {
    kind: 'table',
    caption:
      rows.length > PRINTED
        ? `The first ${PRINTED} of ${counted(rows.length, 'workload')}; the inventory table in the package holds all`
        : '',
    columns: [
      { title: 'Workload', width: 28, kind: 'text' },
      { title: 'Category', width: 16, kind: 'text' },
      { title: 'Decided by', width: 13, kind: 'text' },
      { title: 'Basis and witness', width: 50, kind: 'text' },
    ],
    rows: rows
      .slice(0, PRINTED)
      .map(decision => [
        [
          { text: decision.workload, style: 'mono' },
          ...(many ? [{ text: `\n${decision.cluster}`, style: 'muted' as const }] : []),
        ],
        [{ text: categoryWords(decision.category), style: decision.category === 'cde' ? 'strong' : 'plain' }],
        decidedBy(input, decision),
        basisCell(decision.basis),
      ]),
    empty: 'No workload was found in the data imported.',
  };
}

function decidedBy(input: ReportInput, decision: ScopeDecision): Inline {
  if (decision.decidedBy === 'rule') return [{ text: 'rule' }];
  const mark = input.engagement.scopeMarks.findLast(
    item =>
      item.workload === decision.workload &&
      (item.cluster === undefined || item.cluster === decision.cluster),
  );
  const proposed =
    decision.proposed === decision.category ? '' : `\nrule proposed: ${categoryWords(decision.proposed)}`;
  if (mark === undefined) return [{ text: `person${proposed}` }];
  return [
    { text: personName(input.engagement, mark.by), style: 'strong' },
    { text: `\n${shortTime(mark.at)}${proposed}`, style: 'muted' },
  ];
}

function basisCell(basis: readonly ScopeBasis[]): Inline {
  return basis
    .slice(0, SHOWN)
    .flatMap((item, index): readonly Run[] => [
      { text: `${index === 0 ? '' : '\n'}${item.text}` },
      ...(item.source === undefined
        ? []
        : [{ text: '\n' }, { text: printSpan(item.source), style: 'mono' as const }]),
      ...(index === SHOWN - 1 && basis.length > SHOWN
        ? [{ text: `\nand ${basis.length - SHOWN} more`, style: 'muted' as const }]
        : []),
    ]);
}
