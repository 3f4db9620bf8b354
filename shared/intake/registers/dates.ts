// Dates as people write them in lists. Day and month are told apart by the form, or by other dates of the same table;
// where nothing tells, the date stays open: a guess could hide that a review came six months late.
import { instantOf } from '../../base/instant.ts';
import type { RegisterDate } from '../../model/register.ts';

/** Which comes first in `03/04/2026`. */
export type DateOrder = 'day-first' | 'month-first' | 'unknown';

/** Reads a date with or without a time; `utc` says that the column gives times in UTC. */
export function parseDate(text: string, order: DateOrder, utc: boolean): RegisterDate | 'none' | 'ambiguous' {
  const [, date = '', clock] = FORM.exec(text.trim()) ?? [];
  const day = parseDay(date.trim(), order);
  if (typeof day === 'string') return day;
  const shown = printDay(day);
  if (clock === undefined) return { day: shown };
  const time = parseClock(clock, utc);
  if (time === undefined) return 'none';
  const { offset } = time;
  if (offset === undefined) return { day: shown, time: time.text };
  const [year, month, dayOfMonth] = day;
  const at = Date.UTC(year, month - 1, dayOfMonth, time.hour, time.minute - offset, time.second);
  return { day: shown, time: time.text, at: instantOf(at) };
}

/** What the slashed dates of a table tell about their order. */
export function dateOrderOf(cells: Iterable<string>): DateOrder {
  let isDayFirst = false;
  let isMonthFirst = false;
  for (const cell of cells) {
    const [, first, second] = SLASHED.exec(cell.trim()) ?? [];
    if (Number(first) > 12) isDayFirst = true;
    if (Number(second) > 12) isMonthFirst = true;
  }
  return isDayFirst === isMonthFirst ? 'unknown' : isDayFirst ? 'day-first' : 'month-first';
}

type Day = readonly [year: number, month: number, day: number];

/** A date, then perhaps a clock time; a weekday in front says nothing new. */
const FORM =
  /^(?:(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)[a-z]*[.,]?\s+)?(.+?)(?:[T\s,]+(\d{1,2}:\d\d.*))?$/i;
const SLASHED = /^(\d{1,2})[/-](\d{1,2})[/-](?:\d{4}|\d{2})(?!\d)/;

function parseDay(text: string, order: DateOrder): Day | 'none' | 'ambiguous' {
  const iso =
    /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(text) ?? /^((?:19|20)\d\d)()(\d\d)(\d\d)$/.exec(text);
  if (iso !== null) return realDay(Number(iso[1]), Number(iso[3]), Number(iso[4]));
  const dotted = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})$/.exec(text);
  if (dotted !== null) return realDay(fullYear(dotted[3]), Number(dotted[2]), Number(dotted[1]));
  const named = parseNamed(text);
  if (named !== undefined) return named;
  const slashed = /^(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})$/.exec(text);
  if (slashed === null) return 'none';
  const [first, second, year] = [Number(slashed[1]), Number(slashed[3]), fullYear(slashed[4])];
  if (first > 12 || first === second || order === 'day-first') return realDay(year, second, first);
  if (second > 12 || order === 'month-first') return realDay(year, first, second);
  return 'ambiguous';
}

/** `1 March 2026`, `01-Mar-26`, `March 1, 2026`, `1er mars 2026`. */
function parseNamed(text: string): Day | 'none' | undefined {
  const dayFirst = /^(\d{1,2})(?:st|nd|rd|th|er|\.)?[\s/-]+(\p{L}{3,10})\.?,?[\s/-]+(\d{4}|\d{2})$/u.exec(
    text,
  );
  const monthFirst = /^(\p{L}{3,10})\.?[\s-]+(\d{1,2})(?:st|nd|rd|th)?,?[\s-]+(\d{4})$/u.exec(text);
  const day = dayFirst?.[1] ?? monthFirst?.[2];
  if (day === undefined) return undefined;
  const month = monthOf(dayFirst?.[2] ?? monthFirst?.[1] ?? '');
  return month === undefined
    ? 'none'
    : realDay(fullYear(dayFirst?.[3] ?? monthFirst?.[3]), month, Number(day));
}

/** Beginnings of the names of months in English, German and French. */
const MONTHS: readonly (readonly string[])[] = [
  ['jan'],
  ['feb', 'fev'],
  ['mar', 'mrz'],
  ['apr', 'avr'],
  ['may', 'mai'],
  ['jun', 'juin'],
  ['jul', 'juil'],
  ['aug', 'aou'],
  ['sep'],
  ['oct', 'okt'],
  ['nov'],
  ['dec', 'dez'],
];

function monthOf(name: string): number | undefined {
  const folded = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const index = MONTHS.findIndex(beginnings => beginnings.some(beginning => folded.startsWith(beginning)));
  return index < 0 ? undefined : index + 1;
}

function fullYear(text: string | undefined): number {
  const year = Number(text);
  return year < 100 ? 2000 + year : year;
}

function realDay(year: number, month: number, day: number): Day | 'none' {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year >= 1900 && year <= 2199
    ? [year, month, day]
    : 'none';
}

function printDay([year, month, day]: Day): string {
  return `${year}-${twoDigits(month)}-${twoDigits(day)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

interface Clock {
  readonly text: string;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Minutes east of UTC, where the zone is known. */
  readonly offset?: number;
}

const CLOCK =
  /^(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*([ap])?\.?(?:m\.?)?\s*(z|utc|gmt)?\s*([+-]\d\d:?(?:\d\d)?)?\s*([a-z]{2,5}|uhr)?$/i;

function parseClock(text: string, utc: boolean): Clock | undefined {
  const [, hours, minutes, seconds, half, zulu, shift, word] = CLOCK.exec(text.trim()) ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  const given = Number(hours);
  const hour = half === undefined ? given : (given % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  const minute = Number(minutes);
  const second = Number(seconds ?? 0);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const parts = seconds === undefined ? [hour, minute] : [hour, minute, second];
  const zone = word === undefined || /^uhr$/i.test(word) ? '' : ` ${word.toUpperCase()}`;
  const clock = { text: `${parts.map(twoDigits).join(':')}${zone}`, hour, minute, second };
  if (shift !== undefined) return { ...clock, offset: minutesOf(shift) };
  const isUtc = zulu !== undefined || (utc && word === undefined);
  return isUtc ? { ...clock, offset: 0 } : clock;
}

function minutesOf(shift: string): number {
  const digits = shift.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return shift.startsWith('-') ? -minutes : minutes;
}
