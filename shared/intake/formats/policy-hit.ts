// Policy hits of Calico's logs, in both generations: `index|tier|name|action|rule`, where a staged policy shows as `staged:`
// before its name or after its tier, and, from 3.32 on, `index|tier|kind:namespace/name|action|rule` with kinds of their own.
import { compareText } from '../../base/order.ts';

/** Hits in the order they were made: lists come unordered, their first field counts. */
export function sortHits(hits: readonly string[]): readonly string[] {
  return [...hits].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10) || compareText(a, b));
}

/** Whether the policy of a hit is staged: it was tried and enforced nothing. */
export function isStagedHit(hit: string): boolean {
  return /^\d+\|[^|]*\|(?:(?:snp|sgnp|sknp):|(?:[^|]*[/.])?staged:)/.test(hit);
}
