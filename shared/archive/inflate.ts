// gzip (RFC 1952) and deflate (RFC 1951) read plainly, member after member, to the last byte that can be read. Hosts have
// faster ones, but those differ in what they give of damaged data, of several members and of what stands behind them.

/** Why gzip data ended before its file did. */
export class GzipFault extends Error {
  readonly kind: 'damaged' | 'trailing';
  constructor(kind: 'damaged' | 'trailing', message: string) {
    super(message);
    this.kind = kind;
  }
}

const WINDOW = 32 * 1024;
const CHUNK = 64 * 1024;
const LONGEST_MATCH = 258;
/** More than a block's header takes. */
const HEADER_BYTES = 1024;
/** More than one length and distance take. */
const SYMBOL_BYTES = 8;

/** All members of gzip data, unpacked; a GzipFault follows what could be read where the data does not end well. */
export async function* readGzip(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const input = makeInput(chunks);
  for (let member = 0; ; member++) {
    if (!(await startsMember(input, member === 0))) return;
    let crc = 0xffffffff;
    let size = 0;
    for await (const part of inflate(input)) {
      crc = updateCrc(crc, part);
      size = (size + part.length) >>> 0;
      yield part;
    }
    input.align();
    await input.fill(8);
    if (word(input) !== (crc ^ 0xffffffff) >>> 0 || word(input) !== size)
      throw damaged('the checksum does not fit');
  }
}

/** Passes a header; false where the data ends, with or without the zeros that tapes leave. */
async function startsMember(input: Input, isFirst: boolean): Promise<boolean> {
  await input.fill(10);
  while (!isFirst && input.available() > 0 && input.peek() === 0) {
    input.byte();
    await input.fill(10);
  }
  if (!isFirst && input.available() === 0) return false;
  if (!input.startsWith(0x1f, 0x8b, 8)) {
    if (isFirst) throw damaged('no gzip header');
    throw new GzipFault('trailing', 'Bytes that are no gzip data follow');
  }
  for (let at = 0; at < 3; at++) input.byte();
  const flags = input.byte();
  if ((flags & 0xe0) !== 0) throw damaged('unknown flags');
  for (let at = 0; at < 6; at++) input.byte();
  if ((flags & 4) !== 0) {
    await input.fill(2);
    let extra = input.byte() + input.byte() * 256;
    for (; extra > 0; extra--) await nextByte(input);
  }
  for (const flag of [8, 16]) if ((flags & flag) !== 0) while ((await nextByte(input)) !== 0);
  if ((flags & 2) !== 0) for (let at = 0; at < 2; at++) await nextByte(input);
  return true;
}

async function nextByte(input: Input): Promise<number> {
  if (input.available() === 0) await input.fill(1);
  return input.byte();
}

function word(input: Input): number {
  return (input.byte() | (input.byte() << 8) | (input.byte() << 16) | (input.byte() << 24)) >>> 0;
}

/** One deflate stream. What was unpacked before a fault is given before it is thrown. */
async function* inflate(input: Input): AsyncIterable<Uint8Array> {
  const out = { bytes: new Uint8Array(WINDOW + CHUNK + LONGEST_MATCH), at: 0, given: 0 };
  const take = (): Uint8Array => {
    const part = out.bytes.slice(out.given, out.at);
    const kept = Math.min(out.at, WINDOW);
    out.bytes.copyWithin(0, out.at - kept, out.at);
    out.at = kept;
    out.given = kept;
    return part;
  };
  try {
    for (let isLast = false; !isLast;) {
      await input.fill(HEADER_BYTES);
      isLast = input.bits(1) === 1;
      const type = input.bits(2);
      if (type === 3) throw damaged('an unknown kind of block');
      if (type === 0) {
        let left = storedLength(input);
        while (left > 0) {
          if (input.available() === 0) await input.fill(1);
          left = copyStored(input, out, left);
          if (isFull(out)) yield take();
        }
        continue;
      }
      const codes = type === 1 ? FIXED : dynamicCodes(input);
      for (let isEnd = false; !isEnd;) {
        if (input.available() < SYMBOL_BYTES) await input.fill(HEADER_BYTES);
        isEnd = copySymbols(input, out, codes);
        if (isFull(out)) yield take();
      }
    }
  } catch (error) {
    if (error instanceof GzipFault && out.at > out.given) yield take();
    throw error;
  }
  if (out.at > out.given) yield take();
}

