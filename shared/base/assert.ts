// Broken invariants. Each call says why the other case cannot happen; a failure here is a bug of ours,
// never bad input (bad input is a Result, see result.ts).

/** Throws when an invariant does not hold; `reason` says why it must. */
export function assert(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${reason}`);
}

/** Returns the value, or throws with the reason why it cannot be missing. */
export function ensure<T>(value: T | undefined, reason: string): T {
  if (value === undefined) throw new Error(`Invariant broken: ${reason}`);
  return value;
}

/** Ends a switch over a union; the compiler proves that no arm was forgotten. */
export function assertNever(value: never): never {
  throw new Error(`Invariant broken: unexpected ${JSON.stringify(value)}`);
}
