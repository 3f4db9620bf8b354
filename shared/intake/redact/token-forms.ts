// Secrets that show by their form, whatever stands around them: signed tokens, tokens of well-known services, cloud
// keys, hashes of passwords, userinfo in URLs, words of commands that are followed by a password.
import type { RedactionKind } from '../intake.ts';
import { holdsMask, type Edit } from './mask.ts';
import { isReference } from './secret-names.ts';

interface Form {
  readonly kind: RedactionKind;
  /** The secret is the group `secret`, else the whole match. */
  readonly expression: RegExp;
}

/** Forms with a cheap test: a text that fails it holds none of them. Tests are rare literal texts, which search fastest. */
interface Family {
  readonly hint: (text: string) => boolean;
  /** Only where a word of secrets stands anywhere in the text. */
  readonly isNamed?: true;
  readonly forms: readonly Form[];
}

const holds =
  (...literals: readonly string[]) =>
  (text: string): boolean =>
    literals.some(literal => text.includes(literal));

/** A form at the beginning of a word; the letter of an escape (`\\n`) in front of it belongs to no word. */
function form(source: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9_](?<!\\\\[nrt]))(?:${source})`, 'dg');
}

const FAMILIES: readonly Family[] = [
  {
    hint: holds('Beare', 'beare', 'BEARE', 'Basic', 'basic', 'Token'),
    forms: [
      { kind: 'token', expression: /\b(?:Bearer|Token) +\[?(?<secret>(?=\S*\d)[A-Za-z0-9+/_.=~-]{16,})/dgi },
      {
        kind: 'token',
        expression: /\bBearer +(?<secret>(?=[a-z.=_~+/-]*[A-Z0-9])[A-Za-z0-9+/_.=~-]{8,})/dg,
      },
      { kind: 'token', expression: /\bBasic +(?<secret>(?=[A-Za-z/+]*[0-9=])[A-Za-z0-9+/]{8,}={0,2})/dgi },
    ],
  },
  {
    hint: text => SERVICE_WORDS.test(text) || SERVICES.test(text),
    forms: [
      { kind: 'token', expression: form('gh[opsur]_[A-Za-z0-9]{20,}|github_pat_\\w{20,}|glsa_\\w{32,}') },
      { kind: 'token', expression: form('gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|imt)-[\\w-]{16,}') },
      { kind: 'token', expression: form('npm_[A-Za-z0-9]{30,}|dapi[a-f0-9]{32}\\b|hf_[A-Za-z0-9]{30,}\\b') },
      { kind: 'token', expression: form('x(?:ox[abeoprs]|app)-[A-Za-z0-9-]{10,}|pypi-[\\w-]{50,}') },
      {
        kind: 'token',
        expression: form('[srp]k_(?:live|test)_\\w{16,}|whsec_\\w{16,}|sk-(?:ant|proj)-[\\w-]{32,}'),
      },
      { kind: 'token', expression: form('shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|do[opr]_v1_[a-f0-9]{40,}') },
      { kind: 'token', expression: form('hv[sbr]\\.[\\w-]{20,}|ya29\\.[\\w.-]{20,}|dckr_pat_[\\w-]{20,}') },
      { kind: 'token', expression: /hooks\.slack\.com\/(?:services|workflows)\/(?<secret>[\w/]{20,})/dg },
    ],
  },
  {
    hint: text => CAPITALS.test(text) || holds('Key=', 'Signa')(text),
    forms: [
      {
        kind: 'token',
        expression: form('AIza[\\w-]{35}|GOCSPX-[\\w-]{20,}|SG\\.[\\w-]{16,64}\\.[\\w-]{16,}'),
      },
      { kind: 'token', expression: form('NRAK-[A-Z0-9]{20,}|ATATT3[\\w=-]{20,}') },
      { kind: 'private-key', expression: form('AGE-SECRET-KEY-1[A-Z0-9]{20,}') },
      { kind: 'credential', expression: form('(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])') },
      {
        kind: 'credential',
        expression:
          /\b(?:AKIA|ASIA)[A-Z0-9]{16}["']?[,;:\t| ]{1,3}["']?(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/dg,
      },
      { kind: 'credential', expression: /(?<![\w~.-])[\w~.-]{3}8Q~[\w~.-]{31,34}/dg },
      {
        kind: 'credential',
        expression:
          /\b(?:AccountKey|SharedAccessKey|SharedAccessSignature)=(?<secret>[A-Za-z0-9+/=%&_.-]{8,})/dg,
      },
    ],
  },
  {
    hint: text =>
      holds('$', '{S', '{M', '{P')(text) &&
      /\$(?:2[abxy]?|[1567y]|apr1|argon2i?d?|scrypt)\$|\{(?:S?SHA|S?MD5|PBKDF2)/.test(text),
    forms: [
      {
        kind: 'credential',
        expression: /(?<![\w$])\$(?:2[abxy]?|[1567y]|apr1|argon2i?d?|scrypt)\$[\w./$,=+-]{16,}/dg,
      },
      { kind: 'credential', expression: /\{(?:S?SHA\d{0,3}|S?MD5|PBKDF2[\w-]*)\}[A-Za-z0-9+/$=,]{16,}/dg },
    ],
  },
  {
    hint: holds('?', '&', ';'),
    forms: [
      {
        kind: 'credential',
        expression:
          /[?&;](?:(?:access_|id_|refresh_|auth_)?token|auth|sig|signature|api[_-]?key|key|code|password|passwd|pwd|pass|secret|client_secret|session(?:_?id)?|jwt|otp|ticket|assertion|samlresponse|x-amz-(?:signature|credential|security-token)|x-goog-signature)=(?<secret>[^&\s"'\\;<>]{4,})/dgi,
      },
    ],
  },
  {
    hint: text => text.includes('//') && text.includes('@'),
    forms: [
      {
        kind: 'url-userinfo',
        expression: /:\/\/(?<secret>[^\s/:@"'\\<>?#]{0,256}:[^\s/"'\\<>?#]{1,256})@/dg,
      },
      { kind: 'url-userinfo', expression: /:\/\/(?<secret>[A-Za-z0-9_~.-]{20,256})@/dg },
    ],
  },
  {
    hint: holds("'"),
    forms: [
      {
        kind: 'credential',
        expression: /\b(?:identified by|with password|password) +'(?<secret>[^'\r\n\\]{3,})/dgi,
      },
    ],
  },
  {
    hint: holds('jdbc'),
    forms: [
      {
        kind: 'credential',
        expression: /jdbc:oracle:\w{1,16}:[^/\s"']{1,64}\/(?<secret>[^@\s"']{1,128})@/dg,
      },
    ],
  },
  {
    hint: holds('gin '),
    isNamed: true,
    forms: [{ kind: 'credential', expression: /\blogin +\S{1,128} +password +(?<secret>[^\s"'\\]{3,})/dg }],
  },
  {
    hint: text => COMMAND_FLAGS(text) && COMMANDS.test(text),
    forms: [
      {
        kind: 'credential',
        expression:
          /\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump) [^\r\n|;&]{0,300}?-p(?<secret>[^\s"'\\=-][^\s"'\\]{3,})/dg,
      },
      {
        kind: 'credential',
        expression:
          /\b(?:sshpass|redis-cli|docker login|podman login|helm registry login) [^\r\n|;&]{0,300}?(?:-p|-a|--pass(?:word)?)[ =]*\\*["']?(?<secret>[^\s"'\\-][^\s"'\\]{3,})/dg,
      },
      {
        kind: 'credential',
        expression:
          /(?<=[\s"'])(?:-u|--user|--proxy-user)[ =]{1,2}\\*["']?[\w.@+-]{1,64}:(?<secret>(?!\d{1,6}\b)[^\s"'\\]{3,})/dg,
      },
    ],
  },
  {
    hint: holds('--'),
    isNamed: true,
    forms: [
      {
        kind: 'credential',
        expression:
          /--[\w-]{0,40}(?:password|passwd|passphrase|pass|secret|token|api-?key)[ \t]{1,8}\\*["']?(?<secret>(?=[a-z._-]*[A-Z0-9])[^\s"'\\;|&$<{-][^\s"'\\;|&]{5,})/dg,
      },
    ],
  },
  {
    hint: holds('<'),
    isNamed: true,
    forms: [
      {
        kind: 'credential',
        expression:
          /\bname=\\*["'][\w.-]{0,40}(?:password|passwd|secret|token|api-?_?key|auth|passphrase)[\w.-]{0,12}\\*["'][ \t]{1,8}value=\\*["'](?<secret>[^"'\\\r\n<>]{3,})/dgi,
      },
    ],
  },
  {
    hint: holds('kty'),
    forms: [
      {
        kind: 'private-key',
        expression: /"(?:d|p|q|dp|dq|qi|k)\\*"[ \t]*:[ \t]*\\*"(?<secret>[A-Za-z0-9_=-]{20,})\\*"/dg,
      },
    ],
  },
];

const SERVICE_WORDS =
  /xox|xapp|ypi-|k_li|k_te|whse|hpat_|hpss_|v1_|hv[sbr]\.|ya29|hooks|hf_|b_pat|kr_pa|k-ant|k-pro/;
const SERVICES = /gh[opsur]_|gl[a-z]{2,5}[-_]|npm_|dapi[0-9a-f]/;
const CAPITALS = /AKIA|ASIA|AIza|SG\.|GOCSPX|NRAK-|ATATT3|AGE-SECRET|8Q~/;
const COMMAND_FLAGS = holds(' -p', ' -a', '-u', '-pa');
const COMMANDS = /mysql|mariadb|sshpass|redis-cli|(?:docker|podman|registry) login|-u|--user|--proxy-user/;

/** Edits for everything that shows by its form. */
export function formEdits(text: string, isNamed: boolean): readonly Edit[] {
  const edits: Edit[] = [];
  const likely = FAMILIES.filter(family => (isNamed || family.isNamed === undefined) && family.hint(text));
  for (const { kind, expression } of likely.flatMap(({ forms }) => forms))
    for (const match of text.matchAll(expression)) {
      const range = match.indices?.groups?.['secret'] ?? match.indices?.[0];
      if (range === undefined) continue;
      const [start, end] = range;
      const value = text.slice(start, end);
      if (!holdsMask(value) && !isReference(value)) edits.push({ start, end, kind, quoted: false });
    }
  return text.includes('yJ') ? [...edits, ...signedTokenEdits(text)] : edits;
}

const SIGNED_TOKEN = /(?<![A-Za-z0-9_](?<!\\[nrt]))eyJ[A-Za-z0-9_.-]+/g;

/** Signed tokens: base64 of a JSON object, a dot, base64. The whole word goes. */
function signedTokenEdits(text: string): readonly Edit[] {
  return [...text.matchAll(SIGNED_TOKEN)]
    .filter(({ 0: word }) => {
      const parts = word.split('.');
      return parts.some(
        (part, index) => part.length > 10 && part.includes('eyJ') && (parts[index + 1]?.length ?? 0) >= 8,
      );
    })
    .map(({ 0: word, index }) => ({
      start: index,
      end: index + word.replace(/\.+$/, '').length,
      kind: 'token' as const,
      quoted: false,
    }));
}
