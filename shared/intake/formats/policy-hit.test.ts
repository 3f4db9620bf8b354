// Policy hits in both generations of their notation.
import { describe, expect, it } from 'vitest';
import { isStagedHit, sortHits } from './policy-hit.ts';

describe('a policy hit', () => {
  it.each([
    '0|default|web/staged:default.allow|allow|0',
    '0|default|web/default.staged:allow|allow|0',
    '1|security|staged:security.pci|deny|-1',
    '1|security|security.staged:pci|deny|-1',
    '0|default|web/staged:knp.default.closed|deny|-1',
    '0|default|snp:web/allow|allow|0',
    '0|security|sgnp:pci|deny',
    '0|default|sknp:web/closed|deny|-1',
  ])('of a staged policy is known: %s', hit => expect(isStagedHit(hit)).toBe(true));

  it.each([
    '0|default|web/default.staged-rollout|allow|0',
    '0|staged:tier|web/default.allow|allow|0',
    '1|__PROFILE__|__PROFILE__.kns.web|allow|0',
    '1|__PROFILE__|pro:kns.web|allow|0',
    '0|default|eot:__NO_MATCH__|deny|-1',
    '0|default|knp:staged/closed|deny|-1',
    '0|default|web/knp.default.closed|deny',
  ])('of an enforced one is not: %s', hit => expect(isStagedHit(hit)).toBe(false));

  it('stands where it was made, and not where its text sorts', () => {
    expect(sortHits(['10|c|x|allow|0', '2|b|y|pass|0', '0|a|z|pass|0'])).toEqual([
      '0|a|z|pass|0',
      '2|b|y|pass|0',
      '10|c|x|allow|0',
    ]);
  });
});
