// What the frame and several rooms derive from the state. Pure and memoised by their callers; no view here.
import { compareText } from '../../shared/base/order.ts';
import { catalogueOf } from '../../shared/catalogue/catalogue.ts';
import type { Engagement, ImportRecord, Person } from '../../shared/records/engagement.ts';
import type { Diagnostic, IntakeFile } from '../../shared/intake/intake.ts';
import type { ScopeDecision } from '../../shared/scope/scope.ts';
import type { AppState } from './app-state.ts';
import type { CaseView, ClusterView, PolicyView, WorkloadView } from './case-view.ts';
import type { RoomName } from './route.ts';

/** What the number beside a room counts. */
export const COUNT_MEANINGS: Readonly<Partial<Record<RoomName, string>>> = {
  intake: 'stored files',
  inventory: 'workloads',
  scope: 'workloads in the CDE',
  flows: 'flows contradict the policies',
  controls: 'checks contradict',
  evidence: 'items of evidence',
};

/** The one number of each room: files, workloads, CDE members, contradictions, failed checks, evidence. */
export function roomCounts(state: AppState): Readonly<Partial<Record<RoomName, number>>> {
  const { view, judgement, engagement, paths } = state;
  const clusters = clustersOf(view, state.cluster);
  const counts: Partial<Record<RoomName, number>> = {};
  if (paths.length > 0) counts.intake = paths.length;
  if (view !== undefined) counts.inventory = clusters.reduce((sum, item) => sum + item.workloads.length, 0);
  if (judgement !== undefined)
    counts.scope = judgement.scope.decisions.filter(item => item.category === 'cde').length;
  const replays = clusters.flatMap(item => (item.replay === undefined ? [] : [item.replay]));
  if (replays.length > 0) counts.flows = replays.reduce((sum, item) => sum + item.summary.contradict, 0);
  if (judgement !== undefined)
    counts.controls = judgement.checks.filter(check => check.outcome === 'fail').length;
  if (engagement !== undefined && engagement.evidence.length > 0)
    counts.evidence = engagement.evidence.length;
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

/** The clusters shown: all, or the chosen one. */
export function clustersOf(view: CaseView | undefined, cluster: string | undefined): readonly ClusterView[] {
  const all = view?.clusters ?? [];
  return cluster === undefined ? all : all.filter(item => item.cluster === cluster);
}

/** What was and was not covered, as short texts. */
export function coverageFacts(view: CaseView | undefined, cluster: string | undefined): readonly string[] {
  const clusters = clustersOf(view, cluster);
  if (clusters.length === 0) return [];
  const sum = (of: (item: ClusterView) => number): number =>
    clusters.reduce((total, item) => total + of(item), 0);
  const counted: readonly (readonly [number, string, string])[] = [
    [sum(gapCount), 'gap in the export', 'gaps in the export'],
    [sum(item => item.snapshot.namespaces.filter(one => !one.synthetic).length), 'namespace', 'namespaces'],
    [sum(item => item.workloads.length), 'workload', 'workloads'],
    [sum(item => item.policies.filter(one => one.state === 'enforced').length), 'policy', 'policies'],
    [sum(item => item.flows?.rows ?? 0), 'flow record', 'flow records'],
  ];
  return counted
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => `${grouped(count)} ${count === 1 ? one : many}`);
}

/** A place that the palette can lead to. */
export interface Place {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly detail: string;
  readonly room: RoomName;
  readonly selection: string;
}

/** Workloads, requirements, evidence and files whose text holds every word; nothing for a single letter. */
export function findPlaces(
  query: string,
  view: CaseView | undefined,
  engagement: Engagement | undefined,
): readonly Place[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '');
  if (query.trim().length < 2) return [];
  const hit = (place: Place): boolean => {
    const text = `${place.title} ${place.detail}`.toLowerCase();
    return words.every(word => text.includes(word));
  };
  return placesOf(view, engagement)
    .map(group => group.filter(hit).slice(0, 8))
    .flat();
}

/** A workload with the scope decided about it. */
export interface ScopedWorkload {
  readonly workload: WorkloadView;
  readonly decision: ScopeDecision | undefined;
}

