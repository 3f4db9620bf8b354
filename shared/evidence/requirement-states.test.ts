// A requirement is Open until a person says otherwise, whatever the checks propose.
import { describe, expect, it } from 'vitest';
import { nodeDigests as digests } from '../../test/fixtures/digests.ts';
import { exampleEngagement } from '../../test/fixtures/engagements.ts';
import type { CheckId, Instant } from '../base/brand.ts';
import { catalogueOf } from '../catalogue/catalogue.ts';
import type { CheckOutcome, CheckResult } from '../checks/check.ts';
import { decide, type Decision } from '../records/decide.ts';
import type { Engagement } from '../records/engagement.ts';
import { openItems, requirementStates, touchedStates } from './requirement-states.ts';

const catalogue = catalogueOf('4.0.1');
const context = { digests, at: '2026-11-01T10:00:00Z' as Instant, actor: 'qsa-1' };

const after = (...decisions: readonly Decision[]): Engagement =>
  decisions.reduce((engagement, decision) => {
    const next = decide(engagement, decision, context);
    if (!next.ok) throw new Error(next.problem.message);
    return next.value;
  }, exampleEngagement());

const check = (outcome: CheckOutcome): CheckResult => ({
  id: 'S1-04' as CheckId,
  version: 1,
  title: 'Reachability',
  seedRow: 'S1',
  requirements: ['1.3.1'],
  procedures: ['1.3.1.b'],
  outcome,
  sentence: '',
  witnesses: [],
  coverage: { examined: 1, population: [], gaps: [], assumptions: [] },
  inputs: [],
});
const stateOf = (engagement: Engagement, checks: readonly CheckResult[]) =>
  requirementStates(engagement, catalogue, checks).find(state => state.requirement.number === '1.3.1');
const inPlace: Decision = {
  kind: 'set-finding',
  requirement: '1.3.1',
  finding: 'In Place',
  note: 'Examined',
};
const tag: Decision = {
  kind: 'tag',
  evidence: { kind: 'note', title: 'n' },
  requirement: '1.3.1',
  procedure: '1.3.1.b',
};

describe('the state of a requirement', () => {
  it('stays Open although a check passes', () => {
    expect(stateOf(exampleEngagement(), [check('pass')])?.finding).toBeUndefined();
  });

  it('shows tagged evidence under its procedure', () => {
    const state = stateOf(after(tag), []);
    expect(state?.procedures.map(item => [item.procedure.number, item.evidence.length])).toEqual([
      ['1.3.1.a', 0],
      ['1.3.1.b', 1],
    ]);
  });

  it('is listed among the touched ones as soon as anything speaks about it', () => {
    const touched = (engagement: Engagement, checks: readonly CheckResult[]) =>
      touchedStates(requirementStates(engagement, catalogue, checks)).map(state => state.requirement.number);
    expect(touched(exampleEngagement(), [])).toEqual([]);
    expect(touched(after(tag), [])).toEqual(['1.3.1']);
    expect(touched(exampleEngagement(), [check('fail')])).toEqual(['1.3.1']);
  });
});

describe('open items', () => {
  const kinds = (engagement: Engagement, checks: readonly CheckResult[] = []) =>
    openItems(engagement, requirementStates(engagement, catalogue, checks))
      .filter(item => item.requirement === '1.3.1')
      .map(item => item.kind);

  it('name a requirement without a finding, an In Place without evidence, a contradicted In Place', () => {
    expect(kinds(exampleEngagement())).toEqual(['open-requirement']);
    expect(kinds(after(inPlace))).toEqual(['in-place-without-evidence']);
    expect(kinds(after(inPlace, tag))).toEqual([]);
    expect(kinds(after(inPlace, tag), [check('fail')])).toEqual(['contradicted-finding']);
  });

  it('do not ask a merchant for requirements of service providers', () => {
    const open = openItems(exampleEngagement(), requirementStates(exampleEngagement(), catalogue, []));
    const provider = exampleEngagement({ entity: { name: 'P', kind: 'service-provider' } });
    const openProvider = openItems(provider, requirementStates(provider, catalogue, []));
    expect(openProvider.length).toBeGreaterThan(open.length);
  });
});
