// The door masks what must never be kept: whole, in place, with the same line count, the same token for the same
// value; and what is stored gives the same model again.
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../base/json.ts';
import {
  accountNumber,
  codesOf,
  gzipped,
  importing,
  tarred,
  zipped,
  type TestFile,
} from '../../test/fixtures/importing.ts';
import { drawSecrets } from '../../test/generate/secrets/drawn-secrets.ts';
import type { Intake, IntakeFile } from './intake.ts';

const PAN = accountNumber();
const JWT = ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0', 'abcDEF-_123'].join('.');
const KEY = [
  '-----BEGIN RSA PRIVATE',
  'KEY-----\nMIIEowIBAAKCAQEA0123456789abcdef\nq83vEjRWeJCrze8SNFZ4kA==\n-----END RSA PRIVATE',
  'KEY-----',
].join(' ');

/** The stored copy of one file, and what was masked in it by kind. */
async function masked(content: string, path = 'a.txt') {
  const { intake, stored } = await importing([{ path, content }]);
  return { text: stored.get(path) ?? '', kinds: intake.files[0]?.redactionsByKind, intake };
}

const SECRET = `apiVersion: v1
kind: Secret
metadata: {name: db, namespace: pay}
data:
  password: aHVudGVyMg==
  pin: "1234"
  replaced: MTIgYnl0ZXMgbG9uZw==
stringData:
  number: 12345
  note: |
    first line
    second line
type: Opaque
`;
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  namespace: pay
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {"apiVersion":"apps/v1","kind":"Deployment","spec":{"password":"old"}}
    plain: stays
spec:
  template:
    spec:
      containers:
        - name: api
          image: r/api:1
          args: [--password=hunter2, --token, abc123def, --token-ttl=10m, --secret-file=/etc/s, --verbose]
          env:
            - {name: DB_PASSWORD, value: hunter2}
            - {name: PATH, value: /usr/bin}
            - {name: TOKEN_FROM, valueFrom: {secretKeyRef: {name: db, key: password}}}
            - {name: AUTH_ENABLED, value: "true"}
            - name: URL
              value: postgres://svc:s3cr3t@db:5432/pay
