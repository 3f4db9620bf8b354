// Secrets where logs, registers and files of people hold them: one line of a log, or one small file.
import { ALNUM, secretAt, type Draw, type Family, type Fragment } from './draw.ts';
import { blobWith } from './blobs.ts';
import type { Place } from './objects.ts';
import { SECRET_NAMES } from './objects.ts';
import {
  credentialUrl,
  drawPlain,
  drawTelling,
  drawWord,
  encodedKey,
  jwt,
  privateKey,
  track,
  writtenNumber,
  type Value,
} from './values.ts';

function fragment(family: Family, place: string, value: Value, body: unknown): Fragment {
  return { family, body, plants: [secretAt(place, ...value.pieces)] };
}

const TIME = '2026-03-01T08:00:00.123Z';

function auditEvent(draw: Draw, more: Readonly<Record<string, unknown>>): unknown {
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: draw.word(),
    stage: 'ResponseComplete',
    verb: 'create',
    user: { username: 'system:admin' },
    requestReceivedTimestamp: TIME,
    stageTimestamp: TIME,
    ...more,
  };
}

function query(draw: Draw, value: Value): string {
  const name = draw.pick([
    'token',
    'access_token',
    'api_key',
    'password',
    'sig',
    'code',
    'session',
    'card',
    'q',
    'state',
  ]);
  return `/api/v${draw.int(9)}/pay?page=2&${name}=${value.text}&lang=en`;
}

function hubbleFlow(draw: Draw, http: unknown): unknown {
  return {
    flow: {
      time: TIME,
      verdict: 'FORWARDED',
      IP: { source: '10.0.0.1', destination: '10.0.0.2' },
      l4: { TCP: { source_port: 40_000 + draw.int(999), destination_port: 80 } },
      source: { namespace: 'web', pod_name: 'a' },
      destination: { namespace: 'pay', pod_name: 'b' },
      Type: 'L7',
      l7: { type: 'REQUEST', http },
      is_reply: false,
    },
    node_name: 'n1',
    time: TIME,
  };
}

/** Every place of logs, registers and files. */
export const TEXT_PLACES: readonly Place[] = [
  ...auditPlaces(),
  ...accessPlaces(),
  ...logPlaces(),
  ...filePlaces(),
];

function auditPlaces(): readonly Place[] {
  return [
    draw => {
      const value = drawPlain(draw);
      const [resource, subresource, kind] = draw.pick<readonly [string, string | undefined, string]>([
        ['secrets', undefined, 'Secret'],
        ['configmaps', undefined, 'ConfigMap'],
        ['tokenreviews', undefined, 'TokenReview'],
        ['serviceaccounts', 'token', 'TokenRequest'],
      ]);
      const body = {
        kind,
        apiVersion: 'v1',
        metadata: { name: 'x' },
        data: { a: value.text },
        spec: { x: value.text },
        status: { token: value.text },
      };
      return fragment(
        'audit',
        'audit body',
        value,
        auditEvent(draw, {
          objectRef: {
            resource,
            namespace: 'pay',
            name: 'x',
            ...(subresource === undefined ? {} : { subresource }),
          },
          [draw.pick(['requestObject', 'responseObject'])]: body,
        }),
      );
    },
    draw => {
      const value = drawPlain(draw);
      const spec = {
        containers: [{ name: 'c', env: [{ name: draw.pick(SECRET_NAMES), value: value.text }] }],
      };
      return fragment(
        'audit',
        'audit pod body',
        value,
        auditEvent(draw, {
          objectRef: { resource: 'pods', namespace: 'pay' },
          requestObject: { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'x' }, spec },
        }),
      );
    },
    draw => {
      const value = draw.pick([drawWord, jwt])(draw);
      return fragment(
        'audit',
        'audit request address',
        value,
        auditEvent(draw, {
          requestURI: `/api/v1/x?${draw.pick(['token', 'access_token'])}=${value.text}&watch=true`,
        }),
      );
    },
  ];
}

