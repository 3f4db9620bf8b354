// The case in the worker's memory: imported once, judged again after each decision, asked about connections.
// Stored copies are written here, chunk by chunk, so that bytes never pass through the window.
import { fromHex } from '../../shared/base/digest.ts';
import { ensure } from '../../shared/base/assert.ts';
import type { Cancellation, OnProgress } from '../../shared/base/progress.ts';
import { failed, ok, type Result } from '../../shared/base/result.ts';
import type { IntakeContext, IntakeSource } from '../../shared/intake/intake.ts';
import { importCase, judgeCase, type Case } from '../../shared/engagement/run-case.ts';
import type { Engagement } from '../../shared/records/engagement.ts';
import type { AddedFile, CoreOperation, CoreOperations } from '../data/core-protocol.ts';
import type { PathRow, VouchDatabase } from '../data/database.ts';
import { webDigests } from '../data/digests.ts';
import { putCopy, storedFile } from '../data/stored-copies.ts';
import { caseViewOf } from './case-view-of.ts';
import { diagramOf } from './diagram.ts';
import { readMemberLines } from './read-member.ts';
import { simulate } from './simulate.ts';

/** What a long operation gets from the message shell. */
export interface SessionHost {
  readonly cancellation: Cancellation;
  readonly onProgress: OnProgress;
  readonly yield: () => Promise<void>;
}

type Handlers = {
  readonly [N in CoreOperation]: (
    request: CoreOperations[N]['request'],
    host: SessionHost,
  ) => Promise<CoreOperations[N]['response']>;
};

/** The operations over one database. */
export function createSession(database: VouchDatabase): Handlers {
  let current: Case | undefined;
  const withCase = <T>(work: (open: Case) => Result<T>): Promise<Result<T>> =>
    Promise.resolve(
      current === undefined ? failed('worker.no-case', 'The case has to be read again') : work(current),
    );
  return {
    openCase: async ({ engagement, stored, added }, host) => {
      const sources = sourcesOf(database, stored, added);
      const paths: PathRow[] = [];
      const imported = await importCase(sources, 'auto', contextOf(database, engagement, added, paths, host));
      if (!imported.ok) return imported;
      await host.yield();
      current = judgeCase(imported.value, { engagement, profile: 'auto' }, host);
      const { facts, checks } = current;
      return ok({ view: caseViewOf(current), judgement: { scope: facts.scope, checks }, paths });
    },
    judge: ({ engagement }, host) =>
      withCase(open => {
        current = judgeCase(importedOf(open), { engagement, profile: 'auto' }, host);
        return ok({ scope: current.facts.scope, checks: current.checks });
      }),
    simulate: question => withCase(open => simulate(open, question)),
    diagram: ({ cluster }) => withCase(open => diagramOf(open, cluster)),
    readMember: ({ stored, file, around }) => readMemberLines(database, stored, file, around),
  };
}

function importedOf({
  intake,
  clusters,
  diagnostics,
}: Case): Pick<Case, 'intake' | 'clusters' | 'diagnostics'> {
  return { intake, clusters, diagnostics };
}

/** A file handed over again takes the place of what was stored under its path. */
function sourcesOf(
  database: VouchDatabase,
  stored: readonly PathRow[],
  added: readonly AddedFile[],
): readonly IntakeSource[] {
  const replaced = (path: string): boolean =>
    added.some(({ path: other }) => path === other || path.startsWith(`${other}!/`));
  return [
    ...stored
      .filter(row => !replaced(row.path))
      .map(row => ({
        file: storedFile(database, row),
        role: row.role,
        ...(row.cluster === undefined ? {} : { cluster: row.cluster }),
      })),
    ...added.map(({ path, file, cluster }) => ({
      file: { path, size: file.size, open: () => bytesOf(file) },
      role: 'any' as const,
      ...(cluster === undefined ? {} : { cluster }),
    })),
  ];
}

function contextOf(
  database: VouchDatabase,
  engagement: Engagement,
  added: readonly AddedFile[],
  paths: PathRow[],
  host: SessionHost,
): IntakeContext {
  const secret = ensure(engagement.secret, 'an engagement in the working store has its secret');
  return {
    digests: webDigests,
    secret: fromHex(secret),
    onProgress: host.onProgress,
    cancellation: host.cancellation,
    yield: host.yield,
    sink: {
      put: async (path, sha256, bytes, open) => {
        const source = added.find(file => path === file.path || path.startsWith(`${file.path}!/`));
        if (source === undefined) return;
        await putCopy(database, sha256, open());
        paths.push({
          engagement: engagement.header.id,
          path,
          sha256,
          bytes,
          role: 'any',
          ...(source.cluster === undefined ? {} : { cluster: source.cluster }),
        });
      },
    },
  };
}

async function* bytesOf(file: File): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
