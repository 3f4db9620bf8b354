// The one way in which records change: a person's decision goes in, a new engagement with one more custody
// entry comes out. Nothing is edited in place and nothing is deleted; the latest word counts.
import type { Instant } from '../base/brand.ts';
import { digestOfText, type Digests } from '../base/digest.ts';
import { assertNever } from '../base/assert.ts';
import { canonicalJson } from '../base/json.ts';
import { failed, ok, type Result } from '../base/result.ts';
import { catalogueOf } from '../catalogue/catalogue.ts';
import { appendCustody } from './custody.ts';
import type {
  Engagement,
  EngagementHeader,
  EvidenceItem,
  Finding,
  FindingWord,
  ImportRecord,
  Justification,
  Person,
  PolicyProposal,
  RegisterMapping,
  RequestNote,
  Review,
  ScopeMark,
} from './engagement.ts';

/** An evidence item before it has an id, a collector and a time. */
export type EvidenceDraft = Omit<EvidenceItem, 'id' | 'collectedBy' | 'collectedAt'>;

/** What a person (or an import a person started) decides. */
export type Decision =
  | { readonly kind: 'edit-header'; readonly header: EngagementHeader }
  | { readonly kind: 'add-person'; readonly person: Person }
  | { readonly kind: 'record-import'; readonly imports: readonly Omit<ImportRecord, 'at'>[] }
  | { readonly kind: 'confirm-no-account-data'; readonly path: string; readonly person: string }
  | { readonly kind: 'mark-scope'; readonly mark: Omit<ScopeMark, 'by' | 'at'> }
  | { readonly kind: 'justify'; readonly justification: Omit<Justification, 'id' | 'by' | 'at'> }
  | {
      readonly kind: 'tag';
      readonly evidence: EvidenceDraft | { readonly id: string };
      readonly requirement: string;
      readonly procedure?: string;
      readonly note?: string;
    }
  | {
      readonly kind: 'set-finding';
      readonly requirement: string;
      readonly finding: FindingWord;
      readonly note: string;
    }
  | { readonly kind: 'review'; readonly review: Omit<Review, 'by' | 'at'> }
  | { readonly kind: 'propose'; readonly proposal: Omit<PolicyProposal, 'id' | 'by' | 'at'> }
  | { readonly kind: 'map-columns'; readonly mapping: Omit<RegisterMapping, 'id' | 'by' | 'at'> }
  | { readonly kind: 'note-requests'; readonly notes: readonly Omit<RequestNote, 'by' | 'at'>[] }
  | { readonly kind: 'issue-report'; readonly report: string; readonly draft: boolean };

/** Who decides, and when; the host reads the clock. */
export interface DecisionContext {
  readonly digests: Digests;
  readonly at: Instant;
  readonly actor: string;
}

/** Applies a decision; refuses what the standard's own rules refuse. */
export function decide(
  engagement: Engagement,
  decision: Decision,
  context: DecisionContext,
): Result<Engagement> {
  const changed = apply(engagement, decision, context);
  if (!changed.ok) return changed;
  const { object, next } = changed.value;
  const custody = appendCustody(context.digests, engagement.header.id, engagement.custody, {
    at: context.at,
    actor: context.actor,
    action: decision.kind,
    object,
    sha256: digestOfText(context.digests, canonicalJson(decision)),
  });
  return ok({ ...next, custody });
}

/** The latest finding of each requirement. */
export function findingsByRequirement(engagement: Engagement): ReadonlyMap<string, Finding> {
  return new Map(engagement.findings.map(finding => [finding.requirement, finding]));
}

type Change = Result<{ readonly object: string; readonly next: Engagement }>;