`;

describe('a Secret', () => {
  it('keeps its keys and type and loses every value', async () => {
    const { text, kinds, intake } = await masked(SECRET, 's.yaml');
    expect(kinds).toEqual({ 'secret-value': 4 });
    expect(text).not.toMatch(/aHVudGVyMg|1234|first line|second line/);
    expect(text.split('\n')).toHaveLength(SECRET.split('\n').length);
    expect(Object.keys(intake.objects[0]?.body['data'] ?? {})).toEqual(['password', 'pin', 'replaced']);
    expect(intake.objects[0]?.body['type']).toBe('Opaque');
  });

  it('is masked in every wrapping: JSON, List, typed list, flow style, alias, merge key', async () => {
    const body = { metadata: { name: 'db' }, data: { password: 'aHVudGVyMg==' } };
    const object = { apiVersion: 'v1', kind: 'Secret', ...body };
    for (const content of [
      JSON.stringify(object),
      JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [object] }, undefined, 2),
      JSON.stringify({ kind: 'SecretList', apiVersion: 'v1', items: [body] }),
      `{apiVersion: v1, kind: Secret, metadata: {name: db}, data: {password: aHVudGVyMg==}}`,
      `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nx: &value aHVudGVyMg==\ndata: {password: *value}\n`,
      `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nx: &values {password: aHVudGVyMg==}\ndata:\n  <<: *values\n`,
      `\ufeff${JSON.stringify(object)}`,
      `kind: Secret\r\napiVersion: v1\r\nmetadata: {name: db}\r\ndata:\r\n  password: aHVudGVyMg==\r\n`,
    ])
      expect((await masked(content)).text, content).not.toContain('aHVudGVyMg');
  });

  it('is masked even where its document is broken', async () => {
    const broken = `${SECRET}bad: [unclosed\n`;
    const { text, intake } = await masked(broken, 's.yaml');
    expect(text).not.toMatch(/aHVudGVyMg|12345|second line/);
    expect(text.split('\n')).toHaveLength(broken.split('\n').length);
    expect(codesOf(intake)).toContain('intake.yaml.syntax');
    const cut = JSON.stringify({
      kind: 'List',
      apiVersion: 'v1',
      items: [{ kind: 'Secret', data: { password: 'aHVudGVyMg==' } }],
    });
    expect((await masked(cut.slice(0, -4))).text).not.toContain('aHVudGVyMg');
  });
});

describe('credentials', () => {
  it('are masked in env, arguments, URLs and earlier copies; names, switches and references stay', async () => {
    const { text, kinds } = await masked(DEPLOYMENT, 'd.yaml');
    expect(kinds).toEqual({ 'last-applied': 1, credential: 3, 'url-userinfo': 1 });
    expect(text).not.toMatch(/hunter2|abc123def|s3cr3t|"old"/);
    for (const kept of [
      '--password=',
      '--token-ttl=10m',
      '--secret-file=/etc/s',
      '/usr/bin',
      'key: password',
      'plain: stays',
      '"true"',
      '@db:5432/pay',
    ])
      expect(text).toContain(kept);
  });

  it.each([
    ['a token', `ok ${JWT} ok`, 'token'],
    ['a header', 'Authorization: Bearer abcdefghijklmnop', 'token'],
    ['a password in a property', 'spring.datasource.password=hunter2', 'credential'],
    ['a password in JSON', '{"client_secret":"hunter2"}', 'credential'],
    ['a password in escaped JSON', '{"msg":"{\\"password\\":\\"hunter2\\"}"}', 'credential'],
    ['a password in YAML', 'password: hunter2', 'credential'],
    ['a cloud key', ['AKIA', 'IOSFODNN7EXAMPLE'].join(''), 'credential'],
    ['a query', 'GET /x?access_token=hunter2hunter2&y=1', 'credential'],
    ['a cookie', 'Cookie: session=hunter2hunter2', 'token'],
    ['userinfo', 'redis://:hunter2@cache:6379', 'url-userinfo'],
  ])('as %s are masked in any text', async (_form, line, kind) => {
    const { text, kinds } = await masked(`before\n${line}\nafter\n`);
    expect(kinds).toEqual({ [kind]: 1 });
    expect(text).not.toMatch(/hunter2|eyJ|IOSFODNN7|klmnop/);
    expect(text.split('\n')).toHaveLength(4);
  });

  it('leave prose, names and references alone', async () => {
    const prose =
      'A system with a Basic Input/Output System.\nsecretName: db\nPASSWORD=$PASSWORD\npassword: {valueFrom: x}\nhttps://host/path?a=b\n';
    expect((await masked(prose)).kinds).toEqual({});
  });
});

describe('a private key', () => {
  it('is masked over all its lines, in a text and in a block of YAML', async () => {
    const log = `start\n${KEY}\nend\n`;
    const inText = await masked(log);
    expect(inText.text.split('\n')).toHaveLength(log.split('\n').length);
    expect(inText.text).not.toMatch(/MIIE|q83v|BEGIN/);
    const yaml = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  x: |\n${KEY.replace(/^/gm, '    ')}\n  y: z\n`;
    const inBlock = await masked(yaml);
    expect(inBlock.text).not.toMatch(/MIIE|q83v/);
    expect(inBlock.intake.objects[0]?.body['data']).toMatchObject({ y: 'z' });
  });

  it('is masked where its end is missing', async () => {
    expect((await masked(`x\n${KEY.slice(0, KEY.indexOf('-----END'))}`)).text).not.toMatch(/MIIE|q83v/);
  });

  it('is not cut in two by the pieces a file comes in', async () => {
    const content = `${'line of log\n'.repeat(40)}${KEY}\n${'line of log\n'.repeat(40)}`;
    for (const chunk of [50, 64, 97, 4096]) {
      const { stored } = await importing([{ path: 'a.log', content, chunk }]);
      expect(stored.get('a.log')).not.toMatch(/MIIE|q83v/);
    }
  });
});

describe('account data', () => {
  it('is a finding with file and line, in logs, attachments and inside masked values', async () => {
    const { intake, stored } = await importing([
      { path: 'app.log', content: `ok\nPOST /pay pan=${accountNumber(' ')} 200\n` },
      {
        path: 'map.json',
        content: `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},\n"data":{"n":${PAN}}}`,
      },
      {
        path: 'secret.yaml',
        content: `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  card: "${PAN}"\n`,
      },
    ]);
    expect(intake.accountData.map(hit => [hit.kind, hit.source.file, hit.source.line])).toEqual([
      ['pan', 'app.log', 2],
      ['pan', 'map.json', 2],
      ['pan', 'secret.yaml', 5],
    ]);
    expect(codesOf(intake)).toContain('intake.account-data.pan');
    expect([...stored.values()].join('')).not.toMatch(/4111|1111/);
    expect(intake.files[0]?.originalHmac).toMatch(/^hmac-sha256:/);
    expect(canonicalJson(intake.files.map(({ sha256, originalHmac, ...file }) => file))).not.toContain(
      '1111',
    );
  });

  it('is named by its own token inside a value that is masked for another reason', async () => {
    const { text, intake } = await masked(
      `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  a: card ${PAN} and ${PAN}\n  b: |\n    x\n    ${PAN}\n---\n# ${PAN}\n`,
      's.yaml',
    );
    const [token] = /masked-pan-[a-p]{16}/.exec(text) ?? [];
    expect(text.split(token ?? '?')).toHaveLength(5);
    expect(text).not.toContain(PAN);
    expect(intake.accountData.map(({ source, count }) => [source.line, count])).toEqual([
      [5, 2],
      [6, 1],
      [10, 1],
    ]);
  });

  it('has one token however it is written', async () => {
    const { text } = await masked(`${PAN}\n${accountNumber(' ')}\n${accountNumber('-')}\n`);
    expect([...new Set(text.trim().split('\n'))]).toEqual([expect.stringMatching(/^masked-pan-[a-p]{16}$/)]);
  });

  it('keeps a binary file from being stored, and an image waits for a person', async () => {
    const bytes = (text: string): Uint8Array =>
      Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 1, ...new TextEncoder().encode(text)]);
    const { intake, stored } = await importing([
      { path: 'clean.png', content: bytes('picture') },
      { path: 'dirty.png', content: bytes(` ${PAN} `) },
    ]);
    expect([...stored.keys()]).toEqual(['clean.png']);
    expect(intake.files.map(file => file.withheld)).toEqual([undefined, true]);
    expect(codesOf(intake)).toEqual(['intake.attachment.needs-confirmation', 'intake.attachment.withheld']);
  });
});

