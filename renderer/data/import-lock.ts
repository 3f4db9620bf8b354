// One lock over all windows of this origin: who imports holds it, shared; who tidies stored copies needs it alone. The
// browser lets go of it when a window dies, so nobody waits for the dead.
const NAME = 'vouch.import';

/** Runs an import, with what it commits, while no window tidies. */
export function whileImporting<T>(work: () => Promise<T>): Promise<T> {
  const locks = hostLocks();
  return locks === undefined ? work() : locks.request(NAME, { mode: 'shared' }, work);
}

/** Runs work unless some window imports; then it is left for the next start. */
export async function unlessImporting(work: () => Promise<void>): Promise<void> {
  const locks = hostLocks();
  if (locks === undefined) return work();
  await locks.request(NAME, { mode: 'exclusive', ifAvailable: true }, async lock => {
    if (lock !== null) await work();
  });
}

/** Tests run in hosts without locks, one window at a time. */
function hostLocks(): LockManager | undefined {
  return 'navigator' in globalThis && 'locks' in navigator ? navigator.locks : undefined;
}
