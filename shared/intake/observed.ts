// DNS answers and requests on their way through the door: equal ones are one fact with a count and a period, so that a log
// of millions of lines leaves what it says, not its length. What they are equal in, and the first of them, stay.
import type { ClusterId } from '../base/brand.ts';
import { instantOf } from '../base/instant.ts';
import { compareBy, compareText } from '../base/order.ts';
import type { SourceSpan } from '../base/source.ts';
import type { DnsAnswer } from '../model/dns.ts';
import type { ObservedRequest } from '../model/requests.ts';

/** An answer before its cluster is known; times in milliseconds since 1970, NaN where the log has none. */
export type UnplacedAnswer = Unplaced<DnsAnswer>;

/** A request before its cluster is known. */
export type UnplacedRequest = Unplaced<ObservedRequest>;

type Unplaced<T> = Omit<T, 'cluster' | 'from' | 'to'> & { readonly from: number; readonly to: number };

/** Collects facts; equal ones become one. */
export interface Observations<T> {
  add(fact: T): void;
  finish(): readonly T[];
}

/** No answers yet. */
export function makeAnswers(): Observations<UnplacedAnswer> {
  return makeObservations(({ name, addresses, client }) => [name, client, ...addresses]);
}

/** No requests yet. */
export function makeRequests(): Observations<UnplacedRequest> {
  return makeObservations(({ src, dst, service, port, protocol, method, path, code, tls }) => [
    src,
    dst,
    service ?? '',
    String(port ?? ''),
    protocol,
    method ?? '',
    path ?? '',
    String(code ?? ''),
    tls?.version ?? '',
    tls?.cipher ?? '',
    tls?.serverName ?? '',
  ]);
}

/** Answers of all files of a cluster. */
export function settleAnswers(answers: readonly UnplacedAnswer[], cluster: ClusterId): readonly DnsAnswer[] {
  return settle(makeAnswers(), answers, cluster);
}

/** Requests of all files of a cluster. */
export function settleRequests(
  requests: readonly UnplacedRequest[],
  cluster: ClusterId,
): readonly ObservedRequest[] {
  return settle(makeRequests(), requests, cluster);
}

interface Observed {
  readonly count: number;
  readonly bytes?: number;
  readonly from: number;
  readonly to: number;
  readonly source: SourceSpan;
}

function makeObservations<T extends Observed>(partsOf: (fact: T) => readonly string[]): Observations<T> {
  const facts = new Map<string, T>();
  return {
    add(fact) {
      if (!(fact.from > 0)) return;
      const key = partsOf(fact).join('\n');
      const known = facts.get(key);
      facts.set(key, known === undefined ? fact : join(known, fact));
    },
    finish: () => [...facts].sort((a, b) => compareText(a[0], b[0])).map(([, fact]) => fact),
  };
}

function join<T extends Observed>(a: T, b: T): T {
  const [first, other] = EARLIER(a, b) <= 0 ? [a, b] : [b, a];
  return {
    ...first,
    count: a.count + b.count,
    ...(a.bytes === undefined ? {} : { bytes: a.bytes + (b.bytes ?? 0) }),
    from: first.from,
    to: Math.max(first.to, other.to),
  };
}

const EARLIER = compareBy<Observed>(
  fact => fact.from,
  fact => fact.source.file,
  fact => fact.source.line,
);

function settle<T extends Observed>(
  observations: Observations<T>,
  facts: readonly T[],
  cluster: ClusterId,
): readonly (Omit<T, 'from' | 'to'> & Placed)[] {
  for (const fact of facts) observations.add(fact);
  return observations
    .finish()
    .map(fact => ({ ...fact, cluster, from: instantOf(fact.from), to: instantOf(fact.to) }));
}

type Placed = Pick<DnsAnswer, 'cluster' | 'from' | 'to'>;
