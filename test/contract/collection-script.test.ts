// The collection script against a stand-in for kubectl and a drawn cluster: what it asks, what it masks, what it leaves
// behind, and that Vouch reads what it made. shellcheck and other kinds of awk are asked where they are installed.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parse, parseAllDocuments } from 'yaml';
import { beforeAll, describe, expect, it } from 'vitest';
import { isObject, type JsonObject, type JsonValue } from '../../shared/base/json.ts';
import type { Intake } from '../../shared/intake/intake.ts';
import { POLICY_KINDS } from '../../shared/model/policy-kinds.ts';
import {
  DRAWN_SECRETS,
  FAKE_KUBECTL,
  kubectlJson,
  kubectlList,
  writeFakeCluster,
} from '../fixtures/fake-cluster.ts';
import { codesOf, importing } from '../fixtures/importing.ts';
import { printSearch, searchStored } from '../fixtures/secret-search.ts';
import { drawSecrets } from '../generate/secrets/drawn-secrets.ts';

const SCRIPT = 'assets/collect/vouch-collect.sh';
const folder = mkdtempSync(join(tmpdir(), 'collect-'));
const at = (name: string) => join(folder, name);

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function environment(cluster: string, extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: `${FAKE_KUBECTL}:${process.env['PATH'] ?? ''}`,
    FAKE_CLUSTER: at(cluster),
    TMPDIR: at('tmp'),
    ...extra,
  };
}

function collect(cluster: string, ...words: readonly string[]): Ended {
  const ended = spawnSync('bash', [SCRIPT, ...words], { env: environment(cluster), encoding: 'utf8' });
  return { code: ended.status, out: ended.stdout, err: ended.stderr };
}

/** Runs the script into a folder of its own and gives the one archive that it left there. */
function archiveOf(
  cluster: string,
  ...words: readonly string[]
): { readonly ended: Ended; readonly bytes: Buffer } {
  const out = mkdtempSync(at('out-'));
  const ended = collect(cluster, '--run', '--out', out, ...words);
  const [name, ...others] = readdirSync(out);
  expect(others).toEqual([]);
  expect(name).toMatch(/^vouch-collection-\d{8}T\d{6}Z\.tar\.gz$/);
  return { ended, bytes: readFileSync(join(out, name ?? '')) };
}

function membersOf(bytes: Buffer): ReadonlyMap<string, string> {
  const into = mkdtempSync(at('members-'));
  execFileSync('tar', ['-xzf', '-', '-C', into], { input: bytes });
  const [top = ''] = readdirSync(into);
  const files = execFileSync('find', ['.', '-type', 'f'], { cwd: join(into, top), encoding: 'utf8' });
  return new Map(
    files
      .trim()
      .split('\n')
      .map(name => [name.slice(2), readFileSync(join(into, top, name), 'utf8')]),
  );
}

interface Manifest {
  readonly schema: string;
  readonly namespaces: readonly string[];
  readonly reads: readonly Readonly<Record<string, unknown>>[];
  readonly files: readonly Readonly<Record<string, unknown>>[];
}

function manifestIn(members: ReadonlyMap<string, string>): Manifest {
  return JSON.parse(members.get('manifest.json') ?? '') as Manifest;
}

function outcomes(manifest: Manifest): Readonly<Record<string, unknown>> {
  return Object.fromEntries(manifest.reads.map(({ resource, outcome }) => [String(resource), outcome]));
}

let whole: { readonly ended: Ended; readonly bytes: Buffer };

beforeAll(() => {
  mkdirSync(at('tmp'));
  mkdirSync(at('cluster'));
  writeFakeCluster(at('cluster'), ['nodes', 'pay/services']);
  whole = archiveOf('cluster');
}, 60_000);

describe('a dry run', () => {
  it('prints every command, asks the cluster nothing and writes nothing', () => {
    mkdirSync(at('untouched'));
    const ended = collect('untouched', '--out', at('untouched'));
    expect(ended).toMatchObject({ code: 0, err: '' });
    for (const [resource] of KINDS) expect(ended.out).toContain(`kubectl get ${resource ?? ''} `);
    expect(readdirSync(at('untouched'))).toEqual([]);
    expect(readdirSync(at('tmp'))).toEqual([]);
  });
});

