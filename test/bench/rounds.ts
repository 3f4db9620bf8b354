// Runs contenders in turns, so that a busy minute meets all of them alike, and prints medians with their range.

/** One contender of a race; `work` is what one run does (verdicts, pairs), to print rates. */
export interface Contender {
  readonly name: string;
  readonly work?: { readonly amount: number; readonly unit: string };
  readonly run: () => unknown;
}

/** Milliseconds of each run, sorted. */
export interface Timing {
  readonly name: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Runs every contender once a round; the order turns with each round. One round before that is not counted. */
export function race(contenders: readonly Contender[], rounds: number): readonly Timing[] {
  const times = contenders.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const at = (turn + round + contenders.length) % contenders.length;
      const began = performance.now();
      contenders[at]?.run();
      if (round >= 0) times[at]?.push(performance.now() - began);
    }
  }
  return contenders.map(({ name }, at) => {
    const sorted = (times[at] ?? []).sort((a, b) => a - b);
    return {
      name,
      median: sorted[sorted.length >> 1] ?? 0,
      least: sorted[0] ?? 0,
      most: sorted.at(-1) ?? 0,
    };
  });
}

/** One line per contender: time, range, rate. */
export function printTimings(contenders: readonly Contender[], timings: readonly Timing[]): string {
  return timings
    .map(({ name, median, least, most }, at) => {
      const work = contenders[at]?.work;
      const rate = work === undefined ? '' : `  ${printRate(work.amount / (median / 1000))} ${work.unit}/s`;
      return `  ${name.padEnd(58)} ${ms(median).padStart(9)} ms [${ms(least)}-${ms(most)}]${rate}\n`;
    })
    .join('');
}

/** The ratio of two medians, with the range the runs span. */
export function ratio(slower: Timing, faster: Timing, factor = 1): string {
  const middle = (slower.median / faster.median) * factor;
  const low = (slower.least / faster.most) * factor;
  const high = (slower.most / faster.least) * factor;
  return `${short(middle)}x [${short(low)}-${short(high)}]`;
}

function ms(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(4);
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(2) : value.toFixed(4);
}

function printRate(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} M`;
  return value >= 1e3 ? `${(value / 1e3).toFixed(1)} k` : value.toFixed(0);
}
