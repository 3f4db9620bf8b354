// Tables leave the laptop as CSV and JSON: every value survives, no cell runs as a formula, unknown stays unknown.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportCase } from '../../../test/fixtures/report-case.ts';
import type { JsonObject } from '../../base/json.ts';
import { inventoryJson } from './inventory.ts';
import { reportTables } from './report-tables.ts';
import { cellText, printTable } from './table.ts';

/** A plain reading of RFC 4180, written apart from the printer. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[++i]!;
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',' || c === '\n') {
      rows.at(-1)!.push(cell);
      cell = '';
      if (c === '\n') rows.push([]);
    } else cell += c;
  }
  rows.pop();
  return rows;
}

const rowsOf = (json: string): readonly JsonObject[] => (JSON.parse(json) as { rows: JsonObject[] }).rows;
const table = (name: string): readonly JsonObject[] =>
  rowsOf(
    [
      ...reportTables('inventory', 'effective', reportCase()),
      ...reportTables('network-access', 'effective', reportCase()),
    ].find(item => item.name === name)!.json,
  );

describe('a printed table', () => {
  it('comes back from CSV cell by cell, save the apostrophe before formulas', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string()), { minLength: 1 }), cells => {
        const rows = cells.map(([a, b]) => ({ a, b }));
        const { csv } = printTable({ name: 't', columns: ['a', 'b'], rows }, {});
        const back = parseCsv(csv).slice(1);
        const safe = (text: string): string => (/^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text);
        expect(back).toEqual(cells.map(([a, b]) => [safe(a), safe(b)]));
      }),
    );
  });

  it('lets no cell begin like a formula, while the JSON holds the value unchanged', () => {
    const row = { a: '=HYPERLINK("http://x")', b: '-1+1' };
    const { csv, json } = printTable({ name: 't', columns: ['a', 'b'], rows: [row] }, {});
    expect(csv).toBe(`a,b\n"'=HYPERLINK(""http://x"")",'-1+1\n`);
    expect(rowsOf(json)).toEqual([row]);
  });

  it('ends lines with line feeds only', () => {
    for (const kind of ['inventory', 'network-access'] as const)
      for (const { csv } of reportTables(kind, 'effective', reportCase())) expect(csv).not.toContain('\r');
  });

  it('is the same whatever the order of decisions', () => {
    const input = reportCase();
    const turned = { ...input, scope: { ...input.scope, decisions: input.scope.decisions.toReversed() } };
    for (const kind of ['inventory', 'network-access'] as const)
      expect(reportTables(kind, 'effective', turned)).toEqual(reportTables(kind, 'effective', input));
  });
});

describe('the inventory', () => {
  it('has one row a workload, with category, images, nodes and isolation per direction', () => {
    const rows = table('inventory');
    expect(rows).toHaveLength(12);
    const vault = rows.find(row => row['id'] === 'card-vault/vault-postgresql-primary[StatefulSet]');
    expect(vault).toMatchObject({
      category: 'cde',
      decidedBy: 'rule',
      pods: 1,
      ingressIsolated: true,
      egressIsolated: true,
      policies: ['NetworkPolicy card-vault/default-deny'],
      nodes: ['ip-10-0-12-3'],
    });
  });

  it('keeps unknown isolation unknown', () => {
    const row = table('inventory').find(item => item['id'] === 'fraud/risk-scoring[Deployment]');
    expect(row).toMatchObject({ category: 'undetermined', ingressIsolated: 'unknown' });
  });

  it('is the document of the command line, with the keys of its contract', () => {
    const document = inventoryJson(reportCase());
    expect(document['schema']).toBe('vouch.inventory/1');
    const [first] = document['workloads'] as unknown as readonly JsonObject[];
    for (const key of [
      'id',
      'cluster',
      'category',
      'basis',
      'pods',
      'labels',
      'serviceAccount',
      'ingressIsolated',
      'egressIsolated',
      'hostNetwork',
      'policies',
    ])
      expect(Object.keys(first!)).toContain(key);
    for (const key of ['pods', 'services', 'namespaces', 'serviceAccounts', 'nodes'])
      expect(Array.isArray(document[key]), key).toBe(true);
  });
});

describe('network access', () => {
  it('registers every rule, and policies that deny without one', () => {
    const rows = table('network-access-rules');
    expect(
      rows
        .filter(row => row['direction'] === 'ingress')
        .map(row => [row['policy'], row['action'], row['line']]),
    ).toEqual([
      ['NetworkPolicy card-vault/default-deny', 'allow', 18],
      ['NetworkPolicy payment-gateway/allow-ingress-controller', 'allow', 64],
    ]);
    expect(rows.filter(row => row['direction'] === 'egress').map(row => row['action'])).toEqual([
      'deny what no other rule allows',
      'deny what no other rule allows',
    ]);
    expect(rows[0]).toMatchObject({ touchesCde: true });
  });

  it('shows who may talk to whom with the rule that allows it, and apart what cannot be told', () => {
    const rows = table('network-access-reachability');
    expect(rows).toHaveLength(14);
    expect(rows.find(row => row['src'] === 'fraud/risk-scoring[Deployment]')).toMatchObject({
      dstCategory: 'cde',
      allow: '',
      indeterminate: 'TCP 8443',
      touchesCde: true,
    });
  });

  it('lists what can be addressed from outside, and what policies let through', () => {
    const rows = table('network-access-exposure');
    expect(rows.map(row => `${cellText(row['kind'])} ${cellText(row['id'])}`)).toContain(
      'Service storefront/checkout',
    );
    const ingress = rows.find(row => cellText(row['id']).startsWith('platform-ingress/'));
    expect(ingress).toMatchObject({
      how: ['shares the network of its node'],
      allowedFrom: ['outside: TCP 443'],
    });
    expect(rows.find(row => row['kind'] === 'Service')).toMatchObject({
      how: ['node port 31443/TCP', 'load balancer 203.0.113.20'],
      // The address of a sender is replaced by that of a node, and no node is in the matrix.
      allowedFrom: ['outside: no port', 'node: not known'],
    });
    expect(rows.find(row => row['kind'] === 'Ingress')).toMatchObject({
      allowedFrom: ['outside: no port', 'entry controller: not known'],
    });
  });

  it('names paths to and from outside with their direction and kind of address', () => {
    const rows = table('network-access-outside-paths');
    expect(rows.map(row => row['direction']).toSorted()).toEqual(['inbound', 'outbound', 'outbound']);
    for (const row of rows) expect(row['addresses']).toBe('includes public');
  });
});
