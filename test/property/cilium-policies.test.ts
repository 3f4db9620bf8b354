// What must hold for Cilium policies of any make: order never matters, a deny more never opens anything, an allow more
// never closes anything, short and long answers agree, and so do the matrix and a slow reading of the text.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  differencesFromOracle,
  outcomes,
  policy,
  queries,
  RANK,
  rule,
  simulate,
  type Policy,
  type Rule,
} from './cilium-cases.ts';

const RUNS = { numRuns: 60 };

describe('Cilium policies of any make', () => {
  it('decide as a slow, direct reading of the text does', () => {
    fc.assert(
      fc.property(fc.array(policy, { minLength: 1, maxLength: 3 }), policies => {
        expect(differencesFromOracle(policies)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('mean the same in any order', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 3 }), policies => {
        const [one, other] = [simulate(policies), simulate(policies, true)];
        expect(outcomes(other)).toEqual(outcomes(one));
        expect(JSON.stringify(other.reach())).toBe(JSON.stringify(one.reach()));
      }),
      RUNS,
    );
  });

  it('open nothing by a deny more', () => {
    fc.assert(
      fc.property(
        fc.array(policy, { maxLength: 3 }),
        rule,
        fc.constantFrom('a', undefined),
        (policies, more, namespace) => {
          const sections = { ingress: [], ingressDeny: [more], egress: [], egressDeny: [more] };
          const denying: Policy = { namespace, labels: {}, sections, leavesOpen: true };
          const before = outcomes(simulate(policies));
          const after = outcomes(simulate([...policies, denying]));
          expect(after.filter((outcome, at) => RANK[outcome] > RANK[before[at]!])).toEqual([]);
        },
      ),
      RUNS,
    );
  });

  it('close nothing by an allow more in a section that is there already', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 2 }), policy, rule, (policies, last, more) => {
        const added = { ...last.sections, ingress: [...last.sections.ingress, more] };
        const before = outcomes(simulate([...policies, closing(last)]));
        const after = outcomes(simulate([...policies, closing({ ...last, sections: added })]));
        expect(after.filter((outcome, at) => RANK[outcome] < RANK[before[at]!])).toEqual([]);
      }),
      RUNS,
    );
  });

  it('get the same answer with and without its explanation, and in the matrix', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 3 }), policies => {
        const simulator = simulate(policies);
        const rows = new Map(simulator.reach().rows.map(row => [`${row.src} ${row.dst}`, row]));
        for (const query of queries(simulator)) {
          const { outcome } = simulator.outcome(query);
          expect(simulator.evaluate(query).outcome).toBe(outcome);
          if (query.src.kind !== 'pod' || query.dst.kind !== 'pod' || query.protocol === 'ICMP') continue;
          const row = rows.get(`${query.src.id}[Pod] ${query.dst.id}[Pod]`);
          const holds = (
            list: typeof row extends undefined ? never : NonNullable<typeof row>['allow'],
          ): boolean =>
            list.some(
              range =>
                range.protocol === query.protocol && range.from <= query.port! && query.port! <= range.to,
            );
          const inRow =
            row === undefined
              ? 'deny'
              : holds(row.allow)
                ? 'allow'
                : holds(row.indeterminate)
                  ? 'indeterminate'
                  : 'deny';
          expect([query.src.id, query.dst.id, inRow]).toEqual([query.src.id, query.dst.id, outcome]);
        }
      }),
      RUNS,
    );
  });
});

/** Ingress is closed with and without the rule that is added. */
function closing(made: Policy): Policy {
  const nobody: Rule = { peers: undefined, toPorts: undefined };
  return { ...made, sections: { ...made.sections, ingress: [...made.sections.ingress, nobody] } };
}
