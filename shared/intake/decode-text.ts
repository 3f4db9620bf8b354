// Bytes to text: UTF-8 with or without BOM, UTF-16 as PowerShell's `>` writes it, Windows-1252 where a text is neither.
// Binary files have no text; UTF-32 counts as binary, since no host decodes it.
import type { Diagnostic } from './intake.ts';

/** What the first bytes look like. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'binary';

/** Encoding by BOM, else by what the bytes can be. `head` may end inside a character. */
export function encodingOf(head: Uint8Array): Encoding {
  if (isUtf32(head)) return 'binary';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const { nuls, controls, wide } = countBytes(head);
  if (nuls > 0) {
    const double = withoutBom(head);
    if (double !== 'binary' || controls > 0 || nuls === head.length) return double;
  }
  const text = new TextDecoder('utf-8').decode(head);
  const broken = text.slice(0, -4).split('\ufffd').length - 1;
  if (broken <= text.length / 100 + (head.length < 512 ? 0 : 2)) return 'utf-8';
  return nuls + controls === 0 && wide < head.length * 0.3 ? 'windows-1252' : 'binary';
}

/** The whole text, without BOM. */
export function decodeText(bytes: Uint8Array, encoding: Exclude<Encoding, 'binary'>): string {
  return new TextDecoder(encoding).decode(bytes);
}

/** What is said where a text had to be guessed, or holds characters that nobody can read (`line` of the first). */
export function encodingRemarks(
  file: string,
  encoding: Encoding,
  line: number | undefined,
): readonly Diagnostic[] {
  if (encoding !== 'windows-1252' && line === undefined) return [];
  return [
    {
      code: 'intake.text.encoding',
      severity: 'warning',
      message:
        line === undefined
          ? 'The text is not UTF-8; it was read as Windows-1252'
          : 'Holds bytes that are no characters of its encoding; each was read as U+FFFD',
      file,
      ...(line === undefined ? {} : { line }),
    },
  ];
}

/** UTF-32, with its mark or by the three zero bytes of four that Latin letters have. */
export function isUtf32(head: Uint8Array): boolean {
  const starts = (...bytes: readonly number[]): boolean => bytes.every((byte, at) => head[at] === byte);
  if (starts(0xff, 0xfe, 0, 0) || starts(0, 0, 0xfe, 0xff)) return true;
  if (head.length < 16) return false;
  const nuls = [0, 0, 0, 0];
  head.forEach((byte, at) => {
    if (byte === 0) nuls[at & 3] = (nuls[at & 3] ?? 0) + 1;
  });
  const most = Math.floor(head.length / 4) * 0.9;
  const [a = 0, b = 0, c = 0, d = 0] = nuls;
  return (a === 0 && b > most && c > most && d > most) || (d === 0 && a > most && b > most && c > most);
}

/** UTF-16 text without a BOM has a NUL in nearly every other byte and none in the rest. */
function withoutBom(head: Uint8Array): Encoding {
  const nuls = [0, 0];
  head.forEach((byte, at) => {
    if (byte === 0) nuls[at & 1] = (nuls[at & 1] ?? 0) + 1;
  });
  const most = head.length * 0.4;
  if (nuls[0] === 0 && (nuls[1] ?? 0) > most) return 'utf-16le';
  return nuls[1] === 0 && (nuls[0] ?? 0) > most ? 'utf-16be' : 'binary';
}

/** NULs, control characters that no text holds, and bytes beyond ASCII. A power cut leaves NULs in a log, and nothing else. */
function countBytes(head: Uint8Array): {
  readonly nuls: number;
  readonly controls: number;
  readonly wide: number;
} {
  let nuls = 0;
  let controls = 0;
  let wide = 0;
  for (const byte of head)
    if (byte === 0) nuls++;
    else if (byte >= 0x80) wide++;
    else if (byte === 0x7f || (byte < 0x20 && !PLAIN_CONTROLS.has(byte))) controls++;
  return { nuls, controls, wide };
}

/** Backspace, tab, line ends, form feed, escape. */
const PLAIN_CONTROLS = new Set([8, 9, 10, 12, 13, 27]);
