// Form fields: a label that is always there, a hint, an error; nothing is told by a placeholder alone.
import { useId, type ReactElement, type ReactNode } from 'react';
import { Icon } from './icon.tsx';

interface FieldFrame {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
}

/** One line (or several, with `rows`) of text. */
export function TextField({
  label,
  hint,
  error,
  value,
  onChange,
  rows,
  type = 'text',
  placeholder,
  required,
  mono,
  autoFocus,
  readOnly,
}: FieldFrame & {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly rows?: number;
  readonly type?: 'text' | 'password';
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly mono?: boolean;
  readonly autoFocus?: boolean;
  readonly readOnly?: boolean;
}): ReactElement {
  const id = useId();
  const common = {
    id,
    value,
    className: mono === true ? 'v-input v-mono' : 'v-input',
    'aria-describedby': `${id}-hint`,
    'aria-invalid': error !== undefined,
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(required === true ? { required } : {}),
    ...(autoFocus === true ? { autoFocus, 'data-first': '' } : {}),
    ...(readOnly === true ? { readOnly } : {}),
  };
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      {rows === undefined ? (
        <input {...common} type={type} autoComplete="off" onChange={event => onChange(event.target.value)} />
      ) : (
        <textarea {...common} rows={rows} onChange={event => onChange(event.target.value)} />
      )}
    </Frame>
  );
}

/** One of a few named values. */
export function SelectField<T extends string>({
  label,
  hint,
  error,
  value,
  options,
  onChange,
}: FieldFrame & {
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly onChange: (value: T) => void;
}): ReactElement {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <select
        id={id}
        className="v-input"
        value={value}
        aria-describedby={`${id}-hint`}
        onChange={event => {
          const chosen = options.find(option => option.value === event.target.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
      >
        {options.map(option => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </Frame>
  );
}

/** A yes or no with its sentence. */
export function Check({
  children,
  checked,
  onChange,
}: {
  readonly children: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}): ReactElement {
  return (
    <label className="v-check">
      <input type="checkbox" checked={checked} onChange={event => onChange(event.target.checked)} />
      <span>{children}</span>
    </label>
  );
}

/** Exactly one of a few, all visible. */
export function Choices<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: T | undefined;
  readonly options: readonly { readonly value: T; readonly text: ReactNode }[];
  readonly onChange: (value: T) => void;
}): ReactElement {
  const name = useId();
  return (
    <div className="v-choices" role="radiogroup" aria-label={label}>
      {options.map(option => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.text}
        </label>
      ))}
    </div>
  );
}

/** The filter line above a table. `/` goes there, the down key or Enter goes on to the rows. */
export function SearchField({
  label,
  value,
  onChange,
  onLeave,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onLeave: () => void;
}): ReactElement {
  return (
    <div className="v-search">
      <Icon name="search" />
      <input
        className="v-input"
        type="search"
        aria-label={label}
        placeholder="Filter"
        value={value}
        data-filter=""
        spellCheck={false}
        onChange={event => onChange(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Escape' && value !== '') {
            event.preventDefault();
            event.stopPropagation();
            onChange('');
          }
          if (event.key === 'ArrowDown' || event.key === 'Enter') {
            event.preventDefault();
            onLeave();
          }
        }}
      />
    </div>
  );
}

function Frame({
  id,
  label,
  hint,
  error,
  children,
}: FieldFrame & { readonly id: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="v-field">
      <label className="v-field__label" htmlFor={id}>
        {label}
      </label>
      {children}
      <span id={`${id}-hint`} className={error === undefined ? 'v-field__hint' : 'v-field__error'}>
        {error ?? hint}
      </span>
    </div>
  );
}
