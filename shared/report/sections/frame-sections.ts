// The frame of the report: cover, what it is and is not, methods and versions, custody and signatures.
import type { CheckResult } from '../../checks/check.ts';
import { compareBy } from '../../base/order.ts';
import type { ReportInput } from '../report-input.ts';
import type { Block, Fact, Inline } from '../tree.ts';
import { counted, datesOfFiles, longDate, personWords, shortTime, sourceRun } from '../words.ts';

/** How an open item about a requirement without a finding ends. */
const IS_OPEN = ' is Open';

/** The cover. */
export function coverBlock(input: ReportInput): Block {
  const { engagement, throwaway } = input;
  const { header } = engagement;
  const clusters = input.clusters.map(({ simulator }) => simulator.snapshot.cluster);
  const named = clusters.map(id => header.clusters.find(item => item.id === id)?.name ?? id);
  const fact = (label: string, text: string): Fact => ({ label, value: [{ text }] });
  const kind = header.entity.kind === 'merchant' ? 'Merchant' : 'Service provider';
  const facts = [
    fact('Assessed entity', `${header.entity.name} (${kind.toLowerCase()})`),
    fact('Standard', `PCI DSS v${header.standard}, ${header.extent} assessment`),
    fact('Evidence gathered', periodOfEvidence(header.began, header.ended)),
    fact('Report date', header.reportDate === undefined ? 'not set' : longDate(header.reportDate)),
    fact('Lead assessor', personWords(engagement, header.leadQsa)),
    fact('QA reviewer', personWords(engagement, header.qaReviewer)),
    fact('Clusters', named.length === 0 ? 'none imported' : named.join(', ')),
    fact('Custody checkpoint', input.checkpoint ?? 'none signed yet'),
  ];
  const signer: Inline = throwaway
    ? [
        {
          text: ' It is signed with a throw-away identity: the signature proves integrity only, not who signed.',
        },
      ]
    : input.signerName === undefined
      ? []
      : [{ text: ` To be signed by ${input.signerName}.` }];
  return {
    kind: 'cover',
    kicker: `PCI DSS v${header.standard}  ·  ASSESSMENT WORKPAPER`,
    title: header.title,
    subtitle: header.entity.name,
    facts,
    statement: [
      { text: 'This is a workpaper with evidence. ', style: 'strong' },
      {
        text: 'It is not a Report on Compliance, not an attestation, and gives no overall verdict. Findings are the words of the named assessor; results of checks are stated apart, each with the data it stands on.',
      },
      ...signer,
    ],
    draft: shortDraft(input.draft),
  };
}

/** The cover counts requirements without a finding in one line; section 1 names them. */
function shortDraft(items: readonly string[]): readonly string[] {
  const open = items.filter(item => item.endsWith(IS_OPEN));
  const others = items.filter(item => !item.endsWith(IS_OPEN));
  return open.length < 2 ? items : [...others, `${counted(open.length, 'requirement')} without a finding`];
}

/** Section 1: what this is, what it is not, how to read it; and for a draft everything that is open. */
export function aboutSection(input: ReportInput): readonly Block[] {
  return [
    { kind: 'heading', level: 1, id: 'about', text: '1 What this is and is not' },
    {
      kind: 'paragraph',
      tone: 'lead',
      runs: [
        {
          text: 'A workpaper of an assessment: inventory, scope, policy analysis, evidence and the findings of the assessor, with every statement traceable to a line of a stored file.',
        },
      ],
    },
    {
      kind: 'list',
      items: [
        [
          { text: 'Not a Report on Compliance. ', style: 'strong' },
          {
            text: 'The official template of the standard’s council is another document. This one supports it and never replaces it.',
          },
        ],
        [
          { text: 'No overall verdict. ', style: 'strong' },
          { text: 'Each requirement stands alone with one finding by a named person, or is Open.' },
        ],
        [
          { text: 'Machines propose, people decide. ', style: 'strong' },
          {
            text: 'A check says what the files show about a requirement. It never sets a finding, and evidence that contradicts a finding is printed beside it.',
          },
        ],
        [
          { text: 'What the files cannot tell is said. ', style: 'strong' },
          { text: 'It reads “for assessor”, “no data” or “undetermined” here, and is never rounded up.' },
        ],
      ],
    },
    {
      kind: 'table',
      caption: 'How to read the results of checks',
      columns: [
        { title: 'Word', width: 24, kind: 'text' },
        { title: 'What it says', width: 76, kind: 'text' },
      ],
      rows: [
        [
          [{ text: 'Consistent with', mark: 'consistent' }],
          [
            {
              text: 'The data examined agree with the requirement, within the coverage named beside the result.',
            },
          ],
        ],
        [
          [{ text: 'Contradicts', mark: 'contradicts' }],
          [
            {
              text: 'Something in the data contradicts the requirement; the witness is named by file and line.',
            },
          ],
        ],
        [
          [{ text: 'For assessor', mark: 'assess' }],
          [{ text: 'The data were examined and a person has to judge, or the data leave the answer open.' }],
        ],
        [[{ text: 'No data', mark: 'no-data' }], [{ text: 'Nothing that could answer was imported.' }]],
      ],
      empty: '',
    },
    ...(input.draft.length === 0 ? [] : draftBlocks(input.draft)),
  ];
}

