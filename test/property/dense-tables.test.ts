// Whole logs are looked up in a matrix of all tables: it says what each table says by itself.
import { describe, expect, it } from 'vitest';
import { makeRandom } from '../generate/random.ts';
import { PROFILES } from '../../shared/policy/profile.ts';
import { compileFor } from '../../shared/verdict/compiled-cluster.ts';
import { randomBodies, snapshotOf } from '../fixtures/random-cluster.ts';

const FLOWS = 70_000;

describe('a log that is long enough for the matrix', () => {
  it.each([3, 8, 21])('gets the values of single look-ups, seed %i', seed => {
    const random = makeRandom(seed);
    const { table, pairs } = compileFor(snapshotOf(randomBodies(seed)), PROFILES.calico);
    const any = (below: number): number => Math.floor(random() * below);
    const column = (make: () => number): Int32Array => Int32Array.from({ length: FLOWS }, make);
    const flows = {
      src: column(() => any(table.classes)),
      dst: column(() => any(table.classes)),
      key: column(() => any(4) * 65_536 + (random() < 0.5 ? any(100) : any(65_536))),
    };
    const classOf = Int32Array.from({ length: table.classes }, (_, number) => number);
    const values = new Int32Array(FLOWS);
    // The first time makes the tables of the pairs, the second one reads them from the matrix.
    pairs.valuesOf(flows, classOf, values);
    const first = values.slice();
    pairs.valuesOf(flows, classOf, values);
    expect(values).toEqual(first);
    const wrong = [...values.keys()].filter(
      at => values[at] !== pairs.valueAt(flows.src[at]!, flows.dst[at]!, flows.key[at]!),
    );
    expect(wrong).toEqual([]);
    expect(new Set(values).size).toBeGreaterThan(3);
  });
});
