// `vouch report`: the evidence reports as tables, in compat mode (columns and flags of the retired reporter) or in
// effective mode (what the simulation proves). Files appear all at once or not at all.
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import type { Instant } from '../../shared/base/brand.ts';
import { caseInstant, type Case } from '../../shared/engagement/run-case.ts';
import { parseSelector } from '../../shared/policy/calico/selector.ts';
import { compatTables } from '../../shared/report/compat/tables.ts';
import { reportTables } from '../../shared/report/tables/report-tables.ts';
import type { Args } from '../args.ts';
import { nowOf } from '../load.ts';
import { nodeNow } from '../node-host.ts';
import { say } from '../output.ts';
import { withCase } from '../with-case.ts';
import { writeAll, type Files } from '../write-files.ts';
import { EXIT, misuse, refuse, type Command } from './command.ts';

/** The command. */
export const report: Command = {
  name: 'report',
  usage:
    '-c PATH... [-f PATH...] --kind inventory|network-access [--mode compat|effective] [--scope SELECTOR] --out DIR',
  does: 'the evidence reports as CSV and JSON',
  async run(args) {
    const { kind, out } = args.values;
    const mode = args.values['mode'] ?? 'effective';
    if (kind === 'policy-audit' || kind === 'flow-visualisation')
      return misuse(`report --kind ${kind} is not built yet`);
    if (kind !== 'inventory' && kind !== 'network-access')
      return misuse('report needs --kind inventory or network-access');
    if (mode !== 'compat' && mode !== 'effective') return misuse(`Unknown mode ${mode}; compat or effective`);
    if (out === undefined) return misuse('report needs --out DIR');
    const now = nowOf(args);
    if (!now.ok) return refuse(now.problem);
    const selector = compatSelector(args);
    const parsed = parseSelector(selector);
    if (mode === 'compat' && !parsed.ok) return misuse(`Not a label selector: ${selector}`);
    return withCase(args, async found => {
      const at = caseInstant(now.value, found.facts.engagement, nodeNow);
      const files =
        mode === 'compat' ? compatFiles(kind, found, selector, at) : effectiveFiles(kind, found, at);
      await writeAll(out, files);
      if (!args.flags.has('quiet')) for (const [name] of files) say(`wrote ${join(out, name)}`);
      return EXIT.done;
    });
  },
};

/** `--scope 'PCI=true'` limits the endpoints in compat mode, as the old report's selector did; `k=v` is `k == 'v'`. */
function compatSelector(args: Args): string {
  const words = args.lists['scope'] ?? [];
  return words
    .map(word => (/^[\w./-]+=[^=']*$/.test(word) ? word.replace(/^([^=]+)=(.*)$/, "$1 == '$2'") : word))
    .join(' || ');
}

function compatFiles(
  kind: 'inventory' | 'network-access',
  found: Case,
  selector: string,
  at: Instant,
): Files {
  const several = found.facts.clusters.length > 1;
  return found.facts.clusters.flatMap(({ simulator, flows }) =>
    compatTables(kind, {
      snapshot: simulator.snapshot,
      selector,
      from: at,
      to: at,
      ...(flows === undefined ? {} : { flows }),
    }).map(
      table => [several ? `${simulator.snapshot.cluster}-${table.name}` : table.name, table.csv] as const,
    ),
  );
}

function effectiveFiles(kind: 'inventory' | 'network-access', found: Case, now: Instant): Files {
  const { clusters, scope } = found.facts;
  return reportTables(kind, 'effective', { clusters, scope, version: packageJson.version, now }).flatMap(
    table => [[`${table.name}.csv`, table.csv] as const, [`${table.name}.json`, table.json] as const],
  );
}
