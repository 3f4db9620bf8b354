// The one door: every byte of a case comes in here. Files are taken in path order, recognised by content, masked,
// parsed and counted. A hostile archive is refused whole and named; its neighbours come in, and hosts decide what follows.
import type { ClusterId } from '../base/brand.ts';
import { compareBy } from '../base/order.ts';
import { checkCollections } from './check-collections.ts';
import { placeFiles, type Placement, type ReadFile } from './clusters.ts';
import type { KubernetesObject } from '../model/object.ts';
import { partExports } from './exports.ts';
import type { UnplacedEvent } from './formats/audit-event.ts';
import { settleEvents } from './formats/audit.ts';
import type { Diagnostic, Intake, IntakeContext, IntakeFile, IntakeSource } from './intake.ts';
import { settleAnswers, settleRequests } from './observed.ts';
import { layoutRemarks } from './layout-remarks.ts';
import { makeReading, readSource, type ReadNode, type Reading } from './read-source.ts';
import { placeObject } from './read-object.ts';
import { orderSources } from './sources.ts';
import { countedSink, storeCopies } from './store-copies.ts';

export { INTAKE_LIMITS } from './read-source.ts';

/** Imports files. Whatever they hold, the answer is an intake: what could not be read or kept is named in it. */
export async function importFiles(given: readonly IntakeSource[], context: IntakeContext): Promise<Intake> {
  const { sources, diagnostics } = await orderSources(given, context);
  const reading = makeReading(sources, context);
  const nodes: ReadNode[] = [];
  for (const source of sources) {
    const node = await readSource(source, reading);
    nodes.push(node);
    context.onFile?.(node.file);
  }
  if (context.sink !== undefined) {
    const sink = countedSink(context.sink, nodes, reading);
    for (const [index, source] of sources.entries()) {
      const node = nodes[index];
      if (node !== undefined) await storeCopies(node, () => source.file.open(), sink, reading);
    }
  }
  return assemble(nodes, diagnostics, reading);
}

/** Puts the clusters on everything that was read. */
function assemble(read: readonly ReadNode[], said: readonly Diagnostic[], reading: Reading): Intake {
  const nodes = checkCollections(read);
  const leaves = nodes.flatMap(leavesOf);
  const placement = placeFiles(leaves);
  const parted = partExports(leaves, placement);
  const past = new Set(parted.exports.filter(some => !some.isLatest).flatMap(some => some.files));
  const of = (path: string): ClusterId | undefined =>
    parted.unplaced.has(path) ? undefined : placement.of.get(path);
  const files = nodes.map(node => withCluster(node.file, placement));
  const placed = leaves.flatMap(({ path, leaf }) => {
    const cluster = of(path);
    return cluster === undefined ? [] : [{ path, cluster, leaf }];
  });
  const objectsOf = (isPast: boolean): readonly KubernetesObject[] =>
    placed
      .filter(({ path }) => past.has(path) === isPast)
      .flatMap(({ cluster, leaf }) => leaf.objects.map(object => placeObject(object, cluster)));
  return {
    files,
    hostile: nodes.filter(node => node.hostile === true).map(node => node.file.path),
    clusters: placement.clusters,
    exports: parted.exports,
    objects: objectsOf(false),
    earlier: objectsOf(true),
    flows: reading.flows.finish(placement.ofRecords),
    audit: placement.clusters.flatMap(({ id }) =>
      settleEvents(
        leaves.flatMap(file => eventsOf(file, id, placement, parted.unplaced)),
        id,
      ),
    ),
    benchmarks: placed.flatMap(({ cluster, leaf }) =>
      leaf.benchmarks.map(result => ({ cluster, ...result })),
    ),
    dns: placement.clusters.flatMap(({ id }) =>
      settleAnswers(
        placed.filter(item => item.cluster === id).flatMap(item => item.leaf.dns),
        id,
      ),
    ),
    requests: placement.clusters.flatMap(({ id }) =>
      settleRequests(
        placed.filter(item => item.cluster === id).flatMap(item => item.leaf.requests),
        id,
      ),
    ),
    calicoReports: placed.flatMap(({ cluster, leaf }) => leaf.reports.map(row => ({ cluster, ...row }))),
    registers: leaves.flatMap(({ leaf }) => leaf.registers),
    engagements: leaves.flatMap(({ path, leaf }) => leaf.engagements.map(body => ({ path, body }))),
    gaps: placed
      .filter(({ path }) => !past.has(path))
      .flatMap(({ cluster, leaf }) => leaf.gaps.map(gap => ({ ...gap, cluster }))),
    accountData: leaves.flatMap(({ leaf }) => leaf.accountData),
    diagnostics: [
      ...said,
      ...files.flatMap(allDiagnostics),
      ...placement.diagnostics,
      ...parted.diagnostics,
      ...layoutRemarks(files, isInside =>
        leaves.filter(({ path }) => isInside(path)).flatMap(({ leaf }) => leaf.objects),
      ),
    ].sort(
      compareBy(
        item => item.file,
        item => item.line ?? 0,
        item => item.code,
      ),
    ),
  };
}

/** Events of a file that belong to a cluster: all of them, or those whose records name it. */
function eventsOf(
  { path, given, leaf }: ReadFile,
  cluster: ClusterId,
  { of, ofRecords }: Placement,
  unplaced: ReadonlySet<string>,
): readonly UnplacedEvent[] {
  if (leaf.audit.length === 0 || unplaced.has(path)) return [];
  const own = of.get(path);
  if (own !== undefined) return own === cluster ? leaf.audit : [];
  if (leaf.objects.length > 0) return [];
  return leaf.audit.filter(({ named }) => ofRecords(given, named ?? '') === cluster);
}

function leavesOf(node: ReadNode): Parameters<typeof placeFiles>[0] {
  const own =
    node.leaf === undefined
      ? []
      : [{ path: node.file.path, given: node.given, leaf: node.leaf, named: node.named }];
  return [...own, ...node.members.flatMap(leavesOf)];
}

function withCluster(file: IntakeFile, placement: Placement): IntakeFile {
  const cluster = placement.of.get(file.path);
  return {
    ...file,
    ...(cluster === undefined ? {} : { cluster }),
    ...(file.members === undefined
      ? {}
      : { members: file.members.map(member => withCluster(member, placement)) }),
  };
}

function allDiagnostics(file: IntakeFile): readonly Diagnostic[] {
  return [...file.diagnostics, ...(file.members ?? []).flatMap(allDiagnostics)];
}
