// Begins an engagement with the four things that cannot wait; the rest of the header can.
import { useState, type ReactElement } from 'react';
import { beginEngagement, type NewEngagement } from '../../data/engagement-work.ts';
import { readCase } from '../../data/case-work.ts';
import { navigate } from '../../data/route.ts';
import { useWorkbench } from '../../data/use-workbench.ts';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { SelectField, TextField } from '../../kit/field.tsx';

/** The dialog. */
export function BeginDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const workbench = useWorkbench();
  const [asked, setAsked] = useState<NewEngagement>({
    title: '',
    entity: '',
    kind: 'merchant',
    assessor: '',
    company: '',
  });
  const set = (change: Partial<NewEngagement>): void => setAsked({ ...asked, ...change });
  const complete = asked.title.trim() !== '' && asked.entity.trim() !== '' && asked.assessor.trim() !== '';
  const begin = async (): Promise<void> => {
    if (!complete) return;
    const begun = await beginEngagement(workbench, asked);
    if (!begun.ok) {
      workbench.notify('bad', begun.problem.message);
      return;
    }
    await readCase(workbench, []);
    onClose();
    navigate('intake');
  };
  return (
    <Dialog
      title="New engagement"
      onClose={onClose}
      foot={
        <>
          <Button kind="quiet" onPress={onClose}>
            Cancel
          </Button>
          <Button kind="primary" disabled={!complete} onPress={() => void begin()}>
            Begin
          </Button>
        </>
      }
    >
      <form
        className="v-form"
        onSubmit={event => {
          event.preventDefault();
          void begin();
        }}
      >
        <div className="v-form__all">
          <TextField
            label="Title"
            hint="As the report will print it"
            value={asked.title}
            onChange={title => set({ title })}
            autoFocus
            required
          />
        </div>
        <TextField
          label="Assessed entity"
          value={asked.entity}
          onChange={entity => set({ entity })}
          required
        />
        <SelectField
          label="It is a"
          value={asked.kind}
          options={[
            { value: 'merchant', text: 'Merchant' },
            { value: 'service-provider', text: 'Service provider' },
          ]}
          onChange={kind => set({ kind })}
        />
        <TextField
          label="Your name"
          hint="You are entered as lead QSA"
          value={asked.assessor}
          onChange={assessor => set({ assessor })}
          required
        />
        <TextField label="Your company" value={asked.company} onChange={company => set({ company })} />
        <button type="submit" className="v-visually-hidden" tabIndex={-1} aria-hidden="true">
          Begin
        </button>
      </form>
    </Dialog>
  );
}
