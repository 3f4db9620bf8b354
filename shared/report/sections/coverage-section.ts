// Section 7: what the results do not rest on: kinds not collected, refused or not understood, names that something
// mentions and nothing holds, assumptions, masked values, problems met while reading, and what no file can show.
import { compareBy, compareText, sortedUnique } from '../../base/order.ts';
import { printSpan } from '../../base/source.ts';
import type { ClusterSnapshot, KindCollection } from '../../model/snapshot.ts';
import type { Simulator } from '../../verdict/verdict.ts';
import { storedFiles, type ReportCluster, type ReportInput } from '../report-input.ts';
import type { Block, Inline } from '../tree.ts';
import { count, counted, datesOfFiles, sourceRun, NO_CLUSTER } from '../words.ts';

const PROBLEMS = 60;

/** Kinds of masked values in words. */
const MASKED: Readonly<Record<string, string>> = {
  pan: 'primary account numbers',
  'track-data': 'track data',
  'secret-value': 'Secret values',
  'private-key': 'private keys',
  'last-applied': 'copies of applied configuration',
  'url-userinfo': 'passwords in URLs',
  credential: 'credentials',
  token: 'tokens',
};

/** The section. */
export function coverageSection(input: ReportInput): readonly Block[] {
  return [
    { kind: 'heading', level: 1, id: 'coverage', text: '7 Coverage and limits' },
    ...filesBlocks(input),
    { kind: 'heading', level: 2, id: 'coverage-kinds', text: 'What was collected from the clusters' },
    ...(input.clusters.length === 0 ? [NO_CLUSTER] : []),
    ...input.clusters.flatMap(cluster => clusterBlocks(input, cluster)),
    { kind: 'heading', level: 2, id: 'coverage-assumptions', text: 'Assumptions' },
    { kind: 'list', items: assumptions(input).map(text => [{ text }]) },
    { kind: 'heading', level: 2, id: 'coverage-problems', text: 'Problems met while reading' },
    problemsTable(input),
    { kind: 'heading', level: 2, id: 'coverage-limits', text: 'What no import can show' },
    {
      kind: 'list',
      items: [
        'Whether account data is in a flow: never deduced from a port or a label.',
        'That something did not happen: no record in a log is no proof, and an export shows one moment.',
        'Network controls outside the clusters (firewalls, cloud security groups, load balancers) unless their rules were imported.',
        'Interviews, observation, paper, premises, code review, penetration tests and external scans.',
        'Whether a path is necessary, authorised or adequate: words of the assessor.',
      ].map(text => [{ text }]),
    },
  ];
}

function filesBlocks(input: ReportInput): readonly Block[] {
  const files = storedFiles(input.files);
  const formats = sortedUnique(files.map(file => file.format));
  const masked = files.reduce((sum, file) => sum + file.redactions, 0);
  return [
    { kind: 'heading', level: 2, id: 'coverage-files', text: 'Files and masked values' },
    {
      kind: 'table',
      caption: `Files by format, ${datesOfFiles(input)}`,
      columns: [
        { title: 'Format', width: 40, kind: 'text' },
        { title: 'Files', width: 20, kind: 'number' },
        { title: 'Records', width: 20, kind: 'number' },
        { title: 'Values masked', width: 20, kind: 'number' },
      ],
      rows: formats.map(format => {
        const mine = files.filter(file => file.format === format);
        const sum = (of: (file: (typeof mine)[number]) => number): string =>
          count(mine.reduce((total, file) => total + of(file), 0));
        return [
          [{ text: format }],
          [{ text: count(mine.length) }],
          [{ text: sum(file => file.records) }],
          [{ text: sum(file => file.redactions) }],
        ];
      }),
      empty: 'No file was imported.',
    },
    {
      kind: 'paragraph',
      runs: [
        {
          text: `${masked === 0 ? 'Nothing was masked.' : `${counted(masked, 'value')} masked before storing: ${maskedKinds(input)}.`} What is stored is the evidence; masked values are kept nowhere.`,
        },
      ],
    },
  ];
}

function maskedKinds(input: ReportInput): string {
  const sums = new Map<string, number>();
  for (const file of storedFiles(input.files))
    for (const [kind, number] of Object.entries(file.redactionsByKind ?? {}))
      sums.set(kind, (sums.get(kind) ?? 0) + (number ?? 0));
  const kinds = [...sums.keys()].sort(compareText);
  return kinds.length === 0
    ? 'kinds not recorded'
    : kinds
        .map(kind => `${MASKED[kind] ?? kind.replaceAll('-', ' ')} (${count(sums.get(kind) ?? 0)})`)
        .join(', ');
}

function clusterBlocks(input: ReportInput, { simulator }: ReportCluster): readonly Block[] {
  const { snapshot } = simulator;
  return [
    ...cautions(snapshot),
    kindsTable(snapshot),
    refusedTable(input, snapshot),
    ...unseenTables(simulator),
  ];
}

function cautions({ cluster, collection }: ClusterSnapshot): readonly Block[] {
  return [
    ...(collection.fromManifests
      ? [
          caution(
            'Manifests, not live state',
            `The export of cluster ${cluster} shows intent. What runs may differ.`,
          ),
        ]
      : []),
    ...(collection.servedKindsKnown
      ? []
      : [
          caution(
            'Policy kinds that the cluster serves are not known',
            `The export of cluster ${cluster} holds no CustomResourceDefinition list: policies of other kinds may exist unseen. No result about segmentation reads “consistent with” on such data.`,
          ),
        ]),
  ];
}

