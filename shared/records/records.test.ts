// Records only grow, by decisions; the chain over them shows every later change.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeDigests as digests } from '../../test/fixtures/digests.ts';
import { exampleEngagement } from '../../test/fixtures/engagements.ts';
import type { Instant } from '../base/brand.ts';
import { hmacSha256, hex } from '../base/digest.ts';
import type { Result } from '../base/result.ts';
import { verifyCustody } from './custody.ts';
import { decide, findingsByRequirement, type Decision } from './decide.ts';
import { parseEngagement, printEngagement, withoutSecret } from './engagement-file.ts';
import type { Engagement } from './engagement.ts';

const context = { digests, at: '2026-11-01T10:00:00Z' as Instant, actor: 'qsa-1' };
const must = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};
const after = (...decisions: readonly Decision[]): Engagement =>
  decisions.reduce(
    (engagement, decision) => must(decide(engagement, decision, context)),
    exampleEngagement(),
  );

const note = { kind: 'note' as const, title: 'Seen on site' };
const tagged: Decision = { kind: 'tag', evidence: note, requirement: '1.3.1', procedure: '1.3.1.b' };
const person: Decision = {
  kind: 'add-person',
  person: { id: 'qsa-1', name: 'Zoë Quarles', role: 'Lead QSA' },
};
const found: Decision = {
  kind: 'set-finding',
  requirement: '1.3.1',
  finding: 'In Place',
  note: 'Rules examined',
};

const proposal = {
  kind: 'propose',
  proposal: { cluster: 'default', title: 'card/deny', text: 'kind: NetworkPolicy\n' },
} as const satisfies Decision;

describe('proposals', () => {
  it('are kept one after the other, with who and when, and come back from the file', () => {
    const engagement = after(person, proposal, proposal);
    expect(engagement.proposals?.map(({ id, by, at }) => [id, by, at])).toEqual([
      ['Proposal-1', 'qsa-1', context.at],
      ['Proposal-2', 'qsa-1', context.at],
    ]);
    expect(engagement.custody.at(-1)).toMatchObject({ action: 'propose', object: 'Proposal-2' });
    const text = printEngagement(engagement);
    expect(must(parseEngagement(JSON.parse(text), 'x')).proposals).toEqual(engagement.proposals);
  });

  it('are absent in files from before they could be made, and stay absent', () => {
    const text = printEngagement(after(person));
    expect(text).not.toContain('proposals');
    expect(must(parseEngagement(JSON.parse(text), 'x')).proposals).toBeUndefined();
  });

  it('without a policy are refused', () => {
    const empty: Decision = { ...proposal, proposal: { ...proposal.proposal, text: ' \n' } };
    expect(decide(exampleEngagement(), empty, context)).toMatchObject({
      ok: false,
      problem: { code: 'engagement.proposal-empty' },
    });
  });
});

const mapped = {
  kind: 'map-columns',
  mapping: { kind: 'components', columns: [{ header: 'Thing', field: 'name' }, { header: 'Colour' }] },
} as const satisfies Decision;

describe('mappings of columns', () => {
  it('are kept one after the other, and come back from the file', () => {
    const engagement = after(person, mapped, mapped);
    expect(engagement.registerMappings?.map(({ id, by }) => [id, by])).toEqual([
      ['Mapping-1', 'qsa-1'],
      ['Mapping-2', 'qsa-1'],
    ]);
    const text = printEngagement(engagement);
    expect(must(parseEngagement(JSON.parse(text), 'x')).registerMappings).toEqual(
      engagement.registerMappings,
    );
    expect(printEngagement(after(person))).not.toContain('registerMappings');
  });

  it.each<[string, readonly { header: string; field?: string }[], string]>([
    ['no column', [], 'engagement.mapping-empty'],
    ['a column twice', [{ header: 'a' }, { header: 'a' }], 'engagement.mapping-twice'],
    [
      'a field twice',
      [
        { header: 'a', field: 'x' },
        { header: 'b', field: 'x' },
      ],
      'engagement.mapping-twice',
    ],
  ])('with %s are refused', (_name, columns, code) => {
    const decision: Decision = { ...mapped, mapping: { ...mapped.mapping, columns } };
    const result = decide(exampleEngagement(), decision, context);
    expect(result.ok ? 'accepted' : result.problem.code).toBe(code);
  });
});

