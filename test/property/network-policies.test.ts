// NetworkPolicies of any make: what a slow, direct reading of the text says; a union without order; more rules never close
// anything; the matrix says the same as single questions.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsPort } from '../../shared/policy/port-set.ts';
import { differences, policy, rule, simulate } from './network-policy-cases.ts';
import { OPENNESS, outcomesOf, queryOf, QUESTIONS } from './small-cluster.ts';

const SOME = fc.array(policy, { maxLength: 4 });

describe('NetworkPolicies of any make', () => {
  it('decide as a slow, direct reading of the text does', () => {
    fc.assert(
      fc.property(SOME, policies => {
        expect(differences(policies)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('are a union: their order, and the order of all objects, changes nothing', () => {
    fc.assert(
      fc.property(SOME, policies => {
        const [one, other] = [simulate(policies), simulate(policies, true)];
        expect(JSON.stringify(other.reach())).toBe(JSON.stringify(one.reach()));
        expect(outcomesOf(other)).toEqual(outcomesOf(one));
      }),
      { numRuns: 60 },
    );
  });

  it('close nothing by a rule more in a direction that is isolated already', () => {
    fc.assert(
      fc.property(SOME, policy, rule('from'), rule('to'), (policies, last, from, to) => {
        const policyTypes = ['Ingress', 'Egress'];
        const { ingress = [], egress = [] } = last.spec;
        const before = { ...last, spec: { ...last.spec, policyTypes } };
        const after = {
          ...last,
          spec: { ...last.spec, policyTypes, ingress: [...ingress, from], egress: [...egress, to] },
        };
        const was = outcomesOf(simulate([...policies, before]));
        const is = outcomesOf(simulate([...policies, after]));
        expect(is.filter((outcome, at) => OPENNESS[outcome] < OPENNESS[was[at]!])).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('say the same in the matrix as in single questions', () => {
    fc.assert(
      fc.property(SOME, policies => {
        const simulator = simulate(policies);
        const rows = new Map(simulator.reach().rows.map(row => [`${row.src} ${row.dst}`, row]));
        for (const question of QUESTIONS) {
          const { src, dst, protocol, port } = question;
          if (src.kind !== 'pod' || dst.kind !== 'pod' || src === dst) continue;
          const row = rows.get(`${src.name}[Pod] ${dst.name}[Pod]`);
          const asked = simulator.outcome(queryOf(simulator, question)).outcome;
          const inMatrix = holdsPort(row?.allow ?? [], protocol, port) ? 'allow' : 'deny';
          expect([src.name, dst.name, inMatrix]).toEqual([src.name, dst.name, asked]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
