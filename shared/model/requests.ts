// Requests inside connections, as proxies and L7 logs saw them, reduced to what evidence needs: who asked whom for what, and
// how it was answered. Of a URL the path alone is kept: queries carry what was typed in.
import type { ClusterId, Instant } from '../base/brand.ts';
import type { SourceSpan } from '../base/source.ts';

/** Equal requests of one pair of ends. */
export interface ObservedRequest {
  readonly cluster: ClusterId;
  /** `ns/pod`, `ns/prefix-*` where the log aggregates, an address, `pub`, `pvt`, or ''. */
  readonly src: string;
  readonly dst: string;
  /** `ns/name` of the service asked, where the log names one. */
  readonly service?: string;
  readonly port?: number;
  /** `http`, `tcp`, `tls` and the like, as the log has it. */
  readonly protocol: string;
  readonly method?: string;
  readonly path?: string;
  /** Where question and answer are logged apart (Hubble) only the answer has one: the two are not to be added up. */
  readonly code?: number;
  /** What the collector saw of the encryption of the connection. */
  readonly tls?: { readonly version?: string; readonly cipher?: string; readonly serverName?: string };
  readonly count: number;
  readonly bytes: number;
  readonly from: Instant;
  readonly to: Instant;
  /** The first of them. */
  readonly source: SourceSpan;
}