const FLOW = {
  start_time: 1772352000,
  end_time: 1772352300,
  source_type: 'wep',
  source_namespace: 'web',
  source_name: 'front-1',
  dest_type: 'net',
  dest_name: 'pub',
  reporter: 'src',
  action: 'allow',
  proto: 'tcp',
  dest_port: 443,
};
const EVENT = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'RequestResponse',
  stage: 'ResponseComplete',
  verb: 'create',
  requestReceivedTimestamp: '2026-03-01T08:00:00Z',
};

/** Files that hold something of every kind. */
const CASE: readonly TestFile[] = [
  { path: 'secret.yaml', content: `# ${PAN}\n${SECRET}---\n${DEPLOYMENT}---\nbroken: [\n` },
  {
    path: 'list.json',
    content: JSON.stringify(
      {
        kind: 'SecretList',
        apiVersion: 'v1',
        items: [{ metadata: { name: 'a', annotations: { 'x/password': 'q' } }, data: { k: 'dg==' } }],
      },
      undefined,
      1,
    ),
  },
  {
    path: 'numbers.json',
    content: `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":"x ${PAN} y","b":"${JWT}"},"n":[${PAN},-${PAN}]}`,
  },
  {
    path: 'policy.yaml',
    content: `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: "p ${PAN}", namespace: pay}\nspec:\n  podSelector: {}\n`,
  },
  {
    path: 'flows.log',
    content: [FLOW, { ...FLOW, process_args: [`--password=hunter2 ${PAN}`], num: Number(PAN) }, FLOW]
      .map(flow => JSON.stringify(flow))
      .join('\r\n'),
  },
  {
    path: 'flows2.log.gz',
    content: gzipped(`${JSON.stringify({ ...FLOW, source_name: `x-${PAN}` })}\nbad ${PAN}\n`),
  },
  {
    path: 'audit.log',
    content: [
      {
        ...EVENT,
        auditID: 'a',
        objectRef: { resource: 'secrets', namespace: 'pay', name: 'db' },
        requestObject: { kind: 'Secret', data: { a: 'aHVudGVyMg==' } },
      },
      {
        ...EVENT,
        auditID: 'b',
        objectRef: { resource: 'pods' },
        requestObject: {
          kind: 'Pod',
          spec: { containers: [{ env: [{ name: 'API_KEY', value: 'hunter2' }] }] },
        },
        requestURI: '/x?token=hunter2hunter2',
      },
    ]
      .map(event => JSON.stringify(event))
      .join('\n'),
  },
  { path: 'notes.txt', content: `hello\n${KEY}\r\npassword=hunter2\n` },
];

