// The report says what the data say, in the words it may use, whatever order the data came in.
import { describe, expect, it } from 'vitest';
import { reportCase } from '../../test/fixtures/report-case.ts';
import { exampleEngagement } from '../../test/fixtures/engagements.ts';
import type { ClusterFacts } from '../checks/check.ts';
import type { IntakeFile } from '../intake/intake.ts';
import type { ReportCluster, ReportFile } from './report-input.ts';
import { buildReport } from './build-report.ts';
import type { Block, ReportTree } from './tree.ts';

const text = (tree: ReportTree | readonly Block[]): string => JSON.stringify(tree);

function finding(tree: ReportTree, number: string): Block & { kind: 'finding' } {
  const block = tree.blocks.find(item => item.kind === 'finding' && item.number === number);
  if (block?.kind !== 'finding') throw new Error(`no finding ${number}`);
  return block;
}

describe('the report', () => {
  it('is the same whatever the order of clusters, checks, files and gaps', () => {
    const input = reportCase();
    const turned = reportCase({
      clusters: input.clusters.toReversed(),
      checks: input.checks.toReversed(),
      files: input.files.toReversed(),
      gaps: input.gaps.toReversed(),
      scope: {
        ...input.scope,
        decisions: input.scope.decisions.toReversed(),
        items: input.scope.items.toReversed(),
      },
    });
    expect(text(buildReport(turned))).toBe(text(buildReport(input)));
  });

  it('prints the assessor’s finding with the note, and results of checks apart from it', () => {
    const block = finding(buildReport(reportCase()), '1.2.7');
    expect(block.word).toBe('Not in Place');
    expect(block.alias).toBe('v4.0.1: 1.2.7  ·  v3.2.1: 1.1.7');
    expect(text(block.body)).toContain('Only one of the two reviews');
    expect(text(block.body)).toContain('Finding by Zofia Żółkiewska, Lead QSA, 2026-02-20 10:15 UTC.');
  });

  it('never hides evidence that contradicts a finding', () => {
    const block = finding(buildReport(reportCase()), '1.4.1');
    expect(block.word).toBe('In Place');
    expect(block.body).toContainEqual(
      expect.objectContaining({ kind: 'callout', title: 'A check contradicts this finding' }),
    );
    const clean = reportCase({ checks: reportCase().checks.filter(check => check.outcome !== 'fail') });
    expect(text(finding(buildReport(clean), '1.4.1').body)).not.toContain('contradicts this finding');
  });

  it('leaves a requirement Open however many checks agree with it', () => {
    const block = finding(buildReport(reportCase()), '1.2.2');
    expect(block.word).toBe('Open');
    expect(text(block.body)).toContain('Consistent with');
  });

  it('names check and data date behind every sentence of a check', () => {
    const tree = buildReport(reportCase());
    for (const check of reportCase().checks) {
      const heading = tree.blocks.findIndex(
        item => item.kind === 'heading' && item.id === `check-${check.id}`,
      );
      const [sentence, source] = tree.blocks.slice(heading + 1, heading + 3);
      expect(text([sentence!])).toContain(JSON.stringify(check.sentence).slice(1, -1));
      const data = check.outcome === 'no-data' ? 'no file used' : 'on data of 2026-02-18 00:00 to 23:59 UTC';
      expect(text([source!])).toContain(`Check ${check.id} version 1, ${data}`);
    }
  });

  it('says a check’s outcome in four words only', () => {
    const words = text(buildReport(reportCase()));
    for (const word of ['Consistent with', 'Contradicts', 'For assessor', 'No data'])
      expect(words).toContain(word);
    expect(words).not.toMatch(/"text":"(pass|fail|assess|no-data)"/);
  });

  it('counts what it was given', () => {
    const figures = buildReport(reportCase()).blocks.find(block => block.kind === 'figures');
    expect(figures?.kind === 'figures' && figures.items.map(item => [item.label, item.value])).toEqual([
      ['workloads in 1 cluster', '12'],
      ['workloads in the CDE', '4'],
      ['files imported and stored', '40'],
      ['evidence items cited', '3'],
      ['checks consistent with', '5'],
      ['checks contradict', '3'],
      ['checks for assessor', '5'],
      ['checks without data', '1'],
    ]);
  });

  it('lists every stored file with its digest, and says who has not looked at an attachment', () => {
    const input = reportCase();
    const words = text(buildReport(input));
    for (const file of input.files) expect(words).toContain(file.sha256.replace('sha256:', ''));
    expect(words).toContain('account data: nobody has looked yet');
  });

  it('names an archive beside its members, and counts members only', () => {
    const [first, second, ...rest] = reportCase().files;
    const archive = { ...first!, path: 'dump.zip', members: [first!, second!] };
    const tree = buildReport(reportCase({ files: [archive, ...rest] }));
    expect(text(tree)).toContain('archive of 2 members');
    const figures = tree.blocks.find(block => block.kind === 'figures');
    expect(figures?.kind === 'figures' && figures.items[2]?.value).toBe('40');
  });

  it('says aloud what was forbidden, not collected, not understood or only mentioned', () => {
    const words = text(buildReport(reportCase()));
    for (const gap of [
      'GlobalNetworkPolicy.projectcalico.org',
      'not collected',
      'AuthorizationPolicy fraud/require-mtls',
      'legacy-batch, flow',
      'Document 4 is not YAML',
    ])
      expect(words).toContain(gap);
  });

  it('is a draft while anything is open, and says what', () => {
    const draft = buildReport(reportCase());
    expect(draft.draft).toBe(true);
    expect(text(draft)).toContain('19 requirements without a finding: ');
    const final = buildReport(reportCase({ draft: [] }));
    expect(final.draft).toBe(false);
    expect(text(final)).not.toContain('Open items of this draft');
  });

  it('stands when there is nothing but an engagement', () => {
    const tree = buildReport({
      ...reportCase(),
      engagement: exampleEngagement(),
      clusters: [],
      checks: [],
      files: [],
      gaps: [],
      scope: { claims: [], claimsAssumed: false, decisions: [], items: [] },
    });
    const words = text(tree);
    expect(words).toContain('No check was run.');
    expect(words).toContain('No file was imported.');
    expect(words).toContain('none imported');
  });

  it('takes clusters and files as the rooms before it hand them on', () => {
    const file = (given: IntakeFile): ReportFile => given;
    const cluster = (given: ClusterFacts): ReportCluster => given;
    const facts = { ...reportCase().clusters[0]!, audit: [], benchmarks: [] };
    expect(cluster(facts)).toBe(facts);
    expect(file).toBeTypeOf('function');
  });

  it('says that a throw-away key shows integrity only', () => {
    expect(text(buildReport(reportCase({ throwaway: true })))).toContain('it does not show who signed');
    expect(text(buildReport(reportCase({ throwaway: false })))).not.toContain('hrow-away');
  });
});
