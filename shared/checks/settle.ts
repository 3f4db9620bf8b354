// How facts become an outcome, the same way for every check (PCI notes, section 6): a definite witness fails, what is
// open is for the assessor, and only a complete look at something that exists can pass.
import { ensure } from '../base/assert.ts';
import { compareBy, sortedUnique } from '../base/order.ts';
import type { CheckAnswer, CheckCoverage, CheckOutcome, Witness } from './check.ts';

/** What a check found. */
export interface Findings {
  /** Contradicts the requirement on the data given. */
  readonly failures: readonly Witness[];
  /** For the assessor to judge. */
  readonly doubts?: readonly Witness[];
  /** Shows what was found to be in order, or where to look. */
  readonly notes?: readonly Witness[];
  /** What is not known; any of it keeps a check from passing. */
  readonly gaps: readonly string[];
  /** Why the question cannot be asked at all; counts after failures. */
  readonly noData?: string;
  readonly population: readonly string[];
  /** How many were examined, where the population names groups of them. */
  readonly examined?: number;
  readonly assumptions?: readonly string[];
  readonly period?: CheckCoverage['period'];
}

/** Sentences by outcome; what is missing is added to them. */
export interface Sentences {
  readonly pass: string;
  /** Absent for checks that only list and measure. */
  readonly fail?: string;
  readonly assess: string;
  /** Said when nothing of the kind is in the case. */
  readonly empty: string;
}

/** Witnesses that a result lists one by one; what is beyond is counted, and that is said. */
export const MOST_WITNESSES = 500;

/** Settles the outcome and makes the answer. */
export function settle(found: Findings, sentences: Sentences, uses: CheckAnswer['uses']): CheckAnswer {
  const outcome = outcomeOf(found);
  const all = [
    ...sortWitnesses(found.failures, 'fail'),
    ...sortWitnesses(found.doubts ?? [], 'assess'),
    ...sortWitnesses(found.notes ?? [], 'pass'),
  ];
  const left = all.length - MOST_WITNESSES;
  return {
    outcome,
    sentence: sentenceOf(outcome, found, sentences),
    witnesses: all.slice(0, MOST_WITNESSES),
    coverage: {
      examined: found.examined ?? sortedUnique(found.population).length,
      population: sortedUnique(found.population),
      gaps: sortedUnique([...found.gaps, ...(found.noData === undefined ? [] : [found.noData])]),
      ...(found.period === undefined ? {} : { period: found.period }),
      assumptions: sortedUnique([
        ...(found.assumptions ?? []),
        ...(left > 0 ? [`${left} of ${all.length} witnesses are counted but not listed one by one`] : []),
      ]),
    },
    uses,
  };
}

function outcomeOf(found: Findings): CheckOutcome {
  if (found.population.length === 0) return 'no-data';
  if (found.failures.length > 0) return 'fail';
  if (found.noData !== undefined) return 'no-data';
  return (found.doubts ?? []).length > 0 || found.gaps.length > 0 ? 'assess' : 'pass';
}

function sentenceOf(outcome: CheckOutcome, found: Findings, sentences: Sentences): string {
  const gaps = sortedUnique(found.gaps).length;
  const open =
    gaps === 0 ? '' : ` ${gaps} ${gaps === 1 ? 'thing is' : 'things are'} not known (see coverage).`;
  switch (outcome) {
    case 'pass':
      return sentences.pass;
    case 'fail':
      return `${ensure(sentences.fail, 'a check that has failures says so')}${open}`;
    case 'assess':
      return `${sentences.assess}${open}`;
    case 'no-data':
      return found.population.length === 0
        ? sentences.empty
        : `Cannot be evaluated: ${found.noData ?? 'no data'}.`;
  }
}

function sortWitnesses(
  witnesses: readonly Witness[],
  outcome: Witness['outcome'] & string,
): readonly Witness[] {
  return witnesses
    .map(witness => ({ ...witness, outcome }))
    .sort(
      compareBy(
        witness => witness.subject ?? '',
        witness => witness.text,
        witness => witness.source?.file ?? '',
        witness => witness.source?.line ?? 0,
      ),
    );
}
