// Answers the other three tabs of the simulate room: policies that somebody writes, two states of a cluster side by side,
// and what is worth a second look in the policies. The core decides; here it is only found and handed over.
import { failed, ok, type Result } from '../../shared/base/result.ts';
import { importCase, judgeCase, type Case } from '../../shared/engagement/run-case.ts';
import { checkPolicies, whatIf, type WhatIf } from '../../shared/engagement/what-if.ts';
import type { ClusterFacts } from '../../shared/checks/check.ts';
import type { IntakeContext, IntakeSource } from '../../shared/intake/intake.ts';
import { printManifest } from '../../shared/intake/print-manifest.ts';
import { nameOf } from '../../shared/model/object.ts';
import { diff, type DiffSide } from '../../shared/verdict/diff.ts';
import type { PolicyProblem } from '../../shared/verdict/policy-problem.ts';
import type { AddedFile, Comparison, CoreOperations } from '../data/core-protocol.ts';

/** A policy of the export as YAML; `policy` is its name as everywhere, or with the group of its kind. */
export function policyText(open: Case, cluster: string, policy: string): Result<{ readonly text: string }> {
  const facts = factsOf(open, cluster);
  if (!facts.ok) return facts;
  const plain = (id: string): string => id.replace(/^(\w+)\.\S+ /, '$1 ');
  const { policies } = facts.value.simulator.snapshot;
  const alike = policies.filter(object => plain(nameOf(object)) === plain(policy));
  const found =
    policies.find(object => nameOf(object) === policy) ??
    alike.find(object => object.apiVersion.startsWith('networking.k8s.io/')) ??
    alike[0];
  return found === undefined
    ? failed('what-if.policy-unknown', `No policy ${policy} in this export`)
    : ok({ text: printManifest(found) });
}

/** What is wrong with a text of policies. */
export async function checkWritten(
  open: Case,
  { cluster, text }: CoreOperations['checkPolicies']['request'],
  context: IntakeContext,
): Promise<Result<Pick<WhatIf, 'diagnostics' | 'faults'>>> {
  const facts = factsOf(open, cluster);
  return facts.ok ? checkPolicies(facts.value, text, context) : facts;
}

/** What a text of policies would change. */
export async function tryPolicies(
  open: Case,
  { cluster, text }: CoreOperations['whatIf']['request'],
  context: IntakeContext,
): Promise<Result<WhatIf>> {
  const facts = factsOf(open, cluster);
  return facts.ok ? whatIf(facts.value, open.facts.scope, text, context) : facts;
}

/** Two clusters of the case, or one and a later export of it that is read for this alone. */
export async function compare(
  open: Case,
  { engagement, before, after }: CoreOperations['compare']['request'],
  sourcesOf: (files: readonly AddedFile[]) => readonly IntakeSource[],
  context: IntakeContext,
): Promise<Result<Comparison>> {
  const was = factsOf(open, before);
  if (!was.ok) return was;
  if ('cluster' in after) {
    const is = factsOf(open, after.cluster);
    return is.ok ? ok(compared(sideOf(open, was.value), sideOf(open, is.value))) : is;
  }
  const imported = await importCase(sourcesOf(after.files), 'auto', context);
  const other = judgeCase(imported, { engagement, profile: 'auto' }, context);
  const [only, ...more] = other.facts.clusters;
  const is = other.facts.clusters.find(item => item.simulator.snapshot.cluster === before) ?? only;
  if (is === undefined) return failed('compare.no-cluster', 'These files hold no cluster export');
  if (is === only && more.length > 0 && is.simulator.snapshot.cluster !== before)
    return failed(
      'compare.several-clusters',
      `These files hold several clusters, and none of them is ${before}`,
    );
  const found = compared(sideOf(open, was.value), sideOf(other, is));
  return ok({
    ...found,
    after: `${found.after} in ${after.files[0]?.path ?? 'the files'}`,
    diagnostics: other.diagnostics,
  });
}

/** What is worth a second look in the policies of a cluster. */
export function policyProblems(open: Case, cluster: string): Result<readonly PolicyProblem[]> {
  const facts = factsOf(open, cluster);
  return facts.ok ? ok(facts.value.simulator.policyProblems()) : facts;
}

function compared(before: DiffSide, after: DiffSide): Comparison {
  return {
    ...diff(before, after),
    before: before.simulator.snapshot.cluster,
    after: after.simulator.snapshot.cluster,
    sameCluster: before.simulator.snapshot.cluster === after.simulator.snapshot.cluster,
    diagnostics: [],
  };
}

function sideOf(open: Case, { simulator }: ClusterFacts): DiffSide {
  const inCde = open.facts.scope.decisions.filter(
    item => item.category === 'cde' && item.cluster === simulator.snapshot.cluster,
  );
  return { simulator, cde: new Set(inCde.map(item => String(item.workload))) };
}

function factsOf(open: Case, cluster: string): Result<ClusterFacts> {
  const found = open.facts.clusters.find(({ simulator }) => simulator.snapshot.cluster === cluster);
  return found === undefined
    ? failed('simulate.cluster-unknown', `No cluster ${cluster} in this case`)
    : ok(found);
}
