// The case in the worker's memory: imported once, judged again after each decision, asked about connections.
// Stored copies are written here, chunk by chunk, so that bytes never pass through the window.
import type { Digest } from '../../shared/base/brand.ts';
import { fromHex } from '../../shared/base/digest.ts';
import { ensure } from '../../shared/base/assert.ts';
import type { Cancellation, OnProgress } from '../../shared/base/progress.ts';
import { failed, ok, type Result } from '../../shared/base/result.ts';
import type { IntakeContext, IntakeFile, IntakeSource } from '../../shared/intake/intake.ts';
import {
  importCase,
  judgeAgain,
  judgeCase,
  storedFiles,
  type Case,
} from '../../shared/engagement/run-case.ts';
import { requestList } from '../../shared/engagement/requests/request-list.ts';
import type { Engagement } from '../../shared/records/engagement.ts';
import type { Judgement } from '../data/case-view.ts';
import type { AddedFile, CoreOperation, CoreOperations } from '../data/core-protocol.ts';
import type { PathRow, VouchDatabase } from '../data/database.ts';
import { webDigests } from '../data/digests.ts';
import { putCopy, storedFile } from '../data/stored-copies.ts';
import { caseViewOf } from './case-view-of.ts';
import { diagramOf } from './diagram.ts';
import { firstReading, withFirstReadings, withheldFiles } from './kept-facts.ts';
import { readMemberLines } from './read-member.ts';
import { readKey, sealOpenCase } from './seal.ts';
import { simulate } from './simulate.ts';
import { checkWritten, compare, policyProblems, policyText, tryPolicies } from './try-policies.ts';

/** What a long operation gets from the message shell. */
export interface SessionHost {
  readonly cancellation: Cancellation;
  readonly onProgress: OnProgress;
  readonly onFile: (file: IntakeFile) => void;
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
    Promise.resolve(current === undefined ? NO_CASE : work(current));
  return {
    openCase: async ({ engagement, stored, added }, host) => {
      const sources = sourcesOf(database, stored, added);
      const copies: StoredPath[] = [];
      const imported = await importCase(
        sources,
        'auto',
        contextOf(database, added, copies, engagement, host),
      );
      await host.yield();
      const whole = withFirstReadings(
        imported,
        stored.filter(row => !isReplaced(row.path, added)),
      );
      current = judgeCase(whole, { engagement, profile: 'auto' }, host);
      return ok({
        view: caseViewOf(current),
        judgement: judgementOf(current),
        paths: pathRows(engagement, current, copies, added),
      });
    },
    judge: ({ engagement }) =>
      withCase(open => {
        current = judgeAgain(open, { engagement, profile: 'auto' });
        return ok(judgementOf(current));
      }),
    simulate: question => withCase(open => simulate(open, question)),
    readKey: ({ key }) => readKey(key),
    seal: async (request, host) => {
      if (current === undefined) return NO_CASE;
      // What is sealed is judged on exactly the engagement that is sealed.
      current = judgeAgain(current, { engagement: request.engagement, profile: 'auto' });
      return sealOpenCase(database, current, request, host);
    },
    policyText: ({ cluster, policy }) => withCase(open => policyText(open, cluster, policy)),
    checkPolicies: (request, host) =>
      current === undefined
        ? Promise.resolve(NO_CASE)
        : checkWritten(current, request, readingContext(request.engagement, host)),
    whatIf: (request, host) =>
      current === undefined
        ? Promise.resolve(NO_CASE)
        : tryPolicies(current, request, readingContext(request.engagement, host)),
    compare: (request, host) =>
      current === undefined
        ? Promise.resolve(NO_CASE)
        : compare(current, request, addedSources, readingContext(request.engagement, host)),
    policyProblems: ({ cluster }) => withCase(open => policyProblems(open, cluster)),
    diagram: ({ cluster }) => withCase(open => diagramOf(open, cluster)),
    readMember: ({ stored, file, around }) => readMemberLines(database, stored, file, around),
  };
}

function judgementOf(open: Case): Judgement {
  return { scope: open.facts.scope, checks: open.checks, requests: requestList(open) };
}

const NO_CASE = failed('worker.no-case', 'The case has to be read again');

/** What is read only to be compared or tried is not stored. */
function readingContext(engagement: Engagement, host: SessionHost): IntakeContext {
  const secret = ensure(engagement.secret, 'an engagement in the working store has its secret');
  return {
    digests: webDigests,
    secret: fromHex(secret),
    ...(engagement.registerMappings === undefined ? {} : { mappings: engagement.registerMappings }),
    onProgress: host.onProgress,
    cancellation: host.cancellation,
    yield: host.yield,
  };
}

/** A file handed over again takes the place of what was stored under its path. */
function sourcesOf(
  database: VouchDatabase,
  stored: readonly PathRow[],
  added: readonly AddedFile[],
): readonly IntakeSource[] {
  return [
    ...stored
      .filter(row => row.first.file.withheld !== true && !isReplaced(row.path, added))
      .map(row => ({
        file: storedFile(database, row),
        role: row.role,
        ...(row.cluster === undefined ? {} : { cluster: row.cluster }),
      })),
    ...addedSources(added),
  ];
}

function addedSources(added: readonly AddedFile[]): readonly IntakeSource[] {
  return added.map(({ path, file, cluster }) => ({
    file: { path, size: file.size, open: () => bytesOf(file) },
    role: 'any' as const,
    ...(cluster === undefined ? {} : { cluster }),
  }));
}

function isReplaced(path: string, added: readonly AddedFile[]): boolean {
  return sourceOf(path, added) !== undefined;
}

/** The added file that a path is, or lies in. */
function sourceOf(path: string, added: readonly AddedFile[]): AddedFile | undefined {
  return added.find(file => path === file.path || path.startsWith(`${file.path}!/`));
}

interface StoredPath {
  readonly path: string;
  readonly sha256: Digest;
  readonly bytes: number;
}

function contextOf(
  database: VouchDatabase,
  added: readonly AddedFile[],
  copies: StoredPath[],
  engagement: Engagement,
  host: SessionHost,
): IntakeContext {
  return {
    ...readingContext(engagement, host),
    onFile: host.onFile,
    sink: {
      put: async (path, sha256, bytes, open) => {
        if (sourceOf(path, added) === undefined) return;
        await putCopy(database, sha256, open());
        copies.push({ path, sha256, bytes });
      },
    },
  };
}

/** The rows of what this run stored or withheld. */
function pathRows(
  engagement: Engagement,
  found: Case,
  copies: readonly StoredPath[],
  added: readonly AddedFile[],
): readonly PathRow[] {
  const withheld = withheldFiles(found.intake.files).filter(file => isReplaced(file.path, added));
  const files = new Map([...storedFiles(found.intake.files), ...withheld].map(file => [file.path, file]));
  return [...copies, ...withheld].map(({ path, sha256, bytes }) => {
    const file = ensure(files.get(path), 'what was stored or withheld is in the intake');
    const cluster = sourceOf(path, added)?.cluster;
    return {
      engagement: engagement.header.id,
      path,
      sha256,
      bytes,
      role: 'any',
      first: firstReading(found, file),
      ...(cluster === undefined ? {} : { cluster }),
    };
  });
}

async function* bytesOf(file: File): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
