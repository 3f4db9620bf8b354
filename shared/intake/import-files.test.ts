// What comes through the door: recognised by content, clusters apart, absence told from absence of files, one broken
// document losing only itself, and the same result whatever the order of the files.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codesOf, gzipped, importing, tarred, zipped, type TestFile } from '../../test/fixtures/importing.ts';
import type { Intake } from './intake.ts';

const pod = (name: string, namespace = 'pay'): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace } });
const kubeSystem = (uid: string): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid } });
const flow = (more: object = {}): string =>
  JSON.stringify({
    start_time: 1772352000,
    end_time: 1772352300,
    source_type: 'wep',
    dest_type: 'net',
    source_name: 'a',
    dest_name: 'pub',
    reporter: 'src',
    action: 'allow',
    ...more,
  });
const EVENT = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  auditID: 'a',
  stage: 'ResponseComplete',
  verb: 'get',
  level: 'Metadata',
};
const BENCH = {
  id: '1',
  version: 'cis-1.24',
  node_type: 'master',
  tests: [{ section: '1', results: [{ test_number: '1.1', test_desc: 'x', status: 'WARN', scored: true }] }],
};

const formatOf = async (content: string | Uint8Array): Promise<string> =>
  (await importing([{ path: 'x', content }])).intake.files
    .map(file => `${file.format} ${file.records}`)
    .join();
const names = (intake: Intake): readonly string[] =>
  intake.objects.map(object => `${object.cluster}/${object.kind}/${object.meta.name}`);

describe('a file is what its content says', () => {
  it.each([
    ['an object in YAML', 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n', 'kubernetes 1'],
    [
      'several documents',
      `---\n# c\n---\n${pod('a')}\n--- # x\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\n...\n`,
      'kubernetes 2',
    ],
    ['objects back to back', `${pod('a')}${pod('b')}\n\n${pod('c')}`, 'kubernetes 3'],
    ['a list', `{"kind":"List","apiVersion":"v1","items":[${pod('a')},${pod('b')}]}`, 'kubernetes 2'],
    [
      'a typed list whose items have no kind',
      '{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"a"}}]}',
      'kubernetes 1',
    ],
    [
      'a ResourceList',
      `{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":[${pod('a')}]}`,
      'kubernetes 1',
    ],
    ['a text with a BOM', `\ufeff${pod('a')}`, 'kubernetes 1'],
    [
      'a text of PowerShell',
      Uint8Array.from(Buffer.from(`\ufeff${pod('a')}\r\n`, 'utf16le')),
      'kubernetes 1',
    ],
    ['UTF-16 without a BOM', Uint8Array.from(Buffer.from(pod('a'), 'utf16le')), 'kubernetes 1'],
    ['flow logs', `${flow()}\n${flow()}\n`, 'calico-flow 2'],
    ['one flow record', flow(), 'calico-flow 1'],
    ['flow logs after a banner', `starting up\n${flow()}\n`, 'calico-flow 1'],
    ['Elasticsearch lines', `{"_source":${flow()}}\n`, 'calico-flow 1'],
    [
      'Elasticsearch hits',
      `{\n"hits": {"hits": [\n{"_source":${flow()}},\n{"_source":${flow()}}]}}`,
      'calico-flow 2',
    ],
    ['an array of flows', `[${flow()},\n${flow()}]`, 'calico-flow 2'],
    [
      'Hubble events',
      '{"flow":{"time":"2026-03-01T08:00:00Z","verdict":"FORWARDED","IP":{"source":"10.0.0.1","destination":"10.0.0.2"}},"node_name":"n1"}\n{"lost_events":{"num_events_lost":3},"node_name":"n1"}',
      'hubble 2',
    ],
    [
      'a bare Hubble flow',
      '{"time":"2026-03-01T08:00:00Z","verdict":"DROPPED","IP":{"source":"10.0.0.1","destination":"10.0.0.2"}}\n',
      'hubble 1',
    ],
    ['an audit log', `${JSON.stringify(EVENT)}\n`, 'k8s-audit 1'],
    [
      'an audit list',
      JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [EVENT] }),
      'k8s-audit 1',
    ],
    ['kube-bench', JSON.stringify({ Controls: [BENCH], Totals: {} }, undefined, 2), 'kube-bench 1'],
    ['kube-bench without totals', JSON.stringify([BENCH]), 'kube-bench 1'],
    [
      'kube-bench runs back to back',
      `${JSON.stringify({ Controls: [BENCH] })}\n${JSON.stringify({ Controls: [BENCH] })}`,
      'kube-bench 2',
    ],
    ['an engagement', 'schema: vouch.engagement/1\nentity: x\n', 'engagement 1'],
    ['a Suricata log', '{"event_type":"flow","flow":{"state":"new"},"src_ip":"10.0.0.1"}\n', 'text 0'],
    ['a log of JSON we do not know', '{"a":1}\n{"a":2}\n', 'text 0'],
    ['a log that begins with a bracket', '[2026-03-01T08:00:00Z] "GET / HTTP/1.1" 200\n', 'text 0'],
    ['prose', 'hello\n', 'text 0'],
    ['nothing', '', 'text 0'],
    ['bytes', Uint8Array.from([1, 0, 2, 0, 0, 3]), 'unrecognised 0'],
  ])('%s', async (_what, content, expected) => {
    expect(await formatOf(content)).toBe(expected);
  });

  it('inside gzip, zip, tar and one in the other, with the members listed', async () => {
    const inner = await zipped({ 'deep/pods.json': pod('a'), 'notes.txt': 'x' });
    const { intake } = await importing([
      {
        path: 'a.bin',
        content: gzipped(
          tarred([
            { name: './in.zip', content: inner },
            { name: 'd/', type: '5' },
            { name: 'p.yaml', content: pod('b') },
          ]),
        ),
      },
      { path: 'b', content: gzipped(pod('c')) },
    ]);
    expect(intake.objects.map(object => object.source.file)).toEqual([
      'a.bin!/in.zip!/deep/pods.json',
      'a.bin!/p.yaml',
      'b',
    ]);
    expect(intake.files[0]?.members?.map(member => [member.path, member.format])).toEqual([
      ['a.bin!/in.zip', 'kubernetes'],
      ['a.bin!/p.yaml', 'kubernetes'],
    ]);
  });

  it('whatever it was given as, which is said', async () => {
    const { intake } = await importing([{ path: 'x', content: flow(), role: 'cluster' }]);
    expect(intake.flows[0]?.rows).toBe(1);
    expect(codesOf(intake)).toContain('intake.role.mismatch');
  });
});

