// Account numbers and track data, in any text. An account number is 13 to 19 digits, plain or in the groupings cards
// are printed and typed in, of an issuer's range and length, passing Luhn; not a piece of a longer number, a decimal
// number, a UUID or a hex digest. Issuer ranges as the card brands publish them.
import type { Edit } from './mask.ts';

/** Edits for account numbers and track data. */
export function accountDataEdits(text: string): readonly Edit[] {
  const runs = digitRuns(text);
  if (runs.length === 0) return [];
  const mayBeTrack = ({ end }: Run): boolean =>
    '^=Dd'.includes(text.charAt(end) || ' ') && /^\d{13}$/.test(text.slice(Math.max(0, end - SHORTEST), end));
  const tracks = runs.some(mayBeTrack) ? trackEdits(text) : [];
  return [...tracks, ...runs.flatMap(run => numberEdits(text, run))];
}

/** Whether digits are of an issuer's range, of a length it uses, and pass Luhn. */
export function isAccountNumber(digits: string): boolean {
  return isIssued(digits) && passesLuhn(digits);
}

interface Run {
  readonly start: number;
  readonly end: number;
}

const SHORTEST = 13;
/** Of 13 characters around a place, six stand before or behind it. */
const HALF = 6;

/** Runs of digits with single spaces or dashes between them that hold 13 digits. No such run hides between two looks 13 characters apart. */
function digitRuns(text: string): readonly Run[] {
  const runs: Run[] = [];
  let done = 0;
  for (let at = SHORTEST - 1; at < text.length; at += SHORTEST) {
    if (!isRunPart(text, at) || !(isRunPart(text, at - HALF) || isRunPart(text, at + HALF))) continue;
    let start = at;
    while (start > done && isRunPart(text, start - 1)) start--;
    let end = at + 1;
    while (isRunPart(text, end)) end++;
    let digits = 0;
    for (let i = start; i < end && digits < SHORTEST; i++) if (isDigit(text.charCodeAt(i))) digits++;
    if (digits === SHORTEST) runs.push({ start, end });
    done = end;
    at = end - 1;
  }
  return runs;
}

/** A digit, or a separator next to one; indentation is neither. */
function isRunPart(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (isDigit(code)) return true;
  return (
    (code === 32 || code === 45) && (isDigit(text.charCodeAt(at - 1)) || isDigit(text.charCodeAt(at + 1)))
  );
}

