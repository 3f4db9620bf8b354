// `vouch check`: all automated control checks. JUnit and SARIF never show `assess` or `no-data` as passed.
import type { CheckOutcome, CheckResult } from '../../shared/checks/check.ts';
import { catalogueOf, type StandardVersion } from '../../shared/catalogue/catalogue.ts';
import { printCsv, printTable, writeJson, writeNdjson, writeOut } from '../output.ts';
import { withCase } from '../with-case.ts';
import { junitOf, sarifOf } from '../check-formats.ts';
import { EXIT, misuse, type Command } from './command.ts';

const FAILING: Readonly<Record<string, readonly CheckOutcome[]>> = {
  fail: ['fail'],
  assess: ['fail', 'assess'],
  'no-data': ['fail', 'assess', 'no-data'],
};

/** The command. */
export const check: Command = {
  name: 'check',
  usage:
    '-c PATH... [-f PATH...] [-a PATH...] [-s PATH...] [--standard 4.0.1|3.2.1] [--fail-on fail|assess|no-data] [--format table|json|ndjson|csv|sarif|junit]',
  does: 'all automated control checks',
  async run(args) {
    const standard = args.values['standard'] ?? '4.0.1';
    if (standard !== '4.0.1' && standard !== '3.2.1')
      return misuse(`Unknown standard ${standard}; 4.0.1 or 3.2.1`);
    const failing = FAILING[args.values['fail-on'] ?? 'fail'];
    if (failing === undefined) return misuse(`Unknown --fail-on ${args.values['fail-on'] ?? ''}`);
    return withCase(args, async ({ checks }) => {
      const results = checks.map(result => numberedBy(result, standard));
      switch (args.values['format'] ?? 'table') {
        case 'json':
          await writeJson({ schema: 'vouch.check/1', catalogue: standard, results });
          break;
        case 'ndjson':
          await writeNdjson(results);
          break;
        case 'csv':
          await writeOut(printCsv(['id', 'outcome', 'requirements', 'sentence'], results.map(cells)));
          break;
        case 'sarif':
          await writeJson(sarifOf(results));
          break;
        case 'junit':
          await writeOut(junitOf(results));
          break;
        case 'table':
          await writeOut(printTable(['check', 'outcome', 'requirements', 'sentence'], results.map(cells)));
          break;
        default:
          return misuse(`check has no format ${args.values['format'] ?? ''}`);
      }
      return results.some(result => failing.includes(result.outcome)) ? EXIT.contradicts : EXIT.done;
    });
  },
};

function cells(result: CheckResult): readonly string[] {
  return [result.id, result.outcome, result.requirements.join(' '), result.sentence];
}

/** Results carry v4.0.1 numbers; for v3.2.1 the predecessors are printed. */
function numberedBy(result: CheckResult, standard: StandardVersion): CheckResult {
  if (standard === '4.0.1') return result;
  const catalogue = catalogueOf('4.0.1');
  const old = result.requirements.flatMap(number => catalogue.byNumber.get(number)?.other ?? []);
  return { ...result, requirements: [...new Set(old)], procedures: [] };
}
