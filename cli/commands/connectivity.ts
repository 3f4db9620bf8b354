// `vouch connectivity`: who may talk to whom, in the notation of the field's reference tool.
import { connectivity as connections, exposureRows } from '../../shared/verdict/connectivity.ts';
import { printConnectivity } from '../../shared/verdict/print-connectivity.ts';
import { createSimulator } from '../../shared/verdict/simulator.ts';
import { writeJson, writeNdjson, writeOut } from '../output.ts';
import { withClusters } from '../with-case.ts';
import { EXIT, misuse, type Command } from './command.ts';

/** The command. */
export const connectivity: Command = {
  name: 'connectivity',
  usage: '-c PATH... [--profile P] [--exposure] [--format table|json|ndjson|csv|dot|svg|md]',
  does: 'who may talk to whom',
  run: args =>
    withClusters(args, async ({ clusters }) => {
      const several = clusters.length > 1;
      const rows = clusters.flatMap(({ snapshot, profile }) => {
        const simulator = createSimulator(snapshot, profile);
        const tomorrow = args.flags.has('exposure') ? exposureRows(simulator) : [];
        return [...connections(simulator), ...tomorrow].map(row =>
          several ? { cluster: snapshot.cluster, ...row } : row,
        );
      });
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
          await writeOut(printConnectivity(rows, 'table'));
          return EXIT.done;
        default:
          return misuse(`connectivity has no format ${format}`);
      }
    }),
};
