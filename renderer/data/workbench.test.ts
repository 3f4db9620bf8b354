// Every word is on disk before it is shown as saved, whoever else is writing; what is long is asked of the worker.
import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Instant } from '../../shared/base/brand.ts';
import { verifyCustody } from '../../shared/records/custody.ts';
import { parseEngagement } from '../../shared/records/engagement-file.ts';
import { nodeDigests } from '../../test/fixtures/digests.ts';
import { exampleEngagement } from '../../test/fixtures/engagements.ts';
import { memoryBridge } from './bridge.ts';
import { createCoreClient, type WorkerPort } from './core-client.ts';
import type { FromWorker, ToWorker } from './core-protocol.ts';
import { openDatabase } from './database.ts';
import { adoptFile, fileName, openEngagementFile, personId, saveEngagementFile } from './engagement-work.ts';
import { createWorkbench, type Workbench } from './workbench.ts';

/** A worker that answers as it is told, or not at all. */
function scriptedWorker(
  answer: (message: ToWorker) => readonly FromWorker[],
): WorkerPort & { ended: boolean } {
  const port: WorkerPort & { ended: boolean } = {
    ended: false,
    onmessage: null,
    onerror: null,
    postMessage: message => {
      queueMicrotask(() => {
        for (const reply of answer(message)) port.onmessage?.({ data: reply } as MessageEvent<FromWorker>);
      });
    },
    terminate: () => {
      port.ended = true;
    },
  };
  return port;
}

let count = 0;
let database: string;
beforeEach(() => {
  database = `workbench-${++count}`;
});

function bench(
  bridge = memoryBridge(),
  answer: (message: ToWorker) => readonly FromWorker[] = () => [],
): Workbench {
  return createWorkbench({
    database: openDatabase('relaxed', database),
    core: createCoreClient(() => scriptedWorker(answer)),
    bridge,
    digests: nodeDigests,
    now: () => '2026-03-01T10:00:00Z' as Instant,
  });
}
const finding = (requirement: string, note: string) =>
  ({ kind: 'set-finding', requirement, finding: 'In Place', note }) as const;

describe('a decision', () => {
  it('is in the store once it is shown as saved', async () => {
    const first = bench();
    await first.adopt(exampleEngagement());
    const decided = await first.decide(finding('1.3.1', 'Tested'));
    expect(decided.ok).toBe(true);
    expect(first.state.get().saved.kind).toBe('saved');
    const later = bench();
    await later.open('case-0001');
    expect(later.state.get().engagement).toEqual(first.state.get().engagement);
  });

  it('that the standard refuses changes nothing and says why', async () => {
    const one = bench();
    await one.adopt(exampleEngagement());
    const refused = await one.decide(finding('1.3.1', ' '));
    expect(refused.ok ? '' : refused.problem.code).toBe('engagement.note-missing');
    expect(one.state.get().engagement?.findings).toEqual([]);
  });

  it('made in two windows at once is kept twice, in one whole chain', async () => {
    const [left, right] = [bench(), bench()];
    await left.adopt(exampleEngagement());
    await right.open('case-0001');
    await Promise.all([
      left.decide(finding('1.3.1', 'left')),
      right.decide(finding('1.3.2', 'right')),
      left.decide(finding('1.3.3', 'left again')),
    ]);
    await left.open('case-0001');
    const engagement = left.state.get().engagement;
    expect(engagement?.findings.map(item => item.note).sort()).toEqual(['left', 'left again', 'right']);
    expect(verifyCustody(nodeDigests, 'case-0001', engagement?.custody ?? []).ok).toBe(true);
  });

  it('made while a report is made refuses the report, not the decision', async () => {
    const one = bench();
    await one.adopt(exampleEngagement());
    const before = one.state.get().engagement!;
    await one.decide(finding('1.3.1', 'Meanwhile'));
    const moved = await one.advance(before, before, {});
    expect(moved.ok ? '' : moved.problem.code).toBe('store.moved');
    expect(one.state.get().engagement?.findings).toHaveLength(1);
  });
});

describe('a .vouch file', () => {
  it('holds what the window shows, and brings it back elsewhere', async () => {
    const bridge = memoryBridge();
    const one = bench(bridge);
    await one.adopt(exampleEngagement());
    await one.decide(finding('1.3.1', 'Tested'));
    const saved = await saveEngagementFile(one);
    expect(saved.ok && saved.value).toBe('Example-assessment.vouch');
    const bytes = bridge.saved[0]!.bytes;
    expect(parseEngagement(JSON.parse(new TextDecoder().decode(bytes)), 'x')).toMatchObject({
      ok: true,
      value: one.state.get().engagement,
    });
    database = `${database}-elsewhere`;
    const other = bench(memoryBridge([{ name: 'a.vouch', bytes }]));
    await openEngagementFile(other);
    expect(other.state.get().engagement).toEqual(one.state.get().engagement);
  });

  it('that is older than what is open is refused', async () => {
    const one = bench();
    await one.adopt(exampleEngagement());
    const old = new TextEncoder().encode(JSON.stringify(one.state.get().engagement));
    await one.decide(finding('1.3.1', 'Newer'));
    const refused = await adoptFile(one, 'old.vouch', old);
    expect(refused.ok ? '' : refused.problem.code).toBe('window.older-file');
    expect(one.state.get().engagement?.findings).toHaveLength(1);
  });
});

describe('long work', () => {
  it('shows what the worker says of its progress, and ends with its answer', async () => {
    const seen: unknown[] = [];
    const one = bench(memoryBridge(), message =>
      message.kind === 'cancel'
        ? []
        : [
            {
              kind: 'progress',
              id: message.id,
              progress: { phase: 'Reading', done: 1, total: 2, unit: 'bytes' },
            },
            { kind: 'response', id: message.id, response: { ok: true, value: 'done' } },
          ],
    );
    one.state.subscribe(() => seen.push(one.state.get().work?.progress?.done));
    const answer = await one.work('Reading', 'diagram', { cluster: 'a' });
    expect(answer).toEqual({ ok: true, value: 'done' });
    expect(seen).toEqual([undefined, 1, undefined]);
  });

  it('that does not hear a cancel is ended, and the next request finds a new worker', async () => {
    const workers: { ended: boolean }[] = [];
    const core = createCoreClient(() => {
      const port = scriptedWorker(() => []);
      workers.push(port);
      return port;
    });
    const call = core.call('diagram', { cluster: 'a' });
    call.cancel();
    await expect(call.answer).rejects.toThrow('Cancelled');
    expect(workers.map(worker => worker.ended)).toEqual([true]);
    core.call('diagram', { cluster: 'a' }).answer.catch(() => undefined);
    expect(core.generation).toBe(2);
  });
});

describe('names', () => {
  it('of people become ids that read like them and are never taken twice', () => {
    expect(personId([], 'Żaneta Łęcka-O’Neil')).toBe('zaneta-lecka-o-neil');
    expect(personId([{ id: 'ada', name: 'Ada', role: '' }], 'Ada')).toBe('ada-2');
    expect(personId([], '李')).toBe('person');
  });
  it('of files hold letters, digits and hyphens only', () => {
    expect(fileName('Card platform: 2026/Q1')).toBe('Card-platform-2026-Q1');
    expect(fileName('…')).toBe('engagement');
  });
});
