// `vouch replay`: every flow record against the policies; a definite difference is a contradiction.
import { ok, type Result } from '../../shared/base/result.ts';
import { propose } from '../../shared/engagement/propose.ts';
import type { IntakeSource } from '../../shared/intake/intake.ts';
import type { KubernetesObject } from '../../shared/model/object.ts';
import { replay as replayFlows } from '../../shared/verdict/replay.ts';
import type { Replay } from '../../shared/verdict/replay-types.ts';
import { createSimulator } from '../../shared/verdict/simulator.ts';
import type { Args } from '../args.ts';
import { contextOf, engagementOf, load, loudnessOf, sourcesAt } from '../load.ts';
import { printCsv, printTable, sayDiagnostics, writeJson, writeNdjson, writeOut } from '../output.ts';
import { withClusters } from '../with-case.ts';
import { EXIT, misuse, refuse, type Command } from './command.ts';

/** The command. */
export const replay: Command = {
  name: 'replay',
  usage: '-c PATH... -f PATH... [--staged [PATH...]] [--format table|json|ndjson|csv]',
  does: 'reported against recomputed verdict of every flow',
  async run(args) {
    if ((args.lists['flows'] ?? []).length === 0) return misuse('replay needs flow logs: -f PATH...');
    const proposed = await proposedObjects(args);
    if (!proposed.ok) return refuse(proposed.problem);
    return withClusters(args, async ({ clusters }) => {
      if ((proposed.value ?? []).length > 0 && clusters.length > 1)
        return misuse('replay --staged PATH answers for one cluster at a time; name one export with -c');
      const replays = clusters.flatMap(({ snapshot, profile, flows }) => {
        if (flows === undefined) return [];
        const simulator = createSimulator(snapshot, profile);
        if (proposed.value === undefined) return [replayFlows(simulator, flows)];
        const staged = createSimulator(propose(snapshot, proposed.value, profile), profile);
        return [replayFlows(simulator, flows, { staged })];
      });
      if (replays.length === 0)
        return refuse({
          code: 'intake.nothing-usable',
          message: 'None of the flow files held a flow record',
        });
      const document = together(replays);
      switch (args.values['format'] ?? 'table') {
        case 'json':
          await writeJson({ schema: 'vouch.replay/1', ...document });
          break;
        case 'ndjson':
          await writeNdjson(document.rows);
          break;
        case 'csv':
          await writeOut(printCsv(HEAD, document.rows.map(cells)));
          break;
        case 'table':
          await writeOut(printTable(HEAD, document.rows.map(cells)));
          break;
        default:
          return misuse(`replay has no format ${args.values['format'] ?? ''}`);
      }
      return document.summary.contradict > 0 ? EXIT.contradicts : EXIT.done;
    });
  },
};

/** Objects of the files of `--staged`; none for the policies that are staged in the export itself. */
async function proposedObjects(args: Args): Promise<Result<readonly KubernetesObject[] | undefined>> {
  const words = args.lists['staged'];
  if (words === undefined) return ok(undefined);
  const sources: IntakeSource[] = [];
  for (const word of words) {
    const found = await sourcesAt(word, 'cluster', 'as-given');
    if (!found.ok) return found;
    sources.push(...found.value);
  }
  if (sources.length === 0) return ok([]);
  const engagement = await engagementOf(args);
  if (!engagement.ok) return engagement;
  const loaded = await load(sources, 'kubernetes', contextOf(engagement.value));
  if (!loaded.ok) return loaded;
  sayDiagnostics(loaded.value.diagnostics, loudnessOf(args));
  return ok(loaded.value.intake.objects);
}

const HEAD = [
  'reported',
  'recomputed',
  'staged',
  'records',
  'bytes',
  'protocol',
  'port',
  'src',
  'dst',
  'source',
  'because',
];

function cells(row: Replay['rows'][number]): readonly string[] {
  return [
    row.reported,
    row.recomputed,
    row.staged ?? '',
    String(row.records),
    String(row.bytes),
    row.protocol,
    String(row.port ?? ''),
    row.src,
    row.dst,
    `${row.source.file}:${row.source.line}`,
    row.because,
  ];
}

function together(replays: readonly Replay[]): Replay {
  const sum = (key: keyof Replay['summary']): number =>
    replays.reduce((total, item) => total + item.summary[key], 0);
  return {
    summary: {
      records: sum('records'),
      edges: sum('edges'),
      agree: sum('agree'),
      contradict: sum('contradict'),
      indeterminate: sum('indeterminate'),
      changed: sum('changed'),
    },
    rows: replays.flatMap(item => item.rows),
  };
}
