// What people and other tools read: honest progress, and formats without a false pass.
import { describe, expect, it } from 'vitest';
import type { CheckId } from '../shared/base/brand.ts';
import type { CheckOutcome, CheckResult } from '../shared/checks/check.ts';
import { junitOf, sarifOf } from './check-formats.ts';
import { printCsv, printTable, progressText } from './output.ts';

const result = (id: string, outcome: CheckOutcome): CheckResult => ({
  id: id as CheckId,
  version: 1,
  title: 'A <title> & more',
  seedRow: 'S1',
  requirements: ['1.3.1'],
  procedures: [],
  outcome,
  sentence: `The "sentence" of ${id}`,
  witnesses: [{ kind: 'rule', text: 'x', source: { file: 'a b.yaml', line: 7 } }],
  coverage: { examined: 1, population: [], gaps: [], assumptions: [] },
  inputs: [],
});
const results = (['pass', 'fail', 'assess', 'no-data'] as const).map((outcome, index) =>
  result(`S1-0${index}`, outcome),
);

describe('JUnit', () => {
  it('shows assess and no-data as skipped, never as passed', () => {
    const text = junitOf(results);
    expect(text).toContain('tests="4" failures="1" skipped="2"');
    expect(text.match(/<skipped message="(assess|no-data): /g)).toHaveLength(2);
    expect(text).toContain('A &lt;title&gt; &amp; more');
  });
});

describe('SARIF', () => {
  it('gives pass to a pass only', () => {
    const { runs } = sarifOf(results) as { runs: { results: { kind: string; locations: unknown[] }[] }[] };
    expect(runs[0]?.results.map(item => item.kind)).toEqual(['pass', 'fail', 'review', 'open']);
    expect(JSON.stringify(runs[0]?.results[0]?.locations)).toContain(
      '"uri":"a%20b.yaml"},"region":{"startLine":7}',
    );
  });
});

describe('tables', () => {
  it('quote what a CSV reader would split', () => {
    expect(printCsv(['a', 'b'], [['x,y', 'say "hi"']])).toBe('a,b\n"x,y","say ""hi"""\n');
  });

  it('pad columns to the widest cell', () => {
    expect(printTable(['id', 'text'], [['long-id', 'x']])).toBe('id       text\n-------  ----\nlong-id  x\n');
  });
});

describe('progress', () => {
  it('claims no end that it does not know', () => {
    expect(progressText({ phase: 'Reading', done: 5, unit: 'records' }, 0)).toBe('Reading       5 records');
  });

  it('shows amount, rate and remaining time when the total is known', () => {
    const text = progressText({ phase: 'Reading', done: 5e6, total: 10e6, unit: 'bytes' }, 2);
    expect(text).toContain('5.0 MB of 10.0 MB');
    expect(text).toContain('2.5 MB/s');
    expect(text).toContain('2 s left');
  });
});
