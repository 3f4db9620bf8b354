// `vouch probe`: predicts each probe of a test plan; a probe that differs from its expectation is a contradiction.
import { readFile } from 'node:fs/promises';
import { parsePlan } from '../../shared/verdict/probe-plan.ts';
import { probe as predict } from '../../shared/verdict/probe.ts';
import { createSimulator } from '../../shared/verdict/simulator.ts';
import { printTable, writeJson, writeNdjson, writeOut } from '../output.ts';
import { withClusters } from '../with-case.ts';
import { EXIT, misuse, refuse, type Command } from './command.ts';

/** The command. */
export const probe: Command = {
  name: 'probe',
  usage: '-c PATH... --plan FILE [--format table|json|ndjson]',
  does: 'predict every probe of a test plan',
  async run(args) {
    const path = args.values['plan'];
    if (path === undefined) return misuse('probe needs --plan FILE');
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) return refuse({ code: 'usage.path', message: 'No such plan', file: path });
    const plan = parsePlan(text, path);
    if (!plan.ok) return refuse({ ...plan.problem, code: `usage.${plan.problem.code}` });
    return withClusters(args, async ({ clusters }) => {
      const [cluster, ...others] = clusters;
      if (cluster === undefined || others.length > 0)
        return misuse('probe answers for one cluster at a time; name one export with -c');
      const report = predict(createSimulator(cluster.snapshot, cluster.profile), plan.value);
      switch (args.values['format'] ?? 'table') {
        case 'json':
          await writeJson(report);
          break;
        case 'ndjson':
          await writeNdjson(report.probes);
          break;
        case 'table':
          await writeOut(
            printTable(
              ['verdict', 'expected', 'protocol', 'port', 'src', 'dst', 'because'],
              report.probes.map(item => [
                item.verdict,
                item.expected ?? '',
                item.protocol,
                String(item.port ?? ''),
                item.src,
                item.dst,
                item.because.join('; '),
              ]),
            ),
          );
          break;
        default:
          return misuse(`probe has no format ${args.values['format'] ?? ''}`);
      }
      return report.probes.some(item => item.agrees === false) ? EXIT.contradicts : EXIT.done;
    });
  },
};
