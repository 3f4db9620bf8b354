// Two texts to one question: which pair of ends stands for them. A text may mean several pods; the pair that lets
// most through is the one to show, because a single open pod opens the whole workload.
import { failed, ok, type Result } from '../base/result.ts';
import type { Protocol } from '../model/snapshot.ts';
import type { Endpoint } from '../policy/compiled.ts';
import type { FlowQuery, Outcome, Simulator } from './verdict.ts';

/** A question in words. */
export interface AskedConnection {
  readonly src: string;
  readonly dst: string;
  readonly protocol?: Protocol;
  readonly port?: number;
}

/** The query to evaluate, and how many pairs it was chosen from. */
export interface ChosenQuery {
  readonly query: FlowQuery;
  readonly pairs: number;
}

/** Resolves both ends and chooses the pair that lets most through; the first such pair in order of ids. */
export function chooseQuery(simulator: Simulator, asked: AskedConnection): Result<ChosenQuery> {
  const sources = simulator.resolve(asked.src);
  const targets = simulator.resolve(asked.dst);
  if (sources.length === 0) return unknown(asked.src);
  if (targets.length === 0) return unknown(asked.dst);
  const { protocol, port } = asked;
  const rest = {
    ...(protocol === undefined ? {} : { protocol }),
    ...(port === undefined ? {} : { port }),
  };
  const pairs = pairsOf(sources, targets);
  let chosen: FlowQuery | undefined;
  let best = -1;
  for (const [src, dst] of pairs) {
    const query = { src, dst, ...rest };
    const rank = RANK[simulator.outcome(query).outcome];
    if (rank <= best) continue;
    best = rank;
    chosen = query;
  }
  return chosen === undefined ? unknown(asked.dst) : ok({ query: chosen, pairs: pairs.length });
}

const RANK: Readonly<Record<Outcome, number>> = { deny: 0, indeterminate: 1, allow: 2 };

/** Pods of one workload do not stand for themselves: a pair of one pod with itself counts only when nothing else is left. */
function pairsOf(
  sources: readonly Endpoint[],
  targets: readonly Endpoint[],
): readonly (readonly [Endpoint, Endpoint])[] {
  const pairs = sources.flatMap(src => targets.map(dst => [src, dst] as const));
  const apart = pairs.filter(([src, dst]) => src.id !== dst.id);
  return apart.length > 0 ? apart : pairs;
}

function unknown(text: string): Result<never> {
  return failed('verdict.unknown-endpoint', `nothing called ${JSON.stringify(text)} is in the export`);
}
