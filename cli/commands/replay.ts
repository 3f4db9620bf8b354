// `vouch replay`: every flow record against the policies; a definite difference is a contradiction.
import { replay as replayFlows } from '../../shared/verdict/replay.ts';
import type { Replay } from '../../shared/verdict/replay-types.ts';
import { createSimulator } from '../../shared/verdict/simulator.ts';
import { printCsv, printTable, writeJson, writeNdjson, writeOut } from '../output.ts';
import { withClusters } from '../with-case.ts';
import { EXIT, misuse, refuse, type Command } from './command.ts';

/** The command. */
export const replay: Command = {
  name: 'replay',
  usage: '-c PATH... -f PATH... [--format table|json|ndjson|csv]',
  does: 'reported against recomputed verdict of every flow',
  async run(args) {
    if ((args.lists['flows'] ?? []).length === 0) return misuse('replay needs flow logs: -f PATH...');
    if (args.lists['staged'] !== undefined) return misuse('replay --staged is not built yet');
    return withClusters(args, async ({ clusters }) => {
      const replays = clusters.flatMap(({ snapshot, profile, flows }) =>
        flows === undefined ? [] : [replayFlows(createSimulator(snapshot, profile), flows)],
      );
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

const HEAD = [
  'reported',
  'recomputed',
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