interface Output {
  readonly bytes: Uint8Array;
  at: number;
  given: number;
}

function isFull(out: Output): boolean {
  return out.at >= WINDOW + CHUNK;
}

function storedLength(input: Input): number {
  input.align();
  const length = input.byte() | (input.byte() << 8);
  if ((input.byte() | (input.byte() << 8)) !== (length ^ 0xffff))
    throw damaged('a stored block of no length');
  return length;
}

function copyStored(input: Input, out: Output, length: number): number {
  if (input.available() === 0) input.byte();
  let left = length;
  while (left > 0 && input.available() > 0 && !isFull(out)) {
    out.bytes[out.at++] = input.byte();
    left--;
  }
  return left;
}

/** Copies until the block ends (true), the output is full or the input is low. */
function copySymbols(input: Input, out: Output, { literals, distances }: Codes): boolean {
  while (!isFull(out)) {
    if (input.available() < SYMBOL_BYTES && !input.isEnded()) return false;
    const symbol = decode(input, literals);
    if (symbol === 256) return true;
    if (symbol < 256) {
      out.bytes[out.at++] = symbol;
      continue;
    }
    const length = (LENGTHS[symbol - 257] ?? bad()) + input.bits(LENGTH_BITS[symbol - 257] ?? 0);
    const code = decode(input, distances);
    const distance = (DISTANCES[code] ?? bad()) + input.bits(DISTANCE_BITS[code] ?? 0);
    if (distance > out.at) throw damaged('a copy from before the beginning');
    for (let left = length; left > 0; left--, out.at++) out.bytes[out.at] = out.bytes[out.at - distance] ?? 0;
  }
  return false;
}

function bad(): never {
  throw damaged('an unknown length or distance');
}

function damaged(what: string): GzipFault {
  return new GzipFault('damaged', what);
}

// Codes. A short table answers codes of up to nine bits; longer ones are counted through, bit by bit.

interface Code {
  readonly quick: Uint16Array;
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

interface Codes {
  readonly literals: Code;
  readonly distances: Code;
}

const QUICK = 9;
const LONGEST = 15;

function makeCode(lengths: readonly number[]): Code {
  const counts = new Uint16Array(LONGEST + 1);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  counts[0] = 0;
  let left = 1;
  const offsets = [0, 0];
  const firsts = [0, 0];
  for (let length = 1; length <= LONGEST; length++) {
    left = left * 2 - (counts[length] ?? 0);
    if (left < 0) throw damaged('a code that contradicts itself');
    offsets[length + 1] = (offsets[length] ?? 0) + (counts[length] ?? 0);
    firsts[length + 1] = ((firsts[length] ?? 0) + (counts[length] ?? 0)) * 2;
  }
  const symbols = new Uint16Array(lengths.length);
  const quick = new Uint16Array(1 << QUICK);
  const seen = new Uint16Array(LONGEST + 1);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const index = seen[length] ?? 0;
    seen[length] = index + 1;
    symbols[(offsets[length] ?? 0) + index] = symbol;
    if (length > QUICK) return;
    const code = reversed((firsts[length] ?? 0) + index, length);
    for (let at = code; at < 1 << QUICK; at += 1 << length) quick[at] = (symbol << 4) | length;
  });
  return { quick, counts, symbols };
}

function reversed(code: number, length: number): number {
  let turned = 0;
  for (let bit = 0; bit < length; bit++) turned |= ((code >> bit) & 1) << (length - 1 - bit);
  return turned;
}

