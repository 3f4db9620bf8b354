// Two drawn clusters side by side: what opened, what closed, and what only one side can tell.
import { describe, expect, it } from 'vitest';
import { drawnCluster } from '../../test/fixtures/drawing.ts';
import { PROFILES } from '../policy/profile.ts';
import { diff, type Diff } from './diff.ts';
import { createSimulator } from './simulator.ts';

const PODS = `
  ns card
  ns web
  pod card/vault[app=vault] 10.0.1.5
  pod web/front[app=front] 10.0.2.1
`;

function compare(before: string, after: string): Diff {
  const side = (text: string) => ({
    simulator: createSimulator(drawnCluster(PODS + text), PROFILES['np-guard']),
    cde: new Set(['card/vault[Pod]']),
  });
  return diff(side(before), side(after));
}

const policy = (namespace: string, spec: string): string => `
  ---
  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: { name: guard, namespace: ${namespace} }
  spec: ${spec}
`;
const lines = (found: Diff): readonly string[] =>
  found.rows.map(
    row => `${row.touchesCde ? 'CDE ' : ''}${row.type} ${row.src} > ${row.dst}: ${row.before} > ${row.after}`,
  );

describe('the difference of two snapshots', () => {
  it('is empty for equal connections, however the policy is written', () => {
    const found = compare(
      policy('card', '{ podSelector: {}, ingress: [{ ports: [{ port: 80 }, { port: 81 }] }] }'),
      policy(
        'card',
        '{ podSelector: { matchLabels: { app: vault } }, ingress: [{ ports: [{ port: 80, endPort: 81 }] }] }',
      ),
    );
    expect(found.rows).toEqual([]);
    expect(found.policies.changed.map(item => item.id)).toEqual([
      'NetworkPolicy.networking.k8s.io card/guard',
    ]);
  });

  it('names what closed, connections of the CDE first, addresses outside as ranges', () => {
    expect(
      lines(compare('', policy('card', '{ podSelector: {}, ingress: [{ ports: [{ port: 443 }] }] }'))),
    ).toEqual([
      'CDE changed 0.0.0.0-255.255.255.255[External] > card/vault[Pod]: All Connections > TCP 443',
      'CDE changed web/front[Pod] > card/vault[Pod]: All Connections > TCP 443',
    ]);
    const closed = policy(
      'card',
      '{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.9.0.0/16 } }] }] }',
    );
    expect(lines(compare('', closed))).toEqual([
      'CDE removed 0.0.0.0-10.8.255.255[External] > card/vault[Pod]: All Connections > No Connections',
      'CDE removed 10.10.0.0-255.255.255.255[External] > card/vault[Pod]: All Connections > No Connections',
      'CDE removed web/front[Pod] > card/vault[Pod]: All Connections > No Connections',
    ]);
  });

  it('says of a new workload that it is new, and lists labels that changed', () => {
    const found = compare('', '  pod web/tool[app=tool] 10.0.2.9\n');
    expect(found.workloads).toEqual({ added: ['web/tool[Pod]'], removed: [], relabelled: [] });
    expect(found.rows.every(row => row.info === 'workload web/tool[Pod] added' && row.type === 'added')).toBe(
      true,
    );
  });

  it('counts as a change what one side cannot tell', () => {
    const bad = policy(
      'card',
      '{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/40 } }] }] }',
    );
    expect(lines(compare('', bad))).toContain(
      'CDE changed web/front[Pod] > card/vault[Pod]: All Connections > cannot tell All Connections',
    );
  });
});
