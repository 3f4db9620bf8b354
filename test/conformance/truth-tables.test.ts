// Truth tables of other projects: Kubernetes policies must come out exactly; where admin policies, which are not simulated
// yet, have a say, a verdict may be indeterminate but never the opposite of the table.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ClusterId } from '../../shared/base/brand.ts';
import { buildSnapshot } from '../../shared/model/build-snapshot.ts';
import type { Protocol } from '../../shared/model/snapshot.ts';
import { PROFILES } from '../../shared/policy/profile.ts';
import { createSimulator } from '../../shared/verdict/simulator.ts';
import type { Simulator } from '../../shared/verdict/verdict.ts';
import { corpusFolder } from '../fixtures/corpus.ts';
import { objectsOfYaml } from '../fixtures/objects.ts';

interface Row {
  readonly src: string;
  readonly dst: string;
  readonly proto: Protocol;
  readonly port: number;
  readonly ingress: boolean;
  readonly egress: boolean;
  readonly combined: boolean;
}

function casesIn(part: string): readonly { readonly name: string; readonly folder: string }[] {
  const root = corpusFolder(part);
  if (root === undefined) return [];
  const folders = readdirSync(root, { withFileTypes: true }).filter(entry => entry.isDirectory());
  return folders.map(entry => ({ name: entry.name, folder: join(root, entry.name) }));
}

function load(folder: string): { readonly simulator: Simulator; readonly rows: readonly Row[] } {
  const objects = objectsOfYaml(readFileSync(join(folder, 'manifests.yaml'), 'utf8'), {
    file: 'manifests.yaml',
  });
  const input = { cluster: 'default' as ClusterId, basis: 'default' as const, objects };
  const { snapshot } = buildSnapshot(input, { directOwner: false });
  const simulator = createSimulator(snapshot, { ...PROFILES.kubernetes, enforces: 'yes' });
  return {
    simulator,
    rows: JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as readonly Row[],
  };
}

function verdicts(simulator: Simulator, row: Row): readonly (readonly [answer: string, expected: boolean])[] {
  const query = {
    src: simulator.resolve(row.src)[0]!,
    dst: simulator.resolve(row.dst)[0]!,
    protocol: row.proto,
    port: row.port,
  };
  const { outcome, ingress, egress } = simulator.outcome(query);
  expect(simulator.evaluate(query).outcome).toBe(outcome);
  return [
    [ingress, row.ingress],
    [egress, row.egress],
    [outcome, row.combined],
  ];
}

const cyclonus = casesIn('policy/cyclonus');
describe.skipIf(cyclonus.length === 0)('recipes of the cyclonus generator', () => {
  it.each(cyclonus)('$name is exact', ({ folder }) => {
    const { simulator, rows } = load(folder);
    const wrong = rows.filter(row =>
      verdicts(simulator, row).some(([answer, expected]) => answer !== (expected ? 'allow' : 'deny')),
    );
    expect(wrong).toEqual([]);
  });
});

const assistant = casesIn('policy/policy-assistant');
describe.skipIf(assistant.length === 0)('tables of the policy assistant', () => {
  it.each(assistant)('$name is never contradicted', ({ folder }) => {
    const { simulator, rows } = load(folder);
    const wrong = rows.filter(row =>
      verdicts(simulator, row).some(([answer, expected]) => answer === (expected ? 'deny' : 'allow')),
    );
    expect(wrong).toEqual([]);
  });
});
