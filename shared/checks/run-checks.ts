// Runs the registry over a case. Witnesses get the digest of the stored file they point into, results the digests of the
// files they rest on; nothing here decides an outcome.
import type { Digest } from '../base/brand.ts';
import { sortedUnique } from '../base/order.ts';
import type { CaseFacts, CheckAnswer, CheckResult, ControlCheck, Witness } from './check.ts';
import { CHECKS } from './registry.ts';

/** Runs all checks, or those named; results are in the natural order of their ids. */
export function runChecks(
  facts: CaseFacts,
  options: { readonly only?: readonly string[] } = {},
): readonly CheckResult[] {
  const { only } = options;
  return CHECKS.filter(check => only === undefined || only.includes(check.id)).map(check =>
    resultOf(check, check.run(facts), facts),
  );
}

function resultOf(check: ControlCheck, answer: CheckAnswer, facts: CaseFacts): CheckResult {
  const { id, version, title, seedRow, requirements, procedures } = check;
  const { outcome, sentence, coverage } = answer;
  return {
    ...{ id, version, title, seedRow, requirements, procedures, outcome, sentence, coverage },
    witnesses: answer.witnesses.map(witness => withDigest(witness, facts)),
    inputs: inputsOf(answer, facts),
  };
}

function withDigest(witness: Witness, facts: CaseFacts): Witness {
  const digest = witness.source === undefined ? undefined : facts.digests.get(witness.source.file);
  return digest === undefined ? witness : { ...witness, digest };
}

function inputsOf(answer: CheckAnswer, facts: CaseFacts): readonly Digest[] {
  const paths = answer.uses.flatMap(use => facts.inputs[use]);
  return sortedUnique(paths.flatMap(path => facts.digests.get(path) ?? [])) as Digest[];
}