describe('a collection', () => {
  it('says with its exit code and in the archive what was refused, and still brings the rest', () => {
    expect(whole.ended.code).toBe(1);
    expect(whole.ended.err).toContain('nodes: forbidden');
    const members = membersOf(whole.bytes);
    expect(members.get('cluster/nodes.error.txt')).toContain(
      'Error from server (Forbidden): nodes is forbidden',
    );
    expect(outcomes(manifestIn(members))).toMatchObject({
      nodes: 'forbidden',
      pods: 'objects',
      services: 'none',
      'daemonsets.apps': 'none',
      'networkpolicies.crd.projectcalico.org': 'none',
      'networkpolicies.projectcalico.org': 'skipped',
      'ciliumnetworkpolicies.cilium.io': 'not-served',
    });
  });

  it('asks with reading words alone, and never for Secrets', () => {
    const asked = readFileSync(at('cluster/asked'), 'utf8').trim().split('\n');
    for (const line of asked)
      expect(line).toMatch(
        /^--request-timeout=120s (get|api-resources|version|auth can-i|config current-context)( |$)/,
      );
    expect(asked.filter(line => /secret/i.test(line))).toEqual([]);
  });

  it('lets none of the drawn secrets leave, in no member and no name', () => {
    const text = gunzipSync(whole.bytes).toString('latin1');
    for (const secret of DRAWN_SECRETS) expect(text.includes(secret)).toBe(false);
    expect(text).toContain('masked-secret-value-');
  });

  it('keeps labels, references and what policies need', () => {
    const members = membersOf(whole.bytes);
    const pods = members.get('cluster/pods.json') ?? '';
    for (const kept of [
      '"token-env": "kept"',
      '"key": "password"',
      '--token-ttl=5m',
      '"secretName": "card-tls"',
    ])
      expect(pods).toContain(kept);
    expect(pods).toContain('--enable-network-policy=true');
    expect(pods).not.toContain('fieldsV1');
    const maps = members.get('cluster/configmaps.json') ?? '';
    expect(maps).toContain('"enable-policy": "default"');
    expect(maps).toContain('"colour": "masked-');
    expect(members.get('cluster/namespaces.json')).toContain('"secret": "yes-kept"');
  });

  it('names every file with its size and digest, and nothing else', () => {
    const members = membersOf(whole.bytes);
    const { schema, files } = manifestIn(members);
    expect(schema).toBe('vouch.collection/1');
    const listed = new Set(files.map(file => file['path']));
    expect(listed).toEqual(new Set([...members.keys()].filter(name => name !== 'manifest.json')));
    for (const { path, bytes } of files)
      expect(Buffer.byteLength(members.get(String(path)) ?? '')).toBe(bytes);
  });

  it('follows the JSON Schema that others read', () => {
    const manifest = manifestIn(membersOf(whole.bytes)) as unknown as JsonValue;
    const schema = JSON.parse(readFileSync('assets/schema/vouch.collection-1.schema.json', 'utf8')) as Schema;
    expect(faultsOf(manifest, schema, 'manifest')).toEqual([]);
    expect(faultsOf({ schema: 'vouch.collection/1' }, schema, 'manifest')).not.toEqual([]);
  });

  it('is read by Vouch: objects, what is not there, what was refused', async () => {
    const intake = await importArchive(whole.bytes);
    expect(intake.clusters).toEqual([{ id: 'uid-of-kube-system', basis: 'kube-system-uid' }]);
    expect(intake.objects.map(object => object.kind).sort()).toEqual([
      'ConfigMap',
      'ConfigMap',
      'CustomResourceDefinition',
      'Namespace',
      'Namespace',
      'NetworkPolicy',
      'Pod',
      'Route',
    ]);
    const gaps = intake.gaps.map(({ state, what, group }) => `${state} ${what} ${group}`.trim());
    expect(gaps).toContain('forbidden nodes');
    expect(gaps).toContain('asked-none NetworkPolicy crd.projectcalico.org');
    expect(gaps).toContain('asked-none Service');
    expect(intake.files[0]?.redactions).toBe(0);
    const said = intake.diagnostics.filter(item => item.severity !== 'info').map(item => item.code);
    expect(said).toEqual(['intake.collection.forbidden', 'intake.account-data.pan']);
    expect(codesOf(intake)).toContain('intake.collection.verified');
  });

  it('reads chosen namespaces and kube-system alone when told so', () => {
    const { bytes } = archiveOf('cluster', '--namespaces', 'pay');
    const members = membersOf(bytes);
    const manifest = manifestIn(members);
    expect(manifest.namespaces).toEqual(['kube-system', 'pay']);
    expect(members.has('namespaces/pay/pods.json')).toBe(true);
    expect(members.get('namespaces/pay/services.error.txt')).toContain('Forbidden');
    expect([...members.keys()].filter(name => /^cluster\/(pods|services)/.test(name))).toEqual([]);
    const asked = readFileSync(at('cluster/asked'), 'utf8').trim().split('\n');
    const again = asked.slice(asked.findLastIndex(line => line.includes(' version ')));
    expect(again.filter(line => line.includes('--all-namespaces'))).toEqual([]);
  });

  it('takes a kind for absent only where the cluster could tell what it serves', async () => {
    mkdirSync(at('partial'));
    writeFakeCluster(at('partial'));
    writeFileSync(
      at('partial/api-resources.err'),
      'error: unable to retrieve the complete list of server APIs: cilium.io/v2: the server is currently unable to handle the request\n',
    );
    const { ended, bytes } = archiveOf('partial');
    expect(ended.code).toBe(1);
    const members = membersOf(bytes);
    expect(outcomes(manifestIn(members))).toMatchObject({
      'ciliumnetworkpolicies.cilium.io': 'failed',
      'egressfirewalls.k8s.ovn.org': 'not-served',
    });
    expect(members.get('cluster/ciliumnetworkpolicies.cilium.io.error.txt')).toBe(
      'error: it could not be told whether the cluster serves ciliumnetworkpolicies.cilium.io\n',
    );
    const { gaps } = await importArchive(bytes);
    expect(gaps).toContainEqual(
      expect.objectContaining({ state: 'error', what: 'ciliumnetworkpolicies', group: 'cilium.io' }),
    );
  });

  it('keeps nothing of an answer that it cannot mask', () => {
    mkdirSync(at('strange'));
    writeFakeCluster(at('strange'));
    writeFileSync(
      at('strange/pods.json'),
      `{"kind":"List","items":[{"password":"${DRAWN_SECRETS[0] ?? ''}"}]}\n`,
    );
    const { ended, bytes } = archiveOf('strange');
    expect(ended.code).toBe(1);
    expect(membersOf(bytes).get('cluster/pods.error.txt')).toContain('error: cannot mask the answer');
    expect(gunzipSync(bytes).includes(DRAWN_SECRETS[0] ?? '')).toBe(false);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'leaves nothing behind when it gets %s in the middle',
    async signal => {
      const name = `killed-${signal}`;
      for (const path of [name, `${name}-out`, `${name}-tmp`]) mkdirSync(at(path));
      writeFakeCluster(at(name));
      const child = spawn('bash', [SCRIPT, '--run', '--out', at(`${name}-out`)], {
        env: environment(name, { FAKE_WAIT: 'pods', TMPDIR: at(`${name}-tmp`) }),
        stdio: 'ignore',
      });
      const ended = new Promise<number | null>(resolve => child.once('exit', resolve));
      while (!existsSync(at(`${name}/waiting`))) await new Promise(resolve => setTimeout(resolve, 20));
      child.kill(signal);
      expect(await ended).toBe(signal === 'SIGINT' ? 130 : 143);
      expect([...readdirSync(at(`${name}-out`)), ...readdirSync(at(`${name}-tmp`))]).toEqual([]);
    },
  );

  it.each([
    ['--wrong'],
    ['--out'],
    ['--run', '--out', '/nowhere'],
    ['--namespaces', 'a b'],
    ['--chunk-size', 'x'],
  ])('refuses wrong usage with 2: %s', (...words) => {
    expect(collect('cluster', ...words)).toMatchObject({ code: 2, out: '' });
  });
});

describe('what it reads', () => {
  it('is what the ClusterRole allows, kind by kind, with get and list and nothing else', () => {
    const role = parse(readFileSync('assets/collect/clusterrole.yaml', 'utf8')) as {
      readonly rules: readonly Readonly<Record<string, readonly string[]>>[];
    };
    const allowed = role.rules.flatMap(rule => {
      expect(rule['verbs']).toEqual(['get', 'list']);
      return (rule['resources'] ?? []).map(name =>
        [name, ...(rule['apiGroups'] ?? [])].filter(part => part !== '').join('.'),
      );
    });
    expect([...allowed].sort()).toEqual(KINDS.map(([resource]) => resource).sort());
    expect(allowed.filter(name => /secret/.test(name))).toEqual([]);
  });

  it('holds every kind that decides about connections, in the scope that the model knows', () => {
    for (const { group, kind, namespaced } of POLICY_KINDS) {
      const wanted = pluralOf(kind);
      const found = KINDS.filter(([resource]) => resource === `${wanted}.${group}`);
      expect(
        found.map(([, scope]) => scope),
        `${kind} of ${group}`,
      ).toEqual([namespaced ? 'namespaced' : 'cluster']);
    }
  });
});

describe('its filter', () => {
  const AWKS = [['awk'], ['mawk'], ['gawk', '--posix'], ['original-awk'], ['busybox', 'awk']].filter(
    ([name = '']) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0,
  );
  const filter = (awk: readonly string[], input: string): Ended => {
    writeFileSync(at('filter.awk'), textBetween("cat <<'AWK'\n", '\nAWK\n'));
    const [name = '', ...words] = awk;
    const ended = spawnSync(name, [...words, '-v', `report=${at('report')}`, '-f', at('filter.awk')], {
      env: { ...process.env, LC_ALL: 'C' },
      input,
      encoding: 'utf8',
    });
    return { code: ended.status, out: ended.stdout, err: ended.stderr };
  };

  it('gives the same bytes with every awk there is', () => {
    for (const name of ['pods', 'configmaps', 'routes.route.openshift.io']) {
      const input = readFileSync(at(`cluster/${name}.json`), 'utf8');
      expect(new Set(AWKS.map(awk => filter(awk, input).out)).size).toBe(1);
    }
  });

  it('keeps every document a document with the same keys, whatever its values', () => {
    const item = fc.jsonValue({ maxDepth: 4 }).filter(value => typeof value === 'object' && value !== null);
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 3 }), values => {
        const list = kubectlList(values.map(spec => ({ spec: spec })));
        const { code, out } = filter(['awk'], list);
        expect(code).toBe(0);
        expect(shapeOf(JSON.parse(out) as JsonValue)).toEqual(shapeOf(JSON.parse(list) as JsonValue));
      }),
      { numRuns: 60 },
    );
  });

  it('finds what a generator hides in objects, save what nothing shows to be a secret', () => {
    const drawn = drawSecrets(7, 400, 0);
    const stored = new Map<string, string>();
    for (const { path, content } of drawn.files) {
      const objects = objectsOf(content);
      if (objects === undefined) continue;
      const maps = objects.filter(object => object['kind'] === 'ConfigMap');
      const others = objects.filter(object => object['kind'] !== 'ConfigMap');
      const masked = [
        filter(['awk', '-v', 'maps=yes'], kubectlList(maps)),
        filter(['awk'], kubectlList(others)),
      ];
      stored.set(path, masked.map(({ out }) => out).join(''));
    }
    const secrets = drawn.secrets.filter(({ file }) => stored.has(file));
    const searched = searchStored({ ...drawn, secrets }, stored);
    expect(secrets.length).toBeGreaterThan(150);
    expect(searched.recall, printSearch(searched)).toBeGreaterThanOrEqual(0.98);
  });

  it('refuses what is not in the form of kubectl, and a Secret in any form', () => {
    const secret = { apiVersion: 'v1', data: {}, kind: 'Secret' };
    for (const input of [
      '',
      '[]\n',
      '{"a":1}\n',
      '{\n  "a": 1\n}\n',
      '{\n',
      kubectlJson(secret),
      kubectlList([secret]),
    ])
      expect(filter(['awk'], input)).toMatchObject({ code: 3 });
  });
});

