// The request list says what the files lack, forgets nothing that people noted, and comes back from the customer as sent.
import { describe, expect, it } from 'vitest';
import { nodeDigests } from '../../../test/fixtures/digests.ts';
import { exampleEngagement } from '../../../test/fixtures/engagements.ts';
import { collect, once } from '../../archive/bytes.ts';
import { readZip } from '../../archive/read-zip.ts';
import type { Instant } from '../../base/brand.ts';

import type { Engagement, RequestNote } from '../../records/engagement.ts';
import { runCase, type Case } from '../run-case.ts';
import { printRequests, readReturnedFile, workbookOfRequests } from './exchange-requests.ts';
import type { EvidenceRequest } from './request.ts';
import { requestList } from './request-list.ts';

const EXPORT = JSON.stringify({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: 'c1' } },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'card', namespace: 'pay', uid: 'p1', labels: { PCI: 'true' } },
      spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'r/c:1' }] },
      status: { phase: 'Running', podIP: '10.4.0.7' },
    },
  ],
});
const DENIED =
  'Error from server (Forbidden): networkpolicies.networking.k8s.io is forbidden: User "a" cannot list\n';

async function caseOf(
  files: Readonly<Record<string, string>>,
  engagement: Engagement = exampleEngagement(),
): Promise<Case> {
  const sources = Object.entries(files).map(([path, text]) => ({
    file: { path, open: () => once(new TextEncoder().encode(text)) },
    role: 'any' as const,
  }));
  const context = { digests: nodeDigests, secret: new Uint8Array(32) };
  return runCase(sources, { engagement, profile: 'auto' }, context);
}

const note = (request: string, more: Partial<RequestNote> = {}): RequestNote => ({
  request,
  state: 'asked',
  by: 'ana',
  at: '2026-03-01T08:00:00Z' as Instant,
  ...more,
});

const readBack = (text: string, file: string, list: readonly EvidenceRequest[]) =>
  readReturnedFile(new TextEncoder().encode(text), file, list);

describe('the request list', () => {
  it('asks for everything before the first file, with the procedures that wait for it', async () => {
    const list = requestList(await caseOf({}));
    const ids = list.map(item => item.id);
    expect(ids).toContain('evidence cluster-export');
    expect(ids).toContain('evidence flow-log');
    expect(ids).toContain('list rule-reviews');
    expect(list.find(item => item.id === 'list rule-reviews')?.procedures).toContain('1.2.7.b');
    expect(list.every(item => item.state === 'to-ask' && item.standing === 'lacking')).toBe(true);
  });

  it('names objects that could not be read, and names that only others mention', async () => {
    const found = await caseOf({ 'all.json': EXPORT, 'netpol.yaml': DENIED });
    const list = requestList(found);
    expect(list.map(item => item.id)).not.toContain('evidence cluster-export');
    expect(list.find(item => item.id === 'objects NetworkPolicy.networking.k8s.io of c1')).toMatchObject({
      how: 'kubectl get networkpolicies.networking.k8s.io -A -o json',
      why: expect.stringContaining('not allowed') as string,
    });
    expect(list.find(item => item.id === 'names Node of c1')?.item).toContain('n1');
  });

  it('keeps what people noted, also when the files no longer lack it', async () => {
    const requests = [
      note('evidence flow-log', { owner: 'Bo', due: '2026-03-09' }),
      note('evidence cluster-export', { state: 'received' }),
      note('own 1', { own: { item: 'Firewall diagram', why: 'Shown on a wall', procedures: ['1.2.3.a'] } }),
    ];
    requests.push(note('own 1', { state: 'received' }));
    const list = requestList(await caseOf({ 'all.json': EXPORT }, { ...exampleEngagement(), requests }));
    const of = (id: string) => list.find(item => item.id === id);
    expect(of('evidence flow-log')).toMatchObject({ state: 'asked', owner: 'Bo', standing: 'lacking' });
    expect(of('evidence cluster-export')).toMatchObject({ state: 'received', standing: 'answered' });
    expect(of('own 1')).toMatchObject({
      item: 'Firewall diagram',
      state: 'received',
      standing: 'own',
    });
  });

  it('serves the procedures of the predecessor in its own numbers', async () => {
    const empty = exampleEngagement();
    const old = { ...empty, header: { ...empty.header, standard: '3.2.1' as const } };
    const flow = requestList(await caseOf({}, old)).find(item => item.id === 'evidence flow-log');
    expect(flow?.procedures).toContain('1.1.3');
    expect(flow?.procedures).not.toContain('1.2.4.a');
  });
});

describe('a list that comes back', () => {
  it('is read as it was filled in, whatever stands between its cells', async () => {
    const list = requestList(await caseOf({}));
    const sent = printRequests(list);
    const filled = sent.replace(/^(evidence flow-log,.*),,,to-ask,$/m, '$1,Bo,2026-03-09,asked,by mail');
    expect(filled).not.toBe(sent);
    const returned = await readBack(`\ufeff${filled}`, 'back.csv', list);
    expect(returned).toEqual({
      ok: true,
      value: {
        notes: [
          { request: 'evidence flow-log', state: 'asked', owner: 'Bo', due: '2026-03-09', note: 'by mail' },
        ],
        faults: [],
      },
    });
    const semicolons = 'Id;Item;Why;How;Procedures;Owner;Due;State;Note\nevidence rbac;;;;;Cy;;Received;\n';
    expect(await readBack(semicolons, 'back.csv', list)).toMatchObject({
      value: { notes: [{ request: 'evidence rbac', state: 'received', owner: 'Cy' }] },
    });
  });

  it('says what cannot be read, line by line, and takes the rest', async () => {
    const list = requestList(await caseOf({}));
    const text = 'Id,State,Due\nno such,asked,\nevidence rbac,perhaps,\nevidence flow-log,asked,soon\n';
    const returned = await readBack(text, 'back.csv', list);
    expect(returned.ok && returned.value.faults).toEqual([
      'back.csv:2: no request has the id no such',
      'back.csv:3: the state is none of to-ask, asked, received, refused, not-needed',
      'back.csv:4: the day soon is not written YYYY-MM-DD',
    ]);
    expect(await readBack('a,b\n', 'x.csv', list)).toMatchObject({
      problem: { code: 'requests.no-header' },
    });
  });

  it('never holds a formula, and gives its texts back', async () => {
    const requests = [note('evidence rbac', { note: '=HYPERLINK("http://x")' })];
    const found = await caseOf({}, { ...exampleEngagement(), requests });
    const list = requestList(found);
    const sent = printRequests(list);
    expect(sent).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(await readBack(sent, 'back.csv', list)).toEqual({ ok: true, value: { notes: [], faults: [] } });
  });

  it('is a workbook of texts too', async () => {
    const list = requestList(await caseOf({}));
    const bytes = await collect(workbookOfRequests(list));
    const names: string[] = [];
    let sheet = '';
    const uncounted = { bytes: () => undefined, member: () => undefined };
    for await (const member of readZip('r.xlsx', bytes, uncounted)) {
      names.push(member.name);
      if (member.name.endsWith('sheet1.xml')) sheet = new TextDecoder().decode(member.bytes);
    }
    expect(names).toContain('xl/workbook.xml');
    expect(sheet.match(/<row /g)).toHaveLength(list.length + 1);
    expect(sheet).not.toContain('<f>');
    expect(await readReturnedFile(bytes, 'r.xlsx', list)).toEqual({
      ok: true,
      value: { notes: [], faults: [] },
    });
  });
});
