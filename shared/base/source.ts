// Where bytes come from and where a statement points back to.
import type { Digest } from './brand.ts';

/** A readable file as a host hands it over; `open` may be called more than once. */
export interface SourceFile {
  /** Path as shown to people: relative, forward slashes. */
  readonly path: string;
  /** Size in bytes, when known. */
  readonly size?: number;
  open(): AsyncIterable<Uint8Array>;
}

/** A file that can be read at any place: what verifying a large package needs. */
export interface RandomAccess {
  readonly size: number;
  /** Exactly `length` bytes from `offset`; the caller never asks beyond `size`. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A place in a stored file: path inside the intake (members as `archive.zip!/member`), 1-based lines. */
export interface SourceSpan {
  readonly file: string;
  readonly line: number;
  readonly endLine?: number;
}

/** A span with the digest of the stored file it points into: what a statement walks back to. */
export interface Witnessed extends SourceSpan {
  readonly digest: Digest;
}

/** `file:line` of a span. */
export function printSpan(span: SourceSpan): string {
  return `${span.file}:${span.line}`;
}
