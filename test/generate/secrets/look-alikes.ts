// What only looks like a secret: identifiers, digests, numbers, references, switches, public certificates. Each holds
// a text that must stand in the stored copy as it stood in the original.
import { ALNUM, BASE64, HEX, type Draw, type Fragment, type Plant } from './draw.ts';
import { uuidOf } from '../random.ts';
import { accountNumberOf, luhn } from './values.ts';

/** A piece of evidence with nothing to hide. */
export type LookAlike = (draw: Draw) => Fragment;

function kept(place: string, text: string): Plant {
  return { place, pieces: [text], isSecret: false };
}

type Json = Readonly<Record<string, unknown>>;

function object(place: string, texts: readonly string[], body: Json): Fragment {
  return { family: 'object', body, plants: texts.map(text => kept(place, text)) };
}

function line(family: Fragment['family'], place: string, texts: readonly string[], body: unknown): Fragment {
  return { family, body, plants: texts.map(text => kept(place, text)) };
}

/** Digits of an issuer's range that fail Luhn. */
function failing(draw: Draw): string {
  const digits = accountNumberOf(draw);
  const last = (Number(digits.at(-1)) + 1 + draw.int(8)) % 10;
  const made = digits.slice(0, -1) + String(last);
  return luhn(made) === 0 ? failing(draw) : made;
}

const digest = (draw: Draw): string => `sha256:${draw.text(HEX, 64)}`;
const uuid = (draw: Draw): string => uuidOf(draw.word());
const digits = (draw: Draw, length: number): string => `1${draw.text('0123456789', length - 1)}`;

/** A public certificate. */
function certificate(draw: Draw): string {
  const body = Array.from({ length: 12 }, () => draw.text(BASE64, 64));
  return ['-----BEGIN CERTIFICATE-----', `MIID${body.join('\n')}`, '-----END CERTIFICATE-----', ''].join(
    '\n',
  );
}

/** A DER certificate: a sequence of a sequence. */
function certificateDer(draw: Draw): string {
  const head = [0x30, 0x82, 0x03, 0x0d, 0x30, 0x82, 0x01, 0xf5, 0xa0, 0x03, 0x02, 0x01, 0x02];
  return Buffer.from([...head, ...Array.from({ length: 400 }, () => draw.int(256))]).toString('base64');
}

function identity(draw: Draw): { readonly meta: Json; readonly texts: readonly string[] } {
  const uid = uuid(draw);
  const resourceVersion = digits(draw, 6 + draw.int(11));
  const name = `api-${draw.text('bcdfghjklmnpqrstvwxz2456789', 10)}-${draw.text('bcdfghjklmnpqrstvwxz2456789', 5)}`;
  return { meta: { name, namespace: 'pay', uid, resourceVersion }, texts: [uid, resourceVersion, name] };
}

