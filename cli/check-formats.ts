// Check results for other tools. Neither format has a word for "cannot be told": SARIF gets kinds `review` and
// `open`, JUnit gets `skipped` with the outcome in its message, never a pass.
import type { CheckOutcome, CheckResult } from '../shared/checks/check.ts';

const KIND: Readonly<Record<CheckOutcome, string>> = {
  pass: 'pass',
  fail: 'fail',
  assess: 'review',
  'no-data': 'open',
};
const LEVEL: Readonly<Record<CheckOutcome, string>> = {
  pass: 'none',
  fail: 'error',
  assess: 'none',
  'no-data': 'none',
};

/** SARIF 2.1.0 of some results. */
export function sarifOf(results: readonly CheckResult[]): unknown {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'vouch',
            rules: results.map(({ id, title, requirements }) => ({
              id,
              shortDescription: { text: title },
              properties: { requirements },
            })),
          },
        },
        results: results.map(result => ({
          ruleId: result.id,
          kind: KIND[result.outcome],
          level: LEVEL[result.outcome],
          message: { text: result.sentence },
          locations: result.witnesses.flatMap(({ source }) =>
            source === undefined
              ? []
              : [
                  {
                    physicalLocation: {
                      artifactLocation: { uri: encodeURI(source.file) },
                      region: { startLine: Math.max(1, source.line) },
                    },
                  },
                ],
          ),
        })),
      },
    ],
  };
}

/** JUnit XML of some results. */
export function junitOf(results: readonly CheckResult[]): string {
  const count = (...outcomes: readonly CheckOutcome[]): number =>
    results.filter(result => outcomes.includes(result.outcome)).length;
  const cases = results.map(result => {
    const name = `    <testcase classname="vouch.${result.seedRow}" name="${xml(`${result.id} ${result.title}`)}">`;
    return `${name}${junitBody(result)}</testcase>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="vouch" tests="${results.length}" failures="${count('fail')}" skipped="${count('assess', 'no-data')}">
${cases.join('\n')}
  </testsuite>
</testsuites>
`;
}

function junitBody({ outcome, sentence }: CheckResult): string {
  if (outcome === 'pass') return '';
  const message = xml(`${outcome}: ${sentence}`);
  return outcome === 'fail' ? `<failure message="${message}"/>` : `<skipped message="${message}"/>`;
}

function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '�');
}