describe('decisions', () => {
  it('tag one piece of evidence to many procedures without copying it', () => {
    const engagement = after(tagged, { ...tagged, procedure: '1.3.1.a' });
    expect(engagement.evidence).toHaveLength(1);
    expect(engagement.tags.map(tag => tag.procedure)).toEqual(['1.3.1.b', '1.3.1.a']);
  });

  it('keep every finding and let the latest count', () => {
    const engagement = after(found, { ...found, finding: 'Not in Place', note: 'Rule found open' });
    expect(engagement.findings).toHaveLength(2);
    expect(findingsByRequirement(engagement).get('1.3.1')?.finding).toBe('Not in Place');
  });

  it.each<[string, Decision, string]>([
    [
      'a requirement that does not exist',
      { ...tagged, requirement: '1.9.9' },
      'engagement.requirement-unknown',
    ],
    ['a section', { ...found, requirement: '1.3' }, 'engagement.requirement-unknown'],
    [
      'a procedure of another requirement',
      { ...tagged, procedure: '1.3.2.a' },
      'engagement.procedure-unknown',
    ],
    ['a finding without a note', { ...found, note: ' ' }, 'engagement.note-missing'],
    [
      'evidence that is not there',
      { ...tagged, evidence: { id: 'Evidence-9' } },
      'engagement.evidence-unknown',
    ],
  ])('refuse %s', (_name, decision, code) => {
    const result = decide(exampleEngagement(), decision, context);
    expect(result.ok ? 'accepted' : result.problem.code).toBe(code);
  });

  it('refuse a review by the lead QSA', () => {
    const engagement = exampleEngagement({ leadQsa: 'qsa-1' });
    const review: Decision = {
      kind: 'review',
      review: { subject: '1.3.1', outcome: 'accepted', note: 'ok' },
    };
    expect(decide(engagement, review, context).ok).toBe(false);
    expect(decide(engagement, review, { ...context, actor: 'qsa-2' }).ok).toBe(true);
  });
});

describe('the custody chain', () => {
  const engagement = after(person, tagged, found, { ...found, note: 'Again' });
  const whole = (chain: Engagement['custody']) => verifyCustody(digests, 'case-0001', chain).ok;

  it('holds one entry for every decision', () => {
    expect(engagement.custody.map(entry => entry.action)).toEqual([
      'add-person',
      'tag',
      'set-finding',
      'set-finding',
    ]);
    expect(whole(engagement.custody)).toBe(true);
  });

  it('breaks when an entry is edited, swapped, dropped from the middle or moved to another case', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 3 }),
        fc.constantFrom('actor', 'action', 'object', 'prev', 'hash'),
        (index, key) => {
          const edited = engagement.custody.map((entry, i) =>
            i === index ? { ...entry, [key]: `${entry[key as 'actor']}x` } : entry,
          );
          return !whole(edited);
        },
      ),
    );
    const [a, b, c, d] = engagement.custody as [never, never, never, never];
    expect(whole([a, c, b, d])).toBe(false);
    expect(whole([a, c, d])).toBe(false);
    expect(verifyCustody(digests, 'case-0002', engagement.custody).ok).toBe(false);
  });
});

describe('the engagement file', () => {
  const engagement = after(person, tagged, found);

  it('reads back what it wrote, byte for byte', () => {
    const text = printEngagement(engagement);
    const read = must(parseEngagement(JSON.parse(text), 'a.vouch'));
    expect(read).toEqual(engagement);
    expect(printEngagement(read)).toBe(text);
  });

  it('refuses a newer schema by name and a wrong member by its path', () => {
    const newer = parseEngagement({ ...engagement, schema: 'vouch.engagement/2' }, 'a.vouch');
    expect(newer.ok ? '' : newer.problem.code).toBe('engagement.schema');
    const broken = parseEngagement(
      { ...engagement, header: { ...engagement.header, began: 'spring' } },
      'a.vouch',
    );
    expect(broken.ok ? '' : broken.problem.message).toContain('header.began');
  });

  it('leaves the laptop only without its secret', () => {
    expect(printEngagement(engagement)).toContain('"secret"');
    expect(printEngagement(withoutSecret(engagement))).not.toContain('"secret"');
  });
});

describe('HMAC-SHA-256', () => {
  it('gives the value of RFC 4231, case 2', () => {
    const text = new TextEncoder();
    expect(hex(hmacSha256(digests, text.encode('Jefe'), text.encode('what do ya want for nothing?')))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });
});
