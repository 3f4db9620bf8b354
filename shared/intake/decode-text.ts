// Bytes to text: UTF-8 with or without BOM, UTF-16 as PowerShell's `>` writes it. Binary files have no text.

/** What the first bytes look like. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'binary';

/** Encoding by BOM; without one, NUL bytes or broken UTF-8 mean binary. `head` may end inside a character. */
export function encodingOf(head: Uint8Array): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (head.includes(0)) return 'binary';
  const text = new TextDecoder('utf-8').decode(head);
  const broken = text.slice(0, -4).split('\ufffd').length - 1;
  return broken > text.length / 100 + (head.length < 512 ? 0 : 2) ? 'binary' : 'utf-8';
}

/** The whole text, without BOM. */
export function decodeText(bytes: Uint8Array, encoding: Exclude<Encoding, 'binary'>): string {
  return new TextDecoder(encoding).decode(bytes);
}

/** Lines of a stream without their ends (LF or CRLF), in batches; a last line without an end is a line too. */
export async function* lineBatches(
  chunks: AsyncIterable<Uint8Array>,
  encoding: Exclude<Encoding, 'binary'>,
): AsyncIterable<readonly string[]> {
  const decoder = new TextDecoder(encoding);
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines.map(withoutReturn);
  }
  rest += decoder.decode();
  if (rest !== '') yield [withoutReturn(rest)];
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
