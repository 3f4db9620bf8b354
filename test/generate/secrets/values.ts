// Secrets of every make: passwords as people choose them, keys as machines make them, tokens of well-known services,
// account numbers and tracks. Made from pieces, so that no file of this project holds one.
import { ALNUM, BASE64, HEX, type Draw } from './draw.ts';

/** A secret: as it is written, and the parts of it that must not survive. */
export interface Value {
  readonly text: string;
  readonly pieces: readonly string[];
}

/** Values that show what they are wherever they stand. */
export function drawTelling(draw: Draw): Value {
  return draw.pick([jwt, vendorToken, vendorToken, vendorToken, credentialUrl, credentialUrl, accessKeyId])(
    draw,
  );
}

/** Values that only their name or place betrays, on one line. */
export function drawPlain(draw: Draw): Value {
  return whole(
    draw.pick([
      () => draw.text(ALNUM, 8 + draw.int(20)),
      () => draw.text(HEX, draw.pick([32, 40, 64])),
      () => `${draw.text(BASE64, 42)}8=`,
      () =>
        `${draw.pick(['Winter', 'Summer', 'Liverpool', 'changeme'])}${draw.text(ALNUM, 4)}${draw.pick(['!', '#1', '$', ''])}`,
      () => draw.text(`${ALNUM}!@%^*_-+=.~`, 12 + draw.int(12)).replace(/^[^A-Za-z0-9]/, 'q'),
      () => `${draw.text('abcdefghijklmnop', 5)}-${draw.text('qrstuvwxyz', 6)}-${draw.text('abcdefgh', 5)}`,
      () => draw.text(ALNUM, 40),
    ])(),
  );
}

/** Passwords without signs that a shell, a URL or a table would take for its own. */
export function drawWord(draw: Draw): Value {
  return whole(draw.pick([() => draw.text(ALNUM, 8 + draw.int(24)), () => draw.text(HEX, 32)])());
}

function whole(text: string): Value {
  return { text, pieces: [text] };
}

/** A signed token; its parts one by one are secrets. */
export function jwt(draw: Draw): Value {
  const part = (json: string): string => Buffer.from(json).toString('base64url');
  const head = part(JSON.stringify({ alg: draw.pick(['RS256', 'HS256', 'ES256']), kid: draw.word() }));
  const body = part(
    JSON.stringify({ iss: 'kubernetes/serviceaccount', sub: draw.word(), jti: draw.text(ALNUM, 22) }),
  );
  const signature = draw.text(`${ALNUM}_-`, 43 + draw.int(60));
  return { text: `${head}.${body}.${signature}`, pieces: [body.slice(4), signature] };
}

