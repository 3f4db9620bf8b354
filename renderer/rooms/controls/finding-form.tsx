// The finding: exactly one of four words, and a note that says why. Without one the requirement is Open.
import { useState, type ReactElement } from 'react';
import type { RequirementState } from '../../../shared/evidence/requirement-states.ts';
import type { FindingWord } from '../../../shared/records/engagement.ts';
import { useWorkbench } from '../../data/use-workbench.ts';
import { Button } from '../../kit/button.tsx';
import { Choices, TextField } from '../../kit/field.tsx';
import { Note } from '../../kit/notice.tsx';

const WORDS: readonly FindingWord[] = ['In Place', 'Not Applicable', 'Not Tested', 'Not in Place'];

/** The form; it starts from the finding that holds. */
export function FindingForm({ state }: { readonly state: RequirementState }): ReactElement {
  const workbench = useWorkbench();
  const { requirement, finding } = state;
  const [word, setWord] = useState<FindingWord | undefined>(finding?.finding);
  const [note, setNote] = useState(finding?.note ?? '');
  const changed = word !== finding?.finding || note !== (finding?.note ?? '');
  const ready = word !== undefined && note.trim() !== '' && changed;
  const evidence =
    state.evidence.length + state.procedures.reduce((sum, item) => sum + item.evidence.length, 0);
  const failing = state.checks.filter(check => check.outcome === 'fail');
  const set = async (): Promise<void> => {
    if (word === undefined || !ready) return;
    const decided = await workbench.decide({
      kind: 'set-finding',
      requirement: requirement.number,
      finding: word,
      note,
    });
    if (decided.ok) workbench.notify('good', `${requirement.number} is ${word}`);
    else workbench.notify('bad', decided.problem.message);
  };
  return (
    <form
      className="v-finding"
      aria-label={`Finding for ${requirement.number}`}
      onSubmit={event => {
        event.preventDefault();
        void set();
      }}
    >
      <Choices
        label="Finding"
        value={word}
        options={WORDS.map(value => ({ value, text: value }))}
        onChange={setWord}
      />
      {word === undefined ? undefined : (
        <>
          <TextField
            label="Why"
            hint="Printed with the finding; it cannot be empty"
            rows={2}
            value={note}
            onChange={setNote}
          />
          {word === 'In Place' && failing.length > 0 ? (
            <Note tone="warn">
              Check {failing.map(check => check.id).join(', ')} contradicts this. The report will say so until
              it is explained.
            </Note>
          ) : undefined}
          {(word === 'In Place' || word === 'Not Applicable') && evidence === 0 ? (
            <Note tone="warn">No evidence is tagged here yet. The report stays a draft until there is.</Note>
          ) : undefined}
          <div>
            <Button submit kind="primary" disabled={!ready}>
              Set finding
            </Button>
          </div>
        </>
      )}
    </form>
  );
}
