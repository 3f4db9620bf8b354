// The connectivity maps of the np-guard analyser, compared as sets of rows: cases whose features are fully simulated are exact.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  mergeRanges,
  parseAddressRange,
  printAddressRange,
  type AddressRange,
} from '../../shared/base/address.ts';
import type { ClusterId } from '../../shared/base/brand.ts';
import { buildSnapshot } from '../../shared/model/build-snapshot.ts';
import { PROFILES } from '../../shared/policy/profile.ts';
import { connectivity, type ConnectivityRow } from '../../shared/verdict/connectivity.ts';
import { diff } from '../../shared/verdict/diff.ts';
import { createSimulator } from '../../shared/verdict/simulator.ts';
import type { Simulator } from '../../shared/verdict/verdict.ts';
import { corpusFolder } from '../fixtures/corpus.ts';
import { importFolder } from '../fixtures/import-folder.ts';

interface Case {
  readonly name: string;
  readonly plain: boolean;
  readonly features: readonly string[];
}

interface Refusal {
  readonly dir: string;
  readonly level: string;
  readonly upstreamAlert: readonly string[];
}

const FINDINGS = new Map([
  ['CidrErrTitle', 'refused'],
  ['SelectorErrTitle', 'refused'],
  ['RulePeerErrTitle', 'refused'],
  ['IllegalPortRangeError', 'refused'],
  ['NotSupportedPodResourcesErrorStr', 'split'],
  ['NSWithSameNameError', 'model.duplicate-object'],
  ['PriorityErrExplain', 'refused'],
  ['UnknownRuleActionErr', 'refused'],
]);

const SIMULATED = [
  'np',
  'anp',
  'banp',
  'ipBlock',
  'port-range',
  'named-port',
  'sctp',
  'matchExpressions',
  'ingress',
  'route',
];
const folder = corpusFolder('policy/npguard');

function read(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

async function simulate(path: string): Promise<{
  readonly simulator: Simulator;
  readonly diagnostics: readonly { readonly code: string }[];
}> {
  const { objects } = await importFolder(path);
  const input = { cluster: 'default' as ClusterId, basis: 'default' as const, objects };
  const { snapshot, diagnostics } = buildSnapshot(input, { directOwner: true });
  return { simulator: createSimulator(snapshot, PROFILES['np-guard']), diagnostics };
}

/** What is said aloud about a folder that the peer refuses. */
async function findingsOf(path: string): Promise<readonly string[]> {
  const { simulator, diagnostics } = await simulate(path);
  const { refused, unsupported } = simulator.policies;
  const split = connectivity(simulator).filter(row => row.src.endsWith(')') || row.dst.endsWith(')'));
  return [
    ...diagnostics.map(item => item.code),
    ...refused.map(() => 'refused'),
    ...unsupported.map(() => 'not simulated'),
    ...split.map(() => 'split'),
    ...simulator.policyProblems().flatMap(item => (item.code === 'policy.splits-workload' ? ['split'] : [])),
  ];
}

/** Rows as texts; external ranges with equal connections are merged on both sides alike, since peers cut them differently. */
function asSet(rows: readonly ConnectivityRow[]): readonly string[] {
  const ranges = new Map<string, AddressRange[]>();
  const texts: string[] = [];
  for (const { src, dst, conns, indeterminate = '' } of rows) {
    const [range] = [src, dst].flatMap(end =>
      end.endsWith(EXTERNAL) ? (parseAddressRange(end.slice(0, -EXTERNAL.length)) ?? []) : [],
    );
    const words = [src, dst].map(end => (end.endsWith(EXTERNAL) ? '(external)' : end));
    const key = `${words.join(' => ')} : ${conns}${indeterminate}`;
    if (range === undefined) texts.push(key);
    else ranges.set(key, [...(ranges.get(key) ?? []), range]);
  }
  for (const [key, list] of ranges)
    texts.push(`${key} at ${mergeRanges(list).map(printAddressRange).join(' ')}`);
  return texts.sort();
}

const EXTERNAL = '[External]';

describe.skipIf(folder === undefined)('connectivity under the np-guard profile', () => {
  const root = folder ?? '';
  const { cases } = (folder === undefined ? { cases: [] } : read(join(root, 'index.json'))) as {
    cases: readonly Case[];
  };
  const chosen = cases.filter(
    item => item.plain && item.features.every(feature => SIMULATED.includes(feature)),
  );

  it('has cases to compare', () => {
    expect(chosen.length).toBeGreaterThan(0);
  });

  it.each(chosen.map(item => [item.name, item.features.join(' ')] as const))(
    '%s (%s) is exact',
    async name => {
      const expected = read(join(root, name, 'expected.json')) as readonly ConnectivityRow[];
      expect(asSet(connectivity((await simulate(join(root, name, 'manifests'))).simulator))).toEqual(
        asSet(expected),
      );
    },
  );

  const refusals = (folder === undefined ? [] : read(join(root, '_errors.json'))) as readonly Refusal[];

  it.each(
    refusals
      .filter(item => item.level === 'fatal' && FINDINGS.has(item.upstreamAlert[0] ?? ''))
      .map(item => [item.dir, item.upstreamAlert[0] ?? ''] as const),
  )('%s is not judged in silence (%s)', async (dir, alert) => {
    const manifests = join(root, dir, 'manifests');
    const findings = await findingsOf(existsSync(manifests) ? manifests : join(root, dir));
    // Where an admin policy has a say as well, that it is not simulated is the finding.
    expect(findings.filter(found => found === FINDINGS.get(alert) || found === 'not simulated')).not.toEqual(
      [],
    );
  });
});

interface ExpectedDiff {
  readonly dir1: string;
  readonly dir2: string;
  readonly diff: readonly {
    readonly type: string;
    readonly src: string;
    readonly dst: string;
    readonly ref1: string;
    readonly ref2: string;
  }[];
}

const diffs = folder === undefined ? [] : readdirSync(join(folder, '_diff')).sort();

describe.skipIf(folder === undefined)('differences between two folders', () => {
  it.each(diffs)('%s are exact', async file => {
    const root = folder ?? '';
    const expected = read(join(root, '_diff', file)) as ExpectedDiff;
    const sideOf = async (name: string) => ({
      simulator: (await simulate(join(root, name))).simulator,
      cde: new Set<string>(),
    });
    const found = diff(await sideOf(expected.dir1), await sideOf(expected.dir2));
    const ours = found.rows.map(row => ({
      src: row.src,
      dst: row.dst,
      conns: `${row.type}: ${row.before} -> ${row.after}`,
    }));
    const theirs = expected.diff.map(row => ({
      src: row.src,
      dst: row.dst,
      conns: `${row.type}: ${row.ref1} -> ${row.ref2}`,
    }));
    expect(asSet(ours)).toEqual(asSet(theirs));
  });
});
