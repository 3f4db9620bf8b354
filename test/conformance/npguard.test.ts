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
import type { Simulator, Verdict } from '../../shared/verdict/verdict.ts';
import type { Protocol } from '../../shared/model/snapshot.ts';
import type { Endpoint } from '../../shared/policy/compiled.ts';
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

interface ExposureRun {
  readonly name: string;
  readonly folder: string;
  readonly options: { readonly focusWorkloads?: readonly string[]; readonly multipleNetworks?: boolean };
  readonly exposure: Readonly<
    Record<
      'ingress' | 'egress',
      readonly { readonly workload: string; readonly peer: string; readonly conns: string }[]
    >
  >;
  readonly unprotected: readonly { readonly workload: string; readonly direction: string }[];
}

/** The runs of one kind with the folders they are in; the caller says what they hold. */
function runsOf(kind: string): readonly (object & { readonly folder: string })[] {
  const root = folder ?? '';
  return readdirSync(root, { withFileTypes: true }).flatMap(entry => {
    const runs = join(root, entry.name, 'runs');
    if (!entry.isDirectory() || !existsSync(runs)) return [];
    return readdirSync(runs)
      .map(file => ({ folder: join(root, entry.name), ...(read(join(runs, file)) as object) }))
      .filter(run => 'kind' in run && run.kind === kind);
  });
}

describe.skipIf(folder === undefined)('exposure under the np-guard profile', () => {
  const runs = folder === undefined ? [] : (runsOf('exposure') as readonly ExposureRun[]);

  it.each(runs.map(run => [run.name, run] as const))('%s is exact', async (_name, run) => {
    const { simulator } = await simulate(join(run.folder, 'manifests'));
    const isAsked = (workload: string): boolean =>
      run.options.focusWorkloads?.some(name => workload.startsWith(`${name}[`)) ?? true;
    const rows = simulator.exposure().filter(row => isAsked(row.name));
    const ours = rows.map(row => `${row.direction} ${row.name} ${row.peer} : ${row.conns}`);
    const theirs = (['egress', 'ingress'] as const).flatMap(direction =>
      run.exposure[direction]
        .filter(row => !row.peer.endsWith(EXTERNAL))
        .map(row => `${direction} ${row.workload} ${row.peer} : ${row.conns}`),
    );
    expect(ours.sort()).toEqual(theirs.sort());
    const open = rows.flatMap(row => (row.unprotected ? [`${row.direction} ${row.name}`] : []));
    expect([...new Set(open)].sort()).toEqual(
      run.unprotected.map(row => `${row.direction} ${row.workload}`).sort(),
    );
  });
});

interface ExplainEntry {
  readonly conns: string;
  readonly reasons: readonly string[];
}

interface ExplainRun {
  readonly name: string;
  readonly folder: string;
  readonly options: { readonly multipleNetworks?: boolean };
  readonly pairs: readonly {
    readonly src: string;
    readonly dst: string;
    readonly allowed: readonly ExplainEntry[];
    readonly denied: readonly ExplainEntry[];
  }[];
  readonly systemDefault: readonly { readonly src: string; readonly dst: string }[];
}

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;

/** The ends of every range of `TCP:[1-79,81-65535], UDP`. */
function probesOf(conns: string): readonly (readonly [protocol: Protocol, port: number])[] {
  return [...conns.matchAll(/(TCP|UDP|SCTP)(?::\[([\d,-]+)\])?/g)].flatMap(([, word, ports = '1-65535']) =>
    ports.split(/[,-]/).map(port => [PROTOCOLS.find(protocol => protocol === word)!, Number(port)] as const),
  );
}