describe('an object', () => {
  it('points to its file and line, and a policy to the lines of its rules', async () => {
    const yaml =
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: networking.k8s.io/v1\n  kind: NetworkPolicy\n  metadata:\n    name: p\n    managedFields: [{a: 1}]\n  spec:\n    ingress:\n    - from: []\n';
    const { intake } = await importing([{ path: 'p.yaml', content: `# first\n---\n${yaml}` }]);
    const [policy] = intake.objects;
    expect(policy?.source).toEqual({ file: 'p.yaml', line: 6 });
    expect(policy?.lines.get('/spec/ingress/0')).toBe(13);
    expect(policy?.body['metadata']).toEqual({ name: 'p' });
    expect(policy?.fromManifest).toBe(true);
  });

  it('has labels even where they were written as booleans', async () => {
    const { intake } = await importing([
      { path: 'p', content: 'apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {PCI: true, n: 1}}\n' },
    ]);
    expect(intake.objects[0]?.meta.labels).toEqual({ PCI: 'true', n: '1' });
  });
});

describe('clusters', () => {
  it('are named by their kube-system UID, else as given, else default, which is said', async () => {
    const { intake } = await importing([
      { path: 'a/ns.json', content: kubeSystem('u-1'), cluster: 'prod' },
      { path: 'a/pods.json', content: pod('a'), cluster: 'prod' },
      { path: 'b/pods.json', content: pod('b'), cluster: 'test' },
      { path: 'c/pods.json', content: pod('c') },
    ]);
    expect(names(intake)).toEqual(['u-1/Namespace/kube-system', 'u-1/Pod/a', 'test/Pod/b', 'default/Pod/c']);
    expect(intake.clusters).toEqual([
      { id: 'default', basis: 'default' },
      { id: 'test', basis: 'given-name' },
      { id: 'u-1', basis: 'kube-system-uid' },
    ]);
    expect(codesOf(intake)).toEqual(['intake.cluster.unnamed']);
  });

  it('never merge in one folder: a file that could belong to two is left out', async () => {
    const { intake } = await importing([
      { path: 'x/one/ns.json', content: kubeSystem('u-1') },
      { path: 'x/one/pods.json', content: pod('a') },
      { path: 'x/two.json', content: `${kubeSystem('u-2')}${pod('b')}` },
      { path: 'x/pods.json', content: pod('c') },
      { path: 'x/both.json', content: `${kubeSystem('u-1')}${kubeSystem('u-2')}` },
    ]);
    expect(names(intake)).toEqual([
      'u-1/Namespace/kube-system',
      'u-1/Pod/a',
      'u-2/Namespace/kube-system',
      'u-2/Pod/b',
    ]);
    const ambiguous = intake.diagnostics.filter(item => item.code === 'intake.cluster.ambiguous');
    expect(ambiguous.map(item => [item.severity, item.file])).toEqual([
      ['error', 'x/both.json'],
      ['error', 'x/pods.json'],
    ]);
  });

  it('stay apart where their files show the same path', async () => {
    const { intake } = await importing([
      { path: 'pods.json', content: pod('b'), cluster: 'two' },
      { path: 'pods.json', content: pod('a'), cluster: 'one' },
      { path: 'pods.json', content: pod('a'), cluster: 'two' },
    ]);
    expect([...names(intake)].sort()).toEqual(['one/Pod/a', 'two/Pod/a', 'two/Pod/b']);
    expect(new Set(intake.objects.map(object => object.source.file)).size).toBe(3);
  });

  it('have the flows that name them, else those given with them, else those of the only one', async () => {
    const two: readonly TestFile[] = [
      { path: 'a.json', content: kubeSystem('u-1'), cluster: 'prod' },
      { path: 'b.json', content: kubeSystem('u-2'), cluster: 'test' },
    ];
    const { intake } = await importing([
      ...two,
      { path: 'f1', content: flow(), cluster: 'prod' },
      { path: 'f2', content: `${flow({ cluster: 'test' })}\n${flow({ cluster: 'u-1' })}` },
      { path: 'f3', content: flow() },
    ]);
    expect(intake.flows.map(table => [table.cluster, table.rows])).toEqual([
      ['default', 1],
      ['u-1', 2],
      ['u-2', 1],
    ]);
    expect(codesOf(intake)).toEqual(['intake.cluster.unattributed']);
    const one = await importing([two[0]!, { path: 'f3', content: flow({ cluster: 'cluster' }) }]);
    expect(one.intake.flows.map(table => table.cluster)).toEqual(['u-1']);
  });

  it('count a file once that was given twice', async () => {
    const { intake } = await importing([
      { path: 'x/flows.log', content: flow(), role: 'flows' },
      { path: 'x/flows.log', content: flow(), cluster: 'prod', role: 'cluster' },
    ]);
    expect(intake.flows.map(table => [table.cluster, table.rows])).toEqual([['prod', 1]]);
  });
});

