// The assessor's word about a workload's scope, with the reason it needs.
import { useState, type ReactElement } from 'react';
import type { ScopeMark } from '../../../shared/records/engagement.ts';
import type { ScopeCategory } from '../../../shared/records/scope-category.ts';
import type { ScopedWorkload } from '../../data/selectors.ts';
import { useAppState, useWorkbench } from '../../data/use-workbench.ts';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Choices, SelectField, TextField } from '../../kit/field.tsx';
import { categoryWord } from '../marks.tsx';

const CATEGORIES: readonly ScopeCategory[] = [
  'cde',
  'security-impacting',
  'connected',
  'out-of-scope',
  'undetermined',
];
type Role = NonNullable<ScopeMark['role']> | '';

/** The dialog. */
export function DecideDialog({
  item,
  onClose,
}: {
  readonly item: ScopedWorkload;
  readonly onClose: () => void;
}): ReactElement {
  const workbench = useWorkbench();
  const many = useAppState(state => (state.view?.clusters.length ?? 0) > 1);
  const [category, setCategory] = useState<ScopeCategory>(item.decision?.category ?? 'undetermined');
  const [role, setRole] = useState<Role>('');
  const [reason, setReason] = useState('');
  const save = async (): Promise<void> => {
    const decided = await workbench.decide({
      kind: 'mark-scope',
      mark: {
        workload: item.workload.id,
        ...(many ? { cluster: item.workload.cluster } : {}),
        category,
        reason,
        ...(role === '' ? {} : { role }),
      },
    });
    if (!decided.ok) {
      workbench.notify('bad', decided.problem.message);
      return;
    }
    onClose();
  };
  return (
    <Dialog
      title={`Scope of ${item.workload.id}`}
      onClose={onClose}
      foot={
        <>
          <Button kind="quiet" onPress={onClose}>
            Cancel
          </Button>
          <Button kind="primary" disabled={reason.trim() === ''} onPress={() => void save()}>
            Decide
          </Button>
        </>
      }
    >
      <form
        className="v-stack"
        onSubmit={event => {
          event.preventDefault();
          if (reason.trim() !== '') void save();
        }}
      >
        <Choices
          label="Category"
          value={category}
          options={CATEGORIES.map(value => ({
            value,
            text: value === 'out-of-scope' ? 'out of scope' : categoryWord(value),
          }))}
          onChange={setCategory}
        />
        <SelectField
          label="What it does"
          value={role}
          options={[
            { value: '', text: 'Not said' },
            { value: 'stores', text: 'Stores account data' },
            { value: 'processes', text: 'Processes account data' },
            { value: 'transmits', text: 'Transmits account data' },
            { value: 'public-service', text: 'Serves the public' },
          ]}
          onChange={setRole}
        />
        <TextField
          label="Reason"
          hint="Needed: it is printed beside the decision"
          rows={3}
          value={reason}
          onChange={setReason}
          autoFocus
          required
        />
      </form>
    </Dialog>
  );
}
