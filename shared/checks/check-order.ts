// The natural order of check ids: S1-02 before S1-11 before S2-01 before S10-03.
import { compareText } from '../base/order.ts';

/** Orders check ids by their numbers. */
export function compareCheckIds(a: string, b: string): number {
  const [x, y] = [numbersOf(a), numbersOf(b)];
  return x[0] - y[0] || x[1] - y[1] || compareText(a, b);
}

function numbersOf(id: string): readonly [number, number] {
  const [, row = '', number = ''] = /^S(\d+)-(\d+)$/.exec(id) ?? [];
  return [Number(row), Number(number)];
}
