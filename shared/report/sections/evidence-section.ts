// Section 8: the evidence register: every cited item with its source, digest and what it is cited for, then every
// stored file with its SHA-256. Excerpts are printed so that an item can be read alone.
import { compareBy, sortedUnique } from '../../base/order.ts';
import { printSpan } from '../../base/source.ts';
import { compareNumbers } from '../../catalogue/catalogue.ts';
import type { EvidenceItem, ImportRecord } from '../../records/engagement.ts';
import { storedFiles, type ReportFile, type ReportInput } from '../report-input.ts';
import type { Block, Inline } from '../tree.ts';
import { count, counted, dayOf, periodWords, personName, shortTime } from '../words.ts';

const EXCERPT = 500;

/** The section. */
export function evidenceSection(input: ReportInput): readonly Block[] {
  return [
    { kind: 'heading', level: 1, id: 'evidence', text: '8 Evidence register' },
    { kind: 'heading', level: 2, id: 'evidence-items', text: 'Cited evidence' },
    itemsTable(input),
    { kind: 'heading', level: 2, id: 'evidence-files', text: 'Stored files' },
    ...filesBlocks(input),
  ];
}

function itemsTable(input: ReportInput): Block {
  const { evidence } = input.engagement;
  return {
    kind: 'table',
    caption: '',
    columns: [
      { title: 'Reference', width: 14, kind: 'text' },
      { title: 'What, where, SHA-256 of the stored file', width: 56, kind: 'text' },
      { title: 'Cited for', width: 14, kind: 'text' },
      { title: 'Collected', width: 16, kind: 'text' },
    ],
    rows: evidence
      .toSorted(
        compareBy(
          item => numberOf(item.id),
          item => item.id,
        ),
      )
      .map(item => [
        [
          { text: item.id, style: 'strong' },
          { text: `\n${item.kind.replaceAll('-', ' ')}`, style: 'muted' },
        ],
        whatCell(item),
        citedCell(input, item),
        [
          { text: personName(input.engagement, item.collectedBy) },
          { text: `\n${shortTime(item.collectedAt)}`, style: 'muted' },
        ],
      ]),
    empty: 'Nothing has been tagged as evidence yet.',
  };
}

function filesBlocks(input: ReportInput): readonly Block[] {
  const days = sortedUnique(input.engagement.imports.map(item => dayOf(item.at)));
  const records = new Map(input.engagement.imports.map(item => [`${item.path}\n${item.sha256}`, item]));
  const number = counted(storedFiles(input.files).length, 'file');
  return [
    {
      kind: 'paragraph',
      tone: 'source',
      runs: [
        {
          text: `${number}${days.length === 1 ? `, imported ${days[0] ?? ''}` : ''}. The digest is of the stored copy: the bytes as received, or, where values were masked, the masked copy. An archive is named beside its members; one with masked members is stored as these, and its digest is over their digests.`,
        },
      ],
    },
    {
      kind: 'table',
      caption: '',
      columns: [
        { title: 'File and SHA-256', width: 58, kind: 'text' },
        { title: 'Format, period', width: 18, kind: 'text' },
        { title: 'Bytes', width: 10, kind: 'number' },
        { title: 'Records', width: 8, kind: 'number' },
        { title: 'Masked', width: 7, kind: 'number' },
      ],
      rows: withArchives(input.files).map(file =>
        fileRow(input, file, records.get(`${file.path}\n${file.sha256}`), days.length < 2),
      ),
      empty: 'No file was imported.',
    },
  ];
}

/** Files in order, each archive followed by its members. */
function withArchives(files: readonly ReportFile[]): readonly ReportFile[] {
  return files.flatMap(file => [file, ...withArchives(file.members ?? [])]);
}

function whatCell(item: EvidenceItem): Inline {
  const { source, excerpt } = item;
  const cut = excerpt === undefined ? '' : Array.from(excerpt).slice(0, EXCERPT).join('');
  const left = excerpt === undefined ? 0 : Array.from(excerpt).length - Array.from(cut).length;
  return [
    { text: item.title },
    ...(source === undefined
      ? []
      : [
          { text: '\n' },
          {
            text:
              source.line === undefined
                ? source.file
                : `${printSpan({ file: source.file, line: source.line })}${source.endLine === undefined ? '' : `-${source.endLine}`}`,
            style: 'mono' as const,
          },
          { text: '\n' },
          { text: source.sha256.replace('sha256:', ''), style: 'digest' as const },
        ]),
    ...(cut === '' ? [] : [{ text: `\n${cut}`, style: 'em' as const }]),
    ...(left > 0
      ? [{ text: `\n${count(left)} more characters in the record`, style: 'muted' as const }]
      : []),
  ];
}

function citedCell({ engagement }: ReportInput, item: EvidenceItem): Inline {
  const tags = engagement.tags
    .filter(tag => tag.evidence === item.id)
    .map(tag => tag.procedure ?? tag.requirement)
    .sort(compareNumbers);
  return [{ text: tags.length === 0 ? 'not cited' : [...new Set(tags)].join('\n') }];
}

function fileRow(
  input: ReportInput,
  file: ReportFile,
  record: ImportRecord | undefined,
  sameDay: boolean,
): readonly Inline[] {
  const confirmed =
    record?.needsConfirmation !== true
      ? []
      : record.noAccountDataSeenBy === undefined
        ? [{ text: '\naccount data: nobody has looked yet', mark: 'assess' as const }]
        : [
            {
              text: `\nno account data seen by ${personName(input.engagement, record.noAccountDataSeenBy)}`,
              style: 'muted' as const,
            },
          ];
  const period = file.period === undefined ? '' : `\n${periodWords(file.period)}`;
  const imported = record === undefined || sameDay ? '' : `\nimported ${dayOf(record.at)}`;
  return [
    [
      { text: file.path, style: 'strong' },
      { text: '\n' },
      { text: file.sha256.replace('sha256:', ''), style: 'digest' },
      ...confirmed,
    ],
    [{ text: formatWords(file) }, { text: `${period}${imported}`, style: 'muted' }],
    [{ text: count(file.bytes) }],
    [{ text: count(file.records) }],
    [{ text: file.redactions === 0 ? '·' : count(file.redactions) }],
  ];
}

function formatWords(file: ReportFile): string {
  const members = file.members?.length ?? 0;
  return members === 0 ? file.format : `archive of ${counted(members, 'member')}`;
}

/** `Evidence-12` after `Evidence-9`. */
function numberOf(id: string): number {
  const digits = /(\d+)$/.exec(id)?.[1];
  return digits === undefined ? Number.MAX_SAFE_INTEGER : Number(digits);
}
