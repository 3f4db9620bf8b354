// One plain file: encoding, then a log streamed line by line, or documents parsed whole, or an attachment.
import { collect, peek } from '../archive/bytes.ts';
import { isObject } from '../base/json.ts';
import { decodeText, encodingOf } from './decode-text.ts';
import { importDocuments } from './import-documents.ts';
import { importLines } from './import-lines.ts';
import type { Diagnostic } from './intake.ts';
import { EMPTY_LEAF, type Leaf, type LeafContext } from './leaf.ts';
import { recogniseRecord, type LineFormat, type Recognition } from './recognise.ts';

const HEAD = 64 * 1024;

/** Imports one plain file. */
export async function importLeaf(
  path: string,
  begun: AsyncIterable<Uint8Array>,
  open: () => AsyncIterable<Uint8Array>,
  context: LeafContext,
): Promise<Leaf> {
  const { head, whole } = await peek(begun, HEAD);
  const encoding = encodingOf(head);
  if (encoding === 'binary') return drain(whole, attachment(path, head));
  const record = firstRecord(decodeText(head, encoding));
  if (record !== undefined) return importLines(path, open, whole, encoding, record, context);
  const bytes = await collect(whole);
  if (bytes.length > context.limits.documentBytes)
    return {
      ...EMPTY_LEAF,
      format: 'text',
      reason: 'too large to be parsed as one document',
      diagnostics: [
        {
          code: 'intake.file.too-large',
          severity: 'error',
          message: `A document of more than ${context.limits.documentBytes} bytes cannot be parsed; split the export by kind`,
          file: path,
        },
      ],
    };
  if (bytes.length === 0)
    return {
      ...EMPTY_LEAF,
      format: 'text',
      reason: 'empty file',
      diagnostics: [
        { code: 'intake.file.empty', severity: 'info', message: 'The file is empty', file: path },
      ],
    };
  return importDocuments(path, decodeText(bytes, encoding), context);
}

/** The format of a log, when one of its first lines is a whole record. */
function firstRecord(head: string): (Recognition & { readonly format: LineFormat }) | undefined {
  const lines = head.split('\n');
  const complete = lines.length > 1 ? lines.slice(0, -1) : lines;
  for (const line of complete.filter(text => text.trim() !== '').slice(0, 5)) {
    if (!line.trim().startsWith('{')) continue;
    try {
      const value: unknown = JSON.parse(line);
      const found = isObject(value) ? recogniseRecord(value) : undefined;
      if (found !== undefined) return found;
    } catch {
      continue;
    }
  }
  return undefined;
}

const MAGIC: readonly (readonly [string, readonly number[]])[] = [
  ['PNG image', [0x89, 0x50, 0x4e, 0x47]],
  ['JPEG image', [0xff, 0xd8, 0xff]],
  ['GIF image', [0x47, 0x49, 0x46, 0x38]],
  ['PDF document', [0x25, 0x50, 0x44, 0x46]],
  ['TIFF image', [0x49, 0x49, 0x2a, 0x00]],
  ['WebP or other RIFF file', [0x52, 0x49, 0x46, 0x46]],
];

/** A binary file is kept as it is; what cannot be searched for account data a person has to look at. */
function attachment(path: string, head: Uint8Array): Leaf {
  const kind = MAGIC.find(([, magic]) => magic.every((byte, index) => head[index] === byte))?.[0];
  const diagnostics: Diagnostic[] =
    kind === undefined
      ? [
          {
            code: 'intake.file.unrecognised',
            severity: 'warning',
            message: 'A binary file of no known format; kept as an attachment',
            file: path,
          },
        ]
      : [
          {
            code: 'intake.attachment.needs-confirmation',
            severity: 'warning',
            message: `A ${kind} cannot be searched; a named person must confirm that no account data is seen in it`,
            file: path,
          },
        ];
  const shown = [...head.subarray(0, 24)].map(byte => byte.toString(16).padStart(2, '0')).join(' ');
  return {
    ...EMPTY_LEAF,
    format: 'unrecognised',
    reason: kind ?? 'binary data of no known format',
    head: shown,
    diagnostics,
  };
}

async function drain(rest: AsyncIterable<Uint8Array>, leaf: Leaf): Promise<Leaf> {
  for await (const chunk of rest) if (chunk.length < 0) break;
  return leaf;
}