/** Workloads of the shown clusters with their scope. */
export function scopedWorkloads(
  view: CaseView | undefined,
  decisions: readonly ScopeDecision[],
  cluster: string | undefined,
): readonly ScopedWorkload[] {
  const byKey = new Map(decisions.map(decision => [`${decision.cluster} ${decision.workload}`, decision]));
  return clustersOf(view, cluster).flatMap(item =>
    item.workloads.map(workload => ({
      workload,
      decision: byKey.get(`${workload.cluster} ${workload.id}`),
    })),
  );
}

/** Address of a workload within the case: the cluster is left out while there is only one. */
export function workloadKey(
  view: CaseView | undefined,
  workload: { readonly cluster: string; readonly id: string },
): string {
  return (view?.clusters.length ?? 0) > 1 ? `${workload.cluster} ${workload.id}` : workload.id;
}

/** A file of the intake table: what it is now, and what the engagement's record says of its import. */
export interface FileLine {
  readonly file: IntakeFile;
  readonly record: ImportRecord | undefined;
  readonly worst: Diagnostic['severity'] | undefined;
}

/** All files, members under their archive, with the engagement's record beside each. */
export function fileLines(
  view: CaseView | undefined,
  engagement: Engagement | undefined,
): readonly FileLine[] {
  return linesOf(view?.files ?? [], engagement);
}

/** Lines of given files, members under their archive. */
export function linesOf(
  files: readonly IntakeFile[],
  engagement: Engagement | undefined,
): readonly FileLine[] {
  const records = new Map(engagement?.imports.map(record => [record.path, record]));
  const all = (some: readonly IntakeFile[]): readonly IntakeFile[] =>
    some.flatMap(file => [file, ...all(file.members ?? [])]);
  return all(files).map(file => ({
    file,
    record: records.get(file.path),
    worst: worstOf(file.diagnostics),
  }));
}

/** Name of a person id, as records keep ids. */
export function personName(people: readonly Person[], id: string | undefined): string {
  return people.find(person => person.id === id)?.name ?? id ?? 'nobody named';
}

/** Policies of the shown clusters. */
export function policiesOf(view: CaseView | undefined, cluster: string | undefined): readonly PolicyView[] {
  return clustersOf(view, cluster)
    .flatMap(item => item.policies)
    .sort((a, b) => compareText(a.id, b.id));
}

function placesOf(
  view: CaseView | undefined,
  engagement: Engagement | undefined,
): readonly (readonly Place[])[] {
  const workloads = (view?.clusters ?? []).flatMap(item =>
    item.workloads.map(workload => ({
      id: `workload:${workload.cluster} ${workload.id}`,
      group: 'Workloads',
      title: workload.id,
      detail: Object.entries(workload.labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(' '),
      room: 'inventory' as const,
      selection: workloadKey(view, workload),
    })),
  );
  const requirements =
    engagement === undefined
      ? []
      : catalogueOf(engagement.header.standard)
          .requirements.filter(item => item.kind === 'requirement')
          .map(item => ({
            id: `requirement:${item.number}`,
            group: 'Requirements',
            title: item.number,
            detail: item.title,
            room: 'controls' as const,
            selection: item.number,
          }));
  const evidence = (engagement?.evidence ?? []).map(item => ({
    id: `evidence:${item.id}`,
    group: 'Evidence',
    title: item.id,
    detail: item.title,
    room: 'evidence' as const,
    selection: item.id,
  }));
  const files = (view?.files ?? []).map(file => ({
    id: `file:${file.path}`,
    group: 'Files',
    title: file.path,
    detail: file.format,
    room: 'intake' as const,
    selection: file.path,
  }));
  return [workloads, requirements, evidence, files];
}

function gapCount(item: ClusterView): number {
  const { collection } = item.snapshot;
  return (
    collection.kinds.filter(kind => kind.state === 'forbidden').length +
    collection.missing.length +
    collection.forbidden.length
  );
}

function worstOf(diagnostics: readonly Diagnostic[]): Diagnostic['severity'] | undefined {
  const order = ['error', 'warning', 'info'] as const;
  return order.find(severity => diagnostics.some(item => item.severity === severity));
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}
