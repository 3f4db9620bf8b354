// One request: why it is made, how, for which procedures; and what people note about it.
import { useState, type ReactElement } from 'react';
import type { EvidenceRequest } from '../../../shared/engagement/requests/request.ts';
import type { RequestState } from '../../../shared/records/engagement.ts';
import { useWorkbench } from '../../data/use-workbench.ts';
import { Button } from '../../kit/button.tsx';
import { SelectField, TextField } from '../../kit/field.tsx';
import { Chips, Facts, Section } from '../../kit/layout.tsx';

/** States in words. */
export const STATE_WORDS: Readonly<Record<RequestState, string>> = {
  'to-ask': 'to ask',
  asked: 'asked',
  received: 'received',
  refused: 'refused',
  'not-needed': 'not needed',
};
const STANDINGS = {
  lacking: 'the files given so far lack it',
  answered: 'the files given since then hold it',
  own: 'written by hand',
} as const;

/** The item with its form. */
export function RequestDetail({ request }: { readonly request: EvidenceRequest }): ReactElement {
  const workbench = useWorkbench();
  const [state, setState] = useState<RequestState>(request.state);
  const [owner, setOwner] = useState(request.owner ?? '');
  const [due, setDue] = useState(request.due ?? '');
  const [note, setNote] = useState(request.note ?? '');
  const isDay = due === '' || /^\d{4}-\d\d-\d\d$/.test(due);
  const save = async (): Promise<void> => {
    const decided = await workbench.decide({
      kind: 'note-requests',
      notes: [
        {
          request: request.id,
          state,
          ...(owner.trim() === '' ? {} : { owner: owner.trim() }),
          ...(due === '' ? {} : { due }),
          ...(note === '' ? {} : { note }),
        },
      ],
    });
    if (!decided.ok) workbench.notify('bad', decided.problem.message);
  };
  return (
    <div className="v-detail">
      <div className="v-detail__head">
        <h2 className="v-detail__title">{request.item}</h2>
      </div>
      <Facts
        entries={[
          ['Why', request.why],
          ['How', request.how === '' ? undefined : <span className="v-mono">{request.how}</span>],
          ['Stands', STANDINGS[request.standing]],
        ]}
      />
      <Section title="Noted">
        <form
          className="v-stack"
          onSubmit={event => {
            event.preventDefault();
            if (isDay) void save();
          }}
        >
          <SelectField
            label="State"
            value={state}
            options={(Object.keys(STATE_WORDS) as RequestState[]).map(value => ({
              value,
              text: STATE_WORDS[value],
            }))}
            onChange={setState}
          />
          <TextField label="Owner" value={owner} onChange={setOwner} />
          <TextField
            label="Due"
            value={due}
            onChange={setDue}
            mono
            placeholder="YYYY-MM-DD"
            {...(isDay ? {} : { error: 'Write the day as YYYY-MM-DD' })}
          />
          <TextField label="Note" value={note} onChange={setNote} rows={2} />
          <div className="v-row v-row--end">
            <Button kind="primary" submit disabled={!isDay}>
              Note
            </Button>
          </div>
        </form>
      </Section>
      <Section title="Procedures that wait for it" count={request.procedures.length}>
        <Chips texts={request.procedures} />
      </Section>
    </div>
  );
}
