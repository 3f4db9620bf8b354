// FlateDecode with PNG predictors (ISO 32000-1, 7.4.4), bounded: for cross-reference and object streams only.
// Page contents are never decoded here.
import { concat } from '../../base/digest.ts';
import { malformed, type PdfDict, type PdfStream } from './pdf-value.ts';

const MOST_BYTES = 64 * 1024 * 1024;

/** The decoded bytes of a stream that uses no filter or FlateDecode alone. */
export async function decodeStream(stream: PdfStream): Promise<Uint8Array> {
  const filter = soleItem(stream.dict, 'Filter');
  if (filter === undefined) return stream.data;
  if (filter.kind !== 'name' || filter.value !== 'FlateDecode')
    throw malformed('a structural stream uses an unsupported filter', 0);
  const plain = await inflate(stream.data);
  const parameters = soleItem(stream.dict, 'DecodeParms');
  return parameters?.kind === 'dict' ? undoPredictor(plain, parameters) : plain;
}

function soleItem(dict: PdfDict, key: string) {
  const value = dict.entries.get(key);
  if (value?.kind !== 'array') return value;
  if (value.items.length > 1) throw malformed('a structural stream uses several filters', 0);
  return value.items[0];
}

async function inflate(data: Uint8Array): Promise<Uint8Array> {
  const stream = new DecompressionStream('deflate');
  const writer = stream.writable.getWriter();
  const writing = writer.write(data).then(() => writer.close());
  const reader = stream.readable.getReader();
  const parts: Uint8Array[] = [];
  let total = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || value === undefined) break;
      total += value.length;
      if (total > MOST_BYTES) throw malformed('a structural stream is larger than 64 MiB', 0);
      parts.push(value);
    }
    await writing;
  } catch (error) {
    await Promise.allSettled([writing, reader.cancel(), writer.abort()]);
    throw error instanceof Error && 'problem' in error
      ? error
      : malformed('a compressed stream is damaged', 0);
  }
  return concat(parts);
}

function undoPredictor(data: Uint8Array, parameters: PdfDict): Uint8Array {
  const number = (key: string, otherwise: number) => {
    const value = parameters.entries.get(key);
    return value?.kind === 'number' ? value.value : otherwise;
  };
  if (number('Predictor', 1) === 1) return data;
  if (number('Predictor', 1) < 10) throw malformed('a structural stream uses the TIFF predictor', 0);
  const pixel = Math.max(1, Math.ceil((number('Colors', 1) * number('BitsPerComponent', 8)) / 8));
  const width = Math.ceil((number('Columns', 1) * number('Colors', 1) * number('BitsPerComponent', 8)) / 8);
  if (!Number.isInteger(width) || width < 1 || width > 65_536) throw malformed('a row is too wide', 0);
  const rows = Math.floor(data.length / (width + 1));
  const out = new Uint8Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const type = data[row * (width + 1)] ?? 0;
    if (type > 4) throw malformed('a predictor is unknown', 0);
    for (let i = 0; i < width; i++) {
      const at = row * width + i;
      const left = i >= pixel ? (out[at - pixel] ?? 0) : 0;
      const up = row > 0 ? (out[at - width] ?? 0) : 0;
      const corner = i >= pixel && row > 0 ? (out[at - width - pixel] ?? 0) : 0;
      out[at] = (data[row * (width + 1) + 1 + i] ?? 0) + predicted(type, left, up, corner);
    }
  }
  return out;
}

function predicted(type: number, left: number, up: number, corner: number): number {
  if (type === 1) return left;
  if (type === 2) return up;
  if (type === 3) return (left + up) >> 1;
  if (type === 0) return 0;
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
