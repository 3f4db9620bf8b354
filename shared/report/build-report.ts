// Builds the report tree: what it is, facts, scope, findings, checks, flows, limits, evidence, methods, signatures.
// A workpaper: it gives no overall verdict, and every sentence of a machine names its check and the date of its data.
// Structure after PCI notes 3.1, 6 and 7; no text of the standard or of its templates is used.
import { compareText } from '../base/order.ts';
import { compareNumbers } from '../catalogue/catalogue.ts';
import { touchedStates, requirementStates } from '../evidence/requirement-states.ts';
import type { ReportInput } from './report-input.ts';
import { checksSection, flowsSection } from './sections/checks-section.ts';
import { coverageSection } from './sections/coverage-section.ts';
import { evidenceSection } from './sections/evidence-section.ts';
import { factsSection } from './sections/facts-section.ts';
import { findingsSection } from './sections/findings-section.ts';
import { aboutSection, coverBlock, methodsSection, signatureSection } from './sections/frame-sections.ts';
import { scopeSection } from './sections/scope-section.ts';
import type { ReportTree } from './tree.ts';
import { dayOf } from './words.ts';

/** Makes the report; equal input gives an equal tree whatever the order of checks, files and gaps. */
export function buildReport(given: ReportInput): ReportTree {
  const input = ordered(given);
  const states = requirementStates(input.engagement, input.catalogue, input.checks);
  const touched = touchedStates(states);
  const { header } = input.engagement;
  const draft = input.draft.length > 0;
  return {
    title: `${header.title}: assessment workpaper`,
    entity: header.entity.name,
    runningTitle: `PCI DSS v${header.standard} workpaper · ${header.title}`,
    footer: `Case ${header.id} · made ${dayOf(input.now)} · Vouch ${input.version}`,
    createdAt: input.now,
    draft,
    blocks: [
      coverBlock(input),
      ...aboutSection(input),
      ...factsSection(input, states),
      ...scopeSection(input),
      ...findingsSection(input, states, touched),
      ...checksSection(input),
      ...flowsSection(input),
      ...coverageSection(input),
      ...evidenceSection(input),
      ...methodsSection(input),
      ...signatureSection(input),
    ],
  };
}

function ordered(input: ReportInput): ReportInput {
  return {
    ...input,
    clusters: input.clusters.toSorted((a, b) =>
      compareText(a.simulator.snapshot.cluster, b.simulator.snapshot.cluster),
    ),
    checks: input.checks.toSorted(
      (a, b) =>
        compareNumbers(a.id.replace('-', '.').slice(1), b.id.replace('-', '.').slice(1)) ||
        compareText(a.id, b.id),
    ),
    files: input.files.toSorted((a, b) => compareText(a.path, b.path) || compareText(a.sha256, b.sha256)),
    gaps: input.gaps.toSorted(
      (a, b) =>
        compareText(a.source.file, b.source.file) ||
        a.source.line - b.source.line ||
        compareText(a.what, b.what),
    ),
  };
}