it('is clean to shellcheck, where that is installed', context => {
  if (spawnSync('shellcheck', ['--version']).status !== 0) {
    context.skip('shellcheck is not installed: the script was not checked');
    return;
  }
  const checked = spawnSync('shellcheck', [SCRIPT, join(FAKE_KUBECTL, 'kubectl')], { encoding: 'utf8' });
  expect(checked.stdout).toBe('');
});

it('may be run as it is', () => {
  expect(statSync(SCRIPT).mode & 0o100).toBe(0o100);
});

/** Resource, scope and reason of the table in the script. */
const KINDS = textBetween("cat <<'KINDS'\n", '\nKINDS\n')
  .split('\n')
  .map(line => line.split(/ +/, 2));

function textBetween(start: string, end: string): string {
  const script = readFileSync(SCRIPT, 'utf8');
  const from = script.indexOf(start) + start.length;
  return script.slice(from, script.indexOf(end, from));
}

function pluralOf(kind: string): string {
  const names: Readonly<Record<string, string>> = { MultiNetworkPolicy: 'multi-networkpolicies' };
  return names[kind] ?? `${kind.toLowerCase().replace(/y$/, 'ie')}s`;
}

async function importArchive(bytes: Buffer): Promise<Intake> {
  const { intake } = await importing([
    { path: 'collection.tar.gz', content: new Uint8Array(bytes), chunk: 4096 },
  ]);
  return intake;
}

