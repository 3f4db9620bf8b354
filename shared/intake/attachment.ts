// Binary files by their first bytes: what a person must look at, what must be unpacked or exported first, and what is
// never kept because it holds secrets in clear or cannot be searched at all.
import { isUtf32 } from './decode-text.ts';
import type { Diagnostic } from './intake.ts';
import { EMPTY_LEAF, type Leaf } from './leaf.ts';

interface BinaryKind {
  readonly name: string;
  readonly magic: readonly number[];
  readonly at?: number;
  /** Absent: it can be shown to a person and kept. */
  readonly refused?: string;
}

const KINDS: readonly BinaryKind[] = [
  { name: 'PNG image', magic: [0x89, 0x50, 0x4e, 0x47] },
  { name: 'JPEG image', magic: [0xff, 0xd8, 0xff] },
  { name: 'GIF image', magic: [0x47, 0x49, 0x46, 0x38] },
  { name: 'PDF document', magic: [0x25, 0x50, 0x44, 0x46] },
  { name: 'TIFF image', magic: [0x49, 0x49, 0x2a, 0x00] },
  { name: 'TIFF image', magic: [0x4d, 0x4d, 0x00, 0x2a] },
  { name: 'WebP or other RIFF file', magic: [0x52, 0x49, 0x46, 0x46] },
  { name: 'BMP image', magic: [0x42, 0x4d] },
  { name: 'zstd data', magic: [0x28, 0xb5, 0x2f, 0xfd], refused: 'unpack it first (zstd -d)' },
  { name: 'xz data', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], refused: 'unpack it first (xz -d)' },
  { name: 'bzip2 data', magic: [0x42, 0x5a, 0x68], refused: 'unpack it first (bzip2 -d)' },
  { name: '7z archive', magic: [0x37, 0x7a, 0xbc, 0xaf], refused: 'unpack it first' },
  { name: 'RAR archive', magic: [0x52, 0x61, 0x72, 0x21], refused: 'unpack it first' },
  { name: 'Parquet file', magic: [0x50, 0x41, 0x52, 0x31], refused: 'export it as CSV or JSON first' },
  {
    name: 'packet capture',
    magic: [0xd4, 0xc3, 0xb2, 0xa1],
    refused: 'it may hold account data; keep it outside',
  },
  {
    name: 'packet capture',
    magic: [0xa1, 0xb2, 0xc3, 0xd4],
    refused: 'it may hold account data; keep it outside',
  },
  {
    name: 'packet capture',
    magic: [0x0a, 0x0d, 0x0d, 0x0a],
    refused: 'it may hold account data; keep it outside',
  },
  {
    name: 'etcd snapshot',
    magic: [0xed, 0xda, 0x0c, 0xed],
    at: 16,
    refused: 'it holds every secret of the cluster in clear',
  },
];

const UTF32: BinaryKind = { name: 'UTF-32 text', magic: [], refused: 'save it as UTF-8 first' };

/** Whether the first bytes are those of a binary format that we can name. */
export function isKnownBinary(head: Uint8Array): boolean {
  return kindOf(head) !== undefined;
}

function kindOf(head: Uint8Array): BinaryKind | undefined {
  return KINDS.find(({ magic, at = 0 }) => magic.every((byte, index) => head[at + index] === byte));
}

/** A binary file as an attachment, or refused. */
export function attachmentOf(file: string, head: Uint8Array): Leaf {
  const kind = kindOf(head) ?? (isUtf32(head) ? UTF32 : undefined);
  const shown = [...head.subarray(0, 24)].map(byte => byte.toString(16).padStart(2, '0')).join(' ');
  const leaf: Leaf = {
    ...EMPTY_LEAF,
    format: 'unrecognised',
    reason: kind?.name ?? 'binary data of no known format',
    head: shown,
  };
  if (kind?.refused === undefined)
    return { ...leaf, diagnostics: [...unknown(kind, file), confirmation(kind, file)] };
  return {
    ...leaf,
    withheld: true,
    diagnostics: [
      {
        code: 'intake.file.refused',
        severity: 'warning',
        message: `A file of kind ${kind.name} is not stored: ${kind.refused}`,
        file,
      },
    ],
  };
}

function unknown(kind: BinaryKind | undefined, file: string): readonly Diagnostic[] {
  if (kind !== undefined) return [];
  return [
    {
      code: 'intake.file.unrecognised',
      severity: 'warning',
      message: 'A binary file of no known format; kept as an attachment',
      file,
    },
  ];
}

/** What cannot be searched for account data a person has to look at. */
function confirmation(kind: BinaryKind | undefined, file: string): Diagnostic {
  return {
    code: 'intake.attachment.needs-confirmation',
    severity: 'warning',
    message: `${kind === undefined ? 'A binary file' : `A file of kind ${kind.name}`} cannot be searched; a named person must confirm that no account data is seen in it`,
    file,
  };
}