function decode(input: Input, { quick, counts, symbols }: Code): number {
  const entry = quick[input.peekBits(QUICK)] ?? 0;
  if (entry !== 0 && input.has(entry & 15)) {
    input.bits(entry & 15);
    return entry >> 4;
  }
  let code = 0;
  let first = 0;
  let index = 0;
  for (let length = 1; length <= LONGEST; length++) {
    code |= input.bits(1);
    const count = counts[length] ?? 0;
    if (code - count < first) return symbols[index + code - first] ?? bad();
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  throw damaged('an unknown code');
}

function dynamicCodes(input: Input): Codes {
  const literals = input.bits(5) + 257;
  const distances = input.bits(5) + 1;
  const given = input.bits(4) + 4;
  const lengths = new Array<number>(19).fill(0);
  for (let at = 0; at < given; at++) lengths[ORDER[at] ?? 0] = input.bits(3);
  const code = makeCode(lengths);
  const all: number[] = [];
  while (all.length < literals + distances) {
    const symbol = decode(input, code);
    if (symbol < 16) all.push(symbol);
    else {
      const previous = symbol === 16 ? (all.at(-1) ?? bad()) : 0;
      const times =
        symbol === 16 ? input.bits(2) + 3 : symbol === 17 ? input.bits(3) + 3 : input.bits(7) + 11;
      for (let left = times; left > 0; left--) all.push(previous);
    }
  }
  if (all.length > literals + distances || all[256] === 0)
    throw damaged('a code that is too long or never ends');
  return { literals: makeCode(all.slice(0, literals)), distances: makeCode(all.slice(literals)) };
}

const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const LENGTHS = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCES = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
  6145, 8193, 12289, 16385, 24577,
];
const DISTANCE_BITS = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const FIXED: Codes = {
  literals: makeCode(
    Array.from({ length: 288 }, (_, at) => (at < 144 ? 8 : at < 256 ? 9 : at < 280 ? 7 : 8)),
  ),
  distances: makeCode(new Array<number>(30).fill(5)),
};

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

function updateCrc(before: number, bytes: Uint8Array): number {
  let crc = before;
  for (const byte of bytes) crc = (CRC[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  return crc;
}

// Input: bytes that wait, bits of the byte that was begun.

type Input = ReturnType<typeof makeInput>;

function makeInput(chunks: AsyncIterable<Uint8Array>) {
  const iterator = chunks[Symbol.asyncIterator]();
  let buffer: Uint8Array = new Uint8Array();
  let at = 0;
  let ended = false;
  let hold = 0;
  let held = 0;
  /** Holds at least so many bits, where there are any. */
  const want = (count: number): void => {
    while (held < count && at < buffer.length) {
      hold |= (buffer[at++] ?? 0) << held;
      held += 8;
    }
  };
  const bits = (count: number): number => {
    want(count);
    if (held < count) throw damaged('the data ends too early');
    const value = hold & ((1 << count) - 1);
    hold >>>= count;
    held -= count;
    return value;
  };
  return {
    bits,
    byte: () => bits(8),
    peek: () => buffer[at] ?? 0,
    peekBits: (count: number) => {
      want(count);
      return hold & ((1 << count) - 1);
    },
    has: (count: number) => held >= count,
    available: () => buffer.length - at,
    isEnded: () => ended,
    startsWith: (...bytes: readonly number[]) => bytes.every((byte, index) => buffer[at + index] === byte),
    /** Forgets the rest of a byte that was begun, and gives back those that were not. */
    align: () => {
      at -= held >> 3;
      hold = 0;
      held = 0;
    },
    fill: async (count: number): Promise<void> => {
      while (buffer.length - at < count && !ended) {
        const next = await iterator.next();
        if (next.done === true) ended = true;
        else if (next.value.length > 0) {
          const joined = new Uint8Array(buffer.length - at + next.value.length);
          joined.set(buffer.subarray(at));
          joined.set(next.value, buffer.length - at);
          buffer = joined;
          at = 0;
        }
      }
    },
  };
}
