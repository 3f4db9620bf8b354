// Secrets where a cluster export holds them: Secrets, environment, arguments, annotations, config maps, requests,
// custom resources. One object for each.
import { ALNUM, BASE64, secretAt, type Draw, type Fragment } from './draw.ts';
import { blobWith } from './blobs.ts';
import {
  accountNumberOf,
  credentialUrl,
  drawPlain,
  drawTelling,
  drawWord,
  encodedKey,
  jwt,
  privateKey,
  writtenNumber,
  type Value,
} from './values.ts';

type Json = Readonly<Record<string, unknown>>;

/** Names under which people keep secrets. */
export const SECRET_NAMES = [
  'DB_PASSWORD',
  'MYSQL_ROOT_PASSWORD',
  'REDIS_PASS',
  'PGPASSWORD',
  'JWT_SECRET',
  'API_TOKEN',
  'STRIPE_KEY',
  'SENTRY_DSN',
  'DATABASE_CONN',
  'SMTP_AUTH',
  'AZURE_SAS',
  'GITHUB_PAT',
  'SERVICE_CRED',
  'ENCRYPTION_KEY',
  'dbPassword',
  'apiKey',
  'CLIENT_SECRET',
  'ADMIN_PWD',
  'SESSION_SECRET',
  'ACCESS_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'CONNECTION_STRING',
  'VAULT_TOKEN',
  'KEYSTORE_PASSPHRASE',
  'MASTER_KEY',
  'HSM_PIN_PASSWORD',
  'SECRET_KEY_BASE',
  'DD_API_KEY',
  'PASSWD',
] as const;

/** A piece of an export with something hidden in it. */
export type Place = (draw: Draw) => Fragment;

function fragment(place: string, value: Value, body: Json): Fragment {
  return { family: 'object', body, plants: [secretAt(place, ...value.pieces)] };
}

function named(draw: Draw, more: Json = {}): Json {
  return { metadata: { name: `x-${draw.word()}`, namespace: 'pay', ...more } };
}

function podWith(draw: Draw, container: Json): Json {
  const spec = { containers: [{ name: 'app', image: `r.example/app:1.${draw.int(99)}`, ...container }] };
  return draw.pick<() => Json>([
    () => ({ apiVersion: 'v1', kind: 'Pod', ...named(draw), spec }),
    () => ({ apiVersion: 'apps/v1', kind: 'Deployment', ...named(draw), spec: { template: { spec } } }),
    () => ({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      ...named(draw),
      spec: { jobTemplate: { spec: { template: { spec: { initContainers: spec.containers } } } } },
    }),
  ])();
}

function configMap(draw: Draw, data: Json, metadata: Json = {}): Json {
  return { apiVersion: 'v1', kind: 'ConfigMap', ...named(draw, metadata), data };
}

function encoded(value: Value): Value {
  const text = Buffer.from(value.text).toString('base64');
  return { text, pieces: [text.length < 120 ? text : text.slice(60, -60)] };
}

const anyValue = (draw: Draw): Value =>
  draw.pick([drawPlain, drawTelling, privateKey, credentialUrl, writtenNumber])(draw);

