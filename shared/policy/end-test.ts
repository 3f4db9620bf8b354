// Small parts of end tests that dialects share: truths as answers, and contents as numbers.
import type { Endpoint, EndTest, Truth } from './compiled.ts';

const ANSWER = { no: 0, unknown: 1, yes: 2 } as const satisfies Record<Truth, number>;

/** A truth as the answer of a test: the largest of several answers is their Kleene "or". */
export function answerOf(truth: Truth): number {
  return ANSWER[truth];
}

/** A truth from the answer of a test. */
export function truthOf(answer: number): Truth {
  return answer === 2 ? 'yes' : answer === 1 ? 'unknown' : 'no';
}

/** A test about what a text says of an end: equal texts are alike; the empty text is 0. */
export function testByText(test: Omit<EndTest, 'ask'>, textOf: (end: Endpoint) => string): EndTest {
  const numbers = new Map<string, number>([['', 0]]);
  return {
    ...test,
    ask: end => {
      const text = textOf(end);
      const before = numbers.get(text);
      if (before !== undefined) return before;
      numbers.set(text, numbers.size);
      return numbers.size - 1;
    },
  };
}