const VENDORS: readonly [
  (draw: Draw) => readonly [string, string],
  ...((draw: Draw) => readonly [string, string])[],
] = [
  draw => [draw.pick(['ghp_', 'gho_', 'ghs_', 'ghu_', 'ghr_']), draw.text(ALNUM, 36)],
  draw => ['github_pat_', `${draw.text(ALNUM, 22)}_${draw.text(ALNUM, 59)}`],
  draw => [draw.pick(['glpat-', 'gldt-', 'glrt-']), draw.text(ALNUM, 20)],
  draw => [draw.pick(['xoxb-', 'xoxp-', 'xoxa-']), `${draw.text('123456789', 12)}-${draw.text(ALNUM, 24)}`],
  draw => [
    'https://hooks.slack.com/services/',
    `T${draw.text('ABCDEFGHJK0123456789', 8)}/B${draw.text('ABCDEFGHJK0123456789', 8)}/${draw.text(ALNUM, 24)}`,
  ],
  draw => [draw.pick(['sk_live_', 'rk_live_', 'sk_test_', 'whsec_']), draw.text(ALNUM, 24)],
  draw => ['npm_', draw.text(ALNUM, 36)],
  draw => ['pypi-AgEIcHlwaS5vcmc', draw.text(`${ALNUM}_-`, 80)],
  draw => ['SG.', `${draw.text(ALNUM, 22)}.${draw.text(ALNUM, 43)}`],
  draw => [draw.pick(['hvs.', 'hvb.', 'hvr.']), draw.text(ALNUM, 24 + draw.int(60))],
  draw => ['AIza', draw.text(ALNUM, 35)],
  draw => ['GOCSPX-', draw.text(ALNUM, 28)],
  draw => ['ya29.', draw.text(ALNUM, 60)],
  draw => ['dop_v1_', draw.text(HEX, 64)],
  draw => ['shpat_', draw.text(HEX, 32)],
  draw => ['dapi', draw.text(HEX, 32)],
  draw => ['glsa_', `${draw.text(ALNUM, 32)}_${draw.text(HEX, 8)}`],
  draw => ['dckr_pat_', draw.text(ALNUM, 27)],
  draw => ['AGE-SECRET-KEY-1', draw.text('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)],
  draw => ['hf_', draw.text(ALNUM, 34)],
];

function vendorToken(draw: Draw): Value {
  const [prefix, rest] = draw.pick(VENDORS)(draw);
  return { text: prefix + rest, pieces: rest.split(/[./]/).filter(piece => piece.length > 5) };
}

function accessKeyId(draw: Draw): Value {
  const rest = draw.text('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16);
  return { text: `${draw.pick(['AKIA', 'ASIA'])}${rest}`, pieces: [rest] };
}

/** A URL or connection text with a password in it. */
export function credentialUrl(draw: Draw): Value {
  const { text } = drawWord(draw);
  const host = `${draw.word()}.pay.svc`;
  const form = draw.pick([
    `postgres://svc:${text}@${host}:5432/pay?sslmode=require`,
    `mongodb+srv://app:${text}@${host}/admin`,
    `mongodb://app:${text}@${host}:27017,b.${host}:27017/pay?replicaSet=r`,
    `amqp://guest:${text}@${host}:5672/%2f`,
    `amqps://${draw.word()}:${text}@${host}`,
    `redis://:${text}@${host}:6379/0`,
    `https://${draw.word()}:${text}@${host}/path`,
    `mysql+pymysql://root:${text}@${host}/db`,
    `jdbc:mysql://${host}:3306/db?user=app&password=${text}`,
    `jdbc:postgresql://${host}/db?user=app&password=${text}&ssl=true`,
    `jdbc:sqlserver://${host}:1433;databaseName=pay;user=sa;password=${text};encrypt=true`,
    `Server=tcp:${host},1433;Database=pay;User ID=sa;Password=${text};Encrypt=True`,
    `Driver={ODBC Driver 17 for SQL Server};Server=${host};Uid=sa;Pwd=${text};`,
    `host=${host} port=5432 user=app password=${text} dbname=pay`,
    `smtp://mailer:${text}@${host}:587`,
    `DefaultEndpointsProtocol=https;AccountName=pay;AccountKey=${text}==;EndpointSuffix=core.windows.net`,
    `Endpoint=sb://pay.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=${text}=`,
    `https://pay.blob.core.windows.net/c/f?sv=2022-11-02&se=2027-01-01T00%3A00%3A00Z&sr=c&sp=r&sig=${text}%3D`,
    `nats://${draw.word()}:${text}@${host}:4222`,
    `ldap://cn=admin:${text}@${host}`,
  ]);
  return { text: form, pieces: [text] };
}

const KEY_NAMES = ['RSA ', 'EC ', '', 'OPENSSH ', 'ENCRYPTED ', 'DSA '] as const;

/** A private key in PEM; the lines of its body are the secret. */
export function privateKey(draw: Draw): Value {
  const isPgp = draw.int(6) === 0;
  const name = isPgp ? `PGP PRIVATE KEY BLOCK` : `${draw.pick(KEY_NAMES)}PRIVATE KEY`;
  const body = Array.from({ length: 3 + draw.int(20) }, () => draw.text(BASE64, isPgp ? 60 : 64));
  const last = `${draw.text(BASE64, 21)}==`;
  const head = isPgp ? ['', ...body] : body;
  return {
    text: [`-----BEGIN ${name}-----`, ...head, last, `-----END ${name}-----`].join('\n'),
    pieces: [...body, last],
  };
}

/** A key in DER or a PKCS#12 file, in one line of base64; or the base64 of a PEM key. */
export function encodedKey(draw: Draw): Value {
  const pem = Buffer.from(privateKey(draw).text).toString('base64');
  const der = (prefix: readonly number[]): string =>
    Buffer.from([...prefix, ...Array.from({ length: 700 }, () => draw.int(256))]).toString('base64');
  const text = draw.pick([
    pem,
    der([0x30, 0x82, 0x04, 0xbd, 0x02, 0x01, 0x00, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48]),
    der([0x30, 0x82, 0x04, 0xa4, 0x02, 0x01, 0x00, 0x02, 0x82, 0x01, 0x01, 0x00]),
    der([0x30, 0x82, 0x09, 0x51, 0x02, 0x01, 0x03, 0x30, 0x82, 0x09, 0x17, 0x06, 0x09, 0x2a]),
  ]);
  return { text, pieces: [text.slice(60, -60)] };
}

const ISSUERS: readonly [readonly [string, number], ...(readonly [string, number])[]] = [
  ['4', 16],
  ['4', 16],
  ['4', 13],
  ['4', 19],
  ['51', 16],
  ['54', 16],
  ['2221', 16],
  ['2720', 16],
  ['34', 15],
  ['37', 15],
  ['36', 14],
  ['3056', 14],
  ['6011', 16],
  ['65', 16],
  ['3530', 16],
  ['62', 16],
  ['6759', 16],
  ['2200', 16],
];

/** An account number: digits of an issuer that pass Luhn. */
export function accountNumberOf(draw: Draw): string {
  const [prefix, length] = draw.pick(ISSUERS);
  for (;;) {
    const body = prefix + draw.text('0123456789', length - prefix.length - 1);
    const digit = Array.from('0123456789').find(last => luhn(body + last) === 0) ?? '0';
    if (new Set(body.slice(prefix.length)).size > 4) return body + digit;
  }
}

/** Remainder of the Luhn sum. */
export function luhn(digits: string): number {
  return (
    Array.from(digits)
      .reverse()
      .reduce((sum, character, index) => {
        const digit = Number(character) * (index % 2 === 1 ? 2 : 1);
        return sum + (digit > 9 ? digit - 9 : digit);
      }, 0) % 10
  );
}

/** An account number as people and programs write it. */
export function writtenNumber(draw: Draw): Value {
  const digits = accountNumberOf(draw);
  const sizes =
    { 13: [4, 4, 5], 14: [4, 6, 4], 15: [4, 6, 5], 16: [4, 4, 4, 4], 19: [4, 4, 4, 4, 3] }[digits.length] ??
    [];
  let at = 0;
  const groups = sizes.map(size => digits.slice(at, (at += size)));
  const text = draw.pick([digits, digits, groups.join(' '), groups.join('-')]);
  return { text, pieces: [text] };
}

/** Track 1 or 2. */
export function track(draw: Draw): Value {
  const number = accountNumberOf(draw);
  const rest = `2${draw.text('0123456789', 1)}12101${draw.text('0123456789', 13)}`;
  const text = draw.pick([`%B${number}^DOE/JANE^${rest}?`, `;${number}=${rest}?`, `${number}D${rest}`]);
  return { text, pieces: [number, rest] };
}
