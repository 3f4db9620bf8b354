// Flows of open-source Calico: Whisker's and Goldmane's shapes give the same records, wherever they were taken.
import { describe, expect, it } from 'vitest';
import { importing } from '../../../test/fixtures/importing.ts';
import { printFlows } from '../../../test/fixtures/printed-flows.ts';

const HIT = {
  kind: 'CalicoNetworkPolicy',
  name: 'allow-web',
  namespace: 'card',
  tier: 'default',
  action: 'Allow',
};
const WHISKER = {
  start_time: '2026-03-01T08:00:00Z',
  end_time: '2026-03-01T08:00:15Z',
  action: 'Allow',
  source_name: 'front-5f6d-*',
  source_namespace: 'web',
  source_labels: 'tier=web | app=front',
  dest_name: 'api-*',
  dest_namespace: 'card',
  dest_labels: 'app=api',
  protocol: 'tcp',
  dest_port: 443,
  reporter: 'Dst',
  policies: {
    enforced: [
      { ...HIT, policy_index: 1, rule_index: 2, trigger: null },
      {
        kind: 'GlobalNetworkPolicy',
        name: 'security.pass',
        namespace: '',
        tier: 'security',
        action: 'Pass',
        policy_index: 0,
        rule_index: 0,
        trigger: null,
      },
    ],
    pending: [
      {
        ...HIT,
        kind: 'EndOfTier',
        name: '',
        action: 'Deny',
        policy_index: 0,
        rule_index: -1,
        trigger: { ...HIT, kind: 'StagedNetworkPolicy', name: 'staged' },
      },
    ],
  },
  packets_in: 3,
  packets_out: 4,
  bytes_in: 30,
  bytes_out: 40,
};
const DENIED = {
  ...WHISKER,
  action: 'Deny',
  source_name: 'PUBLIC NETWORK',
  source_namespace: 'Global',
  source_labels: '',
  policies: { enforced: null, pending: null },
};
const GOLDMANE = {
  id: '7',
  flow: {
    Key: {
      sourceName: 'front-5f6d-*',
      sourceNamespace: 'web',
      sourceType: 'WorkloadEndpoint',
      destName: 'api-*',
      destNamespace: 'card',
      destType: 'WorkloadEndpoint',
      destPort: '443',
      proto: 'tcp',
      reporter: 'Dst',
      action: 'Allow',
      policies: {
        enforcedPolicies: [
          { ...HIT, policyIndex: '1', ruleIndex: '2' },
          { kind: 'GlobalNetworkPolicy', name: 'security.pass', tier: 'security', action: 'Pass' },
        ],
        pendingPolicies: [
          {
            kind: 'EndOfTier',
            tier: 'default',
            action: 'Deny',
            ruleIndex: '-1',
            trigger: { ...HIT, kind: 'StagedNetworkPolicy', name: 'staged' },
          },
        ],
      },
    },
    startTime: '1772352000',
    endTime: '1772352015',
    sourceLabels: ['tier=web', 'app=front'],
    destLabels: ['app=api'],
    packetsIn: '3',
    packetsOut: '4',
    bytesIn: '30',
    bytesOut: '40',
    numConnectionsStarted: '2',
  },
};
const GOLDMANE_DENIED = {
  flow: {
    Key: {
      sourceName: 'pub',
      sourceNamespace: '-',
      sourceType: 'Network',
      destName: 'api-*',
      destNamespace: 'card',
      destType: 'WorkloadEndpoint',
      destPort: '443',
      proto: 'tcp',
      reporter: 'Dst',
      action: 'Deny',
    },
    startTime: '1772352000',
    endTime: '1772352015',
    bytesIn: '30',
    bytesOut: '40',
  },
};

const ALLOWED_ROW = 'web/front-5f6d-* -> card/api-*:443 TCP allow by destination 40+30';
const DENIED_ROW = 'pub -> card/api-*:443 TCP deny by destination 40+30';
const lines = (...records: readonly object[]): string =>
  records.map(record => JSON.stringify(record)).join('\n');

describe('flows of open-source Calico', () => {
  it.each([
    ['a list of Whisker', JSON.stringify([WHISKER, DENIED])],
    [
      'a page of Whisker',
      JSON.stringify({ total: { totalResults: 2 }, items: [WHISKER, DENIED] }, undefined, 1),
    ],
    ['a stream of Whisker', [WHISKER, DENIED].map(flow => `data: ${JSON.stringify(flow)}\n\n`).join('')],
    ['lines of Whisker', lines(WHISKER, DENIED)],
    [
      'a list of Goldmane',
      JSON.stringify({ meta: { totalPages: '1' }, flows: [GOLDMANE, GOLDMANE_DENIED] }, undefined, 2),
    ],
    [
      'a stream of Goldmane',
      [GOLDMANE, GOLDMANE_DENIED].map(flow => JSON.stringify(flow, undefined, 2)).join('\n'),
    ],
    ['lines of Goldmane', lines(GOLDMANE, GOLDMANE_DENIED)],
  ])('are read from %s', async (_, content) => {
    const { intake } = await importing([{ path: 'flows', content }]);
    const [file] = intake.files;
    expect(file).toMatchObject({ format: 'calico-flow-oss', records: 2 });
    expect(file?.period).toEqual({ from: '2026-03-01T08:00:00Z', to: '2026-03-01T08:00:15Z' });
    expect(printFlows(intake.flows).map(row => row.slice(0, row.lastIndexOf(' ')))).toEqual([
      ALLOWED_ROW,
      DENIED_ROW,
    ]);
    const [{ parts, strings } = { parts: [], strings: [] }] = intake.flows;
    const text = (column: 'srcLabels' | 'policies' | 'pendingPolicies'): string =>
      strings[parts[0]![column][0]!]!;
    expect(text('srcLabels')).toBe('app=front,tier=web');
    expect(text('policies')).toBe('0|security|gnp:security.pass|pass|0\n1|default|np:card/allow-web|allow|2');
    expect(text('pendingPolicies')).toBe('0|default|snp:card/staged|deny|-1');
    expect(file?.coverage?.aggregated).toBe(2);
  });

  it('name no type in Whisker: what could be a host endpoint or a network set is not called a pod', async () => {
    const content = lines({ ...WHISKER, source_name: 'partner', source_namespace: 'Global' });
    const { intake } = await importing([{ path: 'flows', content }]);
    expect([...intake.flows[0]!.parts[0]!.srcKind]).toEqual([4]);
  });

  it('without a time are no records', async () => {
    const content = `${lines(WHISKER, { ...WHISKER, start_time: 'yesterday' })}\n`;
    const { intake } = await importing([{ path: 'flows', content }]);
    expect(intake.files[0]?.records).toBe(1);
    expect(intake.diagnostics.map(item => item.code)).toContain('intake.lines.bad');
  });
});