function accessPlaces(): readonly Place[] {
  const value = (draw: Draw): Value => draw.pick([drawWord, jwt, drawWord, writtenNumberPlain])(draw);
  return [
    draw => {
      const hidden = value(draw);
      return fragment(
        'access-log',
        'access log query',
        hidden,
        `10.1.2.3 - - [01/Mar/2026:08:00:00 +0000] "GET ${query(draw, hidden)} HTTP/1.1" 200 512 "-" "curl/8.1" 0.003`,
      );
    },
    draw => {
      const hidden = value(draw);
      return fragment(
        'hubble',
        'Hubble url',
        hidden,
        hubbleFlow(draw, {
          method: 'GET',
          url: `http://api.pay${query(draw, hidden)}`,
          protocol: 'HTTP/1.1',
        }),
      );
    },
    draw => {
      const hidden = drawPlain(draw);
      const key = draw.pick([
        'Authorization',
        'Cookie',
        'X-Api-Key',
        'Set-Cookie',
        'X-Auth-Token',
        'Proxy-Authorization',
      ]);
      const text = key.endsWith('ookie')
        ? `sid=${hidden.text}`
        : draw.pick([hidden.text, `Bearer ${hidden.text}`]);
      return fragment(
        'hubble',
        'Hubble header',
        hidden,
        hubbleFlow(draw, {
          method: 'GET',
          url: 'http://api.pay/x',
          headers: [
            { key: 'Accept', value: '*/*' },
            { key, value: text },
          ],
        }),
      );
    },
    draw => {
      const hidden = value(draw);
      return fragment('json-log', 'proxy log query', hidden, {
        start_time: TIME,
        method: 'GET',
        path: query(draw, hidden),
        response_code: 200,
        upstream_host: '10.0.0.3:8080',
      });
    },
    draw => {
      const hidden = value(draw);
      return draw.int(2) === 0
        ? fragment('json-log', 'Zeek or Suricata url', hidden, {
            ts: 1_772_352_000.1,
            uid: 'C1',
            'id.orig_h': '10.0.0.1',
            method: 'GET',
            host: 'api',
            uri: query(draw, hidden),
            status_code: 200,
          })
        : fragment('json-log', 'Zeek or Suricata url', hidden, {
            timestamp: TIME,
            event_type: 'http',
            src_ip: '10.0.0.1',
            http: { hostname: 'api', url: query(draw, hidden), status: 200 },
          });
    },
  ];
}

function writtenNumberPlain(draw: Draw): Value {
  const text = writtenNumber(draw).text.replace(/[ -]/g, '');
  return { text, pieces: [text] };
}

