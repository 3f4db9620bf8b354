// The real handlers over a real folder; only the dialogs are played.
import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFileTickets } from './file-tickets.ts';
import { makeHandlers } from './handlers.ts';

async function played(chosen: { open?: string; save?: string }) {
  const folder = await mkdtemp(join(tmpdir(), 'handlers-'));
  const shown: string[] = [];
  const handlers = makeHandlers({
    version: '1.2.3',
    offline: ['closed proxy'],
    tickets: makeFileTickets(),
    launchPath: undefined,
    chooseOpen: () => Promise.resolve(chosen.open === undefined ? undefined : join(folder, chosen.open)),
    chooseSave: () => Promise.resolve(chosen.save === undefined ? undefined : join(folder, chosen.save)),
    reveal: path => shown.push(path),
  });
  return { folder, handlers, shown };
}
const bytes = new TextEncoder().encode('new');

describe('main', () => {
  it('opens a chosen file and hands over a ticket, never the path', async () => {
    const { folder, handlers } = await played({ open: 'case.vouch' });
    await writeFile(join(folder, 'case.vouch'), '{}');
    const opened = await handlers.openFile({ purpose: 'engagement' });
    expect(opened).toMatchObject({ ok: true, value: { kind: 'opened', name: 'case.vouch' } });
    expect(JSON.stringify(opened)).not.toContain(folder);
  });

  it('saves an engagement over itself by its ticket, keeping the last one as .bak', async () => {
    const { folder, handlers } = await played({ open: 'case.vouch' });
    await writeFile(join(folder, 'case.vouch'), 'old');
    const opened = await handlers.openFile({ purpose: 'engagement' });
    if (!opened.ok || opened.value.kind !== 'opened') throw new Error('not opened');
    await handlers.saveFile({ purpose: 'engagement', name: 'x', bytes, ticket: opened.value.ticket });
    expect(await readFile(join(folder, 'case.vouch'), 'utf8')).toBe('new');
    expect(await readFile(join(folder, 'case.vouch.bak'), 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['case.vouch', 'case.vouch.bak']);
  });

  it('never writes over a sealed package', async () => {
    const { folder, handlers } = await played({ save: 'a.asice' });
    await handlers.saveFile({ purpose: 'package', name: 'a.asice', bytes });
    const second = await handlers.saveFile({ purpose: 'package', name: 'a.asice', bytes });
    expect(second).toMatchObject({ ok: true, value: { name: 'a-2.asice' } });
    expect(await readdir(folder)).toEqual(['a-2.asice', 'a.asice']);
  });

  it('says "cancelled" when the person closes the dialog, and shows only files of this run', async () => {
    const { handlers, shown } = await played({});
    expect(await handlers.openFile({ purpose: 'key' })).toEqual({ ok: true, value: { kind: 'cancelled' } });
    expect(await handlers.revealFile({ ticket: 'ab'.repeat(16) })).toEqual({
      ok: true,
      value: { shown: false },
    });
    expect(shown).toEqual([]);
  });
});
