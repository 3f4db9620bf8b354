// Expected failure as a value. A Problem states facts in a neutral sentence and carries a stable code;
// the window or the command line adds advice. Broken invariants throw instead (see assert.ts).

/** A stable, dotted problem code such as `intake.yaml.alias-limit`. */
export type ProblemCode = string;

/** One expected failure: what happened and, when it happened in a file, where. */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly file?: string;
  /** 1-based line in `file`. */
  readonly line?: number;
}

/** Either a value or the problem that kept it from being made. */
export type Result<T, P = Problem> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: P };

/** Wraps a value as success. */
export function ok<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

/** Wraps a problem as failure. */
export function failed(
  code: ProblemCode,
  message: string,
  where: { file?: string; line?: number } = {},
): Result<never> {
  return { ok: false, problem: { code, message, ...where } };
}

/** Prints a problem as one line, `file:line: message [code]`. */
export function printProblem(problem: Problem): string {
  const place =
    problem.file === undefined
      ? ''
      : `${problem.file}${problem.line === undefined ? '' : `:${problem.line}`}: `;
  return `${place}${problem.message} [${problem.code}]`;
}

/** Thrown where a Result cannot travel (inside streams); carries the problem unchanged. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}
