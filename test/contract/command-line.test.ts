// The built command line as a child process, held to its contract: one document on standard output, exit codes,
// one-line problems that name file and line, and nothing written when something is hostile.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { collect, once } from '../../shared/archive/bytes.ts';
import { writeZip } from '../../shared/archive/write-zip.ts';

const folder = mkdtempSync(join(tmpdir(), 'command-line-'));
const at = (name: string) => join(folder, name);

const EXPORT = `apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: kube-system, uid: 11111111-1111-4111-a111-111111111111}}
- {apiVersion: v1, kind: Namespace, metadata: {name: pay, uid: n1}}
- apiVersion: v1
  kind: Pod
  metadata: {name: card, namespace: pay, uid: p1, labels: {app: card, PCI: "true"}}
  spec: {nodeName: n1, containers: [{name: c, image: r/c:1, ports: [{containerPort: 5432}]}]}
  status: {phase: Running, podIP: 10.1.0.5, podIPs: [{ip: 10.1.0.5}], hostIP: 192.0.2.1}
- apiVersion: v1
  kind: Pod
  metadata: {name: shop, namespace: pay, uid: p2, labels: {app: shop}}
  spec: {nodeName: n1, containers: [{name: c, image: r/s:1}]}
  status: {phase: Running, podIP: 10.1.0.6, podIPs: [{ip: 10.1.0.6}], hostIP: 192.0.2.1}
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: card, namespace: pay, uid: p3}
  spec:
    podSelector: {matchLabels: {app: card}}
    policyTypes: [Ingress]
    ingress:
    - from: [{podSelector: {matchLabels: {app: api}}}]
- {apiVersion: v1, kind: Secret, metadata: {name: s, namespace: pay, uid: p4}, data: {password: aHVudGVyMg==}}
`;
const FLOW = {
  start_time: 1772352000,
  end_time: 1772352300,
  source_type: 'wep',
  source_namespace: 'pay',
  source_name: 'shop',
  source_name_aggr: 'shop',
  dest_type: 'wep',
  dest_namespace: 'pay',
  dest_name: 'card',
  dest_name_aggr: 'card',
  dest_port: 5432,
  proto: 'tcp',
  action: 'allow',
  reporter: 'dst',
};

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function vouch(words: readonly string[], more: { input?: string; env?: Record<string, string> } = {}): Ended {
  const ended = spawnSync(process.execPath, ['cli/launch.mjs', ...words], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    ...(more.input === undefined ? {} : { input: more.input }),
    env: { ...process.env, ...more.env },
  });
  return { code: ended.status, out: ended.stdout, err: ended.stderr };
}
// Foreign JSON in assertions: any is what a reader of the output has.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const json = (ended: Ended) => JSON.parse(ended.out) as Record<string, any>;

beforeAll(async () => {
  writeFileSync(at('export.yaml'), EXPORT);
  writeFileSync(at('flows.log'), `${JSON.stringify(FLOW)}\n`);
  writeFileSync(at('corrupt.yaml'), `${EXPORT}---\napiVersion: v1\nkind: Pod\nmetadata: {name: x\n`);
  writeFileSync(at('bomb.json'), '['.repeat(100_000) + ']'.repeat(100_000));
  const gz = gzipSync(Buffer.from(`${JSON.stringify(FLOW)}\n`.repeat(4000)));
  writeFileSync(at('cut.log.gz'), gz.subarray(0, gz.length / 2));
  mkdirSync(at('empty'));
  mkdirSync(at('two'));
  for (const [name, uid] of [
    ['one', '1'],
    ['other', '2'],
  ] as const)
    writeFileSync(
      at(`two/${name}.yaml`),
      `apiVersion: v1\nkind: Namespace\nmetadata: {name: kube-system, uid: ${uid.repeat(8)}}\n`,
    );
  writeFileSync(
    at('two/pods.yaml'),
    'apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: x}\nspec: {containers: [{name: c, image: i}]}\n',
  );
  const plain = Buffer.from(
    await collect(
      writeZip([{ path: 'aa/evil.yaml', size: 9, store: true, open: () => once(Buffer.from('kind: Pod')) }]),
    ),
  );
  writeFileSync(
    at('slip.zip'),
    Buffer.from(plain.toString('latin1').replaceAll('aa/evil', '../evil'), 'latin1'),
  );
  vouch(['--version']);
}, 120_000);

