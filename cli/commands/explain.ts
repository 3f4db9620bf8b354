// `vouch explain`: one verdict with every stage and every rule tried, each with its file and line.
import { explain as explainFlow, type ExplainedSide } from '../../shared/verdict/explain.ts';
import { createSimulator } from '../../shared/verdict/simulator.ts';
import { printSpan } from '../../shared/base/source.ts';
import type { Protocol } from '../../shared/model/snapshot.ts';
import { writeJson, writeOut } from '../output.ts';
import { withClusters } from '../with-case.ts';
import { EXIT, misuse, refuse, type Command } from './command.ts';

/** The command. */
export const explain: Command = {
  name: 'explain',
  usage: '-c PATH... --from X --to Y [--port N] [--protocol P] [--format table|json]',
  does: 'why a connection is allowed or denied, rule by rule',
  async run(args) {
    const { from, to, port, protocol } = args.values;
    if (from === undefined || to === undefined) return misuse('explain needs --from X and --to Y');
    if (port !== undefined && !/^\d{1,5}$/.test(port)) return misuse(`Not a port: ${port}`);
    const asked = protocol?.toUpperCase();
    if (asked !== undefined && !isProtocol(asked))
      return misuse(`Unknown protocol ${asked}; TCP, UDP, SCTP or ICMP`);
    return withClusters(args, async ({ clusters }) => {
      const [cluster, ...others] = clusters;
      if (cluster === undefined || others.length > 0)
        return misuse('explain answers for one cluster at a time; name one export with -c');
      const explained = explainFlow(createSimulator(cluster.snapshot, cluster.profile), {
        from,
        to,
        ...(port === undefined ? {} : { port: Number(port) }),
        ...(asked === undefined ? {} : { protocol: asked }),
      });
      if (!explained.ok) return refuse({ ...explained.problem, code: `usage.${explained.problem.code}` });
      const answer = explained.value;
      if (args.values['format'] === 'json') await writeJson(answer);
      else
        await writeOut(
          [
            `${answer.verdict.toUpperCase()}  ${from} -> ${to}`,
            ...side('egress', answer.egress),
            ...side('ingress', answer.ingress),
            ...(answer.networks ?? []).flatMap(on => [
              `on network ${on.network}: ${on.verdict}`,
              ...side('egress', on.egress),
              ...side('ingress', on.ingress),
            ]),
            ...answer.assumptions.map(text => `assumes: ${text}`),
            '',
          ].join('\n'),
        );
      return EXIT.done;
    });
  },
};

function isProtocol(text: string): text is Protocol {
  return text === 'TCP' || text === 'UDP' || text === 'SCTP' || text === 'ICMP';
}

function side(name: string, { verdict, steps }: ExplainedSide): string[] {
  return [
    `${name}: ${verdict}`,
    ...steps.map(step => {
      const rule = step.rule === undefined ? '' : ` rule ${step.rule}`;
      const source = step.source === undefined ? '' : `  (${printSpan(step.source)})`;
      return `  [${step.stage}] ${step.policy ?? ''}${rule} ${step.action}: ${step.text}${source}`;
    }),
  ];
}
