// The header: who is assessed, when, by whom, against what. Each field is written when it is left.
import { useState, type ReactElement } from 'react';
import type { Engagement, EngagementHeader } from '../../../shared/records/engagement.ts';
import { useAppState, useWorkbench } from '../../data/use-workbench.ts';
import { Check, SelectField, TextField } from '../../kit/field.tsx';

/** The form. */
export function HeaderForm({ engagement }: { readonly engagement: Engagement }): ReactElement {
  const workbench = useWorkbench();
  const view = useAppState(state => state.view);
  const { header, people } = engagement;
  const save = async (change: Partial<EngagementHeader>, drop?: keyof EngagementHeader): Promise<void> => {
    const next = Object.fromEntries(
      Object.entries({ ...header, ...change }).filter(([name]) => name !== drop),
    ) as unknown as EngagementHeader;
    const decided = await workbench.decide({ kind: 'edit-header', header: next });
    if (!decided.ok) workbench.notify('bad', decided.problem.message);
  };
  const optional =
    (name: 'began' | 'ended' | 'reportDate' | 'keepUntil' | 'evidenceCustodian' | 'leadQsa' | 'qaReviewer') =>
    (value: string) =>
      void (value === '' ? save({}, name) : save({ [name]: value }));
  const persons = [
    { value: '', text: 'Nobody yet' },
    ...people.map(person => ({ value: person.id, text: person.name })),
  ];
  return (
    <div className="v-detail v-header-form">
      <div className="v-form">
        <Line label="Title" value={header.title} onSave={title => void save({ title })} />
        <Line
          label="Assessed entity"
          value={header.entity.name}
          onSave={name => void save({ entity: { ...header.entity, name } })}
        />
        <SelectField
          label="Kind of entity"
          value={header.entity.kind}
          options={[
            { value: 'merchant', text: 'Merchant' },
            { value: 'service-provider', text: 'Service provider' },
          ]}
          onChange={kind => void save({ entity: { ...header.entity, kind } })}
        />
        <SelectField
          label="Standard"
          value={header.standard}
          options={[
            { value: '4.0.1', text: 'PCI DSS v4.0.1' },
            { value: '3.2.1', text: 'PCI DSS v3.2.1 (retired)' },
          ]}
          onChange={standard => void save({ standard })}
        />
        <Line
          type="day"
          label="First day of evidence"
          value={header.began ?? ''}
          onSave={optional('began')}
        />
        <Line type="day" label="Last day of evidence" value={header.ended ?? ''} onSave={optional('ended')} />
        <Line
          type="day"
          label="Report date"
          value={header.reportDate ?? ''}
          onSave={optional('reportDate')}
        />
        <Line
          type="day"
          label="Evidence is kept until"
          hint="At least three years after the report"
          value={header.keepUntil ?? ''}
          onSave={optional('keepUntil')}
        />
        <SelectField
          label="Lead QSA"
          value={header.leadQsa ?? ''}
          options={persons}
          onChange={optional('leadQsa')}
        />
        <SelectField
          label="QA reviewer"
          hint="Another person than the lead QSA"
          value={header.qaReviewer ?? ''}
          options={persons}
          onChange={optional('qaReviewer')}
        />
        <Line
          label="Evidence custodian"
          value={header.evidenceCustodian ?? ''}
          onSave={optional('evidenceCustodian')}
        />
        <Line
          label="Label selectors that claim the CDE"
          hint="Separated by a space, such as PCI=true; empty = the usual keys, said to be assumed"
          value={(header.scopeSelectors ?? []).join(' ')}
          onSave={text =>
            void (text.trim() === ''
              ? save({}, 'scopeSelectors')
              : save({ scopeSelectors: text.trim().split(/\s+/) }))
          }
          mono
        />
        <Check checked={header.firstAssessment} onChange={firstAssessment => void save({ firstAssessment })}>
          This is the entity’s first assessment
        </Check>
        <Check
          checked={header.extent === 'partial'}
          onChange={partial => void save({ extent: partial ? 'partial' : 'full' })}
        >
          The assessment is partial
        </Check>
        {(view?.clusters ?? []).map(({ cluster }) => (
          <Line
            key={cluster}
            label={`Name of cluster ${cluster}`}
            value={header.clusters.find(item => item.id === cluster)?.name ?? ''}
            onSave={name =>
              void save({
                clusters: [
                  ...header.clusters.filter(item => item.id !== cluster),
                  ...(name === '' ? [] : [{ id: cluster, name }]),
                ],
              })
            }
          />
        ))}
      </div>
    </div>
  );
}

/** A field that keeps what is typed and saves it when it is left or Enter is pressed. */
function Line({
  label,
  hint,
  value,
  type = 'text',
  mono = false,
  onSave,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly type?: 'text' | 'day';
  readonly mono?: boolean;
  readonly onSave: (value: string) => void;
}): ReactElement {
  const [text, setText] = useState<string>();
  const wrong = type === 'day' && text !== undefined && text !== '' && !isDay(text);
  const leave = (): void => {
    if (wrong) return;
    if (text !== undefined && text !== value) onSave(text);
    setText(undefined);
  };
  return (
    <div
      onBlur={leave}
      onKeyDown={event => {
        if (event.key === 'Enter') leave();
      }}
    >
      <TextField
        label={label}
        hint={hint}
        mono={mono || type === 'day'}
        {...(type === 'day' ? { placeholder: 'YYYY-MM-DD' } : {})}
        {...(wrong ? { error: 'Write the day as YYYY-MM-DD' } : {})}
        value={text ?? value}
        onChange={setText}
      />
    </div>
  );
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}
