// The state of each requirement, derived and never stored: the assessor's finding or Open, what is tagged to each
// procedure, and which check results speak about it. A check never sets a finding (PCI notes, section 6).
import type { CheckResult } from '../checks/check.ts';
import { compareNumbers, type Catalogue, type Procedure, type Requirement } from '../catalogue/catalogue.ts';
import type { Engagement, EvidenceItem, EvidenceTag, Finding } from '../records/engagement.ts';
import { findingsByRequirement } from '../records/decide.ts';

/** A tag with the item it cites. */
export interface CitedEvidence {
  readonly tag: EvidenceTag;
  readonly item: EvidenceItem;
}

/** One testing procedure with what is tagged to it. */
export interface ProcedureState {
  readonly procedure: Procedure;
  readonly evidence: readonly CitedEvidence[];
}

/** One requirement as the assessor and the report see it. */
export interface RequirementState {
  readonly requirement: Requirement;
  /** Absent = Open. */
  readonly finding?: Finding;
  readonly procedures: readonly ProcedureState[];
  /** Tags on the requirement itself, no procedure named. */
  readonly evidence: readonly CitedEvidence[];
  readonly checks: readonly CheckResult[];
}

/** Why a report is still a draft. */
export interface OpenItem {
  readonly kind:
    | 'open-requirement'
    | 'in-place-without-evidence'
    | 'contradicted-finding'
    | 'not-applicable-without-evidence'
    | 'superseded'
    | 'account-data-unconfirmed'
    | 'header';
  readonly requirement?: string;
  readonly text: string;
}

/** The state of every requirement of the catalogue, in the catalogue's order. */
export function requirementStates(
  engagement: Engagement,
  catalogue: Catalogue,
  checks: readonly CheckResult[],
): readonly RequirementState[] {
  const findings = findingsByRequirement(engagement);
  const items = new Map(engagement.evidence.map(item => [item.id, item]));
  const cited = engagement.tags.flatMap(tag => {
    const item = items.get(tag.evidence);
    return item === undefined ? [] : [{ tag, item }];
  });
  return catalogue.requirements
    .filter(requirement => requirement.kind === 'requirement')
    .map(requirement => {
      const mine = cited.filter(({ tag }) => tag.requirement === requirement.number);
      const finding = findings.get(requirement.number);
      return {
        requirement,
        ...(finding === undefined ? {} : { finding }),
        procedures: requirement.procedures.map(procedure => ({
          procedure,
          evidence: mine.filter(({ tag }) => tag.procedure === procedure.number),
        })),
        evidence: mine.filter(({ tag }) => tag.procedure === undefined),
        checks: checks.filter(check => check.requirements.includes(requirement.number)),
      };
    });
}

/** What keeps a report from being final, in the order of requirements; empty when nothing does. */
export function openItems(engagement: Engagement, states: readonly RequirementState[]): readonly OpenItem[] {
  return [
    ...headerItems(engagement),
    ...engagement.imports
      .filter(item => item.needsConfirmation === true && item.noAccountDataSeenBy === undefined)
      .map(item => ({
        kind: 'account-data-unconfirmed' as const,
        text: `${item.path}: no named person confirmed that it shows no account data`,
      })),
    ...states.flatMap(state => requirementItems(engagement, state)),
  ];
}

/** Requirements that something speaks about (finding, tag or check), by number. */
export function touchedStates(states: readonly RequirementState[]): readonly RequirementState[] {
  return states
    .filter(
      state =>
        state.finding !== undefined ||
        state.evidence.length > 0 ||
        state.checks.length > 0 ||
        state.procedures.some(procedure => procedure.evidence.length > 0),
    )
    .sort((a, b) => compareNumbers(a.requirement.number, b.requirement.number));
}

function headerItems(engagement: Engagement): readonly OpenItem[] {
  const { header } = engagement;
  const missing: [string | undefined, string][] = [
    [header.leadQsa, 'lead QSA'],
    [header.qaReviewer, 'QA reviewer'],
    [header.began, 'first day of evidence'],
    [header.ended, 'last day of evidence'],
    [header.reportDate, 'report date'],
    [header.evidenceCustodian, 'evidence custodian'],
    [header.keepUntil, 'day until which evidence is kept'],
  ];
  const items = missing
    .filter(([value]) => value === undefined)
    .map(([, name]) => ({ kind: 'header' as const, text: `The engagement names no ${name}` }));
  if (header.leadQsa !== undefined && header.leadQsa === header.qaReviewer)
    items.push({ kind: 'header', text: 'Lead QSA and QA reviewer are the same person' });
  return items;
}

function requirementItems(engagement: Engagement, state: RequirementState): readonly OpenItem[] {
  const { requirement, finding } = state;
  const number = requirement.number;
  if (finding === undefined) {
    if (engagement.header.entity.kind === 'merchant' && requirement.serviceProviderOnly) return [];
    if (requirement.supersededBy !== undefined) return [];
    return [{ kind: 'open-requirement', requirement: number, text: `${number} is Open` }];
  }
  const evidence =
    state.evidence.length + state.procedures.reduce((sum, item) => sum + item.evidence.length, 0);
  const items: OpenItem[] = [];
  if (finding.finding === 'In Place' && evidence === 0)
    items.push({
      kind: 'in-place-without-evidence',
      requirement: number,
      text: `${number} is In Place without any evidence`,
    });
  if (finding.finding === 'Not Applicable' && evidence === 0)
    items.push({
      kind: 'not-applicable-without-evidence',
      requirement: number,
      text: `${number} is Not Applicable without the testing that shows so`,
    });
  if (finding.finding === 'In Place')
    for (const check of state.checks.filter(result => result.outcome === 'fail'))
      items.push({
        kind: 'contradicted-finding',
        requirement: number,
        text: `${number} is In Place although check ${check.id} contradicts it`,
      });
  return items;
}
