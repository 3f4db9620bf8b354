// The request list: what is still to be asked of the customer, why, how to make it, and which testing procedures wait
// for it. Items are derived from what the files lack; people note owner, day and state, which stay from import to import.
import type { Engagement, RequestNote, RequestState } from '../../records/engagement.ts';
import { compareBy } from '../../base/order.ts';

/** What is asked for, as derived from the files. */
export interface Need {
  /** Stable from import to import: it names what is lacking, never how much of it. */
  readonly id: string;
  readonly item: string;
  readonly why: string;
  /** The exact command, or the document. */
  readonly how: string;
  /** Numbers of testing procedures it serves, in the standard's order. */
  readonly procedures: readonly string[];
}

/** One item of the list. */
export interface EvidenceRequest extends Need {
  readonly state: RequestState;
  readonly owner?: string;
  readonly due?: string;
  readonly note?: string;
  /** `lacking`: the files show that it is needed. `answered`: they no longer do. `own`: written by a person. */
  readonly standing: 'lacking' | 'answered' | 'own';
}

/** Puts what people noted beside what is derived, in the order given; items that were noted never vanish. */
export function joinNotes(needs: readonly Need[], engagement: Engagement): readonly EvidenceRequest[] {
  const notes = new Map<string, RequestNote>();
  for (const note of engagement.requests ?? []) {
    const own = note.own ?? notes.get(note.request)?.own;
    notes.set(note.request, { ...note, ...(own === undefined ? {} : { own }) });
  }
  const derived = needs.map(need => withNote(need, notes.get(need.id), 'lacking'));
  const known = new Set(needs.map(need => need.id));
  const others = [...notes.values()]
    .filter(note => !known.has(note.request))
    .map(note =>
      withNote(
        {
          id: note.request,
          item: note.own?.item ?? note.request,
          why: note.own?.why ?? 'The files given since then no longer lack it',
          how: '',
          procedures: note.own?.procedures ?? [],
        },
        note,
        note.own === undefined ? 'answered' : 'own',
      ),
    );
  return [...derived, ...others.sort(ORDER)];
}

const ORDER = compareBy<EvidenceRequest>(
  request => (request.standing === 'own' ? 0 : 1),
  request => request.id,
);

function withNote(
  need: Need,
  note: RequestNote | undefined,
  standing: EvidenceRequest['standing'],
): EvidenceRequest {
  return {
    ...need,
    standing,
    state: note?.state ?? 'to-ask',
    ...(note?.owner === undefined ? {} : { owner: note.owner }),
    ...(note?.due === undefined ? {} : { due: note.due }),
    ...(note?.note === undefined ? {} : { note: note.note }),
  };
}
