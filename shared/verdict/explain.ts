// One verdict with everything that led to it, in the shape of the command line's `vouch.explain/1`.
import { printConnections } from '../base/ports.ts';
import { ok, type Result } from '../base/result.ts';
import { chooseQuery, type AskedConnection } from './ends.ts';
import type { Outcome, SideVerdict, Simulator, Step, Verdict } from './verdict.ts';

/** A question; `from` and `to` are `ns/pod`, `ns/name[Kind]` or an address. */
export interface ExplainQuestion {
  readonly from: string;
  readonly to: string;
  readonly port?: number;
  readonly protocol?: NonNullable<AskedConnection['protocol']>;
}

/** The answer; a port is the destination's, after Service translation. */
export interface Explanation {
  readonly schema: 'vouch.explain/1';
  readonly from: string;
  readonly to: string;
  readonly protocol?: string;
  readonly port?: number;
  readonly verdict: Outcome;
  /** Where more than one port was asked about: which are allowed, and which stay open. */
  readonly connections: { readonly allow: string; readonly indeterminate: string };
  readonly egress: ExplainedSide;
  readonly ingress: ExplainedSide;
  /** The same question on each secondary network that both ends are attached to; absent where there is none. */
  readonly networks?: readonly ExplainedNetwork[];
  readonly assumptions: readonly string[];
}

/** The answer on a secondary network, which has policies of its own. */
export interface ExplainedNetwork extends Pick<
  Explanation,
  'verdict' | 'connections' | 'egress' | 'ingress'
> {
  readonly network: string;
}

/** One side of an explanation. */
export interface ExplainedSide {
  readonly verdict: SideVerdict['verdict'];
  readonly steps: readonly Omit<Step, 'direction'>[];
}

/** Explains a connection; fails when an end is not in the export. */
export function explain(simulator: Simulator, question: ExplainQuestion): Result<Explanation> {
  const { from, to, port } = question;
  // A port without a protocol means TCP, as in a policy.
  const protocol = question.protocol ?? (port === undefined ? undefined : 'TCP');
  const chosen = chooseQuery(simulator, {
    src: from,
    dst: to,
    ...(protocol === undefined ? {} : { protocol }),
    ...(port === undefined ? {} : { port }),
  });
  if (!chosen.ok) return chosen;
  const { query, pairs } = chosen.value;
  const verdict = simulator.evaluate(query);
  const { icmp } = simulator.profile;
  const networks = simulator.networks().flatMap(({ name, simulator: network }): ExplainedNetwork[] => {
    const [src, dst] = [network.resolve(query.src.id)[0], network.resolve(query.dst.id)[0]];
    if (src?.kind !== 'pod' || dst?.kind !== 'pod') return [];
    return [{ network: name, ...answerOf(network.evaluate({ ...query, src, dst }), icmp) }];
  });
  return ok({
    schema: 'vouch.explain/1',
    from: query.src.id,
    to: query.dst.id,
    ...(protocol === undefined ? {} : { protocol }),
    ...(port === undefined ? {} : { port }),
    ...answerOf(verdict, icmp),
    ...(networks.length === 0 ? {} : { networks }),
    assumptions:
      pairs === 1
        ? verdict.assumptions
        : [
            ...verdict.assumptions,
            `of ${pairs} pairs of pods the one that lets most through is shown: ${query.src.id} to ${query.dst.id}`,
          ],
  });
}

function answerOf(verdict: Verdict, icmp: boolean): Omit<ExplainedNetwork, 'network'> {
  return {
    verdict: verdict.outcome,
    connections: {
      allow: printConnections(verdict.ports.allow, { icmp }),
      indeterminate: printConnections(verdict.ports.indeterminate, { icmp }),
    },
    egress: sideOf(verdict.egress),
    ingress: sideOf(verdict.ingress),
  };
}

function sideOf(side: SideVerdict): ExplainedSide {
  return {
    verdict: side.verdict,
    steps: side.steps.map(step => {
      const { direction: _direction, ...rest } = step;
      return rest;
    }),
  };
}
