// What may connect tomorrow, by the np-guard analyser's own runs.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXTERNAL, folder, runsOf, simulate } from './corpus.ts';

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

describe.skipIf(folder === undefined)('np-guard: exposure', () => {
  const runs = runsOf('exposure') as readonly ExposureRun[];

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
