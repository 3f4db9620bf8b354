// The folders of the np-guard analyser and the runs kept with them, read once for all tests of this kind.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  mergeRanges,
  parseAddressRange,
  printAddressRange,
  type AddressRange,
} from '../../../shared/base/address.ts';
import type { ClusterId } from '../../../shared/base/brand.ts';
import { buildSnapshot } from '../../../shared/model/build-snapshot.ts';
import { PROFILES } from '../../../shared/policy/profile.ts';
import type { ConnectivityRow } from '../../../shared/verdict/connectivity.ts';
import { createSimulator } from '../../../shared/verdict/simulator.ts';
import type { Simulator } from '../../../shared/verdict/verdict.ts';
import { corpusFolder } from '../../fixtures/corpus.ts';
import { importFolder } from '../../fixtures/import-folder.ts';

/** The folder of the set; undefined where the corpus is absent. */
export const folder = corpusFolder('policy/npguard');

/** The set's folder, or the empty text where no test runs. */
export const root = folder ?? '';

/** One JSON file of the set. */
export function read(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** What became of a folder of manifests. */
export interface Simulated {
  readonly simulator: Simulator;
  readonly diagnostics: readonly { readonly code: string; readonly file: string; readonly line?: number }[];
}

/** Imports a folder of manifests under the peer's profile. */
export async function simulate(path: string): Promise<Simulated> {
  const { objects } = await importFolder(path);
  const input = { cluster: 'default' as ClusterId, basis: 'default' as const, objects };
  const { snapshot, diagnostics } = buildSnapshot(input, { directOwner: true });
  return { simulator: createSimulator(snapshot, PROFILES['np-guard']), diagnostics };
}

/** Rows as texts; external ranges with equal connections are merged on both sides alike, since peers cut them differently. */
export function asSet(rows: readonly ConnectivityRow[]): readonly string[] {
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

/** How addresses outside are marked. */
export const EXTERNAL = '[External]';

/** The runs of one kind with the folders they are in; the caller says what they hold. */
export function runsOf(kind: string): readonly (object & { readonly folder: string })[] {
  if (folder === undefined) return [];
  return readdirSync(root, { withFileTypes: true }).flatMap(entry => {
    const runs = join(root, entry.name, 'runs');
    if (!entry.isDirectory() || !existsSync(runs)) return [];
    return readdirSync(runs)
      .map(file => ({ folder: join(root, entry.name), ...(read(join(runs, file)) as object) }))
      .filter(run => 'kind' in run && run.kind === kind);
  });
}
