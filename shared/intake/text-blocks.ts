// A stream of bytes as blocks of whole lines, so that long logs are searched and parsed piece by piece. A private key
// is never cut in two; a line longer than the limit comes in pieces, and that is said, so that nothing waits for it.
import type { Encoding } from './decode-text.ts';
import type { IntakeLimits } from './intake.ts';
import { maskBlock, type LineMasking } from './redact/redact-lines.ts';

/** Some lines with their ends. */
export interface TextBlock {
  readonly text: string;
  /** The last line goes on in the next block: it is longer than any record. */
  readonly cut: boolean;
}

/** Blocks of a stream; only the last may lack a final line end. */
export async function* textBlocks(
  chunks: AsyncIterable<Uint8Array>,
  encoding: Exclude<Encoding, 'binary'> | 'latin1',
  longestLine: number,
): AsyncIterable<TextBlock> {
  const decoder = new TextDecoder(encoding);
  let waiting: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const piece = decoder.decode(chunk, { stream: true });
    const isEnd = piece.includes('\n');
    waiting.push(piece);
    length += piece.length;
    if (!isEnd && length <= longestLine) continue;
    const text = waiting.join('');
    const end = isEnd ? wholeLines(text) : pieceOfLine(text);
    if (end > 0) yield { text: text.slice(0, end), cut: !isEnd };
    waiting = [text.slice(end)];
    length = text.length - end;
  }
  waiting.push(decoder.decode());
  const rest = waiting.join('');
  if (rest !== '') yield { text: rest, cut: false };
}

/** The masked copy of a stream, made again from the original. */
export async function* maskedBlocks(
  chunks: AsyncIterable<Uint8Array>,
  encoding: Exclude<Encoding, 'binary'>,
  masking: LineMasking & { readonly limits: Pick<IntakeLimits, 'lineBytes'> },
): AsyncIterable<Uint8Array> {
  for await (const block of textBlocks(chunks, encoding, masking.limits.lineBytes))
    yield new TextEncoder().encode(maskBlock(block.text, masking).text);
}

const LONGEST_KEY = 20_000;

/** Length of the whole lines of a text, less an unfinished private key at their end. */
function wholeLines(text: string): number {
  const end = text.lastIndexOf('\n') + 1;
  const key = text.lastIndexOf('-----BEGIN ', end);
  if (key < 0 || end - key > LONGEST_KEY || text.lastIndexOf('-----END ', end) > key) return end;
  return text.lastIndexOf('\n', key) + 1;
}

/** A piece of an endless line that ends between two values, if it can. */
function pieceOfLine(text: string): number {
  const tail = text.slice(-4096);
  const between = Math.max(...[',', ';', '"', '\t', '}'].map(mark => tail.lastIndexOf(mark)));
  return between < 0 ? text.length : text.length - tail.length + between + 1;
}