/** Objects of kinds that the script may meet; undefined for a file that holds anything else. */
function objectsOf(content: string): readonly JsonObject[] | undefined {
  const documents = parseAllDocuments(content, { uniqueKeys: false });
  if (documents.some(document => document.errors.length > 0)) return undefined;
  const values = documents.map(document => document.toJS() as JsonValue);
  if (!values.every(value => isObject(value) && typeof value['kind'] === 'string')) return undefined;
  const objects = values.filter(isObject).flatMap(value => {
    const items = value['items'];
    if (!Array.isArray(items)) return [value];
    const kind = kindOf(value).replace(/List$/, '');
    return (items as readonly JsonObject[]).map(item => ({ kind, ...item }));
  });
  return objects.filter(object => !NEVER_READ.has(kindOf(object)));
}

function kindOf(object: JsonObject): string {
  return typeof object['kind'] === 'string' ? object['kind'] : '';
}

const NEVER_READ = new Set([
  'Secret',
  'Config',
  'Event',
  'CertificateSigningRequest',
  'TokenReview',
  'TokenRequest',
]);

/** A document with its values taken out: keys, lengths and kinds. */
function shapeOf(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean' ? value : 0;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shapeOf(member ?? null)]));
}

/** The part of JSON Schema that the schema uses. */
interface Schema {
  readonly type?: string;
  readonly const?: JsonValue;
  readonly enum?: readonly JsonValue[];
  readonly pattern?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

function faultsOf(value: JsonValue, schema: Schema, path: string): readonly string[] {
  const type = Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value;
  if (schema.type !== undefined && type !== schema.type) return [`${path}: ${type}`];
  if (schema.const !== undefined && value !== schema.const) return [`${path}: not the constant`];
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [`${path}: not one of the words`];
  if (typeof value === 'string')
    return schema.pattern === undefined || new RegExp(schema.pattern).test(value)
      ? []
      : [`${path}: ${value}`];
  if (Array.isArray(value))
    return (value as readonly JsonValue[]).flatMap((item, index) =>
      faultsOf(item, schema.items ?? {}, `${path}[${index}]`),
    );
  if (typeof value !== 'object' || value === null) return [];
  const properties = schema.properties ?? {};
  return [
    ...(schema.required ?? []).filter(key => !(key in value)).map(key => `${path}.${key}: missing`),
    ...Object.entries(value).flatMap(([key, member]) => {
      const known = properties[key];
      return known === undefined
        ? [`${path}.${key}: unknown`]
        : faultsOf(member ?? null, known, `${path}.${key}`);
    }),
  ];
}