function kindsTable({ cluster, collection }: ClusterSnapshot): Block {
  const kinds = collection.kinds.toSorted(
    compareBy(
      kind => stateOrder(kind),
      kind => kind.group,
      kind => kind.kind,
    ),
  );
  return {
    kind: 'table',
    caption: `Cluster ${cluster}: kinds by how completely they were collected`,
    columns: [
      { title: 'Kind', width: 44, kind: 'text' },
      { title: 'State', width: 22, kind: 'text' },
      { title: 'Objects', width: 12, kind: 'number' },
      { title: 'Said by', width: 42, kind: 'text' },
    ],
    rows: kinds.map(kind => [
      [{ text: kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}` }],
      [stateRun(kind)],
      [{ text: count(kind.objects) }],
      [sourceRun(kind.sources[0])],
    ]),
    empty: 'No kind was collected.',
  };
}

/** What the files say was refused; the same place is named once. */
function refusedTable(input: ReportInput, { cluster, collection }: ClusterSnapshot): Block {
  const said = [
    ...input.gaps
      .filter(gap => gap.cluster === cluster)
      .map(({ state, what, group, source }) => ({
        state,
        what: group === '' ? what : `${what}.${group}`,
        source,
      })),
    ...collection.forbidden.map(({ what, source }) => ({ state: 'forbidden' as const, what, source })),
  ];
  const places = new Set<string>();
  const once = said.filter(({ state, source }) => {
    const place = `${state} ${printSpan(source)}`;
    const fresh = !places.has(place);
    places.add(place);
    return fresh;
  });
  return simple(
    'Refused, failed or answered with nothing',
    ['State', 'What', 'Said by'],
    once.map(item => [
      [{ text: item.state.replaceAll('-', ' ') }],
      [{ text: item.what }],
      [sourceRun(item.source)],
    ]),
    'Nothing was refused in the files imported.',
  );
}

function unseenTables({ snapshot, policies }: Simulator): readonly Block[] {
  return [
    simple(
      'Mentioned but not in the export',
      ['Kind', 'Name, mentioned by', 'Source'],
      snapshot.collection.missing.map((item): readonly Inline[] => [
        [{ text: item.kind }],
        [{ text: `${item.name}, ${item.mentionedBy}` }],
        [sourceRun(item.source)],
      ]),
      'No such name.',
    ),
    simple(
      'Policies not understood or refused: what they could touch is indeterminate',
      ['Kind', 'Policy, reason', 'Source'],
      [...policies.unsupported, ...policies.refused]
        .toSorted(compareBy(item => item.id))
        .map((item): readonly Inline[] => [
          [{ text: item.kind }],
          [{ text: item.id, style: 'strong' }, { text: `\n${item.reason}` }],
          [sourceRun(item.source)],
        ]),
      'Every policy in the export was understood.',
    ),
  ];
}

function caution(title: string, text: string): Block {
  return { kind: 'callout', tone: 'caution', title, runs: [{ text }] };
}

function simple(
  caption: string,
  titles: readonly [string, string, string],
  rows: readonly (readonly Inline[])[],
  empty: string,
): Block {
  return {
    kind: 'table',
    caption,
    columns: [
      { title: titles[0], width: 20, kind: 'text' },
      { title: titles[1], width: 44, kind: 'text' },
      { title: titles[2], width: 36, kind: 'text' },
    ],
    rows,
    empty,
  };
}

function stateOrder(kind: KindCollection): number {
  return ['forbidden', 'not-collected', 'asked-none', 'present'].indexOf(kind.state);
}

function stateRun(kind: KindCollection): Inline[number] {
  switch (kind.state) {
    case 'present':
      return { text: 'present' };
    case 'asked-none':
      return { text: 'asked, none' };
    case 'forbidden':
      return { text: 'forbidden', mark: 'assess' };
    case 'not-collected':
      return { text: 'not collected', mark: 'assess' };
  }
}

function assumptions(input: ReportInput): readonly string[] {
  const ofChecks = input.checks.flatMap(check =>
    check.coverage.assumptions.map(text => `${text} (${check.id})`),
  );
  const ofScope = input.scope.claimsAssumed
    ? [`The CDE is claimed by ${input.scope.claims.join(', ')} (scope)`]
    : [];
  const all = sortedUnique([...ofChecks, ...ofScope]);
  return all.length === 0 ? ['None beyond the engine profile of section 9.'] : grouped(all);
}

/** The same assumption of several checks is one line. */
function grouped(texts: readonly string[]): readonly string[] {
  const by = new Map<string, string[]>();
  for (const text of texts) {
    const at = text.lastIndexOf(' (');
    const key = text.slice(0, at);
    by.set(key, [...(by.get(key) ?? []), text.slice(at + 2, -1)]);
  }
  return [...by.keys()].sort(compareText).map(key => `${key} (${(by.get(key) ?? []).join(', ')})`);
}

function problemsTable(input: ReportInput): Block {
  const all = storedFiles(input.files).flatMap(file =>
    (file.diagnostics ?? [])
      .filter(item => item.severity !== 'info')
      .map(item => ({ ...item, file: file.path })),
  );
  all.sort(
    compareBy(
      item => (item.severity === 'error' ? 0 : 1),
      item => item.file,
      item => item.line ?? 0,
      item => item.code,
    ),
  );
  const shown = all.slice(0, PROBLEMS);
  return simple(
    all.length > shown.length ? `The first ${PROBLEMS} of ${count(all.length)}` : '',
    ['Severity, code', 'Message', 'Where'],
    shown.map(item => [
      [{ text: item.severity }, { text: `\n${item.code}`, style: 'mono' }],
      [{ text: item.message }],
      [{ text: item.line === undefined ? item.file : `${item.file}:${item.line}`, style: 'mono' }],
    ]),
    'No file gave a warning or an error.',
  );
}