/** The rules and policies that reasons name, as `direction policy rule action`. */
function namedIn(reasons: readonly string[]): readonly string[] {
  return reasons.flatMap(reason => {
    const rule = /^(\w+) '([^']+)' (allow|denie|passe)s connections by (Ingress|Egress) rule (.+)$/.exec(
      reason,
    );
    if (rule !== null) {
      const [, kind = '', name = '', verb = '', way = '', which = ''] = rule;
      const action = { allow: 'allow', denie: 'deny', passe: 'pass' }[verb] ?? verb;
      return [`${way.toLowerCase()} ${kind} ${name} ${which} ${action}`];
    }
    const none = /^(\w+) '([^']+)' selects .* not allowed by any (Ingress|Egress) rule/.exec(reason);
    return none === null ? [] : [`${(none[3] ?? '').toLowerCase()} ${none[1] ?? ''} ${none[2] ?? ''} none`];
  });
}

/** The same of a verdict; a rule counts by its name and by its number. */
function namedBy(verdict: Verdict): readonly string[] {
  return (['ingress', 'egress'] as const).flatMap(way =>
    verdict[way].steps.flatMap(step => {
      const policy = (step.policy ?? '').replace(/^(\w+)\.[\w.]+ /, '$1 ');
      const rules = [step.ruleName, step.rule === undefined ? undefined : `#${step.rule + 1}`];
      const said = rules.flatMap(rule =>
        rule === undefined ? [] : [`${way} ${policy} ${rule} ${step.action}`],
      );
      return step.action === 'none' || step.action === 'deny' ? [...said, `${way} ${policy} none`] : said;
    }),
  );
}

function sideOf(reasons: readonly string[], word: 'Ingress' | 'Egress'): string | undefined {
  return reasons
    .map(reason => new RegExp(`^${word} \\((Allowed|Denied)\\)`).exec(reason)?.[1])
    .find(found => found !== undefined);
}

describe.skipIf(folder === undefined)('explanations under the np-guard profile', () => {
  const runs = folder === undefined ? [] : (runsOf('explain') as readonly ExplainRun[]);

  it.each(runs.filter(run => run.options.multipleNetworks !== true).map(run => [run.name, run] as const))(
    '%s names the same policies and rules for the same verdict',
    async (_name, run) => {
      const { simulator } = await simulate(join(run.folder, 'manifests'));
      const wrong: string[] = [];
      const endOf = (text: string): Endpoint => {
        const [end] = simulator.resolve(text);
        if (end === undefined) throw new Error(`nothing is called ${text}`);
        return end;
      };
      for (const { src, dst, allowed, denied } of run.pairs) {
        for (const [outcome, entries] of [
          ['allow', allowed],
          ['deny', denied],
        ] as const) {
          for (const { conns, reasons } of entries) {
            for (const [protocol, port] of probesOf(conns)) {
              const verdict = simulator.evaluate({ src: endOf(src), dst: endOf(dst), protocol, port });
              const where = `${src} -> ${dst} ${protocol} ${port}`;
              if (verdict.outcome !== outcome) wrong.push(`${where}: ${verdict.outcome}, not ${outcome}`);
              for (const word of ['Ingress', 'Egress'] as const) {
                const side = verdict[word === 'Ingress' ? 'ingress' : 'egress'].verdict;
                // One golden file leaves out why its egress is denied.
                const told = sideOf(reasons, word);
                if (told === undefined) continue;
                const expected = told === 'Denied' ? 'deny' : 'allow';
                if (side !== expected && !(side === 'not-applicable' && expected === 'allow'))
                  wrong.push(`${where}: ${word} ${side}, not ${expected}`);
              }
              const ours = namedBy(verdict);
              for (const named of namedIn(reasons))
                if (!ours.includes(named)) wrong.push(`${where}: ${named} is not named (${ours.join('; ')})`);
            }
          }
        }
      }
      for (const { src, dst } of run.systemDefault) {
        const verdict = simulator.evaluate({ src: endOf(src), dst: endOf(dst) });
        const all = verdict.ports.allow.reduce((sum, range) => sum + range.to - range.from + 1, 0);
        if (verdict.outcome !== 'allow' || all !== 3 * 65_535) wrong.push(`${src} -> ${dst}: not open`);
      }
      expect(wrong.slice(0, 20)).toEqual([]);
    },
  );
});