const TRACKS: readonly { readonly expression: RegExp; readonly complete: boolean }[] = [
  { expression: /%?B(\d{13,19})\^[^^\r\n"\\]{2,26}\^\d{4}[^\r\n"?\\]{0,60}\??/gi, complete: true },
  { expression: /;(\d{13,19})=\d{4,}[^\s"?\\]{0,40}\?/g, complete: true },
  { expression: /(?<!\d);?(\d{13,19})[=D]\d{4,}[^\s"?\\,;]{0,40}\??/g, complete: false },
];

/** Track data without both sentinels counts only around an account number. */
function trackEdits(text: string): readonly Edit[] {
  return TRACKS.flatMap(({ expression, complete }) =>
    [...text.matchAll(expression)]
      .filter(match => complete || isAccountNumber(match[1] ?? ''))
      .map(match => ({
        start: match.index,
        end: match.index + match[0].length,
        kind: 'track-data' as const,
        quoted: false,
      })),
  );
}

/** Lengths of digit groups with one separator; the longest that fits is tried first. */
const GROUPINGS: readonly (readonly number[])[] = [
  [4, 4, 4, 4, 3],
  [4, 4, 4, 4, 2],
  [4, 4, 4, 4, 1],
  [6, 13],
  [4, 4, 4, 4],
  [8, 8],
  [6, 10],
  [4, 6, 5],
  [4, 4, 4, 3],
  [6, 9],
  [4, 6, 4],
  [4, 4, 4, 2],
  [4, 4, 4, 1],
  [4, 4, 5],
];

function numberEdits(text: string, run: Run): readonly Edit[] {
  const edits: Edit[] = [];
  for (let at = run.start; at < run.end;) {
    if (!isDigit(text.charCodeAt(at))) {
      at++;
      continue;
    }
    if (NO_ISSUER.has(text.charAt(at)) && isDigit(text.charCodeAt(at + 1))) {
      while (isDigit(text.charCodeAt(at))) at++;
      continue;
    }
    let length = 1;
    while (isDigit(text.charCodeAt(at + length))) length++;
    const end = candidateEnds(text, at, length).find(
      to => isAccountNumber(text.slice(at, to).replace(/[ -]/g, '')) && !isPartOfNumber(text, at, to),
    );
    if (end !== undefined) edits.push({ start: at, end, kind: 'pan', quoted: false });
    at = end ?? at + length;
  }
  return edits;
}

/** No card begins with these: times and identifiers mostly do. */
const NO_ISSUER = new Set(['0', '1', '7']);

/** Where a number that starts here could end. */
function candidateEnds(text: string, start: number, length: number): readonly number[] {
  if (length >= 13) return length <= 19 ? [start + length] : [];
  const separator = text.charAt(start + length);
  if (separator !== ' ' && separator !== '-') return [];
  const lengths: number[] = [];
  const ends: number[] = [];
  for (let at = start, digits = 0; digits < 20;) {
    let to = at;
    while (isDigit(text.charCodeAt(to))) to++;
    if (to === at) break;
    digits += to - at;
    lengths.push(to - at);
    ends.push(to);
    if (text.charAt(to) !== separator) break;
    at = to + 1;
  }
  const grouped = GROUPINGS.filter(grouping => grouping.every((size, index) => lengths[index] === size)).map(
    grouping => ends[grouping.length - 1] ?? start,
  );
  const singles = lengths.findIndex(size => size !== 1);
  const single = singles < 0 ? lengths.length : singles;
  return single >= 13 && single <= 19 ? [...grouped, ends[single - 1] ?? start] : grouped;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** Digits of a decimal number, a UUID, a hex word or a long encoded word are no number of their own. */
function isPartOfNumber(text: string, start: number, end: number): boolean {
  if (endsInTime(text, start, end)) return true;
  if (text.charAt(start - 1) === '.' && isDigit(text.charCodeAt(start - 2))) return true;
  if (text.charAt(end) === '.' && isDigit(text.charCodeAt(end + 1))) return true;
  let from = start;
  let to = end;
  while (from > 0 && isAlphanumeric(text.charCodeAt(from - 1)) && start - from < 64) from--;
  while (to < text.length && isAlphanumeric(text.charCodeAt(to)) && to - end < 64) to++;
  const around = text.slice(from, start) + text.slice(end, to);
  if (around !== '' && (/^[0-9a-f]+$/i.test(around) || to - from > 40)) return true;
  const near = text.slice(Math.max(0, start - 36), end + 36);
  const offset = start - Math.max(0, start - 36);
  return [...near.matchAll(UUID)].some(
    match => match.index < offset + (end - start) && match.index + match[0].length > offset,
  );
}

/** A counter, then the begin and the end of a span in seconds since 1970, as logs in columns have them: `457390 1772451959 1772452019`. */
function endsInTime(text: string, start: number, end: number): boolean {
  const from = Number(/ (\d{10})$/.exec(text.slice(start, end))?.[1]);
  const to = Number(/^ (\d{10})\b/.exec(text.slice(end, end + 12))?.[1]);
  return to >= from && to - from <= LONGEST_SPAN;
}

/** Flow logs write a record at least once an hour. */
const LONGEST_SPAN = 3600;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isAlphanumeric(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
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

/** First and last prefix of a range, and the lengths it uses. */
const RANGES: readonly (readonly [from: number, to: number, lengths: readonly number[]])[] = [
  [4, 4, [13, 16, 19]], // Visa
  [51, 55, [16]], // Mastercard
  [2221, 2720, [16]], // Mastercard
  [2200, 2204, [16, 17, 18, 19]], // Mir
  [34, 34, [15]], // American Express
  [37, 37, [15]],
  [300, 305, [14, 16, 17, 18, 19]], // Diners Club
  [3095, 3095, [14, 16, 17, 18, 19]],
  [36, 36, [14, 15, 16, 17, 18, 19]],
  [38, 39, [14, 16, 17, 18, 19]],
  [3528, 3589, [16, 17, 18, 19]], // JCB
  [6011, 6011, [16, 17, 18, 19]], // Discover
  [644, 649, [16, 17, 18, 19]],
  [65, 65, [16, 17, 18, 19]],
  [60, 60, [16]], // RuPay
  [81, 82, [16, 17, 18, 19]], // UnionPay, RuPay
  [62, 62, [16, 17, 18, 19]], // UnionPay
  [50, 50, [13, 14, 15, 16, 17, 18, 19]], // Maestro
  [56, 58, [13, 14, 15, 16, 17, 18, 19]],
  [63, 63, [13, 14, 15, 16, 17, 18, 19]],
  [67, 67, [13, 14, 15, 16, 17, 18, 19]],
  [9792, 9792, [16]], // Troy
];

function isIssued(digits: string): boolean {
  return RANGES.some(([from, to, lengths]) => {
    const prefix = Number(digits.slice(0, String(from).length));
    return prefix >= from && prefix <= to && lengths.includes(digits.length);
  });
}
