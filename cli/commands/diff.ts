// `vouch diff`: what became possible or impossible between two exports, connections of the CDE first.
import type { Case } from '../../shared/engagement/run-case.ts';
import { failed, ok, type Result } from '../../shared/base/result.ts';
import type { IntakeSource } from '../../shared/intake/intake.ts';
import { diff as diffSides, type Diff, type DiffSide } from '../../shared/verdict/diff.ts';
import type { Args } from '../args.ts';
import { contextOf, engagementOf, judge, load, loudnessOf, profileOf, sourcesAt } from '../load.ts';
import { printTable, progressLine, sayDiagnostics, writeJson, writeNdjson, writeOut } from '../output.ts';
import { EXIT, misuse, refuse, type Command } from './command.ts';

/** The command. */
export const diff: Command = {
  name: 'diff',
  usage: '--before PATH... --after PATH... [--profile P] [--scope SELECTOR] [--format table|json|ndjson]',
  does: 'what became possible or impossible between two exports',
  async run(args) {
    if (args.lists['before'] === undefined || args.lists['after'] === undefined)
      return misuse('diff needs two exports: --before PATH... --after PATH...');
    const before = await caseOf(args, 'before');
    if (!before.ok) return refuse(before.problem);
    const after = await caseOf(args, 'after');
    if (!after.ok) return refuse(after.problem);
    const pairs = pairClusters(before.value, after.value);
    if (!pairs.ok) return refuse(pairs.problem);
    const several = pairs.value.length > 1;
    const diffs = pairs.value.map(([was, is]) => {
      const found = diffSides(was, is);
      return several ? withCluster(found, is.simulator.snapshot.cluster) : found;
    });
    return print(args, together(diffs));
  },
};

async function print(args: Args, document: Diff): Promise<number> {
  switch (args.values['format'] ?? 'table') {
    case 'json':
      await writeJson({ schema: 'vouch.diff/1', ...document });
      break;
    case 'ndjson':
      await writeNdjson(document.rows);
      break;
    case 'table':
      await writeOut(
        printTable(
          ['CDE', 'type', 'src', 'dst', 'before', 'after'],
          document.rows.map(row => [
            row.touchesCde ? 'CDE' : '',
            row.type,
            row.src,
            row.dst,
            row.before,
            row.after,
          ]),
        ),
      );
      break;
    default:
      return misuse(`diff has no format ${args.values['format'] ?? ''}`);
  }
  return document.rows.length > 0 ? EXIT.contradicts : EXIT.done;
}

async function caseOf(args: Args, option: 'before' | 'after'): Promise<Result<Case>> {
  const profile = profileOf(args);
  if (!profile.ok) return profile;
  const engagement = await engagementOf(args);
  if (!engagement.ok) return engagement;
  const sources: IntakeSource[] = [];
  for (const word of args.lists[option] ?? []) {
    const found = await sourcesAt(word, 'cluster', 'as-given');
    if (!found.ok) return found;
    sources.push(...found.value);
  }
  const progress = progressLine(loudnessOf(args));
  const context = contextOf(engagement.value, { onProgress: progress.onProgress });
  const loaded = await load(sources, profile.value, context);
  progress.end();
  if (!loaded.ok) return loaded;
  sayDiagnostics(loaded.value.diagnostics, loudnessOf(args));
  return ok(judge(loaded.value, args, engagement.value, profile.value, context));
}

/** Two exports of one cluster each are compared whatever their names; several are paired by cluster. */
function pairClusters(before: Case, after: Case): Result<readonly (readonly [DiffSide, DiffSide])[]> {
  const [was, is] = [sidesOf(before), sidesOf(after)];
  const [only] = was;
  const [other] = is;
  if (was.length === 1 && is.length === 1 && only !== undefined && other !== undefined)
    return ok([[only, other]]);
  const names = (sides: readonly DiffSide[]): string =>
    sides.map(side => side.simulator.snapshot.cluster).join(', ');
  if (names(was) !== names(is))
    return failed(
      'usage.clusters',
      `The exports hold different clusters (before: ${names(was)}; after: ${names(is)}); compare them one by one`,
    );
  return ok(was.flatMap((side, at) => (is[at] === undefined ? [] : [[side, is[at]] as const])));
}

function sidesOf(found: Case): readonly DiffSide[] {
  return found.facts.clusters.map(({ simulator }) => ({
    simulator,
    cde: new Set(
      found.facts.scope.decisions
        .filter(item => item.category === 'cde' && item.cluster === simulator.snapshot.cluster)
        .map(item => String(item.workload)),
    ),
  }));
}

function withCluster(found: Diff, cluster: string): Diff {
  return { ...found, rows: found.rows.map(row => ({ cluster, ...row })) };
}

function together(diffs: readonly Diff[]): Diff {
  const all = <T>(pick: (one: Diff) => readonly T[]): readonly T[] => diffs.flatMap(pick);
  return {
    rows: [...all(one => one.rows)].sort((a, b) => Number(b.touchesCde) - Number(a.touchesCde)),
    workloads: {
      added: all(one => one.workloads.added),
      removed: all(one => one.workloads.removed),
      relabelled: all(one => one.workloads.relabelled),
    },
    policies: {
      added: all(one => one.policies.added),
      removed: all(one => one.policies.removed),
      changed: all(one => one.policies.changed),
    },
  };
}