function logPlaces(): readonly Place[] {
  return [
    draw => {
      const hidden = drawWord(draw);
      const { text } = hidden;
      return fragment(
        'log',
        'log header',
        hidden,
        draw.pick([
          `${TIME} DEBUG > Authorization: Bearer ${text}`,
          `> Cookie: JSESSIONID=${text}; theme=dark`,
          `< Set-Cookie: session=${text}; Path=/; HttpOnly`,
          `${TIME} INFO req headers: map[Authorization:[Bearer ${text}] X-Api-Key:[${text}]]`,
          `X-Vault-Token: ${text}`,
          `${TIME} proxy-authorization: Digest username="u", response="${text}"`,
        ]),
      );
    },
    draw => {
      const text = Buffer.from(`u:${drawWord(draw).text}`).toString('base64');
      const hidden = { text, pieces: [text] };
      return fragment(
        'log',
        'log header',
        hidden,
        draw.pick([
          `${TIME} DEBUG headers={Authorization=[Basic ${text}], Accept=[*/*]}`,
          `GET /x HTTP/1.1 Authorization: Basic ${text}`,
        ]),
      );
    },
    draw => {
      const hidden = drawPlain(draw);
      const { text } = hidden;
      const header = draw.pick(['authorization', 'cookie', 'x-api-key', 'Authorization']);
      return fragment(
        'json-log',
        'JSON log',
        hidden,
        draw.pick<() => unknown>([
          () => ({
            level: 'info',
            msg: 'call',
            headers: { [header]: header === 'cookie' ? `a=${text}` : text },
          }),
          () => ({ level: 'info', msg: `login ok password=${text.replaceAll(' ', '')}` }),
          () => ({ level: 'debug', request_body: JSON.stringify({ user: 'a', pin: text }) }),
          () => ({ level: 'debug', msg: 'cfg', config: { password: text, host: 'db' } }),
          () => ({ level: 'debug', msg: JSON.stringify({ clientSecret: text }) }),
          () => ({ level: 'debug', apiKey: text, latency: 3 }),
        ])(),
      );
    },
    draw => {
      const hidden = drawTelling(draw);
      return draw.int(2) === 0
        ? fragment(
            'log',
            'log by look',
            hidden,
            `${TIME} WARN  [main] c.e.Client - retry with ${hidden.text} after 3 s`,
          )
        : fragment('json-log', 'log by look', hidden, {
            level: 'info',
            msg: `connect ${hidden.text}`,
            n: draw.int(99),
          });
    },
    draw => {
      const hidden = draw.pick([writtenNumber, writtenNumber, track])(draw);
      return draw.pick<() => Fragment>([
        () =>
          fragment(
            'log',
            'account data in log',
            hidden,
            `${TIME} INFO  charge ${draw.pick(['pan=', 'card ', 'PAN:', 'number '])}${hidden.text} amount=12.50`,
          ),
        () =>
          fragment('json-log', 'account data in log', hidden, {
            level: 'info',
            msg: 'auth',
            card: hidden.text,
          }),
        () =>
          fragment(
            'access-log',
            'account data in log',
            hidden,
            `10.0.0.9 - - [01/Mar/2026:08:00:00 +0000] "POST /pay HTTP/1.1" 200 12 "-" "x" body="${hidden.text}"`,
          ),
        () =>
          fragment(
            'csv',
            'account data in register',
            hidden,
            `${draw.word()},Visa,"${hidden.text}",2026-03-01`,
          ),
        () => fragment('log', 'account data in log', hidden, hidden.text),
      ])();
    },
    draw => {
      const hidden = draw.pick([drawTelling, credentialUrl])(draw);
      return fragment(
        'csv',
        'register by look',
        hidden,
        `${draw.word()},payment service,"${hidden.text}",2026-03-01`,
      );
    },
    draw => {
      const hidden = privateKey(draw);
      return fragment('log', 'key in log', hidden, `${TIME} loaded\n${hidden.text}\n${TIME} done`);
    },
  ];
}

