// The main use-case in its order: import, model, simulate, replay, scope, check. Every host calls this one function,
// so window, worker and command line say the same. It decides nothing itself.
import type { Instant } from '../base/brand.ts';
import { checkCancelled, type Cancellation, type OnProgress } from '../base/progress.ts';
import { compareBy } from '../base/order.ts';
import type { CaseFacts, CheckResult, ClusterFacts } from '../checks/check.ts';
import { runChecks } from '../checks/run-checks.ts';
import { importFiles } from '../intake/import-files.ts';
import type { Diagnostic, Intake, IntakeContext, IntakeFile, IntakeSource } from '../intake/intake.ts';
import { makeAddressBook } from '../model/address-book.ts';
import { attributeFlows } from '../model/attribute-flows.ts';
import { buildSnapshot } from '../model/build-snapshot.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { FlowTable } from '../model/flow-table.ts';
import type { EngineProfile } from '../policy/compiled.ts';
import { detectProfile, type ProfileChoice } from '../policy/profile.ts';
import type { Engagement } from '../records/engagement.ts';
import { computeScope } from '../scope/compute-scope.ts';
import { replay } from '../verdict/replay.ts';
import { createSimulator } from '../verdict/simulator.ts';
import { namesInFlows } from './mentioned-names.ts';

/** What a run needs to know besides the files. */
export interface CaseQuestion {
  readonly engagement: Engagement;
  readonly profile: ProfileChoice;
  /** Label selectors that claim the CDE; absent = the engagement's, else the default assumption. */
  readonly scopeSelectors?: readonly string[];
}

/** One cluster as imported: its snapshot and the engine it is judged under. */
export interface ModelledCluster {
  readonly snapshot: ClusterSnapshot;
  readonly profile: EngineProfile;
  readonly flows?: FlowTable;
}