function apply(engagement: Engagement, decision: Decision, { at, actor }: DecisionContext): Change {
  switch (decision.kind) {
    case 'edit-header':
      if (decision.header.id !== engagement.header.id)
        return failed('engagement.id-fixed', 'The id of an engagement never changes');
      return change('header', { ...engagement, header: decision.header });
    case 'add-person':
      if (engagement.people.some(person => person.id === decision.person.id))
        return failed('engagement.person-exists', `There is already a person ${decision.person.id}`);
      return change(decision.person.id, { ...engagement, people: [...engagement.people, decision.person] });
    case 'record-import':
      return recordImport(engagement, decision.imports, at);
    case 'confirm-no-account-data':
      return confirmNoAccountData(engagement, decision.path, decision.person);
    case 'mark-scope':
      if (decision.mark.reason.trim() === '')
        return failed('engagement.reason-missing', 'A scope decision needs a reason');
      return change(decision.mark.workload, {
        ...engagement,
        scopeMarks: [...engagement.scopeMarks, { ...decision.mark, by: actor, at }],
      });
    case 'justify': {
      const id = `Justification-${engagement.justifications.length + 1}`;
      const item = { ...decision.justification, id, by: actor, at };
      return change(id, { ...engagement, justifications: [...engagement.justifications, item] });
    }
    case 'tag':
      return tag(engagement, decision, at, actor);
    case 'set-finding':
      return setFinding(engagement, decision, at, actor);
    case 'review':
      if (actor === engagement.header.leadQsa)
        return failed('engagement.four-eyes', 'The QA reviewer is another person than the lead QSA');
      return change(decision.review.subject, {
        ...engagement,
        reviews: [...engagement.reviews, { ...decision.review, by: actor, at }],
      });
    case 'propose': {
      if (decision.proposal.text.trim() === '')
        return failed('engagement.proposal-empty', 'There is no policy to keep');
      const proposals = engagement.proposals ?? [];
      const id = `Proposal-${proposals.length + 1}`;
      return change(id, {
        ...engagement,
        proposals: [...proposals, { ...decision.proposal, id, by: actor, at }],
      });
    }
    case 'map-columns':
      return mapColumns(engagement, decision.mapping, at, actor);
    case 'note-requests':
      return noteRequests(engagement, decision.notes, at, actor);
    case 'issue-report':
      return change(decision.report, engagement);
    default:
      return assertNever(decision);
  }
}

function change(object: string, next: Engagement): Change {
  return ok({ object, next });
}

/** A file imported again under the same path replaces the earlier line; the chain keeps that it was there. */
function recordImport(
  engagement: Engagement,
  imports: readonly Omit<ImportRecord, 'at'>[],
  at: Instant,
): Change {
  const paths = new Set(imports.map(item => item.path));
  const kept = engagement.imports.filter(item => !paths.has(item.path));
  const next = [...kept, ...imports.map(item => ({ ...item, at }))];
  next.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return change(`${imports.length} files`, { ...engagement, imports: next });
}

function mapColumns(
  engagement: Engagement,
  mapping: Omit<RegisterMapping, 'id' | 'by' | 'at'>,
  at: Instant,
  actor: string,
): Change {
  const { columns } = mapping;
  if (columns.length === 0) return failed('engagement.mapping-empty', 'A mapping names at least one column');
  const fields = columns.flatMap(({ field }) => field ?? []);
  if (
    new Set(fields).size < fields.length ||
    new Set(columns.map(({ header }) => header)).size < columns.length
  )
    return failed('engagement.mapping-twice', 'A mapping names each column and each field once');
  const mappings = engagement.registerMappings ?? [];
  const id = `Mapping-${mappings.length + 1}`;
  return change(id, { ...engagement, registerMappings: [...mappings, { ...mapping, id, by: actor, at }] });
}

function noteRequests(
  engagement: Engagement,
  notes: readonly Omit<RequestNote, 'by' | 'at'>[],
  at: Instant,
  actor: string,
): Change {
  const [first] = notes;
  if (first === undefined) return failed('engagement.requests-empty', 'There is nothing to note');
  const made = notes.map(note => ({ ...note, by: actor, at }));
  return change(notes.length === 1 ? first.request : `${notes.length} requests`, {
    ...engagement,
    requests: [...(engagement.requests ?? []), ...made],
  });
}