/** Every kind of look-alike. */
export const LOOK_ALIKES: readonly LookAlike[] = [
  draw => {
    const { meta, texts } = identity(draw);
    const label = `${draw.word()}-token`;
    const hash = draw.text(HEX, 10);
    const labels = { 'pod-template-hash': hash, app: label, 'secret-rotation': 'enabled' };
    return object('identity of an object', [...texts, label, hash], {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...meta, labels },
    });
  },
  draw => {
    const image = `registry.example/pay/api@${digest(draw)}`;
    const id = `containerd://${draw.text(HEX, 64)}`;
    const status = {
      podIP: `10.${draw.int(255)}.${draw.int(255)}.${draw.int(255)}`,
      containerStatuses: [{ name: 'c', image, imageID: image, containerID: id }],
    };
    return object('images', [image, id], {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: draw.word() },
      spec: { containers: [{ name: 'c', image }] },
      status,
    });
  },
  draw => {
    const names = {
      ref: `db-${draw.word()}`,
      pull: `pull-${draw.word()}`,
      volume: `tls-${draw.word()}`,
      account: `sa-${draw.word()}`,
    };
    const env = [
      { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: names.ref, key: 'password' } } },
      { name: 'TOKEN', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ];
    return object('references', Object.values(names), {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: draw.word() },
      spec: {
        serviceAccountName: names.account,
        automountServiceAccountToken: false,
        imagePullSecrets: [{ name: names.pull }],
        containers: [{ name: 'c', env, envFrom: [{ secretRef: { name: names.ref } }] }],
        volumes: [{ name: 'v', secret: { secretName: names.volume } }],
      },
    });
  },
  draw => {
    const path = `/etc/${draw.word()}/tls.key`;
    const other = `/var/run/secrets/${draw.word()}/token`;
    const ttl = `--token-ttl=${draw.int(99)}m${draw.word()}`;
    const url = `https://idp.example/${draw.word()}/token`;
    const args = [
      `--tls-private-key-file=${path}`,
      `--service-account-key-file=${other}`,
      ttl,
      '--authorization-mode=Node,RBAC',
      `--oauth-token-url=${url}`,
      '--enable-bootstrap-token-auth=true',
    ];
    return object('switches', [path, other, ttl, url], {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: draw.word() },
      spec: { containers: [{ name: 'c', args }] },
    });
  },
  draw => {
    const path = `/run/secrets/${draw.word()}`;
    const name = `db-${draw.word()}`;
    const url = `http://auth-${draw.word()}.pay.svc:8080/token`;
    const env = [
      { name: 'DB_PASSWORD_FILE', value: path },
      { name: 'PATH', value: `/usr/bin:${path}` },
      { name: 'DB_SECRET_NAME', value: name },
      { name: 'TOKEN_URL', value: url },
      { name: 'AUTH_ENABLED', value: 'true' },
      { name: 'COMPATIBLE', value: `${name}-c` },
      { name: 'PASSWORD', value: '$(DB_PASSWORD)' },
      { name: 'KEYBOARD', value: `us-${name}` },
      { name: 'MONKEY', value: `see-${name}` },
    ];
    return object('environment', [path, name, url, `${name}-c`, `us-${name}`, `see-${name}`], {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: draw.word() },
      spec: { containers: [{ name: 'c', env }] },
    });
  },
  draw => {
    const values = {
      'token-ttl': `${draw.int(99)}m`,
      'log.level': `info-${draw.word()}`,
      'nginx.conf': `server {\n  listen 8443 ssl;\n  ssl_certificate_key /etc/${draw.word()}/tls.key;\n  ssl_protocols TLSv1.2;\n}\n`,
      tokenizer: `word-${draw.word()}`,
      'key-file': `/etc/${draw.word()}`,
    };
    return object('config map', [values['log.level'], values.tokenizer, values['key-file']], {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: draw.word() },
      data: values,
    });
  },
  draw => {
    const pem = certificate(draw);
    const caBundle = Buffer.from(pem).toString('base64');
    return object('certificates', [caBundle], {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: draw.word() },
      webhooks: [{ name: 'w', clientConfig: { caBundle } }],
    });
  },
  draw => {
    const pem = certificate(draw);
    const middle = pem.split('\n')[3] ?? '';
    const der = certificateDer(draw);
    return object('certificates', [middle, der], {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: draw.word() },
      data: { 'ca.crt': pem, 'ca.der': der },
    });
  },
  draw => {
    const picture = Buffer.from([
      0x89,
      0x50,
      0x4e,
      0x47,
      13,
      10,
      26,
      10,
      ...Array.from({ length: 300 }, () => draw.int(256)),
    ]).toString('base64');
    return object('pictures', [picture], {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: draw.word() },
      data: { 'logo.svg': `<image href="data:image/png;base64,${picture}"/>` },
    });
  },
  draw => {
    const key = `pay/${draw.word()}/db`;
    const store = `vault-${draw.word()}`;
    return object('external secret', [key, store], {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: draw.word() },
      spec: {
        secretStoreRef: { name: store, kind: 'SecretStore' },
        data: [{ secretKey: `db-${key.slice(4)}`, remoteRef: { key, property: 'password' } }],
      },
    });
  },
  draw => {
    const names = [`issuer-${draw.word()}`, `tls-${draw.word()}`] as const;
    return object('certificate request', names, {
      apiVersion: 'cert-manager.io/v1',
      kind: 'ClusterIssuer',
      metadata: { name: draw.word() },
      spec: {
        acme: {
          privateKeySecretRef: { name: names[0] },
          solvers: [{ dns01: { cloudflare: { apiTokenSecretRef: { name: names[1], key: 'api-token' } } } }],
        },
      },
    });
  },
  draw => {
    const names = [`reader-${draw.word()}`] as const;
    return object('roles', names, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: names[0] },
      rules: [
        {
          apiGroups: [''],
          resources: ['secrets', 'serviceaccounts/token'],
          verbs: ['get'],
          resourceNames: [`${names[0]}-secret`],
        },
      ],
    });
  },
  draw => {
    const value = `v-${draw.word()}`;
    return object('policies', [value], {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: draw.word(), namespace: 'pay' },
      spec: {
        podSelector: { matchLabels: { 'token-service': value } },
        ingress: [
          {
            from: [{ podSelector: { matchExpressions: [{ key: 'auth', operator: 'In', values: [value] }] } }],
            ports: [{ port: 8443 }],
          },
        ],
      },
    });
  },
  draw => {
    const value = `t-${draw.word()}`;
    return object('policies', [value], {
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkPolicy',
      metadata: { name: draw.word() },
      spec: { selector: `api-token == '${value}' && secret != 'x'`, types: ['Ingress'] },
    });
  },
  draw => {
    const texts = [uuid(draw), draw.text(HEX, 40), digest(draw), `17${draw.text('0123456789', 17)}`];
    return object('annotations', texts, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: draw.word(),
        annotations: {
          'x/request': texts[0],
          'argocd.argoproj.io/revision': texts[1],
          'checksum/secret': texts[2]?.slice(7),
          'x/digest': texts[2],
          'x/nanos': texts[3],
        },
      },
    });
  },
  draw => {
    const trace = draw.text(HEX, 32);
    const request = uuid(draw);
    return line('json-log', 'log identifiers', [trace, request], {
      level: 'info',
      trace_id: trace,
      span_id: draw.text(HEX, 16),
      request_id: request,
      ts: `177235200${digits(draw, 10)}`,
      msg: 'token refreshed',
    });
  },
  draw => {
    const number = failing(draw);
    const order = `ORD-${digits(draw, 14)}`;
    return line(
      'log',
      'numbers',
      [number, order],
      `2026-03-01T08:00:00Z INFO order ${order} item ${number} qty=3 took 12 ms`,
    );
  },
  draw => {
    const grouped = failing(draw).replace(/(\d{4})(?=\d)/g, '$1 ');
    const phone = `+49 151 ${draw.text('0123456789', 8)}`;
    const iban = `DE${digits(draw, 20)}`;
    const mac = draw.text(HEX, 12).replace(/(..)(?=.)/g, '$1:');
    return line(
      'csv',
      'numbers in a register',
      [phone, iban, mac, grouped],
      `${draw.word()},${phone},${iban},${mac},${grouped}`,
    );
  },
  draw => {
    const path = `/api/v1/pay/${uuid(draw)}/token`;
    return line(
      'access-log',
      'access log',
      [path],
      `10.1.2.3 - - [01/Mar/2026:08:00:00 +0000] "GET ${path} HTTP/1.1" 200 512 "https://shop.example/a" "Mozilla/5.0 (X11)" 0.003`,
    );
  },
  draw => {
    const word = draw.word();
    return line(
      'log',
      'prose',
      [word],
      `2026-03-01T08:00:00Z WARN ${draw.pick([`Bearer authentication is disabled for ${word}`, `Basic Input/Output System of ${word}`, `token expired for user ${word}`, `password policy of ${word} requires 12 characters`, `user ${word} failed to authenticate: wrong password`, `secret pay/${word} not found`, `Generating self-signed cert, key size: 2048, for ${word}`, `auth: method=${word} result=ok`, `cookie consent banner shown to ${word}`])}`,
    );
  },
  draw => {
    const name = `pod-${draw.word()}`;
    const http = {
      method: 'GET',
      url: `http://api.pay/v1/${name}`,
      headers: [{ key: 'X-Request-Id', value: uuid(draw) }],
    };
    return line('hubble', 'Hubble', [name], {
      flow: {
        time: '2026-03-01T08:00:00Z',
        verdict: 'FORWARDED',
        IP: { source: '10.0.0.1', destination: '10.0.0.2' },
        l4: { TCP: { source_port: 40_000, destination_port: 80 } },
        source: { namespace: 'web', pod_name: name, labels: ['k8s:app=web'] },
        destination: { namespace: 'pay', pod_name: 'b' },
        l7: { type: 'REQUEST', http },
      },
      node_name: 'n1',
      time: '2026-03-01T08:00:00Z',
    });
  },
  draw => {
    const id = uuid(draw);
    const name = `db-${draw.word()}`;
    return line('audit', 'audit', [id, name], {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID: id,
      stage: 'ResponseComplete',
      requestURI: `/api/v1/namespaces/pay/secrets/${name}?fieldManager=kubectl&timeout=10s`,
      verb: 'get',
      user: { username: 'system:serviceaccount:pay:token-reader' },
      objectRef: { resource: 'secrets', namespace: 'pay', name },
      requestReceivedTimestamp: '2026-03-01T08:00:00Z',
    });
  },
  draw => {
    const value = `/opt/${draw.word()}`;
    return line(
      'env',
      'shell',
      [value],
      draw.pick([
        `export PATH=${value}/bin:$PATH`,
        `TOKEN_FILE=${value}`,
        `export KUBECONFIG=${value}`,
        `SSH_KEY_PATH=${value}`,
        `HOME=${value}`,
        `AUTH_URL=https://x.example${value}`,
      ]),
    );
  },
  draw => {
    const hash = draw.text(HEX, 40);
    const integrity = `sha512-${draw.text(BASE64, 86)}==`;
    return line('json-log', 'hashes', [hash, integrity], {
      name: draw.word(),
      resolved: `https://registry.example/a/-/a-1.0.0.tgz#${hash}`,
      integrity,
    });
  },
  draw => {
    const serial = draw.text(HEX, 20).toUpperCase();
    const time = `17${draw.text('0123456789', 17)}`;
    return line(
      'log',
      'serials and times',
      [serial, time],
      `2026-03-01T08:00:00Z cert serial=${serial} at=${time} etag="${draw.text(ALNUM, 12)}"`,
    );
  },
];
