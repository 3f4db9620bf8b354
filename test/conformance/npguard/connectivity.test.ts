// Connectivity maps of the np-guard analyser, compared as sets of rows.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConnections, printConnections } from '../../../shared/base/ports.ts';
import { intersectPorts, mergePorts } from '../../../shared/policy/port-set.ts';
import { connectivity, type ConnectivityRow } from '../../../shared/verdict/connectivity.ts';
import { asSet, EXTERNAL, folder, read, root, runsOf, simulate } from './corpus.ts';

interface Case {
  readonly name: string;
  readonly plain: boolean;
  readonly features: readonly string[];
}

describe.skipIf(folder === undefined)('np-guard: connectivity maps', () => {
  const { cases } = (folder === undefined ? { cases: [] } : read(join(root, 'index.json'))) as {
    cases: readonly Case[];
  };
  const plain = cases.filter(item => item.plain);

  it.each(plain.map(item => [item.name, item.features.join(' ')] as const))(
    '%s (%s) is exact',
    async (name, _features) => {
      const expected = read(join(root, name, 'expected.json')) as readonly ConnectivityRow[];
      const { simulator } = await simulate(join(root, name, 'manifests'));
      expect(asSet(connectivity(simulator))).toEqual(asSet(expected));
    },
  );
});

interface ConnlistRun {
  readonly name: string;
  readonly folder: string;
  readonly options: {
    readonly focusWorkloads?: readonly string[];
    readonly focusWorkloadPeers?: readonly string[];
    readonly focusDirection?: 'ingress' | 'egress';
    readonly focusConn?: string;
  };
  readonly connlist?: readonly ConnectivityRow[];
}

/** The rows that a run asks for: by the end in focus, its peer, its side and one connection. */
function focused(rows: readonly ConnectivityRow[], options: ConnlistRun['options']): ConnectivityRow[] {
  const { focusWorkloads, focusWorkloadPeers, focusDirection, focusConn } = options;
  const isOne = (end: string, names: readonly string[]): boolean =>
    names.some(name => end.replace('[udn]', '').replace(/\[\w+\]$/, '') === name || bare(end) === name);
  const meant = (focus: string, peer: string): boolean =>
    (focusWorkloads === undefined || isOne(focus, focusWorkloads)) &&
    (focusWorkloadPeers === undefined || isOne(peer, focusWorkloadPeers));
  const [, protocol = '', port = ''] = /^(\w+)-(\d+)$/.exec(focusConn ?? '') ?? [];
  return rows.flatMap(row => {
    const isMeant =
      (focusDirection !== 'egress' && meant(row.dst, row.src)) ||
      (focusDirection !== 'ingress' && meant(row.src, row.dst));
    if (!isMeant) return [];
    if (focusConn === undefined) return [row];
    const asked = [{ protocol: protocol.toUpperCase() as 'TCP', from: Number(port), to: Number(port) }];
    const left = intersectPorts(mergePorts(parseConnections(row.conns) ?? []), asked);
    return left.length === 0 ? [] : [{ ...row, conns: printConnections(left) }];
  });
}

function bare(end: string): string {
  return end.replace(/^.*\//, '').replace(/\[\w+\]$/, '');
}

describe.skipIf(folder === undefined)('np-guard: maps in focus', () => {
  const runs = (runsOf('connlist') as readonly ConnlistRun[]).filter(run => (run.connlist ?? []).length > 0);

  it.each(runs.map(run => [run.name, run] as const))('%s is exact', async (_name, run) => {
    const { simulator } = await simulate(join(run.folder, 'manifests'));
    const ours = focused(connectivity(simulator), run.options);
    expect(asSet(ours)).toEqual(asSet(run.connlist ?? []));
    expect(ours.some(row => row.src.endsWith(EXTERNAL) && row.dst.endsWith(EXTERNAL))).toBe(false);
  });
});
