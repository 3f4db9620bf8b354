// Secrets that show by their form alone, in any text: account numbers, track data, tokens, keys, userinfo in URLs.
// An account number is 13 to 19 digits, plain or in the card groupings, of an issuer range, passing Luhn.
import type { RedactionKind } from '../intake.ts';
import type { Edit } from './mask.ts';

interface Pattern {
  readonly kind: RedactionKind;
  readonly expression: RegExp;
  /** Part of the match that is masked; 0 = all of it. */
  readonly group: number;
}

const PATTERNS: readonly Pattern[] = [
  { kind: 'track-data', expression: /%?B\d{13,19}\^[^^\n"]{2,26}\^\d{7,}[^\n"?]{0,40}\??/g, group: 0 },
  { kind: 'track-data', expression: /;\d{13,19}=\d{7,}[^\n"?]{0,30}\??/g, group: 0 },
  {
    kind: 'private-key',
    expression:
      /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[A-Za-z0-9+/=\s]|\\n|\\r|\\t|Proc-Type:[^\n\\]*|DEK-Info:[^\n\\]*)*-----END [A-Z ]*PRIVATE KEY-----/g,
    group: 0,
  },
  { kind: 'token', expression: /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g, group: 0 },
  { kind: 'token', expression: /\b(?:Bearer|Basic) +([A-Za-z0-9+/_.=-]{12,})/g, group: 1 },
  { kind: 'credential', expression: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, group: 0 },
  {
    kind: 'credential',
    expression: /\b(?:AccountKey|SharedAccessKey|SharedAccessSignature)=([A-Za-z0-9+/=%&_.-]{12,})/g,
    group: 1,
  },
  {
    kind: 'credential',
    expression: /[?&](?:token|access_token|sig|signature|api_key|apikey|password)=([^&\s"'\\]{4,})/gi,
    group: 1,
  },
  { kind: 'url-userinfo', expression: /\b[a-z][a-z0-9+.-]*:\/\/([^\s/:@"'\\]*:[^\s/@"'\\]+)@/gi, group: 1 },
];

/** Cheap test that a text can hold none of the patterns but numbers. */
const HINT =
  /eyJ|BEGIN [A-Z ]*PRIVATE|Bearer |Basic |AKIA|ASIA|Key=|Signature=|:\/\/[^/\s"]*@|[?&][A-Za-z_]+=|\^|;\d{13}/;
const NUMBER_HINT = /\d(?:[ -]?\d){12}/;
const NUMBER =
  /(?<![\d.])(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5})(?!\d|[.]\d)/g;

/** Edits for everything that shows by its form; `base` is added to the offsets. */
export function patternEdits(text: string, base = 0): readonly Edit[] {
  const edits: Edit[] = [];
  if (HINT.test(text))
    for (const { kind, expression, group } of PATTERNS)
      for (const match of text.matchAll(expression)) {
        const value = match[group] ?? match[0];
        const start = match.index + (group === 0 ? 0 : match[0].indexOf(value));
        if (!value.includes('[masked '))
          edits.push({ start: base + start, end: base + start + value.length, kind, quoted: false });
      }
  if (NUMBER_HINT.test(text))
    for (const match of text.matchAll(NUMBER))
      if (
        isAccountNumber(match[0].replace(/[ -]/g, '')) &&
        !isPartOfIdentifier(text, match.index, match[0].length)
      )
        edits.push({
          start: base + match.index,
          end: base + match.index + match[0].length,
          kind: 'pan',
          quoted: false,
        });
  return edits;
}

/** Whether digits are of an issuer's range, of a length it uses, and pass Luhn. */
export function isAccountNumber(digits: string): boolean {
  return isIssued(digits) && passesLuhn(digits);
}

/** A run inside a long hex word is a digest or an identifier, not a card number. */
function isPartOfIdentifier(text: string, start: number, length: number): boolean {
  let from = start;
  let to = start + length;
  while (from > 0 && /[0-9a-f]/i.test(text.charAt(from - 1))) from--;
  while (to < text.length && /[0-9a-f]/i.test(text.charAt(to))) to++;
  return to - from > length && to - from >= 24;
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0 && !/^(\d)\1*$/.test(digits);
}

function isIssued(digits: string): boolean {
  const length = digits.length;
  const two = Number(digits.slice(0, 2));
  const three = Number(digits.slice(0, 3));
  const four = Number(digits.slice(0, 4));
  if (digits.startsWith('4')) return length === 13 || length === 16 || length === 19;
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return length === 16;
  if (two === 34 || two === 37) return length === 15;
  if ((three >= 300 && three <= 305) || two === 36 || two === 38 || two === 39)
    return length === 14 || (two !== 36 && length === 16);
  if (
    four === 6011 ||
    two === 65 ||
    (three >= 644 && three <= 649) ||
    two === 62 ||
    two === 60 ||
    two === 81 ||
    two === 82
  )
    return length >= 16;
  if (four >= 3528 && four <= 3589) return length >= 16;
  return (two === 50 || (two >= 56 && two <= 58) || two === 63 || two === 67) && length >= 13;
}