function draftBlocks(items: readonly string[]): readonly Block[] {
  const open = items.filter(item => item.endsWith(IS_OPEN));
  const others = items.filter(item => !item.endsWith(IS_OPEN));
  const numbers = open.map(item => item.slice(0, -IS_OPEN.length)).join(', ');
  return [
    { kind: 'heading', level: 2, id: 'open-items', text: 'Open items of this draft' },
    ...(others.length === 0 ? [] : [{ kind: 'list' as const, items: others.map(text => [{ text }]) }]),
    ...(open.length === 0
      ? []
      : [
          {
            kind: 'paragraph' as const,
            runs: [
              {
                text: `${counted(open.length, 'requirement')} without a finding: `,
                style: 'strong' as const,
              },
              { text: `${numbers}.` },
            ],
          },
        ]),
  ];
}

/** Section 9: versions, engine profiles with their evidence, the rules that hold for every result. */
export function methodsSection(input: ReportInput): readonly Block[] {
  return [
    { kind: 'heading', level: 1, id: 'methods', text: '9 Methods and versions' },
    {
      kind: 'facts',
      items: [
        { label: 'Made by', value: [{ text: `Vouch ${input.version}, at ${shortTime(input.now)}` }] },
        {
          label: 'Catalogue',
          value: [{ text: `PCI DSS v${input.catalogue.version}; titles are paraphrases in our own words` }],
        },
        { label: 'Data', value: [{ text: datesOfFiles(input) }] },
        {
          label: 'Checks',
          value: [{ text: input.checks.length === 0 ? 'none run' : input.checks.map(versionOf).join(', ') }],
        },
      ],
    },
    ...input.clusters.flatMap(({ simulator }): readonly Block[] => [
      {
        kind: 'table',
        caption: `Engine profile of cluster ${simulator.snapshot.cluster}: ${simulator.profile.name}; policies enforced: ${simulator.profile.enforces}`,
        columns: [
          { title: 'Why this profile', width: 60, kind: 'text' },
          { title: 'Source', width: 40, kind: 'text' },
        ],
        rows: simulator.profile.evidence
          .toSorted(compareBy(item => item.text))
          .map(item => [[{ text: item.text }], [sourceRun(item.source)]]),
        empty: 'No evidence of the engine was found in the files; the profile is an assumption.',
      },
    ]),
    {
      kind: 'list',
      items: [
        'Verdicts follow the rules of the engine profile above; where they need what was not collected, the outcome is indeterminate.',
        'Files are read once, at import. Secret values and account numbers are masked whole before anything is stored; line numbers stay.',
        'Digests are SHA-256 of the stored copies. Results do not depend on the order of input, on locale or on time zone.',
      ].map(text => [{ text }]),
    },
  ];
}

/** Section 10: the custody checkpoint and the boxes for signatures, on a page of their own. */
export function signatureSection(input: ReportInput): readonly Block[] {
  const { engagement } = input;
  const { header } = engagement;
  const name = (id: string | undefined): string | undefined =>
    engagement.people.find(item => item.id === id)?.name;
  const qsa = name(header.leadQsa);
  const reviewer = name(header.qaReviewer);
  return [
    { kind: 'page-break' },
    { kind: 'heading', level: 1, id: 'signatures', text: '10 Custody and signatures' },
    {
      kind: 'paragraph',
      runs: [
        {
          text: `The custody log of this case holds ${counted(engagement.custody.length, 'entry', 'entries')}, each bound to the one before. `,
        },
        input.checkpoint === undefined
          ? { text: 'No checkpoint was signed when this was printed.' }
          : { text: 'Its signed checkpoint begins ' },
        ...(input.checkpoint === undefined
          ? []
          : [{ text: input.checkpoint, style: 'mono' as const }, { text: '.' }]),
      ],
    },
    ...(input.throwaway
      ? [
          {
            kind: 'callout' as const,
            tone: 'caution' as const,
            title: 'Throw-away identity',
            runs: [
              {
                text: 'The signature in this file is made with a key that exists for this draft only. It shows that nothing was changed since; it does not show who signed.',
              },
            ],
          },
        ]
      : []),
    {
      kind: 'signatures',
      places: [
        {
          role: 'qsa',
          label: 'Lead assessor (QSA)',
          meaning: 'Findings and narratives are mine and rest on the evidence named here.',
          ...(qsa === undefined ? {} : { name: qsa }),
        },
        {
          role: 'qa-reviewer',
          label: 'QA reviewer',
          meaning: 'Reviewed independently of the lead assessor.',
          ...(reviewer === undefined ? {} : { name: reviewer }),
        },
        {
          role: 'client-officer',
          label: 'Officer of the assessed entity',
          meaning: 'Receipt of this workpaper; no agreement with its findings is implied.',
        },
      ],
    },
  ];
}

function versionOf(check: CheckResult): string {
  return `${check.id} (${check.version})`;
}

function periodOfEvidence(began: string | undefined, ended: string | undefined): string {
  if (began === undefined && ended === undefined) return 'not set';
  if (began === undefined || ended === undefined)
    return `${longDate(began ?? ended ?? '')} (other day not set)`;
  return `${longDate(began)} to ${longDate(ended)}`;
}
