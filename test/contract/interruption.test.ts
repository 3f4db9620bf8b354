// A command that is stopped half-way leaves nothing behind, says so, and works when it is started again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'interruption-'));
const at = (name: string): string => join(folder, name);

const FLOW = JSON.stringify({
  start_time: 1772352000,
  end_time: 1772352300,
  source_type: 'wep',
  source_namespace: 'pay',
  source_name_aggr: 'shop-*',
  dest_type: 'wep',
  dest_namespace: 'pay',
  dest_name_aggr: 'card-*',
  dest_port: 5432,
  proto: 'tcp',
  action: 'allow',
  reporter: 'dst',
});
const LINES = 60_000;
const WORDS = [
  'audit',
  '--engagement',
  at('e.vouch'),
  '-c',
  at('export.yaml'),
  '-f',
  '-',
  '--out',
  at('out.asice'),
];

/** Runs an audit over a log of which `share` is written before `stop` is called. */
async function auditOf(
  share: number,
  stop?: NodeJS.Signals,
): Promise<{ readonly code: number | null; readonly signal: string | null; readonly err: string }> {
  const child = spawn(process.execPath, ['cli/launch.mjs', ...WORDS], { stdio: ['pipe', 'ignore', 'pipe'] });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  const log = `${FLOW}\n`.repeat(Math.floor(LINES * share));
  await new Promise<void>(done => child.stdin.write(log, () => done()));
  if (stop === undefined) child.stdin.end();
  else {
    child.kill(stop);
    if (stop === 'SIGINT') child.stdin.write(`${FLOW}\n`.repeat(2000));
  }
  const [code, signal] = await ended;
  return { code, signal, err };
}

beforeAll(() => {
  writeFileSync(
    at('export.yaml'),
    `apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: pay, uid: n1, labels: {PCI: "true"}}}
- apiVersion: v1
  kind: Pod
  metadata: {name: card-1, generateName: card-, namespace: pay, uid: p1, labels: {app: card}}
  spec: {nodeName: n1, containers: [{name: c, image: "r/c:1"}]}
  status: {phase: Running, podIP: 10.1.0.5, podIPs: [{ip: 10.1.0.5}]}
`,
  );
  writeFileSync(
    at('e.vouch'),
    JSON.stringify({
      schema: 'vouch.engagement/1',
      header: {
        id: 'stopped',
        title: 'Stopped',
        entity: { name: 'Northwind', kind: 'merchant' },
        firstAssessment: true,
        extent: 'full',
        standard: '4.0.1',
      },
    }),
  );
});

describe('an audit', () => {
  it.each([['SIGINT' as const], ['SIGKILL' as const]])(
    'that is stopped by %s at half of a log leaves no file',
    async signal => {
      const { code, err } = await auditOf(0.5, signal);
      if (signal === 'SIGINT') {
        expect(code).toBe(130);
        expect(err).toContain('Interrupted; nothing was written');
      }
      expect(readdirSync(folder).sort()).toEqual(['e.vouch', 'export.yaml']);
    },
    60_000,
  );

  it('works when it is started again', async () => {
    const { code, err } = await auditOf(1);
    expect([0, 1], err).toContain(code);
    expect(readdirSync(folder).sort()).toEqual(['e.vouch', 'export.yaml', 'out.asice', 'out.pdf']);
  }, 60_000);
});
