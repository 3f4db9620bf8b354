// Instants are UTC texts that sort as text. The core never reads a clock: every instant is given in.
import type { Instant } from './brand.ts';

const FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Milliseconds since 1970 of the last instant that has the form of one. */
export const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Makes an instant from milliseconds since 1970, whole seconds without a fraction. */
export function instantOf(milliseconds: number): Instant {
  return new Date(milliseconds).toISOString().replace('.000Z', 'Z') as Instant;
}

/** Parses an RFC 3339 time with any offset; undefined when it is none. */
export function parseInstant(text: string): Instant | undefined {
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds) || !/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d/.test(text)) return undefined;
  return instantOf(milliseconds);
}

/** Milliseconds since 1970 of an instant. */
export function millisecondsOf(instant: Instant): number {
  return Date.parse(instant);
}

/** Whether a text already has the form of an Instant. */
export function isInstant(text: string): text is Instant {
  return FORM.test(text) && !Number.isNaN(Date.parse(text));
}
