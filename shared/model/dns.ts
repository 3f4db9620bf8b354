// Names that DNS answers tied to addresses, as logs saw them: facts over time, used to say who an outside address was.
// A name without an address (NXDOMAIN, MX and the like) ties nothing and is not here.
import type { ClusterId, Instant } from '../base/brand.ts';
import type { SourceSpan } from '../base/source.ts';

/** One name with the addresses that one client was told, every time it was told the same. */
export interface DnsAnswer {
  readonly cluster: ClusterId;
  /** The name asked for: lower case, no dot at its end. */
  readonly name: string;
  /** Sorted. */
  readonly addresses: readonly string[];
  /** `ns/pod`, `ns/prefix-*` where the log aggregates, an address, or ''. */
  readonly client: string;
  /** Answers in the log, the first and the last of them. */
  readonly count: number;
  readonly from: Instant;
  readonly to: Instant;
  /** The first of them. */
  readonly source: SourceSpan;
}
