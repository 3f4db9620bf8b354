// Bytes to text: UTF-8 with or without BOM, UTF-16 as PowerShell's `>` writes it. Binary files have no text.

/** What the first bytes look like. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'binary';

/** Encoding by BOM; without one, NUL bytes or broken UTF-8 mean binary. `head` may end inside a character. */
export function encodingOf(head: Uint8Array): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (head.includes(0)) return withoutBom(head);
  const text = new TextDecoder('utf-8').decode(head);
  const broken = text.slice(0, -4).split('\ufffd').length - 1;
  return broken > text.length / 100 + (head.length < 512 ? 0 : 2) ? 'binary' : 'utf-8';
}

/** The whole text, without BOM. */
export function decodeText(bytes: Uint8Array, encoding: Exclude<Encoding, 'binary'>): string {
  return new TextDecoder(encoding).decode(bytes);
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
