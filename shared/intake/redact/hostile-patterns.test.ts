// Every expression runs in time linear in the text: texts made to send each of them back and forth are searched as fast
// as others of their length.
import { describe, expect, it } from 'vitest';
import { brokenEdits } from './broken.ts';
import { patternEdits } from './redact-text.ts';
import { requestEdits } from './request-queries.ts';

const LENGTH = 100_000;
/** Generous: a quadratic reading of such a text takes minutes. */
const SECONDS = 1.5;

const PIECES: readonly string[] = [
  'a',
  '1',
  '4 ',
  '4-',
  '4111 1111 ',
  ' ',
  '\t',
  '\n',
  '"',
  "'",
  '\\',
  '\\"',
  '{',
  '[',
  '<',
  '=',
  ':',
  '?',
  '&',
  ';',
  '-',
  '_',
  '.',
  '/',
  '$',
  '@',
  'eyJ',
  '-eyJ',
  'eyJa.',
  '-eyJhbGciOi',
  'Bearer ',
  'Bearer x',
  'Basic a',
  'ghp_',
  'glpat-',
  '-glpat-',
  'xoxb-',
  'SG.',
  '-SG.a',
  'AKIA',
  'hvs.',
  '1//0',
  '://',
  '://a:',
  '://a',
  '@://',
  'password',
  'password=',
  'password:',
  'password: ',
  'password="',
  'password=\\"',
  '"password":"',
  'token ',
  'token\\"',
  'key ',
  'key=a,',
  'secret>',
  '<secret>',
  '_SAS=',
  'authorization: ',
  'authorization: Digest ',
  'cookie=',
  'auth: [',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN A ',
  'PRIVATE KEY ',
  'LS0tLS1CRUdJTi',
  'MIIE',
  'MII',
  'MIIAgIBA',
  'PuTTY Private-Lines: 1\n',
  'mysql ',
  'mysql -p',
  'redis-cli -',
  'login a ',
  'login a password ',
  '--token ',
  '--token',
  '-u a',
  '-u a:',
  'name="password" ',
  'name="',
  '"key":"x","value":',
  '"key":"x",',
  '"kty"',
  '"d":"',
  'GET /',
  'GET /a?',
  '"url":"',
  '"url":"?',
  '"uri',
  '"req_body":"',
  '"query":"a=',
  '$2a$',
  '{SHA}',
  '%B4111111111111111^',
  ';4111111111111111=',
  'AccountKey=',
  'jdbc:oracle:x:',
  "identified by '",
  'kind: Secret\ndata:\n',
  'data:{',
  'name:',
  'name: a ',
  'name: a\n  ',
  'last-applied-configuration: ',
  'last-applied-configuration: |\n ',
  'stringData:\n  a: |\n',
];

describe('a text made of one piece over and over', () => {
  it.each(PIECES.map(piece => [JSON.stringify(piece), piece] as const))(
    'such as %s is searched at once',
    (_shown, piece) => {
      const text = piece.repeat(Math.ceil(LENGTH / piece.length));
      for (const hostile of [text, `x ${text}!`, `kind: Secret "${text}`]) {
        const started = process.cpuUsage().user;
        patternEdits(hostile);
        requestEdits(hostile);
        brokenEdits(hostile, 0);
        expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(SECONDS);
      }
    },
  );
});
