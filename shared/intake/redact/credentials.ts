// Secrets that show by their form or by the word in front of them, in any text: tokens, private keys, passwords,
// headers, userinfo in URLs. What shows only by its place in a Kubernetes object is in structure.ts.
import type { RedactionKind } from '../intake.ts';
import { isMasked, type Edit } from './mask.ts';

interface Pattern {
  readonly kind: RedactionKind;
  readonly expression: RegExp;
}

/** Words that announce a secret, in the spellings of configuration files, JSON and command lines. */
const WORD =
  'passw(?:or)?d|passphrase|pwd|client[_-]?secret|secret[_-](?:access[_-]?)?key|secretaccesskey|api[_-]?key|' +
  'access[_-]?key|(?:access|refresh|id|auth|bearer|session)[_-]?token';

/** The secret is the group `secret`, else the whole match. */
const PATTERNS: readonly Pattern[] = [
  { kind: 'token', expression: /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/dg },
  { kind: 'token', expression: /\b(?:Bearer|Token) +(?<secret>(?=\S*\d)[A-Za-z0-9+/_.=~-]{16,})/dg },
  { kind: 'token', expression: /\bBasic +(?<secret>(?=[A-Za-z/+]*[0-9=])[A-Za-z0-9+/]{8,}={0,2})/dg },
  { kind: 'token', expression: /\bgh[opsur]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}/dg },
  { kind: 'token', expression: /\bxox[abeprs]-[A-Za-z0-9-]{10,}|\bsk_live_\w{16,}|\bAIza[\w-]{35}/dg },
  { kind: 'credential', expression: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/dg },
  {
    kind: 'credential',
    expression:
      /\b(?:AccountKey|SharedAccessKey|SharedAccessSignature)=(?<secret>[A-Za-z0-9+/=%&_.-]{12,})/dg,
  },
  {
    kind: 'credential',
    expression:
      /[?&](?:token|access_token|id_token|sig|signature|api_?key|key|password|pwd|secret)=(?<secret>[^&\s"'\\]{4,})/dgi,
  },
  { kind: 'url-userinfo', expression: /:\/\/(?<secret>[^\s/:@"'\\<>]{0,256}:[^\s/@"'\\<>]{1,256})@/dg },
  {
    kind: 'credential',
    expression: new RegExp(`(?:${WORD})[ \\t]*=[ \\t]*["']?(?<secret>[^\\s"'&;,\\\\<>{}$%*()]{3,})`, 'dgi'),
  },
  {
    kind: 'credential',
    expression: new RegExp(
      `(?:${WORD})\\\\*["'][ \\t]*:[ \\t]*\\\\*["'](?<secret>(?:[^"'\\\\\\r\\n]|\\\\[^"'\\r\\n])+)`,
      'dgi',
    ),
  },
  {
    kind: 'credential',
    expression: new RegExp(
      `(?:${WORD})["']?:[ \\t]+["']?(?!(?:true|false|null|none|yes|no)\\b)(?<secret>[^\\s"'{}\\[\\]|>&*!#$<%,][^\\s"'{}\\[\\],]{2,})`,
      'dgi',
    ),
  },
  { kind: 'credential', expression: /"auth"[ \t]*:[ \t]*"(?<secret>[A-Za-z0-9+/=]{12,})"/dg },
  {
    kind: 'token',
    expression:
      /"key":[ \t]*"(?:(?:proxy-)?authorization|(?:set-)?cookie|x-api-key|x-auth-token)",[ \t]*"value":[ \t]*"(?<secret>(?:[^"\\\r\n]|\\.)+)"/dgi,
  },
  {
    kind: 'token',
    expression:
      /authorization\\*["']?[ \t]*[:=][ \t]*\\*["']?(?<secret>(?:Basic|Bearer|Token|Digest|ApiKey|Negotiate|AWS4-HMAC-SHA256) +[^\r\n"'\\]+|[A-Za-z0-9+/=_.-]{20,})/dgi,
  },
  { kind: 'token', expression: /\bcookie\\*["']?: *\\*["']?(?<secret>[\w.-]+=[^"'\r\n\\]{3,})/dgi },
];

/** Cheap tests: a text that neither finds holds none of the patterns. */
const FORM_HINT =
  /eyJ|PRIVATE KEY|(?:Bearer|Basic|Token) |gh[opsur]_|github_pat|glpat-|xox[abeprs]-|sk_live_|AIza|AKIA|ASIA|(?:ccount|ccess)Key=|Signature=|:\/\/[^\s/"]{0,512}@|[?&][A-Za-z_]+=|"auth" *:/;
const WORD_HINT = new RegExp(`(?:${WORD})[\\\\"']*[ \\t]*[:=]|authorization|cookie`, 'i');

/** Edits for everything that shows by its form or by the word before it. */
export function credentialEdits(text: string): readonly Edit[] {
  if (!FORM_HINT.test(text) && !WORD_HINT.test(text)) return [];
  const edits: Edit[] = [...privateKeys(text)];
  for (const { kind, expression } of PATTERNS)
    for (const match of text.matchAll(expression)) {
      const range = match.indices?.groups?.['secret'] ?? match.indices?.[0];
      if (range === undefined) continue;
      const [start, end] = range;
      if (!holdsMask(text.slice(start, end))) edits.push({ start, end, kind, quoted: false });
    }
  return edits;
}

function holdsMask(value: string): boolean {
  return value.split(/[^A-Za-z-]+/).some(isMasked);
}

const KEY_BEGINS = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/g;
const KEY_ENDS = /-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/g;
const LONGEST_KEY = 20_000;

/** From BEGIN to END; without END as far as the lines look like base64. */
function privateKeys(text: string): readonly Edit[] {
  return [...text.matchAll(KEY_BEGINS)].map(match => {
    const start = match.index;
    KEY_ENDS.lastIndex = start;
    const end = KEY_ENDS.exec(text);
    const closed = end !== null && end.index - start < LONGEST_KEY;
    return {
      start,
      end: closed ? end.index + end[0].length : start + openKeyLength(text, start, match[0].length),
      kind: 'private-key' as const,
      quoted: false,
    };
  });
}

function openKeyLength(text: string, start: number, header: number): number {
  const rest = text.slice(start + header, start + header + LONGEST_KEY);
  const body = /^(?:\s|\\[nrt])*(?:(?:[A-Za-z0-9+/=]{16,}|[A-Za-z-]+: [^\n\\]*)(?:\s|\\[nrt])*)*/.exec(rest);
  return header + (body?.[0].trimEnd().length ?? 0);
}