/** Every place of an export. */
export const OBJECT_PLACES: readonly Place[] = [
  draw => {
    const value = encoded(anyValue(draw));
    const type = draw.pick([
      'Opaque',
      'kubernetes.io/tls',
      'kubernetes.io/dockerconfigjson',
      'bootstrap.kubernetes.io/token',
    ]);
    const key = draw.pick([
      'password',
      'config',
      'tls.key',
      '.dockerconfigjson',
      'token-secret',
      'ssh-privatekey',
    ]);
    return fragment('Secret data', value, {
      apiVersion: 'v1',
      kind: 'Secret',
      ...named(draw),
      type,
      data: { [key]: value.text },
    });
  },
  draw => {
    const value = anyValue(draw);
    return fragment('Secret stringData', value, {
      apiVersion: 'v1',
      kind: 'Secret',
      ...named(draw),
      stringData: { [draw.pick(['user', 'note', 'config.yaml'])]: value.text },
    });
  },
  draw => {
    const value = anyValue(draw);
    const key = draw.pick([
      'team.example/note',
      'kubectl.kubernetes.io/last-applied-configuration',
      'x/rotate',
    ]);
    const annotations = {
      [key]: key.startsWith('kubectl')
        ? JSON.stringify({ kind: 'Secret', data: { a: value.text } })
        : value.text,
    };
    return fragment('Secret annotation', value, {
      apiVersion: 'v1',
      kind: 'Secret',
      ...named(draw, { annotations }),
      data: {},
    });
  },
  draw => {
    const value = drawPlain(draw);
    const earlier = podWith(draw, { env: [{ name: draw.pick(SECRET_NAMES), value: value.text }] });
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(earlier)}\n`,
    };
    return fragment('last applied', value, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      ...named(draw, { annotations }),
    });
  },
  draw => {
    const text = draw.text(BASE64, 400);
    const value = { text, pieces: [text] };
    const name = `sh.helm.release.v1.pay.v${draw.int(30)}`;
    return draw.int(2) === 0
      ? fragment('Helm release', value, {
          apiVersion: 'v1',
          kind: 'Secret',
          type: 'helm.sh/release.v1',
          metadata: { name, labels: { owner: 'helm', status: 'deployed' } },
          data: { release: text },
        })
      : fragment('Helm release', value, {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name, labels: { [draw.pick(['owner', 'OWNER'])]: draw.pick(['helm', 'TILLER']) } },
          data: { release: text },
        });
  },
  draw => {
    const value = drawPlain(draw);
    return fragment(
      'env by name',
      value,
      podWith(draw, { env: [{ name: draw.pick(SECRET_NAMES), value: value.text }] }),
    );
  },
  draw => {
    const value = draw.pick([drawTelling, privateKey])(draw);
    return fragment(
      'env by look',
      value,
      podWith(draw, { env: [{ name: draw.pick(['BACKEND', 'SETTINGS', 'REPORTS_TO']), value: value.text }] }),
    );
  },
  draw => {
    const value = drawWord(draw);
    const { text } = value;
    const args = draw.pick<readonly string[]>([
      [`--password=${text}`],
      ['--db-password', text],
      [`--api-key=${text}`],
      ['serve', '--token', text, '--verbose'],
      [`-Djavax.net.ssl.keyStorePassword=${text}`],
      [`--requirepass`, text],
      ['sh', '-c', `export API_TOKEN=${text}; exec ./run`],
      ['sh', '-c', `mysql -h db -u root -p${text} pay < init.sql`],
      ['sh', '-c', `curl -u admin:${text} https://api.example/x`],
      ['sh', '-c', `curl -s -H "Authorization: Bearer ${text}${text}" https://api.example/x`],
      ['bash', '-ec', `PGPASSWORD=${text} psql -h db -U app pay`],
      ['redis-cli', '-a', text, 'ping'],
      [`--client-secret=${text}`, '--provider=oidc'],
      [`--header=Authorization: Bearer ${text}`],
      [
        'kubeadm',
        'join',
        '--token',
        `${draw.text('abcdef0123456789', 6)}.${draw.text('abcdef0123456789', 16)}${text}`,
      ],
    ]);
    return fragment('arguments', value, podWith(draw, { [draw.pick(['args', 'command'])]: args }));
  },
  draw => {
    const value = drawPlain(draw);
    const name = draw.pick(['Authorization', 'X-Api-Key', 'Cookie', 'X-Auth-Token', 'Proxy-Authorization']);
    const probe = {
      httpGet: {
        path: '/',
        port: 8080,
        httpHeaders: [{ name, value: `${draw.pick(['', 'Bearer ', 'Basic '])}${value.text}` }],
      },
    };
    return fragment(
      'probe header',
      value,
      podWith(draw, { [draw.pick(['livenessProbe', 'readinessProbe', 'startupProbe'])]: probe }),
    );
  },
  draw => {
    const value = drawWord(draw);
    const command = draw.pick<readonly string[]>([
      ['/bin/sh', '-c', `curl -H 'X-Api-Key: ${value.text}' http://localhost/stop`],
      ['stop', `--admin-password=${value.text}`],
      ['/bin/sh', '-c', `wget --http-password=${value.text} http://localhost/x`],
    ]);
    return fragment('lifecycle', value, podWith(draw, { lifecycle: { preStop: { exec: { command } } } }));
  },
  draw => {
    const value = drawPlain(draw);
    return fragment(
      'config map by name',
      value,
      configMap(draw, {
        [draw.pick([...SECRET_NAMES, 'db.password', 'redis-password', 'jwt.secret'])]: value.text,
      }),
    );
  },
  draw => {
    const value = draw.pick([drawTelling, privateKey, encodedKey, writtenNumber])(draw);
    return fragment(
      'config map by look',
      value,
      configMap(draw, { [draw.pick(['a', 'id_rsa', 'settings', 'server.pem', 'x.txt'])]: value.text }),
    );
  },
  draw => {
    const value = draw.pick([drawWord, jwt])(draw);
    const user = draw.pick([`{token: ${value.text}}`, `{username: admin, password: ${value.text}}`]);
    const kubeconfig = `apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster: {server: https://10.0.0.1:6443}\nusers:\n- name: u\n  user: ${user}\n`;
    const auth = Buffer.from(`svc:${value.text}`).toString('base64');
    return draw.int(2) === 0
      ? fragment(
          'config map kubeconfig',
          value,
          configMap(draw, { [draw.pick(['kubeconfig', 'config', 'admin.conf'])]: kubeconfig }),
        )
      : fragment(
          'config map docker config',
          { text: auth, pieces: [auth] },
          configMap(draw, {
            [draw.pick(['.dockerconfigjson', 'config.json'])]: JSON.stringify({
              auths: { 'r.example': { auth } },
            }),
          }),
        );
  },
  draw => {
    const value = drawPlain(draw);
    const { name, text } = blobWith(draw, value.text);
    return fragment('config map blob', value, configMap(draw, { [name]: text }));
  },
  draw => {
    const value = encodedKey(draw);
    return fragment('config map binary', value, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      ...named(draw),
      binaryData: { 'a.pfx': value.text },
    });
  },
  draw => {
    const value = draw.pick([drawWord, drawTelling])(draw);
    const key = draw.pick([
      'omsagent.azure.com/workspace-key',
      'x/password',
      'storage-account-key',
      'app.example/db.secret',
      'vault/sas-token',
      'x/api-token',
    ]);
    return fragment('annotation by name', value, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: draw.word(), annotations: { [key]: value.text } },
    });
  },
  draw => {
    const value = drawTelling(draw);
    return fragment('annotation by look', value, {
      apiVersion: 'v1',
      kind: 'Service',
      ...named(draw, { annotations: { 'x/backend': value.text } }),
    });
  },
  draw => {
    const text = draw.text(ALNUM, 32);
    return fragment(
      'label',
      { text, pieces: [text] },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        ...named(draw, { labels: { [draw.pick(['x/workspace-key', 'x/app.secret', 'account-key'])]: text } }),
      },
    );
  },
  draw => {
    const value = jwt(draw);
    return draw.pick([
      () =>
        fragment('service account token', encoded(value), {
          apiVersion: 'v1',
          kind: 'Secret',
          type: 'kubernetes.io/service-account-token',
          ...named(draw),
          data: { token: encoded(value).text },
        }),
      () =>
        fragment('service account token', value, {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          spec: {},
          status: { token: value.text },
        }),
      () =>
        fragment('service account token', value, {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenReview',
          ...named(draw),
          spec: { token: value.text },
        }),
    ])();
  },
  draw => {
    const text = draw.text(BASE64, 300);
    return fragment(
      'signing request',
      { text, pieces: [text] },
      {
        apiVersion: 'certificates.k8s.io/v1',
        kind: 'CertificateSigningRequest',
        ...named(draw),
        spec: { request: text, signerName: 'x/y' },
      },
    );
  },
  ...customResources(),
  draw => {
    const number = accountNumberOf(draw);
    return fragment(
      'account number',
      { text: number, pieces: [number] },
      draw.pick([
        () => ({ apiVersion: 'v1', kind: 'Event', ...named(draw), message: `charge of ${number} failed` }),
        () => configMap(draw, { sample: `card: ${number}` }),
        () => ({
          apiVersion: 'example.com/v1',
          kind: 'Refund',
          ...named(draw),
          spec: { account: draw.int(2) === 0 && number.length < 17 ? Number(number) : number },
        }),
      ])(),
    );
  },
];

