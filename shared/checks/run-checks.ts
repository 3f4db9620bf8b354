// Runs the registered checks over the facts of a case and fills in what every result carries.
import type { Digest } from '../base/brand.ts';
import { sortedUnique } from '../base/order.ts';
import { compareNumbers } from '../catalogue/catalogue.ts';
import type { CaseFacts, CheckResult, ControlCheck } from './check.ts';
import { CHECKS } from './registry.ts';

/** Results of all checks (or only the named ones), in the order of their ids: S1-02, S2-01, S10-03. */
export function runChecks(
  facts: CaseFacts,
  options: { readonly only?: readonly string[] } = {},
): readonly CheckResult[] {
  const asked = CHECKS.filter(check => options.only?.includes(check.id) !== false);
  return asked.map(check => runCheck(check, facts)).sort((a, b) => compareNumbers(order(a.id), order(b.id)));
}

function runCheck(check: ControlCheck, facts: CaseFacts): CheckResult {
  const { id, version, title, seedRow, requirements, procedures } = check;
  const answer = check.run(facts);
  const paths = answer.uses.flatMap(kind => facts.inputs[kind]);
  const digests = paths.flatMap(path => facts.digests.get(path) ?? []);
  return {
    id,
    version,
    title,
    seedRow,
    requirements,
    procedures,
    outcome: answer.outcome,
    sentence: answer.sentence,
    witnesses: answer.witnesses.map(witness => {
      const digest = witness.source === undefined ? undefined : facts.digests.get(witness.source.file);
      return digest === undefined ? witness : { ...witness, digest };
    }),
    coverage: answer.coverage,
    inputs: sortedUnique(digests) as readonly string[] as readonly Digest[],
  };
}

function order(id: string): string {
  return id.slice(1).replace('-', '.');
}
