// People of the engagement: records point to them, and one of them is at work here.
import { useState, type ReactElement } from 'react';
import type { Engagement } from '../../../shared/records/engagement.ts';
import { personId } from '../../data/engagement-work.ts';
import { useAppState, useWorkbench } from '../../data/use-workbench.ts';
import { Button } from '../../kit/button.tsx';
import { TextField } from '../../kit/field.tsx';
import { Section } from '../../kit/layout.tsx';
import { Badge } from '../../kit/mark.tsx';

/** The list, and the form that adds to it. */
export function PeopleList({ engagement }: { readonly engagement: Engagement }): ReactElement {
  const workbench = useWorkbench();
  const actor = useAppState(state => state.actor);
  const [name, setName] = useState('');
  const [role, setRole] = useState('');
  const [company, setCompany] = useState('');
  const add = async (): Promise<void> => {
    if (name.trim() === '') return;
    const id = personId(engagement.people, name);
    const person = {
      id,
      name: name.trim(),
      role: role.trim(),
      ...(company.trim() === '' ? {} : { company: company.trim() }),
    };
    const decided = await workbench.decide({ kind: 'add-person', person });
    if (!decided.ok) {
      workbench.notify('bad', decided.problem.message);
      return;
    }
    setName('');
    setRole('');
    setCompany('');
  };
  return (
    <div className="v-detail v-header-form">
      <ul className="v-list">
        {engagement.people.map(person => (
          <li key={person.id} className="v-row">
            <span className="v-strong">{person.name}</span>
            <span className="v-dim">{person.role}</span>
            <span className="v-dim v-grow">{person.company}</span>
            {person.id === actor ? (
              <Badge tone="info">at work here</Badge>
            ) : (
              <Button small kind="quiet" onPress={() => void workbench.workAs(person.id)}>
                Work as {person.name}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Section level={2} title="Add a person">
        <form
          className="v-form"
          onSubmit={event => {
            event.preventDefault();
            void add();
          }}
        >
          <TextField label="Name" value={name} onChange={setName} required />
          <TextField
            label="Role"
            hint="QA reviewer, client’s officer, engineer interviewed"
            value={role}
            onChange={setRole}
          />
          <TextField label="Company" value={company} onChange={setCompany} />
          <div className="v-form__all">
            <Button submit icon="plus">
              Add person
            </Button>
          </div>
        </form>
      </Section>
    </div>
  );
}
