// Why the np-guard analyser allows or denies: the same policies and rules must be named for the same verdict of each side.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Protocol } from '../../../shared/model/snapshot.ts';
import type { Outcome, Simulator, Verdict } from '../../../shared/verdict/verdict.ts';
import { folder, runsOf, simulate } from './corpus.ts';

interface ExplainEntry {
  readonly conns: string;
  readonly reasons: readonly string[];
}

interface ExplainRun {
  readonly name: string;
  readonly folder: string;
  readonly options: { readonly multipleNetworks?: boolean };
  readonly pairs: readonly {
    readonly src: string;
    readonly dst: string;
    readonly allowed: readonly ExplainEntry[];
    readonly denied: readonly ExplainEntry[];
  }[];
  readonly systemDefault: readonly { readonly src: string; readonly dst: string }[];
}

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;

/** The ends of every range of `TCP:[1-79,81-65535], UDP`. */
function probesOf(conns: string): readonly (readonly [protocol: Protocol, port: number])[] {
  return [...conns.matchAll(/(TCP|UDP|SCTP)(?::\[([\d,-]+)\])?/g)].flatMap(([, word, ports = '1-65535']) =>
    ports.split(/[,-]/).map(port => [PROTOCOLS.find(protocol => protocol === word)!, Number(port)] as const),
  );
}

/** The rules and policies that reasons name, as `direction policy rule action`. */
function namedIn(reasons: readonly string[]): readonly string[] {
  return reasons.flatMap(reason => {
    const rule = /^(\w+) '([^']+)' (allow|denie|passe)s connections by (Ingress|Egress) rule (.+)$/.exec(
      reason,
    );
    if (rule !== null) {
      const [, kind = '', name = '', verb = '', way = '', which = ''] = rule;
      const action = { allow: 'allow', denie: 'deny', passe: 'pass' }[verb] ?? verb;
      return [`${way.toLowerCase()} ${kind} ${name} ${which} ${action}`];
    }
    if (/ isolates /.test(reason)) return ['egress pod networks', 'ingress pod networks'];
    const none = /^(\w+) '([^']+)' selects .* not allowed by any (Ingress|Egress) rule/.exec(reason);
    return none === null ? [] : [`${(none[3] ?? '').toLowerCase()} ${none[1] ?? ''} ${none[2] ?? ''} none`];
  });
}

/** The same of a verdict; a rule counts by its name and by its number. */
function namedBy(verdict: Verdict): readonly string[] {
  return (['ingress', 'egress'] as const).flatMap(way =>
    verdict[way].steps.flatMap(step => {
      const policy = (step.policy ?? '').replace(/^(\w+)\.[\w.]+ /, '$1 ');
      const rules = [step.ruleName, step.rule === undefined ? undefined : `#${step.rule + 1}`];
      const said = rules.flatMap(rule =>
        rule === undefined ? [] : [`${way} ${policy} ${rule} ${step.action}`],
      );
      const isNetwork = step.stage === 'pod networks' && step.action === 'deny';
      return [
        ...said,
        ...(step.action === 'none' || step.action === 'deny' ? [`${way} ${policy} none`] : []),
        ...(isNetwork ? [`${way} pod networks`] : []),
      ];
    }),
  );
}

function sideOf(reasons: readonly string[], word: 'Ingress' | 'Egress'): string | undefined {
  return reasons
    .map(reason => new RegExp(`^${word} \\((Allowed|Denied)\\)`).exec(reason)?.[1])
    .find(found => found !== undefined);
}

/** How one simulator's answers differ from one entry. */
function differences(
  simulator: Simulator,
  pair: { readonly src: string; readonly dst: string },
  outcome: Outcome,
  { conns, reasons }: ExplainEntry,
): readonly string[] {
  const [src] = simulator.resolve(pair.src);
  const [dst] = simulator.resolve(pair.dst);
  if (src === undefined || dst === undefined) return [`nothing is called ${pair.src} or ${pair.dst}`];
  return probesOf(conns).flatMap(([protocol, port]) => {
    const verdict = simulator.evaluate({ src, dst, protocol, port });
    const where = `${pair.src} -> ${pair.dst} ${protocol} ${port}`;
    const ours = namedBy(verdict);
    const sides = (['Ingress', 'Egress'] as const).flatMap(word => {
      const side = verdict[word === 'Ingress' ? 'ingress' : 'egress'].verdict;
      // One golden file leaves out why its egress is denied.
      const told = sideOf(reasons, word);
      const isSame = side === 'deny' ? told === 'Denied' : told === 'Allowed';
      return told === undefined || isSame ? [] : [`${where}: ${word} ${side}, not ${told}`];
    });
    return [
      ...(verdict.outcome === outcome ? [] : [`${where}: ${verdict.outcome}, not ${outcome}`]),
      ...sides,
      ...namedIn(reasons)
        .filter(named => !ours.includes(named))
        .map(named => `${where}: ${named} is not named (${ours.join('; ')})`),
    ];
  });
}

describe.skipIf(folder === undefined)('np-guard: explanations', () => {
  const runs = runsOf('explain') as readonly ExplainRun[];

  it.each(runs.map(run => [run.name, run] as const))(
    '%s names the same policies and rules for the same verdict',
    async (_name, run) => {
      const { simulator } = await simulate(join(run.folder, 'manifests'));
      const all = [simulator, ...simulator.networks().map(network => network.simulator)];
      const wrong = run.pairs.flatMap(pair =>
        (['allow', 'deny'] as const).flatMap(outcome =>
          pair[outcome === 'allow' ? 'allowed' : 'denied'].flatMap(entry => {
            // An entry does not say on which of several networks it was asked.
            const answers = all.map(one => differences(one, pair, outcome, entry));
            return answers.some(answer => answer.length === 0) ? [] : (answers[0] ?? []);
          }),
        ),
      );
      for (const pair of run.systemDefault) {
        const open = { conns: 'TCP, UDP, SCTP', reasons: [] };
        wrong.push(...differences(simulator, pair, 'allow', open));
      }
      expect(wrong.slice(0, 20)).toEqual([]);
    },
  );
});
