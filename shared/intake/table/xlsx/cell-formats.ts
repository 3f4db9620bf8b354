// Which cells of a workbook are dates: only their number format says so. ECMA-376, 18.8.30 and 18.17.4.
import { readXml } from '../xml.ts';

/** Whether the cell format with an index shows a date or time. */
export function readDateFormats(bytes: Uint8Array, part: string): (style: number) => boolean {
  const codes = new Map<number, string>();
  const formats: number[] = [];
  let isInside = false;
  readXml(bytes, part, {
    open: (element, attributes) => {
      if (element === 'cellXfs') isInside = true;
      else if (element === 'numFmt')
        codes.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '');
      else if (element === 'xf' && isInside) formats.push(Number(attributes['numFmtId'] ?? 0));
    },
    close: element => {
      if (element === 'cellXfs') isInside = false;
    },
  });
  return style => {
    const id = formats[style] ?? 0;
    const code = codes.get(id);
    return code === undefined ? isBuiltInDate(id) : isDateCode(code);
  };
}

function isBuiltInDate(id: number): boolean {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
}

/** A format code of dates; elapsed time such as `[h]:mm` is a length, no date. */
export function isDateCode(code: string): boolean {
  const [positive = ''] = code.split(';');
  if (/\[(?:h+|m+|s+)\]/i.test(positive)) return false;
  const bare = positive.replace(/"[^"]*"|\\.|\[[^\]]*\]|[_*]./g, '').replace(/\.0+/g, '');
  return /[dmyhs]/i.test(bare) && !/[0#?]|general/i.test(bare);
}

/** A day count as text: `YYYY-MM-DD`, with `HH:MM:SS` unless it is midnight; undefined outside the calendar. */
export function printSerial(serial: number, from1904: boolean): string | undefined {
  if (!(serial >= 0 && serial < LAST_SERIAL)) return undefined;
  const seconds = Math.round((serial % 1) * 86_400);
  const days = Math.floor(serial) + (from1904 ? 1462 : 0);
  const time = new Date(seconds * 1000).toISOString().slice(11, 19);
  // Excel counts a day 29 February 1900 that never was.
  if (days === 60 && !from1904) return undefined;
  if (days === 0 && seconds > 0) return time;
  const offset = days < 60 ? EPOCH_BEFORE_LEAP : EPOCH;
  const date = new Date(Date.UTC(1899, 11, offset + days) + (seconds === 86_400 ? 86_400_000 : 0));
  const day = date.toISOString().slice(0, 10);
  return seconds === 0 || seconds === 86_400 ? day : `${day} ${time}`;
}

const LAST_SERIAL = 2_958_466;
const EPOCH = 30;
const EPOCH_BEFORE_LEAP = 31;
