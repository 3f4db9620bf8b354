// The registry: ids, files, catalogue numbers, order, and what a result carries whatever the check.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { caseFacts, drawnDigest } from '../../test/fixtures/case-facts.ts';
import { auditEvent, drawnCase } from '../../test/fixtures/drawn-case.ts';
import { catalogueOf, procedureOf } from '../catalogue/catalogue.ts';
import { canonicalJson } from '../base/json.ts';
import { CHECKS, registryOf } from './registry.ts';
import { runChecks } from './run-checks.ts';

const OPEN = `
ns card
ns web
node n1 192.168.0.1
node n2 192.168.0.2
pod card/vault[PCI=true] 10.0.1.1 node=n1
pod web/shop[app=shop] 10.0.2.1 node=n2
svc card/vault PCI=true 443->8443 type=LoadBalancer
`;
const FLOWS = `web/shop -> card/vault tcp 443 : dst allow at=300
card/vault -> pub(203.0.113.9) tcp 443 : src allow at=400`;
const facts = (reversed: boolean): ReturnType<typeof caseFacts> => {
  const audit = [
    auditEvent(),
    auditEvent({ id: 'e2', user: undefined, source: { file: 'audit.log', line: 2 } }),
  ];
  const clusters = ['west', 'east'].map(cluster =>
    drawnCase(OPEN, { cluster, flows: FLOWS, audit: reversed ? [...audit].reverse() : audit, reversed }),
  );
  return caseFacts(reversed ? clusters.reverse() : clusters);
};

describe('the registry', () => {
  it('holds the fourteen checks in natural order', () => {
    expect(CHECKS.map(check => check.id)).toEqual(
      'S1-02 S1-03 S1-04 S1-05 S1-11 S1-12 S2-01 S2-04 S2-08 S4-01 S4-02 S4-04 S5-01 S10-03'.split(' '),
    );
  });
  it('has one file for each check, named by its id, and no other', () => {
    const files = readdirSync(import.meta.dirname).filter(name => /^s\d+-\d+\.ts$/.test(name));
    expect(files.sort()).toEqual(CHECKS.map(check => `${check.id.toLowerCase()}.ts`).sort());
    for (const check of CHECKS) {
      const path = `${import.meta.dirname}/${check.id.toLowerCase()}.ts`;
      expect(existsSync(path)).toBe(true);
      expect(readFileSync(path, 'utf8')).toContain(`id: '${check.id}'`);
    }
  });
  it('refuses two checks with one id', () => {
    expect(() => registryOf([...CHECKS, ...CHECKS.slice(0, 1)])).toThrow(/an id of its own/);
  });
  it.each(CHECKS)('$id names requirements and procedures of the catalogue, and its row', check => {
    const catalogue = catalogueOf('4.0.1');
    for (const number of check.requirements) expect(catalogue.byNumber.get(number)?.kind).toBe('requirement');
    for (const number of check.procedures) {
      const found = procedureOf(catalogue, number);
      expect(check.requirements).toContain(found?.requirement.number);
    }
    expect(check.procedures.length).toBeGreaterThan(0);
    expect(check.id.startsWith(`${check.seedRow}-`)).toBe(true);
    expect(check.version).toBe(1);
  });
});

describe('results', () => {
  const results = runChecks(facts(false));
  it('do not depend on the order of clusters, objects or events', () => {
    expect(canonicalJson(runChecks(facts(true)))).toBe(canonicalJson(results));
  });
  it('can be asked for by id', () => {
    expect(runChecks(facts(false), { only: ['S10-03', 'S1-02'] }).map(result => result.id)).toEqual([
      'S1-02',
      'S10-03',
    ]);
  });
  it('point every witness to file and digest, and name the files they rest on', () => {
    for (const result of results) {
      for (const witness of result.witnesses.filter(one => one.source !== undefined))
        expect(witness.digest, witness.text).toBe(drawnDigest(witness.source!.file));
      expect(result.inputs.length, result.id).toBeGreaterThan(0);
      expect([...result.inputs].sort()).toEqual(result.inputs);
    }
    expect(results.find(result => result.id === 'S10-03')?.inputs).toEqual([drawnDigest('audit.log')]);
  });
  it('fail with at least one witness, and never speak of compliance', () => {
    expect(results.some(result => result.outcome === 'fail')).toBe(true);
    for (const result of results) {
      if (result.outcome === 'fail') expect(result.witnesses.length, result.id).toBeGreaterThan(0);
      expect(canonicalJson(result)).not.toMatch(/complian|certif/i);
      expect(result.sentence).toMatch(/^[A-Z0-9].*\.$/s);
    }
  });
  it('are all no-data, and never pass, for an empty case', () => {
    const empty = caseFacts([]);
    expect(runChecks(empty).map(result => result.outcome)).toEqual(CHECKS.map(() => 'no-data'));
  });
});