describe('the command line', () => {
  it('prints one JSON document with the schema of its contract, and nothing else, on standard output', () => {
    const inspected = json(vouch(['inspect', at('export.yaml'), '--format', 'json']));
    expect(inspected['schema']).toBe('vouch.inspect/1');
    expect(inspected['files']).toHaveLength(1);
    expect(inspected['files'][0]).toMatchObject({ format: 'kubernetes', records: 6, redactions: 1 });
    expect(inspected['totals']).toEqual({ files: 1, records: 6, redactions: 1, unrecognised: 0 });
    const inventory = json(vouch(['inventory', '-c', at('export.yaml'), '--format', 'json']));
    expect(inventory['schema']).toBe('vouch.inventory/1');
    const card = (inventory['workloads'] as { id: string }[]).find(item => item.id === 'pay/card[Pod]');
    expect(card).toMatchObject({ category: 'cde', ingressIsolated: true, egressIsolated: false });
  });

  it('answers connectivity, explain, probe and replay alike: the shop does not reach the card pod', () => {
    const cluster = ['-c', at('export.yaml'), '--profile', 'kubernetes', '--format', 'json'];
    const rows = JSON.parse(vouch(['connectivity', ...cluster]).out) as {
      src: string;
      dst: string;
      conns: string;
    }[];
    expect(rows).toContainEqual(
      expect.objectContaining({ src: 'pay/card[Pod]', dst: 'pay/shop[Pod]', conns: 'All Connections' }),
    );
    expect(rows.some(row => row.src === 'pay/shop[Pod]' && row.dst === 'pay/card[Pod]')).toBe(false);
    const why = json(
      vouch(['explain', ...cluster, '--from', 'pay/shop', '--to', 'pay/card', '--port', '5432']),
    );
    expect(why).toMatchObject({ schema: 'vouch.explain/1', verdict: 'deny', ingress: { verdict: 'deny' } });
    expect(JSON.stringify(why['ingress'])).toContain('"line":23');
    writeFileSync(
      at('plan.json'),
      JSON.stringify([{ src: 'pay/shop', dst: 'pay/card', protocol: 'TCP', port: 5432, expected: 'allow' }]),
    );
    const probed = vouch(['probe', ...cluster, '--plan', at('plan.json')]);
    expect(json(probed)['probes'][0]).toMatchObject({ verdict: 'deny', expected: 'allow', agrees: false });
    expect(probed.code).toBe(1);
    const replayed = vouch(['replay', ...cluster, '-f', at('flows.log')]);
    expect(json(replayed)['summary']).toMatchObject({ records: 1, edges: 1, contradict: 1 });
    expect(replayed.code).toBe(1);
  });

  it('writes out the collection script, ready to run, with its role and description', () => {
    const out = at('script');
    expect(vouch(['collection-script', '--out', out])).toMatchObject({ code: 0, out: '' });
    expect(readdirSync(out).sort()).toEqual(['README.md', 'clusterrole.yaml', 'vouch-collect.sh']);
    const dry = spawnSync(join(out, 'vouch-collect.sh'), { encoding: 'utf8' });
    expect(dry).toMatchObject({ status: 0, stderr: '' });
    expect(dry.stdout).toContain('kubectl get networkpolicies.networking.k8s.io --all-namespaces');
    expect(vouch(['collection-script'])).toMatchObject({ code: 2, out: '' });
  });

  it('gives the same bytes in any order, time zone and language, and from standard input', () => {
    const words = (...paths: readonly string[]) => ['check', '--quiet', '--format', 'json', '-c', ...paths];
    const one = vouch(words(at('export.yaml'), at('flows.log')));
    expect(
      vouch(words(at('flows.log'), at('export.yaml')), {
        env: { TZ: 'Asia/Tokyo', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
      }).out,
    ).toBe(one.out);
    expect(json(vouch(['inspect', '-', '--format', 'json'], { input: EXPORT }))['files'][0]['format']).toBe(
      'kubernetes',
    );
  });

  it('ends with 1 when a check fails, and never shows what it cannot tell as passed', () => {
    const checked = vouch(['check', '-c', at('export.yaml'), '--profile', 'kubernetes', '--format', 'json']);
    const results = json(checked)['results'] as { id: string; outcome: string }[];
    expect(results).toHaveLength(14);
    expect(results.filter(result => result.outcome === 'pass').map(result => result.id)).toEqual([]);
    expect(checked.code).toBe(1);
    const junit = vouch([
      'check',
      '-c',
      at('export.yaml'),
      '--profile',
      'kubernetes',
      '--format',
      'junit',
    ]).out;
    expect(junit.match(/<(failure|skipped) /g)).toHaveLength(14);
  });

  it.each([
    ['an unknown command', ['frobnicate'], 'Unknown command'],
    ['an unknown option', ['inspect', '--colour'], 'Unknown option'],
    ['a command not built yet', ['generate-policies'], 'not built yet'],
    ['a missing path', ['inspect', at('nowhere')], 'No such file'],
    ['an unknown profile', ['inventory', '-c', at('export.yaml'), '--profile', 'best'], 'Unknown profile'],
  ])('ends with 2 and one line for %s', (_what, words, text) => {
    const ended = vouch(words);
    expect(ended.code).toBe(2);
    expect(ended.err.trim().split('\n')).toHaveLength(1);
    expect(ended.err).toContain(text);
    expect(ended.out).toBe('');
  });
});

describe('bad input', () => {
  it('of one broken document loses that document only, and names its line', () => {
    const ended = vouch(['inventory', '-c', at('corrupt.yaml'), '--format', 'json']);
    expect(ended.code).toBe(0);
    expect(ended.err).toMatch(/corrupt\.yaml:2[5-9]: .*\[intake\.yaml\.syntax\]/);
    expect(json(ended)['workloads']).toHaveLength(2);
  });

  it('of a truncated gzip keeps the records before the cut, and says where it is cut', () => {
    const ended = vouch(['inspect', at('cut.log.gz'), '--format', 'json']);
    const [file] = json(ended)['files'];
    expect(file.records).toBeGreaterThan(100);
    expect(file.records).toBeLessThan(4000);
    expect(JSON.stringify(file.diagnostics)).toContain('intake.gzip.damaged');
  });

  it.each([
    ['a JSON bomb', 'bomb.json', /bomb\.json:1: JSON nests deeper/],
    ['a zip that leads out of itself', 'slip.zip', /slip\.zip: Holds an unsafe name/],
    ['an empty folder', 'empty', /No files were found/],
  ])('%s is one line on standard error, ends with 3 and writes nothing', (_what, name, text) => {
    const out = at('never');
    const ended = vouch(['report', '-c', at(name), '--kind', 'inventory', '--out', out]);
    expect(ended.code).toBe(3);
    expect(ended.err).toMatch(text);
    expect(ended.out).toBe('');
    expect(readdirSync(folder)).not.toContain('never');
  });

  it('beside good input: a hostile archive is shown by inspect among its neighbours, and lets no command write', () => {
    mkdirSync(at('beside'), { recursive: true });
    copyFileSync(at('slip.zip'), at('beside/slip.zip'));
    copyFileSync(at('export.yaml'), at('beside/export.yaml'));
    const inspected = vouch(['inspect', at('beside'), '--format', 'json']);
    expect(inspected.code).toBe(3);
    expect(inspected.err).toMatch(/slip\.zip: Holds an unsafe name.*\[intake\.archive\.unsafe-name\]/);
    expect(json(inspected)['files']).toMatchObject([
      { format: 'kubernetes', records: 6, diagnostics: [] },
      {
        format: 'unrecognised',
        records: 0,
        withheld: true,
        diagnostics: [{ code: 'intake.archive.unsafe-name' }],
      },
    ]);
    const ended = vouch(['report', '-c', at('beside'), '--kind', 'inventory', '--out', at('never')]);
    expect([ended.code, ended.out]).toEqual([3, '']);
    expect(ended.err).toMatch(/slip\.zip: Holds an unsafe name/);
    expect(readdirSync(folder)).not.toContain('never');
  });

  it('of two clusters in one folder never merges them and names the file that could be of either', () => {
    const ended = vouch(['inventory', '-c', at('two'), '--format', 'json']);
    expect(ended.err).toMatch(/two\/pods\.yaml.*\[intake\.cluster\.ambiguous\]/);
    expect(json(ended)['workloads']).toEqual([]);
  });
});

describe('audit and verify', () => {
  it('seal a draft with a throw-away identity; one flipped byte ends with 4 and names the file', () => {
    const engagement = {
      schema: 'vouch.engagement/1',
      header: {
        id: 'c',
        title: 'Case',
        entity: { name: 'E', kind: 'merchant' },
        firstAssessment: true,
        extent: 'full',
        standard: '4.0.1',
      },
    };
    writeFileSync(at('case.vouch'), JSON.stringify(engagement));
    const sealed = vouch([
      'audit',
      '--quiet',
      '--engagement',
      at('case.vouch'),
      '-c',
      at('export.yaml'),
      '-f',
      at('flows.log'),
      '--out',
      at('case.asice'),
      '--format',
      'json',
    ]);
    expect(json(sealed)).toMatchObject({
      schema: 'vouch.audit/1',
      package: at('case.asice'),
      signedBy: { throwaway: true },
    });
    expect(sealed.code).toBe(1);
    const whole = vouch(['verify', at('case.asice'), '--format', 'json']);
    expect([whole.code, json(whole)['ok'], json(whole)['trust']]).toEqual([0, true, 'not-checked']);
    const bytes = readFileSync(at('case.asice'));
    const place = bytes.indexOf('vouch.engagement/1');
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    writeFileSync(at('changed.asice'), bytes);
    const changed = vouch(['verify', at('changed.asice')]);
    expect(changed.code).toBe(4);
    expect(changed.out).toContain('data/engagement.json');
    expect(vouch(['verify', at('case.pdf')]).code).toBe(0);
  });
});
