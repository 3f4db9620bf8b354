// `vouch requests`: what is still to be asked of the customer, as a list that goes to them and comes back.
import { readFile, writeFile } from 'node:fs/promises';
import { collect } from '../../shared/archive/bytes.ts';
import { ok, type Result } from '../../shared/base/result.ts';
import {
  printRequests,
  readReturnedFile,
  workbookOfRequests,
} from '../../shared/engagement/requests/exchange-requests.ts';
import { requestList } from '../../shared/engagement/requests/request-list.ts';
import type { EvidenceRequest } from '../../shared/engagement/requests/request.ts';
import type { Args } from '../args.ts';
import { printTable, say, writeJson, writeOut } from '../output.ts';
import { withAnyCase } from '../with-case.ts';
import { EXIT, misuse, refuse, type Command } from './command.ts';

/** The command. */
export const requests: Command = {
  name: 'requests',
  usage:
    '[-c PATH...] [-f PATH...] [-a PATH...] [-s PATH...] [-r PATH...] [--engagement FILE] [--returned FILE] [--format table|json|csv|xlsx] [--out FILE]',
  does: 'what is still to be asked of the customer, and for which procedures',
  async run(args) {
    const format = args.values['format'] ?? 'table';
    const { out } = args.values;
    if (!['table', 'json', 'csv', 'xlsx'].includes(format)) return misuse(`requests has no format ${format}`);
    if (format === 'xlsx' && out === undefined) return misuse('A workbook needs --out FILE.xlsx');
    return withAnyCase(args, async found => {
      const merged = await withReturned(args, requestList(found));
      if (!merged.ok) return refuse(merged.problem);
      await write(merged.value, format, out);
      return EXIT.done;
    });
  },
};

/** The list with what came back put over it. */
async function withReturned(
  args: Args,
  list: readonly EvidenceRequest[],
): Promise<Result<readonly EvidenceRequest[]>> {
  const path = args.values['returned'];
  if (path === undefined) return ok(list);
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined)
    return { ok: false, problem: { code: 'usage.path', message: 'No such file', file: path } };
  const returned = await readReturnedFile(new Uint8Array(bytes), path, list);
  if (!returned.ok) return returned;
  for (const fault of returned.value.faults) say(fault);
  const notes = new Map(returned.value.notes.map(note => [note.request, note]));
  return ok(
    list.map(item => {
      const note = notes.get(item.id);
      if (note === undefined) return item;
      const { request: _request, ...said } = note;
      const { owner: _owner, due: _due, note: _note, ...kept } = item;
      return { ...kept, ...said };
    }),
  );
}

async function write(
  list: readonly EvidenceRequest[],
  format: string,
  out: string | undefined,
): Promise<void> {
  if (format === 'json') return writeJson({ schema: 'vouch.requests/1', requests: list });
  if (format === 'xlsx') return writeFile(out ?? '', await collect(workbookOfRequests(list)));
  if (format === 'table')
    return writeOut(
      printTable(
        ['state', 'item', 'procedures', 'owner', 'due', 'how'],
        list.map(({ state, item, procedures, owner = '', due = '', how }) => [
          state,
          item,
          String(procedures.length),
          owner,
          due,
          how,
        ]),
      ),
    );
  const text = printRequests(list);
  return out === undefined ? writeOut(text) : writeFile(out, text);
}
