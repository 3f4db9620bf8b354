// Truth tables of other projects, row by row: the recipes of cyclonus, the tables of the policy assistant, and the probes
// that the conformance suite of ClusterNetworkPolicy asserts.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ClusterId } from '../../shared/base/brand.ts';
import type { JsonObject } from '../../shared/base/json.ts';
import { buildSnapshot } from '../../shared/model/build-snapshot.ts';
import type { KubernetesObject } from '../../shared/model/object.ts';
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
describe.skipIf(cyclonus.length === 0)('cyclonus: recipes', () => {
  it.for(cyclonus)('$name is exact', ({ folder }, { task }) => {
    const { simulator, rows } = load(folder);
    task.meta.answers = rows.length;
    const wrong = rows.filter(row =>
      verdicts(simulator, row).some(([answer, expected]) => answer !== (expected ? 'allow' : 'deny')),
    );
    expect(wrong).toEqual([]);
  });
});

const assistant = casesIn('policy/policy-assistant');
describe.skipIf(assistant.length === 0)('policy-assistant: tables', () => {
  it.for(assistant)('$name is exact', ({ folder }, { task }) => {
    const { simulator, rows } = load(folder);
    task.meta.answers = rows.length;
    const wrong = rows.filter(row =>
      verdicts(simulator, row).some(([answer, expected]) => answer !== (expected ? 'allow' : 'deny')),
    );
    expect(wrong).toEqual([]);
  });
});

interface Probe {
  readonly src: string;
  readonly dst: string;
  readonly proto: Protocol;
  readonly port: number;
  readonly allowed: boolean;
}

/** Every step of every case: the common base, the step's policies, and the labels that it gives to namespaces. */
function conformanceSteps(): readonly { readonly name: string; readonly folder: string }[] {
  return casesIn('policy/cnp-conformance').flatMap(({ name, folder }) =>
    readdirSync(join(folder, 'steps'))
      .sort()
      .map(step => ({ name: `${name} step ${step}`, folder: join(folder, 'steps', step) })),
  );
}

function relabelled(
  object: KubernetesObject,
  labels: Record<string, Record<string, string>>,
): KubernetesObject {
  const { name } = object.meta;
  const given = object.kind === 'Namespace' ? labels[name] : undefined;
  if (given === undefined) return object;
  const whole = { ...given, 'kubernetes.io/metadata.name': name };
  const metadata = { ...(object.body['metadata'] as JsonObject), labels: whole };
  return { ...object, meta: { ...object.meta, labels: whole }, body: { ...object.body, metadata } };
}

const steps = conformanceSteps();
describe.skipIf(steps.length === 0)('cnp-conformance: probes', () => {
  it.for(steps)('$name is exact', ({ folder }, { task }) => {
    const namespaces = join(folder, 'namespaces.json');
    const labels = existsSync(namespaces)
      ? (JSON.parse(readFileSync(namespaces, 'utf8')) as Record<string, Record<string, string>>)
      : {};
    const objects = ['../../../base.yaml', 'policies.yaml'].flatMap(file =>
      existsSync(join(folder, file)) ? objectsOfYaml(readFileSync(join(folder, file), 'utf8'), { file }) : [],
    );
    const input = {
      cluster: 'default' as ClusterId,
      basis: 'default' as const,
      objects: objects.map(object => relabelled(object, labels)),
    };
    const { snapshot } = buildSnapshot(input, { directOwner: false });
    const simulator = createSimulator(snapshot, { ...PROFILES.kubernetes, enforces: 'yes' });
    const probes = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as readonly Probe[];
    task.meta.answers = probes.length;
    expect(probes.length).toBeGreaterThan(0);
    const answers = probes.map(({ src, dst, proto, port }) => {
      const query = {
        src: simulator.resolve(src)[0]!,
        dst: simulator.resolve(dst)[0]!,
        protocol: proto,
        port,
      };
      const { outcome } = simulator.outcome(query);
      expect(simulator.evaluate(query).outcome).toBe(outcome);
      return { src, dst, proto, port, outcome };
    });
    expect(answers).toEqual(
      probes.map(({ allowed, ...probe }) => ({ ...probe, outcome: allowed ? 'allow' : 'deny' })),
    );
  });
});
