// `vouch connectivity`: who may talk to whom, in the notation of the field's reference tool.
import { connectivity as connections } from '../../shared/verdict/connectivity.ts';
import { printConnectivity } from '../../shared/verdict/print-connectivity.ts';
import { createSimulator } from '../../shared/verdict/simulator.ts';
import { printTable, writeJson, writeNdjson, writeOut } from '../output.ts';
import { withClusters } from '../with-case.ts';
import { EXIT, misuse, type Command } from './command.ts';

/** The command. */
export const connectivity: Command = {
  name: 'connectivity',
  usage: '-c PATH... [--profile P] [--format table|json|ndjson|csv|dot|svg|md]',
  does: 'who may talk to whom',
  run: args =>
    withClusters(args, async ({ clusters }) => {
      if (args.flags.has('exposure')) return misuse('connectivity --exposure is not built yet');
      const several = clusters.length > 1;
      const rows = clusters.flatMap(({ snapshot, profile }) =>
        connections(createSimulator(snapshot, profile)).map(row =>
          several ? { cluster: snapshot.cluster, ...row } : row,
        ),
      );
      const format = args.values['format'] ?? 'table';
      switch (format) {
        case 'json':
          await writeJson(rows);
          return EXIT.done;
        case 'ndjson':
          await writeNdjson(rows);
          return EXIT.done;
        case 'csv':
        case 'dot':
        case 'svg':
        case 'md':
          await writeOut(printConnectivity(rows, format));
          return EXIT.done;
        case 'table':
          await writeOut(
            printTable(
              ['src', 'dst', 'conns'],
              rows.map(row => [row.src, row.dst, row.conns]),
            ),
          );
          return EXIT.done;
        default:
          return misuse(`connectivity has no format ${format}`);
      }
    }),
};