function customResources(): readonly Place[] {
  return [
    draw => {
      const text = draw.text(`${ALNUM}_-`, 86);
      const jwks = JSON.stringify({
        keys: [{ kty: draw.pick(['RSA', 'EC', 'OKP']), kid: draw.word(), d: text, x: draw.text(ALNUM, 43) }],
      });
      return fragment(
        'Istio jwks',
        { text, pieces: [text] },
        {
          apiVersion: 'security.istio.io/v1',
          kind: 'RequestAuthentication',
          ...named(draw),
          spec: { jwtRules: [{ issuer: 'https://i.example', jwks }] },
        },
      );
    },
    draw => {
      const value = drawPlain(draw);
      return fragment('Argo parameter', value, {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        ...named(draw),
        spec: {
          source: {
            helm: {
              parameters: [
                {
                  name: draw.pick(['db.password', 'auth.rootPassword', 'global.apiKey', 'redis.auth.token']),
                  value: value.text,
                },
              ],
            },
          },
        },
      });
    },
    draw => {
      const value = drawWord(draw);
      return fragment('Argo values', value, {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        ...named(draw),
        spec: {
          source: {
            helm: { values: `replicas: 2\nauth:\n  rootPassword: ${value.text}\n  existingSecret: db\n` },
          },
        },
      });
    },
    draw => {
      const value = drawWord(draw);
      return fragment('ExternalSecret template', value, {
        apiVersion: 'external-secrets.io/v1',
        kind: draw.pick(['ExternalSecret', 'ClusterExternalSecret']),
        ...named(draw),
        spec: { target: { template: { data: { 'app.properties': `user=app\npassword=${value.text}\n` } } } },
      });
    },
    draw => {
      const value = drawPlain(draw);
      return fragment('custom resource by name', value, {
        apiVersion: 'example.com/v1',
        kind: 'Database',
        ...named(draw),
        spec: {
          host: 'db',
          [draw.pick([
            'password',
            'adminPassword',
            'apiKey',
            'clientSecret',
            'accessToken',
            'secretKey',
            'bearerToken',
            'authToken',
            'privateKey',
          ])]: value.text,
        },
      });
    },
    draw => {
      const value = drawWord(draw);
      return fragment('cert-manager issuer', value, {
        apiVersion: 'cert-manager.io/v1',
        kind: 'ClusterIssuer',
        ...named(draw),
        spec: {
          acme: {
            solvers: [
              {
                dns01: {
                  webhook: { config: { [draw.pick(['apiKey', 'apiToken', 'secretKey'])]: value.text } },
                },
              },
            ],
          },
        },
      });
    },
  ];
}