/** Facts of the whole case; the same input gives the same bytes in every host. */
export interface Case {
  readonly intake: Intake;
  readonly clusters: readonly ModelledCluster[];
  readonly facts: CaseFacts;
  readonly checks: readonly CheckResult[];
  /** Of the intake and the model together, totally ordered. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Imports the files and models their clusters, without simulating anything. */
export async function importCase(
  sources: readonly IntakeSource[],
  profile: ProfileChoice,
  context: IntakeContext,
): Promise<Pick<Case, 'intake' | 'clusters' | 'diagnostics'>> {
  const intake = await importFiles(sources, context);
  const { clusters, diagnostics } = modelClusters(intake, profile);
  return { intake, clusters, diagnostics: orderDiagnostics([...intake.diagnostics, ...diagnostics]) };
}

/** The whole way from files to check results. */
export async function runCase(
  sources: readonly IntakeSource[],
  question: CaseQuestion,
  context: IntakeContext,
): Promise<Case> {
  return judgeCase(await importCase(sources, question.profile, context), question, context);
}

/** Simulates, scopes and checks what was imported. */
export function judgeCase(
  imported: {
    readonly intake: Intake;
    readonly clusters: readonly ModelledCluster[];
    readonly diagnostics: readonly Diagnostic[];
  },
  question: CaseQuestion,
  host: { readonly onProgress?: OnProgress; readonly cancellation?: Cancellation },
): Case {
  const simulated = imported.clusters.map(cluster => simulateCluster(cluster, imported.intake, host));
  checkCancelled(host.cancellation);
  host.onProgress?.({ phase: 'Checking', done: 0, unit: 'steps' });
  return weigh(imported, simulated, question);
}

/** Scopes and checks again after the assessor marked or tagged; what policies do has not changed and is kept. */
export function judgeAgain(found: Case, question: CaseQuestion): Case {
  return weigh(found, found.facts.clusters, question);
}

function weigh(
  { intake, clusters, diagnostics }: Pick<Case, 'intake' | 'clusters' | 'diagnostics'>,
  simulated: readonly ClusterFacts[],
  question: CaseQuestion,
): Case {
  const scope = computeScope({
    clusters: simulated,
    engagement: question.engagement,
    ...selectorsOf(question),
    accountData: intake.accountData,
  });
  const stored = storedFiles(intake.files);
  const facts: CaseFacts = {
    clusters: simulated,
    scope,
    engagement: question.engagement,
    digests: new Map(stored.map(file => [file.path, file.sha256])),
    inputs: inputsByKind(stored),
  };
  return { intake, clusters, facts, checks: runChecks(facts), diagnostics };
}

/** Every stored file with its digest: plain files, and the members of what was stored as members. */
export function storedFiles(files: readonly IntakeFile[]): readonly IntakeFile[] {
  return files
    .filter(file => file.withheld !== true)
    .flatMap(file => (file.members === undefined ? [file] : [file, ...storedFiles(file.members)]));
}

/** The day a result is dated: the given instant, else the engagement's report date, else the clock read by the host. */
export function caseInstant(
  given: Instant | undefined,
  engagement: Engagement | undefined,
  clock: () => Instant,
): Instant {
  if (given !== undefined) return given;
  const day = engagement?.header.reportDate;
  return day === undefined ? clock() : (`${day}T00:00:00Z` as Instant);
}

function selectorsOf(question: CaseQuestion): { readonly selectors?: readonly string[] } {
  const selectors = question.scopeSelectors ?? question.engagement.header.scopeSelectors;
  return selectors === undefined ? {} : { selectors };
}

function modelClusters(
  intake: Intake,
  choice: ProfileChoice,
): { readonly clusters: readonly ModelledCluster[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const clusters = intake.clusters.map(({ id, basis }) => {
    const logged = intake.flows.find(table => table.cluster === id);
    const built = buildSnapshot(
      {
        cluster: id,
        basis,
        objects: intake.objects.filter(object => object.cluster === id),
        gaps: intake.gaps.filter(gap => gap.cluster === id),
        mentioned: logged === undefined ? [] : namesInFlows(logged),
      },
      { directOwner: choice === 'np-guard' },
    );
    diagnostics.push(...built.diagnostics);
    const flows = logged === undefined ? undefined : attributed(logged, built.snapshot, intake);
    return {
      snapshot: built.snapshot,
      profile: detectProfile(built.snapshot, choice),
      ...(flows === undefined ? {} : { flows }),
    };
  });
  return { clusters, diagnostics };
}

/** Flow ends that the log knows by address alone get the name of who held it then. */
function attributed(flows: FlowTable, snapshot: ClusterSnapshot, intake: Intake): FlowTable {
  const exports = intake.exports
    .filter(some => some.cluster === snapshot.cluster)
    .map(({ files, isLatest, notBefore }) => {
      const own = new Set(files);
      const among = isLatest ? intake.objects : intake.earlier;
      const objects = among.filter(object => own.has(object.source.file));
      return { objects, ...(notBefore === undefined ? {} : { notBefore }) };
    });
  const audit = intake.audit.filter(event => event.cluster === snapshot.cluster);
  return attributeFlows(flows, makeAddressBook({ snapshot, exports, audit }));
}

function simulateCluster(
  { snapshot, profile, flows }: ModelledCluster,
  intake: Intake,
  host: { readonly onProgress?: OnProgress; readonly cancellation?: Cancellation },
): ClusterFacts {
  checkCancelled(host.cancellation);
  host.onProgress?.({ phase: 'Simulating', done: 0, unit: 'pairs', detail: snapshot.cluster });
  const simulator = createSimulator(snapshot, profile);
  const reach = simulator.reach();
  host.onProgress?.({
    phase: 'Simulating',
    done: reach.rows.length,
    total: reach.rows.length,
    unit: 'pairs',
    detail: snapshot.cluster,
  });
  return {
    simulator,
    reach,
    ...(flows === undefined ? {} : { flows, replay: replay(simulator, flows, host) }),
    audit: intake.audit.filter(event => event.cluster === snapshot.cluster),
    benchmarks: intake.benchmarks.filter(result => result.cluster === snapshot.cluster),
  };
}

function inputsByKind(files: readonly IntakeFile[]): CaseFacts['inputs'] {
  const of = (...formats: readonly string[]): readonly string[] =>
    files.filter(file => formats.includes(file.format)).map(file => file.path);
  return {
    cluster: of('kubernetes'),
    flows: of('calico-flow', 'calico-flow-oss', 'hubble', 'aws-vpc-flow'),
    audit: of('k8s-audit'),
    scans: of('kube-bench'),
  };
}

function orderDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics].sort(
    compareBy(
      item => item.file,
      item => item.line ?? 0,
      item => item.code,
      item => item.message,
    ),
  );
}
