// Hands what is stored to the sink, after everything was read and nothing was hostile: files are opened again, and
// masked again where they must be, so that no copy waits in memory. Members come in the order of their archive.
import { once } from '../archive/bytes.ts';
import { ensure } from '../base/assert.ts';
import { checkCancelled } from '../base/progress.ts';
import { ProblemError } from '../base/result.ts';
import { isDamage, openContainer, openMember } from './containers.ts';
import { isSplit } from './describe-file.ts';
import type { EvidenceSink, IntakeFile } from './intake.ts';
import type { Reading, ReadNode } from './read-source.ts';

/** Stores one file that was read. */
export async function storeCopies(
  node: ReadNode,
  open: () => AsyncIterable<Uint8Array>,
  sink: EvidenceSink,
  reading: Reading,
  depth = 0,
): Promise<void> {
  checkCancelled(reading.context.cancellation);
  const { file, leaf } = node;
  if (file.withheld === true) return;
  if (isSplit(file)) return storeMembers(node, open, sink, reading, depth);
  const masked = leaf?.masked;
  if (masked === undefined) return sink.put(file.path, file.sha256, file.bytes, open);
  const { gunzip } = reading.open;
  const plain = (): AsyncIterable<Uint8Array> => unpacked(file.path, open, { gunzip, depth: Infinity });
  await sink.put(file.path, file.sha256, file.bytes, () => masked(plain));
}

/** A sink whose bytes are counted as they pass, out of all that will pass; between them a person can stop. */
export function countedSink(sink: EvidenceSink, nodes: readonly ReadNode[], reading: Reading): EvidenceSink {
  const { onProgress, cancellation } = reading.context;
  const total = nodes.reduce((sum, node) => sum + storedBytes(node.file), 0);
  let done = 0;
  const counted = async function* (
    path: string,
    bytes: AsyncIterable<Uint8Array>,
  ): AsyncIterable<Uint8Array> {
    for await (const chunk of bytes) {
      checkCancelled(cancellation);
      done += chunk.length;
      onProgress?.({ phase: 'Storing', done, total, unit: 'bytes', detail: path });
      await reading.leaf.breathe();
      yield chunk;
    }
  };
  return {
    put: async (path, digest, bytes, open) => {
      const before = done;
      await sink.put(path, digest, bytes, () => counted(path, open()));
      // A sink that has this copy already opens nothing: its bytes are behind us all the same.
      done = before + bytes;
    },
  };
}

function storedBytes(file: IntakeFile): number {
  if (file.withheld === true) return 0;
  if (!isSplit(file)) return file.bytes;
  return (file.members ?? []).reduce((sum, member) => sum + storedBytes(member), 0);
}

async function* unpacked(
  path: string,
  open: () => AsyncIterable<Uint8Array>,
  context: Parameters<typeof openContainer>[3],
): AsyncIterable<Uint8Array> {
  const opened = await openContainer(path, open, 0, context);
  if (opened.kind === 'plain') yield* opened.whole;
}

async function storeMembers(
  node: ReadNode,
  open: () => AsyncIterable<Uint8Array>,
  sink: EvidenceSink,
  reading: Reading,
  depth: number,
): Promise<void> {
  const byPath = new Map(node.members.map(member => [member.file.path, member]));
  const { gunzip } = reading.open;
  const opened = await openContainer(node.file.path, open, depth, { gunzip, depth: Infinity });
  if (opened.kind !== 'archive') return;
  try {
    for await (const member of opened.members) {
      const { path } = openMember(node.file.path, member);
      const read = ensure(byPath.get(path), 'every member of an archive was read before it is stored');
      await storeCopies(read, () => once(member.bytes), sink, reading, depth + 1);
    }
  } catch (error) {
    if (!(error instanceof ProblemError) || !isDamage(error.problem.code)) throw error;
  }
}
