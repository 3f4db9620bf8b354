// A case opened in the worker: what was refused or withheld is a row without a copy, and its neighbours come in.
import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { exampleEngagement } from '../../test/fixtures/engagements.ts';
import { tarred, zipped } from '../../test/fixtures/importing.ts';
import type { PathRow } from '../data/database.ts';
import { openDatabase } from '../data/database.ts';
import { createSession } from './session.ts';

const HOST = {
  cancellation: { aborted: false },
  onProgress: () => undefined,
  onFile: () => undefined,
  yield: () => Promise.resolve(),
};
const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: card-0, namespace: pay}\n';
const file = (path: string, bytes: Uint8Array | string) => ({
  path,
  file: new File([bytes as BlobPart], path),
});

describe('a case with a hostile archive and a damaged one', () => {
  it('comes in without them, says so, and says so again when its stored files are read', async () => {
    const session = createSession(openDatabase('relaxed', 'session'));
    const zip = await zipped({ 'a.yaml': POD });
    const added = [
      file('good.yaml', POD),
      file('evil.tar', tarred([{ name: '../a.yaml', content: POD }])),
      file('cut.zip', zip.slice(0, zip.length - 10)),
    ];
    const open = async (stored: readonly PathRow[], files: typeof added) => {
      const engagement = { ...exampleEngagement(), secret: '07'.repeat(32) };
      const opened = await session.openCase({ engagement, stored, added: files }, HOST);
      if (!opened.ok) throw new Error(opened.problem.message);
      return opened.value;
    };
    const first = await open([], added);
    expect(first.paths.map(row => [row.path, row.first.file.withheld])).toEqual([
      ['good.yaml', undefined],
      ['cut.zip', true],
      ['evil.tar', true],
    ]);
    const again = await open(first.paths, []);
    for (const { view } of [first, again]) {
      expect(view.clusters[0]?.workloads.map(workload => workload.id)).toEqual(['pay/card-0[Pod]']);
      expect(view.files.map(row => [row.path, row.diagnostics.at(-1)?.code])).toEqual([
        ['cut.zip', 'intake.zip.damaged'],
        ['evil.tar', 'intake.archive.unsafe-name'],
        ['good.yaml', undefined],
      ]);
    }
  });
});
