// What people decide, as plain records: the engagement header, marks, evidence, tags, findings, custody.
// Schema `vouch.engagement/1`. Machine results live elsewhere and never overwrite these.
import type { Digest, Instant } from '../base/brand.ts';
import type { ScopeCategory } from './scope-category.ts';

/** Findings in PCI's own words; a requirement without one is Open. */
export type FindingWord = 'In Place' | 'Not Applicable' | 'Not Tested' | 'Not in Place';

/** A person of the engagement; ids are what records point to. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly company?: string;
  readonly certificate?: string;
}

/** The header: who is assessed, when, by whom, against what. */
export interface EngagementHeader {
  /** Random once, then fixed; salts and custody chain start from it. */
  readonly id: string;
  readonly title: string;
  readonly entity: { readonly name: string; readonly kind: 'merchant' | 'service-provider' };
  readonly firstAssessment: boolean;
  readonly extent: 'full' | 'partial';
  /** Dates `YYYY-MM-DD` of the first and last evidence gathered, and of the report. */
  readonly began?: string;
  readonly ended?: string;
  readonly reportDate?: string;
  readonly clusters: readonly { readonly id: string; readonly name: string }[];
  /** Person ids. */
  readonly leadQsa?: string;
  readonly qaReviewer?: string;
  readonly thirdPartyServiceProviders: readonly {
    readonly name: string;
    readonly service: string;
    readonly aoc?: string;
  }[];
  readonly evidenceCustodian?: string;
  /** `YYYY-MM-DD`, at least three years after the report. */
  readonly keepUntil?: string;
  readonly standard: '4.0.1' | '3.2.1';
  /** Label selectors that claim the CDE; absent = the default assumption. */
  readonly scopeSelectors?: readonly string[];
}

/** The assessor's decision about a workload's scope. */
export interface ScopeMark {
  readonly workload: string;
  readonly cluster?: string;
  readonly category: ScopeCategory;
  /** `stores`, `processes`, `transmits`: what a CDE member does with account data. */
  readonly role?: 'stores' | 'processes' | 'transmits' | 'public-service';
  readonly reason: string;
  readonly by: string;
  readonly at: Instant;
}

/** Why a service, port or path is needed (1.2.5). */
export interface Justification {
  readonly id: string;
  readonly subject: string;
  readonly reason: string;
  readonly approvedBy?: string;
  readonly by: string;
  readonly at: Instant;
}

/** Policies that somebody wrote to see what they would change; nothing of the case rests on them. */
export interface PolicyProposal {
  readonly id: string;
  readonly cluster: string;
  readonly title: string;
  /** The policies as YAML. */
  readonly text: string;
  readonly by: string;
  readonly at: Instant;
}

/** Columns of one of the customer's lists as a person mapped them; they win over what names of columns tell. */
export interface RegisterMapping {
  readonly id: string;
  /** Kind of list, as intake names it. */
  readonly kind: string;
  /** A column without a field stands for none; a mapping without any field takes an earlier one back. */
  readonly columns: readonly { readonly header: string; readonly field?: string }[];
  readonly by: string;
  readonly at: Instant;
}

/** How far a request to the customer has come. */
export type RequestState = 'to-ask' | 'asked' | 'received' | 'refused' | 'not-needed';

/** What people noted about one item of the request list; the item itself is derived, or written by hand. */
export interface RequestNote {
  /** Id of the item, stable from import to import. */
  readonly request: string;
  readonly state: RequestState;
  readonly owner?: string;
  /** `YYYY-MM-DD`. */
  readonly due?: string;
  readonly note?: string;
  /** Of an item written by hand: what is asked for, why, and for which procedures. */
  readonly own?: { readonly item: string; readonly why: string; readonly procedures: readonly string[] };
  readonly by: string;
  readonly at: Instant;
}

/** Something that can be cited: a file, a row, a flow, a policy line, a check result. Immutable once made. */
export interface EvidenceItem {
  /** `Evidence-1`, `Doc-1` ...: stable within the engagement. */
  readonly id: string;
  readonly kind:
    'file' | 'row' | 'flow' | 'policy-line' | 'check-result' | 'scope-decision' | 'verdict' | 'note';
  readonly title: string;
  /** Stored path, line(s), and the digest of the stored copy. */
  readonly source?: {
    readonly file: string;
    readonly line?: number;
    readonly endLine?: number;
    readonly sha256: Digest;
  };
  /** Text of what was seen (a row, a flow, a verdict with its steps), so that it can be read alone. */
  readonly excerpt?: string;
  readonly collectedBy: string;
  readonly collectedAt: Instant;
}

/** Links an evidence item to a requirement and testing procedure. */
export interface EvidenceTag {
  readonly id: string;
  readonly evidence: string;
  /** Number without version, e.g. `1.3.1`; the version is the engagement's standard. */
  readonly requirement: string;
  readonly procedure?: string;
  readonly note?: string;
  readonly by: string;
  readonly at: Instant;
}

/** The assessor's word about a requirement; exactly one per requirement counts, the latest. */
export interface Finding {
  readonly requirement: string;
  readonly finding: FindingWord;
  readonly note: string;
  readonly by: string;
  readonly at: Instant;
}

/** A second person's look at a finding or the whole. */
export interface Review {
  readonly subject: string;
  readonly outcome: 'accepted' | 'returned';
  readonly note: string;
  readonly by: string;
  readonly at: Instant;
}

/** An imported file as the record keeps it. */
export interface ImportRecord {
  readonly path: string;
  readonly sha256: Digest;
  readonly bytes: number;
  readonly format: string;
  readonly role: string;
  readonly records: number;
  readonly redactions: number;
  readonly at: Instant;
  /** Images and PDFs cannot be searched for account data; a person has to look. */
  readonly needsConfirmation?: true;
  /** Who confirmed that no account data is seen in it. */
  readonly noAccountDataSeenBy?: string;
}

/** One link of the custody chain: hash = SHA-256(0x01 ‖ previous hash ‖ JCS(event without hash)). */
export interface CustodyEntry {
  readonly seq: number;
  readonly at: Instant;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly sha256?: Digest;
  /** Hex of the previous entry's hash; of the engagement id for the first. */
  readonly prev: string;
  readonly hash: string;
}

/** The whole engagement file. */
export interface Engagement {
  readonly schema: 'vouch.engagement/1';
  readonly header: EngagementHeader;
  readonly people: readonly Person[];
  readonly imports: readonly ImportRecord[];
  readonly scopeMarks: readonly ScopeMark[];
  readonly justifications: readonly Justification[];
  readonly evidence: readonly EvidenceItem[];
  readonly tags: readonly EvidenceTag[];
  readonly findings: readonly Finding[];
  readonly reviews: readonly Review[];
  /** Policies that were tried; absent in files from before they could be. */
  readonly proposals?: readonly PolicyProposal[];
  /** Absent in files from before columns could be mapped. */
  readonly registerMappings?: readonly RegisterMapping[];
  /** What was noted about requests; of several about one the latest counts. Absent in files from before them. */
  readonly requests?: readonly RequestNote[];
  readonly custody: readonly CustodyEntry[];
  /** 64 hex digits; masks and salts. Never leaves the laptop: stripped from packages. */
  readonly secret?: string;
}