describe('absence', () => {
  const gapsOf = async (path: string, content: string) =>
    (await importing([{ path, content }])).intake.gaps.map(
      gap => `${gap.state} ${gap.what} ${gap.group} :${gap.source.line}`,
    );

  it('is told apart: forbidden, asked and none, failed', async () => {
    expect(
      await gapsOf(
        'x.txt',
        'Error from server (Forbidden): networkpolicies.networking.k8s.io is forbidden: User "u" cannot list\n',
      ),
    ).toEqual(['forbidden networkpolicies networking.k8s.io :1']);
    expect(
      await gapsOf('x', '{"kind":"NetworkPolicyList","apiVersion":"networking.k8s.io/v1","items":null}'),
    ).toEqual(['asked-none NetworkPolicy networking.k8s.io :1']);
    expect(
      await gapsOf(
        'x',
        '{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","message":"no","details":{"group":"networking.k8s.io","kind":"networkpolicies"}}',
      ),
    ).toEqual(['forbidden networkpolicies networking.k8s.io :1']);
    expect(
      await gapsOf('x', 'error: the server doesn\'t have a resource type "globalnetworkpolicies"\n'),
    ).toEqual(['asked-none globalnetworkpolicies  :1']);
    const notServed = (plural: string): string =>
      `error: the server doesn't have a resource type "${plural}"\n`;
    expect(await gapsOf('x', notServed('tiers'))).toEqual([]);
    expect(
      await gapsOf('networkpolicies.crd.projectcalico.org.error.txt', notServed('networkpolicies')),
    ).toEqual(['asked-none networkpolicies crd.projectcalico.org :1']);
    const silent = `E1 memcache.go:287] err="couldn't get resource list for projectcalico.org/v3: 503"\n`;
    expect(
      await gapsOf('networkpolicies.projectcalico.org.txt', silent + notServed('networkpolicies')),
    ).toEqual(['error networkpolicies projectcalico.org :2']);
    expect(await gapsOf('x', 'Unable to connect to the server: dial tcp\n')).toEqual([
      'error unknown resource  :1',
    ]);
  });

  it('of an unnamed kind counts only where the file is named after it', async () => {
    expect(
      await gapsOf(
        'd/networkpolicies.projectcalico.org.json',
        '{"kind":"List","apiVersion":"v1","items":[]}',
      ),
    ).toEqual(['asked-none networkpolicies projectcalico.org :1']);
    expect(await gapsOf('netpol.txt', 'No resources found\n')).toEqual([
      'asked-none networkpolicies networking.k8s.io :1',
    ]);
    expect(await gapsOf('export.json', '{"kind":"List","apiVersion":"v1","items":[]}')).toEqual([]);
  });

  it('is told in the middle of documents too, and these keep their lines', async () => {
    const { intake } = await importing([
      {
        path: 'x',
        content: `${pod('a')}\nError from server (Forbidden): secrets is forbidden: no\n==== START logs for container c of pod p ====\n{"broken\n==== END logs for container c of pod p ====\n${pod('b')}\n`,
      },
    ]);
    expect(intake.objects.map(object => object.source.line)).toEqual([1, 6]);
    expect(intake.gaps.map(gap => gap.what)).toEqual(['secrets']);
    expect(codesOf(intake)).not.toContain('intake.json.syntax');
  });

  it('is a hole in the collection where a policy could not be read', async () => {
    expect(await gapsOf('x', 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: [\n')).toEqual(
      ['error NetworkPolicy networking.k8s.io :4'],
    );
  });

  it('is not read from tables, descriptions and templates, with what to do instead', async () => {
    for (const [content, code] of [
      ['NAME   READY   STATUS\na   1/1   Running\n', 'intake.kubectl.table'],
      ['Name:         a\nNamespace:    b\n', 'intake.kubectl.describe'],
      [
        'apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\n{{- if .x }}\n',
        'intake.template.unrendered',
      ],
    ] as const)
      expect(codesOf((await importing([{ path: 'x', content }])).intake)).toContain(code);
  });
});

describe('a broken part', () => {
  it('loses only itself, and is named with its line', async () => {
    const { intake } = await importing([
      {
        path: 'a.yaml',
        content: `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Pod\n  bad: x\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\n`,
      },
      { path: 'b.json', content: `${pod('c')}\n{"kind": oops}\n${pod('d')}` },
      { path: 'f.log', content: `${flow()}\nnonsense\n${flow()}\n{"cut` },
    ]);
    expect(names(intake).map(name => name.slice(-1))).toEqual(['a', 'b', 'c', 'd']);
    expect(intake.flows[0]?.rows).toBe(2);
    expect(
      intake.diagnostics
        .filter(item => item.severity !== 'info')
        .map(item => [item.code, item.file, item.line]),
    ).toEqual([
      ['intake.yaml.syntax', 'a.yaml', 6],
      ['intake.json.syntax', 'b.json', 2],
      ['intake.lines.bad', 'f.log', 2],
    ]);
  });

  it.each([
    [
      'a key twice in JSON',
      '{"kind":"Pod","apiVersion":"v1",\n"kind":"Pod"}',
      'intake.json.duplicate-key',
      2,
    ],
    ['a key twice in YAML', 'apiVersion: v1\nkind: Pod\nkind: Pod\n', 'intake.yaml.duplicate-key', 3],
    [
      'a prototype in JSON',
      '{"apiVersion":"v1",\n"__proto__":{"kind":"Pod"}}',
      'intake.json.forbidden-key',
      2,
    ],
    ['a prototype in YAML', 'apiVersion: v1\nkind: Pod\n__proto__: {a: b}\n', 'intake.yaml.forbidden-key', 3],
    ['a JSON bomb', `{"kind":"List","apiVersion":"v1","items":${'['.repeat(5000)}`, 'intake.json.depth', 1],
    ['a bomb of objects', '{"a":'.repeat(100_000), 'intake.json.depth', 1],
    ['a YAML bomb of brackets', `kind: Pod\na: ${'['.repeat(5000)}`, 'intake.yaml.depth', 2],
    ['a YAML bomb of keys', `kind: Pod\na: ${'{"a":'.repeat(20_000)}`, 'intake.yaml.', undefined],
    [
      'laughing aliases',
      `kind: Pod\napiVersion: v1\na: &a [x,x]\n${'bcdefghijklm'
        .split('')
        .map((c, i) => `${c}: &${c} [${`*${'abcdefghijklm'.charAt(i)},`.repeat(9)}]`)
        .join('\n')}\n`,
      'intake.yaml.alias-limit',
      undefined,
    ],
    ['an alias of itself', 'kind: Pod\napiVersion: v1\na: &a [*a]\n', 'intake.yaml.', undefined],
  ])('such as %s is refused by name', async (_what, content, code, line) => {
    const { intake } = await importing([{ path: 'x', content, chunk: 1 << 20 }]);
    const found = intake.diagnostics.find(item => item.code.startsWith(code));
    expect(found, codesOf(intake).join()).toMatchObject({
      file: 'x',
      severity: 'error',
      ...(line === undefined ? {} : { line }),
    });
    expect(intake.objects).toEqual([]);
  });

  it('of a truncated gzip file gives what can be read, and stores only that', async () => {
    const whole = gzipped(
      Array.from({ length: 4000 }, (_, at) => flow({ num_flows: at, note: Math.sin(at) })).join('\n'),
    );
    const { intake, stored } = await importing([
      { path: 'f.log.gz', content: whole.slice(0, whole.length / 2) },
      { path: 'g.gz', content: whole.slice(0, 12) },
    ]);
    expect(intake.flows[0]?.rows).toBeGreaterThan(500);
    expect(intake.files.map(file => [file.format, file.withheld])).toEqual([
      ['calico-flow', undefined],
      ['unrecognised', true],
    ]);
    expect(
      intake.diagnostics.filter(item => item.code === 'intake.gzip.damaged').map(item => item.file),
    ).toEqual(['f.log.gz', 'g.gz']);
    expect([...stored.keys()]).toEqual(['f.log.gz']);
    expect(stored.get('f.log.gz')?.startsWith('{"start_time"')).toBe(true);
  });
});

describe('the order of files', () => {
  it('changes nothing', async () => {
    const files: readonly TestFile[] = [
      { path: 'b/ns.json', content: kubeSystem('u-1') },
      { path: 'a/pods.yaml', content: pod('a') },
      { path: 'f1.log', content: `${flow()}\n${flow({ cluster: 'u-1', source_name: 'x' })}` },
      { path: 'f0.log', content: flow({ source_name: 'y' }) },
      {
        path: 'audit.log',
        content: `${JSON.stringify({ ...EVENT, stage: 'RequestReceived' })}\n${JSON.stringify(EVENT)}`,
      },
      { path: 'audit2.log', content: JSON.stringify(EVENT) },
      { path: 'same', content: pod('s1') },
      { path: 'same', content: pod('s2') },
      { path: 'e.txt', content: 'No resources found\n' },
    ];
    const { intake: expected, stored } = await importing(files);
    expect(expected.audit.map(event => [event.id, event.stage])).toEqual([['a', 'ResponseComplete']]);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...files], { minLength: files.length }),
        fc.integer({ min: 1, max: 300 }),
        async (shuffled, chunk) => {
          const again = await importing(shuffled.map(file => ({ ...file, chunk })));
          expect(again.intake).toEqual(expected);
          expect([...again.stored]).toEqual([...stored]);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('an import', () => {
  it('says how far it is, breathes, and stops when asked', async () => {
    const content = `${flow()}\n`.repeat(100);
    const steps: number[] = [];
    let breaths = 0;
    await importing([{ path: 'f', content }], {
      onProgress: progress => steps.push(progress.done, progress.total ?? -1),
      yield: async () => {
        await Promise.resolve();
        breaths++;
      },
    });
    expect(steps.slice(-2)).toEqual([content.length, content.length]);
    expect(breaths).toBeGreaterThan(2);
    await expect(importing([{ path: 'f', content }], { cancellation: { aborted: true } })).rejects.toThrow(
      'Cancelled',
    );
  });

  it('cuts a line longer than any record into pieces, counts it as bad and goes on', async () => {
    const content = `${flow()}\n${'{"a":"b",'.repeat(5000)}\n${flow()}\n`;
    const { intake } = await importing([{ path: 'f', content, chunk: 500 }], { limits: { lineBytes: 2000 } });
    expect(intake.flows[0]?.rows).toBe(2);
    expect([...(intake.flows[0]?.parts[0]?.line ?? [])]).toEqual([1, 3]);
    expect(codesOf(intake)).toContain('intake.lines.bad');
  });

  it('does not store a document too large to be searched by structure', async () => {
    const { intake, stored } = await importing(
      [{ path: 'x', content: `[${Array.from({ length: 50 }, () => pod('a')).join(',\n')}]` }],
      { limits: { documentBytes: 500 } },
    );
    expect(stored.size).toBe(0);
    expect(codesOf(intake)).toEqual(['intake.file.too-large']);
  });
});
