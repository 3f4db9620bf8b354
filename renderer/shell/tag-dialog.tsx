// Tags what is selected as evidence to a requirement and procedure: type, arrows, Enter; recent ones first.
import { useMemo, useState, type ReactElement } from 'react';
import { catalogueOf } from '../../shared/catalogue/catalogue.ts';
import { ensure } from '../../shared/base/assert.ts';
import type { Selection } from '../data/app-state.ts';
import { findTargets, type TagTarget } from '../data/tag-targets.ts';
import { useAppState, useWorkbench } from '../data/use-workbench.ts';
import { Button } from '../kit/button.tsx';
import { ComboList } from '../kit/combo.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { TextField } from '../kit/field.tsx';

/** Tag to a requirement. */
export function TagDialog({
  selection,
  onClose,
}: {
  readonly selection: Selection;
  readonly onClose: () => void;
}): ReactElement {
  const workbench = useWorkbench();
  const engagement = ensure(
    useAppState(state => state.engagement),
    'tagging needs an open engagement',
  );
  const [query, setQuery] = useState('');
  const [target, setTarget] = useState<TagTarget>();
  const [note, setNote] = useState('');
  const targets = useMemo(
    () => findTargets(query, catalogueOf(engagement.header.standard), engagement, selection.suggests ?? []),
    [query, engagement, selection],
  );
  const tag = async (): Promise<void> => {
    if (target === undefined) return;
    const done = await workbench.decide({
      kind: 'tag',
      evidence: selection.draft,
      requirement: target.requirement,
      ...(target.procedure === undefined ? {} : { procedure: target.procedure }),
      note,
    });
    if (!done.ok) {
      workbench.notify('bad', done.problem.message);
      return;
    }
    workbench.notify('good', `Tagged to ${target.procedure ?? target.requirement}: ${selection.title}`);
    onClose();
  };
  if (target === undefined)
    return (
      <Dialog title={`Tag ${selection.title}`} onClose={onClose} top flush>
        <ComboList
          label="Requirement or procedure"
          placeholder="1.3.1, 1.3.1.b, or words of the requirement"
          query={query}
          onQuery={setQuery}
          options={targets.map(item => ({
            id: item.id,
            group: item.group,
            content: (
              <>
                <span className="v-mono v-tag__number">{item.procedure ?? item.requirement}</span>
                <span className="v-grow v-clip">{item.title}</span>
                <span className="v-dim">{item.methods}</span>
              </>
            ),
          }))}
          empty={`No requirement matches “${query}”.`}
          onChoose={id => setTarget(targets.find(item => item.id === id))}
        />
      </Dialog>
    );
  return (
    <Dialog
      title={`Tag to ${target.procedure ?? target.requirement}`}
      onClose={onClose}
      top
      foot={
        <>
          <Button kind="quiet" onPress={() => setTarget(undefined)}>
            Back
          </Button>
          <span className="v-grow" />
          <Button kind="primary" icon="tag" keys="Enter" onPress={() => void tag()}>
            Tag
          </Button>
        </>
      }
    >
      <form
        className="v-stack"
        onSubmit={event => {
          event.preventDefault();
          void tag();
        }}
      >
        <p className="v-dim">{target.title}</p>
        <div className="v-quote">{selection.title}</div>
        <TextField
          label="Note"
          hint="What this shows, for the reader of the report. May stay empty."
          value={note}
          onChange={setNote}
          autoFocus
        />
      </form>
    </Dialog>
  );
}
