// Readable files of no known format, however long: searched block by block, kept as attachments with what was found
// masked in place. Binary files cannot be masked; one that shows account data or a key is not stored at all.
import type { Encoding } from './decode-text.ts';
import type { Diagnostic, RedactionKind } from './intake.ts';
import { accountDataOf, countKinds, EMPTY_LEAF, type Leaf, type LeafContext } from './leaf.ts';
import { headOf } from './plain-text.ts';
import { maskBlock } from './redact/redact-lines.ts';
import { maskedBlocks, textBlocks } from './text-blocks.ts';

/** Keeps a text as an attachment. */
export async function importText(
  path: string,
  whole: AsyncIterable<Uint8Array>,
  encoding: Exclude<Encoding, 'binary'>,
  context: LeafContext,
): Promise<Leaf> {
  const found = await search(whole, encoding, context);
  const accountData = accountDataOf(path, found.numbers);
  return {
    ...EMPTY_LEAF,
    format: 'text',
    reason: 'readable text of no known format',
    ...headOf(found.head),
    redactions: countKinds(found.kinds),
    accountData: accountData.hits,
    diagnostics: accountData.diagnostics,
    ...(found.kinds.length === 0
      ? {}
      : {
          masked: open => maskedBlocks(open(), encoding, context),
        }),
  };
}

/** Searches a binary file; finds decide whether it may be stored. */
export async function importBinary(
  path: string,
  whole: AsyncIterable<Uint8Array>,
  leaf: Leaf,
  context: LeafContext,
): Promise<Leaf> {
  const found = await search(whole, 'latin1', context);
  const grave = found.kinds.filter(kind => GRAVE.includes(kind));
  if (grave.length === 0) return leaf;
  const hits = accountDataOf(
    path,
    found.numbers.map(({ kind }) => ({ kind, line: 1 })),
  ).hits;
  const diagnostic: Diagnostic = {
    code: 'intake.attachment.withheld',
    severity: 'error',
    message: 'A binary file that shows account data or a private key cannot be masked; it is not stored',
    file: path,
  };
  return {
    ...leaf,
    withheld: true,
    accountData: hits,
    diagnostics: [...leaf.diagnostics, diagnostic],
  };
}

/** What a binary file must not hold; looser patterns would find something in any compressed data. */
const GRAVE: readonly RedactionKind[] = ['pan', 'track-data', 'private-key'];

interface Found {
  readonly kinds: readonly RedactionKind[];
  readonly numbers: readonly { readonly kind: RedactionKind; readonly line: number }[];
  /** Its beginning, masked. */
  readonly head: string;
}

async function search(
  whole: AsyncIterable<Uint8Array>,
  encoding: Exclude<Encoding, 'binary'> | 'latin1',
  context: LeafContext,
): Promise<Found> {
  const kinds: RedactionKind[] = [];
  const numbers: { kind: RedactionKind; line: number }[] = [];
  let line = 1;
  let head = '';
  for await (const block of textBlocks(whole, encoding, context.limits.lineBytes)) {
    const masked = maskBlock(block.text, context);
    if (head === '') head = masked.text.slice(0, 1000);
    for (const edit of masked.edits) kinds.push(edit.kind);
    for (const { kind, lineInBlock } of masked.accountData) numbers.push({ kind, line: line + lineInBlock });
    for (let at = block.text.indexOf('\n'); at >= 0; at = block.text.indexOf('\n', at + 1)) line++;
    await context.breathe();
  }
  return { kinds, numbers, head };
}