function filePlaces(): readonly Place[] {
  return [
    draw => {
      const hidden = draw.pick([drawWord, jwt])(draw);
      const key = encodedKey(draw);
      return draw.int(2) === 0
        ? fragment(
            'whole',
            'kubeconfig',
            hidden,
            `apiVersion: v1\nkind: Config\nclusters:\n- cluster: {server: https://10.0.0.1:6443}\n  name: c\nusers:\n- name: u\n  user:\n    ${draw.pick(['token', 'password'])}: ${hidden.text}\n`,
          )
        : fragment(
            'whole',
            'kubeconfig',
            key,
            `apiVersion: v1\nkind: Config\nusers:\n- name: u\n  user:\n    client-certificate-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==\n    client-key-data: ${key.text}\n`,
          );
    },
    draw => {
      const hidden = drawWord(draw);
      const { text } = hidden;
      const basic = Buffer.from(`svc:${text}`).toString('base64');
      const aws = draw.text(`${ALNUM}/+`, 40);
      return draw.pick<() => Fragment>([
        () =>
          fragment(
            'whole',
            'terraform',
            hidden,
            `region = "eu-west-1"\ndb_password = "${text}"\nreplicas = 3\n`,
          ),
        () =>
          fragment(
            'whole',
            'terraform',
            hidden,
            `variable "x" {\n  default = 1\n}\nresource "aws_db_instance" "d" {\n  master_password = "${text}"\n}\n`,
          ),
        () =>
          fragment(
            'whole',
            'terraform',
            hidden,
            `{"version":4,"resources":[{"type":"random_password","instances":[{"attributes":{"length":20,"password":"${text}"}}]}]}\n`,
          ),
        () =>
          fragment(
            'env',
            'shell export',
            hidden,
            `export ${draw.pick(SECRET_NAMES)}=${draw.pick(['', '"', "'"])}${text}`.replace(
              /(=)(["'])(.*)$/,
              '$1$2$3$2',
            ),
          ),
        () => fragment('env', 'shell export', hidden, `${draw.pick(SECRET_NAMES)}=${text}`),
        () => fragment('env', 'shell export', hidden, `$env:${draw.pick(SECRET_NAMES)} = "${text}"`),
        () =>
          fragment(
            'whole',
            'docker config',
            { text: basic, pieces: [basic] },
            JSON.stringify({ auths: { 'r.example': { auth: basic } } }, undefined, 2),
          ),
        () =>
          fragment(
            'whole',
            'docker config',
            hidden,
            JSON.stringify({
              auths: { 'r.example': { username: 'u', password: text, identitytoken: text } },
            }),
          ),
        () =>
          fragment(
            'whole',
            'cloud credentials',
            { text: aws, pieces: [aws] },
            `[default]\naws_access_key_id = AKIA${draw.text('ABCDEFGH234567', 16)}\naws_secret_access_key = ${aws}\nregion = eu-west-1\n`,
          ),
        () =>
          fragment(
            'whole',
            'cloud credentials',
            { text: aws, pieces: [aws] },
            `User name,Access key ID,Secret access key\nx,AKIA${draw.text('ABCDEFGH234567', 16)},${aws}\n`,
          ),
        () =>
          fragment(
            'whole',
            'npmrc',
            hidden,
            `registry=https://npm.example/\n//npm.example/:_authToken=${text}\n//npm.example/:_password=${text}\n`,
          ),
        () => fragment('whole', 'netrc', hidden, `machine api.example login me password ${text}\n`),
        () => fragment('whole', 'pypirc', hidden, `[pypi]\nusername = __token__\npassword = ${text}\n`),
        () =>
          fragment(
            'whole',
            'htpasswd',
            hidden,
            `admin:$2y$10$${draw.text(ALNUM, 10)}${text}\nops:$apr1$${draw.text(ALNUM, 8)}$${text}\n`,
          ),
        () =>
          fragment(
            'whole',
            'compose file',
            hidden,
            `services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: ${text}\n`,
          ),
        () =>
          fragment(
            'whole',
            'compose file',
            hidden,
            `services:\n  db:\n    image: mysql:8\n    environment:\n      - MYSQL_ROOT_PASSWORD=${text}\n      - TZ=UTC\n`,
          ),
        () =>
          fragment(
            'whole',
            'Helm values',
            hidden,
            `image:\n  tag: 1.2.3\nauth:\n  enabled: true\n  rootPassword: ${text}\nredis:\n  password: "${text}"\n`,
          ),
        () =>
          fragment(
            'whole',
            'Dockerfile',
            hidden,
            `FROM alpine:3\nENV DB_PASSWORD=${text}\nARG NPM_TOKEN=${text}\n`,
          ),
      ])();
    },
    draw => {
      const hidden = privateKey(draw);
      const json = JSON.stringify(
        {
          type: 'service_account',
          project_id: 'p',
          private_key: `${hidden.text}\n`,
          client_email: 'a@p.example',
        },
        undefined,
        2,
      );
      return draw.int(2) === 0
        ? fragment('whole', 'cloud credentials', hidden, json)
        : fragment('whole', 'key file', hidden, `${hidden.text}\n`);
    },
    draw => {
      const hidden = encodedKey(draw);
      return fragment(
        'whole',
        'key file',
        hidden,
        draw.pick([`${hidden.text}\n`, `note\n${hidden.text}\nend\n`, JSON.stringify({ pfx: hidden.text })]),
      );
    },
    draw => {
      const hidden = drawPlain(draw);
      const { text } = blobWith(draw, hidden.text);
      return fragment('whole', 'configuration file', hidden, text);
    },
  ];
}
