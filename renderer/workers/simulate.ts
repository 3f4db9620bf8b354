// Answers the simulate room: every pair of pods behind the two names is asked, equal explanations are told once. A
// flow of the log is asked about with the ends that its record names, as the replay did.
import { canonicalJson } from '../../shared/base/json.ts';
import { failed, ok, type Result } from '../../shared/base/result.ts';
import type { SourceSpan } from '../../shared/base/source.ts';
import type { Case } from '../../shared/engagement/run-case.ts';
import type { FlowTable } from '../../shared/model/flow-table.ts';
import type { Endpoint } from '../../shared/policy/compiled.ts';
import { flowEnds, type FlowEnd, type LoggedEnd } from '../../shared/verdict/flow-end.ts';
import type { Simulator } from '../../shared/verdict/verdict.ts';
import type { SimulateAnswer, SimulateQuestion } from '../data/case-view.ts';

/** More pairs than this are not asked one by one; the answer says how many were. */
const PAIRS = 400;

/** The verdicts of a question. */
export function simulate(open: Case, question: SimulateQuestion): Result<SimulateAnswer> {
  const facts = open.facts.clusters.find(({ simulator }) => simulator.snapshot.cluster === question.cluster);
  if (facts === undefined)
    return failed('simulate.cluster-unknown', `No cluster ${question.cluster} in this case`);
  const { simulator, flows } = facts;
  const [from, to] = endsOf(question, simulator, flows);
  const unknown = [from, to].find(end => end.endpoints.length === 0);
  if (unknown !== undefined)
    return failed(
      'simulate.end-unknown',
      unknown.doubt ?? `${unknown.id} is no workload, pod or address of this export`,
    );
  const pairs = from.endpoints.flatMap(src =>
    to.endpoints.filter(dst => dst.id !== src.id).map(dst => [src, dst] as const),
  );
  if (pairs.length === 0) return failed('simulate.same-end', 'Both ends are the same pod');
  return ok({
    question,
    verdicts: verdictsOf(simulator, question, pairs.slice(0, PAIRS)),
    asked: Math.min(pairs.length, PAIRS),
    pairs: pairs.length,
    doubts: [from, to].flatMap(end => (end.doubt === undefined ? [] : [end.doubt])),
    profile: simulator.profile,
  });
}

function verdictsOf(
  simulator: Simulator,
  { protocol, port, record }: SimulateQuestion,
  pairs: readonly (readonly [Endpoint, Endpoint])[],
): SimulateAnswer['verdicts'] {
  const grouped = new Map<string, SimulateAnswer['verdicts'][number]>();
  for (const [src, dst] of pairs) {
    const verdict = simulator.evaluate({
      src,
      dst,
      protocol,
      ...(port === undefined ? {} : { port }),
      ...(record === undefined ? {} : { asSeen: true }),
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
  return [...grouped.values()];
}

function endsOf(
  { from, to, record }: SimulateQuestion,
  simulator: Simulator,
  flows: FlowTable | undefined,
): readonly [FlowEnd, FlowEnd] {
  const logged = record === undefined || flows === undefined ? undefined : loggedEnds(flows, record);
  if (logged !== undefined) {
    const resolve = flowEnds(simulator);
    return [resolve(logged[0]), resolve(logged[1])];
  }
  const named = (id: string): FlowEnd => ({ id, endpoints: simulator.resolve(id), isHalfKnown: false });
  return [named(from), named(to)];
}

/** Both ends of the record at a line of a log. */
function loggedEnds(
  flows: FlowTable,
  { file, line }: SourceSpan,
): readonly [LoggedEnd, LoggedEnd] | undefined {
  const at = flows.files.indexOf(file);
  for (const part of flows.parts) {
    for (let row = 0; row < part.rows; row++) {
      if (part.line[row] !== line || part.file[row] !== at) continue;
      const text = (column: Uint32Array): string => flows.strings[column[row] ?? 0] ?? '';
      return [
        {
          kind: part.srcKind[row] ?? 0,
          namespace: text(part.srcNamespace),
          name: text(part.srcName),
          ip: text(part.srcIp),
          labels: text(part.srcLabels),
        },
        {
          kind: part.dstKind[row] ?? 0,
          namespace: text(part.dstNamespace),
          name: text(part.dstName),
          ip: text(part.dstIp),
          labels: text(part.dstLabels),
          domains: text(part.dstDomains),
        },
      ];
    }
  }
  return undefined;
}
