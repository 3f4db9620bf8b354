// What a command is: its words, and a function that ends in an exit code of the contract.
import type { Args } from '../args.ts';
import { sayProblem } from '../output.ts';
import type { Problem } from '../../shared/base/result.ts';

/** Exit codes of the contract. */
export const EXIT = {
  done: 0,
  contradicts: 1,
  usage: 2,
  unusable: 3,
  unverified: 4,
  interrupted: 130,
} as const;

/** One command of `vouch`. */
export interface Command {
  readonly name: string;
  /** Words and options after the name, for `--help`. */
  readonly usage: string;
  readonly does: string;
  run(args: Args): Promise<number>;
}

/** Says a problem and gives its exit code: wrong usage 2, everything that kept files from being used 3. */
export function refuse(problem: Problem): number {
  sayProblem(problem);
  return problem.code.startsWith('usage.') || problem.code.startsWith('engagement.')
    ? EXIT.usage
    : EXIT.unusable;
}

/** Wrong usage in one line. */
export function misuse(message: string): number {
  return refuse({ code: 'usage.wrong', message });
}