describe('the stored copy', () => {
  it('gives the same model and nothing more to mask', async () => {
    const archive = await zipped(Object.fromEntries(CASE.map(file => [file.path, file.content])));
    for (const files of [
      CASE,
      [{ path: 'case.zip', content: archive }],
      [
        {
          path: 'case.tgz',
          content: gzipped(tarred(CASE.map(file => ({ name: file.path, content: file.content })))),
        },
      ],
    ]) {
      const first = await importing(files);
      expect(first.intake.accountData.length).toBeGreaterThan(4);
      const copies = [...first.stored].map(([path, text]) => ({
        path,
        content: Uint8Array.from(Buffer.from(text, 'latin1')),
      }));
      const second = await importing(copies);
      expect(modelOf(second.intake)).toEqual(modelOf(first.intake));
      expect(hitsOf(second.intake)).toEqual(hitsOf(first.intake));
      expect(second.intake.files.map(file => file.redactions)).toEqual(copies.map(() => 0));
      expect([...first.stored.values()].join('\n')).not.toMatch(/4111|1111|hunter2|aHVudGVyMg|MIIE|eyJ/);
    }
  });

  it('of drawn exports, logs and files gives the same model and line numbers in every container', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.constantFrom('plain', 'gz', 'zip', 'tar.gz'),
        async (seed, container) => {
          const drawn = drawSecrets(seed, 60, 120).files;
          const first = await importing(await contained(drawn, container));
          const second = await importing(
            [...first.stored].map(([path, text]) => ({
              path,
              content: Uint8Array.from(Buffer.from(text, 'latin1')),
            })),
          );
          expect(modelOf(second.intake)).toEqual(modelOf(first.intake));
          expect(hitsOf(second.intake)).toEqual(hitsOf(first.intake));
          expect(second.intake.files.map(file => file.redactions)).toEqual(second.intake.files.map(() => 0));
          expect(first.stored.size).toBe(drawn.length);
          expect([...second.stored]).toEqual([...first.stored]);
          for (const { path, content } of drawn) {
            const copy = [...first.stored].find(([name]) => name.includes(path))?.[1];
            expect(unzipped(copy ?? '').split('\n').length, path).toBe(content.split('\n').length);
          }
        },
      ),
      { numRuns: 4 },
    );
  });

  it('is the original, byte for byte, where nothing was masked', async () => {
    const content = Uint8Array.from(
      Buffer.from('\ufeffapiVersion: v1\r\nkind: Namespace\r\nmetadata: {name: pay}\r\n', 'utf16le'),
    );
    const { stored, intake } = await importing([{ path: 'ns.yaml', content }]);
    expect(Buffer.from(stored.get('ns.yaml') ?? '', 'latin1')).toEqual(Buffer.from(content));
    expect(intake.objects).toHaveLength(1);
    expect(intake.files[0]?.originalHmac).toBeUndefined();
  });

  it('of masking twice is the copy of masking once, for any text', async () => {
    const piece = fc.constantFrom(
      ` ${PAN} `,
      ` ${accountNumber(' ')}\n`,
      JWT,
      'password=hunter2',
      '"',
      "'",
      '{',
      '}',
      ':',
      ' ',
      '\n',
      'a: ',
      '- ',
      '|',
      'kind: Secret',
      'data:',
      '  x: y',
      ',',
      '\\',
      'url://a:b@c',
      'apiVersion: v1',
      '"token":"abcdefgh"',
      '?key=abcdef',
      KEY,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 14 }), async pieces => {
        const once = await masked(pieces.join(''));
        const twice = await masked(once.text === '' ? '\n' : once.text);
        expect(twice.kinds).toEqual({});
        expect(once.text.split('\n')).toHaveLength(pieces.join('').split('\n').length);
        expect(once.text).not.toContain(PAN);
      }),
      { numRuns: 150 },
    );
  });
});

/** A copy without gzip, in which a file stays where nothing in it was masked. */
function unzipped(copy: string): string {
  return copy.startsWith('\x1f\x8b') ? gunzipSync(Buffer.from(copy, 'latin1')).toString('latin1') : copy;
}

/** Files as they came, each in gzip, or all in one archive. */
async function contained(files: readonly TestFile[], container: string): Promise<readonly TestFile[]> {
  switch (container) {
    case 'gz':
      return files.map(({ path, content }) => ({ path: `${path}.gz`, content: gzipped(content) }));
    case 'zip': {
      const content = await zipped(Object.fromEntries(files.map(file => [file.path, file.content])));
      return [{ path: 'case.zip', content }];
    }
    case 'tar.gz': {
      const members = files.map(file => ({ name: file.path, content: file.content }));
      return [{ path: 'case.tar.gz', content: gzipped(tarred(members)) }];
    }
    default:
      return files;
  }
}

/** Account data by kind, line and number; files of an archive are stored under the same names. */
function hitsOf(intake: Intake): unknown {
  return intake.accountData.map(({ kind, source, count }) => [kind, source.file, source.line, count]);
}

/** What later steps read: everything but names of bytes and counts of masks. */
function modelOf(intake: Intake): unknown {
  const plain = (file: IntakeFile): unknown[] =>
    file.members?.flatMap(plain) ?? [[file.path, file.format, file.records, file.period]];
  return {
    files: intake.files.flatMap(plain).sort(),
    objects: intake.objects.map(object => ({ ...object, lines: [...object.lines] })),
    flows: intake.flows.map(table => ({
      ...table,
      parts: table.parts.map(part =>
        Object.fromEntries(
          Object.entries(part).map(([key, column]) => [
            key,
            typeof column === 'number' ? column : [...column],
          ]),
        ),
      ),
    })),
    audit: intake.audit,
    gaps: intake.gaps,
    clusters: intake.clusters,
  };
}
