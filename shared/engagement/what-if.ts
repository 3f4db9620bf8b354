// What a cluster would be with policies that somebody writes: checked as an import is, then asked which connections and
// which flows of the log would be judged otherwise. Nothing of the case is changed; what is refused is said with its line.
import { once } from '../archive/bytes.ts';
import { failed, ok, type Result } from '../base/result.ts';
import type { ClusterFacts } from '../checks/check.ts';
import { importFiles } from '../intake/import-files.ts';
import type { Diagnostic, IntakeContext } from '../intake/intake.ts';
import { printManifest } from '../intake/print-manifest.ts';
import { groupOf, nameOf, type KubernetesObject } from '../model/object.ts';
import { listedGroup, policyKindOf } from '../model/policy-kinds.ts';
import { compilePolicies } from '../policy/compile.ts';
import type { EngineProfile } from '../policy/compiled.ts';
import type { ScopeMap } from '../scope/scope.ts';
import { diff, type DiffRow } from '../verdict/diff.ts';
import { policyFaults } from '../verdict/policy-faults.ts';
import type { PolicyProblem } from '../verdict/policy-problem.ts';
import { replay } from '../verdict/replay.ts';
import type { Replay } from '../verdict/replay-types.ts';
import { proposedPolicies } from './propose.ts';

/** The name that lines of the written text are told with. */
export const WHAT_IF_FILE = 'what-if.yaml';

/** What would change. */
export interface WhatIf {
  /** What is wrong with the text; with an error nothing else is told. */
  readonly diagnostics: readonly Diagnostic[];
  /** The policies of the text, and whether the export has one of that name. */
  readonly policies: readonly { readonly id: string; readonly replaces: boolean; readonly line: number }[];
  /** Policies of the text that would not be applied as written. */
  readonly faults: readonly PolicyProblem[];
  /** Connections that would change, those of the CDE first. */
  readonly connections: readonly DiffRow[];
  /** Flows of the log that would be judged otherwise; absent without a log. */
  readonly flows?: Pick<Replay, 'rows'> & { readonly records: number; readonly changed: number };
  /** The policies in the form that is only staged, where the engine knows one; else as they are. */
  readonly staged: string;
  /** Whether the engine has such a form for all of them. */
  readonly isStaged: boolean;
}

/** Asks what a text of policies would change in one cluster. */
export async function whatIf(
  facts: ClusterFacts,
  scope: ScopeMap,
  text: string,
  context: IntakeContext,
): Promise<Result<WhatIf>> {
  const { simulator, flows } = facts;
  const { profile, snapshot } = simulator;
  const read = await readPolicies(text, context);
  if (!read.ok) return read;
  const { objects, diagnostics } = read.value;
  const written = objects.map(object => ({ ...object, cluster: snapshot.cluster }));
  if (written.length === 0 || diagnostics.some(item => item.severity === 'error'))
    return ok(nothing(diagnostics));
  const after = simulator.withPolicies(proposedPolicies(snapshot, written, 'still-waiting'));
  const cde = new Set(
    scope.decisions
      .filter(item => item.category === 'cde' && item.cluster === snapshot.cluster)
      .map(item => String(item.workload)),
  );
  const replayed = flows === undefined ? undefined : replay(simulator, flows, { staged: after });
  const known = new Set(snapshot.objects.map(keyOf));
  return ok({
    diagnostics,
    policies: written.map(object => ({
      id: nameOf(object),
      replaces: known.has(keyOf(object)),
      line: object.source.line,
    })),
    faults: policyFaults(after.policies).filter(item => item.source.file === WHAT_IF_FILE),
    connections: diff({ simulator, cde }, { simulator: after, cde }).rows,
    ...(replayed === undefined
      ? {}
      : {
          flows: {
            rows: replayed.rows.filter(row => row.staged !== undefined && row.staged !== row.recomputed),
            records: replayed.summary.records,
            changed: replayed.summary.changed,
          },
        }),
    staged: written.map(object => printManifest(stagedForm(object, profile) ?? object)).join('---\n'),
    isStaged: written.every(object => stagedForm(object, profile) !== undefined),
  });
}

/** What is wrong with a text of policies, without asking what it would change. */
export async function checkPolicies(
  { simulator }: ClusterFacts,
  text: string,
  context: IntakeContext,
): Promise<Result<Pick<WhatIf, 'diagnostics' | 'faults'>>> {
  const read = await readPolicies(text, context);
  if (!read.ok) return read;
  const { objects, diagnostics } = read.value;
  const { snapshot, profile } = simulator;
  const written = objects.map(object => ({ ...object, cluster: snapshot.cluster }));
  // Tiers and sets of the export stay, so that only what is written here is found at fault.
  const settings = snapshot.policies.filter(object => policyKindOf(object)?.decides !== true);
  const alone = compilePolicies({ ...snapshot, policies: [...settings, ...written] }, profile);
  return ok({
    diagnostics,
    faults: policyFaults(alone).filter(item => item.source.file === WHAT_IF_FILE),
  });
}

function nothing(diagnostics: readonly Diagnostic[]): WhatIf {
  return { diagnostics, policies: [], faults: [], connections: [], staged: '', isStaged: false };
}

async function readPolicies(
  text: string,
  context: IntakeContext,
): Promise<
  Result<{ readonly objects: readonly KubernetesObject[]; readonly diagnostics: readonly Diagnostic[] }>
> {
  const bytes = new TextEncoder().encode(text);
  const file = { path: WHAT_IF_FILE, size: bytes.length, open: () => once(bytes) };
  const { sink: _stored, ...without } = context;
  const { objects, diagnostics } = await importFiles([{ file, role: 'cluster' }], without);
  const others = objects.filter(object => policyKindOf(object) === undefined);
  const [other] = others;
  if (other !== undefined)
    return failed('what-if.no-policy', `${nameOf(other)} is no policy: only policies can be tried here`, {
      file: WHAT_IF_FILE,
      line: other.source.line,
    });
  return ok({ objects, diagnostics: diagnostics.filter(item => item.code !== 'intake.cluster.unnamed') });
}

/** A policy in Calico's form that logs what it would do and decides nothing; undefined where there is none. */
export function stagedForm(object: KubernetesObject, profile: EngineProfile): KubernetesObject | undefined {
  if (!profile.calicoPolicies) return undefined;
  const group = listedGroup(groupOf(object.apiVersion), object.kind);
  const kind = STAGED[`${group} ${object.kind}`];
  if (kind === undefined) return undefined;
  const apiVersion = 'projectcalico.org/v3';
  return { ...object, apiVersion, kind, body: { ...object.body, apiVersion, kind } };
}

const STAGED: Readonly<Record<string, string>> = {
  'networking.k8s.io NetworkPolicy': 'StagedKubernetesNetworkPolicy',
  'projectcalico.org NetworkPolicy': 'StagedNetworkPolicy',
  'projectcalico.org GlobalNetworkPolicy': 'StagedGlobalNetworkPolicy',
  'projectcalico.org StagedKubernetesNetworkPolicy': 'StagedKubernetesNetworkPolicy',
  'projectcalico.org StagedNetworkPolicy': 'StagedNetworkPolicy',
  'projectcalico.org StagedGlobalNetworkPolicy': 'StagedGlobalNetworkPolicy',
};

function keyOf(object: KubernetesObject): string {
  const group = listedGroup(groupOf(object.apiVersion), object.kind);
  return [group, object.kind, object.meta.namespace ?? '', object.meta.name].join('|');
}