function confirmNoAccountData(engagement: Engagement, path: string, person: string): Change {
  if (!engagement.imports.some(item => item.path === path))
    return failed('engagement.import-unknown', `No imported file ${path}`);
  if (!engagement.people.some(item => item.id === person))
    return failed('engagement.person-unknown', `No person ${person} in this engagement`);
  const imports = engagement.imports.map(item =>
    item.path === path ? { ...item, noAccountDataSeenBy: person } : item,
  );
  return change(path, { ...engagement, imports });
}

function tag(
  engagement: Engagement,
  decision: Decision & { kind: 'tag' },
  at: Instant,
  actor: string,
): Change {
  const requirement = catalogueOf(engagement.header.standard).byNumber.get(decision.requirement);
  if (requirement?.kind !== 'requirement')
    return failed(
      'engagement.requirement-unknown',
      `No requirement ${decision.requirement} in v${engagement.header.standard}`,
    );
  if (
    decision.procedure !== undefined &&
    !requirement.procedures.some(item => item.number === decision.procedure)
  )
    return failed(
      'engagement.procedure-unknown',
      `Requirement ${requirement.number} has no procedure ${decision.procedure}`,
    );
  const items = withEvidence(engagement, decision.evidence, at, actor);
  if (!items.ok) return items;
  const id = `Tag-${engagement.tags.length + 1}`;
  const made = {
    id,
    evidence: items.value.id,
    requirement: requirement.number,
    ...(decision.procedure === undefined ? {} : { procedure: decision.procedure }),
    ...(decision.note === undefined || decision.note === '' ? {} : { note: decision.note }),
    by: actor,
    at,
  };
  return change(id, { ...engagement, evidence: items.value.evidence, tags: [...engagement.tags, made] });
}

/** Finds the cited item, or makes it; the same source and excerpt cited twice is one item with two tags. */
function withEvidence(
  engagement: Engagement,
  cited: EvidenceDraft | { readonly id: string },
  at: Instant,
  actor: string,
): Result<{ readonly id: string; readonly evidence: readonly EvidenceItem[] }> {
  if ('id' in cited) {
    if (!engagement.evidence.some(item => item.id === cited.id))
      return failed('engagement.evidence-unknown', `No evidence ${cited.id}`);
    return ok({ id: cited.id, evidence: engagement.evidence });
  }
  const same = engagement.evidence.find(item => sameEvidence(item, cited));
  if (same !== undefined) return ok({ id: same.id, evidence: engagement.evidence });
  const item = {
    ...cited,
    id: `Evidence-${engagement.evidence.length + 1}`,
    collectedBy: actor,
    collectedAt: at,
  };
  return ok({ id: item.id, evidence: [...engagement.evidence, item] });
}

function sameEvidence(item: EvidenceItem, draft: EvidenceDraft): boolean {
  const { id, collectedBy, collectedAt, ...rest } = item;
  return canonicalJson(rest) === canonicalJson(draft);
}

function setFinding(
  engagement: Engagement,
  decision: Decision & { kind: 'set-finding' },
  at: Instant,
  actor: string,
): Change {
  const requirement = catalogueOf(engagement.header.standard).byNumber.get(decision.requirement);
  if (requirement?.kind !== 'requirement')
    return failed(
      'engagement.requirement-unknown',
      `No requirement ${decision.requirement} in v${engagement.header.standard}`,
    );
  if (decision.note.trim() === '')
    return failed(
      'engagement.note-missing',
      `A finding needs a note that says why; ${requirement.number} has none`,
    );
  const finding = {
    requirement: requirement.number,
    finding: decision.finding,
    note: decision.note,
    by: actor,
    at,
  };
  return change(requirement.number, { ...engagement, findings: [...engagement.findings, finding] });
}
