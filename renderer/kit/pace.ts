// How quickly something goes, from what was seen of it lately; the time left is what is left at that pace. Nothing is
// said before enough was seen. Times are given in, in milliseconds.

/** What was done at a time. */
export interface Sample {
  readonly at: number;
  readonly done: number;
}

/** A pace per second, and the seconds left where the end is known. */
export interface Pace {
  readonly perSecond: number;
  readonly secondsLeft?: number;
}

const WINDOW_MS = 8000;
const LEAST_MS = 1000;

/** Samples of the last seconds with a new one; a step back starts anew. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last !== undefined && sample.done < last.done) return [sample];
  // The last one before the window stays, so that a slow thing is measured over its own steps.
  const from = samples.findLastIndex(item => sample.at - item.at >= WINDOW_MS);
  return [...samples.slice(Math.max(0, from)), sample];
}

/** The pace over these samples. */
export function paceOf(samples: readonly Sample[], total: number | undefined): Pace | undefined {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < LEAST_MS) return undefined;
  const perSecond = ((last.done - first.done) * 1000) / (last.at - first.at);
  if (!(perSecond > 0)) return undefined;
  if (total === undefined || total < last.done) return { perSecond };
  return { perSecond, secondsLeft: (total - last.done) / perSecond };
}

/** `about 3 min left`, rounded so that it does not pretend. */
export function printTimeLeft(seconds: number): string {
  if (seconds < 5) return 'a few seconds left';
  if (seconds < 55) return `about ${Math.ceil(seconds / 5) * 5} s left`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `about ${minutes} min left` : `about ${(seconds / 3600).toFixed(1)} h left`;
}
