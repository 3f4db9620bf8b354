// Answers the simulate room: every pair of pods behind the two names is asked, equal explanations are told once.
import { canonicalJson } from '../../shared/base/json.ts';
import { failed, ok, type Result } from '../../shared/base/result.ts';
import type { Case } from '../../shared/engagement/run-case.ts';
import type { SimulateAnswer, SimulateQuestion } from '../data/case-view.ts';

/** More pairs than this are not asked one by one; the answer says how many were. */
const PAIRS = 400;

/** The verdicts of a question. */
export function simulate(open: Case, question: SimulateQuestion): Result<SimulateAnswer> {
  const facts = open.facts.clusters.find(({ simulator }) => simulator.snapshot.cluster === question.cluster);
  if (facts === undefined)
    return failed('simulate.cluster-unknown', `No cluster ${question.cluster} in this case`);
  const { simulator } = facts;
  const sources = simulator.resolve(question.from);
  const targets = simulator.resolve(question.to);
  if (sources.length === 0) return unknownEnd(question.from);
  if (targets.length === 0) return unknownEnd(question.to);
  const pairs = sources.flatMap(src =>
    targets.filter(dst => dst.id !== src.id).map(dst => [src, dst] as const),
  );
  const grouped = new Map<string, SimulateAnswer['verdicts'][number]>();
  for (const [src, dst] of pairs.slice(0, PAIRS)) {
    const verdict = simulator.evaluate({
      src,
      dst,
      protocol: question.protocol,
      ...(question.port === undefined ? {} : { port: question.port }),
    });
    const key = canonicalJson(verdict).replaceAll(src.id, 'from').replaceAll(dst.id, 'to');
    const known = grouped.get(key);
    grouped.set(
      key,
      known === undefined
        ? { src: src.id, dst: dst.id, pairs: 1, verdict }
        : { ...known, pairs: known.pairs + 1 },
    );
  }
  if (grouped.size === 0) return failed('simulate.same-end', 'Both ends are the same pod');
  return ok({
    question,
    verdicts: [...grouped.values()],
    asked: Math.min(pairs.length, PAIRS),
    pairs: pairs.length,
    profile: simulator.profile,
  });
}

function unknownEnd(text: string): Result<never> {
  return failed(
    'simulate.end-unknown',
    `${text} is no workload, pod or address of this export. Aggregates such as pub, pvt or name-* stand for many ends and cannot be asked as one.`,
  );
}
